"""The route of frames: the map's words in, a small picture out, read once per view."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import frames
from geo.engines import open_engine
from geo.errors import InvalidQuery
from geo.query import Engine
from geo.store import Store
from tests.export_events import EVENTS
from tests.test_geo_query import NOW, REPORT


class FakeProject:
    """A project that counts how often a film is read."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.read = self, 0
        self._engine = engine

    def version(self) -> int:
        """Return what never changes here."""
        return 1

    def film(self, *args: object, **values: object) -> object:
        """Read a film."""
        self.read += 1
        return self._engine.film(*args, **values)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProject]:
    """Give the routes a project of a few events."""
    with Store(tmp_path) as store:
        store.add(REPORT, EVENTS, now=NOW)
        fake = FakeProject(open_engine(None, store))
        monkeypatch.setattr(frames, "open_project", lambda: fake)
        yield fake


def test_dates_move_without_reading_again(project: FakeProject) -> None:
    """One view is read once, whatever the dates; another view or filter is read anew."""
    whole = frames.frame({"view": "-180,-90,180,90", "zoom": "2"})
    assert whole["few"]
    assert whole["marks"]
    assert (
        frames.frame({"view": "-180,-90,180,90", "zoom": "2", "from": "1800-01-01", "to": "1800-01-02"})["marks"] == []
    )
    assert project.read == 1
    frames.frame({"view": "-180,-90,180,90", "zoom": "2", "kind": "aid"})
    assert project.read == 2


def test_an_area_outside_the_view_is_empty(project: FakeProject) -> None:
    """Nothing is read where the filter's box and the view do not meet."""
    assert frames.frame({"view": "60,30,80,45", "zoom": "5", "bbox": "-10,-10,0,0"})["marks"] == []
    assert project.read == 0


def test_nonsense_is_refused() -> None:
    """With the words that name it."""
    with pytest.raises(InvalidQuery, match="view="):
        frames.frame({"view": "here"})

"""The snapshot and the picture page, asked as the browser asks them."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from dashboard import assets, document, i18n, snapshot
from dashboard.words import plain
from geo.errors import InvalidQuery
from tests import documents

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)
TITLES: list[str] = []


@pytest.fixture(autouse=True, scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the routes answer for a small project."""
    with documents.project(tmp_path_factory.mktemp("project")) as titles:
        TITLES[:] = titles
        yield


def _data(page: bytes) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', page.decode(), re.DOTALL)[1])


def test_a_snapshot_holds_the_view() -> None:
    """Events, hostile titles as the words they are, counts that add up, the place of the map; a file to keep."""
    answer = snapshot.snapshot({"at": "38.1,69.9,6", "size": "770,640", "event": "main-event", "theme": "dark"})
    data = _data(answer.body)
    assert answer.headers["content-disposition"].startswith('attachment; filename="borderwatch-20')
    assert len(answer.body) < 2_000_000
    assert b'class="dark"' in answer.body
    assert {plain(title) for title in TITLES} <= {plain(event["title"]) for event in data["events"]}
    counts = {key: n for key, n, _ in data["counts"]}
    assert counts.pop("total") == sum(counts.values())
    assert len(data["events"]) == counts["shown"] + counts["possible"]
    assert (data["event"], data["left_out"], data["scene"]["at"]["zoom"]) == ("main-event", None, 6.0)
    assert data["receipt"]["query"] == {}


def test_a_long_result_is_cut_and_says_by_which_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest are kept; the counts stay those of the whole query."""
    monkeypatch.setattr(snapshot, "MOST_EVENTS", 3)
    data = snapshot.to_snapshot({}, NOW)
    assert [event["id"] for event in data["events"]] == ["open", "month", "main-event"]
    shown = data["counts"][0][1]
    assert data["left_out"] == (
        f"This file holds the 3 events with the latest first day; {shown - 3} earlier or undated events were left out."
    )


def test_every_outline_of_a_spot_is_in_the_file() -> None:
    """Borders and areas are drawn without asking for them."""
    data = snapshot.to_snapshot({"from": "2023-01-01"}, NOW)
    keys = {spot["outline"] for event in data["events"] for spot in event["spots"] if spot.get("outline")}
    assert {"line/AF-TJ"} < keys
    assert keys == data["scene"]["outlines"]["lines"].keys()


def test_a_picture_needs_no_words_of_reports() -> None:
    """Kinds and places only; its sources are in it."""
    data = _data(snapshot.picture({"kind": "exercise"}).body)
    assert data["events"][0].keys() == {"id", "title", "kind", "status", "match", "spots"}
    assert data["credits"][0]["text"] == "Example News"


def test_a_bad_address_is_refused() -> None:
    """With the reason, before anything is drawn."""
    for params in ({"at": "here"}, {"from": "yesterday"}):
        with pytest.raises(InvalidQuery):
            snapshot.snapshot(params)


@pytest.mark.parametrize("make", [snapshot.snapshot, snapshot.picture])
def test_a_saved_page_brings_the_words_of_its_language_along(make: Callable, request: pytest.FixtureRequest) -> None:
    """Those that its own scripts say, because there is no server to ask; an English page needs none."""
    request.addfinalizer(lambda: i18n.use("en"))
    english = make({}).body.decode()
    i18n.use("ru")
    russian = make({}).body.decode()
    assert '<html lang="en"' in english
    assert 'id="words"' not in english
    assert '<html lang="ru"' in russian
    assert _data(russian.encode())["counts"][0][2] == "показано"
    words = json.loads(re.search(r'id="words">(.*?)</script>', russian, re.DOTALL)[1])
    assert words["words"]["Planned"] == "Планируется"
    assert "Playback speed" not in words["words"]
    assert words["plurals"] == ["one", "few", "many"]


def test_a_snapshot_speaks_the_plural_of_events() -> None:
    """Its list counts events."""
    script = assets.read_static(*snapshot.SNAPSHOT)
    i18n.use("ru")
    said = document.find_words(script)
    i18n.use("en")
    assert said["words"]["{n} event"] == ("{n} событие", "{n} события", "{n} событий")
    assert document.find_words(script) is None

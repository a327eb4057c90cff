"""Importing on a page: the upload kept, read one way or another, and every text fit to be shown."""

import gc
import io
from datetime import date
from pathlib import Path

import pytest

from dashboard import importing
from dashboard.importing import FIELD_LABEL, FORMAT_LABEL, Upload, keep_upload, look_at, to_reasons, to_rows
from dashboard.project import open_project
from geo.errors import UnreadableFile
from geo.importers.detect import FORMATS
from geo.importers.table import FIELDS
from geo.query import Query

TABLE = (
    "no,headline,when,breite,laenge,who\n"
    "1,Drill near Kulob,2024-04-15,37.91,69.78,201st base\n"
    "2,Shots at the river,2024-05-31,38.45,70.80,Border troops\n"
    "3,Never,some day,38.45,70.80,\n"
)
MAPPING = {"title": "headline", "start": "when", "lat": "breite", "lon": "laenge"}
WORDLESS = "a,b\nx,y\n"


def _keep(text: str, name: str = "events.csv") -> Upload:
    return keep_upload(io.BytesIO(text.encode()), name)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "C:\\data\\events.csv", "", "...", "a b\u202e;$(x).csv", "я" * 300]
)
def test_an_upload_is_kept_under_a_harmless_name(name: str) -> None:
    """Whatever the browser calls it, the copy lies in its own folder."""
    upload = _keep(TABLE, name)
    assert upload.path.parent.name.startswith("borderwatch-upload-")
    assert upload.path.read_text() == TABLE
    assert len(upload.path.name) <= 80
    assert "\u202e" not in upload.name


def test_a_forgotten_upload_leaves_the_disk() -> None:
    """No file stays behind when the session ends."""
    upload = _keep(TABLE)
    folder = upload.path.parent
    del upload
    gc.collect()
    assert not folder.exists()


def test_a_table_is_looked_at_with_its_guess() -> None:
    """Format, guess, events and what cannot be used are there before anything is stored."""
    found = look_at(_keep(TABLE), "auto", None).preview
    assert (found.format, found.dataset, found.mapping["start"]) == ("table", "events", "when")
    assert [row["title"] for row in found.rows] == ["Drill near Kulob", "Shots at the river"]
    assert [reject.line for reject in found.rejected] == [4]


def test_a_corrected_mapping_is_followed() -> None:
    """Columns that no guess could know are used as chosen."""
    rows = to_rows(look_at(_keep(TABLE), "table", MAPPING).preview.rows)
    assert (rows["Lat"][0], rows["Lon"][0]) == (37.91, 69.78)
    assert rows["First day"] == ["2024-04-15", "2024-05-31"]


def test_each_way_of_reading_is_looked_at_once() -> None:
    """A page that is drawn again does not read the file again."""
    upload = _keep(TABLE)
    assert look_at(upload, "auto", None) is look_at(upload, "auto", None)
    assert look_at(upload, "table", {"start": "when"}) is not look_at(upload, "auto", None)


def test_what_cannot_be_guessed_can_still_be_mapped() -> None:
    """A fault comes with the columns to choose from, under the name that the visitor knows."""
    look = look_at(_keep(WORDLESS, "odd name.csv"), "auto", None)
    assert (look.preview, look.columns) == (None, ("a", "b"))
    assert "odd name.csv" in look.fault
    assert "borderwatch-upload" not in look.fault


@pytest.mark.parametrize("text", ["", "\x00\x01", '{"type": "FeatureCollection", "features": []}', "PK\x03\x04 broken"])
def test_what_is_no_table_is_explained(text: str) -> None:
    """No preview, no columns, a reason."""
    look = look_at(_keep(text), "auto", None)
    assert look.preview is None
    assert look.fault


def test_texts_of_a_preview_are_plain() -> None:
    """Direction marks, line breaks and length are taken out of what a table shows; lists are joined."""
    rows = to_rows(
        [{"title": "a\u202eb\nc" + "x" * 500, "actors": ["one", "two"], "start": date(2024, 4, 15), "lat": 1.5}]
    )
    assert rows["Title"][0].startswith("ab cx")
    assert len(rows["Title"][0]) == importing.CELL
    assert (rows["Actors"], rows["First day"], rows["Lat"], rows["Place"]) == (
        ["one; two"],
        ["2024-04-15"],
        [1.5],
        [None],
    )


def test_reasons_are_ranked() -> None:
    """The most frequent comes first."""
    assert to_reasons({"no date": 1, "bad place": 5}) == {"Reason": ["bad place", "no date"], "Rows": [5, 1]}


def test_every_field_and_format_has_a_label() -> None:
    """What the importers know, the page can show."""
    assert list(FIELD_LABEL) == list(FIELDS)
    assert set(FORMAT_LABEL) == set(FORMATS)


def test_an_import_is_in_the_project_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine that the map asks sees the new rows, and the project's version tells the browser to ask again."""
    monkeypatch.setenv("BORDERWATCH_STORE", str(tmp_path))
    project = open_project()
    before, told = project.version(), []
    done = importing.run(
        _keep(TABLE), dataset="mine", format="table", mapping=MAPPING, replace=False,
        progress=lambda share, what: told.append((share, what)),
    )  # fmt: skip
    assert (done.read, done.imported, done.rejected, done.dataset) == (3, 2, 1, "mine")
    assert told[-1] == (1.0, "done")
    assert len(project.engine.rows(Query(text="Drill"))) == 1
    assert project.version() != before
    project.store.close()


def test_a_failed_import_names_the_file_as_the_visitor_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own paths are nobody's business."""
    monkeypatch.setenv("BORDERWATCH_STORE", str(tmp_path))
    given = {"dataset": None, "mapping": None, "replace": False, "progress": lambda _share, _what: None}
    with pytest.raises(UnreadableFile, match=r"my file\.csv") as caught:
        importing.run(_keep(WORDLESS, "my file.csv"), format="auto", **given)
    assert "borderwatch-upload" not in str(caught.value)
    open_project().store.close()

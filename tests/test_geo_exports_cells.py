"""CSV and its cells: complete, and nothing in them runs as a formula."""

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
import shapely

from geo.exports.cells import COLUMNS, guard, unguard
from geo.query import Query
from tests.export_events import EVENTS, HOSTILE, export


def read(path: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a CSV file by id."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file, strict=True)}


@pytest.mark.parametrize(
    "text",
    [*("=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "'=1", "''@", "=cmd|' /C calc'!A0")],
)
def test_formulas_are_guarded_and_come_back(text: str) -> None:
    """An apostrophe is put before what a spreadsheet would run, and taken away exactly."""
    (guarded,) = guard(pa.array([text])).to_pylist()
    assert guarded == "'" + text
    assert unguard(guarded) == text


@pytest.mark.parametrize("text", ["", "a=1", "'", "'a", "1-2", " =1", "Учения", "http://x"])
def test_other_texts_stay(text: str) -> None:
    """Nothing else is touched, neither way."""
    assert guard(pa.array([text, None])).to_pylist() == [text, None]
    assert unguard(text) == text


def test_a_csv_reader_finds_every_cell(tmp_path: Path) -> None:
    """Lists and objects are JSON, geometries WKT with a point beside them, nothing is null."""
    rows = read(export(tmp_path, "csv")[0])
    assert tuple(rows["e0"]) == COLUMNS
    assert json.loads(rows["e0"]["extra"]) == {"n": 1.5, "z": None, "a": [1, {"b": "c"}]}
    assert json.loads(rows["e0"]["actors"]) == ["201st base", 'quoted "name"']
    assert (rows["e0"]["start"], rows["e0"]["main"], rows["e0"]["match"]) == ("2024-04-15", "true", "yes")
    assert (rows["e9"]["end"], rows["ea"]["country"]) == ("", "")
    placed = {event.id: event for event in EVENTS if event.geometry is not None}
    assert all(shapely.from_wkt(rows[i]["geometry"]).equals(event.geometry) for i, event in placed.items())
    assert (float(rows["e8"]["lon"]), float(rows["e8"]["lat"])) == (-70.1234567, -0.0000001)


def test_hostile_cells_are_texts(tmp_path: Path) -> None:
    """Quotes, line breaks and control characters come back; formulas do not run."""
    rows = read(export(tmp_path, "csv")[0])
    assert rows["e6"]["title"] == HOSTILE
    names = ("title", "place", "source_name", "source_url")
    assert [rows["e7"][name] for name in names] == ["'=1+1", "'-2", "'@x", "''=y"]
    guarded = [value for row in rows.values() for name, value in row.items() if name not in ("lon", "lat")]
    assert not [value for value in guarded if value[:1] in tuple("=+-@\t\r")]


def test_pandas_reads_numbers_as_numbers(tmp_path: Path) -> None:
    """Negative coordinates are not taken for formulas."""
    rows = pd.read_csv(export(tmp_path, "csv")[0], index_col="id")
    assert rows["lon"]["e8"] == -70.1234567
    assert rows["radius_km"].dtype == "float64"


def test_an_empty_answer_is_a_header(tmp_path: Path) -> None:
    """One line with the names of the columns."""
    path, _ = export(tmp_path, "csv", query=Query(kinds=("aid",)))
    assert path.read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"

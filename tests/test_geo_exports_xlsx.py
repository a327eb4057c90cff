"""XLSX as openpyxl and pandas read it."""

import json
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geo.errors import InvalidQuery
from geo.exports import write, xlsx
from geo.exports.cells import COLUMNS
from geo.query import Query
from tests.export_events import ALL, DRILL, NOW, export, opened, replace


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the cells of every sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # openpyxl's own
        book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def events(path: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of the sheet Events by id."""
    head, *rows = sheets(path)["Events"]
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def test_a_spreadsheet_has_typed_cells(tmp_path: Path) -> None:
    """Days are days, numbers numbers, flags flags, nothing is empty."""
    rows = events(export(tmp_path, "xlsx")[0])
    assert tuple(rows["e0"]) == COLUMNS
    assert rows["e0"]["start"] == datetime(2024, 4, 15)  # noqa: DTZ001 - Excel's days have no zone
    assert (rows["e0"]["radius_km"], rows["e0"]["main"], rows["e9"]["end"]) == (25, True, None)
    assert (rows["e8"]["lon"], rows["e8"]["border_km"]) == (-70.1234567, 1e-7)
    assert rows["e2"]["geometry"] == "LINESTRING (68 37, 71 37.5)"


def test_hostile_cells_are_texts(tmp_path: Path) -> None:
    """No formula, no link, and no character that XML forbids."""
    path, _ = export(tmp_path, "xlsx")
    book = openpyxl.load_workbook(path)
    assert {cell.data_type for row in book["Events"].iter_rows() for cell in row} <= {"s", "n", "b", "d", "inlineStr"}
    rows = events(path)
    names = ("title", "place", "source_name", "source_url")
    assert [rows["e7"][name] for name in names] == ["'=1+1", "'-2", "'@x", "''=y"]
    assert rows["e6"]["title"].startswith("<script>alert(1)</script>]]>&amp;")
    assert book["Events"]._hyperlinks == []


def test_the_receipt_is_a_sheet(tmp_path: Path) -> None:
    """In words, and as JSON."""
    path, written = export(tmp_path, "xlsx")
    lines = [row[0] for row in sheets(path)["Receipt"]]
    assert lines[0].startswith("Exported by Borderwatch")
    at = lines.index("The same as JSON, in the cells below:")
    assert json.loads("".join(lines[at + 1 :])) == written.receipt


def test_a_long_cell_is_cut_and_said_to_be(tmp_path: Path) -> None:
    """A cell holds 32,767 characters; the receipt counts what was cut."""
    path, written = export(tmp_path, "xlsx", events=(replace(DRILL, title="ы" * 40_000),))
    assert len(events(path)["e0"]["title"]) == 32_767
    assert written.receipt["cut_cells"] == "1 cells were longer than 32,767 characters and are cut"


def test_more_rows_than_a_sheet_holds_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message gives the number, the limit and the way out; nothing is written."""
    monkeypatch.setattr(xlsx, "MAX_ROWS", 10)
    with opened(tmp_path) as engine, pytest.raises(InvalidQuery, match=r"11 events do not fit.*10 rows.*CSV"):
        write(tmp_path / "out.xlsx", engine, ALL, format="xlsx", now=NOW)
    assert not (tmp_path / "out.xlsx").exists()


def test_days_before_excel_are_texts(tmp_path: Path) -> None:
    """Excel has no day before 1900."""
    old = replace(DRILL, start=DRILL.start.replace(year=1895), end=None)
    assert events(export(tmp_path, "xlsx", events=(old,))[0])["e0"]["start"] == "1895-04-15"


def test_an_empty_answer_has_both_sheets(tmp_path: Path) -> None:
    """A header and a receipt."""
    found = sheets(export(tmp_path, "xlsx", query=Query(kinds=("aid",)))[0])
    assert found["Events"] == [COLUMNS]
    assert list(found) == ["Events", "Receipt"]

"""A spreadsheet (XLSX) of what is shown, with the receipt on a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import InvalidQuery, StoreError
from geo.exports.cells import COLUMNS, to_cells
from geo.exports.chunks import Chunk
from geo.exports.jsontexts import to_json
from geo.exports.receipt import Ledger, to_lines
from geo.features import DATES

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# Limits of the format: support.microsoft.com "Excel specifications and limits"
MAX_ROWS = 1_048_576 - 1  # without the header
MAX_CELL = 32_767  # characters
FIRST_YEAR = 1900  # Excel has no day before; those are written as text
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not in XML 1.0 §2.2, so in no workbook


def check_fits(rows: int) -> None:
    """Raise InvalidQuery when so many rows are more than a worksheet holds."""
    if rows > MAX_ROWS:
        raise InvalidQuery(
            f"{rows:,} events do not fit into a worksheet, which has {MAX_ROWS:,} rows below its header; "
            "narrow the filters, or export CSV or GeoParquet."
        )


def write_xlsx(path: Path, chunks: Iterable[Chunk], ledger: Ledger) -> None:
    """
    Write the sheets ``Events`` and ``Receipt``, row by row to disk: memory does not grow.

    XlsxWriter in its constant-memory mode: twice as fast as openpyxl's write-only mode, and without dependencies.
    A cell longer than the format allows is cut, and the receipt says how many were.

    Raises
    ------
    InvalidQuery
        When there are more rows than a worksheet holds.
    StoreError
        When the file cannot be written.
    """
    import xlsxwriter  # noqa: PLC0415 - only this format needs it

    options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": str(path.parent)}
    book = xlsxwriter.Workbook(str(path), options)
    try:
        book.set_properties({"title": "Borderwatch export", "created": None})
        cut = _write_events(book, chunks, ledger)
        if cut:
            ledger.notes["cut_cells"] = f"{cut:,} cells were longer than {MAX_CELL:,} characters and are cut"
        _write_receipt(book.add_worksheet("Receipt"), ledger.receipt())
    finally:
        try:
            book.close()
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise StoreError(f"{path} cannot be written ({error}).") from error


def _write_events(book: Workbook, chunks: Iterable[Chunk], ledger: Ledger) -> int:
    sheet = book.add_worksheet("Events")
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    cut = row = 0
    for chunk in chunks:
        check_fits(ledger.written + chunk.rows.num_rows)
        ledger.add(chunk)
        columns = [(name, column.to_pylist()) for name, column in zip(COLUMNS, to_cells(chunk).columns, strict=True)]
        for cells in zip(*(values for _, values in columns), strict=True):
            row += 1
            cut += _write_row(sheet, row, cells, days)
    return cut


_DAYS = {number for number, name in enumerate(COLUMNS) if name in DATES}


def _write_row(sheet: Worksheet, row: int, cells: tuple[Any, ...], days: object) -> int:
    """Write one row; return how many of its cells were cut."""
    cut = 0
    for column, value in enumerate(cells):
        if value is None:
            continue
        if isinstance(value, str):
            text = _ILLEGAL.sub("\ufffd", value)
            if len(text) > MAX_CELL:
                text, cut = text[: MAX_CELL - 1] + "…", cut + 1
            sheet.write_string(row, column, text)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif column in _DAYS:
            _write_day(sheet, row, column, value, days)
        else:
            sheet.write_number(row, column, value)
    return cut


def _write_day(sheet: Worksheet, row: int, column: int, day: Any, days: object) -> None:  # noqa: ANN401 - a date
    if day.year > FIRST_YEAR:
        sheet.write_datetime(row, column, day, days)
    else:
        sheet.write_string(row, column, day.isoformat())


def _write_receipt(sheet: Worksheet, receipt: Mapping[str, Any]) -> None:
    """Write the receipt in words, and then as JSON for programs, cut into cells that hold it."""
    lines = [_ILLEGAL.sub("\ufffd", line)[:MAX_CELL] for line in to_lines(receipt)]
    text = to_json(receipt)
    pieces = [text[start : start + MAX_CELL] for start in range(0, len(text), MAX_CELL)]
    sheet.set_column(0, 0, 120)
    for row, line in enumerate([*lines, "", "The same as JSON, in the cells below:", *pieces]):
        sheet.write_string(row, 0, line)

"""Reading rows of text from CSV-like files and Excel in batches, each row with its line; broken rows are kept apart."""

from __future__ import annotations

import csv
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from geo.errors import UnreadableFile
from geo.importers.batch import Bad, Batch, Layout
from geo.importers.cells import Cells, bytes_of
from geo.importers.columns import day_of
from geo.importers.cut import Cutter

BLOCK = 1 << 20  # bytes parsed at a time; larger costs memory and is not faster
WIDE_BLOCK = 64 << 20  # for a file whose rows are longer than a block
SAMPLE_LINES = 200
DELIMITERS = ",;\t|"
GATHER = 8_192  # rows worked on at a time
BATCH = 10_000  # rows of Excel at a time
_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+\s*[a-z0-9_]+)*", re.IGNORECASE)  # HXL 1.1: a hashtag and its attributes

csv.field_size_limit(1 << 30)  # the cells of some sources hold whole articles


def read_sample(path: Path, delimiter: str, *, quoted: bool = True, rows: int = SAMPLE_LINES) -> list[list[str]]:
    """Return the first rows of a text file, header included."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
        reader = csv.reader(file, delimiter=delimiter, quoting=quoting)
        try:
            return [row for row in itertools.islice(reader, rows) if row]
        except csv.Error as error:
            raise UnreadableFile(f"{path} cannot be read as rows ({error}).") from error


def find_delimiter(path: Path) -> str:
    """Return the character that cuts the first rows of a text file into the most columns, alike in every row."""

    def score(delimiter: str) -> tuple[float, int]:
        rows = read_sample(path, delimiter, rows=20)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / max(1, len(rows))
        return (alike if width > 1 else 0.0), width

    return max(DELIMITERS, key=lambda delimiter: (score(delimiter)[0] >= 0.5, score(delimiter)[1]))


def is_tag_row(row: Sequence[str]) -> bool:
    """Return whether a row holds HXL tags and nothing else."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return bool(cells) and all(_TAG.fullmatch(cell) for cell in cells)


def unique_names(header: Iterable[str]) -> tuple[str, ...]:
    """Return column names without white space around them; empty and repeated ones get a number."""
    names: list[str] = []
    for number, name in enumerate(header, 1):
        base = name.strip().lstrip("\ufeff") or f"column {number}"
        names.append(base if base not in names else f"{base} ({number})")
    return tuple(names)


def read_text(path: Path, layout: Layout) -> Iterator[Batch]:
    """
    Yield the rows of a UTF-8 text file, a few megabytes at a time.

    What `Cutter` finds strange, and all after it, is read by Arrow, which is slower and knows what others do then.

    Raises
    ------
    UnreadableFile
        When a row is longer than 64 MB: a quotation mark was probably left open.
    """
    cutter = Cutter(path, layout)
    yield from _gather(cutter.batches())
    if cutter.done:
        return
    try:
        yield from _gather(_read_text(path, layout, BLOCK, cutter))
    except _TooLong as first:
        if first.rows:
            raise UnreadableFile(f"{path}: {first}") from first
        try:
            yield from _gather(_read_text(path, layout, WIDE_BLOCK, cutter))
        except _TooLong as error:
            raise UnreadableFile(f"{path}: {error}") from error


def _gather(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Yield batches put together to a size at which the cost per batch no longer counts."""
    waiting: list[Batch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= GATHER:
            yield _together(waiting)
            waiting = []
    if waiting:
        yield _together(waiting)


def _together(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    columns: Mapping[str, pa.Array]
    if all(isinstance(batch.columns, Cells) for batch in batches):
        columns = Cells.joined([batch.columns for batch in batches])
    else:
        columns = {name: pa.concat_arrays([batch.columns[name] for batch in batches]) for name in batches[0].columns}
    lines = np.concatenate([batch.lines for batch in batches])
    return Batch(columns, lines, [row for batch in batches for row in batch.bad])


class _TooLong(Exception):
    def __init__(self, rows: int, error: Exception) -> None:
        super().__init__(f"the row after row {rows} cannot be read ({error}); is a quotation mark left open there?")
        self.rows = rows


def _read_text(path: Path, layout: Layout, block: int, begin: Cutter) -> Iterator[Batch]:
    bad: list[pacsv.InvalidRow] = []

    def keep(row: pacsv.InvalidRow) -> str:
        bad.append(row)
        return "skip"

    blank = _has_blank_lines(path)
    counter = _Lines(begin.line, blank=blank)
    try:
        file = pa.OSFile(str(path))
        file.seek(begin.at)
        reader = pacsv.open_csv(
            file,
            pacsv.ReadOptions(block_size=block, column_names=layout.names, encoding="utf8", use_threads=False),
            pacsv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if layout.quoted else False,
                newlines_in_values=layout.quoted,
                ignore_empty_lines=not blank,
                invalid_row_handler=keep,
            ),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(layout.names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
        for batch in reader:
            here = counter.held(bad, len(batch))
            yield counter.number(batch, bad[:here])
            del bad[:here]
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        raise _TooLong(counter.rows, error) from error
    if bad:
        yield counter.number(
            pa.RecordBatch.from_pydict({name: pa.array([], pa.string()) for name in layout.names}), bad
        )


class _Lines:
    """Knows on which line of the file each row begins: cells may hold line breaks, and broken rows lie between."""

    def __init__(self, line: int, *, blank: bool) -> None:
        self._line, self.rows, self._blank = line, 0, blank

    def held(self, invalid: Sequence[pacsv.InvalidRow], good: int) -> int:
        """Return how many of the broken rows lie between the rows of a batch: Arrow reads a block ahead."""
        rows = enumerate(row.number - self.rows - 1 for row in invalid)
        return next((n for n, number in rows if number >= good + n), len(invalid))

    def number(self, batch: pa.RecordBatch, invalid: Sequence[pacsv.InvalidRow]) -> Batch:
        height = np.ones(len(batch), dtype=np.int64)
        for column in batch.columns:
            if _has_break(column):
                height += pc.count_substring(column, "\n").to_numpy(zero_copy_only=False)
        heights = [1 + row.text.rstrip("\r\n").count("\n") for row in invalid]
        total = len(batch) + len(invalid)
        nth = np.arange(len(invalid))
        at = np.array([row.number for row in invalid], dtype=np.int64) - self.rows - 1
        at = np.clip(at, nth, len(batch) + nth)
        is_good = np.ones(total, dtype=bool)
        is_good[at] = False
        tall = np.empty(total, dtype=np.int64)
        tall[is_good], tall[~is_good] = height, heights
        begins = self._line + np.concatenate(([0], np.cumsum(tall)[:-1])) if total else tall
        self._line += int(tall.sum())
        self.rows += total
        bad = [_bad(int(line), row) for line, row in zip(begins[~is_good], invalid, strict=True)]
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        found = Batch(columns, begins[is_good], bad)
        return _drop_blank(found) if self._blank else found


def _has_blank_lines(path: Path) -> bool:
    """Return whether lines may be empty; a line break in a cell may look so, which does no harm."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if b"\n\n" in block or b"\n\r\n" in block:
                return True
    return False


def _drop_blank(batch: Batch) -> Batch:
    """Return a batch without its blank lines, which Arrow makes rows of empty cells."""
    some = np.zeros(len(batch), dtype=bool)
    for column in batch.columns.values():
        some |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
        if some.all():
            return batch
    columns = {name: column.filter(pa.array(some)) for name, column in batch.columns.items()}
    return Batch(columns, batch.lines[some], batch.bad)


def _has_break(column: pa.Array) -> bool:
    return b"\n" in bytes_of(column).tobytes()


def _bad(line: int, row: pacsv.InvalidRow) -> Bad:
    reason = f"has {row.actual_columns} cells; expected {row.expected_columns}"
    return Bad(line, reason, row.text.rstrip("\r\n"))


def read_excel(path: Path) -> Iterator[tuple[int, list[str]]]:
    """
    Yield the number and the cells of each row of a workbook's first sheet that has rows, as text.

    Raises
    ------
    UnreadableFile
        When it is no workbook.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - only Excel needs it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which hold no data
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                sheet = next((sheet for sheet in book.worksheets if (sheet.max_row or 2) > 1), book.worksheets[0])
                for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                    yield number, [day_of(value) for value in row]
            finally:
                book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError, IndexError) as error:
        raise UnreadableFile(f"{path} cannot be read as an Excel workbook ({error}).") from error


def batch_rows(rows: Iterable[tuple[int, list[str]]], layout: Layout) -> Iterator[Batch]:
    """Yield rows of plain cells as batches; short ones are filled up, blank ones left out, long ones broken."""
    width = len(layout.names)
    kept = ((line, _fit(row, width)) for line, row in rows if line > layout.skip and any(row))
    while some := list(itertools.islice(kept, BATCH)):
        good = [(line, row) for line, row in some if len(row) == width]
        bad = [
            Bad(line, f"has {len(row)} cells; expected {width}", to_line(row)) for line, row in some if len(row) > width
        ]
        cells = list(zip(*(row for _, row in good), strict=True)) or [()] * width
        columns = {name: pa.array(cell, pa.string()) for name, cell in zip(layout.names, cells, strict=True)}
        yield Batch(columns, np.array([line for line, _ in good], dtype=np.int64), bad)


def _fit(row: list[str], width: int) -> list[str]:
    while len(row) > width and not row[-1]:
        row = row[:-1]
    return row + [""] * (width - len(row))


def to_line(cells: Iterable[str]) -> str:
    """Return cells as one line of CSV."""
    quoted = ('"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell for cell in cells)
    return ",".join(quoted)

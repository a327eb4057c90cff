"""CSV-like text into rows, a few megabytes at a time: where cells end is found in all bytes at once, not row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from geo.importers.batch import Bad, Batch, Layout
from geo.importers.cells import END, Cells

BLOCK = 1 << 20  # bytes: what is noted of them fits the processor's cache
LONGEST = 16 << 20  # of a row; what is longer is left to the other reader
_DROP = 1  # marks a byte that is no part of a cell; where a cell has this byte itself it is escaped before
_NEWLINE, _RETURN, _QUOTE, _BACKSLASH = b'\n\r"\\'
_ESCAPED = {sign: f"\\u{sign:04x}".encode() for sign in range(32)}  # RFC 8259 §7
_ESCAPED |= {9: b"\\t", _NEWLINE: b"\\n", _RETURN: b"\\r", _QUOTE: b'\\"', _BACKSLASH: b"\\\\"}
_GROWTH = np.array([len(_ESCAPED.get(sign, "_")) - 1 for sign in range(256)])
_NONE = np.empty(0, dtype=np.int64)


class Strange(Exception):
    """The text is not as RFC 4180 has it, so where its cells end is a question of taste."""


class _Marks(NamedTuple):
    """Where in a block the bytes are that may mean something, which end a cell, which end a row; what quotes cells."""

    at: np.ndarray
    sign: np.ndarray
    ends_cell: np.ndarray
    ends_row: np.ndarray
    end: int
    quotes: np.ndarray
    delimiter: int


class _Text(NamedTuple):
    """A block as `Cells` has rows: which bytes were dropped, and before which it has grown by how much."""

    data: bytes | np.ndarray
    dropped: np.ndarray
    others: np.ndarray
    grown: np.ndarray

    def moved(self, at: np.ndarray) -> np.ndarray:
        """Return where bytes are now that were at some places, ascending."""
        now = at - np.searchsorted(self.dropped, at)
        return now + np.append(0, self.grown)[np.searchsorted(self.others, at)] if len(self.others) else now


@dataclass(slots=True)
class Cutter:
    """
    Reads a UTF-8 text file as long as it is plain: RFC 4180 where cells are quoted, cells and delimiters otherwise.

    Attributes
    ----------
    at, line
        The byte and the line of the first row that was not read; `done` once all were.
    """

    path: Path
    layout: Layout
    at: int = 0
    line: int = 1
    done: bool = False

    def batches(self) -> Iterator[Batch]:
        """Yield the rows up to the end of the file or to the first block that is not plain; see `done`."""
        with self.path.open("rb") as file:
            for _ in range(self.layout.skip):
                self.at += len(file.readline())
                self.line += 1
            rest = b""
            while True:
                more = file.read(BLOCK)
                block = rest + more
                if not more and block and not block.endswith(b"\n"):
                    block += b"\n"
                if not block:
                    break
                try:
                    batch, used = self._cut(block, last=not more)
                except Strange:
                    return
                rest = block[used:]
                self.at += used
                if batch is not None:
                    yield batch
        self.done = True

    def _cut(self, block: bytes, *, last: bool) -> tuple[Batch | None, int]:
        """Return the whole rows at the beginning of a block, and how many bytes they are."""
        raw = np.frombuffer(block, dtype=np.uint8)
        marks = self._mark(raw, quoted=self.layout.quoted and b'"' in block, escaped=[c for c in b'"\\' if c in block])
        if not marks.end:
            if last or len(block) > LONGEST:
                raise Strange
            return None, 0
        return self._batch(block, marks, _rewrite(raw[: marks.end].copy(), marks)), marks.end

    def _mark(self, data: np.ndarray, *, quoted: bool, escaped: list[int]) -> _Marks:
        delimiter = ord(self.layout.delimiter)
        wanted = data < 32
        for sign in (*escaped, *((delimiter,) if delimiter >= 32 else ())):
            wanted |= data == sign
        at = np.flatnonzero(wanted)
        sign = data[at]
        ends_row, ends_cell = sign == _NEWLINE, sign == delimiter
        quotes = np.empty(0, dtype=np.int64)
        if quoted:
            is_quote = sign == _QUOTE
            outside = np.cumsum(is_quote, dtype=np.uint8) & 1 == 0
            ends_row &= outside
            ends_cell &= outside
            quotes = at[is_quote]
        ends_cell |= ends_row
        rows = np.flatnonzero(ends_row)
        count = int(rows[-1]) + 1 if len(rows) else 0
        end = int(at[count - 1]) + 1 if count else 0
        quotes = quotes[: np.searchsorted(quotes, end)]
        return _Marks(at[:count], sign[:count], ends_cell[:count], ends_row[:count], end, quotes, delimiter)

    def _batch(self, block: bytes, marks: _Marks, text: _Text) -> Batch | None:
        """Return the rows that have all their cells, in `text` as `Cells` has them, and the others as they were."""
        width = len(self.layout.names)
        ends = marks.at[marks.ends_row]
        cells = np.diff(np.flatnonzero(marks.ends_row[marks.ends_cell]), prepend=-1)
        lines = self._count_lines(marks, ends)
        good = cells == width
        edges = np.concatenate(([0], text.moved(ends) + 1)).astype(np.int32)
        rows = pa.Array.from_buffers(pa.string(), len(ends), [None, pa.py_buffer(edges), pa.py_buffer(text.data)])
        bad: list[Bad] = []
        blank = _is_blank(block, ends, cells)
        if blank.any() or not good.all():
            good &= ~blank
            bad = [self._bad(block, ends, row, cells, lines) for row in np.flatnonzero(~good & ~blank)]
            rows, lines = rows.filter(pa.array(good)), lines[good]
        return Batch(Cells(self.layout.names, rows), lines, bad) if len(lines) or bad else None

    def _count_lines(self, marks: _Marks, ends: np.ndarray) -> np.ndarray:
        """Return the line that each row begins on; cells may hold line breaks."""
        height = np.ones(len(ends), dtype=np.int64)
        within = marks.at[(marks.sign == _NEWLINE) & ~marks.ends_row]
        if len(within):
            height += np.bincount(np.searchsorted(ends, within), minlength=len(ends))
        after = self.line + np.cumsum(height)
        self.line = int(after[-1])
        return after - height

    def _bad(self, block: bytes, ends: np.ndarray, row: int, cells: np.ndarray, lines: np.ndarray) -> Bad:
        start = int(ends[row - 1]) + 1 if row else 0
        text = block[start : int(ends[row])].decode().rstrip("\r\n")
        return Bad(int(lines[row]), f"has {cells[row]} cells; expected {len(self.layout.names)}", text)


def _is_blank(block: bytes, ends: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return which rows are empty lines."""
    size = np.diff(ends, prepend=-1)
    blank = (cells == 1) & (size == 1)
    for row in np.flatnonzero((cells == 1) & (size == 2)):
        blank[row] = block[int(ends[row]) - 1] == _RETURN
    return blank


def _rewrite(data: np.ndarray, marks: _Marks) -> _Text:
    """Return a block with tabs after its cells, without the quotation marks around them, escaped as in JSON."""
    ends = marks.at[marks.ends_row]
    returns = ends[data[ends - 1] == _RETURN] - 1
    drop = returns
    if len(marks.quotes):
        around = _unquote(data, marks)
        drop = np.sort(np.concatenate((returns, around)), kind="stable") if len(returns) else around
    other = ~marks.ends_cell
    if len(returns):
        other[:-1] &= (marks.sign[:-1] != _RETURN) | ~marks.ends_row[1:] | (np.diff(marks.at) != 1)
    others, signs = marks.at[other], marks.sign[other]
    if len(others):
        if len(marks.quotes):
            keep = (signs != _QUOTE) & ((signs != marks.delimiter) | (signs < 32))
            others, signs = others[keep], signs[keep]
        alone = others[signs == _RETURN]
        if len(alone) and not (np.searchsorted(marks.quotes, alone) % 2 == 1).all():
            raise Strange
    data[ends if marks.delimiter == END else marks.at[marks.ends_cell]] = END
    data[drop] = _DROP
    text, grown = _escape(data, others, signs) if len(others) else (data, _NONE)
    if len(drop):
        text = (text if isinstance(text, bytes) else text.tobytes()).replace(bytes([_DROP]), b"")
    return _Text(text, drop, others, grown)


def _unquote(data: np.ndarray, marks: _Marks) -> np.ndarray:
    """Turn two quotation marks in a cell into one as JSON has it; return where those around cells are."""
    opens, closes = marks.quotes[::2], marks.quotes[1::2]
    before, after = data[opens - 1], data[closes + 1]  # before the first byte is the last, the end of a row
    again, twice = before == _QUOTE, after == _QUOTE  # the first and the second of two
    delimiter = marks.delimiter
    returns = np.flatnonzero(after == _RETURN)
    after[returns] = data[np.minimum(closes[returns] + 2, len(data) - 1)]
    fits = (again | (before == delimiter) | (before == _NEWLINE), twice | (after == delimiter) | (after == _NEWLINE))
    if not (fits[0].all() and fits[1].all()):
        raise Strange
    data[closes[twice]] = _BACKSLASH
    around = np.empty(len(marks.quotes), dtype=bool)
    around[::2], around[1::2] = ~again, ~twice
    return marks.quotes[around]


def _escape(data: np.ndarray, at: np.ndarray, signs: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Return bytes with those at some places as JSON has them, and by how much the text has grown after each."""
    text, parts, done = data.tobytes(), [], 0
    for place, sign in zip(at.tolist(), signs.tolist(), strict=True):
        parts += (text[done:place], _ESCAPED[sign])
        done = place + 1
    parts.append(text[done:])
    return b"".join(parts), np.cumsum(_GROWTH[signs])

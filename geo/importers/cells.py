"""Rows of text, one text each: cells as they stand in JSON, each ended by a tab; a column, or JSON, is a step away."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

END = 9  # the tab: never in a cell, since JSON has it escaped (RFC 8259 §7)
SLICE = 500  # rows whose JSON is put together at once: it then stays in the processor's cache, twice as fast
_CONTROL = re.compile(r"[\x00-\x1f]")


class Cells(Mapping[str, pa.StringArray]):
    """
    The cells of some rows; as a mapping, the columns by name, which are only made when they are asked for.

    Parameters
    ----------
    names
        The columns, unique.
    rows
        Each row as `pack` makes it.
    """

    def __init__(self, names: Sequence[str], rows: pa.StringArray) -> None:
        self.names, self.rows = tuple(names), rows
        self._number = {name: number for number, name in enumerate(self.names)}
        self._made: dict[str, pa.StringArray] = {}

    @classmethod
    def joined(cls, parts: Sequence[Cells]) -> Cells:
        """Return the rows of all parts, one after the other; what is looked for in all bytes is so part by part."""
        found = cls(parts[0].names, pa.concat_arrays([part.rows for part in parts]))
        data, ends, escaped = zip(*((part._data, part._ends, part._is_escaped) for part in parts), strict=True)  # noqa: SLF001 - of this class
        starts = np.cumsum([0, *map(len, data[:-1])], dtype=np.int32)
        found._ends = np.concatenate([end + start for end, start in zip(ends, starts, strict=True)])
        found._is_escaped = any(escaped)
        return found

    def __getitem__(self, name: str) -> pa.StringArray:
        if name not in self._made:
            self._made[name] = self._unescape(self._pieces(self._number[name], self._number[name] + 1))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def row(self, row: int) -> list[str]:
        """Return the cells of one row."""
        cells = self.rows[row].as_py().split("\t")[: len(self)]
        return [json.loads(f'"{cell}"') if "\\" in cell else cell for cell in cells]

    def runs(self, without: Collection[str]) -> list[pa.StringArray]:
        """Return rows without some of the columns, to be compared: one text for each run of columns that is left."""
        left = [number for number, name in enumerate(self.names) if name.lower() not in without]
        starts = [number for number in left if number - 1 not in left]
        ends = [number + 1 for number in left if number + 1 not in left]
        return [self._pieces(start, end) for start, end in zip(starts, ends, strict=True)]

    @cached_property
    def _data(self) -> np.ndarray:
        return bytes_of(self.rows)

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where each cell of each row ends, a row of numbers for each."""
        ends = np.flatnonzero(self._data == END).astype(np.int32)
        return ends.reshape(len(self.rows), len(self))

    @cached_property
    def _every_other(self) -> pa.Array:
        return pa.array(np.arange(0, 2 * len(self.rows), 2, dtype=np.int32))

    @cached_property
    def _is_escaped(self) -> bool:
        return b"\\" in self._data.tobytes()

    def _pieces(self, start: int, end: int) -> pa.StringArray:
        """Return the text of each row from the beginning of one column to the end of another."""
        if not len(self.rows):
            return pa.array([], pa.string())
        edges = np.empty(2 * len(self.rows) + 1, dtype=np.int32)
        edges[1::2] = self._ends[:, end - 1]
        edges[0], edges[-1] = 0, len(self._data)
        if start:
            edges[:-1:2] = self._ends[:, start - 1] + 1
        else:
            edges[2:-1:2] = self._ends[:-1, -1] + 1
        return _texts(2 * len(self.rows), edges, self._data).take(self._every_other)

    def _unescape(self, column: pa.StringArray) -> pa.StringArray:
        if not self._is_escaped or b"\\" not in bytes_of(column).tobytes():
            return column
        some = pc.match_substring(column, "\\")
        plain = [json.loads(f'"{cell}"') for cell in column.filter(some).to_pylist()]
        return pc.replace_with_mask(column, some, pa.array(plain, pa.string()))


class InLowerCase(Mapping[str, pa.StringArray]):
    """Columns by their names in lower case."""

    def __init__(self, columns: Mapping[str, pa.StringArray]) -> None:
        self._columns = columns
        self._names = {name.lower(): name for name in columns}

    def __getitem__(self, name: str) -> pa.StringArray:
        return self._columns[self._names[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def pack(columns: Mapping[str, pa.StringArray]) -> Cells:
    """Return the cells of columns of plain text."""
    cells = [escape(column) for column in columns.values()]
    rows = len(cells[0]) if cells else 0
    pieces = [
        pc.binary_join_element_wise(*(cell.slice(start, SLICE) for cell in cells), "", "\t")
        for start in range(0, rows, SLICE)
    ]
    return Cells(tuple(columns), pa.concat_arrays(pieces) if pieces else pa.array([], pa.string()))


class _Heads(NamedTuple):
    """What stands before each cell of a row in JSON, and after the last; which piece follows which."""

    data: np.ndarray
    edges: np.ndarray
    order: np.ndarray


def to_json(rows: pa.StringArray, names: Sequence[str]) -> pa.ChunkedArray:
    """Return each row as a JSON object, in the order of the columns; an empty cell is an empty text."""
    heads = _heads(names, min(SLICE, len(rows)))
    pieces = [_join(rows.slice(start, SLICE), heads, len(names)) for start in range(0, len(rows), SLICE)]
    return pa.chunked_array(pieces, pa.string())


def _heads(names: Sequence[str], rows: int) -> _Heads:
    texts = [("{" if n == 0 else '",') + _json_name(name) + ':"' for n, name in enumerate(names)] + ['"}']
    encoded = [text.encode() for text in texts]
    width = len(texts)
    order = np.empty((rows, 2 * width - 1), dtype=np.int32)
    order[:, ::2] = np.arange(width)
    order[:, 1::2] = width + np.arange(0, 2 * rows * (width - 1), 2, dtype=np.int32).reshape(rows, width - 1)
    edges = np.cumsum([0, *map(len, encoded)]).astype(np.int32)
    return _Heads(np.frombuffer(b"".join(encoded), dtype=np.uint8), edges, order)


def _join(rows: pa.StringArray, heads: _Heads, width: int) -> pa.StringArray:
    """Return the JSON of a few rows: cells and what stands between them, picked into one text that is cut in rows."""
    cells = bytes_of(rows)
    ends = np.flatnonzero(cells == END)
    count, before = len(ends), len(heads.edges)
    edges = np.empty(before + 2 * count, dtype=np.int32)
    edges[:before] = heads.edges
    edges[before::2] = ends + len(heads.data)  # a cell ends
    edges[before + 1 :: 2] = edges[before::2] + 1  # and its tab
    data = np.concatenate((heads.data, cells))
    pieces = _texts(len(edges) - 1, edges, data).take(pa.array(heads.order[: len(rows)].ravel()))
    _, offsets, text = pieces.buffers()
    starts = np.frombuffer(offsets, dtype=np.int32)[: len(pieces) + 1 : 2 * width + 1]
    return pa.Array.from_buffers(pa.string(), len(rows), [None, pa.py_buffer(starts.copy()), text])


def _texts(count: int, edges: np.ndarray, data: np.ndarray) -> pa.StringArray:
    """Return the texts between edges in bytes, without copying them."""
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(edges), pa.py_buffer(data)])


def _json_name(name: str) -> str:
    return '"' + _CONTROL.sub(" ", name.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def bytes_of(column: pa.StringArray) -> np.ndarray:
    """Return the bytes of all texts of a column, one after the other, without copying them."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return np.zeros(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)
    return np.frombuffer(data, dtype=np.uint8)[ends[column.offset] : ends[column.offset + len(column)]]


def escape(column: pa.StringArray) -> pa.StringArray:
    """Return text as it stands between the quotation marks of JSON (RFC 8259 §7)."""
    data = bytes_of(column)
    text = data.tobytes()  # searched by the processor's widest steps
    if not len(data) or (data.min() >= 32 and b'"' not in text and b"\\" not in text):
        return column
    held = set(np.flatnonzero(np.bincount(data, minlength=256)).tolist())
    for code in (92, 34, *range(32)):  # the backslash first
        if code in held:
            sign = chr(code)
            named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign, f"\\u{code:04x}")
            column = pc.replace_substring(column, sign, "\\" + sign if code in (34, 92) else named)
    return column

"""Rows put aside on disk by year and place while a file is read, so that memory does not grow with the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from geo.importers.stage import HILBERT_BITS

BIN_BITS = 12  # of the Hilbert number: how finely rows are counted to be shared out
BUFFER_ROWS = 4_096  # sorted at once, at least; larger batches are not put together: it would copy all their text
PIECE_ROWS = 24_576  # that are meant to be together: what is sorted and stored at once
PACK_FROM = 2 << 30  # bytes of the file: what is put aside of a smaller one need not be compressed


@dataclass(slots=True)
class Spool:
    """
    Rows put aside in pieces of a year, as `number_of` numbers them, or under numbers of any other meaning.

    Attributes
    ----------
    counts
        Rows per number.
    bins
        Rows per number and coarse place, to share them out later.
    packed
        Whether to compress what is put aside.
    """

    folder: Path
    packed: bool = False
    counts: Counter[int] = field(default_factory=Counter)
    bins: dict[int, np.ndarray] = field(default_factory=dict)
    _waiting: list[tuple[pa.Table, np.ndarray]] = field(default_factory=list)
    _rows: int = 0
    _writer: pa.ipc.RecordBatchFileWriter | None = None
    _schema: pa.Schema | None = None
    _files: int = 0
    _written: int = 0
    _where: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()

    def add(self, rows: pa.Table, number: np.ndarray) -> None:
        """Put rows aside under the number that each belongs to."""
        self._waiting.append((rows, number))
        self._rows += len(number)
        if self._rows >= BUFFER_ROWS:
            self._flush()

    def finish(self) -> None:
        """Write what waits; from now on it can be read."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def _flush(self) -> None:
        if not self._rows:
            return
        # Of GeoJSON each piece may have its own columns of the original; those are in `extra` then.
        rows = pa.concat_tables([rows for rows, _ in self._waiting], promote_options="default")
        number = np.concatenate([number for _, number in self._waiting])
        self._waiting, self._rows = [], 0
        order = np.argsort(number, kind="stable")
        if (np.diff(order) != 1).any():
            rows, number = rows.take(pa.array(order)), number[order]
        keys = rows["key"].to_numpy()
        starts = np.flatnonzero(np.diff(number, prepend=number[0] - 1))
        self._open(rows.schema)
        whole = rows.combine_chunks().to_batches()[0]
        for start, end in zip(starts, [*starts[1:], len(number)], strict=True):
            self._append(int(number[start]), whole.slice(start, end - start), keys[start:end])

    def _open(self, schema: pa.Schema) -> None:
        if self._writer is not None and schema.equals(self._schema):
            return
        if self._writer is not None:
            self._writer.close()
            self._files += 1
        options = pa.ipc.IpcWriteOptions(compression="lz4" if self.packed else None)
        self._writer = pa.ipc.new_file(str(self._path(self._files)), schema, options=options)
        self._schema, self._written = schema, 0

    def _append(self, number: int, rows: pa.RecordBatch, keys: np.ndarray) -> None:
        self._writer.write_batch(rows)
        self._where.setdefault(number, []).append((self._files, self._written))
        self._written += 1
        self.counts[number] += len(keys)
        bins = np.bincount(to_bins(keys), minlength=1 << BIN_BITS)
        self.bins[number] = self.bins.get(number, 0) + bins

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.arrow"

    def read(self, number: int) -> Iterator[pa.Table]:
        """Yield what was put aside under a number, in the order it came in, piece by piece."""
        where = self._where.get(number, ())
        for file in sorted({file for file, _ in where}):
            with pa.OSFile(str(self._path(file))) as source:  # not mapped: that would count as memory
                reader = pa.ipc.open_file(source)
                for one, batch in where:
                    if one == file:
                        yield pa.Table.from_batches([reader.get_batch(batch)])


@dataclass(slots=True)
class Pieces:
    """
    Divides the rows of large years by place, as the first rows of a file lead to expect.

    Attributes
    ----------
    splits
        The coarse places at which a new piece begins, by year; a year that is not there is one piece.
    learned
        Whether the first rows were looked at.
    """

    splits: dict[int, np.ndarray] = field(default_factory=dict)
    learned: bool = False

    def learn(self, year: np.ndarray, key: np.ndarray, times: float) -> None:
        """Divide years by some rows, of which so many times as many will come."""
        self.learned = True
        for each in np.unique(year):
            some = to_bins(key[year == each])
            found = find_splits(np.bincount(some, minlength=1 << BIN_BITS) * times)
            if len(found):
                self.splits[int(each)] = found

    def number(self, year: np.ndarray, key: np.ndarray) -> np.ndarray:
        """Return the number under which to put each row aside; see `year_of`."""
        found = year.astype(np.int64) << BIN_BITS
        for each, splits in self.splits.items():
            some = np.flatnonzero(year == each)
            if len(some):
                found[some] += np.searchsorted(splits, to_bins(key[some]), side="right")
        return found


def year_of(number: int) -> int:
    """Return the year of the rows that `Pieces` gave a number."""
    return number >> BIN_BITS


def find_splits(bins: np.ndarray) -> np.ndarray:
    """Return the coarse places at which a new piece begins, so that each holds about `PIECE_ROWS` rows."""
    piece = (np.cumsum(bins) - bins) // PIECE_ROWS
    return np.flatnonzero(np.diff(piece) > 0) + 1


def to_bins(keys: np.ndarray) -> np.ndarray:
    """Return the coarse places of Hilbert numbers."""
    return keys >> (2 * HILBERT_BITS - BIN_BITS)

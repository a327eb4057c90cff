"""Distances of an import's points to the borders: measured many thousands at once, kept by row number until written."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.borders import Borders

AREA_PRECISIONS = ("region", "country")  # no distance to a border is told for the centre of an area
AT_ONCE = 1 << 18  # points; one by one, places that lie apart cost five times as much as when many lie together
_FOUND = np.dtype([("pair", "<i2"), ("km", "<f8"), ("at_km", "<f8")])
_NOTHING = (-1, np.nan, np.nan)


class Measured:
    """
    The nearest border of every point, measured in a thread of its own while the file is read, then asked by row.

    What is found is kept on disk, 18 bytes a row, so that memory does not grow with the file.

    Parameters
    ----------
    path
        Where to keep it; a new file.
    borders
        What to measure against; also used for geometries that are no points.
    """

    def __init__(self, path: Path, borders: Borders) -> None:
        self.borders = borders
        self._names = pa.array(borders.pairs(), pa.string())
        self._path, self._file = path, path.open("xb")
        self._waiting: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._count, self._next, self._written = 0, 0, 0
        self._pool = ThreadPoolExecutor(1)
        self._work: Future[None] | None = None
        self._found = np.empty(0, dtype=_FOUND)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._file.close()

    def add(self, drafts: pa.Table) -> None:
        """Take on the points of rows as `geo.importers.stage.to_staged` gives them, their numbers ascending."""
        if not drafts.num_rows or "search" in drafts.column_names:  # stored rows of ours know their border
            return
        lon, lat, seq = (drafts[name].to_numpy() for name in ("lon", "lat", "seq"))
        is_area = pc.is_in(drafts["location_precision"], pa.array(AREA_PRECISIONS)).to_numpy()
        some = ~np.isnan(lon) & ~is_area
        self._waiting.append((seq[some], lon[some], lat[some]))
        self._next = int(seq[-1]) + 1
        self._count += int(some.sum())
        if self._count >= AT_ONCE:
            self._start()

    def finish(self) -> None:
        """End the taking on; from now on it can be asked."""
        self._start()
        self._settle()
        self._file.close()
        if self._path.stat().st_size:
            self._found = np.memmap(self._path, dtype=_FOUND, mode="r")

    def columns(self, seq: np.ndarray) -> dict[str, pa.Array]:
        """Return the border columns of rows given by their numbers: null where there is no point, or only an area."""
        found = self._found[seq]
        pair = pa.array(found["pair"], mask=found["pair"] < 0)
        numbers = {f"border_{name}": pa.array(np.ascontiguousarray(found[name])) for name in ("km", "at_km")}
        return {"border": self._names.take(pair)} | {
            name: pc.if_else(pc.is_nan(column), None, column) for name, column in numbers.items()
        }

    def _start(self) -> None:
        """Measure what waits; one portion at a time, since measuring uses all processors by itself."""
        self._settle()
        if self._waiting:
            points = [np.concatenate(column) for column in zip(*self._waiting, strict=True)]
            self._work = self._pool.submit(self._measure, *points, self._written, self._next)
            self._written = self._next
        self._waiting, self._count = [], 0

    def _settle(self) -> None:
        if self._work is not None:
            self._work.result()
        self._work = None

    def _measure(self, seq: np.ndarray, lon: np.ndarray, lat: np.ndarray, first: int, end: int) -> None:
        found = np.full(end - first, np.array(_NOTHING, dtype=_FOUND))
        if len(seq):
            rows = seq - first
            found["pair"][rows], found["km"][rows], found["at_km"][rows] = self.borders.nearest_points(lon, lat)
        found.tofile(self._file)

"""One view of the map at every date: its places in narrow columns, so that a moving brush asks no engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.grid import WORLD_BITS, Box, Viewport
from geo.records import KINDS, STATUSES
from geo.sql import BEGUN, Statement, judged, seen
from geo.sql_boxes import bind_box, meets
from geo.sql_places import WORLD

if TYPE_CHECKING:
    from geo.engines import Session
    from geo.query import Query

MOST_PARTS = 3_000_000  # places held at once, about 45 bytes each; a view of more is asked of the engine
SHORT_DAYS = 45  # what lasts no longer is found by its first day alone
ALWAYS, NEVER = np.int32(2**31 - 1), np.int32(-(2**31))
EPOCH = date(1970, 1, 1)


def _numbered(column: str, names: Sequence[str]) -> str:
    """Return the SQL of a name's number, which needs a byte where the name needs a dozen."""
    cases = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(names))
    return f"CAST(CASE {column} {cases} END AS SMALLINT) AS {column}_number"


_AREA = "(part_border IS NOT NULL OR part_area IS NOT NULL)"
# type: 0 a point with its circle, 1 a border line, 2 an area; told, begun: of what has no end, as in geo.sql
_COLUMNS = f"""{_numbered("kind", KINDS)}, {_numbered("status", STATUSES)}, "start", "end",
    date_precision = 'day' AS sure, CASE WHEN "end" IS NULL THEN published END AS told,
    CASE WHEN "end" IS NULL THEN {BEGUN} END AS begun, part_lon, part_lat, part_mx, part_my, part_radius_km,
    coalesce(part_border, part_area) AS place_key, CASE WHEN parts > 1 THEN spot END AS shared,
    CAST(CASE WHEN part_precision = 'line' AND part_border IS NOT NULL THEN 1
        WHEN part_precision IN ('region', 'country') THEN 2 ELSE 0 END AS SMALLINT) AS place_type"""
_NAMES = """kind_number, status_number, "start", "end", sure, told, begun, part_lon, part_lat, part_mx, part_my,
    part_radius_km, place_key, shared, place_type"""


def film_of(session: Session, query: Query, bbox: Box, *, zoom: float, limit: int) -> Film | None:
    """
    Read what a view may draw at any date.

    Parameters
    ----------
    query
        Its own date range is left out.
    bbox, zoom, limit
        The view, as in `geo.query.Engine.cells`.

    Returns
    -------
    film
        None where the view holds more than `MOST_PARTS` places.
    """
    fine, coarse = (Viewport.of(bbox, zoom=zoom, limit=n) for n in (limit, max(1, limit // 2)))
    query = replace(query, start=None, end=None)
    table = session.table(_statement(query, fine))
    return None if len(table) > MOST_PARTS else Film(table, bbox, (fine, coarse), limit, possible=query.possible)


def _statement(query: Query, view: Viewport) -> Statement:
    """Select every place in the view's cells, and the known lines and areas that meet it."""
    across = " OR ".join(f"part_mx BETWEEN {first:d} AND {last:d}" for first, last in view.columns)
    within = f"({across}) AND part_my BETWEEN {view.rows[0]:d} AND {view.rows[1]:d}"
    where = f"CASE WHEN {_AREA} THEN {meets(view.bounds, 'part_')} ELSE {within} END"
    where = f"part_mx IS NOT NULL AND ({'TRUE' if view.bounds == WORLD else where})"
    each = [judged(query, columns=_COLUMNS, view=name, where=where) for name in ("singles", "multiples")]
    inner = " UNION ALL ".join(statement.text for statement in each)
    text = f"""SELECT {_NAMES}, verdict = 'possible' AS maybe FROM ({inner}) AS judged
        WHERE {seen(query)} LIMIT {MOST_PARTS + 1:d}"""  # noqa: S608
    return Statement(text, each[0].values | bind_box(view.bounds))


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one grid: of each place the number of its cell, and of each cell the line or area it stands for."""

    cell: np.ndarray
    keys: list[str | None]


class Film:
    """
    The places of one view; `frame` tells what the map draws for a range of dates.

    Attributes
    ----------
    nbytes
        What its columns hold in memory.
    """

    def __init__(
        self, table: pa.Table, bbox: Box, views: tuple[Viewport, Viewport], limit: int, *, possible: bool
    ) -> None:
        start, end = _days(table["start"], NEVER), _days(table["end"], ALWAYS)
        self._start, self._end, self._limit, self._possible = start, end, limit, possible
        self._dated = (start != NEVER) | (end != ALWAYS)
        self._since, self._until = _certain(table, start, end)
        long = (start == NEVER) | (end.astype("int64") - start > SHORT_DAYS)
        short = np.flatnonzero(~long)
        self._long, self._short = np.flatnonzero(long), short[np.argsort(start[short], kind="stable")]
        self._short_start = start[self._short]
        self._maybe = _numpy(table["maybe"])
        self._kind, self._status, self._type = (
            _small(table[name]) for name in ("kind_number", "status_number", "place_type")
        )
        self._lon, self._lat, self._km = (_numpy(table[name]) for name in ("part_lon", "part_lat", "part_radius_km"))
        self._key, self._keys = _dictionary(table["place_key"])
        self._event = _events(table["shared"])
        self._near = (self._key >= 0) | _inside(self._lon, self._lat, bbox)
        mx, my = (_numpy(table[name]) for name in ("part_mx", "part_my"))
        self._grids = [self._grid(mx, my, view) for view in views]
        arrays = [value for name in vars(self) if isinstance(value := getattr(self, name), np.ndarray)]
        self.nbytes = sum(array.nbytes for array in [*arrays, *(grid.cell for grid in self._grids)])

    def _grid(self, mx: np.ndarray, my: np.ndarray, view: Viewport) -> Grid:
        """Number the view's cells row by row, then the lines and areas; what is known as one is in no other cell."""
        left, top = view.columns[0][0] >> view.shift, view.rows[0] >> view.shift
        across, down = 1 << (WORLD_BITS - view.shift), (view.rows[1] >> view.shift) - top + 1
        width = sum((b >> view.shift) - (a >> view.shift) + 1 for a, b in view.columns)
        column, row = ((mx >> view.shift) - left) % across, (my >> view.shift) - top
        cell = np.where(self._key >= 0, width * down + self._key, column * down + row)
        return Grid(cell.astype("int32"), [None] * (width * down) + self._keys)

    def frame(self, start: date | None, end: date | None, *, few: int) -> dict[str, Any]:
        """
        Return what the map draws for a range of dates, inclusive; None: no limit.

        Parameters
        ----------
        few
            Up to so many events are drawn one by one.

        Returns
        -------
        frame
            ``marks``: [lon, lat, kind, status, 1 if possible, radius in km or null, type, key], with kind and status
            as numbers in `KINDS` and `STATUSES`, type 0 for a point, 1 for a border line and 2 for an area, which
            ``key`` names; ``cells``: [lon, lat, n, possible, key or null, n by kind]; ``few``: whether all are marks.
        """
        rows, maybe = self._rows(start, end)
        near = rows[self._near[rows]]
        if len(near) <= few or (self._event is not None and len(np.unique(self._event[near])) <= few):
            kept = self._near[rows]
            return {"few": True, "marks": self._marks(near, maybe[kept]), "cells": []}
        grid = self._grids[0]
        if np.count_nonzero(np.bincount(grid.cell[rows])) > self._limit:
            grid = self._grids[1]
        return {"few": False, **self._cells(rows, maybe, grid)}

    def _rows(self, start: date | None, end: date | None) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows that a range does not exclude, and which of them are possible."""
        if start is None and end is None:
            rows, maybe = np.arange(len(self._start)), self._maybe
        else:
            since, until = (start - EPOCH).days if start else NEVER, (end - EPOCH).days if end else ALWAYS
            first = np.searchsorted(self._short_start, np.int64(since) - SHORT_DAYS)
            last = np.searchsorted(self._short_start, until, side="right")
            short, long = self._short[first:last], self._long
            short = short[self._end[short] >= since]
            long = long[(self._start[long] <= until) & (self._end[long] >= since) & self._dated[long]]
            rows = np.concatenate((short, long))
            maybe = self._maybe[rows] | (self._since[rows] < since) | (self._until[rows] > until)
        return (rows, maybe) if self._possible else (rows[~maybe], maybe[~maybe])

    def _marks(self, rows: np.ndarray, maybe: np.ndarray) -> list[list[Any]]:
        """Return rows one by one; the wide first, so that the small lies on top."""
        order = np.argsort(-np.nan_to_num(self._km[rows]), kind="stable")
        found = []
        for row, possible in zip(rows[order].tolist(), maybe[order].tolist(), strict=True):
            km, key = float(self._km[row]), int(self._key[row])
            place = [round(float(self._lon[row]), 5), round(float(self._lat[row]), 5)]
            what = [int(self._kind[row]), int(self._status[row]), int(possible), None if km != km else round(km, 2)]  # noqa: PLR0124
            found.append([*place, *what, int(self._type[row]), self._keys[key] if key >= 0 else None])
        return found

    def _cells(self, rows: np.ndarray, maybe: np.ndarray, grid: Grid) -> dict[str, Any]:
        """Return rows counted by cell, an event once in each; a cell of one event is a mark."""
        cell, size = grid.cell[rows], len(grid.keys)
        places = np.bincount(cell, minlength=size)
        lon, lat = (np.bincount(cell, values[rows], size) / np.maximum(places, 1) for values in (self._lon, self._lat))
        if self._event is not None:
            _, once = np.unique(np.stack((cell, self._event[rows])), axis=1, return_index=True)
            cell, rows, maybe = cell[once], rows[once], maybe[once]
        kinds = np.bincount(cell * len(KINDS) + self._kind[rows], minlength=size * len(KINDS)).reshape(size, -1)
        n, possible = np.bincount(cell, minlength=size), np.bincount(cell[maybe], minlength=size)
        alone = n[cell] == 1
        shown = np.flatnonzero(n > 1)
        shown = shown[np.lexsort((lat[shown], lon[shown], n[shown]))]  # the largest last, on top
        cells = [
            [round(x, 5), round(y, 5), count, maybes, grid.keys[number], tally]
            for number, x, y, count, maybes, tally in zip(
                shown.tolist(),
                *(values[shown].tolist() for values in (lon, lat, n, possible, kinds)),
                strict=True,
            )
        ]
        return {"marks": self._marks(rows[alone], maybe[alone]), "cells": cells}


def _certain(table: pa.Table, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return (since, until) of each row: a range certainly holds it if it begins by `since` and ends on `until` or later.

    The same three answers as the SQL of `geo.sql` gives.
    """
    sure = _numpy(table["sure"])
    since, until = np.where(sure, ALWAYS, start), np.where(sure, NEVER, end)
    unbegun, unended = start == NEVER, (end == ALWAYS) & (start != NEVER)
    since[unbegun], until[unbegun] = NEVER, ALWAYS
    told, begun = _days(table["told"], NEVER), _days(table["begun"], ALWAYS)
    reported = unended & (told >= start)
    since = np.where(unended, np.where(reported, told, start), since)
    until = np.where(unended, np.where(reported, np.minimum(begun, told), begun), until)
    return since.astype("int32"), until.astype("int32")


def _inside(lon: np.ndarray, lat: np.ndarray, box: Box) -> np.ndarray:
    west, south, east, north = box
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat >= south) & (lat <= north)


def _numpy(column: pa.ChunkedArray) -> np.ndarray:
    return column.combine_chunks().to_numpy(zero_copy_only=False)


def _days(column: pa.ChunkedArray, instead: np.int32) -> np.ndarray:
    """Return days since 1970, or what stands in for none."""
    return _numpy(pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), pa.scalar(int(instead), pa.int32())))


def _small(column: pa.ChunkedArray) -> np.ndarray:
    return _numpy(column).astype("int8")


def _dictionary(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Return the number of each value, -1 for none, and the values."""
    if column.null_count == len(column):
        return np.full(len(column), -1, "int32"), []
    coded = column.combine_chunks().dictionary_encode()
    return _numpy_of(coded.indices), coded.dictionary.to_pylist()


def _events(shared: pa.ChunkedArray) -> np.ndarray | None:
    """Return the number of each row's event, or None where every row is another event."""
    if shared.null_count == len(shared):
        return None
    numbers = _numpy_of(shared.combine_chunks().dictionary_encode().indices)
    return np.where(numbers < 0, len(numbers) + np.arange(len(numbers)), numbers)


def _numpy_of(indices: pa.Array) -> np.ndarray:
    return pc.fill_null(indices, -1).to_numpy(zero_copy_only=False).astype("int32")

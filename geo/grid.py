"""The map's grid: Web-Mercator integers, the cells that a viewport covers, and counts merged into what is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from geo.errors import InvalidQuery

WORLD_BITS = 30  # the Web-Mercator square is 2^30 units wide: 4 cm at the equator, and it fits 32 signed bits
MAX_LATITUDE = 85.05112878  # where Web Mercator's square ends (EPSG:3857)
MAX_ZOOM = 22  # further than any base map goes
FINEST = 2  # a map tile of 256 pixels holds at most 2^2 x 2^2 cells: 64 pixels is about a thumb
_SIZE = 1 << WORLD_BITS

Box = tuple[float, float, float, float]  # west south east north, degrees


def to_mercator(lon: ArrayLike, lat: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the cell of each point among 2^30 x 2^30 of the Web-Mercator square, from its north-west corner."""
    x, y = _to_plane(np.asarray(lon, dtype="float64"), np.asarray(lat, dtype="float64"))
    return np.clip(x, 0, _SIZE - 1).astype("int32"), np.clip(y, 0, _SIZE - 1).astype("int32")


def to_hilbert(mx: np.ndarray, my: np.ndarray, *, bits: int = 16) -> np.ndarray:
    """Return the place of each cell of `to_mercator` along a Hilbert curve over 2^bits x 2^bits coarser cells."""
    x, y = (np.asarray(units, dtype="int64") >> (WORLD_BITS - bits) for units in (mx, my))
    place = np.zeros(len(x), dtype="int64")
    for bit in range(bits - 1, -1, -1):
        side = 1 << bit
        right, low = (x & side) > 0, (y & side) > 0
        place += side * side * ((3 * right) ^ low)
        flip = right & ~low  # turn the quadrant so that the curve goes on where it left off
        x, y = np.where(flip, side - 1 - (x & (side - 1)), x), np.where(flip, side - 1 - (y & (side - 1)), y)
        x, y = np.where(low, x, y), np.where(low, y, x)
    return place


def _to_plane(lon: np.ndarray | float, lat: np.ndarray | float) -> tuple[np.ndarray | float, np.ndarray | float]:
    lat = np.radians(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE))
    return (lon + 180) / 360 * _SIZE, (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * _SIZE


def _to_lonlat(x: int, y: int) -> tuple[float, float]:
    return x / _SIZE * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / _SIZE))))


@dataclass(frozen=True, slots=True)
class Viewport:
    """
    What a map shows, widened to whole cells of a grid that belongs to the world, so that panning changes no cell.

    Attributes
    ----------
    shift
        A cell is ``mx >> shift``, ``my >> shift``.
    columns
        One inclusive range of `mx`, or two where the view crosses the antimeridian.
    rows
        The inclusive range of `my`.
    bounds
        The same in degrees; west > east where the view crosses the antimeridian.
    """

    shift: int
    columns: tuple[tuple[int, int], ...]
    rows: tuple[int, int]
    bounds: Box

    @classmethod
    def of(cls, bbox: Sequence[float], *, zoom: float, limit: int) -> Viewport:
        """
        Choose the grid for a view: the finest that never covers it with more than `limit` cells, wherever it is.

        The choice follows from the view's size and zoom alone, never from the data.

        Parameters
        ----------
        bbox
            West, south, east, north in degrees; longitudes of neighbouring copies of the world (as Leaflet gives
            them) are brought back, and west > east means across the antimeridian.
        zoom
            The web map's zoom level, 0 (the world on one tile) to 22.
        """
        west, south, east, north = _checked(bbox, zoom, limit)
        (x0, y1), (x1, y0) = _to_plane(west, south), _to_plane(east, north)
        shift = max(0, WORLD_BITS - math.floor(zoom) - FINEST)
        while shift < WORLD_BITS and _most_cells(x1 - x0, shift) * _most_cells(y1 - y0, shift) > limit:
            shift += 1
        count = 1 << (WORLD_BITS - shift)
        left, right = math.floor(x0 / (1 << shift)), math.floor(x1 / (1 << shift))
        top, bottom = (min(count - 1, max(0, math.floor(y / (1 << shift)))) for y in (y0, y1))
        columns = _wrap(left, right, count)
        w, n = _to_lonlat(columns[0][0] << shift, top << shift)
        e, s = _to_lonlat((columns[-1][1] + 1) << shift, (bottom + 1) << shift)
        units = tuple((a << shift, ((b + 1) << shift) - 1) for a, b in columns)
        n, s = 90.0 if top == 0 else n, -90.0 if bottom == count - 1 else s  # the poles belong to the outermost rows
        return cls(shift, units, (top << shift, ((bottom + 1) << shift) - 1), (w, s, e, n))


def _checked(bbox: Sequence[float], zoom: float, limit: int) -> Box:
    if len(bbox) != 4 or not all(math.isfinite(degrees) and abs(degrees) <= 1e6 for degrees in bbox):
        raise InvalidQuery(f"The view has bbox={bbox!r}; expected west, south, east, north in degrees.")
    west, south, east, north = bbox
    if south > north:
        raise InvalidQuery(f"The view has bbox={bbox!r} with south above north; expected west, south, east, north.")
    if not (math.isfinite(zoom) and 0 <= zoom <= MAX_ZOOM):
        raise InvalidQuery(f"The view has zoom={zoom}; expected a level from 0 to {MAX_ZOOM}.")
    if not 1 <= limit <= 10_000:
        raise InvalidQuery(f"The view has limit={limit}; expected 1 to 10000 things to draw.")
    return west, south, east + 360 if east < west else east, north


def _most_cells(width: float, shift: int) -> int:
    """Return how many cells a stretch can touch wherever it lies; rounded, as pans differ in the last digits."""
    return min(1 << (WORLD_BITS - shift), max(1, math.ceil(round(width / (1 << shift), 3))) + 1)


def _wrap(first: int, last: int, count: int) -> list[tuple[int, int]]:
    if last - first + 1 >= count:
        return [(0, count - 1)]
    first, last = first % count, last % count
    return [(first, last)] if first <= last else [(first, count - 1), (0, last)]


def merge_cells(rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """
    Merge the counts per cell and kind (as `geo.sql.clusters` gives them) into one dict per cell.

    Returns
    -------
    cells
        Largest last, so that it is drawn on top: ``n``, ``shown``, ``possible``, ``kind`` (the commonest), ``kinds``
        (n by kind), ``lon``, ``lat`` (mean), ``bbox`` of the points, ``border``, ``area``, ``key``, ``parts`` (how
        many points) and the ``spot`` of one event.
    """
    cells: dict[tuple[Any, ...], dict[str, Any]] = {}
    for *key, kind, n, shown, parts, lon, lat, west, south, east, north, spot in rows:
        if n == 0:  # all of them were replaced
            continue
        new = {"n": 0, "shown": 0, "kinds": {}, "bbox": None, "parts": 0, "lon": 0.0, "lat": 0.0, "spot": spot}
        cell = cells.setdefault(tuple(key), new)
        cell["kinds"][kind] = cell["kinds"].get(kind, 0) + int(n)
        cell["bbox"] = _union(cell["bbox"], (west, south, east, north))
        for name, value in (("n", int(n)), ("shown", int(shown)), ("parts", int(parts)), ("lon", lon), ("lat", lat)):
            cell[name] += value
    for key, cell in cells.items():
        cell |= {"key": key, "border": key[2], "area": key[3], "possible": cell["n"] - cell["shown"]}
        cell |= {name: round(cell[name] / cell["parts"], 7) for name in ("lon", "lat")}
        cell["kind"] = min(cell["kinds"], key=lambda kind: (-cell["kinds"][kind], kind))
    return sorted(cells.values(), key=lambda cell: (cell["n"], cell["lon"], cell["lat"], str(cell["key"])))


def cell_key(part: dict[str, Any], shift: int, *, areas: bool) -> tuple[Any, ...]:
    """Return the `key` of the cell that a part is counted in; `areas` as in `geo.sql.clusters`."""
    if areas and (part["part_border"] or part["part_area"]):
        return None, None, part["part_border"], part["part_area"]
    return part["part_mx"] >> shift, part["part_my"] >> shift, None, None


def _union(box: Box | None, other: Box) -> Box:
    if box is None:
        return other
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])

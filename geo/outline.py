"""An area that a reader drew: its corners checked, written in an address, and the boxes that surely lie in it."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
import shapely

from geo.errors import InvalidQuery
from geo.features import COORDINATE_DECIMALS
from geo.grid import Box

Area = tuple[tuple[float, float], ...]  # corners as lon, lat in degrees, in order, the first not repeated

MAX_CORNERS = 100  # more than anyone clicks, and still a short address
WIDEST_EDGE = 180.0  # degrees of longitude: beyond, nobody can tell which way round the earth an edge goes
CELLS = 24  # along each side of the box around an area, to find boxes that lie in it
MAX_BOXES = 4
LEAST_CELLS = 6  # a smaller box decides too few events to be worth its place in every query
_CORNER = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?),(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)")


def read_area(text: str) -> Area:
    """Read ``lon,lat;lon,lat;...`` without checking the shape; raise InvalidQuery for what is no such list."""
    corners = []
    if text.count(";") > MAX_CORNERS:  # one more for a ring that is closed
        raise _unusable(text, f"3 to {MAX_CORNERS} different corners")
    for part in text.split(";"):
        found = _CORNER.fullmatch(part)
        if not found:
            raise _unusable(text, "corners as lon,lat in degrees with ; between them")
        corners.append((float(found[1]), float(found[2])))
    return tuple(corners)


def write_area(area: Area) -> str:
    """Write an area as `read_area` reads it."""
    return ";".join(",".join(np.format_float_positional(v, trim="-") for v in corner) for corner in area)


def check_area(area: object) -> Area:
    """
    Return an area with its corners rounded, and without corners that repeat the one before.

    Raises
    ------
    InvalidQuery
        When it is no list of 3 to `MAX_CORNERS` places of the world, crosses itself, holds nothing, or has an edge
        that may be meant to cross the antimeridian.
    """
    if not (isinstance(area, tuple) and all(_is_place(corner) for corner in area)):
        raise _unusable(area, "corners as lon,lat in degrees; an area beyond the 180th meridian is drawn as two")
    places = [tuple(round(float(v), COORDINATE_DECIMALS) + 0.0 for v in corner) for corner in area]
    corners = tuple(place for number, place in enumerate(places) if number == 0 or place != places[number - 1])
    corners = corners[:-1] if len(corners) > 1 and corners[-1] == corners[0] else corners
    if not 3 <= len(corners) <= MAX_CORNERS:
        raise _unusable(area, f"3 to {MAX_CORNERS} different corners")
    lon = np.array([lon for lon, _ in corners])
    if np.abs(lon - np.roll(lon, 1)).max() > WIDEST_EDGE:
        raise _unusable(area, "no edge longer than 180 degrees; an area across the 180th meridian is drawn as two")
    if not shapely.LinearRing(corners).is_simple:
        raise _unusable(area, "edges that do not cross or touch each other")
    if shapely.Polygon(corners).area == 0:
        raise _unusable(area, "corners that enclose something")
    return corners


def _is_place(corner: object) -> bool:
    if not (isinstance(corner, tuple) and len(corner) == 2 and all(isinstance(v, int | float) for v in corner)):
        return False
    lon, lat = corner
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def _unusable(value: object, rule: str) -> InvalidQuery:
    shown = repr(value)[:80].encode("utf-8", "backslashreplace").decode()
    return InvalidQuery(f"Filter area={shown} cannot be used; expected {rule}.")


@lru_cache(maxsize=32)
def to_polygon(area: Area) -> shapely.Polygon:
    """Return the area as a prepared polygon, EPSG:4326; its edges are straight in longitude and latitude."""
    polygon = shapely.Polygon(area)
    shapely.prepare(polygon)
    return polygon


@lru_cache(maxsize=32)
def inner_boxes(area: Area) -> tuple[Box, ...]:
    """
    Return up to `MAX_BOXES` boxes that lie in an area, the largest first: what is in one of them needs no other test.

    A rectangle is its own box; of any other shape they are found on a grid of `CELLS`.
    """
    polygon = to_polygon(area)
    west, south, east, north = polygon.bounds
    x, y = np.linspace(west, east, CELLS + 1), np.linspace(south, north, CELLS + 1)
    cells = shapely.box(*np.meshgrid(x[:-1], y[:-1]), *np.meshgrid(x[1:], y[1:]))
    free = np.asarray(shapely.covers(polygon, cells))
    found: list[Box] = []
    while len(found) < MAX_BOXES:
        top, bottom, left, right = _largest(free)
        if (bottom - top) * (right - left) < LEAST_CELLS:
            break
        free[top:bottom, left:right] = False
        found.append((float(x[left]), float(y[top]), float(x[right]), float(y[bottom])))
    return tuple(found)


def _largest(free: np.ndarray) -> tuple[int, int, int, int]:
    """Return the largest rectangle of true cells as its first row, end row, first column, end column."""
    best, size = (0, 0, 0, 0), 0
    for top in range(len(free)):
        whole = np.ones(free.shape[1], dtype=bool)
        for bottom in range(top + 1, len(free) + 1):
            whole &= free[bottom - 1]
            edges = np.flatnonzero(np.diff(np.concatenate(([False], whole, [False])).astype(np.int8)))
            if not len(edges):
                break
            runs = edges[1::2] - edges[::2]
            longest = int(np.argmax(runs))
            if int(runs[longest]) * (bottom - top) > size:
                size = int(runs[longest]) * (bottom - top)
                best = (top, bottom, int(edges[2 * longest]), int(edges[2 * longest + 1]))
    return best

"""Geometry small enough to travel in one file: the base map around a view, and outlines, as lists of whole numbers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard import place_names
from dashboard.basemap import FROM_ZOOM, area
from dashboard.i18n import language
from dashboard.layers import LEVELS, Names, load_basemap, to_unit
from dashboard.project import open_project
from geo.errors import InvalidQuery
from geo.grid import Box

CENTRE = (38.1, 69.9)  # between Dushanbe and the Panj: the border this product began with
ZOOM = 6
TILE_PX = 256  # pixels of the world at zoom 0, as web maps count
SIZE = (1200, 760)  # pixels of a map whose size is not told: about what a desktop's window leaves for it
SIDES = (200, 4000)  # least and greatest side of a map, in pixels
FARTHEST_ZOOM, NEAREST_ZOOM = 1.0, 13.0
WORLD_ZOOM = 3  # detail of the world as a whole
WIDER = 5  # how many times the view the second level reaches
CLOSER = 2  # zooms by which the third level is finer than the view
MOST_POINTS = 30_000  # of one level; above, it is drawn more coarsely: about 200 kB of text
COARSER = 1.6
MOST_NAMES = 250  # of the world, of the wider view, and of the view
UNITS_PER_PX = 2  # a line is at most a quarter of a pixel off its place

KEPT = 24  # levels, the world among them: who saves a view saves it again

Lines = list[list[int]]


@dataclass(frozen=True)
class Place:
    """What a map shows: its centre in degrees, its zoom as web maps count it, and its size in pixels."""

    lat: float
    lon: float
    zoom: float
    width: int
    height: int

    def box(self, times: float = 1.0) -> Box:
        """Return the view, so many times as wide and high, in Web Mercator's unit square (y grows to the south)."""
        ((x, y),) = shapely.get_coordinates(to_unit(np.array([shapely.Point(self.lon, self.lat)])))
        half_x, half_y = (times * side / (2 * TILE_PX * 2**self.zoom) for side in (self.width, self.height))
        return float(x - half_x), float(y - half_y), float(x + half_x), float(y + half_y)


def _numbers(text: str, count: int, name: str, meaning: str) -> list[float]:
    parts = text.split(",")
    if len(parts) != count or not all(re.fullmatch(r"-?\d{1,5}(\.\d{1,20})?", part) for part in parts):
        raise InvalidQuery(f"{name}={text[:80]!r} is not {meaning}.")
    return [float(part) for part in parts]


def read_place(params: Mapping[str, str], extent: Box | None) -> Place:
    """
    Read where a map is from ``at=lat,lon,zoom`` and ``size=width,height``.

    Parameters
    ----------
    params
        Of the address.
    extent
        What the map is fitted to when ``at`` is not given: west, south, east, north in degrees; None: the map's start.

    Raises
    ------
    InvalidQuery
        When either is not what it should be.
    """
    sides = SIZE
    if params.get("size"):
        told = _numbers(params["size"], 2, "size", "width,height in pixels")
        sides = tuple(int(min(max(side, SIDES[0]), SIDES[1])) for side in told)
    if not params.get("at"):
        return _fitted(extent, *sides)
    lat, lon, zoom = _numbers(params["at"], 3, "at", "lat,lon,zoom")
    if abs(lat) > 90 or abs(lon) > 180:
        raise InvalidQuery(f"at={params['at'][:80]!r} is no place on the world; expected lat,lon,zoom.")
    return Place(min(max(lat, -85.0), 85.0), lon, min(max(zoom, FARTHEST_ZOOM), NEAREST_ZOOM), *sides)


def _fitted(extent: Box | None, width: int, height: int) -> Place:
    """Return the place that holds a box in degrees with a margin, no closer than a map is fitted to its results."""
    if extent is None:
        return Place(*CENTRE, ZOOM, width, height)
    west, south, east, north = extent
    (x0, y1), (x1, y0) = shapely.get_coordinates(to_unit(shapely.points([(west, south), (east, north)]))).tolist()
    room = [max(side - 100, side / 2) for side in (width, height)]
    zooms = [np.log2(room[i] / (TILE_PX * max(span, 1e-9))) for i, span in enumerate((x1 - x0, y1 - y0))]
    middle = _to_degrees((0, (y0 + y1) / 2, 1, (y0 + y1) / 2))[0][1]
    zoom = float(np.clip(np.floor(min(zooms) * 2) / 2, FARTHEST_ZOOM, 9))
    return Place(middle, (west + east) / 2, zoom, width, height)


def _clip(box: Box) -> Box:
    return max(box[0], 0.0), max(box[1], 0.0), min(box[2], 1.0), min(box[3], 1.0)


def _encode(parts: Iterable[BaseGeometry], origin: tuple[float, float], scale: float) -> Lines:
    """Write rings and lines as first point and steps, in whole units from an origin; what is a dot is left out."""
    found = []
    for part in parts:
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            units = np.rint((shapely.get_coordinates(ring) - origin) * scale).astype(int)
            units[1:] = np.diff(units, axis=0)
            kept = units[np.r_[True, np.any(units[1:] != 0, axis=1)]] if len(units) else units
            if len(kept) > 1:
                found.append(kept.ravel().tolist())
    return found


@lru_cache(maxsize=KEPT)
def _cut_level(box: Box, zoom: float) -> dict[str, Any]:
    """Return the layers within a box of the unit square, as fine as a map at that zoom, or less where that is much."""
    layers = load_basemap().levels[next(level for level in LEVELS if zoom <= level)]
    box, tolerance = _clip(box), 0.4 / (TILE_PX * 2**zoom)
    cut = {
        name: shapely.clip_by_rect(layer.parts[layer.tree.query(shapely.box(*box))], *box)
        for name, layer in layers.items()
        if zoom >= FROM_ZOOM.get(name, 0)
    }
    fine = {name: _fine(parts, tolerance) for name, parts in cut.items()}
    while sum(int(shapely.get_num_coordinates(parts).sum()) for parts in fine.values()) > MOST_POINTS:
        tolerance *= COARSER
        fine = {name: _fine(parts, tolerance) for name, parts in fine.items()}
    scale = UNITS_PER_PX * TILE_PX * 2**zoom
    lines = {name: _encode(parts, box[:2], scale) for name, parts in fine.items()}
    return {"zoom": zoom, "box": [round(v, 9) for v in box], "scale": scale, "layers": lines}


def _fine(parts: np.ndarray, tolerance: float) -> np.ndarray:
    """Simplify, and leave out what is no larger than the tolerance and the areas that are hardly larger."""
    parts = shapely.get_parts(shapely.simplify(parts, tolerance))
    west, south, east, north = shapely.bounds(parts).reshape(-1, 4).T
    least = np.where(shapely.get_dimensions(parts) == 2, 4, 1) * tolerance
    return parts[(east - west > least) | (north - south > least)]


def cut_base(place: Place) -> dict[str, Any]:
    """
    Return the base map of a view and around it, so that it can be moved without asking again.

    Returns
    -------
    base
        ``levels`` from coarse to fine (the world; `WIDER` views; the view, `CLOSER` zooms finer): each with its
        ``box`` in the unit square and per layer lists of x, y, dx, dy … in units of 1/``scale`` from the box's
        corner. ``names``: lon, lat, text, class, first and last zoom, the most important first.
    """
    zoom = place.zoom
    levels = [_cut_level((0.0, 0.0, 1.0, 1.0), WORLD_ZOOM)]
    if zoom > WORLD_ZOOM:
        levels.append(_cut_level(place.box(WIDER), zoom))
    if zoom >= WORLD_ZOOM - 1:
        levels.append(_cut_level(place.box(1.15), min(zoom + CLOSER, NEAREST_ZOOM)))
    return {"levels": levels, "names": _find_names(place)}


def _find_names(place: Place) -> list[list[Any]]:
    """Return the names of the world, of the wider view, and of the view when it is magnified."""
    names = load_basemap().names
    chosen = set(np.flatnonzero(names.first <= WORLD_ZOOM)[:MOST_NAMES])
    for times, zoom in ((WIDER, place.zoom), (1.1, place.zoom + CLOSER)):
        (west, south), (east, north) = _to_degrees(place.box(times))
        inside = (names.lon >= west) & (names.lon <= east) & (names.lat >= south) & (names.lat <= north)
        chosen |= set(np.flatnonzero(inside & (names.first <= zoom))[:MOST_NAMES])
    return [_name(names, i) for i in sorted(chosen)]


def _name(names: Names, i: int) -> list[Any]:
    at = [round(float(value[i]), 4) for value in (names.lon, names.lat)]
    text = place_names.tell(language(), names.text[i], names.kind[i])
    return [*at, text, names.kind[i], float(names.first[i]), float(names.last[i])]


def _to_degrees(box: Box) -> list[tuple[float, float]]:
    """Return the south-western and the north-eastern corner of a box of the unit square."""
    corners = ((box[0], box[3]), (box[2], box[1]))
    return [(360 * x - 180, float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y)))))) for x, y in corners]


class Outlines:
    """
    The lines and areas that events are drawn as, each once, by a key ``line/…`` or ``area/…`` that a spot names.

    Parameters
    ----------
    zoom
        Of the map they are drawn on; they are fine enough for two zooms more.
    """

    def __init__(self, zoom: float) -> None:
        self.scale = UNITS_PER_PX * TILE_PX * 2 ** min(zoom + CLOSER, NEAREST_ZOOM)
        self.found: dict[str, Lines | None] = {}

    def place(self, spot: dict[str, Any]) -> dict[str, Any]:
        """Return a spot of `dashboard.drawing.to_spots` with a key ``outline`` instead of what would be fetched."""
        if spot["type"] == "line":
            return {**spot, "outline": self._keep(f"line/{spot['border']}", self._border(spot["border"]))}
        if spot["type"] == "area":
            key = spot.get("area")
            return {**spot, "outline": key and self._keep(f"area/{key}", area(key))}
        if spot["type"] == "shape":
            shape = shapely.geometry.shape(spot["geometry"])
            kind = "area" if shapely.get_dimensions(shape) == 2 else "line"
            return {"type": "shape", "outline": self._keep(f"{kind}/shape-{len(self.found)}", shape)}
        return spot

    def _border(self, pair: str) -> BaseGeometry | None:
        borders = open_project().borders
        return borders.line(pair) if pair in borders.pairs() else None

    def _keep(self, key: str, geometry: BaseGeometry | dict[str, Any] | None) -> str | None:
        if key not in self.found:
            self.found[key] = None if geometry is None else self._lines(geometry)
        return key if self.found[key] else None

    def _lines(self, geometry: BaseGeometry | dict[str, Any]) -> Lines:
        shape = shapely.geometry.shape(geometry) if isinstance(geometry, dict) else geometry
        parts = shapely.get_parts(shapely.simplify(to_unit(np.array([shape])), 0.5 * UNITS_PER_PX / self.scale))
        return _encode([part for part in parts if part.geom_type != "Point"], (0.0, 0.0), self.scale)

    def to_client(self) -> dict[str, Any]:
        """Return the outlines as `cut_base` writes layers, from the world's north-west corner."""
        return {"scale": self.scale, "lines": {key: lines for key, lines in self.found.items() if lines}}

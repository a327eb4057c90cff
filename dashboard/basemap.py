"""The base map as small tiles of numbers, cut from the shipped data: land, water, borders, and the names on top."""

import gzip
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.project import DATA, open_project

FOLDER = DATA / "basemap"
GAZETTEER = DATA / "build" / "gazetteer.sqlite"

AREAS = DATA / "areas.parquet"
AREA_TOLERANCE = 0.004  # degrees; an outline in view as a whole is at most a few hundred pixels wide

EXTENT = 4096  # units along a tile's edge, as in vector tiles
TILE_PX = 512  # screen pixels along a tile's edge
MARGIN = 64  # units beyond the edge, so that a line's end caps stay out of sight
MAX_LATITUDE = 85.0511  # where Web Mercator's square ends
LAYERS = ("land", "lakes", "rivers", "admin1", "countries")
FROM_ZOOM = {"rivers": 4, "lakes": 3, "admin1": 5}  # a layer is left out below this zoom
OVERVIEW_ZOOM = 5  # up to here tiles are cut from geometry simplified once, above it from the full one


@dataclass(frozen=True)
class Layer:
    """Single parts of one layer in Web Mercator's unit square (y grows to the south), with an index."""

    parts: np.ndarray
    tree: shapely.STRtree
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Basemap:
    """All layers, full and simplified, and the names."""

    full: dict[str, Layer]
    overview: dict[str, Layer]
    names: list[tuple[float, float, str, str, float]] = field(default_factory=list)


def to_unit(geometries: np.ndarray) -> np.ndarray:
    """Project EPSG:4326 geometries to Web Mercator's unit square: x to the east, y to the south."""

    def project(points: np.ndarray) -> np.ndarray:
        lon, lat = points[:, 0], np.clip(points[:, 1], -MAX_LATITUDE, MAX_LATITUDE)
        return np.column_stack(((lon + 180) / 360, 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)))

    return shapely.transform(geometries, project)


def read_layer(path: Path) -> list[dict[str, Any]]:
    """Return the features of a gzipped GeoJSON file; an absent file has none, and the map is drawn without it."""
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)["features"]


def _layer(geometries: Iterable[BaseGeometry], values: Iterable[Any]) -> Layer:
    whole = np.asarray(list(geometries), dtype=object)
    parts, owner = shapely.get_parts(to_unit(shapely.force_2d(whole)), return_index=True) if len(whole) else (whole, [])
    kept = list(values)
    return Layer(parts, shapely.STRtree(parts), tuple(kept[i] for i in owner))


def _simplified(layer: Layer) -> Layer:
    tolerance = 0.5 / (256 * 2**OVERVIEW_ZOOM)  # half a pixel
    width = shapely.bounds(layer.parts)
    big = (width[:, 2] - width[:, 0] > 2 * tolerance) | (width[:, 3] - width[:, 1] > 2 * tolerance)
    parts = shapely.simplify(layer.parts[big], tolerance)
    values = tuple(value for value, keep in zip(layer.values, big, strict=True) if keep)
    return Layer(parts, shapely.STRtree(parts), values)


def _shapes(name: str) -> tuple[list[BaseGeometry], list[Any]]:
    features = read_layer(FOLDER / f"{name}.json.gz")
    shapes = [shapely.make_valid(shapely.from_geojson(json.dumps(item["geometry"]))) for item in features]
    return shapes, [item["properties"] for item in features]


def _border_lines(*, disputed: bool) -> tuple[list[BaseGeometry], list[str]]:
    lines = open_project().borders.table
    chosen = lines[lines["disputed"] == disputed]
    return list(chosen.geometry), list(chosen["pair"])


@cache
def load_basemap() -> Basemap:
    """Read every layer once; about a second."""
    full = {name: _layer(*_shapes(name)) for name in LAYERS if name != "countries"}
    full["borders"] = _layer(*_border_lines(disputed=False))
    full["disputed"] = _layer(*_border_lines(disputed=True))
    overview = {name: _simplified(layer) if len(layer.parts) else layer for name, layer in full.items()}
    return Basemap(full, overview, [*_area_names(), *_place_names()])


def _area_names() -> list[tuple[float, float, str, str, float]]:
    found = []
    for name, kind, weight in (("countries", "country", 1e9), ("seas", "sea", 1e8), ("admin1", "admin1", 1e5)):
        for shape, values in zip(*_shapes(name), strict=True):
            label = values.get("name_en") or values.get("name")
            if label and not shape.is_empty:
                spot = shape.representative_point() if shape.geom_type != "Point" else shape
                lon, lat = values.get("label_lon", spot.x), values.get("label_lat", spot.y)
                found.append((lon, lat, label, kind, weight + shape.area))
    return found


def _place_names() -> list[tuple[float, float, str, str, float]]:
    """Return towns and villages, largest first, from the compiled gazetteer; none before it is compiled."""
    if not GAZETTEER.exists():
        return []
    with sqlite3.connect(f"file:{GAZETTEER}?mode=ro", uri=True) as db:
        rows = db.execute(
            "SELECT lon, lat, name, 'place', importance FROM place "
            "WHERE kind = 'settlement' AND lat IS NOT NULL ORDER BY importance DESC"
        )
        return rows.fetchall()


def _cut(layer: Layer, box: tuple[float, float, float, float], tolerance: float) -> list[tuple[BaseGeometry, Any]]:
    hits = layer.tree.query(shapely.box(*box))
    cut = shapely.clip_by_rect(layer.parts[hits], *box)
    cut = shapely.simplify(cut, tolerance)
    return [
        (part, layer.values[hit])
        for whole, hit in zip(cut, hits, strict=True)
        for part in shapely.get_parts(whole)
        if not part.is_empty
    ]


def _numbers(coordinates: np.ndarray, west: float, north: float, size: float) -> list[int]:
    """Return x, y, x, y … in tile units without repeats."""
    units = np.rint((coordinates - (west, north)) * (EXTENT / size)).astype(int)
    if len(units) > 1:
        units = units[np.r_[True, np.any(np.diff(units, axis=0) != 0, axis=1)]]
    return units.ravel().tolist()


def _rings(part: BaseGeometry) -> list[BaseGeometry]:
    if part.geom_type == "Polygon":
        return [part.exterior, *part.interiors]
    return [part] if part.geom_type in {"LineString", "LinearRing"} else []


@lru_cache(maxsize=4096)
def draw_tile(zoom: int, column: int, row: int) -> bytes:
    """
    Return one tile as JSON: per layer a list of rings or lines, each a flat list of tile units.

    `zoom`, `column` and `row` count tiles of `TILE_PX` pixels: at zoom z the world is 2^z tiles wide.
    """
    size = 1 / 2**zoom
    west, north = column * size, row * size
    pad = size * MARGIN / EXTENT
    box = (west - pad, north - pad, west + size + pad, north + size + pad)
    map_zoom = zoom + 1
    base = load_basemap()
    layers = base.overview if map_zoom <= OVERVIEW_ZOOM else base.full
    tile = {
        name: [
            _numbers(shapely.get_coordinates(ring), west, north, size)
            for part, _ in _cut(layer, box, 0.4 * size / TILE_PX)
            for ring in _rings(part)
        ]
        for name, layer in layers.items()
        if map_zoom >= FROM_ZOOM.get(name, 0) and len(layer.parts)
    }
    return json.dumps(tile, separators=(",", ":")).encode()


# Smallest population named at a zoom, so that about a name per finger's width is left to choose from.
_POPULATION = {3: 4e6, 4: 1.5e6, 5: 5e5, 6: 1.2e5, 7: 4e4, 8: 1.2e4, 9: 2e3}
_CLASSES = {"country": (2, 7), "sea": (2, 9), "admin1": (6, 9), "place": (3, 20)}


def _is_named(kind: str, weight: float, zoom: int) -> bool:
    first, last = _CLASSES[kind]
    if not first <= zoom <= last:
        return False
    return kind != "place" or weight >= _POPULATION.get(zoom, 0)


def find_names(view: tuple[float, float, float, float], zoom: int, *, limit: int = 120) -> list[dict[str, Any]]:
    """Return the names to write in a view (west, south, east, north), the most important first."""
    west, south, east, north = view
    found = []
    for lon, lat, name, kind, weight in load_basemap().names:
        if west <= lon <= east and south <= lat <= north and _is_named(kind, weight, zoom):
            found.append({"lon": round(lon, 4), "lat": round(lat, 4), "name": name, "class": kind})
            if len(found) == limit:
                break
    return found


def check_tile(zoom: int, column: int, row: int) -> bool:
    """Say whether a tile exists."""
    return 0 <= zoom <= 16 and 0 <= row < 2**zoom and 0 <= column < 2**zoom


@cache
def _areas() -> dict[str, BaseGeometry]:
    if not AREAS.exists():
        return {}
    table = gpd.read_parquet(AREAS, columns=["key", "geometry"])
    return dict(zip(table["key"], table.geometry, strict=True))


@lru_cache(maxsize=512)
def _outline(key: str) -> dict[str, Any] | None:
    shape = _areas().get(key)
    if shape is None:
        return None
    return shapely.geometry.mapping(shapely.set_precision(shapely.simplify(shape, AREA_TOLERANCE), 1e-4))


def area(key: str) -> dict[str, Any] | None:
    """Return the outline of a country (``TJ``) or region (``TJ-KT``) as GeoJSON, or None."""
    return _outline(key)

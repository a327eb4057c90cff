"""The base map as small tiles of numbers: land, water, regions and borders, and the names to write on top."""

import json
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.i18n import language
from dashboard.layers import LEVELS, Layer, load_basemap
from dashboard.place_names import tell
from dashboard.project import DATA

AREAS = DATA / "areas.parquet"
AREA_TOLERANCE = 0.004  # degrees; an outline in view as a whole is at most a few hundred pixels wide

EXTENT = 4096  # units along a tile's edge, as in vector tiles
TILE_PX = 512  # screen pixels along a tile's edge
MARGIN = 64  # units beyond the edge, so that a line's end caps stay out of sight
FROM_ZOOM = {"rivers": 4, "lakes": 3, "admin1": 5}  # a layer is left out below this zoom
View = tuple[float, float, float, float]


def _cut(layer: Layer, box: View, tolerance: float) -> np.ndarray:
    """Return the parts of a layer within a box, as fine as the tolerance."""
    cut = shapely.clip_by_rect(layer.parts[layer.tree.query(shapely.box(*box))], *box)
    parts = shapely.get_parts(shapely.simplify(cut, tolerance))
    return parts[~shapely.is_empty(parts)]


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
    map_zoom = zoom + 1  # the web map counts tiles of 256 pixels
    layers = load_basemap().levels[next(level for level in LEVELS if map_zoom <= level)]
    tile = {
        name: [
            _numbers(shapely.get_coordinates(ring), west, north, size)
            for part in _cut(layer, box, 0.4 * size / TILE_PX)
            for ring in _rings(part)
        ]
        for name, layer in layers.items()
        if map_zoom >= FROM_ZOOM.get(name, 0)
    }
    return json.dumps(tile, separators=(",", ":")).encode()


def check_tile(zoom: int, column: int, row: int) -> bool:
    """Say whether a tile exists."""
    return 0 <= zoom <= 16 and 0 <= row < 2**zoom and 0 <= column < 2**zoom


def find_names(view: View, zoom: int, *, limit: int = 120) -> list[dict[str, Any]]:
    """Return the names to write in a view (west, south, east, north), the most important first."""
    west, south, east, north = view
    names = load_basemap().names
    seen = (names.first <= zoom) & (zoom <= names.last)
    inside = (names.lon >= west) & (names.lon <= east) & (names.lat >= south) & (names.lat <= north)
    return [
        {
            "lon": round(float(names.lon[i]), 4),
            "lat": round(float(names.lat[i]), 4),
            "name": tell(language(), names.text[i], names.kind[i]),
            "class": names.kind[i],
        }
        for i in np.flatnonzero(seen & inside)[:limit]
    ]


@lru_cache(maxsize=512)
def area(key: str) -> dict[str, Any] | None:
    """Return the outline of a country (``TJ``) or region (``TJ-KT``) as GeoJSON, or None."""
    if not AREAS.exists():
        return None
    found = gpd.read_parquet(AREAS, columns=["key", "geometry"], filters=[("key", "==", key)])
    if found.empty:
        return None
    pa.default_memory_pool().release_unused()  # the file was read whole for one outline
    shape = shapely.simplify(found.geometry.iloc[0], AREA_TOLERANCE)
    return shapely.geometry.mapping(shapely.set_precision(shape, 1e-4))

"""The flat view's columns, derived from the one table: Web-Mercator integers, envelopes, parts, searchable words."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from geo.features import COLUMNS, LISTS, NUMBERS, OBJECTS, from_columns
from geo.grid import to_mercator

KM_PER_DEGREE = 111.2  # of latitude, mean sphere of 6371 km; used only to know what may be in view

_EVENT_TYPES = {
    **{name: pa.string() for name in COLUMNS},
    **dict.fromkeys(("start", "end", "published"), pa.date32()),
    **dict.fromkeys(NUMBERS, pa.float64()),
    **dict.fromkeys(LISTS, pa.list_(pa.string())),
    "main": pa.bool_(),
    "geometry": pa.binary(),
    "countries": pa.list_(pa.string()),
    "search": pa.string(),
    **dict.fromkeys(("west", "south", "east", "north", "lon", "lat"), pa.float64()),
    **dict.fromkeys(("mx", "my"), pa.int32()),
}
EVENTS_SCHEMA = pa.schema(list(_EVENT_TYPES.items()))
PARTS_SCHEMA = pa.schema(
    [
        *(("event_id", pa.string()), ("part", pa.int32()), ("parts", pa.int32()), ("part_place", pa.string())),
        *((name, pa.float64()) for name in ("part_lon", "part_lat", "part_radius_km")),
        *(("part_mx", pa.int32()), ("part_my", pa.int32()), ("part_precision", pa.string())),
        *(("part_border", pa.string()), ("part_area", pa.string()), ("part_geometry", pa.binary())),
        *((name, pa.float64()) for name in ("part_west", "part_south", "part_east", "part_north")),
    ]
)


class Part(NamedTuple):
    """One of the places of an event: its piece of the geometry and what is known about that place."""

    geometry: BaseGeometry
    radius_km: float | None
    precision: str
    place: str | None
    border: str | None
    area: str | None


def fold(text: str) -> str:
    """Return text as the search compares it: no case, no stress marks or soft hyphens, ё as е."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.replace("ё", "е").replace("\u0301", "").replace("\u00ad", "")


def find_parts(row: Any) -> list[Part]:  # noqa: ANN401 - a row of the one table, as itertuples gives it
    """
    Split an event into the places where it is drawn.

    The evidence describes the parts of the geometry, in its order, before the places that could not be put on the
    map. Where it says too little, every point of a multi-point stands alone and any other geometry stays whole.
    """
    if row.geometry is None:
        return []
    places = [place for place in row.evidence.get("places") or () if isinstance(place, dict)]
    pieces = list(getattr(row.geometry, "geoms", [row.geometry]))
    if row.geometry.geom_type in ("MultiLineString", "MultiPolygon"):  # one line of several pieces, or several lines?
        located = [place for place in places if place.get("lat") is not None or place.get("border")]
        if len(located) != len(pieces):
            pieces = [row.geometry]
    if len(places) < len(pieces):
        return [_part(row, piece, {}) for piece in pieces]
    return [_part(row, piece, place) for piece, place in zip(pieces, places or [{}], strict=False)]


def _part(row: Any, piece: BaseGeometry, place: dict[str, Any]) -> Part:  # noqa: ANN401
    precision = place.get("precision", row.location_precision)
    radius = place.get("radius_km", None if math.isnan(row.radius_km) else row.radius_km)
    border = place.get("border", row.border) if precision == "line" else None
    area = place.get("area") or (place.get("country", row.country) if precision == "country" else None)
    return Part(piece, radius, precision, place.get("name", row.place), border, area)


def flatten(features: gpd.GeoDataFrame) -> tuple[pa.Table, pa.Table]:
    """
    Derive the flat rows of the view `events` and of its side view `parts` from the one table.

    Returns
    -------
    events, parts
        An event without geometry has null coordinates and no part.
    """
    events: dict[str, list[Any]] = {name: [] for name in EVENTS_SCHEMA.names}
    parts: dict[str, list[Any]] = {name: [] for name in PARTS_SCHEMA.names}
    for row in features.itertuples(index=False):
        found = find_parts(row)
        placed = [_flat_part(row.id, i, len(found), part) for i, part in enumerate(found)]
        for name, value in _flat_event(row, found, placed):
            events[name].append(value)
        for values in placed:
            for name, value in zip(PARTS_SCHEMA.names, values, strict=True):
                parts[name].append(value)
    return pa.table(events, schema=EVENTS_SCHEMA), pa.table(parts, schema=PARTS_SCHEMA)


def _flat_event(row: Any, parts: list[Part], placed: list[tuple[Any, ...]]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    for name in COLUMNS:
        value = getattr(row, name)
        if name == "geometry":
            value = None if value is None else shapely.to_wkb(value, byte_order=1)
        elif name in OBJECTS:
            value = json.dumps(value, ensure_ascii=False, sort_keys=True)
        elif name in NUMBERS and math.isnan(value):
            value = None
        yield name, value
    yield "countries", _countries(row, parts)
    yield "search", _searchable(row)
    yield from zip(("west", "south", "east", "north"), row.geometry.bounds if placed else (None,) * 4, strict=True)
    spot = dict(zip(PARTS_SCHEMA.names, placed[0], strict=True)) if placed else {}
    for name in ("lon", "lat", "mx", "my"):
        yield name, spot.get(f"part_{name}")


def _countries(row: Any, parts: list[Part]) -> list[str]:  # noqa: ANN401
    """Return every country an event touches: its own, those of its places, both sides of a border line."""
    found = {row.country}
    found.update(place.get("country") for place in row.evidence.get("places", ()) if isinstance(place, dict))
    for part in parts:
        found.update((part.border or "").split("-"))
    return sorted(code for code in found if isinstance(code, str) and code)


def _searchable(row: Any) -> str:  # noqa: ANN401
    texts = [row.title, row.place, *row.actors, *row.equipment, row.source_name]
    for spans in row.evidence.values():
        if isinstance(spans, list):
            texts += [span.get("quote") for span in spans if isinstance(span, dict)]
    return fold("\n".join(text for text in texts if isinstance(text, str)))


def _flat_part(event_id: str, number: int, count: int, part: Part) -> tuple[Any, ...]:
    """Lay a part out in the order of `PARTS_SCHEMA`; its envelope includes the circle of uncertainty."""
    spot = part.geometry if part.geometry.geom_type == "Point" else shapely.point_on_surface(part.geometry)
    west, south, east, north = part.geometry.bounds
    reach = (part.radius_km or 0) / KM_PER_DEGREE
    wide = min(180.0, reach / max(0.01, math.cos(math.radians(min(89, max(abs(south), abs(north)) + reach)))))
    wkb = shapely.to_wkb(part.geometry, byte_order=1)
    return (
        *(event_id, number, count, part.place, spot.x, spot.y, part.radius_km, *to_mercator(spot.x, spot.y)),
        *(part.precision, part.border, part.area, wkb),
        *(west - wide, south - reach, east + wide, north + reach),
    )


def unflatten(table: pa.Table) -> gpd.GeoDataFrame:
    """Turn rows of the flat view back into the one table; columns that it does not know come last."""
    columns = table.drop_columns([name for name in _DERIVED if name in table.column_names]).to_pydict()
    columns["geometry"] = list(shapely.from_wkb(columns["geometry"]))
    for name in OBJECTS:
        columns[name] = [json.loads(text) for text in columns[name]]
    return from_columns(columns)


_DERIVED = tuple(name for name in EVENTS_SCHEMA.names if name not in COLUMNS)

"""The flat view's columns, derived from the one table: Web-Mercator integers, envelopes, parts, searchable words."""

from __future__ import annotations

import json
import unicodedata
from itertools import accumulate
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from geo.features import COLUMNS, LISTS, NUMBERS, OBJECTS, from_columns, to_events
from geo.grid import to_mercator
from geo.records import Event

KM_PER_DEGREE = 111.2  # of latitude, mean sphere of 6371 km; used only to know what may be in view

PLAIN = ("lon", "lat", "mx", "my")  # hardly smaller packed, and read for every question that has a place: half the time

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


def choose_compression(schema: pa.Schema) -> dict[str, str]:
    """Return how to compress each column of a Parquet file: zstd, but not at all what is in `PLAIN`."""
    paths = []
    for field in schema:
        if pa.types.is_struct(field.type):
            paths += [f"{field.name}.{inner.name}" for inner in field.type]
        else:
            paths.append(f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name)
    return {path: "none" if path in PLAIN else "zstd" for path in paths}


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


def find_parts(event: Event) -> list[Part]:
    """
    Split an event into the places where it is drawn.

    The evidence describes the parts of the geometry, in its order, before the places that could not be put on the
    map. Where it says too little, every point of a multi-point stands alone and any other geometry stays whole.
    """
    if event.geometry is None:
        return []
    places = [place for place in event.evidence.get("places") or () if isinstance(place, dict)]
    pieces = list(getattr(event.geometry, "geoms", [event.geometry]))
    if event.geometry.geom_type in ("MultiLineString", "MultiPolygon"):  # one line of several pieces, or several?
        located = [place for place in places if place.get("lat") is not None or place.get("border")]
        if len(located) != len(pieces):
            pieces = [event.geometry]
    if len(places) < len(pieces):
        return [_part(event, piece, {}) for piece in pieces]
    return [_part(event, piece, place) for piece, place in zip(pieces, places or [{}], strict=False)]


def _part(event: Event, piece: BaseGeometry, place: dict[str, Any]) -> Part:
    precision = place.get("precision", event.location_precision)
    border = place.get("border", event.border) if precision == "line" else None
    area = place.get("area") or (place.get("country", event.country) if precision == "country" else None)
    radius = place.get("radius_km", event.radius_km)
    return Part(piece, radius, precision, place.get("name", event.place), border, area)


def flatten(features: gpd.GeoDataFrame) -> tuple[pa.Table, pa.Table]:
    """
    Derive the flat rows of the view `events` and of its side view `parts` from the one table.

    Parameters
    ----------
    features
        As a store gives it: checked.

    Returns
    -------
    events, parts
        An event without geometry has null coordinates and no part.
    """
    events = to_events(features, checked=True)
    found = [find_parts(event) for event in events]
    parts = _flatten_parts(events, found)
    columns: dict[str, Any] = {name: list(features[name]) for name in COLUMNS if name not in NUMBERS}
    for name in NUMBERS:
        columns[name] = pa.array(features[name], from_pandas=True)  # NaN becomes null
    for name in OBJECTS:
        columns[name] = [json.dumps(value, ensure_ascii=False, sort_keys=True) for value in features[name]]
    shapes = features.geometry.to_numpy()
    columns["geometry"] = shapely.to_wkb(shapes, byte_order=1)
    columns |= zip(("west", "south", "east", "north"), _nullable(shapely.bounds(shapes).T), strict=True)
    columns["countries"] = [_countries(event, places) for event, places in zip(events, found, strict=True)]
    columns["search"] = [_searchable(event) for event in events]
    first = pa.array(_first_rows(found), pa.int64())  # null: no part
    for name in ("lon", "lat", "mx", "my"):
        columns[name] = parts[f"part_{name}"].take(first)
    return pa.table({name: columns[name] for name in EVENTS_SCHEMA.names}, schema=EVENTS_SCHEMA), parts


def _nullable(columns: np.ndarray) -> list[pa.Array]:
    return [pa.array(column, from_pandas=True) for column in columns]


def _first_rows(found: list[list[Part]]) -> list[int | None]:
    """Return where each event's first part stands among all parts."""
    ends = list(accumulate(map(len, found)))
    return [end - len(places) if places else None for end, places in zip(ends, found, strict=True)]


def _countries(event: Event, parts: list[Part]) -> list[str]:
    """Return every country an event touches: its own, those of its places, both sides of a border line."""
    found = {event.country}
    found.update(place.get("country") for place in event.evidence.get("places") or () if isinstance(place, dict))
    for part in parts:
        found.update((part.border or "").split("-"))
    return sorted(code for code in found if isinstance(code, str) and code)


def _searchable(event: Event) -> str:
    texts = [event.title, event.place, *event.actors, *event.equipment, event.source_name]
    for spans in event.evidence.values():
        if isinstance(spans, list):
            texts += [span.get("quote") for span in spans if isinstance(span, dict)]
    return fold("\n".join(text for text in texts if isinstance(text, str)))


def _flatten_parts(events: list[Event], found: list[list[Part]]) -> pa.Table:
    """Lay out all parts, with envelopes that include the circle of uncertainty."""
    flat = [
        (event.id, n, len(parts), part)
        for event, parts in zip(events, found, strict=True)
        for n, part in enumerate(parts)
    ]
    parts = [part for *_, part in flat]
    shapes = np.array([*(part.geometry for part in parts), None], dtype="object")[:-1]
    spots = shapely.point_on_surface(shapes)
    lon, lat = shapely.get_x(spots), shapely.get_y(spots)
    mx, my = to_mercator(lon, lat)
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    reach = np.array([part.radius_km or 0.0 for part in parts], dtype="float64") / KM_PER_DEGREE
    farthest = np.minimum(89, np.maximum(abs(south), abs(north)) + reach)
    wide = np.minimum(180, reach / np.cos(np.radians(farthest)))
    columns = {
        "event_id": [f[0] for f in flat],
        "part": [f[1] for f in flat],
        "parts": [f[2] for f in flat],
        "part_place": [p.place for p in parts],
        "part_lon": lon,
        "part_lat": lat,
        "part_mx": mx,
        "part_my": my,
        "part_radius_km": [p.radius_km for p in parts],
        "part_precision": [p.precision for p in parts],
        "part_border": [p.border for p in parts],
        "part_area": [p.area for p in parts],
        "part_geometry": shapely.to_wkb(shapes, byte_order=1),
        "part_west": west - wide,
        "part_south": south - reach,
        "part_east": east + wide,
        "part_north": north + reach,
    }
    return pa.table({name: columns[name] for name in PARTS_SCHEMA.names}, schema=PARTS_SCHEMA)


def unflatten(table: pa.Table) -> gpd.GeoDataFrame:
    """Turn rows of the flat view back into the one table; columns that it does not know come last."""
    columns = table.drop_columns([name for name in _DERIVED if name in table.column_names]).to_pydict()
    columns["geometry"] = list(shapely.from_wkb(columns["geometry"]))
    for name in OBJECTS:
        columns[name] = [json.loads(text) for text in columns[name]]
    return from_columns(columns)


_DERIVED = tuple(name for name in EVENTS_SCHEMA.names if name not in COLUMNS)

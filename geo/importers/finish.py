"""The last step of an import: drafts into the flat rows that are stored, with borders, envelopes and evidence."""

from __future__ import annotations

import json
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.borders import Borders
from geo.features import tidy_geometry
from geo.flat import EVENTS_SCHEMA, KM_PER_DEGREE, PARTS_SCHEMA, flatten, fold, unflatten
from geo.grid import to_mercator
from geo.importers.cells import escape, to_json
from geo.importers.columns import Text, join
from geo.importers.draft import constant
from geo.importers.measure import Measured

# The first place of an event, so that one place needs no join; `parts` says how many there are.
PART_COLUMNS = (
    *("parts", "part_place", "part_radius_km", "part_precision", "part_border", "part_area"),
    *("part_west", "part_south", "part_east", "part_north"),
)
_BOX = pa.struct([(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")])
_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB",
            "geometry_types": [],  # not said: an import may hold all of them
            "covering": {"bbox": {name: ["bbox", name] for name in _BOX.names}},
        }
    },
}
FILE_SCHEMA = pa.schema(
    [*EVENTS_SCHEMA, *(PARTS_SCHEMA.field(name) for name in PART_COLUMNS), pa.field("bbox", _BOX)],
    metadata={"geo": json.dumps(_GEO)},
)
_WKB_POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])  # OGC 06-103r4 §8.2


class Origin(NamedTuple):
    """Where the rows of an import come from: what every one of them says."""

    dataset: str
    file: str
    licence: str | None
    names: tuple[str, ...]  # of the original columns


def finish(drafts: pa.Table, origin: Origin, measured: Measured | None) -> tuple[pa.Table, pa.Table]:
    """
    Return staged drafts as flat rows, and the places of those that have several.

    Parameters
    ----------
    drafts
        As `geo.importers.stage.to_staged` makes them.
    measured
        Their borders; None: the border columns stay empty.
    """
    rows = drafts.num_rows
    columns: dict[str, pa.Array] = {name: _whole(drafts[name]) for name in drafts.column_names}
    lon, lat = (columns[name].to_numpy(zero_copy_only=False) for name in ("lon", "lat"))
    located = ~np.isnan(lon)
    columns |= {
        "dataset": constant(origin.dataset, rows),
        "licence": constant(origin.licence, rows),
        "review": constant("machine", rows),
        "main": pa.array(np.ones(rows, dtype=bool)),
        "equipment": columns.get(
            "equipment", pa.array([[]], pa.list_(pa.string())).take(pa.array(np.zeros(rows, "int8")))
        ),
        "geometry": to_wkb(lon, lat),
        "countries": _lists_of(columns["country"]),
        "search": searchable(columns),
        "evidence": _evidence(columns, origin.file),
    }
    if "cells" in columns:
        columns["extra"] = to_json(columns["cells"], origin.names)
    columns |= _no_borders(rows) if measured is None else measured.columns(columns["seq"].to_numpy())
    columns |= _position(lon, lat, columns["radius_km"].to_numpy(zero_copy_only=False))
    columns |= {
        "parts": pa.array(located.astype("int32")),
        "part_place": _where(located, columns["place"]),
        "part_radius_km": columns["radius_km"],
        "part_precision": _where(located, columns["location_precision"]),
        "part_border": pa.nulls(rows, pa.string()),
        "part_area": columns["area"],
    }
    for name in ("lon", "lat", "radius_km", "part_radius_km"):
        columns[name] = _nan_to_null(columns[name])
    table = pa.table({name: columns[name] for name in FILE_SCHEMA.names}, schema=FILE_SCHEMA)
    borders = measured.borders if measured else None
    return _add_shapes(table, columns["shape"], borders) if columns["shape"].null_count < rows else (table, no_parts())


def no_parts() -> pa.Table:
    """Return a table of places without a row."""
    return PARTS_SCHEMA.empty_table()


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _where(some: np.ndarray, column: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(some), column, None)


def _nan_to_null(column: pa.Array) -> pa.Array:
    return pa.array(column.to_numpy(zero_copy_only=False), from_pandas=True)


def _lists_of(column: Text) -> pa.Array:
    """Return each text as a list of itself, a null as an empty list."""
    offsets = np.concatenate(([0], np.cumsum(pc.is_valid(column).to_numpy(zero_copy_only=False)))).astype("int32")
    return pa.ListArray.from_arrays(pa.array(offsets), column.drop_null())


def to_wkb(lon: np.ndarray, lat: np.ndarray) -> pa.Array:
    """Return points as WKB (little-endian), null where there is none."""
    some = ~np.isnan(lon)
    points = np.zeros(int(some.sum()), dtype=_WKB_POINT)
    points["order"], points["type"], points["x"], points["y"] = 1, 1, lon[some], lat[some]
    offsets = np.concatenate(([0], np.cumsum(some))).astype("int32") * _WKB_POINT.itemsize
    validity = pa.array(some).buffers()[1]
    return pa.Array.from_buffers(
        pa.binary(), len(lon), [validity, pa.py_buffer(offsets), pa.py_buffer(points.tobytes())]
    )


def searchable(columns: dict[str, pa.Array]) -> Text:
    """Return what the search looks through, folded as `geo.flat.fold` does."""
    names = pc.binary_join(columns["actors"], "\n")
    parts = (columns["title"], columns["place"], pc.if_else(pc.equal(names, ""), None, names), columns["source_name"])
    text = pc.binary_join_element_wise(*parts, "\n", null_handling="skip")
    plain = pc.utf8_lower(text)
    usual = pc.replace_substring(text, "–", "")  # our titles have it, and folding leaves it as it is
    strange = np.flatnonzero(~pc.string_is_ascii(usual).to_numpy(zero_copy_only=False))
    if not len(strange):
        return plain
    folded = pa.array([fold(value) for value in text.take(pa.array(strange)).to_pylist()], pa.string())
    mask = np.zeros(len(text), dtype=bool)
    mask[strange] = True
    return pc.replace_with_mask(plain, pa.array(mask), folded)


def _evidence(columns: dict[str, pa.Array], file: str) -> Text:
    """Return which line of which file a row was, and why its place is as exact as it is, as JSON."""
    name = json.dumps(file, ensure_ascii=False)
    head = join(f'{{"file": {name}, "line": ', pc.cast(columns["line"], pa.string()))
    located = pa.array(~np.isnan(columns["lon"].to_numpy(zero_copy_only=False)))
    quoted = {key: _json_text(columns[key]) for key in ("place", "country", "location_precision", "area", "reason")}
    numbers = {key: pc.cast(columns[key], pa.string()) for key in ("lat", "lon", "radius_km")}
    places = join(
        *(', "places": [{"name": ', quoted["place"], ', "country": ', quoted["country"]),
        *(', "lat": ', numbers["lat"], ', "lon": ', numbers["lon"], ', "radius_km": ', numbers["radius_km"]),
        *(', "precision": ', quoted["location_precision"], ', "area": ', quoted["area"]),
        *(', "reason": ', quoted["reason"], "}]"),
    )
    return join(head, pc.if_else(located, places, ""), "}")


def _json_text(column: Text) -> Text:
    return pc.fill_null(join('"', escape(column), '"'), "null")


def _no_borders(rows: int) -> dict[str, pa.Array]:
    numbers = {name: pa.nulls(rows, pa.float64()) for name in ("border_km", "border_at_km")}
    return {"border": pa.nulls(rows, pa.string())} | numbers


def _position(lon: np.ndarray, lat: np.ndarray, radius_km: np.ndarray) -> dict[str, pa.Array]:
    """Return the flat columns of points: envelope, Web Mercator, and the envelope of the circle of uncertainty."""
    nowhere = np.isnan(lon)
    mx, my = to_mercator(np.where(nowhere, 0, lon), np.where(nowhere, 0, lat))
    reach = np.nan_to_num(radius_km) / KM_PER_DEGREE
    wide = np.minimum(180, reach / np.cos(np.radians(np.minimum(89, np.abs(lat) + reach))))
    columns: dict[str, pa.Array] = {
        **dict.fromkeys(("west", "east"), pa.array(lon, from_pandas=True)),
        **dict.fromkeys(("south", "north"), pa.array(lat, from_pandas=True)),
        "mx": pa.array(mx, mask=nowhere),
        "my": pa.array(my, mask=nowhere),
    }
    sides = {"part_west": lon - wide, "part_south": lat - reach, "part_east": lon + wide, "part_north": lat + reach}
    columns |= {name: pa.array(values, from_pandas=True) for name, values in sides.items()}
    return columns | {"bbox": make_box(columns)}


def make_box(columns: dict[str, pa.Array] | pa.Table) -> pa.Array:
    """Return the envelope as GeoParquet's covering, null where there is no geometry."""
    sides = [columns[name] for name in ("west", "south", "east", "north")]
    arrays = [side.combine_chunks() if isinstance(side, pa.ChunkedArray) else side for side in sides]
    return pa.StructArray.from_arrays(arrays, fields=list(_BOX), mask=pc.is_null(arrays[0]))


def attach_parts(events: pa.Table, parts: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return flat events with the columns of their first place, and the places of events that have several."""
    first = parts.filter(pc.equal(parts["part"], 0))
    at = pc.index_in(events["id"], value_set=first["event_id"].combine_chunks())
    columns = {name: events[name] for name in EVENTS_SCHEMA.names}
    columns |= {name: first[name].take(at) for name in PART_COLUMNS}
    columns["parts"] = pc.fill_null(columns["parts"], 0)
    columns["bbox"] = make_box(events)
    several = parts.filter(pc.greater(parts["parts"], 1))
    return pa.table({name: columns[name] for name in FILE_SCHEMA.names}, schema=FILE_SCHEMA), several


def _add_shapes(table: pa.Table, shapes: pa.Array, borders: Borders | None) -> tuple[pa.Table, pa.Table]:
    """Return rows with the geometries that are no points: lines, areas, several places."""
    some = np.flatnonzero(pc.is_valid(shapes).to_numpy(zero_copy_only=False))
    rows = unflatten(table.select(EVENTS_SCHEMA.names).take(pa.array(some)))
    rows["geometry"] = tidy_geometry(gpd.GeoSeries(shapely.from_wkb(shapes.drop_null().to_pylist()), crs="EPSG:4326"))
    rows["location_precision"] = np.where(rows.geom_type.isin(("LineString", "MultiLineString")), "line", "unknown")
    if borders is not None:
        rows[["border", "border_km", "border_at_km"]] = borders.nearest(rows.geometry).to_numpy()
        rows[["border_km", "border_at_km"]] = rows[["border_km", "border_at_km"]].astype("float64")
    events, parts = flatten(rows)
    with_shapes, several = attach_parts(events, parts)
    rest = np.setdiff1d(np.arange(table.num_rows), some)
    return pa.concat_tables([table.take(pa.array(rest)), with_shapes]), several

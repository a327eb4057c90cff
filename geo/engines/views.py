"""What the views of every engine have in common: their columns, over the rows of reports and of imported files."""

from __future__ import annotations

from collections.abc import Container, Mapping

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.flat import EVENTS_SCHEMA, PARTS_SCHEMA, flatten
from geo.sql import EXTRA

SIDES = ("west", "south", "east", "north")
WORLD = dict(zip(SIDES, (-180.0, -90.0, 180.0, 90.0), strict=True))

# The columns that files of imported events have besides those of the flat view: their first, mostly only part.
FIRST_PART_SCHEMA = pa.schema(
    [
        *(("parts", pa.int32()), ("part_place", pa.string()), ("part_radius_km", pa.float64())),
        *(("part_precision", pa.string()), ("part_border", pa.string()), ("part_area", pa.string())),
        *((f"part_{side}", pa.float64()) for side in SIDES),
    ]
)
REPORTS_SCHEMA = pa.schema(
    [
        *EVENTS_SCHEMA,
        *(("parts", pa.int32()), ("pointlike", pa.bool_()), ("reach_km", pa.float64())),
        *((f"reach_{side}", pa.float64()) for side in SIDES),
        ("spot", pa.int64()),
    ]
)

EVENT_NAMES = ", ".join(f'"{name}"' for name in EVENTS_SCHEMA.names)
_PARTS = [name for name in PARTS_SCHEMA.names if name != "event_id"]
PLACE_NAMES = ", ".join([EVENT_NAMES, *_PARTS, *(name for name in EXTRA if name != "parts")])
_POINTLIKE = {"pointlike": "parts = 1 AND west = east AND south = north", "reach_km": "part_radius_km"}
_REACH = {f"reach_{side}": f"part_{side}" for side in SIDES}
# Of an event with several parts only the first is in its row: it may reach anywhere.
_FAR_REACH = {f"reach_{side}": f"CASE WHEN parts > 1 THEN {km} ELSE part_{side} END" for side, km in WORLD.items()}
_PLAIN = {name: f'"{name}"' for name in EVENTS_SCHEMA.names}
_FIRST = {f"part_{name}": name for name in ("lon", "lat", "mx", "my", "geometry")}
_SINGLE = _PLAIN | {name: _FIRST.get(name, name) for name in _PARTS} | {"part": "0"} | _POINTLIKE | _REACH
_JOINED = (
    {name: f'e."{name}"' for name in EVENTS_SCHEMA.names}
    | {name: f"p.{name}" for name in _PARTS}
    | {"pointlike": "FALSE", "reach_km": "CAST(NULL AS DOUBLE)"}
    | {f"reach_{side}": f"CAST({degrees} AS DOUBLE)" for side, degrees in WORLD.items()}
)


def _pick(columns: Mapping[str, str], without: Container[str]) -> str:
    return ", ".join(f'{text} AS "{name}"' for name, text in columns.items() if name not in without)


def imported_event(*, several: bool, without: Container[str] = ()) -> str:
    """Return the imported row as `events` shows it (all but `spot`); `several` if any row has more than one part."""
    return _pick(_PLAIN | {"parts": "parts"} | _POINTLIKE | (_FAR_REACH if several else _REACH), without)


def imported_single(without: Container[str] = ()) -> str:
    """Return the imported row as `singles` shows it (all but `spot`), for rows with parts = 1."""
    return _pick(_SINGLE, without)


def joined(without: Container[str] = ()) -> str:
    """Return an event of a report (e), or one of those with several places, joined with one of its parts (p)."""
    return f"{_pick(_JOINED, without)}, e.spot AS spot"


def report_tables(features: gpd.GeoDataFrame) -> tuple[pa.Table, pa.Table]:
    """Flatten the events of the project file: `REPORTS_SCHEMA`, and their parts as in `geo.flat.PARTS_SCHEMA`."""
    events, parts = flatten(features)
    first = parts.filter(pc.equal(parts["part"], 0))
    count = dict(zip(first["event_id"].to_pylist(), first["parts"].to_pylist(), strict=True))
    columns = {name: events[name] for name in events.column_names}
    columns["parts"] = [count.get(event_id, 0) for event_id in events["id"].to_pylist()]
    columns |= {"pointlike": [False] * len(events), "reach_km": [None] * len(events)}
    columns |= {f"reach_{side}": [degrees] * len(events) for side, degrees in WORLD.items()}
    columns["spot"] = pa.array(-1 - np.arange(len(events)), pa.int64())
    return pa.table(columns, schema=REPORTS_SCHEMA), parts

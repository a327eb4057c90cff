"""What the views of every engine have in common: their columns, over the rows of reports and of imported files."""

from __future__ import annotations

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
PART_NAMES = ", ".join(name for name in PARTS_SCHEMA.names if name != "event_id")
PLACE_NAMES = ", ".join([EVENT_NAMES, PART_NAMES, *(name for name in EXTRA if name != "parts")])
_POINTLIKE = "parts = 1 AND west = east AND south = north AS pointlike, part_radius_km AS reach_km"
_REACH = ", ".join(f"part_{side} AS reach_{side}" for side in SIDES)
# Of an event with several parts only the first is in its row: it may reach anywhere.
_FAR_REACH = ", ".join(
    f"CASE WHEN parts > 1 THEN {km} ELSE part_{side} END AS reach_{side}" for side, km in WORLD.items()
)

# The imported row as `singles` shows it (all but `spot`), for rows with parts = 1.
IMPORTED_SINGLE = f"""{EVENT_NAMES}, 0 AS part, parts, part_place, lon AS part_lon, lat AS part_lat, part_radius_km,
    mx AS part_mx, my AS part_my, part_precision, part_border, part_area, geometry AS part_geometry,
    part_west, part_south, part_east, part_north, {_POINTLIKE}, {_REACH}"""

# An event of a report, or one of those with several places, joined with one of its parts.
JOINED = ", ".join(
    [
        *(f'e."{name}" AS "{name}"' for name in EVENTS_SCHEMA.names),
        *(f"p.{name} AS {name}" for name in PARTS_SCHEMA.names if name != "event_id"),
        *("FALSE AS pointlike", "CAST(NULL AS DOUBLE) AS reach_km"),
        *(f"CAST({degrees} AS DOUBLE) AS reach_{side}" for side, degrees in WORLD.items()),
        "e.spot AS spot",
    ]
)


def imported_event(*, several: bool) -> str:
    """Return the imported row as `events` shows it (all but `spot`); `several` if any row has more than one part."""
    return f"{EVENT_NAMES}, parts, {_POINTLIKE}, {_FAR_REACH if several else _REACH}"


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

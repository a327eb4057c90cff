"""Filling a PostgreSQL database with all events of a project, in one step that readers never see half of."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from geo.engines.postgis import SCHEMA, connect
from geo.engines.views import EVENT_NAMES, PLACE_NAMES
from geo.flat import EVENTS_SCHEMA, PARTS_SCHEMA
from geo.sql import EXTRA, Statement

if TYPE_CHECKING:
    from geo.query import Engine

BATCH = 20_000  # rows sent at once, about 20 MB
_TYPES = {
    pa.string(): 'text COLLATE "C"',  # the order of the other engines, whatever the server's language
    pa.float64(): "float8",
    pa.int32(): "int4",
    pa.int64(): "int8",
    pa.bool_(): "bool",
    pa.date32(): "date",
    pa.binary(): "bytea",
    pa.list_(pa.string()): 'text[] COLLATE "C"',
}
_EXTRA_TYPES = {"parts": pa.int32(), "pointlike": pa.bool_(), "spot": pa.int64()}
_PLACES = [field for field in PARTS_SCHEMA if field.name != "event_id"]
_EXTRAS = [pa.field(name, _EXTRA_TYPES.get(name, pa.float64())) for name in EXTRA]
_EVENT_FIELDS = [*EVENTS_SCHEMA, *_EXTRAS]
_PLACE_FIELDS = [*EVENTS_SCHEMA, *_PLACES, *(field for field in _EXTRAS if field.name != "parts")]
_GEOM = "geometry(Geometry, 4326) GENERATED ALWAYS AS (ST_GeomFromWKB(geometry, 4326)) STORED"
# What the map, its counts and its histogram read: found by place and answered from the index alone.
_COVER = '"start", "end", date_precision, published, main, kind, dataset'
_INDEXES = f"""
CREATE UNIQUE INDEX ON {{schema}}.all_events (id);
CREATE UNIQUE INDEX ON {{schema}}.all_events (spot);
CREATE INDEX ON {{schema}}.all_events ("start", id);
CREATE INDEX ON {{schema}}.all_events (west, south, east, north)
    INCLUDE (parts, status, location_precision, {_COVER}) WHERE parts > 0;
CREATE INDEX ON {{schema}}.all_events (parts) WHERE parts = 0;
CREATE INDEX ON {{schema}}.all_events USING gin (actors);
CREATE INDEX ON {{schema}}.all_events USING gin (countries);
CREATE INDEX ON {{schema}}.all_events USING gist (geom);
CREATE INDEX ON {{schema}}.several (spot);
CREATE INDEX ON {{schema}}.all_events (part_mx, part_my)
    INCLUDE (part_lon, part_lat, part_border, part_area, spot, {_COVER}, parts) WHERE parts = 1;
CREATE INDEX ON {{schema}}.all_events (part_border, part_area) WHERE part_border IS NOT NULL OR part_area IS NOT NULL;
"""
_VIEWS = f"""
CREATE VIEW {{schema}}.events AS SELECT {EVENT_NAMES}, {", ".join(EXTRA)} FROM {{schema}}.all_events;
CREATE VIEW {{schema}}.singles AS SELECT {PLACE_NAMES} FROM {{schema}}.all_events WHERE parts = 1;
CREATE VIEW {{schema}}.multiples AS SELECT {PLACE_NAMES} FROM {{schema}}.several;
CREATE VIEW {{schema}}.places AS SELECT * FROM {{schema}}.singles UNION ALL SELECT * FROM {{schema}}.multiples;
CREATE VIEW {{schema}}.odd AS
    SELECT spot, part_geometry, part_radius_km FROM {{schema}}.places WHERE NOT pointlike;
CREATE VIEW {{schema}}.shapes AS
    SELECT spot, geometry, west, south, east, north FROM {{schema}}.all_events WHERE west < east OR south < north;
"""


def load_database(engine: Engine, url: str) -> int:
    """
    Put all events that an engine over files sees into a database; what was there before is replaced at the end.

    The tables are in the schema ``borderwatch``: `all_events`, with a column `geom` and a spatial index for GIS
    programs, and `several`, the places of events that have more than one. The views over them are for the queries.

    Returns
    -------
    count
        How many events were loaded.
    """
    fresh = f"{SCHEMA}_new"
    with connect(url) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
        connection.execute(f"DROP SCHEMA IF EXISTS {fresh} CASCADE; CREATE SCHEMA {fresh}")
        with connection.transaction(), engine._backend.snapshot().session() as session:  # noqa: SLF001 - all of one state
            tables = {"all_events": [*_EVENT_FIELDS, *_PLACES_ONLY], "several": _PLACE_FIELDS}
            for name, fields in tables.items():
                columns = ", ".join(f'"{field.name}" {_TYPES[field.type]}' for field in fields)
                shown = f", geom {_GEOM}" if name == "all_events" else ""
                connection.execute(f"CREATE UNLOGGED TABLE {fresh}.{name} ({columns}{shown})")
                names = ", ".join(f'"{field.name}"' for field in fields)
                statement = Statement(_SOURCES[name], {})
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {fresh}.{name} ({names}) FROM STDIN CSV") as copy,
                ):
                    for text in _to_csv(session.batches(statement, BATCH), fields):
                        copy.write(text)
            connection.execute(_INDEXES.format(schema=fresh) + _VIEWS.format(schema=fresh))
            (count,) = connection.execute(f"SELECT count(*) FROM {fresh}.all_events").fetchone()
            connection.execute(f"CREATE TABLE {fresh}.state (version int8, total int8)")
            connection.execute(f"INSERT INTO {fresh}.state VALUES (%s, %s)", (time.time_ns(), count))
            for name in tables:
                connection.execute(f"ALTER TABLE {fresh}.{name} SET LOGGED")
        with connection.transaction():
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; ALTER SCHEMA {fresh} RENAME TO {SCHEMA}")
        for name in tables:
            connection.execute(f"VACUUM ANALYZE {SCHEMA}.{name}")
    return count


_PLACES_ONLY = [field for field in _PLACES if field.name != "parts"]
_SINGLE_PART = ", ".join(field.name for field in _PLACES_ONLY)
_NO_PART = ", ".join("NULL" for _ in _PLACES_ONLY)
_SOURCES = {
    "all_events": f"""SELECT {EVENT_NAMES}, {", ".join(EXTRA)}, {_SINGLE_PART} FROM singles
        UNION ALL SELECT {EVENT_NAMES}, {", ".join(EXTRA)}, {_NO_PART} FROM events WHERE parts <> 1""",
    "several": f"SELECT {PLACE_NAMES} FROM multiples",
}


def _to_csv(batches: Iterator[pa.RecordBatch], fields: list[pa.Field]) -> Iterator[bytes]:
    """Write batches as PostgreSQL's CSV: bytes as hexadecimal digits, lists in braces, nothing for null."""
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in batches:
        columns = {field.name: _plain(batch.column(n), field.type) for n, field in enumerate(fields)}
        out = io.BytesIO()
        pa.csv.write_csv(pa.table(columns), out, options)
        yield out.getvalue()


def _plain(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_binary(kind):
        return pa.array([None if value is None else "\\x" + value.hex() for value in column.to_pylist()], pa.string())
    if pa.types.is_list(kind):
        lists = column.to_pylist()
        return pa.array([None if value is None else _array(value) for value in lists], pa.string())
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), kind)
    if pa.types.is_string(kind):
        return pc.replace_substring(column.cast(kind), "\0", "")  # PostgreSQL's text cannot hold it
    return column.cast(kind)


def _array(values: list[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"

"""DuckDB in memory: the flat views over one version of the store, and the sessions that run statements on them."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

import duckdb
import geopandas as gpd
import pyarrow as pa

from geo.flat import flatten
from geo.sql import Statement

_VIEWS = """
CREATE VIEW events AS SELECT * FROM report_events;
CREATE VIEW parts AS SELECT * FROM report_parts;
CREATE VIEW event_actors AS SELECT id AS event_id, unnest(actors) AS actor FROM events;
CREATE VIEW event_countries AS SELECT id AS event_id, unnest(countries) AS a_country FROM events;
CREATE TABLE near (event_id VARCHAR, pair VARCHAR, lo_km DOUBLE, hi_km DOUBLE);
"""
# No network, ever: an extension that is not there stays away.
_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


class Snapshot:
    """The views over one version of the store, immutable but for the distances added on demand."""

    def __init__(self, version: int, features: gpd.GeoDataFrame) -> None:
        self.version = version
        self.total = len(features)
        self.connection = duckdb.connect(":memory:", config=_CONFIG)
        events, parts = flatten(features)
        with closing(self.connection.cursor()) as cursor:
            cursor.register("arriving_events", events)
            cursor.register("arriving_parts", parts)
            cursor.execute("CREATE TABLE report_events AS SELECT * FROM arriving_events")
            cursor.execute("CREATE TABLE report_parts AS SELECT * FROM arriving_parts")
            cursor.execute(_VIEWS)
        self.pairs: set[str] = set()


class Session:
    """One cursor: runs statements, and holds the small tables that only this call needs."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, total: int) -> None:
        self._cursor, self.total = cursor, total

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return self._cursor.execute(_PLACEHOLDER.sub(r"$\1", statement.text), statement.values).fetchall()

    def dicts(self, statement: Statement) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""
        rows = self.rows(statement)
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def table(self, statement: Statement) -> pa.Table:
        """Run a statement and return an Arrow table."""
        relation = self._cursor.sql(_PLACEHOLDER.sub(r"$\1", statement.text), params=statement.values)
        return relation.to_arrow_table()

    def register(self, name: str, columns: dict[str, list[Any]], kind: pa.DataType) -> None:
        """Make plain lists a table that this session alone sees."""
        self._cursor.register(name, pa.table({key: pa.array(values, kind) for key, values in columns.items()}))

    def fill_near(self, pair: str, ranges: dict[str, tuple[float, float]]) -> None:
        """Add the least and greatest distance of events from a border to `near`, for all sessions."""
        columns = {"event_id": list(ranges), "pair": [pair] * len(ranges)}
        lo, hi = ([pair[side] for pair in ranges.values()] for side in (0, 1))
        self._cursor.register("measured", pa.table(columns | {"lo": pa.array(lo, pa.float64()), "hi": hi}))
        self._cursor.execute("INSERT INTO near SELECT * FROM measured")

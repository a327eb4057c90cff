"""Engines by URL: DuckDB over the files of the project (the default), PostgreSQL with PostGIS, Spark."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from geo.errors import InvalidQuery

if TYPE_CHECKING:
    from geo.borders import Borders
    from geo.query import Engine
    from geo.sql import Statement
    from geo.store import Store

KEPT = 200  # answers about one state that are remembered: facets and spans of the queries asked last


class Session(Protocol):
    """What one call sees of one state: runs statements of `geo.sql`, and holds the tables that only it needs."""

    total: int  # events in all
    has_cube: bool  # whether the views `totals` and `cube` are there
    spot_type: pa.DataType  # of the column `spot`
    cache: dict[Hashable, Any]  # what was worked out about this state

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""

    def dicts(self, statement: Statement) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""

    def table(self, statement: Statement) -> pa.Table:
        """Run a statement and return an Arrow table."""

    def batches(self, statement: Statement, size: int) -> Iterator[pa.RecordBatch]:
        """Run a statement and yield its rows as they come, at most `size` at a time."""

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table a view that this session alone sees."""

    def fetch(self, spots: Sequence[Any], columns: Sequence[str] = ()) -> pa.Table:
        """Return the whole rows at some spots, in their order; or only some columns."""

    def keep(self, key: Hashable, value: Any) -> None:  # noqa: ANN401
        """Remember what was worked out about this state."""

    def fetch_parts(self, spots: Sequence[Any], instead: Statement | None = None) -> list[dict[str, Any]]:
        """Return the places of the events at some spots, with what `geo.sql_places.DRAWN` says; or run `instead`."""

    def is_replaced(self, spots: Sequence[Any]) -> bool:
        """Tell whether the cube named an event that an edit replaced."""


class Snapshot(Protocol):
    """One state of all events, immutable."""

    cache: dict[Hashable, Any]

    def session(self) -> AbstractContextManager[Session]:
        """Give a session to one call."""


class Backend(Protocol):
    """What runs the statements; safe to share between threads."""

    def snapshot(self) -> Snapshot:
        """Return the newest state."""

    def close(self) -> None:
        """Let go of what is held open."""


def remember(cache: dict[Hashable, Any], key: Hashable, value: Any) -> None:  # noqa: ANN401
    """Put an answer into a cache; the oldest go when there are too many."""
    while len(cache) >= KEPT:
        cache.pop(next(iter(cache)), None)
    cache[key] = value


def open_engine(url: str | None, store: Store, borders: Borders | None = None) -> Engine:
    """
    Return the engine that a URL names.

    Parameters
    ----------
    url
        ``duckdb`` (or None): over the files of the store, always up to date, no server. ``postgresql://…``: a
        database that ``python -m geo load`` filled. ``spark`` (in this process), ``spark://…`` or ``sc://…`` (a
        cluster, which must see the store's files under the same path).
    store, borders
        As for `geo.query.Engine`.

    Raises
    ------
    InvalidQuery
        When no engine has such a URL.
    MissingData
        When its driver is not installed; the message says how to.
    """
    from geo.datasets import Datasets  # noqa: PLC0415  # they all import this module
    from geo.query import Engine  # noqa: PLC0415

    scheme = (url or "duckdb").partition(":")[0]
    if scheme == "duckdb":
        return Engine(store, borders)
    if scheme in ("postgresql", "postgres"):
        from geo.engines.postgis import PostgisBackend  # noqa: PLC0415

        return Engine(store, borders, backend=PostgisBackend(url))
    if scheme in ("spark", "sc"):
        from geo.engines.spark import SparkBackend  # noqa: PLC0415

        return Engine(store, borders, backend=SparkBackend(url, store, Datasets(store.path.parent)))
    raise InvalidQuery(
        f"No engine has the URL {url[:80]!r}; expected duckdb, postgresql://…, spark, spark://… or sc://…."
    )

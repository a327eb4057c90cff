"""PostgreSQL with PostGIS: a team's server, filled by ``python -m geo load``, answering the same statements."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from geo.engines import remember
from geo.errors import MissingData, StoreError
from geo.flat import EVENTS_SCHEMA
from geo.sql import EACH, LISTS_MEET, NOT_OUTSIDE, PLACEHOLDER, Statement
from geo.sql_places import DRAWN

try:
    import psycopg
    from psycopg.rows import dict_row
except ImportError:  # told when an engine is opened: the default install does without
    psycopg = None

SCHEMA = "borderwatch"
KEPT_OPEN = 4  # connections that wait for the next question
_TYPES = {pa.int64(): "int8", pa.float64(): "float8", pa.int32(): "int4", pa.date32(): "date"}


class PostgisBackend:
    """
    The tables that `geo.engines.load` made, whatever else the database holds.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/database``; a password is better in ``~/.pgpass`` or ``PGPASSWORD``.
    """

    def __init__(self, url: str) -> None:
        check_driver()
        self._url, self._lock = url, threading.Lock()
        self._idle: list[psycopg.Connection] = []
        self._snapshot: PostgisSnapshot | None = None
        with self._connection() as connection:
            if connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.state",)).fetchone() == (None,):
                raise MissingData("The database holds no events; load them with: python -m geo load URL")

    def snapshot(self) -> PostgisSnapshot:
        """Return the newest state."""
        with self._connection() as connection:
            version, total = connection.execute("SELECT version, total FROM state").fetchone()
        with self._lock:
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = PostgisSnapshot(self, version, total)
            return self._snapshot

    def close(self) -> None:
        """Close the connections that wait."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        """Lend a connection; it goes back, unless something went wrong with it."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        try:
            connection = connection or connect(self._url)
            with connection.transaction(force_rollback=True):  # temporary tables go with it
                yield connection
        except psycopg.Error as error:
            _close(connection)
            raise StoreError(
                f"The database did not answer ({str(error).strip()[:300]}). Nothing was changed."
            ) from error
        except BaseException:
            _close(connection)
            raise
        with self._lock:
            if len(self._idle) < KEPT_OPEN:
                self._idle.append(connection)
                return
        connection.close()


def _close(connection: psycopg.Connection | None) -> None:
    if connection is not None:
        connection.close()


def check_driver() -> None:
    """Raise MissingData when the driver is not installed."""
    if psycopg is None:
        raise MissingData("PostgreSQL needs the driver psycopg; install it with: pip install -r requirements-scale.txt")


def connect(url: str) -> psycopg.Connection:
    """
    Open a connection that sees our tables first.

    Raises
    ------
    MissingData
        When the driver is not installed.
    StoreError
        When the server cannot be reached; the message says why, without the password.
    """
    check_driver()
    options = f"-c search_path={SCHEMA},public -c timezone=UTC -c jit=off"
    try:
        return psycopg.connect(url, options=options, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise StoreError(f"The database cannot be reached ({str(error).strip()[:300]}).") from error


class PostgisSnapshot:
    """One load of the tables; `cache` holds what was worked out about it."""

    def __init__(self, backend: PostgisBackend, version: int, total: int) -> None:
        self._backend, self.version, self.total = backend, version, total
        self.cache: dict[Any, Any] = {}

    @contextmanager
    def session(self) -> Iterator[PostgisSession]:
        """Give a transaction of its own to one call."""
        with self._backend._connection() as connection:  # noqa: SLF001 - the two are one
            yield PostgisSession(connection, self)


class PostgisSession:
    """One transaction: runs statements, and holds the temporary tables that only this call needs."""

    has_cube, spot_type = False, pa.int64()

    def __init__(self, connection: psycopg.Connection, snapshot: PostgisSnapshot) -> None:
        self._connection, self.total, self.cache = connection, snapshot.total, snapshot.cache
        self._registered: set[str] = set()
        self._cursors = itertools.count()

    def keep(self, key: Any, value: Any) -> None:  # noqa: ANN401
        """Remember what was worked out about this state."""
        remember(self.cache, key, value)

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return self._connection.execute(*self._ready(statement)).fetchall()

    def dicts(self, statement: Statement) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(*self._ready(statement)).fetchall()

    def table(self, statement: Statement) -> pa.Table:
        """Run a statement and return an Arrow table."""
        cursor = self._connection.execute(*self._ready(statement))
        return _to_table([column.name for column in cursor.description], cursor.fetchall())

    def batches(self, statement: Statement, size: int) -> Iterator[pa.RecordBatch]:
        """Run a statement and yield its rows as they come, at most `size` at a time."""
        with self._connection.cursor(name=f"stream{next(self._cursors)}") as cursor:
            cursor.execute(*self._ready(statement))
            names = None
            while rows := cursor.fetchmany(size):
                names = names or [column.name for column in cursor.description]
                yield from _to_table(names, rows).to_batches()

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table a temporary one; an empty `outside` is as good as none."""
        if name == "outside" and not len(table):
            return
        columns = ", ".join(f"{field.name} {_TYPES[field.type]}" for field in table.schema)
        self._connection.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in zip(*table.to_pydict().values(), strict=True):
                copy.write_row(row)
        self._connection.execute(f"ANALYZE {name}")
        self._registered.add(name)

    def fetch(self, spots: Sequence[int], columns: Sequence[str] = ()) -> pa.Table:
        """Return the whole rows at some spots, in their order; or only some columns."""
        columns = columns or EVENTS_SCHEMA.names
        names = ", ".join(f'"{name}"' for name in columns)
        text = f"SELECT {names} FROM events JOIN unnest(%s::int8[]) WITH ORDINALITY AS chosen (spot, turn) USING (spot)"
        rows = self._connection.execute(f"{text} ORDER BY chosen.turn", (list(spots),)).fetchall()
        return _to_table(columns, rows)

    def fetch_parts(self, spots: Sequence[int], instead: Statement | None = None) -> list[dict[str, Any]]:  # noqa: ARG002
        """Return the places of the events at some spots, as `geo.sql_places.drawn` selects them."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            text = f"SELECT spot, {DRAWN} FROM places WHERE spot = ANY(%s::int8[])"
            return cursor.execute(text, (sorted(set(spots)),)).fetchall()

    def is_replaced(self, spots: Sequence[int]) -> bool:  # noqa: ARG002
        """Tell that a load leaves nothing behind."""
        return False

    def _ready(self, statement: Statement) -> tuple[str, dict[str, Any]]:
        """Return a statement in PostgreSQL's dialect."""
        text = statement.text if "outside" in self._registered else statement.text.replace(NOT_OUTSIDE, "TRUE")
        text = LISTS_MEET.sub(r"\1 && ARRAY[\2]", text)
        text = EACH.sub(r"unnest(ARRAY(SELECT DISTINCT unnest(\1)))", text)
        text = text.replace(
            "folded(facet)", 'lower(facet COLLATE "und-x-icu")'
        )  # the "C" of the columns knows ASCII only
        return PLACEHOLDER.sub(r"%(\1)s", text.replace("%", "%%")), statement.values


def _to_table(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Return rows as an Arrow table, with the types of the flat view where it has such a column."""
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    known = set(EVENTS_SCHEMA.names)
    return pa.table(
        {
            name: pa.array(values, EVENTS_SCHEMA.field(name).type if name in known else None)
            for name, values in columns.items()
        }
    )

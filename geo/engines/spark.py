"""Spark over the same files, in this process or on a cluster, for what no longer fits one machine."""

from __future__ import annotations

import itertools
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.datasets import Datasets
from geo.engines import remember
from geo.engines.views import PLACE_NAMES, imported_event, imported_single, joined, report_tables
from geo.errors import MissingData
from geo.flat import EVENTS_SCHEMA, PARTS_SCHEMA
from geo.sql import EACH, LISTS_MEET, NOT_OUTSIDE, PLACEHOLDER, Statement
from geo.sql_places import DRAWN
from geo.store import Store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",  # as the other engines read them
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
LOCAL = {  # for one machine and one user: no web page, few tasks
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


class SparkBackend:
    """
    The same views as in `geo.engines.duck`, over the same files.

    Parameters
    ----------
    url
        ``spark``: in this process; ``spark://host:port``: a cluster; ``sc://host:port``: Spark Connect.
    store, datasets
        The project; the cluster must see its files under the same path. Reports are sent along.
    """

    def __init__(self, url: str, store: Store, datasets: Datasets) -> None:
        self._spark, self._store, self._datasets = open_spark(url), store, datasets
        self._lock = threading.RLock()  # temporary views belong to the one Spark session
        self._snapshot: SparkSnapshot | None = None

    def snapshot(self) -> SparkSnapshot:
        """Return the newest state."""
        with self._lock:
            version = (self._store.version(), self._datasets.version())
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = SparkSnapshot(self._spark, self._lock, version, self._store, self._datasets)
            return self._snapshot

    def close(self) -> None:
        """Stop Spark, or leave the cluster."""
        with self._lock:
            self._spark.stop()


def open_spark(url: str) -> SparkSession:
    """
    Start Spark in this process, or join a cluster.

    Raises
    ------
    MissingData
        When pyspark or Java is not there.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  # only here: the default install does without
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise MissingData(
            "Spark needs the package pyspark; install it with: pip install -r requirements-scale.txt"
        ) from error
    builder = SparkSession.builder.appName("borderwatch")
    builder = builder.remote(url) if url.startswith("sc:") else builder.master("local[2]" if url == "spark" else url)
    settings = SETTINGS | (LOCAL if url == "spark" else {})
    for name, value in settings.items():
        builder = builder.config(name, value)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1") if url == "spark" else None
    try:
        return builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise MissingData(f"Spark did not start ({str(error)[:300]}). It needs Java 17 or newer.") from error


class SparkSnapshot:
    """The views over one state; `cache` holds what was worked out about it."""

    def __init__(
        self, spark: SparkSession, lock: threading.RLock, version: tuple[int, int], store: Store, datasets: Datasets
    ) -> None:
        self.version, self._spark, self._lock = version, spark, lock
        self.cache: dict[Any, Any] = {}
        events, parts = report_tables(store.features())
        for name, table in (("report_events", events), ("report_parts", parts)):
            to_frame(spark, table).createOrReplaceTempView(name)
        found = datasets.list()
        paths = [str(path) for dataset in found for path in dataset.paths()]
        several = [str(path) for dataset in found if (path := dataset.parts())]
        self._define_views(paths, several)
        self.total = spark.sql("SELECT count(*) FROM events").collect()[0][0]

    @contextmanager
    def session(self) -> Iterator[SparkSessionView]:
        """Give the one Spark session to one call after the other."""
        with self._lock:
            session = SparkSessionView(self._spark, self)
            try:
                yield session
            finally:
                session.close()

    def _define_views(self, paths: Sequence[str], several: Sequence[str]) -> None:
        """Define every view of `geo.sql`; a spot is the id."""
        events, ours = ["SELECT * FROM report_rows"], f"SELECT {PLACE_NAMES} FROM report_places"
        singles, multiples = [f"{ours} WHERE parts = 1"], [f"{ours} WHERE parts > 1"]
        self._view("report_rows", "SELECT * EXCEPT (spot), id AS spot FROM report_events")
        self._view("report_places", f"SELECT {joined()} FROM report_rows e JOIN report_parts p ON p.event_id = e.id")
        if paths:
            self._spark.read.parquet(*paths).createOrReplaceTempView("imported_files")
            replaced = "LEFT ANTI JOIN report_events ON report_events.id = imported_files.id"
            self._view("imported", f"SELECT *, id AS spot FROM imported_files {replaced}")
            events.append(f"SELECT {imported_event(several=bool(several))}, spot FROM imported")
            singles.append(f"SELECT {imported_single()}, spot FROM imported WHERE parts = 1")
        if several:
            table = pa.concat_tables([pq.read_table(path, schema=PARTS_SCHEMA) for path in several])
            to_frame(self._spark, table).createOrReplaceTempView(
                "imported_parts"
            )  # Spark reads no name that begins with _
            parts = "imported_parts p ON p.event_id = e.id AND e.parts > 1"
            self._view("imported_places", f"SELECT {joined()} FROM imported e JOIN {parts}")
            multiples.append(f"SELECT {PLACE_NAMES} FROM imported_places")
        for name, texts in (("events", events), ("singles", singles), ("multiples", multiples)):
            self._view(name, " UNION ALL ".join(texts))
        self._view("places", "SELECT * FROM singles UNION ALL SELECT * FROM multiples")
        self._view("odd", "SELECT spot, part_geometry, part_radius_km FROM places WHERE NOT pointlike")
        self._view("shapes", "SELECT spot, geometry, west, south, east, north FROM events WHERE NOT pointlike")

    def _view(self, name: str, text: str) -> None:
        self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {text}")


class SparkSessionView:
    """The Spark session for one call, with the temporary views that only it needs."""

    has_cube, spot_type = False, pa.string()

    def __init__(self, spark: SparkSession, snapshot: SparkSnapshot) -> None:
        self._spark, self.total, self.cache = spark, snapshot.total, snapshot.cache
        self._registered: set[str] = set()

    def close(self) -> None:
        """Drop what was registered."""
        for name in self._registered:
            self._spark.catalog.dropTempView(name)

    def keep(self, key: Any, value: Any) -> None:  # noqa: ANN401
        """Remember what was worked out about this state."""
        remember(self.cache, key, value)

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return [tuple(row) for row in self._run(statement).collect()]

    def dicts(self, statement: Statement) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""
        return [_plain(row.asDict()) for row in self._run(statement).collect()]

    def table(self, statement: Statement) -> pa.Table:
        """Run a statement and return an Arrow table."""
        return _tidy(self._run(statement).toArrow())

    def batches(self, statement: Statement, size: int) -> Iterator[pa.RecordBatch]:
        """Run a statement and yield its rows partition by partition, at most `size` at a time."""
        frame = self._run(statement)
        rows = frame.toLocalIterator()
        while some := list(itertools.islice(rows, size)):
            columns = dict(zip(frame.columns, zip(*some, strict=True), strict=True))
            known = set(EVENTS_SCHEMA.names)
            types = {name: EVENTS_SCHEMA.field(name).type if name in known else None for name in columns}
            yield from pa.table({name: pa.array(cells, types[name]) for name, cells in columns.items()}).to_batches()

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table a temporary view; an empty `outside` is as good as none."""
        if name != "outside" or len(table):
            to_frame(self._spark, table).createOrReplaceTempView(name)
            self._registered.add(name)

    def fetch(self, spots: Sequence[str], columns: Sequence[str] = ()) -> pa.Table:
        """Return the whole rows at some spots, in their order; or only some columns."""
        names = ", ".join(f'"{name}"' for name in columns or EVENTS_SCHEMA.names)
        table = self.table(_among(f"SELECT {names}, id AS a_spot FROM events", "id", spots))
        place = {spot: number for number, spot in enumerate(table["a_spot"].to_pylist())}
        return table.drop_columns(["a_spot"]).take(pa.array([place[spot] for spot in spots], pa.int64()))

    def fetch_parts(self, spots: Sequence[str], instead: Statement | None = None) -> list[dict[str, Any]]:
        """Return the places of the events at some spots, as `geo.sql_places.drawn` selects them."""
        if not spots:
            return []
        return self.dicts(instead or _among(f"SELECT spot, {DRAWN} FROM places", "id", spots))

    def is_replaced(self, spots: Sequence[str]) -> bool:  # noqa: ARG002
        """Tell that there is no cube."""
        return False

    def _run(self, statement: Statement) -> DataFrame:
        """Run a statement in Spark's dialect."""
        text = statement.text if "outside" in self._registered else statement.text.replace(NOT_OUTSIDE, "TRUE")
        text = LISTS_MEET.sub(r"arrays_overlap(\1, array(\2))", text)
        text = EACH.sub(r"explode(array_distinct(\1))", text).replace("folded(", "lower(")
        days = {name: value for name, value in statement.values.items() if isinstance(value, date)}
        text = PLACEHOLDER.sub(
            lambda m: f"DATE '{days[m[1]].isoformat()}'" if m[1] in days else m[0], text
        )  # from year 1 on
        used = set(PLACEHOLDER.findall(text))
        return self._spark.sql(text, args={name: value for name, value in statement.values.items() if name in used})


def _among(select: str, column: str, values: Sequence[str]) -> Statement:
    bound = {f"value{number}": value for number, value in enumerate(dict.fromkeys(values))}
    among = f"{column} IN ({', '.join(f':{name}' for name in bound)})" if bound else "FALSE"
    return Statement(f"{select} WHERE {among}", bound)


def to_frame(spark: SparkSession, table: pa.Table) -> DataFrame:
    """Send an Arrow table to Spark."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)  # none is sent
        return spark.createDataFrame(table.combine_chunks())  # it reads no further than an empty chunk


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, bytearray) else value for name, value in row.items()}


def _tidy(table: pa.Table) -> pa.Table:
    """Return the columns with the types of the flat view where it has such a column."""
    fields = [EVENTS_SCHEMA.field(f.name) if f.name in EVENTS_SCHEMA.names else f for f in table.schema]
    return table.cast(pa.schema([pa.field(field.name, field.type) for field in fields]))

"""DuckDB in memory: the flat views over one state of the store and of its imported files, and sessions on them."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from geo.datasets import Dataset, Datasets
from geo.engines import cube, remember
from geo.engines.covering import COVERING, FILE_SHIFT
from geo.engines.duck_views import define_views, narrowed, read_parquet
from geo.engines.views import imported_single, report_tables
from geo.errors import Stopped, StoreError
from geo.flat import EVENTS_SCHEMA
from geo.sql import EACH, LISTS_MEET, NOT_OUTSIDE, PLACEHOLDER, Statement
from geo.sql_places import DRAWN
from geo.stopping import Stopper, current
from geo.store import Store

MEMORY = "320MB"  # what a query may hold before it goes to the disk: a map of 100 M events needs less
FEW = 12  # rows that are read one by one, about 5 ms each, rather than by one more look through the files
PARTS_KEPT = 5_000  # events alone in their cell, kept for the next pan
# No network, ever: an extension that is not there stays away.
_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY,
    "preserve_insertion_order": "false",
}


class DuckBackend:
    """
    The default engine: reads the project's files where they lie, with no import, server or lock.

    Parameters
    ----------
    store
        The project's GeoPackage; its events are read again when it changed.
    datasets
        The imported data; looked at again before every answer.
    """

    def __init__(self, store: Store, datasets: Datasets) -> None:
        self._store, self._datasets = store, datasets
        self._lock = threading.Lock()
        self._snapshot: DuckSnapshot | None = None
        self._imported: Imported | None = None

    def snapshot(self) -> DuckSnapshot:
        """Return the newest state."""
        with self._lock:
            version = (self._store.version(), self._datasets.version())
            if self._snapshot is None or self._snapshot.version != version:
                if self._imported is None or self._imported.version != version[1]:
                    self._imported = Imported(version[1], self._datasets.list())
                self._snapshot = DuckSnapshot(version, self._store, self._imported)
            return self._snapshot

    def close(self) -> None:
        """Let go of the views; answers that are under way hold on to theirs."""
        with self._lock:
            self._snapshot = None


class Imported:
    """What is known of one state of the imported files, whatever happens to the reports."""

    def __init__(self, version: int, datasets: Sequence[Dataset]) -> None:
        self.version = version
        self.files: list[str] = []
        self.cubes: list[tuple[Path, int]] = []  # folders, and the number of the dataset's first file
        self.uncubed: list[tuple[int, int]] = []  # ranges of the numbers of files that no cube counts
        self.coverings: list[tuple[Path, tuple[int, int]]] = []  # files, and the range of the numbers that each covers
        self.uncovered: list[tuple[int, int]] = []
        self.parts = [str(path) for dataset in datasets if (path := dataset.parts())]
        for dataset in datasets:
            first = len(self.files)
            self.files += [str(path) for path in dataset.paths()]
            numbers = (first, len(self.files))
            if (dataset.folder / cube.TOTALS).exists():
                self.cubes.append((dataset.folder, first))
            else:
                self.uncubed.append(numbers)
            if (covering := dataset.folder / COVERING).exists():
                self.coverings.append((covering, numbers))
            else:
                self.uncovered.append(numbers)
        self._asked: dict[str, int] = {}
        self.total, self.extended = self._survey()

    def _survey(self) -> tuple[int, frozenset[int]]:
        """Return the number of rows, and the numbers of the files in which not every place is a point."""
        total, extended = 0, set()
        larger = "west <> lon OR east <> lon OR south <> lat OR north <> lat OR parts > 1"
        sources = [
            ([str(path)], first, f"spot >> {FILE_SHIFT}", "west IS NOT NULL") for path, (first, _) in self.coverings
        ]
        sources += [(self.files[first:last], first, "file_index", larger) for first, last in self.uncovered]
        with closing(_connect()) as connection:
            for files, first, number, condition in sources:
                if files:
                    read = read_parquet(files)
                    total += connection.execute(f"SELECT count(*) FROM {read}").fetchone()[0]
                    found = connection.execute(f"SELECT DISTINCT {number} FROM {read} WHERE {condition}").fetchall()
                    extended |= {first + int(n) for (n,) in found}
        return total, frozenset(extended)

    def find_overlaid(self, connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[int]:
        """Return the spots of the events that `ids` of the project file replace; each id is looked for once."""
        new = sorted(set(ids) - self._asked.keys())
        if new and self.files:
            connection.register("new_ids", pa.table({"id": pa.array(new, pa.string())}))
            spot = f"(CAST(file_index AS BIGINT) << {FILE_SHIFT}) + file_row_number"
            text = f"SELECT id, {spot} FROM {read_parquet(self.files)} WHERE id IN (SELECT id FROM new_ids)"
            self._asked |= dict.fromkeys(new, -1) | dict(connection.execute(text).fetchall())
            connection.unregister("new_ids")
        return sorted(spot for event_id in ids if (spot := self._asked.get(event_id, -1)) >= 0)


class DuckSnapshot:
    """The views over one state, immutable; `cache` holds what was worked out about it."""

    def __init__(self, version: tuple[int, int], store: Store, imported: Imported) -> None:
        self.version, self._imported = version, imported
        self.cache: dict[Any, Any] = {}
        self.parts_by_spot: dict[int, list[dict[str, Any]]] = {}
        self.connection = _connect()
        events, parts = report_tables(store.features())
        with closing(self.connection.cursor()) as cursor:
            for name, table in (("report_events", events), ("report_parts", parts)):
                cursor.register("arriving", table)
                cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM arriving")
                cursor.unregister("arriving")
            self.overlaid = imported.find_overlaid(cursor, events["id"].to_pylist())
            cursor.execute(define_views(imported, self.overlaid))
        self.total = len(events) + imported.total - len(self.overlaid)
        self.has_cube, self.covered = bool(imported.cubes), bool(imported.coverings)

    @contextmanager
    def session(self) -> Iterator[DuckSession]:
        """Give a cursor of its own to one call, which may be stopped while it waits."""
        stopper = current()
        try:
            with closing(self.connection.cursor()) as cursor, stopper.watch(cursor.interrupt):
                stopper.check()
                yield DuckSession(cursor, self, self._imported.files, stopper)
        except duckdb.InterruptException as error:
            raise Stopped("The question was withdrawn before it was answered.") from error
        except duckdb.OutOfMemoryException as error:
            advice = "narrow the filter, or ask for fewer rows"
            raise StoreError(f"The answer needs more than the {MEMORY} that a question may use; {advice}.") from error


class DuckSession:
    """One cursor: runs statements, and holds the small tables that only this call needs."""

    spot_type = pa.int64()

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, snapshot: DuckSnapshot, files: Sequence[str], stopper: Stopper
    ) -> None:
        self._cursor, self._snapshot, self._files, self._stopper = cursor, snapshot, files, stopper
        self._registered: set[str] = set()
        self.total, self.has_cube, self.cache = snapshot.total, snapshot.has_cube, snapshot.cache

    def keep(self, key: Any, value: Any) -> None:  # noqa: ANN401
        """Remember what was worked out about this state; the oldest goes when there is too much."""
        remember(self.cache, key, value)

    def rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement and return all its rows."""
        return self._cursor.execute(*self._ready(statement)).fetchall()

    def dicts(self, statement: Statement) -> list[dict[str, Any]]:
        """Run a statement and return its rows by column name."""
        rows = self.rows(statement)
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def batches(self, statement: Statement, size: int) -> Iterator[pa.RecordBatch]:
        """Run a statement and yield its rows as they come, at most `size` at a time."""
        yield from self._sql(statement).to_arrow_reader(size)

    def table(self, statement: Statement) -> pa.Table:
        """Run a statement and return an Arrow table."""
        return self._sql(statement).to_arrow_table()

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table a view that this session alone sees; an empty `outside` is as good as none."""
        if name != "outside" or len(table):
            self._cursor.register(name, table)
            self._registered.add(name)

    def fetch(self, spots: Sequence[int], columns: Sequence[str] = ()) -> pa.Table:
        """Return the whole rows at some spots, in their order; or only some columns."""
        columns = columns or EVENTS_SCHEMA.names
        names = ", ".join(f'"{name}"' for name in columns)
        found = [self._cursor.sql(text).to_arrow_table() for text in self._reads(spots, f"{names}", "report_events")]
        if not found:
            return EVENTS_SCHEMA.empty_table().select(columns)
        table = pa.concat_tables([part.cast(_with_spot(part.schema, columns)) for part in found])
        place = {spot: number for number, spot in enumerate(table["spot"].to_pylist())}
        return table.drop_columns(["spot"]).take(pa.array([place[spot] for spot in spots], pa.int64()))

    def fetch_parts(self, spots: Sequence[int], instead: Statement | None = None) -> list[dict[str, Any]]:
        """
        Return the places of the events at some spots, as `geo.sql_places.drawn` selects them; known ones from memory.

        Parameters
        ----------
        instead
            What selects them all, to run it once when reading one by one would take longer.
        """
        known = self._snapshot.parts_by_spot
        new = sorted(set(spots) - known.keys())
        if len(known) + len(new) > PARTS_KEPT:
            known.clear()
            new = sorted(set(spots))
        if instead is not None and len(new) > FEW:
            found = self.dicts(instead)
        else:
            found = [
                part for text in self._reads(new, DRAWN, "report_places", single=True) for part in self._dicts(text)
            ]
        places: dict[int, list[dict[str, Any]]] = {}
        for part in found:
            places.setdefault(part["spot"], []).append(part)
        known |= {spot: parts for spot, parts in places.items() if len(parts) == parts[0]["parts"]}
        places = known | places
        return [part for spot in dict.fromkeys(spots) for part in places.get(spot, ())]

    def _dicts(self, text: str) -> list[dict[str, Any]]:
        cursor = self._cursor.execute(text)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def is_replaced(self, spots: Sequence[int]) -> bool:
        """Tell whether the cube named an event that an edit replaced."""
        return not set(spots).isdisjoint(self._snapshot.overlaid)

    def _reads(self, spots: Sequence[int], names: str, reports: str, *, single: bool = False) -> Iterator[str]:
        """Yield statements that read rows where they lie, file by file; `single` only events with one place."""
        ours = ", ".join(str(int(spot)) for spot in spots if spot < 0)
        if ours:
            yield f"SELECT {names}, spot FROM {reports} WHERE spot IN ({ours})"
        theirs = sorted(int(spot) for spot in spots if spot >= 0)
        for number, group in groupby(theirs, key=lambda spot: spot >> FILE_SHIFT):
            rows = [spot & ((1 << FILE_SHIFT) - 1) for spot in group]
            within = f"file_row_number BETWEEN {rows[0]} AND {rows[-1]} AND file_row_number IN {(*rows, rows[-1])}"
            columns = imported_single() if single else names
            also = " AND parts = 1" if single else ""
            spot = f"CAST({number << FILE_SHIFT} AS BIGINT) + file_row_number AS spot"
            inner = f"SELECT {columns}, {spot} FROM {read_parquet([self._files[number]])} WHERE {within}{also}"
            yield f"SELECT {names}, spot FROM ({inner}) AS read" if single else inner
        if single and theirs:
            yield f"SELECT {names}, spot FROM multiples WHERE spot IN ({', '.join(map(str, theirs))})"

    def _sql(self, statement: Statement) -> duckdb.DuckDBPyRelation:
        text, values = self._ready(statement)
        return self._cursor.sql(text, params=values)

    def _ready(self, statement: Statement) -> tuple[str, dict[str, Any]]:
        """Return a statement in DuckDB's dialect, if anybody still waits for its answer."""
        self._stopper.check()
        text = statement.text if "outside" in self._registered else statement.text.replace(NOT_OUTSIDE, "TRUE")
        text = narrowed(text, statement.values) if self._snapshot.covered else text
        text = LISTS_MEET.sub(r"list_has_any(\1, [\2])", text)
        text = EACH.sub(r"unnest(CASE WHEN len(\1) > 1 THEN list_distinct(\1) ELSE \1 END)", text)
        used = set(PLACEHOLDER.findall(text))
        text = PLACEHOLDER.sub(r"$\1", text.replace("folded(", "lower("))
        return text, {name: value for name, value in statement.values.items() if name in used}


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_CONFIG | {"temp_directory": tempfile.gettempdir()})
    connection.execute("LOAD parquet")
    connection.execute("SET GLOBAL parquet_metadata_cache = true")  # for every cursor; file names are never used twice
    return connection


def _with_spot(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([*(EVENTS_SCHEMA.field(name) for name in columns), schema.field("spot")])

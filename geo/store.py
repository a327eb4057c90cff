"""The project folder: one GeoPackage that holds reports, their events and the history, merged by id, crash-safe."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import geopandas as gpd

from geo import geopackage
from geo.errors import InvalidRecord, StoreError
from geo.features import check_text
from geo.records import Event, Report
from geo.rows import (
    EVENT_COLUMNS,
    INSERT_EVENT,
    PUT_REPORT,
    SELECT_EVENTS,
    SELECT_REPORTS,
    TABLES,
    UPDATE_EVENT,
    Row,
    event_rows,
    report_row,
    to_report,
    to_table,
)

FILE = "project.gpkg"
BUSY_S = 10  # how long to wait for another writer; its transactions take milliseconds

Change = Literal["added", "updated", "unchanged"]


class Store:
    """
    The project folder's GeoPackage, open for reading and writing; safe to share between threads.

    The file opens in QGIS and GDAL. A write is one transaction of SQLite (WAL, synchronous=FULL): a killed process
    loses at most the write it was in, and other processes read on meanwhile. Close the store (or use it in a
    ``with``) before the file is copied: rows may otherwise still sit in the ``-wal`` file beside it. Inside the process
    that has it open, read it through the store alone, never through GDAL (geopandas.read_file): that brings a second
    SQLite library, and two of them in one process drop each other's locks (sqlite.org/howtocorrupt.html §2.2.1).

    Parameters
    ----------
    folder
        Made if it is not there, with an empty ``project.gpkg`` in it.

    Raises
    ------
    StoreError
        When the file is damaged, foreign, locked or not writable; the message names it and says what to do.
    """

    def __init__(self, folder: Path | str) -> None:
        self.path = Path(folder) / FILE
        self._lock = threading.RLock()
        self._cached: tuple[int, gpd.GeoDataFrame] | None = None
        self._open()
        self._version = self.path.stat().st_mtime_ns // 1_000_000  # so that it differs from the last run's, too

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, report: Report, events: Sequence[Event], *, now: datetime, who: str = "ingest") -> Change:
        """
        Put a report and the events found in it into the store, in one transaction.

        A report that is there already is replaced, and with it the machine-made events it gave before. Events that
        a person confirmed, corrected or rejected stay as they are, unless the new ones are reviewed themselves. An
        event id that another report brought first stays with that report. The same input again changes nothing.

        Parameters
        ----------
        now
            When this happens, with its time zone; kept in the history.
        who
            Who does it; kept in the history.

        Raises
        ------
        InvalidRecord
            Naming every fault; nothing is written then.
        """
        return self.add_many([(report, events)], now=now, who=who)[0]

    def add_many(
        self, items: Iterable[tuple[Report, Sequence[Event]]], *, now: datetime, who: str = "ingest"
    ) -> list[Change]:
        """Do `add` for many reports in a single transaction: all of them get in, or (after an error) none."""
        ready = [(report_row(report), event_rows(events)) for report, events in items]
        with self._transaction() as connection:
            return [_merge(connection, report, rows, now=now, who=who) for report, rows in ready]

    def revise(self, event: Event, *, now: datetime, who: str) -> Change:
        """
        Replace a stored event by what a person made of it; `review` must say confirmed, corrected or rejected.

        Raises
        ------
        InvalidRecord
            When the store has no event of that id, or its `review` is still ``machine``.
        """
        if event.review == "machine":
            raise InvalidRecord(
                f"Event {event.id!r} has review='machine'; a revision is confirmed, corrected, rejected."
            )
        (row,) = event_rows([event]).values()
        with self._transaction() as connection:
            held = connection.execute(f"{SELECT_EVENTS} WHERE id = ?", (event.id,)).fetchone()
            if held is None:
                raise InvalidRecord(f"Event {event.id!r} is not in {self.path}; only stored events can be revised.")
            if held == row:
                return "unchanged"
            connection.execute(UPDATE_EVENT, (*row, event.id))
            (report,) = connection.execute("SELECT report FROM events WHERE id = ?", (event.id,)).fetchone()
            changed = {
                n: [_legible(a), _legible(b)] for n, a, b in zip(EVENT_COLUMNS, held, row, strict=True) if a != b
            }
            _log(connection, now, who, "revised", report, {"event": event.id, "changed": changed})
            geopackage.note_change(connection, "events", geopackage.bounds([row[0]]), now)
            return "updated"

    def remove(self, report_id: str, *, now: datetime, who: str = "ingest") -> bool:
        """Delete a report with all its events, reviewed ones too; False when there is no such report."""
        if self.report(report_id) is None:
            return False
        with self._transaction() as connection:
            if not connection.execute("DELETE FROM reports WHERE id = ?", (report_id,)).rowcount:
                return False
            gone = connection.execute("DELETE FROM events WHERE report = ? RETURNING id", (report_id,)).fetchall()
            _log(connection, now, who, "removed", report_id, {"removed": sorted(event_id for (event_id,) in gone)})
            geopackage.forget_extent(connection, "events")
            blobs = (blob for (blob,) in connection.execute("SELECT geom FROM events"))
            geopackage.note_change(connection, "events", geopackage.bounds(blobs), now)
            return True

    def report(self, report_id: str) -> Report | None:
        """Return the report of that id, or None."""
        if check_text(report_id):  # an id that cannot be written is nobody's
            return None
        with self._session() as connection:
            row = connection.execute(f"{SELECT_REPORTS} WHERE id = ?", (report_id,)).fetchone()
        return None if row is None else to_report(row)

    def reports(self) -> list[Report]:
        """Return all reports in the order of their ids."""
        with self._session() as connection:
            rows = connection.execute(f"{SELECT_REPORTS} ORDER BY id").fetchall()
        return [to_report(row) for row in rows]

    def features(self) -> gpd.GeoDataFrame:
        """
        Return all events as the one table (EPSG:4326), undated last, otherwise by start and id.

        Read once and kept until the file changes. The frame's cells (lists, dicts) are shared: do not write to them.
        """
        with self._lock:
            version = self.version()
            if self._cached is None or self._cached[0] != version:
                self._cached = (version, self._read())
            return self._cached[1].copy(deep=False)

    def version(self) -> int:
        """Return a number that grows whenever the content changed, whether we or another process wrote."""
        with self._session() as connection:
            (seen,) = connection.execute("PRAGMA data_version").fetchone()
            if seen != self._seen:
                self._seen = seen
                self._version += 1
            return self._version

    def close(self) -> None:
        """Bring everything into the one file and let go of it; closing twice is harmless."""
        with self._lock:
            with suppress(sqlite3.Error):  # closed before, or another process is reading: that one will do it
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

    def _read(self) -> gpd.GeoDataFrame:
        with self._session() as connection:
            rows = connection.execute(f'{SELECT_EVENTS} ORDER BY "start" IS NULL, "start", id').fetchall()
        try:
            return to_table(rows)
        except InvalidRecord as error:
            advice = "mend it in QGIS or restore a copy"
            raise StoreError(f"{self.path} holds an event that breaks the rules; {advice}. {error}") from error

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            geopackage.check_header(self.path)
            connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        except StoreError:
            raise
        except (OSError, sqlite3.Error) as error:
            raise _store_error(self.path, error) from error
        try:
            _prepare(self.path, connection)
        except sqlite3.Error as error:
            connection.close()
            raise _store_error(self.path, error) from error
        except StoreError:
            connection.close()
            raise
        self._connection, self._seen, self._inode = connection, -1, self.path.stat().st_ino

    @contextmanager
    def _session(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection, on the file that now bears the name; SQLite's errors become StoreErrors."""
        with self._lock:
            if not self.path.exists():
                raise StoreError(f"{self.path} is gone; restore it, or restart to begin an empty project.")
            if self.path.stat().st_ino != self._inode:  # a copy was put in its place
                self._connection.close()
                self._open()
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise _store_error(self.path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._session() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                before = connection.total_changes
                yield connection
                self._version += connection.total_changes != before
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise
            _empty_wal(connection)


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Check the file, lay it out when it is new, and set it to survive a kill and a power cut."""
    if geopackage.is_ours(path, connection):
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"malformed: {verdict}")
    geopackage.allow_spatial_index(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")  # another process may be creating it at this moment
    if not geopackage.is_ours(path, connection):
        geopackage.create(connection, TABLES, features="events", attributes=("reports", "history"))
    connection.execute("COMMIT")
    _empty_wal(connection)  # GDAL looks for the header in the file itself


def _empty_wal(connection: sqlite3.Connection) -> None:
    """
    Bring what was written into the file itself, unless somebody is reading at this moment.

    A copy of the file is then complete, and a file put in its place is not mixed with an old ``-wal``.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")


def _store_error(path: Path, error: Exception) -> StoreError:
    text = str(error)
    advice = "What was stored before is unchanged."
    if "malformed" in text or "not a database" in text or "disk image" in text:
        advice = "The file is damaged: restore a copy, or move it away and ingest the reports again."
    elif "locked" in text or "busy" in text:
        advice = "Another program is writing to it: close that (an edit session in QGIS?) and try again."
    elif "readonly" in text or "unable to open" in text:
        advice = "Make the folder and the file writable, or choose another project folder."
    return StoreError(f"{path} cannot be read or written ({text}). {advice}")


def _merge(connection: sqlite3.Connection, report: Row, rows: dict[str, Row], *, now: datetime, who: str) -> Change:
    """Bring one report and its events to what is given; see `Store.add` for the rules."""
    report_id = report[0]
    old = connection.execute(f"{SELECT_REPORTS} WHERE id = ?", (report_id,)).fetchone()
    review = EVENT_COLUMNS.index("review")
    held = {row[1]: row for row in connection.execute(f"{SELECT_EVENTS} WHERE report = ?", (report_id,))}
    kept = {event_id for event_id, row in held.items() if row[review] != "machine"}
    new = {i: row for i, row in rows.items() if not (i in kept and row[review] == "machine")}
    new = {i: row for i, row in new.items() if i in held or not _exists(connection, i)}
    added = [i for i in new if i not in held]
    updated = [i for i in new if i in held and held[i] != new[i]]
    removed = [i for i in held if i not in kept and i not in new]
    if old == report and not (added or updated or removed):
        return "unchanged"
    connection.execute(PUT_REPORT, report)
    connection.executemany("DELETE FROM events WHERE id = ?", [(i,) for i in removed])
    connection.executemany(UPDATE_EVENT, [(*new[i], i) for i in updated])
    connection.executemany(INSERT_EVENT, [(report_id, *new[i]) for i in added])
    change: Change = "added" if old is None else "updated"
    _log(connection, now, who, change, report_id, {"added": added, "updated": updated, "removed": removed})
    geopackage.note_change(connection, "events", geopackage.bounds(new[i][0] for i in (*added, *updated)), now)
    return change


def _exists(connection: sqlite3.Connection, event_id: str) -> bool:
    return connection.execute("SELECT 1 FROM events WHERE id = ?", (event_id,)).fetchone() is not None


def _log(
    connection: sqlite3.Connection, now: datetime, who: str, what: str, report_id: str, detail: dict[str, Any]
) -> None:
    connection.execute(
        "INSERT INTO history (at, who, what, report, detail) VALUES (?, ?, ?, ?, ?)",
        (geopackage.stamp(now), who, what, report_id, json.dumps(detail, ensure_ascii=False)),
    )


def _legible(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value

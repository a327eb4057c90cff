"""What of the records is stored: the tables, the statements, and rows of SQLite to records and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo import geopackage
from geo.errors import InvalidRecord
from geo.features import (
    COLUMNS,
    DATES,
    LISTS,
    NUMBERS,
    OBJECTS,
    TEXTS,
    check_columns,
    check_text,
    from_columns,
    tidy_shapes,
    to_columns,
)
from geo.records import Event, Report

Row = tuple[Any, ...]

_TYPES = {
    **dict.fromkeys(TEXTS, "TEXT"),
    **dict.fromkeys(DATES, "DATE"),
    **dict.fromkeys(NUMBERS, "DOUBLE"),
    **dict.fromkeys((*LISTS, *OBJECTS), "TEXT"),  # JSON
    "main": "BOOLEAN",
}
REPORT_COLUMNS = tuple(field.name for field in fields(Report))
EVENT_COLUMNS = ("geom", *(name for name in COLUMNS if name != "geometry"))  # what of an event is stored, in this order
TABLES = (
    "CREATE TABLE events (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, report TEXT NOT NULL,\n"
    + ",\n".join(f'  "{name}" {_TYPES[name]}' + " NOT NULL UNIQUE" * (name == "id") for name in EVENT_COLUMNS[1:])
    + """);
CREATE INDEX events_of_report ON events (report);
CREATE TABLE reports (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id TEXT NOT NULL UNIQUE, title TEXT, body TEXT, published DATE,
  language TEXT, source_name TEXT, source_url TEXT, licence TEXT);
CREATE TABLE history (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at DATETIME NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  report TEXT NOT NULL, detail TEXT NOT NULL);
"""
)
_NAMES = ", ".join(f'"{name}"' for name in EVENT_COLUMNS)
_MARKS = ", ".join("?" * (len(EVENT_COLUMNS) + 1))
# Only names of our own columns are put into these texts; every value is bound.
SELECT_EVENTS = f"SELECT {_NAMES} FROM events"  # noqa: S608
INSERT_EVENT = f"INSERT INTO events (report, {_NAMES}) VALUES ({_MARKS})"  # noqa: S608
UPDATE_EVENT = "UPDATE events SET " + ", ".join(f'"{name}" = ?' for name in EVENT_COLUMNS) + " WHERE id = ?"  # noqa: S608
SELECT_REPORTS = f"SELECT {', '.join(REPORT_COLUMNS)} FROM reports"  # noqa: S608
PUT_REPORT = (
    f"INSERT INTO reports ({', '.join(REPORT_COLUMNS)}) VALUES ({', '.join('?' * len(REPORT_COLUMNS))}) "  # noqa: S608
    "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in REPORT_COLUMNS)
)


def report_row(report: Report) -> Row:
    """Return the stored form of a report; raise InvalidRecord for text that no file can hold."""
    row = tuple(getattr(report, name) for name in REPORT_COLUMNS)
    for name, value in zip(REPORT_COLUMNS, row, strict=True):
        fault = check_text(value) if isinstance(value, str) else None
        if fault:
            raise InvalidRecord(f"Report {report.id!r} has a {name} that cannot be stored; expected {fault}.")
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def to_report(row: Row) -> Report:
    """Build a report from its stored form."""
    values = dict(zip(REPORT_COLUMNS, row, strict=True))
    published = values.pop("published")
    return Report(**values, published=None if published is None else date.fromisoformat(published))


def event_rows(events: Iterable[Event]) -> dict[str, Row]:
    """Return the stored form of checked events by id; equal events give equal rows."""
    columns = to_columns(events)
    columns["geom"] = list(tidy_shapes(np.array([*columns["geometry"], None], dtype="object"))[:-1])
    columns["geometry"] = columns["geom"]
    check_columns(columns)
    stored = [[_stored(name, value) for value in columns[name]] for name in EVENT_COLUMNS]
    return {row[1]: row for row in zip(*stored, strict=True)}


def _stored(name: str, value: Any) -> Any:  # noqa: ANN401 - what SQLite holds
    if name == "geom":
        return geopackage.to_blob(value)
    if name in DATES:
        return None if value is None else value.isoformat()
    if name in NUMBERS:
        return None if value != value else float(value)  # noqa: PLR0124 - NaN is nothing
    if name in LISTS or name in OBJECTS:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return int(value) if name == "main" else value


def to_table(rows: list[Row]) -> gpd.GeoDataFrame:
    """
    Build the one table from stored rows.

    Raises
    ------
    InvalidRecord
        When a row is not as we write it (edited in another program, or damaged), with the rule it breaks.
    """
    given = zip(*rows, strict=True) if rows else ([] for _ in EVENT_COLUMNS)
    columns: dict[str, list[Any]] = {name: list(values) for name, values in zip(EVENT_COLUMNS, given, strict=True)}
    try:
        columns["geometry"] = list(shapely.from_wkb([geopackage.to_wkb(blob) for blob in columns.pop("geom")]))
        for name in DATES:
            columns[name] = [None if text is None else date.fromisoformat(text) for text in columns[name]]
        for name in (*LISTS, *OBJECTS):
            columns[name] = [json.loads(text) for text in columns[name]]
        columns["main"] = [bool(value) for value in columns["main"]]
        columns = {
            name: [math.nan if v is None else v for v in c] if name in NUMBERS else c for name, c in columns.items()
        }
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise InvalidRecord(f"An event cannot be read: {error}.") from error
    check_columns(columns)
    return from_columns(columns)

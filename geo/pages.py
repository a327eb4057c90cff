"""A page of what is seen, found by its narrow keys first; and of each event only the columns that are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from geo import sql
from geo.errors import InvalidQuery
from geo.features import OBJECTS
from geo.filters import Query
from geo.spans import find_span
from geo.sql import Statement

if TYPE_CHECKING:
    from geo.engines import Session

WINDOWS = (366, 8 * 366)  # days before the last known one in which a newest page is looked for, before everywhere
MANY_EVENTS = 100_000  # below that there is nothing to gain from looking into the newest first
RECORDS_KEPT = 5_000  # events whose columns are remembered for the next pan or page

Key = tuple[Any, str]  # spot and verdict


def check_order(order: str) -> None:
    """Raise InvalidQuery unless rows can be put into that order."""
    if order.removeprefix("-") not in sql.ORDERS:
        raise InvalidQuery(f"Rows cannot be ordered by {order[:80]!r}; expected one of {', '.join(sql.ORDERS)}.")


def find_keys(
    session: Session, query: Query, *, order: str, limit: int, offset: int, where: Statement | None = None
) -> list[Key]:
    """Return (spot, verdict) of a page, in its order."""
    for window in _windows(session, order, where):
        keys = session.rows(sql.rows(query, order=order, limit=limit, offset=offset, where=window, keys=True))
        if len(keys) == limit:
            break
    return keys


def _windows(session: Session, order: str, where: Statement | None) -> Iterator[Statement | None]:
    """Yield conditions to look for a page with, the last of which is `where`: the newest lie in the newest files."""
    if order == "-start" and session.total > MANY_EVENTS:
        last = find_span(session, Query(background=True), cube=session.has_cube)[1]
        for days in WINDOWS if last else ():
            text = f'"start" >= :newest{f" AND ({where.text})" if where else ""}'
            yield Statement(text, (where.values if where else {}) | {"newest": last - timedelta(days=days)})
    yield where


def find_few(session: Session, query: Query, limit: int) -> list[Key] | None:
    """Return (spot, verdict) of all that is seen in any order, or None as soon as they are more than `limit`."""
    keys = session.rows(sql.rows(query, order=None, limit=limit + 1, keys=True))
    return keys if len(keys) <= limit else None


def read_records(session: Session, keys: Sequence[Key], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return some columns of the events at some spots, in their order, and `match`; what is known comes from memory."""
    name = ("records", tuple(columns))
    known: dict[Any, dict[str, Any]] = session.cache.get(name, {})
    new = [spot for spot, _ in keys if spot not in known]
    if new:
        found = dict(zip(new, _decode(session.fetch(new, columns)), strict=True))
        known = {
            **(known if len(known) + len(new) <= RECORDS_KEPT else {s: known[s] for s, _ in keys if s in known}),
            **found,
        }
        session.keep(name, known)
    return [{**known[spot], "match": "yes" if verdict == "shown" else "possible"} for spot, verdict in keys]


def _decode(table: pa.Table) -> list[dict[str, Any]]:
    records = table.to_pylist()
    for record in records:
        for name in OBJECTS:
            if name in record:
                record[name] = json.loads(record[name])
    if "geometry" in table.column_names:
        for record, shape in zip(records, shapely.from_wkb([record["geometry"] for record in records]), strict=True):
            record["geometry"] = shape
    return records

"""The days that the events of a query are known to touch, and how they fall into the bins of a histogram."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from geo import sql
from geo.bins import cut_bins, make_bins
from geo.cells import is_counted
from geo.errors import InvalidQuery
from geo.filters import PLACE_FILTERS, Query, asks_where

if TYPE_CHECKING:
    from geo.engines import Session

BINS_SCHEMA = pa.schema([("bin_start", pa.date32()), ("bin_end", pa.date32())])
Span = tuple[date | None, date | None]
Binned = list[tuple[date, date, str, int, str, int]]


def find_bins(
    session: Session,
    query: Query,
    by: str,
    *,
    pair: str | None = None,
    step_km: float = 1,
    within: tuple[date, date] | None = None,
) -> Binned:
    """Return (first day, last day, kind, step along the border, verdict, n), each key once; remembered."""
    query = replace(query, start=None, end=None)
    key = ("bins", query, by, pair, step_km, within)
    if key not in session.cache:
        session.keep(key, _count_bins(session, query, by, pair, step_km, within))
    return session.cache[key]


def _count_bins(
    session: Session, query: Query, by: str, pair: str | None, step_km: float, within: tuple[date, date] | None
) -> Binned:
    cube = session.has_cube and is_counted(query) and pair is None
    ends, beside = _bins_of_all(session, query, by) if within is None else None, None
    if ends is not None:  # more bins than are needed; the query finds out which
        beside = _find_span_beside(session, query)
    else:
        first, last = find_span(session, query, cube=cube)
        ends = cut_bins(make_bins(first, last, by=by), within) if first else {}
    if not ends:
        return []
    session.register("bins", pa.table([list(ends), list(ends.values())], schema=BINS_SCHEMA))
    view = "totals" if cube and by in ("month", "year") else "events"
    found: dict[tuple[date, str, int, str], int] = {}
    whole = within and (min(ends), max(ends.values()))
    statement = sql.histogram(query, by=by, view=view, pair=pair, step_km=step_km, beside=beside, within=whole)
    for *each, n in session.rows(statement):
        found[tuple(each)] = found.get(tuple(each), 0) + int(n)
    return [(start, ends[start], *rest, n) for (start, *rest), n in found.items() if n and start in ends]


def _bins_of_all(session: Session, query: Query, by: str) -> dict[date, date] | None:
    """Return the bins of all events, where that saves a look for the query's own; None where it does not."""
    if not asks_where(query):
        return None
    first, last = find_span(session, Query(background=True), cube=session.has_cube)
    with suppress(InvalidQuery):  # too many, though the query itself may need few
        return dict(make_bins(first, last, by=by)) if first else {}
    return None


def _find_span_beside(session: Session, query: Query) -> Span:
    """Return the span of the events without a place, which no box or border excludes: the same for all of those."""
    return find_span(session, replace(query, **dict.fromkeys(PLACE_FILTERS)), cube=False, placed=False)


def find_span(session: Session, query: Query, *, cube: bool, placed: bool | None = None) -> Span:
    """Return the first and the last day, or None twice; `placed` is False for events without a place alone."""
    key = ("span", query, placed)
    if key not in session.cache:
        sides = (placed,) if placed is not None else None
        ((first, last),) = session.rows(sql.span(query, view="totals" if cube else "events", sides=sides))
        session.keep(key, (first, last))
    return session.cache[key]

"""What the timeline draws beyond the summary: bars of a stretch of time by day, week or year, and one event's days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from dashboard.project import open_project
from geo.errors import InvalidQuery
from geo.query import Bin, Engine, Query

KEPT = 24  # histograms, so that going back and forth in time asks the engine once
Line = list[str | int]
Stretch = tuple[date, date]


def find_bars(query: Query, *, by: str, within: Stretch | None = None) -> tuple[Bin, ...]:
    """Return the histogram of a query; its own dates are no part of it, so moving them asks the engine nothing."""
    project = open_project()
    return _histogram(project.engine, replace(query, start=None, end=None), by, within, project.version())


@lru_cache(maxsize=KEPT)
def _histogram(engine: Engine, query: Query, by: str, within: Stretch | None, _version: int) -> tuple[Bin, ...]:
    return tuple(engine.histogram(query, by=by, within=within))


def to_line(entry: Bin) -> Line:
    """Return a bar as the browser takes it: first and last day, kind, and how many are shown and possible."""
    return [entry.start.isoformat(), entry.end.isoformat(), entry.kind, entry.shown, entry.possible]


def read_day(params: Mapping[str, str], name: str) -> date:
    """Read a day of the address; raise InvalidQuery when it is none."""
    try:
        return date.fromisoformat(params[name])
    except (KeyError, ValueError) as error:
        raise InvalidQuery(f"{name}={params.get(name)!r} is not a day; expected YYYY-MM-DD.") from error


def bars(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the bars ``by`` a unit that touch the days ``first`` to ``last``."""
    stretch, by = (read_day(params, "first"), read_day(params, "last")), params.get("by", "month")
    return {"by": by, "bins": [to_line(entry) for entry in find_bars(Query.from_params(params), by=by, within=stretch)]}


def event_days(params: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the first and last day of one event, or None when there is no such event."""
    event = open_project().engine.event(params["id"])
    if event is None:
        return None
    return {name: day and day.isoformat() for name, day in (("start", event.start), ("end", event.end))}

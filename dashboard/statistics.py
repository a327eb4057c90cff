"""The numbers of the statistics view: counts of what the filters show, and their change against the period before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dashboard import names, words
from dashboard.i18n import language, later, tr
from dashboard.project import open_project
from dashboard.style import KIND_STYLE, kind_label
from geo.errors import InvalidQuery
from geo.query import Counts, Engine, Query

ROWS = 12  # lines of a table; the rest is named as a number
BORDERS = 8  # borders that are counted exactly, each a query of its own
MOST_MONTHS = 36  # more are counted by year
WINDOWS = (30, 90, 365)  # days to compare while the filter names no dates
NEAR_KM = 20.0  # how near to a border counts, while the filter does not say
FACETS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    # facet of the engine: the title, the field of Query, the words for a value
    "kind": (later("Kind"), "kinds", kind_label),
    "country": (later("Country"), "countries", names.country),
    "actor": (later("Actor"), "actors", words.plain),
}


class Periods(NamedTuple):
    """Two periods of the same length, one right after the other; `chosen` when the filter names the later one."""

    first: date
    last: date
    chosen: bool

    @property
    def days(self) -> int:
        """How long each of them is."""
        return (self.last - self.first).days + 1

    def before(self) -> tuple[date, date]:
        """Return the first and the last day of the earlier one."""
        return self.first - timedelta(days=self.days), self.first - timedelta(days=1)


def find_periods(query: Query, span: tuple[date, date] | None, days: int) -> Periods | None:
    """
    Return what to compare: the filter's dates, open ends closed by the data's, or the last `days` of the data.

    None without any dates, or where the period before would lie outside the calendar.
    """
    if span is None:
        return None
    first, last = query.start or span[0], query.end or span[1]
    chosen = query.start is not None or query.end is not None
    if not chosen:
        first = max(date.min, last - timedelta(days=days - 1))
    if first > last or (first - date.min).days < (last - first).days + 1:
        return None
    return Periods(first, last, chosen)


def count_all(query: Query, days: int, engine: Engine) -> dict[str, Any]:
    """
    Return the view's numbers but for those by border (see `count_borders`).

    Returns
    -------
    numbers
        ``periods`` (days, first and last day of both, and the counts of each with the query that gives them) or null,
        ``counts`` of the filter itself, ``sections`` of rows (see `_rows`), and ``bins``: (words, n, possible, query)
        by month or year, newest first.
    """
    periods = find_periods(query, engine.span(background=query.background), days)
    now, before = _compared(query, periods)
    tables = [(query, engine.facets(query), _certain(query, engine))]
    tables += [(part, engine.facets(part), {}) for part in (now, before) if part and part != query]
    sections = [_section(name, tables, periods is not None) for name in FACETS]
    return {
        "counts": engine.counts(query)._asdict(),
        "query": _address(query),
        "periods": periods and _to_periods(periods, now, before, engine),
        "sections": sections,
        "bins": _bins(query, engine),
    }


def _compared(query: Query, periods: Periods | None) -> tuple[Query | None, Query | None]:
    if periods is None:
        return None, None
    first, last = periods.before()
    now = query if periods.chosen else replace(query, start=periods.first, end=periods.last)
    return now, replace(query, start=first, end=last)


def _to_periods(periods: Periods, now: Query, before: Query, engine: Engine) -> dict[str, Any]:
    told = {"days": periods.days, "chosen": periods.chosen}
    for name, part, ends in (("now", now, periods[:2]), ("before", before, periods.before())):
        counts: Counts = engine.counts(part)
        told[name] = {"words": words.days(*ends), "query": _address(part), **counts._asdict()}
    return told


def _address(query: Query) -> str:
    return urlencode(query.to_params(), safe=",")


def _certain(query: Query, engine: Engine) -> dict[str, dict[str, int]]:
    """Return the facets without what is only possible, or nothing where nothing can be."""
    return engine.facets(replace(query, possible=False)) if query.possible else {}


def _section(name: str, tables: list[tuple[Query, dict, dict]], compared: bool) -> dict[str, Any]:
    """Return the rows of a facet: the value in words, and for each query its number and the query of just these."""
    title, field, label = FACETS[name]
    (query, found, certain), *periods = tables
    if compared and len(periods) == 1:  # the filter's own dates are the later period
        periods = [tables[0], *periods]
    chosen = getattr(query, field)
    values = [value for value in found[name] if not chosen or value in chosen]
    rows = []
    for value in values[:ROWS]:
        n = found[name][value]
        row = {"label": label(value), "n": n, "query": _address(replace(query, **{field: (value,)}))}
        row["possible"] = n - certain[name].get(value, 0) if certain else 0
        row["colour"] = KIND_STYLE[value][1] if name == "kind" else None
        for side, (part, counted, _) in zip(("now", "before"), periods, strict=False):
            row[side] = [counted[name].get(value, 0), _address(replace(part, **{field: (value,)}))]
        rows.append(row)
    return {"key": name, "title": tr(title), "rows": rows, "more": len(values) - len(rows)}


def _bins(query: Query, engine: Engine) -> dict[str, Any]:
    """Return what each month, or each year of a long span, would show as the filter's dates; newest first."""
    by = "month"
    bars = _bars(query, engine, by)
    if len(bars) > MOST_MONTHS:
        by = "year"
        bars = _bars(query, engine, by)
    rows = []
    for (start, end), (shown, possible) in sorted(bars.items(), reverse=True)[:MOST_MONTHS]:
        told = str(start.year) if by == "year" else words.month_of(start)
        address = _address(replace(query, start=start, end=end))
        rows.append({"label": told, "n": shown + possible, "possible": possible, "query": address})
    return {"by": by, "rows": rows, "more": max(0, len(bars) - MOST_MONTHS)}


def _bars(query: Query, engine: Engine, by: str) -> dict[tuple[date, date], list[int]]:
    bars: dict[tuple[date, date], list[int]] = {}
    for bar in engine.histogram(query, by=by):
        if (query.start and bar.end < query.start) or (query.end and bar.start > query.end):
            continue
        sums = bars.setdefault((bar.start, bar.end), [0, 0])
        sums[0], sums[1] = sums[0] + bar.shown, sums[1] + bar.possible
    return bars


def count_borders(query: Query, days: int, engine: Engine) -> dict[str, Any]:
    """
    Return the section of the borders that most events are near to, each counted as its filter would.

    Within the filter's own distance, or `NEAR_KM`; the border the filter names is left out of it for this, as each
    list of choices leaves its own filter out. An event may be near several borders.
    """
    within_km = query.within_km or NEAR_KM
    free = replace(query, border=None, within_km=None, border_from_km=None, border_to_km=None)
    found = [query.border] if query.border else list(engine.nearest_borders(free, within_km, BORDERS))
    periods = find_periods(query, engine.span(background=query.background), days)
    now, before = _compared(free, periods)
    rows = []
    for pair in found:
        near = {"border": pair, "within_km": within_km}
        own = query if query.border else replace(free, **near)
        counts = engine.counts(own)
        row = {"label": names.border_pairs().get(pair, pair), "query": _address(own), "colour": None}
        row |= {"n": _seen(counts, query), "possible": counts.possible if query.possible else 0}
        for side, part in (("now", now), ("before", before)):
            if part:
                dated = replace(own, start=part.start, end=part.end)
                row[side] = [_seen(engine.counts(dated), query), _address(dated)]
        rows.append(row)
    rows.sort(key=lambda row: -row["n"])
    title = tr("Border, within {n} km", n=f"{within_km:g}")
    return {"key": "border", "title": title, "within": within_km, "rows": rows, "more": 0}


def _seen(counts: Counts, query: Query) -> int:
    return counts.shown + (counts.possible if query.possible else 0)


@lru_cache(maxsize=64)
def _count(part: str, query: Query, days: int, engine: Engine, _version: int, _language: str) -> dict[str, Any]:
    return count_borders(query, days, engine) if part == "border" else count_all(query, days, engine)


def answer(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the numbers for a query string; ``part=border`` those by border, ``days`` how long a period is."""
    text = params.get("days", str(WINDOWS[-1]))
    if text not in map(str, WINDOWS):
        raise InvalidQuery(f"days={text[:80]!r} is no period; expected one of {', '.join(map(str, WINDOWS))}.")
    project = open_project()
    part = "border" if params.get("part") == "border" else "all"
    return _count(part, Query.from_params(params), int(text), project.engine, project.version(), language())

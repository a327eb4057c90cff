"""The texts of the queries: one dialect that DuckDB, PostgreSQL and Spark share, every value a bound parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.flat import EVENTS_SCHEMA, fold
from geo.sql_boxes import area_conditions, bind_box, meets

if TYPE_CHECKING:
    from geo.query import Query

# The views these texts read, which each engine defines:
#   events     one row per event: the columns of geo.flat.EVENTS_SCHEMA and of EXTRA
#   singles    one row per event with exactly one place: the same, and those of geo.flat.PARTS_SCHEMA but event_id
#   multiples  one row per place of the events with several; the same columns
#   totals     events counted by month and kind, and
#   cube       by month, cell and kind: those with one place; see geo.engines.cube; only where a session has a cube
#   odd        (spot, part_geometry, part_radius_km): places that are not `pointlike`
#   shapes     (spot, geometry, west, south, east, north): at least all lines, areas and scattered points
#   near       (event_spot, lo_km, hi_km): how far from a border an event may be; made when it is asked for
#   outside    (event_spot): events whose envelope meets the bbox but whose geometry does not; likewise
#   held       (event_spot, sure): events that a drawn area holds (1) or may hold (0), but those in its inner boxes
#   bins       (bin_start, bin_end): days of a histogram's bins; likewise
# Three words stand for what the dialects say differently: lists_meet(column, values), each(column) of a list column
# without repetition, and folded(text), in lower case.
LISTS_MEET, EACH = re.compile(r"lists_meet\((\w+), ([^)]*)\)"), re.compile(r"each\((\w+)\)")
PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z_]\w*)")

EXTRA = ("parts", "pointlike", "reach_km", "reach_west", "reach_south", "reach_east", "reach_north", "spot")
# parts: how many places; pointlike: the distance to the border in `border` is `border_km`, `reach_km` more or less;
# reach_*: an envelope with all circles of uncertainty (the world if not known); spot: where an engine finds the row

FIRST_DAY, LAST_DAY = date.min, date.max  # stand in for an open end of a range

# facet -> the field of Query it belongs to, and the SQL of its value
FACETS = {
    "kind": ("kinds", "kind"),
    "status": ("statuses", "status"),
    "country": ("countries", "each(countries)"),
    "precision": ("precisions", "location_precision"),
    "source": ("sources", "source_name"),
    "actor": ("actors", "each(actors)"),
    "dataset": ("datasets", "dataset"),
}
# The same for those of too many values to count them all: they are looked for by a part of their name.
SEARCHED = {"equipment": ("equipment", "each(equipment)"), "place": ("places", "place")}
ORDERS = ("start", "end", "title", "kind", "status", "place", "country", "border_km", "published", "source_name")

# An event whose start and end fall into one bin; the rest may touch several.
_ONE_BIN = """"start" IS NOT NULL AND "end" IS NOT NULL AND date_trunc('{by}', "start") = date_trunc('{by}', "end")"""

# By this day an event with an open end had begun, as far as its precision tells.
BEGUN = """CAST(CASE date_precision
    WHEN 'week' THEN "start" + INTERVAL '6' DAY
    WHEN 'month' THEN date_trunc('month', "start") + INTERVAL '1' MONTH - INTERVAL '1' DAY
    WHEN 'year' THEN date_trunc('year', "start") + INTERVAL '1' YEAR - INTERVAL '1' DAY
    ELSE "start" END AS DATE)"""

# Does an event that is not definitely outside a range certainly fall into it?
_TIME = f"""CASE
  WHEN "start" IS NULL AND "end" IS NULL THEN 'undated'
  WHEN "start" IS NULL THEN 'possible'
  WHEN "end" IS NULL THEN CASE
    WHEN published >= "start" AND published >= {{since}} AND least({BEGUN}, published) <= {{until}} THEN 'yes'
    WHEN "start" >= {{since}} AND {BEGUN} <= {{until}} THEN 'yes'
    ELSE 'possible' END
  WHEN date_precision = 'day' OR ("start" >= {{since}} AND "end" <= {{until}}) THEN 'yes'
  ELSE 'possible' END"""

_DATED = '("start" IS NOT NULL OR "end" IS NOT NULL)'
_ALL = ", ".join(f'events."{name}"' for name in EVENTS_SCHEMA.names)


class Statement(NamedTuple):
    """A query text with ``:name`` parameters, and their values."""

    text: str
    values: dict[str, Any]


def judged(
    query: Query,
    *,
    columns: str,
    view: str = "events",
    join: str = "",
    where: Statement | str = "",
    time: str | None = None,
    placed: bool | None = True,
) -> Statement:
    """
    Select columns of every event that no filter definitely excludes, with its `verdict`.

    Parameters
    ----------
    columns
        SQL of what to select besides `verdict`.
    view
        `events`, or a view with its columns.
    join, where
        Further views to join, and a further condition.
    time
        SQL of the time's answer, to judge by something else than the query's range.
    placed
        Whether to take the events that have a place, or those that have none; None: both, where no filter asks where.
    """
    extra = where if isinstance(where, Statement) else Statement(where, {})
    conditions, values = _conditions(query, placed=placed)
    asked = [("near", query.border), ("held", query.area)] if placed else []
    near = " ".join(f"LEFT JOIN {name} ON {name}.event_spot = events.spot" for name, wanted in asked if wanted)
    if time is None and (query.start is not None or query.end is not None):
        time = _TIME.format(since=":since", until=":until")
    maybe = [f"({_nearest(query, 'hi')}) > :within_km"] if query.border else []
    place = " OR ".join([*maybe, *(["held.sure = 0"] if query.area else [])])
    verdict = _verdict(time, place, placed)
    where = " AND ".join([*conditions, *([f"({extra.text})"] if extra.text else [])])
    text = f"SELECT {columns}, {verdict} AS verdict FROM {view} AS events {near} {join} WHERE {where}"  # noqa: S608
    return Statement(text, values | extra.values)


def _verdict(time: str | None, place: str, placed: bool | None) -> str:
    """Return the SQL of the verdict; what cannot be the answer is left out, for speed."""
    maybe = [text for text in (f"{time} = 'possible'" if time else "", place if placed else "") if text]
    answers = [
        (f"{time} = 'undated'" if time else "", "undated"),
        ("" if placed else "TRUE" if placed is False else "parts = 0", "unplaced"),
        (" OR ".join(maybe), "possible"),
    ]
    cases = "".join(f" WHEN {condition} THEN '{answer}'" for condition, answer in answers if condition)
    return f"CASE{cases} ELSE 'shown' END" if cases else "'shown'"


def _conditions(query: Query, *, placed: bool | None) -> tuple[list[str], dict[str, Any]]:
    """Return what an event must fulfil not to be hidden, and the values; nulls count as not fulfilling."""
    conditions, values = [{True: "parts > 0", False: "parts = 0", None: "TRUE"}[placed]], {}
    if not query.background:
        conditions.append("main")
    if query.start is not None or query.end is not None:
        conditions += ['("start" IS NULL OR "start" <= :until)', '("end" IS NULL OR "end" >= :since)']
        values |= {"since": query.start or FIRST_DAY, "until": query.end or LAST_DAY}
    for field, text in (_LISTS | _EXCEPT).items():
        chosen = getattr(query, field)
        if chosen:
            names = [f"{field}{number}" for number in range(len(chosen))]
            conditions.append(text.format(", ".join(f":{name}" for name in names)))
            values |= dict(zip(names, chosen, strict=True))
    for number, word in enumerate(fold(query.text).split()):
        conditions.append(f"position(:word{number} IN search) > 0")
        values[f"word{number}"] = word
    for more, bound in (_place_conditions(query),) if placed else ():
        conditions += more
        values |= bound
    return conditions, values


def _place_conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    conditions, values = [], {}
    if query.bbox:
        conditions += [meets(query.bbox, "", "box"), NOT_OUTSIDE]
        values |= bind_box(query.bbox, "box")
    if query.border:
        conditions.append(f"({_nearest(query, 'lo')}) <= :within_km")
        values |= {"border": query.border, "within_km": query.within_km}
        stretch = {"border_from_km": query.border_from_km, "border_to_km": query.border_to_km}
        values |= {name: km for name, km in stretch.items() if km is not None}
    if query.area:
        around, inside, bound = area_conditions(query.area)
        conditions += [around, f"({inside} OR held.event_spot IS NOT NULL)"]
        values |= bound
    return conditions, values


NOT_OUTSIDE = "NOT EXISTS (SELECT 1 FROM outside WHERE outside.event_spot = events.spot)"
# The nearest or farthest from the border that an event may be: as measured, or as it was stored with the event. What
# certainly is not on the stretch asked for has no nearest, what may not be on it is infinitely far at the farthest.
_NEAREST = """CASE WHEN near.event_spot IS NOT NULL THEN near.{side}_km
    WHEN pointlike AND border = :border{off} THEN {km} END"""
_FAR_KM = 1_000_000.0  # farther than any two points of the earth


def _nearest(query: Query, side: str) -> str:
    """Return the SQL of the nearest (`lo`) or the farthest (`hi`) that an event may be from the border's stretch."""
    sign, ends = ("-", "+") if side == "lo" else ("+", "-"), []
    if query.border_from_km is not None:
        ends.append(f"coalesce(border_at_km {sign[1]} coalesce(reach_km, 0) < :border_from_km, {side == 'hi'})")
    if query.border_to_km is not None:
        ends.append(f"coalesce(border_at_km {sign[0]} coalesce(reach_km, 0) > :border_to_km, {side == 'hi'})")
    km = f"border_km {sign[0]} coalesce(reach_km, 0)"
    missed = " OR ".join(ends)
    off = f" AND NOT ({missed})" if ends and side == "lo" else ""
    far = f"CASE WHEN {missed} THEN {_FAR_KM} ELSE {km} END" if ends and side == "hi" else km
    return _NEAREST.format(side=side, off=off, km=far)


_LISTS = {
    "kinds": "kind IN ({})",
    "statuses": "status IN ({})",
    "precisions": "location_precision IN ({})",
    "sources": "source_name IN ({})",
    "datasets": "dataset IN ({})",
    "countries": "lists_meet(countries, {})",
    "actors": "lists_meet(actors, {})",
    "equipment": "lists_meet(equipment, {})",
    "places": "place IN ({})",
}
# An event that has no source is not from any of those left out.
_EXCEPT = {
    f"not_{field}": f"({re.findall(r'[a-z_]+', text.removeprefix('lists_meet'))[0]} IS NULL OR NOT {text})"
    for field, text in _LISTS.items()
}


def seen(query: Query) -> str:
    """Return the condition on `verdict` that the query shows an event."""
    return "verdict IN ('shown', 'possible')" if query.possible else "verdict = 'shown'"


def weight(view: str) -> str:
    """Return how the events in rows of a view are counted: a row of the totals stands for `n` of them."""
    return "sum(n)" if view == "totals" else "count(*)"


def counts(
    query: Query, where: Statement | None = None, *, view: str = "events", placed: bool | None = None
) -> Statement:
    """Count the verdicts of what is not hidden: (verdict, n); `placed` as in `judged`."""
    inner = judged(query, columns="n" if view == "totals" else "1 AS n", view=view, where=where or "", placed=placed)
    return Statement(f"SELECT verdict, sum(n) AS n FROM ({inner.text}) AS judged GROUP BY verdict", inner.values)  # noqa: S608


def _sides(query: Query) -> tuple[bool | None, ...]:
    """Return in how many goes to take what has a place and what has none: where both count, but a filter asks where."""
    return (True, False) if query.bbox or query.border or query.area else (None,)


def rows(
    query: Query,
    *,
    order: str | None,
    limit: int | None = None,
    offset: int = 0,
    where: Statement | None = None,
    keys: bool = False,
    columns: Sequence[str] = (),
) -> Statement:
    """
    Select whole rows of what is seen, in the order of a column (``-column``: backwards, nulls last).

    With `keys` only (spot, verdict), so that a page of wide rows is sorted by what is narrow. No `order`: any.
    No `columns`: all.
    """
    column, way = (order or "").lstrip("-"), " DESC" if (order or "").startswith("-") else ""
    picked = _ALL if not keys else f'spot, id, "{column}"' if order else "spot"
    inner = judged(query, columns=picked, where=where or "")
    page = ("" if limit is None else f" LIMIT {limit:d}") + (f" OFFSET {offset:d}" if offset else "")
    sort = f' ORDER BY "{column}"{way} NULLS LAST, id' if order else ""
    names = "spot, verdict" if keys else ", ".join(f'"{name}"' for name in columns) or "*"
    return Statement(f"SELECT {names} FROM ({inner.text}) AS judged WHERE {seen(query)}{sort}{page}", inner.values)  # noqa: S608


def spread(query: Query, column: str, where: Statement | None = None) -> Statement:
    """Count what is seen by month of a day: (month, n), null for none; tells how to cut a long answer into pieces."""
    month = f"CAST(date_trunc('month', \"{column}\") AS DATE)"
    inner = judged(query, columns=f"{month} AS a_month", where=where or "")
    text = f"SELECT a_month, count(*) FROM ({inner.text}) AS judged WHERE {seen(query)} GROUP BY a_month"  # noqa: S608
    return Statement(text, inner.values)


def facet(query: Query, name: str, *, limit: int, part: str = "") -> Statement:
    """Count what is seen by a facet's values (that hold a part, in lower case), without its own filter: (value, n)."""
    field, value = (FACETS | SEARCHED)[name]
    inner = judged(replace(query, **{field: (), f"not_{field}": ()}), columns=f"{value} AS facet")
    holds = " AND position(:part IN folded(facet)) > 0" if part else ""
    text = f"""SELECT facet, count(*) AS n FROM ({inner.text}) AS judged
        WHERE {seen(query)} AND facet IS NOT NULL{holds}
        GROUP BY facet ORDER BY n DESC, facet LIMIT {limit:d}"""  # noqa: S608
    return Statement(text, inner.values | ({"part": part} if part else {}))


def facets(query: Query, names: Iterable[str]) -> Statement:
    """Count what is seen by several facets in one pass, all filters set: (which of the names, value, n)."""
    values = [FACETS[name][1] for name in names]
    inner = judged(query, columns=", ".join(values))
    which = " + ".join(f"{number} * (1 - grouping({value}))" for number, value in enumerate(values))
    text = f"""SELECT {which} AS facet, coalesce({", ".join(values)}), count(*) AS n
        FROM ({inner.text}) AS judged WHERE {seen(query)}
        GROUP BY GROUPING SETS ({", ".join(f"({value})" for value in values)})"""  # noqa: S608
    return Statement(text, inner.values)


def span(query: Query, *, view: str = "events", sides: Sequence[bool | None] | None = None) -> Statement:
    """Select the first and the last day that events not hidden are known to touch; `sides` as in `judged`."""
    columns = (
        "first_day, last_day"
        if view == "totals"
        else """coalesce("start", "end") AS first_day,
            greatest(coalesce("end", "start"), CASE WHEN "end" IS NULL THEN published END) AS last_day"""
    )
    each = [judged(query, columns=columns, view=view, where=_DATED, placed=side) for side in sides or _sides(query)]
    inner = " UNION ALL ".join(
        f"SELECT min(first_day) AS first_day, max(last_day) AS last_day FROM ({s.text}) AS judged"  # noqa: S608
        for s in each
    )
    return Statement(f"SELECT min(first_day), max(last_day) FROM ({inner}) AS sides", each[0].values)  # noqa: S608


def histogram(
    query: Query,
    *,
    by: str,
    view: str = "events",
    pair: str | None = None,
    step_km: float = 1,
    within: tuple[date, date] | None = None,
    beside: tuple[date | None, date | None] | None = None,
) -> Statement:
    """
    Count by bin, kind and verdict: (bin_start, kind, at, verdict, n); `bins` must hold the days of the bins.

    With a pair, only events whose nearest border it is, by stretches of it: `at` counts steps from its western end.
    `within` leaves out events that certainly lie before or after a stretch of time; bins beyond it may still come.
    With `beside`, `bins` may hold more than the days of these events and the span that is given beside them.
    """
    one = _ONE_BIN.format(by=by)
    at = "CAST(floor(border_at_km / :step_km) AS INTEGER)" if pair else "0"
    more = (
        Statement("border = :pair AND border_at_km IS NOT NULL", {"pair": pair, "step_km": step_km}) if pair else None
    )
    if within and view == "events":
        more = Statement(_also(more, _IN_STRETCH).text, {**(more.values if more else {}), **_stretch(within)})
    columns = f"""kind, {at} AS at_step, {"n, " if view == "totals" else ""}
        CASE WHEN {one} THEN CAST(date_trunc('{by}', "start") AS DATE) END AS one_bin,
        CASE WHEN {one} THEN NULL ELSE "start" END AS "start", CASE WHEN {one} THEN NULL ELSE "end" END AS "end",
        CASE WHEN {one} THEN NULL ELSE date_precision END AS date_precision,
        CASE WHEN "end" IS NULL THEN published END AS published"""
    # The judging by time comes later, for all events that have their days in common at once.
    inner = judged(query, columns=columns, view=view, where=_also(more, _DATED))
    days = '"start", "end", date_precision, published'
    time = _TIME.format(since="bin_start", until="bin_end")
    edges, needed, values = _edges(beside) if beside else ("", "", {})
    text = f"""WITH dated AS (SELECT kind, at_step, one_bin, {days}, verdict, {weight(view)} AS n
            FROM ({inner.text}) AS judged GROUP BY kind, at_step, one_bin, {days}, verdict),{edges}
        several AS (SELECT bin_start, kind, at_step, CASE WHEN {time} = 'possible' THEN 'possible' ELSE verdict END
                AS verdict, n
            FROM dated JOIN bins ON one_bin IS NULL AND ("start" IS NULL OR "start" <= bin_end)
                AND ("end" IS NULL OR "end" >= bin_start){needed}),
        binned AS (SELECT one_bin AS bin_start, kind, at_step, verdict, n FROM dated WHERE one_bin IS NOT NULL
            UNION ALL SELECT bin_start, kind, at_step, verdict, n FROM several)
        SELECT bin_start, kind, at_step, verdict, sum(n) AS n FROM binned WHERE {seen(query)}
        GROUP BY bin_start, kind, at_step, verdict"""  # noqa: S608
    return Statement(text, inner.values | values)


def _edges(beside: tuple[date | None, date | None]) -> tuple[str, str, dict[str, date]]:
    """Return the SQL of the span, the condition that a bin is in it, and the values."""
    values = {f"beside_{end}": day for end, day in zip(("first", "last"), beside, strict=True) if day}
    first, last = ('coalesce(one_bin, "start", "end")', 'coalesce(one_bin, greatest("end", "start", published))')
    lo, hi = (f"{way}({day})" for way, day in (("min", first), ("max", last)))
    if values:
        lo, hi = f"least({lo}, CAST(:beside_first AS DATE))", f"greatest({hi}, CAST(:beside_last AS DATE))"
    edges = f"""
        edges AS (SELECT {lo} AS lo, {hi} AS hi FROM dated),"""  # noqa: S608
    return edges, " AND bin_end >= (SELECT lo FROM edges) AND bin_start <= (SELECT hi FROM edges)", values


_IN_STRETCH = '("start" IS NULL OR "start" <= :stretch_last) AND ("end" IS NULL OR "end" >= :stretch_first)'


def _stretch(within: tuple[date, date]) -> dict[str, date]:
    return {"stretch_first": within[0], "stretch_last": within[1]}


def _also(more: Statement | None, text: str) -> Statement:
    return Statement(f"{text} AND {more.text}" if more else text, more.values if more else {})


def event(event_id: str) -> Statement:
    """Select the whole row of one event."""
    return Statement(f"SELECT {_ALL} FROM events WHERE id = :id", {"id": event_id})  # noqa: S608

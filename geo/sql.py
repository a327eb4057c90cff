"""The texts of the queries: one dialect that DuckDB, PostgreSQL and Spark share, every value a bound parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from geo.flat import fold
from geo.grid import Box, Viewport

if TYPE_CHECKING:
    from geo.query import Query

# The views these texts read, which each engine defines:
#   events           one row per event: the columns of geo.flat.EVENTS_SCHEMA
#   event_actors     (event_id, actor): the list column `actors`, one row each
#   event_countries  (event_id, a_country): the list column `countries`, one row each
#   parts            one row per place of an event: the columns of geo.flat.PARTS_SCHEMA
#   near             (event_id, pair, lo_km, hi_km): how far from a border an event may be; made when it is asked for
#   outside          (event_id): events whose envelope meets the bbox but whose geometry does not; likewise
#   bins             (bin_start, bin_end): days of a histogram's bins; likewise

FIRST_DAY, LAST_DAY = date.min, date.max  # stand in for an open end of a range

# facet -> the field of Query it belongs to, and the SQL of its value
FACETS = {
    "kind": ("kinds", "kind"),
    "status": ("statuses", "status"),
    "country": ("countries", "a_country"),
    "precision": ("precisions", "location_precision"),
    "source": ("sources", "source_name"),
    "actor": ("actors", "actor"),
}
_FACET_JOINS = {
    "country": "JOIN event_countries ON event_countries.event_id = events.id",
    "actor": "JOIN event_actors ON event_actors.event_id = events.id",
}
ORDERS = ("start", "end", "title", "kind", "status", "place", "country", "border_km", "published", "source_name")

# An event whose start and end fall into one bin; the rest may touch several.
_ONE_BIN = """"start" IS NOT NULL AND "end" IS NOT NULL AND date_trunc('{by}', "start") = date_trunc('{by}', "end")"""

# By this day an event with an open end had begun, as far as its precision tells.
_BEGUN = """CAST(CASE date_precision
    WHEN 'week' THEN "start" + INTERVAL '6' DAY
    WHEN 'month' THEN date_trunc('month', "start") + INTERVAL '1' MONTH - INTERVAL '1' DAY
    WHEN 'year' THEN date_trunc('year', "start") + INTERVAL '1' YEAR - INTERVAL '1' DAY
    ELSE "start" END AS DATE)"""

# Does an event that is not definitely outside a range certainly fall into it?
_TIME = f"""CASE
  WHEN "start" IS NULL AND "end" IS NULL THEN 'undated'
  WHEN "start" IS NULL THEN 'possible'
  WHEN "end" IS NULL THEN CASE
    WHEN published >= "start" AND published >= {{since}} AND least({_BEGUN}, published) <= {{until}} THEN 'yes'
    WHEN "start" >= {{since}} AND {_BEGUN} <= {{until}} THEN 'yes'
    ELSE 'possible' END
  WHEN date_precision = 'day' OR ("start" >= {{since}} AND "end" <= {{until}}) THEN 'yes'
  ELSE 'possible' END"""

_VERDICT = """CASE
  WHEN {time} = 'undated' THEN 'undated'
  WHEN west IS NULL THEN 'unplaced'
  WHEN {time} = 'possible' OR {place} THEN 'possible'
  ELSE 'shown' END"""


class Statement(NamedTuple):
    """A query text with ``:name`` parameters, and their values."""

    text: str
    values: dict[str, Any]


def judged(query: Query, *, columns: str, join: str = "", where: str = "", time: str | None = None) -> Statement:
    """
    Select columns of every event that no filter definitely excludes, with its `verdict`.

    Parameters
    ----------
    columns
        SQL of what to select besides `verdict`.
    join, where
        Further views to join, and a further condition.
    time
        SQL of the time's answer, to judge by something else than the query's range.
    """
    conditions, values = _conditions(query)
    near = "LEFT JOIN near ON near.event_id = events.id AND near.pair = :border" if query.border else ""
    place = "coalesce(hi_km > :within_km, TRUE)" if query.border else "FALSE"
    if time is None:
        time = _TIME.format(since=":since", until=":until") if _ranged(query) else "'yes'"
    verdict = _VERDICT.format(time=time, place=place)
    where = " AND ".join([*conditions, *([where] if where else [])])
    return Statement(f"SELECT {columns}, {verdict} AS verdict FROM events {near} {join} WHERE {where}", values)  # noqa: S608


def _ranged(query: Query) -> bool:
    return query.start is not None or query.end is not None


def _conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    """Return what an event must fulfil not to be hidden, and the values; nulls count as not fulfilling."""
    conditions, values = ["TRUE" if query.background else "main"], {}
    if _ranged(query):
        conditions += ['("start" IS NULL OR "start" <= :until)', '("end" IS NULL OR "end" >= :since)']
        values |= {"since": query.start or FIRST_DAY, "until": query.end or LAST_DAY}
    for field, text in _LISTS.items():
        chosen = getattr(query, field)
        if chosen:
            names = [f"{field}{number}" for number in range(len(chosen))]
            conditions.append(text.format(", ".join(f":{name}" for name in names)))
            values |= dict(zip(names, chosen, strict=True))
    for number, word in enumerate(fold(query.text).split()):
        conditions.append(f"position(:word{number} IN search) > 0")
        values[f"word{number}"] = word
    if query.bbox:
        conditions += [f"(west IS NULL OR ({meets(query.bbox, '', 'box')}))", _NOT_OUTSIDE]
        values |= bind_box(query.bbox, "box")
    if query.border:
        conditions.append("(west IS NULL OR lo_km IS NULL OR lo_km <= :within_km)")
        values |= {"border": query.border, "within_km": query.within_km}
    return conditions, values


_NOT_OUTSIDE = "NOT EXISTS (SELECT 1 FROM outside WHERE outside.event_id = events.id)"
_LISTS = {
    "kinds": "kind IN ({})",
    "statuses": "status IN ({})",
    "precisions": "location_precision IN ({})",
    "sources": "source_name IN ({})",
    "countries": "id IN (SELECT event_id FROM event_countries WHERE a_country IN ({}))",
    "actors": "id IN (SELECT event_id FROM event_actors WHERE actor IN ({}))",
}


def meets(bounds: Box, prefix: str, box: str = "view") -> str:
    """Return the condition that an envelope meets the bound box (see `bind_box`), which may cross the antimeridian."""
    w, s, e, n = (f"{prefix}{side}" for side in ("west", "south", "east", "north"))
    link = "AND" if bounds[0] <= bounds[2] else "OR"
    return f"({w} <= :{box}_e {link} {e} >= :{box}_w) AND {s} <= :{box}_n AND {n} >= :{box}_s"


def bind_box(bounds: Box, box: str = "view") -> dict[str, float]:
    """Return the values that `meets` refers to."""
    return dict(zip((f"{box}_w", f"{box}_s", f"{box}_e", f"{box}_n"), bounds, strict=True))


def _seen(query: Query) -> str:
    return "verdict IN ('shown', 'possible')" if query.possible else "verdict = 'shown'"


def counts(query: Query) -> Statement:
    """Count the verdicts of what is not hidden: (verdict, n)."""
    inner = judged(query, columns="id")
    return Statement(f"SELECT verdict, count(*) FROM ({inner.text}) AS judged GROUP BY verdict", inner.values)  # noqa: S608


def rows(query: Query, *, order: str, limit: int | None, offset: int) -> Statement:
    """Select whole rows of what is seen, in the order of a column (``-column``: backwards, nulls last)."""
    inner = judged(query, columns="events.*")
    column, way = order.lstrip("-"), " DESC" if order.startswith("-") else ""
    page = ("" if limit is None else f" LIMIT {limit:d}") + (f" OFFSET {offset:d}" if offset else "")
    text = f"""SELECT * FROM ({inner.text}) AS judged WHERE {_seen(query)}
        ORDER BY "{column}" IS NULL, "{column}"{way}, id{page}"""  # noqa: S608
    return Statement(text, inner.values)


def facet(query: Query, name: str, *, limit: int) -> Statement:
    """Count what is seen by the values of a facet, without that facet's own filter: (value, n)."""
    field, value = FACETS[name]
    inner = judged(replace(query, **{field: ()}), columns=f"{value} AS facet", join=_FACET_JOINS.get(name, ""))
    text = f"""SELECT facet, count(*) AS n FROM ({inner.text}) AS judged WHERE {_seen(query)} AND facet IS NOT NULL
        GROUP BY facet ORDER BY n DESC, facet LIMIT {limit:d}"""  # noqa: S608
    return Statement(text, inner.values)


def span(query: Query) -> Statement:
    """Select the first and the last day that events not hidden are known to touch."""
    inner = judged(
        query,
        columns="""coalesce("start", "end") AS first_day,
            greatest(coalesce("end", "start"), CASE WHEN "end" IS NULL THEN published END) AS last_day""",
        where='("start" IS NOT NULL OR "end" IS NOT NULL)',
    )
    return Statement(f"SELECT min(first_day), max(last_day) FROM ({inner.text}) AS judged", inner.values)  # noqa: S608


def histogram(query: Query, *, by: str) -> Statement:
    """Count by bin, kind and verdict: (bin_start, kind, verdict, n); `bins` must hold the days of the bins."""
    one_bin = _ONE_BIN.format(by=by)
    alone = judged(
        query, columns=f"""CAST(date_trunc('{by}', "start") AS DATE) AS bin_start, kind""", where=one_bin, time="'yes'"
    )
    spread = judged(
        query,
        columns="bin_start, kind",
        join='JOIN bins ON ("start" IS NULL OR "start" <= bin_end) AND ("end" IS NULL OR "end" >= bin_start)',
        where=f'("start" IS NOT NULL OR "end" IS NOT NULL) AND NOT coalesce({one_bin}, FALSE)',
        time=_TIME.format(since="bin_start", until="bin_end"),
    )
    text = f"""SELECT bin_start, kind, verdict, count(*) FROM ({alone.text} UNION ALL {spread.text}) AS judged
        WHERE {_seen(query)} GROUP BY bin_start, kind, verdict ORDER BY bin_start, kind"""  # noqa: S608
    return Statement(text, alone.values)


_PART = "JOIN parts ON parts.event_id = events.id"
_AREA = "(part_border IS NOT NULL OR part_area IS NOT NULL)"  # drawn as a known line or area, not at a point


_DRAWN = 'id, title, kind, status, "start", parts.*'


def drawn(query: Query, view: Viewport, *, limit: int) -> Statement:
    """Select the parts of what is seen whose envelope, circle included, meets the view: `limit` of them."""
    inner = judged(query, columns=_DRAWN, join=_PART, where=meets(view.bounds, "part_"))
    text = f"SELECT * FROM ({inner.text}) AS judged WHERE {_seen(query)} LIMIT {limit:d}"  # noqa: S608
    return Statement(text, inner.values | bind_box(view.bounds))


def drawn_among(query: Query, ids: Sequence[str]) -> Statement:
    """Select the parts of those of some events that are seen."""
    chosen = {f"id{number}": event_id for number, event_id in enumerate(ids)}
    among = f"id IN ({', '.join(f':{name}' for name in chosen)})" if chosen else "FALSE"
    inner = judged(query, columns=_DRAWN, join=_PART, where=among)
    return Statement(f"SELECT * FROM ({inner.text}) AS judged WHERE {_seen(query)}", inner.values | chosen)  # noqa: S608


def clusters(query: Query, view: Viewport, *, areas: bool) -> Statement:
    """
    Count what is seen by grid cell (or by border and area, when those stand for themselves) and by kind.

    Gives (cx, cy, border, area, kind, n, shown, parts, sum of lon, sum of lat, west, south, east, north, first id).
    """
    across = " OR ".join(f"part_mx BETWEEN {first:d} AND {last:d}" for first, last in view.columns)
    within = f"({across}) AND part_my BETWEEN {view.rows[0]:d} AND {view.rows[1]:d}"
    if areas:
        where = f"CASE WHEN {_AREA} THEN {meets(view.bounds, 'part_')} ELSE {within} END"
        key = f"""CASE WHEN NOT {_AREA} THEN part_mx >> {view.shift:d} END AS cx,
            CASE WHEN NOT {_AREA} THEN part_my >> {view.shift:d} END AS cy, part_border AS border, part_area AS area"""
    else:
        where = within
        key = f"part_mx >> {view.shift:d} AS cx, part_my >> {view.shift:d} AS cy, NULL AS border, NULL AS area"
    columns = f"id, kind, part_lon, part_lat, {key}"
    inner = judged(query, columns=columns, join=_PART, where=where)
    text = f"""SELECT cx, cy, border, area, kind, count(DISTINCT id) AS n,
        count(DISTINCT CASE WHEN verdict = 'shown' THEN id END) AS shown, count(*) AS parts,
        sum(part_lon), sum(part_lat), min(part_lon), min(part_lat), max(part_lon), max(part_lat), min(id)
        FROM ({inner.text}) AS judged WHERE {_seen(query)} GROUP BY cx, cy, border, area, kind"""  # noqa: S608
    return Statement(text, inner.values | (bind_box(view.bounds) if areas else {}))


PLACES = Statement("SELECT event_id, part_geometry, part_radius_km FROM parts", {})


def event(event_id: str) -> Statement:
    """Select the whole row of one event."""
    return Statement("SELECT * FROM events WHERE id = :id", {"id": event_id})


def straddling(bbox: Box) -> Statement:
    """Select lines, areas and scattered points whose envelope meets a box without lying inside: (id, geometry)."""
    text = f"SELECT id, geometry FROM events WHERE (west < east OR south < north) AND {meets(bbox, '')}"  # noqa: S608
    return Statement(text, bind_box(bbox))

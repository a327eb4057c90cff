"""The border profile: a border laid out from its western end, its towns and crossings, and what happened there."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import shapely

from dashboard import names, words
from dashboard.drawing import to_line, to_records
from dashboard.project import open_project
from geo.bands import WIDEST_KM, draw_band, find_posts
from geo.borders import Borders
from geo.errors import InvalidQuery, MissingData
from geo.features import to_events
from geo.flat import Part, find_parts
from geo.query import Engine, Query
from geo.records import Event
from geo.waypoints import Waypoint, find_waypoints

DEFAULT_PAIR = "AF-TJ"  # the border this product began with
DEFAULT_KM = 50.0  # wide enough for places that are known to a district, which is what most reports name
MOST_MARKS = 2_000  # events drawn one by one; more come as counts by stretch and time
STRETCHES = 50  # about so many along the border when events are counted
STEPS_KM = (1, 2, 5, 10, 20, 25, 50, 100, 200)
BIN_DAYS = {"month": 366 * 15, "year": 10**9}  # the longest span for each kind of bin
WHOLE = 0.6  # a place that may be anywhere on more than this share of a border is on no particular stretch of it


def find_pair(query: Query, params: Mapping[str, str]) -> tuple[str, float]:
    """Return the border to lay out and the distance: the filter's, else those asked for, else the defaults."""
    if query.border is not None and query.within_km is not None:
        return query.border, query.within_km
    pair, text = params.get("pair") or DEFAULT_PAIR, params.get("km") or str(DEFAULT_KM)
    if pair not in open_project().borders.pairs():
        raise InvalidQuery(f"pair={pair[:80]!r} names no land border; expected a pair such as AF-TJ.")
    asked = Query.from_params({"border": pair, "within_km": text})
    return pair, asked.within_km or DEFAULT_KM


def around(query: Query, pair: str, within_km: float) -> Query:
    """Return what the profile shows: the query near the border, without its dates and stretch, which are brushed."""
    blank = {"start": None, "end": None, "border_from_km": None, "border_to_km": None}
    return replace(query, border=pair, within_km=within_km, **blank)


def draw_profile(query: Query, pair: str, within_km: float, engine: Engine, borders: Borders) -> dict[str, Any]:
    """
    Return what the picture needs.

    Returns
    -------
    profile
        ``length`` in km, ``ticks``, ``counts`` of what is near the border, and either ``marks`` (see `find_marks`) or,
        when there are more than `MOST_MARKS`, ``cells`` (see `count_cells`), both in order along the border.
    """
    context = around(query, pair, within_km)
    counts = engine.counts(context)
    profile = {
        "pair": pair,
        "name": names.border_pairs().get(pair, pair),
        "within": within_km,
        "filtered": query.border is not None,
        "length": round(borders.length_km(pair), 1),
        "ticks": [tick._asdict() | {"name": names.place(tick.name)} for tick in ticks(pair)],
        "counts": counts._asdict(),
        "from": query.start and query.start.isoformat(),
        "to": query.end and query.end.isoformat(),
        "along": [query.border_from_km, query.border_to_km],
    }
    if counts.shown + (counts.possible if query.possible else 0) > MOST_MARKS:
        return profile | count_cells(context, pair, engine, borders)
    return profile | {"marks": find_marks(query, context, engine, borders)}


def ticks(pair: str) -> list[Waypoint]:
    """Return the towns and crossings along a border; none while the gazetteer is not compiled."""
    try:
        return list(_ticks(pair))
    except MissingData:
        return []


@lru_cache(maxsize=32)
def _ticks(pair: str) -> tuple[Waypoint, ...]:
    return tuple(find_waypoints(open_project().borders, pair))


def find_marks(query: Query, context: Query, engine: Engine, borders: Borders) -> list[dict[str, Any]]:
    """
    Return a mark for each place of each event near the border, in order along it.

    A mark says what a list says of the event, and ``at`` (km along the border; null when it may be nearly anywhere),
    ``low`` and ``high`` (the same, radius less and more), ``km`` (from the border), ``near`` (``yes`` or ``maybe``
    within the distance), ``match`` (``yes``, ``possible`` or ``no`` under the query's own dates and stretch),
    ``first`` and ``last`` day (null: not dated), and ``open`` when its end is not known.
    """
    rows = engine.rows(context)
    inner = replace(query, border=context.border, within_km=context.within_km)
    matches = None
    if inner != context:
        matched = engine.rows(inner)
        matches = dict(zip(matched["id"], matched["match"], strict=True))
    events = to_events(rows.drop(columns="match"), checked=True)
    marks = []
    for event, row in zip(events, to_records(rows), strict=True):
        line = to_line(row) | _days(event)
        line["match"] = line["match"] if matches is None else matches.get(event.id, "no")
        marks += [line | spot for spot in _spots(event, borders, context)]
    return sorted(marks, key=lambda mark: (mark["at"] is None, mark["at"] or 0.0, mark["first"] or ""))


def _days(event: Event) -> dict[str, Any]:
    first, last = event.start or event.end, event.end or event.start
    return {
        "first": first and first.isoformat(),
        "last": last and last.isoformat(),
        "open": event.start is None or event.end is None,
    }


def _spots(event: Event, borders: Borders, context: Query) -> Iterable[dict[str, Any]]:
    """Yield where along the border the places of an event are that may be near it."""
    pair, within_km = context.border or DEFAULT_PAIR, context.within_km or DEFAULT_KM
    for part in find_parts(event):
        reach = _reach(borders, pair, part)
        if reach.nearest > within_km:
            continue
        at = None if reach.high - reach.low > WHOLE * borders.length_km(pair) else reach.at
        yield {
            "at": None if at is None else round(at, 1),
            "low": round(max(0.0, reach.low), 1),
            "high": round(min(borders.length_km(pair), reach.high), 1),
            "km": round(reach.km, 1),
            "radius": part.radius_km,
            "near": "yes" if reach.farthest <= within_km else "maybe",
            "spot": names.place(words.plain(part.place, limit=80)),
        }


class Reach(NamedTuple):
    """How near to a border a place is (nearest, as said, farthest) and where along it (low, as said, high), in km."""

    nearest: float
    km: float
    farthest: float
    low: float
    at: float
    high: float


def _reach(borders: Borders, pair: str, part: Part) -> Reach:
    return _measure(borders, pair, shapely.to_wkb(part.geometry), part.radius_km)


@lru_cache(maxsize=20_000)
def _measure(borders: Borders, pair: str, wkb: bytes, radius_km: float | None) -> Reach:
    """Measure a place once, as the engine does for its filter."""
    shape, slack = shapely.from_wkb(wkb), radius_km or 0.0
    if shape.geom_type == "Point":
        km, at = borders.locate(pair, shape.y, shape.x)
        return Reach(max(0.0, km - slack), km, km + slack, at - slack, at, at + slack)
    nearest, farthest = borders.distance_range_km(shape, radius_km, pair)
    low, high = borders.along_range_km(shape, radius_km, pair)
    return Reach(nearest, nearest, farthest, low, (low + high) / 2, high)


def count_cells(context: Query, pair: str, engine: Engine, borders: Borders) -> dict[str, Any]:
    """
    Count events by stretch of the border and by time, for when they are too many to draw.

    Returns
    -------
    counted
        ``by`` (month or year), ``step`` (km) and ``cells``: first and last day, km from which the stretch begins, the
        number shown, the number possible, and the commonest kind. An event counts in each bin of time it touches;
        those whose row names no place along this border (several places, lines, areas) are not in it.
    """
    span = engine.span()
    by = next(by for by, days in BIN_DAYS.items() if span is None or (span[1] - span[0]).days <= days)
    step = next((step for step in STEPS_KM if borders.length_km(pair) / step <= STRETCHES), STEPS_KM[-1])
    kinds: dict[tuple[date, date, float], list[tuple[int, int, str]]] = {}
    for bar in engine.border_profile(context, pair, by=by, step_km=step):
        kinds.setdefault((bar.start, bar.end, bar.at_km), []).append((bar.shown, bar.possible, bar.kind))
    cells = []
    for (start, end, at_km), found in kinds.items():
        shown, possible = sum(entry[0] for entry in found), sum(entry[1] for entry in found)
        most = max(found, key=lambda entry: entry[0] + entry[1])[2]
        cells.append([start.isoformat(), end.isoformat(), at_km, shown, possible, most])
    return {"by": by, "step": step, "cells": sorted(cells, key=lambda cell: (cell[2], cell[0]))}


@lru_cache(maxsize=64)
def to_guide(pair: str, within_km: float) -> str:
    """Return what the map shows of a chosen border, as JSON: the band around it and a post every hundred kilometres."""
    borders = open_project().borders
    band = draw_band(borders, pair, within_km) if within_km <= WIDEST_KM else None
    posts = [[post.at_km, round(post.lon, 4), round(post.lat, 4)] for post in find_posts(borders, pair)]
    rounded = band and shapely.geometry.mapping(shapely.set_precision(band, 1e-4))
    return json.dumps({"pair": pair, "within": within_km, "band": rounded, "posts": posts}, separators=(",", ":"))

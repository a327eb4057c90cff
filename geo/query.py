"""The engine that answers a Query: rows, counts, map cells, histogram and facets, by DuckDB over the flat views."""

from __future__ import annotations

import threading
from calendar import monthrange
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import pyarrow as pa
import shapely

from geo import sql
from geo.duck import Session, Snapshot
from geo.errors import InvalidQuery, MissingData
from geo.features import check_text, to_events
from geo.filters import Query
from geo.flat import unflatten
from geo.grid import Box, Viewport, cell_key, merge_cells
from geo.records import Event
from geo.store import Store

if TYPE_CHECKING:
    from geo.borders import Borders

__all__ = ["BINS", "Bin", "Counts", "Engine", "Query"]

BINS = ("day", "week", "month", "year")
MAX_BINS = 150_000  # every month that Python's calendar has; days for 400 years
FACET_LIMITS = {"actor": 50}  # what a list can show; the others are short by nature
FACET_LIMIT = 1_000
TITLE_SHOWN = 200  # characters of a title that the map gets


class Counts(NamedTuple):
    """
    How many events are where; each counted once, so that the first five add up to `total`.

    An event is counted by the first that holds: `hidden` (a filter definitely excludes it), `undated` (only while a
    date range is set), `unplaced` (no geometry), `possible` (it may match), `shown`. `possible` stays a count of its
    own when possible events are switched off: the app can then say how many it leaves out.
    """

    shown: int
    possible: int
    undated: int
    unplaced: int
    hidden: int
    total: int


class Bin(NamedTuple):
    """The events of one kind in one bar of the histogram; `start` and `end` are its first and last day."""

    start: date
    end: date
    kind: str
    shown: int
    possible: int


class Engine:
    """
    Answers queries over a store; safe to share between threads, and always up to date with the file.

    Parameters
    ----------
    store
        The project; its events are read again when it changed.
    borders
        The border lines. None: queries with a border raise MissingData.
    """

    def __init__(self, store: Store, borders: Borders | None = None) -> None:
        self._store, self._borders = store, borders
        self._lock, self._measuring = threading.Lock(), threading.Lock()
        self._snapshot: Snapshot | None = None
        self._ranges: dict[tuple[str, bytes, float | None], tuple[float, float]] = {}

    def counts(self, query: Query) -> Counts:
        """Count all events by what the query makes of them; see `Counts`."""
        with self._session(query) as session:
            found = dict(session.rows(sql.counts(query)))
            total = session.total
        n = {name: found.get(name, 0) for name in ("shown", "possible", "undated", "unplaced")}
        return Counts(**n, hidden=total - sum(n.values()), total=total)

    def rows(
        self, query: Query, *, limit: int | None = None, offset: int = 0, order: str = "start"
    ) -> gpd.GeoDataFrame:
        """
        Return what is shown, and what is possible if the query says so, as the one table.

        Parameters
        ----------
        limit, offset
            A page of the rows; None for all from `offset` on.
        order
            A column of `geo.sql.ORDERS`, with ``-`` before it for the reverse; nulls come last, ties by id.

        Returns
        -------
        rows
            EPSG:4326, with a column `match`: ``yes``, or ``possible`` where the event may or may not match.
        """
        if order.removeprefix("-") not in sql.ORDERS:
            raise InvalidQuery(f"Rows cannot be ordered by {order[:80]!r}; expected one of {', '.join(sql.ORDERS)}.")
        if (limit is not None and limit < 0) or offset < 0:
            raise InvalidQuery(f"Rows have no page limit={limit}, offset={offset}; expected numbers of 0 or more.")
        with self._session(query) as session:
            table = session.table(sql.rows(query, order=order, limit=limit, offset=offset))
        rows = unflatten(table)
        rows["match"] = rows.pop("verdict").map({"shown": "yes", "possible": "possible"}).astype("object")
        return rows

    def cells(self, query: Query, *, bbox: Box, zoom: float, limit: int = 500) -> list[dict[str, Any]]:
        """
        Return what a map draws in a view: events one by one when they are few, otherwise counts on a grid.

        The grid belongs to the world, not to the view, so that panning does not reshuffle it; the cells at the edge
        are whole and reach a little beyond the view. Where events are too many, those at a known border line or
        area (a region, a country) are counted there, never at a point that pretends to be exact.

        Parameters
        ----------
        bbox
            West, south, east, north of the view in degrees, as a web map gives it.
        zoom
            Its zoom level.
        limit
            The greatest number of things to draw.

        Returns
        -------
        cells
            Plain dicts with ``n``, ``shown``, ``possible``, ``kind`` (the commonest), ``lon``, ``lat``, ``border``,
            ``area``. With ``n`` = 1 it is an event at one of its places: ``id``, ``title``, ``kind``, ``status``,
            ``match``, ``place``, ``radius_km``, ``location_precision``, ``part`` of ``parts`` (several dicts then
            bear one id), and ``shape`` (GeoJSON) for a line or area that has no key. Otherwise a cluster: ``kinds``
            (n by kind) and ``bbox`` of its points; an event with several places counts once in each cell it is in.
        """
        view = Viewport.of(bbox, zoom=zoom, limit=limit)
        with self._session(query) as session:
            few = session.dicts(sql.drawn(query, view, limit=limit + 1))
            if len(few) <= limit:
                return [_drawn(part, zoom) for part in sorted(few, key=_paint_order)]
            coarse = Viewport.of(bbox, zoom=zoom, limit=max(1, limit // 2))
            for grid, areas in ((view, True), (coarse, True), (view, False)):  # the last has at most `limit` cells
                cells = merge_cells(session.rows(sql.clusters(query, grid, areas=areas)))
                if len(cells) <= limit:
                    break
            alone = {cell["key"]: cell["first"] for cell in cells if cell["n"] == 1}
            single = session.dicts(sql.drawn_among(query, sorted(set(alone.values()))))
        first = {}
        for part in sorted(single, key=lambda part: -part["part"]):  # the event's first place in the cell wins
            first[cell_key(part, grid.shift, areas=areas)] = part
        return [_drawn(first[c["key"]], zoom) if c["n"] == 1 else _cluster(c) for c in cells]

    def histogram(self, query: Query, *, by: str = "month") -> list[Bin]:
        """
        Count what is shown and what is possible over time, by bin and kind.

        A bin says what the query would give if the bin were its date range: an event counts in every bin it may
        touch, as shown where it certainly happened in it (a month-precise event in its month), as possible where it
        may have (the same event in a week of that month). Bins reach from the first to the last known day; an open
        end does not reach further. Undated and unplaced events are not in it.

        Parameters
        ----------
        query
            Its own date range is left out, so that the picture shows what lies around it.
        by
            One of `BINS`; weeks begin on Monday.

        Returns
        -------
        bins
            In order of time and kind, without empty ones.
        """
        if by not in BINS:
            raise InvalidQuery(f"A histogram has no bins by {by!r}; expected one of {', '.join(BINS)}.")
        query = replace(query, start=None, end=None)
        with self._session(query) as session:
            ((first, last),) = session.rows(sql.span(query))
            if first is None:
                return []
            ends = dict(make_bins(first, last, by=by))
            session.register("bins", {"bin_start": list(ends), "bin_end": list(ends.values())}, pa.date32())
            bins: dict[tuple[date, str], dict[str, int]] = {}
            for start, kind, verdict, n in session.rows(sql.histogram(query, by=by)):
                bins.setdefault((start, kind), {})[verdict] = n
        return [
            Bin(start, ends[start], kind, n.get("shown", 0), n.get("possible", 0))
            for (start, kind), n in sorted(bins.items())
        ]

    def facets(self, query: Query) -> dict[str, dict[str, int]]:
        """
        Count what is seen by value of each filter, as if that filter alone were not set; the commonest come first.

        Returns
        -------
        facets
            ``kind``, ``status``, ``country``, ``precision``, ``source``, ``actor`` (the first 50) to value to number.
            An event with several actors or countries counts for each.
        """
        with self._session(query) as session:
            return {
                name: dict(session.rows(sql.facet(query, name, limit=FACET_LIMITS.get(name, FACET_LIMIT))))
                for name in sql.FACETS
            }

    def span(self, *, background: bool = False) -> tuple[date, date] | None:
        """Return the first and the last day known of any event (background only if asked), or None without dates."""
        query = Query(background=background)
        with self._session(query) as session:
            ((first, last),) = session.rows(sql.span(query))
        return None if first is None else (first, last)

    def event(self, event_id: str) -> Event | None:
        """Return the event of that id, whatever its state, or None."""
        if check_text(event_id):  # an id that cannot be written is nobody's
            return None
        with self._session(Query()) as session:
            table = session.table(sql.event(event_id))
        return next(iter(to_events(unflatten(table))), None)

    @contextmanager
    def _session(self, query: Query) -> Iterator[Session]:
        """Give a cursor of its own to one call, over the newest state of the store, ready for this query."""
        snapshot = self._refresh()
        with closing(snapshot.connection.cursor()) as cursor:
            session = Session(cursor, snapshot.total)
            if query.border:
                self._measure(snapshot, session, query.border)
            if query.bbox:
                session.register("outside", {"event_id": _find_outside(session, query.bbox)}, pa.string())
            yield session

    def _refresh(self) -> Snapshot:
        with self._lock:
            version = self._store.version()
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = Snapshot(version, self._store.features())
            return self._snapshot

    def _measure(self, snapshot: Snapshot, session: Session, pair: str) -> None:
        """Fill `near` for a border, once per version; an event at several places is as near as its nearest."""
        if self._borders is None:
            raise MissingData(f"Filter border={pair!r} needs the border lines; make them with: python -m geo build")
        if pair not in self._borders.pairs():
            raise InvalidQuery(f"Filter border={pair!r} names no land border; expected a pair such as AF-TJ.")
        with self._measuring:
            if pair in snapshot.pairs:
                return
            nearest: dict[str, tuple[float, float]] = {}
            for event_id, wkb, radius_km in session.rows(sql.PLACES):
                lo, hi = self._range(pair, wkb, radius_km)
                least = nearest.get(event_id, (lo, hi))
                nearest[event_id] = min(lo, least[0]), min(hi, least[1])
            session.fill_near(pair, nearest)
            snapshot.pairs.add(pair)

    def _range(self, pair: str, wkb: bytes, radius_km: float | None) -> tuple[float, float]:
        """Return the least and the greatest distance from a border, measured once per place for good."""
        key = (pair, wkb, radius_km)
        if key not in self._ranges:
            geometry = shapely.from_wkb(wkb)
            if geometry.geom_type == "Point":  # the same answer as below, 15 times faster
                away, slack = self._borders.locate(pair, geometry.y, geometry.x)[0], radius_km or 0.0
                self._ranges[key] = max(0.0, away - slack), away + slack
            else:
                self._ranges[key] = self._borders.distance_range_km(geometry, radius_km, pair)
        return self._ranges[key]


def make_bins(first: date, last: date, *, by: str) -> list[tuple[date, date]]:
    """
    Return the first and last day of every bin from the one that holds `first` to the one that holds `last`.

    Raises
    ------
    InvalidQuery
        When there would be more than `MAX_BINS`.
    """
    days = {"day": 1, "week": 7, "month": 28, "year": 365}[by]
    if (last - first).days // days > MAX_BINS:
        raise InvalidQuery(f"Bins by {by} from {first} to {last} are more than {MAX_BINS}; expected a longer bin.")
    bins, start = [], _bin_start(first, by)
    while start <= last:
        end = _bin_end(start, by)
        bins.append((start, end))
        if end == date.max:
            break
        start = end + timedelta(days=1)
    return bins


def _bin_start(day: date, by: str) -> date:
    if by == "week":
        return day - timedelta(days=min(day.weekday(), (day - date.min).days))
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[by]


def _bin_end(start: date, by: str) -> date:
    if by == "year":
        return start.replace(month=12, day=31)
    if by == "month":
        return start.replace(day=monthrange(start.year, start.month)[1])
    return start + timedelta(days=min(6 - start.weekday() if by == "week" else 0, (date.max - start).days))


def _find_outside(session: Session, bbox: Box) -> list[str]:
    """Return the events whose envelope meets the box though their geometry does not (a bent line, scattered points)."""
    west, south, east, north = bbox
    sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    area = shapely.union_all([shapely.box(w, south, e, north) for w, e in sides])
    rows = session.rows(sql.straddling(bbox))
    inside = shapely.intersects(shapely.from_wkb([wkb for _, wkb in rows]), area) if rows else []
    return [event_id for (event_id, _), meets in zip(rows, inside, strict=True) if not meets]


def _paint_order(part: dict[str, Any]) -> tuple[Any, ...]:
    """Areas and wide circles first, so that the small lies on top; then by time, the same on every machine."""
    return -(part["part_radius_km"] or 0), part["start"] or date.min, part["id"], part["part"]


def _drawn(part: dict[str, Any], zoom: float) -> dict[str, Any]:
    """Return what the map needs of one event at one of its places."""
    names = ("kind", "status", "part", "parts")
    titled = part["title"] if len(part["title"]) <= TITLE_SHOWN else part["title"][: TITLE_SHOWN - 1] + "…"
    shown = part["verdict"] == "shown"
    found = {"n": 1, "shown": int(shown), "possible": int(not shown), "match": "yes" if shown else "possible"}
    found |= {"id": part["id"], "title": titled} | {name: part[name] for name in names}
    for name in ("lon", "lat", "radius_km", "place", "border", "area"):
        found[name] = part[f"part_{name}"]
    found["location_precision"] = part["part_precision"]
    geometry = shapely.from_wkb(part["part_geometry"])
    if geometry.geom_type not in ("Point", "MultiPoint") and not (found["border"] or found["area"]):
        found["shape"] = shapely.geometry.mapping(shapely.simplify(geometry, 360 / 256 / 2**zoom))  # within a pixel
    return found


def _cluster(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name not in ("key", "first")}

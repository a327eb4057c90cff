"""A slow, obvious second implementation of every query, event by event over GeoPandas; and a project to ask it about."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from geo.borders import Borders
from geo.engines.covering import COVERING, build_covering
from geo.engines.cube import build_cube
from geo.engines.views import FIRST_PART_SCHEMA
from geo.features import tidy_geometry, to_features
from geo.flat import Part, find_parts, flatten, fold
from geo.grid import Viewport, to_mercator
from geo.query import Query
from geo.records import KINDS, STATUSES, Event, Report
from geo.store import Store

GEOD = Geod(ellps="WGS84")
NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)


# --- the project --------------------------------------------------------------------------------------------------


def write_dataset(
    folder: Path, name: str, events: Sequence[Event], *, cube: bool = False, covering: bool = False
) -> None:
    """Write events in the layout of imported data."""
    target = folder / "events" / name
    target.mkdir(parents=True)
    for year in sorted({str(event.start.year) if event.start else "undated" for event in events}):
        some = [event for event in events if (str(event.start.year) if event.start else "undated") == year]
        table, parts = flatten(to_features(some))
        first = {row["event_id"]: row for row in parts.to_pylist() if row["part"] == 0}
        rows = [first.get(event.id) or {"parts": 0} for event in some]
        for field in FIRST_PART_SCHEMA:
            table = table.append_column(field, pa.array([row.get(field.name) for row in rows], field.type))
        (target / f"year={year}").mkdir()
        pq.write_table(table, target / f"year={year}" / "a.parquet")
    _, parts = flatten(to_features([event for event in events if len(find_parts(event)) > 1]))
    if len(parts):
        pq.write_table(parts, target / "_parts.parquet")
    if cube or covering:
        build_covering(target)
    if cube:
        build_cube(target)
    if not covering:
        (target / COVERING).unlink(missing_ok=True)  # as datasets were before there was one
    (target / "_dataset.json").write_text(json.dumps({"name": name, "rows": len(events)}))


def make_events(count: int, borders: Borders, *, dataset: str, odd: float, seed: int) -> list[Event]:
    """Make events between Central Asia and the world; a share of them `odd`: open ends, lines, several places, nowhere."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    events = [_make_event(f"{dataset}-{number:04}", borders, dataset, odd, rng) for number in range(count)]
    table = to_features(events)
    return [replace(event, geometry=shape) for event, shape in zip(events, tidy_geometry(table.geometry), strict=True)]


def _make_event(event_id: str, borders: Borders, dataset: str, odd: float, rng: random.Random) -> Event:
    start = date(2021, 1, 1) + timedelta(days=rng.randrange(1200))
    end, precision = start + timedelta(days=rng.choice([0, 0, 0, 2, 45])), "day"
    if rng.random() < 0.15:
        start, precision = start.replace(day=1), "month"
        end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    dates: dict[str, Any] = {"start": start, "end": end, "date_precision": precision}
    if rng.random() < odd:
        dates = rng.choice(
            [
                {"start": None, "end": None, "date_precision": "unknown"},
                {"start": None, "end": end, "date_precision": "day"},
                {"start": start, "end": None, "date_precision": rng.choice(["day", "week", "month", "year"])},
            ]
        )
    place = _make_place(borders, odd, rng)
    return Event(
        id=event_id,
        title=f"{rng.choice(['Exercise', 'Учения', 'Clash'])} near {rng.choice(['Panj', 'Ёвон', 'Khorog'])}",
        kind=rng.choice(KINDS),
        status=rng.choice(STATUSES),
        published=rng.choice([None, start + timedelta(days=rng.randrange(60))]),
        actors=tuple(rng.sample(["CSTO", "Taliban", "201st base", "Пограничники"], rng.randrange(3))),
        equipment=("T-72",) if event_id.endswith("3") else ("Mi-8", "T-72") if event_id.endswith("5") else (),
        place="Panj" if event_id.endswith(("4", "5")) else None,
        source_name=rng.choice([None, "AP", "TASS", "Xinhua, Beijing"]),
        main=rng.random() < 0.9,
        dataset=dataset,
        **dates,
        **place,
    )


def _make_place(borders: Borders, odd: float, rng: random.Random) -> dict[str, Any]:
    spot = Point(rng.uniform(66, 75), rng.uniform(36, 41)) if rng.random() < 0.8 else _anywhere(rng)
    country = rng.choice(["TJ", "AF", "UZ", None])
    place = {"geometry": spot, "radius_km": rng.choice([None, 1.0, 5.0, 25.0]), "location_precision": "settlement"}
    if rng.random() < odd:
        west, south = rng.uniform(60, 75), rng.uniform(36, 40)
        ring = [(west, south), (west + 2, south), (west + 2, south + 2)]
        line = {"geometry": borders.line("AF-TJ"), "location_precision": "line", "border": "AF-TJ", "radius_km": None}
        place |= rng.choice(
            [
                {"geometry": None, "location_precision": "unknown", "radius_km": None},
                {"geometry": Polygon(ring), "location_precision": "district", "radius_km": None},
                {"geometry": LineString(ring), "location_precision": "unknown", "radius_km": None},
                {"geometry": MultiPoint([ring[0], ring[1], (west + 0.01, south)])},
                {"location_precision": "country", "radius_km": 300.0},
                line,
            ]
        )
    place["country"] = country
    return place | borders.nearest(place["geometry"])._asdict()


def _anywhere(rng: random.Random) -> Point:
    return Point(rng.uniform(-180, 180), rng.uniform(-60, 70))


def make_project(folder: Path, borders: Borders, *, covering: bool = False) -> tuple[Store, list[Event]]:
    """Fill a folder: reports, one dataset with a cube, one without, and an edit of an imported event in each."""
    reports = make_events(60, borders, dataset="reports", odd=0.5, seed=1)
    points = make_events(260, borders, dataset="points", odd=0.0, seed=2)
    shapes = make_events(80, borders, dataset="shapes", odd=0.4, seed=3)
    edits = [
        replace(points[7], kind="aid", review="corrected"),
        replace(shapes[5], status="denied", review="corrected"),
    ]
    write_dataset(folder, "points", points, cube=True, covering=covering)
    write_dataset(folder, "shapes", shapes, covering=covering)
    store = Store(folder)
    store.add(Report(id="r", title="A report", body="A text."), [*reports, *edits], now=NOW)
    overlaid = {event.id: event for event in (*points, *shapes)} | {event.id: event for event in edits}
    return store, [*reports, *overlaid.values()]


# --- the queries --------------------------------------------------------------------------------------------------


class Reference:
    """Answers like `geo.query.Engine`, one event after the other."""

    def __init__(self, events: Sequence[Event], borders: Borders) -> None:
        self._events, self._borders = list(events), borders
        self._table: gpd.GeoDataFrame = to_features(self._events)
        self._away: dict[tuple[str, str], tuple[float, float]] = {}

    def counts(self, query: Query) -> dict[str, int]:
        """Count by verdict."""
        found = Counter(self._verdicts(query))
        names = ("shown", "possible", "undated", "unplaced", "hidden")
        return {name: found[name] for name in names} | {"total": len(self._events)}

    def ids(self, query: Query, order: str = "start") -> list[tuple[str, str]]:
        """Return (id, verdict) of what is seen in an order, nulls last, ties by id."""
        name, back = order.removeprefix("-"), order.startswith("-")
        seen = sorted(self._seen(query), key=lambda pair: pair[0].id)
        known = [pair for pair in seen if getattr(pair[0], name) is not None]
        known = sorted(known, key=lambda pair: getattr(pair[0], name), reverse=back)
        if back:  # sorting backwards keeps ties in their order: by id
            known = sorted(known, key=lambda pair: _Reversed(getattr(pair[0], name)))
        unknown = [pair for pair in seen if getattr(pair[0], name) is None]
        return [(event.id, verdict) for event, verdict in (*known, *unknown)]

    def histogram(self, query: Query, by: str, key: Callable[[Event], Any] = lambda _: None) -> dict[Any, list[int]]:
        """Count by (first day of the bin, kind, key) what a query for the bin's days would show."""
        query, found = replace(query, start=None, end=None), {}
        for first, last in _bins(self._span(query), by):
            for event, verdict in self._seen(replace(query, start=first, end=last)):
                if key(event) is not False:
                    counted = found.setdefault((first, event.kind, key(event)), [0, 0])
                    counted[verdict == "possible"] += 1
        return found

    def facet(self, query: Query, field: str, values: Callable[[Event], Any]) -> dict[str, int]:
        """Count what is seen without one filter by its values."""
        seen = self._seen(replace(query, **{field: (), f"not_{field}": ()}))
        return dict(Counter(value for event, _ in seen for value in set(values(event)) if value))

    def cells(self, query: Query, zoom: int, limit: int) -> dict[Any, tuple[Any, ...]]:
        """Count what is seen on the whole world by cell: n, shown, kinds, mean and box of the places."""
        world = (-180.0, -90.0, 180.0, 90.0)
        grids = [(limit, True), (limit // 2, True), (limit, False)]
        for most, areas in grids:
            cells: dict[Any, list[tuple[Event, str, Part]]] = {}
            shift = Viewport.of(world, zoom=zoom, limit=most).shift
            for event, verdict in self._seen(query):
                for part in find_parts(event):
                    cells.setdefault(_cell(part, shift, areas=areas), []).append((event, verdict, part))
            if len(cells) <= limit:
                break
        return {key: _summary(members) for key, members in cells.items()}

    def _seen(self, query: Query) -> Iterator[tuple[Event, str]]:
        wanted = ("shown", "possible") if query.possible else ("shown",)
        pairs = zip(self._events, self._verdicts(query), strict=True)
        return (pair for pair in pairs if pair[1] in wanted)

    def _verdicts(self, query: Query) -> list[str]:
        inside = self._inside(query.bbox)
        return [self._verdict(event, query, inside[number]) for number, event in enumerate(self._events)]

    def _inside(self, bbox: tuple[float, ...] | None) -> list[bool]:
        if bbox is None:
            return [True] * len(self._events)
        west, south, east, north = bbox
        sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        box = shapely.union_all([shapely.box(w, south, e, north) for w, e in sides])
        return self._table.geometry.intersects(box).tolist()

    def _verdict(self, event: Event, query: Query, inside: bool) -> str:
        when = _time_answer(event, query)
        placed = event.geometry is not None
        near = self._place_answer(event, query) if placed else "yes"
        held = area_answer(event, query) if placed else "yes"
        if not _is_chosen(event, query) or "no" in (when, near, held) or (placed and not inside):
            return "hidden"
        if when == "undated":
            return "undated"
        if not placed:
            return "unplaced"
        return "possible" if "possible" in (when, near, held) else "shown"

    def _place_answer(self, event: Event, query: Query) -> str:
        if query.border is None:
            return "yes"
        if (event.id, query.border) not in self._away:
            ranges = [
                self._borders.distance_range_km(part.geometry, part.radius_km, query.border)
                for part in find_parts(event)
            ]
            self._away[event.id, query.border] = min(low for low, _ in ranges), min(high for _, high in ranges)
        low, high = self._away[event.id, query.border]
        return "no" if low > query.within_km else "yes" if high <= query.within_km else "possible"

    def _span(self, query: Query) -> tuple[date, date] | None:
        dated = [
            event
            for event, verdict in zip(self._events, self._verdicts(query), strict=True)
            if verdict != "hidden" and (event.start or event.end)
        ]
        lasts = [max(d for d in (event.start, event.end or event.published or event.start) if d) for event in dated]
        return (min(event.start or event.end for event in dated), max(lasts)) if dated else None


def area_answer(event: Event, query: Query) -> str:
    """Lay out every place with its circle, and look whether all or some of it is in the drawn area."""
    if query.area is None:
        return "yes"
    area, answers = Polygon(query.area), set()
    for part in find_parts(event):
        shape = part.geometry
        if part.radius_km and shape.geom_type == "Point":
            lon, lat, _ = GEOD.fwd(
                [shape.x] * 720, [shape.y] * 720, [n / 2 for n in range(720)], [part.radius_km * 1000] * 720
            )
            lon = [shape.x + (x - shape.x + 180) % 360 - 180 for x in lon]  # in one piece, over the antimeridian too
            shape = Polygon(zip(lon, lat, strict=True))
        sides = [shapely.transform(shape, lambda xy, turn=turn: np.add(xy, (turn, 0))) for turn in (-360, 0, 360)]
        some = any(area.intersects(side) for side in sides)
        answers.add("yes" if any(area.covers(side) for side in sides) else "possible" if some else "no")
    return next(answer for answer in ("yes", "possible", "no") if answer in answers)


class _Reversed:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return other.value < self.value


def _time_answer(event: Event, query: Query) -> str:
    if query.start is None and query.end is None:
        return "yes"
    since, until = query.start or date.min, query.end or date.max
    if event.start is None and event.end is None:
        return "undated"
    if (event.start or date.min) > until or (event.end or date.max) < since:
        return "no"
    if event.start is None:
        return "possible"
    if event.end is None:
        return _open_answer(event, since, until)
    within = event.start >= since and event.end <= until
    return "yes" if event.date_precision == "day" or within else "possible"


def _open_answer(event: Event, since: date, until: date) -> str:
    """Certain if it surely began in the range, or surely went on in it when it was reported."""
    begun = event.start
    if event.date_precision == "week":
        begun = event.start + timedelta(days=6)
    elif event.date_precision == "month":
        begun = (event.start.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    elif event.date_precision == "year":
        begun = date(event.start.year, 12, 31)
    told = event.published
    if told and told >= event.start and told >= since and min(begun, told) <= until:
        return "yes"
    return "yes" if event.start >= since and begun <= until else "possible"


def _is_chosen(event: Event, query: Query) -> bool:
    countries = {event.country, *(code for part in find_parts(event) for code in (part.border or "").split("-"))}
    plain = {
        "kinds": {event.kind},
        "statuses": {event.status},
        "countries": countries,
        "precisions": {event.location_precision},
        "sources": {event.source_name},
        "actors": set(event.actors),
        "datasets": {event.dataset},
        "equipment": set(event.equipment),
        "places": {event.place},
    }
    if any(has & set(getattr(query, f"not_{name}")) for name, has in plain.items()):
        return False
    text = fold("\n".join([event.title, *event.actors, event.source_name or ""]))
    words = all(word in text for word in fold(query.text).split())
    return (
        words
        and (event.main or query.background)
        and all(not getattr(query, name) or has & set(getattr(query, name)) for name, has in plain.items())
    )


def _bins(span: tuple[date, date] | None, by: str) -> Iterator[tuple[date, date]]:
    """Yield the bins day by day: the obvious way."""
    if span is None:
        return
    key = {
        "day": lambda d: d,
        "week": lambda d: d - timedelta(days=d.weekday()),
        "month": lambda d: d.replace(day=1),
        "year": lambda d: d.replace(month=1, day=1),
    }[by]
    day, last = key(span[0]), span[1]
    while day <= last:
        end = day
        while key(end + timedelta(days=1)) == day:
            end += timedelta(days=1)
        yield day, end
        day = end + timedelta(days=1)


def _cell(part: Part, shift: int, *, areas: bool) -> Any:
    if areas and (part.border or part.area):
        return part.border, part.area
    spot = shapely.point_on_surface(part.geometry)
    mx, my = to_mercator(spot.x, spot.y)
    return int(mx) >> shift, int(my) >> shift


def _summary(members: list[tuple[Event, str, Part]]) -> tuple[Any, ...]:
    spots = [shapely.point_on_surface(part.geometry) for *_, part in members]
    events = {event.id: (event.kind, verdict) for event, verdict, _ in members}
    mean = tuple(round(sum(getattr(s, c) for s in spots) / len(spots), 5) for c in "xy")
    kinds = dict(sorted(Counter(kind for kind, _ in events.values()).items()))
    shown = sum(verdict == "shown" for _, verdict in events.values())
    alone = next(iter(events)) if len(events) == 1 else None
    box = tuple(round(float(v), 6) for v in gpd.GeoSeries(spots).total_bounds) if alone is None else None
    return len(events), shown, kinds, mean if alone is None else None, box, alone

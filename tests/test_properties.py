"""What holds for any events and any query, against a slow and obvious second opinion."""

import json
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from geo.borders import load_borders
from geo.errors import InvalidQuery, InvalidRecord
from geo.export import read_geojson, to_geojson, write_geojson
from geo.features import tidy_geometry, to_events, to_features
from geo.grid import Viewport, to_mercator
from geo.query import BINS, Counts, Engine, Query
from geo.records import DATE_PRECISIONS, KINDS, LOCATION_PRECISIONS, REVIEWS, STATUSES, Event, Report
from geo.store import Store

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
REPORT = Report(id="r", title="A report", body="A text.")
WORLD = (-180.0, -90.0, 180.0, 90.0)
BORDERS = load_borders()
FIRST, LAST = date(2024, 1, 1), date(2024, 3, 31)

# Reproducible, so that a red test is red for everybody; raise max_examples and drop derandomize to search further.
common = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# --- any event, any query -----------------------------------------------------------------------------------------


def subsets(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw some of a few values, most often none."""
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


some_day = st.dates(FIRST, LAST)
maybe_day = st.none() | some_day
spot = st.tuples(st.integers(66, 75), st.integers(35, 41))
place = st.one_of(
    st.none(),
    spot.map(Point),
    st.lists(spot, min_size=2, max_size=3, unique=True).map(MultiPoint),
    st.lists(spot, min_size=2, max_size=2, unique=True).map(LineString),
)
WORDS = ["Учения", "ПРИЁМ", "patrol", "Kulob", "Straße"]


@st.composite
def an_event(draw: st.DrawFn, number: int) -> Event:
    """Draw an event of early 2024 in Central Asia, every field of it possible or missing."""
    start, end = draw(maybe_day), draw(maybe_day)
    if start and end and end < start:
        start, end = end, start
    actors = draw(subsets(["CSTO", "201st base, Bokhtar", "Taliban"]))
    return Event(
        id=f"e{number}",
        title=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=2))),
        kind=draw(st.sampled_from(["exercise", "aid", "patrol"])),
        status=draw(st.sampled_from(["planned", "completed"])),
        start=start,
        end=end,
        date_precision=draw(st.sampled_from(DATE_PRECISIONS)),
        actors=actors,
        country=draw(st.sampled_from([None, "TJ", "AF"])),
        geometry=draw(place),
        radius_km=draw(st.sampled_from([None, 1.0, 60.0])),
        location_precision=draw(st.sampled_from(["exact", "region"])),
        source_name=draw(st.sampled_from([None, "TASS", "AP"])),
        published=draw(maybe_day),
        main=draw(st.booleans()),
    )


@st.composite
def a_query(draw: st.DrawFn) -> Query:
    """Draw a query in which each filter is set now and then."""
    start, end = sorted((draw(some_day), draw(some_day)))
    (w, s), (e, n) = draw(spot), draw(spot)
    near = draw(st.sampled_from([None, None, 5.0, 50.0, 300.0]))
    return Query(
        start=draw(st.sampled_from([None, start])),
        end=draw(st.sampled_from([None, end])),
        kinds=draw(subsets(["exercise", "aid"])),
        statuses=draw(subsets(["planned"])),
        countries=draw(subsets(["TJ", "AF"])),
        text=draw(st.sampled_from(["", "", "учения", "прием STRASSE", "tass"])),
        bbox=draw(st.sampled_from([None, None, (float(w), float(min(s, n)), float(e), float(max(s, n)))])),
        border=near and "AF-TJ",
        within_km=near,
        precisions=draw(subsets(["exact"])),
        sources=draw(subsets(["TASS", "AP"])),
        actors=draw(subsets(["CSTO", "201st base, Bokhtar"])),
        possible=draw(st.booleans()),
        background=draw(st.booleans()),
    )


events = st.integers(0, 12).flatmap(lambda count: st.tuples(*(an_event(n) for n in range(count)))).map(list)
queries = st.lists(a_query(), min_size=3, max_size=3)


# --- the second opinion -------------------------------------------------------------------------------------------

PERIOD = {"week": 7, "month": 31, "year": 366}
LONG_AGO, FAR_OFF = date(1900, 1, 1), date(2100, 1, 1)


def end_of_period(day: date, precision: str) -> date:
    """Return the last day of the week that begins on a day, or of its month or year."""
    if precision == "week":
        return day + timedelta(days=6)
    key = {"month": "%Y-%m", "year": "%Y"}.get(precision, "%Y-%m-%d")
    last = day
    while (last + timedelta(days=1)).strftime(key) == day.strftime(key):
        last += timedelta(days=1)
    return last


def possible_courses(event: Event) -> list[tuple[date, date]]:
    """
    Return the first and last days that a dated event may have had, as far as the record tells.

    An event falls into a range for certain if all its courses touch it, and possibly if any of them does.
    """
    one = timedelta(days=1)
    if event.start is None:  # began at any time up to its end, or before all ranges
        return [(event.end, event.end), (LONG_AGO - one, LONG_AGO - one), (LONG_AGO, event.end)]
    if event.end is None:
        latest = end_of_period(event.start, event.date_precision)
        known = event.published if event.published and event.published >= event.start else None
        begun = [event.start + one * n for n in range((min(latest, known or latest) - event.start).days + 1)]
        return [(day, last) for day in begun for last in (max(day, known or day), FAR_OFF)]
    if event.date_precision == "day":
        return [(event.start, event.end)]
    return [(event.start + one * n,) * 2 for n in range((event.end - event.start).days + 1)]


def time_answer(event: Event, query: Query) -> str:
    """Return yes, no, possible or undated."""
    if query.start is None and query.end is None:
        return "yes"
    if event.start is None and event.end is None:
        return "undated"
    first, last = query.start or LONG_AGO, query.end or FAR_OFF
    touching = [a <= last and b >= first for a, b in possible_courses(event)]
    return "yes" if all(touching) else "possible" if any(touching) else "no"


@cache
def border_range_km(wkb: bytes, radius_km: float | None, pair: str) -> tuple[float, float]:
    """Ask the border lines, once per place."""
    return BORDERS.distance_range_km(shapely.from_wkb(wkb), radius_km, pair)


def place_answer(event: Event, query: Query) -> str:
    """Return yes, no, possible or unplaced."""
    if event.geometry is None:
        return "unplaced"
    if query.bbox:
        w, s, e, n = query.bbox
        boxes = [shapely.box(w, s, e, n)] if w <= e else [shapely.box(w, s, 180, n), shapely.box(-180, s, e, n)]
        if not any(event.geometry.intersects(box) for box in boxes):
            return "no"
    if query.border is None:
        return "yes"
    low, high = border_range_km(event.geometry.wkb, event.radius_km, query.border)
    return "no" if low > query.within_km else "yes" if high <= query.within_km else "possible"


def is_chosen(event: Event, query: Query) -> bool:
    """Tell whether the filters that know only yes and no let an event pass."""
    plain = [
        (query.kinds, {event.kind}),
        (query.statuses, {event.status}),
        (query.countries, {event.country}),
        (query.precisions, {event.location_precision}),
        (query.sources, {event.source_name}),
        (query.actors, set(event.actors)),
    ]
    if any(chosen and not has & set(chosen) for chosen, has in plain):
        return False
    said = " ".join([event.title, event.source_name or "", *event.actors]).casefold().replace("ё", "е")
    words = query.text.casefold().replace("ё", "е").split()
    return all(word in said for word in words) and (event.main or query.background)


def second_opinion(event: Event, query: Query) -> str:
    """Return which of the five counts an event falls into."""
    when, where = time_answer(event, query), place_answer(event, query)
    if not is_chosen(event, query) or "no" in (when, where):
        return "hidden"
    if when == "undated":
        return "undated"
    if where == "unplaced":
        return "unplaced"
    return "possible" if "possible" in (when, where) else "shown"


def seen(found: list[Event], query: Query) -> dict[str, str]:
    """Return the verdict by id of what the map shows for a query."""
    wanted = {"shown", "possible"} if query.possible else {"shown"}
    return {event.id: word for event in found if (word := second_opinion(event, query)) in wanted}


class Project:
    """A store with events and its engine, in a folder of its own."""

    def __init__(self, found: list[Event]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.store = Store(self._folder.name)
        self.store.add(REPORT, found, now=NOW)
        self.engine = Engine(self.store, BORDERS)

    def __enter__(self) -> Engine:
        return self.engine

    def __exit__(self, *_: object) -> None:
        self.store.close()
        self._folder.cleanup()


# --- what holds ---------------------------------------------------------------------------------------------------


@common
@given(events, queries)
def test_counts_are_those_of_the_second_opinion_and_add_up(found: list[Event], asked: list[Query]) -> None:
    """Each event is counted once, by the first that holds; the five add up to the total."""
    with Project(found) as engine:
        for query in asked:
            counts = engine.counts(query)
            assert counts._asdict() | {"total": 0} == {
                **dict.fromkeys(Counts._fields, 0),
                **Counter(second_opinion(event, query) for event in found),
            }
            assert sum(counts[:5]) == counts.total == len(found)


@common
@given(events, queries)
def test_rows_are_those_of_the_second_opinion(found: list[Event], asked: list[Query]) -> None:
    """The table has exactly the shown and, if wanted, the possible events, whole and marked."""
    by_id = {event.id: event for event in found}
    with Project(found) as engine:
        for query in asked:
            rows = engine.rows(query)
            marks = {"shown": "yes", "possible": "possible"}
            assert dict(zip(rows["id"], rows["match"], strict=True)) == {
                event_id: marks[word] for event_id, word in seen(found, query).items()
            }
            assert to_events(rows) == [by_id[event_id] for event_id in rows["id"]]


@common
@given(events, a_query(), st.sampled_from(BINS))
def test_a_bar_is_what_its_days_as_a_filter_would_show(found: list[Event], query: Query, by: str) -> None:
    """Every bar of the histogram equals the second opinion for a query with the bar's days as its range."""
    with Project(found) as engine:
        bars = engine.histogram(query, by=by)
    assert bars == sorted(bars)
    for bar in bars:
        within = seen(found, replace(query, start=bar.start, end=bar.end))
        words = Counter(within[event.id] for event in found if event.id in within and event.kind == bar.kind)
        assert (bar.shown, bar.possible) == (words["shown"], words["possible"])


@common
@given(events, a_query())
def test_no_bar_is_missing(found: list[Event], query: Query) -> None:
    """Between the first and the last bar, a month without a bar has nothing to show."""
    with Project(found) as engine:
        bars = engine.histogram(query, by="month")
    for number in range(len({bar.start for bar in bars})):
        first = date(2024, bars[0].start.month + number, 1)
        within = seen(found, replace(query, start=first, end=end_of_period(first, "month")))
        if bars[-1].start >= first:
            assert sum(bar.shown + bar.possible for bar in bars if bar.start == first) == len(within)


@common
@given(events, a_query())
def test_facets_are_counts_of_the_other_filters(found: list[Event], query: Query) -> None:
    """A facet's number is what choosing that value alone in its filter would show."""
    fields = {"kind": "kinds", "status": "statuses", "country": "countries", "precision": "precisions"}
    fields |= {"source": "sources", "actor": "actors"}
    with Project(found) as engine:
        for name, numbers in engine.facets(query).items():
            for value, number in numbers.items():
                assert number == len(seen(found, replace(query, **{fields[name]: (value,)})))


@common
@given(events, a_query(), st.integers(1, 20), st.integers(0, 8))
def test_cells_hold_what_is_seen(found: list[Event], query: Query, limit: int, zoom: int) -> None:
    """On a map of the world every event seen is in a cell, none twice in one, and the limit holds."""
    single = [event for event in found if not isinstance(event.geometry, MultiPoint)]
    with Project(single) as engine:
        cells = engine.cells(query, bbox=WORLD, zoom=zoom, limit=limit)
    words = Counter(seen(single, query).values())
    assert len(cells) <= limit
    assert sum(cell["shown"] for cell in cells) == words["shown"]
    assert sum(cell["possible"] for cell in cells) == words["possible"]


@common
@given(a_query())
def test_a_query_survives_the_address(query: Query) -> None:
    """Written as URL words and read back, a query is equal, and its words are plain text."""
    params = query.to_params()
    assert Query.from_params(params) == query
    assert all(isinstance(value, str) for value in params.values())


WORDS_OF_A_URL = ("from", "to", "kind", "country", "text", "bbox", "border", "within_km", "source", "possible")


@settings(common, max_examples=250)
@given(st.dictionaries(st.sampled_from(WORDS_OF_A_URL), st.text(st.characters(), max_size=12), max_size=3))
def test_any_address_gives_a_query_or_a_reason(params: dict[str, str]) -> None:
    """Nothing that can be typed into an address crashes; what is accepted survives the way back."""
    try:
        query = Query.from_params(params)
    except InvalidQuery as error:
        assert "expected" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert Query.from_params(query.to_params()) == query


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
any_spot = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
any_place = st.one_of(
    st.none(),
    any_spot.map(Point),
    st.lists(any_spot, min_size=1, max_size=3).map(MultiPoint),
    st.tuples(st.floats(-180, 170), st.floats(-90, 80), st.floats(1, 10)).map(
        lambda t: Polygon([(t[0], t[1]), (t[0], t[1] + t[2]), (t[0] + t[2], t[1] + t[2]), (t[0] + t[2], t[1])])
    ),
)


@st.composite
def anything(draw: st.DrawFn, number: int) -> Event:
    """Draw an event with any text, any numbers and any place on the globe."""
    maybe_km = st.none() | st.floats(0, 20_000)
    start, end = sorted((draw(st.dates()), draw(st.dates())))
    event = Event(
        id=f"{number}{draw(any_text)}".replace("\0", ""),
        title=draw(any_text),
        kind=draw(st.sampled_from(KINDS)),
        status=draw(st.sampled_from(STATUSES)),
        start=draw(st.sampled_from([None, start])),
        end=draw(st.sampled_from([None, end])),
        date_precision=draw(st.sampled_from(DATE_PRECISIONS)),
        actors=tuple(draw(st.lists(any_text, max_size=2))),
        equipment=tuple(draw(st.lists(any_text, max_size=2))),
        place=draw(st.none() | any_text),
        country=draw(st.sampled_from([None, "TJ"])),
        geometry=draw(any_place),
        radius_km=draw(st.none() | st.floats(1e-6, 20_000)),
        location_precision=draw(st.sampled_from(LOCATION_PRECISIONS)),
        border=draw(st.sampled_from([None, "AF-TJ"])),
        border_km=draw(maybe_km),
        border_at_km=draw(maybe_km),
        source_url=draw(st.none() | any_text),
        source_name=draw(st.none() | any_text),
        licence=draw(st.none() | any_text),
        published=draw(st.none() | st.dates()),
        main=draw(st.booleans()),
        dataset="reports",
        review=draw(st.sampled_from(REVIEWS)),
        evidence=draw(st.dictionaries(any_text, json_value, max_size=2)),
        extra=draw(st.dictionaries(any_text, json_value, max_size=2)),
    )
    (tidy,) = tidy_geometry(to_features([event]).geometry)
    return replace(event, geometry=tidy)


collection = st.integers(0, 4).flatmap(lambda count: st.tuples(*(anything(n) for n in range(count)))).map(list)


@common
@given(collection)
def test_any_events_survive_table_store_and_engine(found: list[Event]) -> None:
    """What goes in comes out equal, and going in again changes nothing."""
    assert to_events(to_features(found)) == found
    by_id = {event.id: event for event in found}
    project = Project(found)
    with project as engine:
        rows = engine.rows(Query(background=True))
        placed = {event.id: event for event in found if event.geometry is not None}
        assert {event.id: event for event in to_events(rows)} == placed
        assert {event.id: event for event in to_events(project.store.features())} == by_id
        assert project.store.add(REPORT, found, now=NOW) == "unchanged"
        for event in found[:1]:
            assert engine.event(event.id) == event


@common
@given(collection)
def test_any_events_survive_geojson(found: list[Event]) -> None:
    """A file read back has the same events, and what it says is valid JSON in UTF-8 without surprises."""
    counts = Counts(len(found), 0, 0, 0, 0, len(found))
    table = to_features(found).assign(match="yes")
    content = to_geojson(table, query=Query(), counts=counts, now=NOW)
    assert len(json.loads(content)["features"]) == len(found)
    with tempfile.TemporaryDirectory() as folder:
        write_geojson(Path(folder) / "x.geojson", table, query=Query(), counts=counts, now=NOW)
        back = to_events(read_geojson(Path(folder) / "x.geojson"))
    assert {event.id: event for event in back} == {event.id: event for event in found}


@common
@given(st.text(st.characters(categories=["Cs", "Ll"]), min_size=1, max_size=5))
def test_text_that_no_file_can_hold_is_refused(text: str) -> None:
    """Either UTF-8 can hold it and it is stored, or it is refused with the reason and nothing is."""
    with tempfile.TemporaryDirectory() as folder, Store(folder) as store:
        event = Event(id="e", title=text, kind="aid", status="planned")
        try:
            text.encode()
        except UnicodeEncodeError:
            with pytest.raises(InvalidRecord, match="lone surrogates"):
                store.add(REPORT, [event], now=NOW)
            assert len(store.features()) == 0
        else:
            assert store.add(REPORT, [event], now=NOW) == "added"


@settings(common, max_examples=200)
@given(any_spot, st.integers(0, 22), st.integers(1, 2000), st.floats(0.001, 90), st.floats(0.001, 90))
def test_a_view_holds_what_lies_in_it(
    spot_: tuple[float, float], zoom: int, limit: int, width: float, height: float
) -> None:
    """A point inside a view is inside the view's cells, and these are never more than the limit."""
    lon, lat = spot_
    bbox = (lon - width, max(-90.0, lat - height), lon + width, min(90.0, lat + height))
    view = Viewport.of(bbox, zoom=zoom, limit=limit)
    mx, my = to_mercator(lon, lat)
    assert any(first <= mx <= last for first, last in view.columns)
    assert view.rows[0] <= my <= view.rows[1]
    across = sum((last - first + 1) >> view.shift for first, last in view.columns)
    assert across * ((view.rows[1] - view.rows[0] + 1) >> view.shift) <= limit

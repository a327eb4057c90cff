"""One query, one meaning: the filter's words, the three answers, the five counts, and what the map gets."""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon

from geo.borders import DATA, Borders, load_borders
from geo.errors import InvalidQuery, MissingData
from geo.features import to_events
from geo.filters import MAX_CHOICES, MAX_TEXT
from geo.grid import Viewport, to_mercator
from geo.query import Counts, Engine, Query, make_bins
from geo.records import Event, Report
from geo.store import Store

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
REPORT = Report(id="r", title="A report", body="A text.")
WORLD = (-180.0, -90.0, 180.0, 90.0)
BASE = Event(
    id="e",
    title="Exercise",
    kind="exercise",
    status="completed",
    start=date(2024, 4, 15),
    end=date(2024, 4, 18),
    date_precision="day",
    country="TJ",
    geometry=Point(69.16, 37.4),
    radius_km=5.0,
    location_precision="settlement",
)


BORDERS = load_borders()
AWAY_KM = BORDERS.locate("AF-TJ", 37.4, 69.16)[0]  # of BASE from the Tajik-Afghan border


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    with Store(tmp_path) as opened:
        yield opened


def fill(store: Store, events: Sequence[Event], borders: Borders | None = None) -> Engine:
    """Store events and give an engine over them."""
    store.add(REPORT, events, now=NOW)
    return Engine(store, borders)


def verdict(store: Store, event: Event, query: Query, borders: Borders | None = None) -> str:
    """Return which of the five counts one event falls into."""
    counts = fill(store, [event], borders).counts(query)
    return next(name for name, n in counts._asdict().items() if n == 1)


def days(first: str, last: str | None = None) -> Query:
    """Return a query for a range of days, or for one day; an empty text leaves a side open."""
    read = [date.fromisoformat(day) if day else None for day in (first, first if last is None else last)]
    return Query(start=read[0], end=read[1])


# --- the filter and its words -------------------------------------------------------------------------------------


def test_a_query_survives_the_address() -> None:
    """Every field written as URL words and read back is equal."""
    query = Query(
        start=date(2024, 4, 1),
        end=date(2024, 5, 31),
        kinds=("exercise", "patrol"),
        statuses=("planned",),
        countries=("TJ", "AF"),
        text="Харб  майдон",
        bbox=(67.5, 36.0, 75.25, 41.0),
        border="AF-TJ",
        within_km=37.5,
        precisions=("region",),
        sources=("Xinhua, Beijing", "100%", "a%2Cb"),
        actors=("201st base",),
        possible=False,
        background=True,
        equipment=("T-72",),
        places=("Kulob",),
        not_kinds=("attack",),
        not_statuses=("denied",),
        not_countries=("UZ",),
        not_precisions=("line",),
        not_sources=("Xinhua, Beijing", "100%"),
        not_actors=("CSTO",),
        not_datasets=("mine",),
        not_equipment=("Mi-8",),
        not_places=("Panj",),
    )
    params = query.to_params()
    assert Query.from_params(params) == query
    assert params["from"] == "2024-04-01"
    assert params["bbox"] == "67.5,36,75.25,41"
    assert params["within_km"] == "37.5"
    assert (params["possible"], params["background"]) == ("0", "1")
    assert params["country"] == "AF,TJ"


def test_the_empty_query_has_no_words() -> None:
    """What is at its default stays out of the address, and unknown or empty words are ignored."""
    assert Query().to_params() == {}
    assert Query.from_params({"utm_source": "x", "kind": "", "from": ""}) == Query()


def test_order_and_repetition_do_not_matter() -> None:
    """Two ways to choose the same values are one query."""
    assert Query(kinds=("patrol", "aid", "aid")) == Query(kinds=("aid", "patrol"))


BAD = {
    "from": [
        "2024-4-1",
        "20240401",
        "2024-02-30",
        "2024-W10",
        "yesterday",
        "٢٠٢٤-٠٤-٠١",
        "2024-04-01T00:00",
        "0000-01-01",
    ],
    "to": ["31.12.2024", "-2024-01-01"],
    "kind": ["party", "Exercise", "exercise,party", "exercise\x00"],
    "status": ["done"],
    "not_kind": ["party"],
    "not_country": ["TJK"],
    "country": ["tj", "TJK", "Т1", "../etc"],
    "precision": ["perfect"],
    "source": ["x" * (MAX_TEXT + 1), "\ud800"],
    "actor": [",".join(f"a{i}" for i in range(MAX_CHOICES + 1)), "x" * 100_000],
    "text": ["x" * (MAX_TEXT + 1), "a " * 21, "\udc80"],
    "bbox": ["1,2,3", "1,2,3,4,5", "0,50,10,40", "-181,0,0,1", "0,0,0,91", "nan,0,1,1", "a,b,c,d", "1e1,0,20,1"],
    "border": ["AF-TJ", "AFTJ", "af-tj"],
    "within_km": ["20", "0", "-5", "inf", "1_0", "1e3", "99999"],
    "possible": ["true", "2", "yes"],
    "background": ["on"],
}


@pytest.mark.parametrize(("word", "value"), [(word, value) for word, values in BAD.items() for value in values])
def test_impossible_values_are_refused(word: str, value: str) -> None:
    """A value that cannot be meant is refused with its name, itself (shortened) and the rule."""
    with pytest.raises(InvalidQuery) as caught:
        Query.from_params({word: value})
    told = str(caught.value)
    assert told.startswith(("Filter ", "Query "))
    assert "expected" in told
    assert len(told) < 400
    told.encode()


def test_reversed_days_are_refused() -> None:
    """A range that ends before it begins is an error, not an empty map."""
    with pytest.raises(InvalidQuery, match="from='2024-05-01' cannot be used; expected a day not after to=2024-04-01"):
        days("2024-05-01", "2024-04-01")


@pytest.mark.parametrize(
    "values",
    [
        {"start": datetime(2024, 4, 1, tzinfo=UTC)},
        {"kinds": "exercise"},
        {"text": None},
        {"bbox": (0, 0, math.nan, 1)},
        {"within_km": "20", "border": "AF-TJ"},
        {"possible": 1},
        {"countries": (1,)},
    ],
)
def test_wrong_types_are_refused(values: dict) -> None:
    """The query checks itself however it was made."""
    with pytest.raises(InvalidQuery):
        Query(**values)


# --- time ---------------------------------------------------------------------------------------------------------

DAY = BASE
MONTH = replace(BASE, start=date(2024, 4, 1), end=date(2024, 4, 30), date_precision="month")
UNTIL = replace(BASE, start=None)
SINCE = replace(BASE, end=None, published=date(2024, 4, 20))
SINCE_MONTH = replace(SINCE, start=date(2024, 3, 1), date_precision="month")
UNDATED = replace(BASE, start=None, end=None, date_precision="unknown")

TIMES = [
    (DAY, "2024-04-18", "2024-04-30", "shown"),
    (DAY, "2024-04-01", "2024-04-15", "shown"),
    (DAY, "2024-04-16", "2024-04-16", "shown"),
    (DAY, "2024-04-19", "", "hidden"),
    (DAY, "", "2024-04-14", "hidden"),
    (DAY, "", "", "shown"),
    (MONTH, "2024-04-01", "2024-04-30", "shown"),
    (MONTH, "2024-03-01", "", "shown"),
    (MONTH, "2024-04-02", "2024-05-30", "possible"),
    (MONTH, "2024-04-10", "2024-04-12", "possible"),
    (MONTH, "2024-05-01", "2024-05-30", "hidden"),
    (UNTIL, "2024-04-18", "2024-04-30", "possible"),
    (UNTIL, "1990-01-01", "1990-12-31", "possible"),
    (UNTIL, "", "2024-04-30", "possible"),
    (UNTIL, "2024-04-19", "2024-04-30", "hidden"),
    (SINCE, "2024-04-20", "2024-05-01", "shown"),
    (SINCE, "2024-04-21", "2024-05-01", "possible"),
    (SINCE, "2024-04-01", "2024-04-15", "shown"),
    (SINCE, "2024-04-01", "2024-04-14", "hidden"),
    (replace(SINCE, published=None), "2024-04-15", "2024-04-15", "shown"),
    (replace(SINCE, published=None), "2024-04-16", "2024-04-20", "possible"),
    (replace(SINCE, published=date(2024, 4, 1)), "2024-04-15", "2024-05-01", "shown"),
    (replace(SINCE, published=date(2024, 4, 1)), "2024-04-16", "2024-05-01", "possible"),
    (SINCE_MONTH, "2024-03-01", "2024-03-30", "possible"),
    (SINCE_MONTH, "2024-03-01", "2024-03-31", "shown"),
    (SINCE_MONTH, "2024-04-02", "2024-04-02", "shown"),
    (SINCE_MONTH, "2024-04-21", "2024-04-30", "possible"),
    (SINCE_MONTH, "2024-02-01", "2024-02-29", "hidden"),
    (UNDATED, "2024-04-01", "2024-04-30", "undated"),
    (UNDATED, "", "2024-04-30", "undated"),
    (UNDATED, "", "", "shown"),
]


@pytest.mark.parametrize(("event", "first", "last", "expected"), TIMES)
def test_a_range_has_three_answers(store: Store, event: Event, first: str, last: str, expected: str) -> None:
    """Coarse days and open ends may fall into a range; a day-precise event does or does not."""
    assert verdict(store, event, days(first, last)) == expected


@pytest.mark.parametrize(
    ("precision", "last"), [("week", "2024-03-07"), ("month", "2024-03-31"), ("year", "2024-12-31")]
)
def test_a_coarse_open_event_began_within_its_period(store: Store, precision: str, last: str) -> None:
    """Since March means from some day of March on: all of March holds that for certain, less of it only maybe."""
    event = replace(BASE, start=date(2024, 3, 1), end=None, date_precision=precision)
    whole = days("2024-03-01", last)
    assert verdict(store, event, whole) == "shown"
    assert verdict(store, event, replace(whole, end=whole.end - timedelta(days=1))) == "possible"


# --- place --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("radius_km", "further_km", "expected"),
    [
        (5.0, 6.0, "shown"),
        (5.0, 4.0, "possible"),
        (5.0, -4.0, "possible"),
        (5.0, -6.0, "hidden"),
        (None, 0.01, "shown"),
    ],
)
def test_a_border_distance_has_three_answers(
    store: Store, radius_km: float | None, further_km: float, expected: str
) -> None:
    """An event some way from a border, give or take its radius, is within a limit, is not, or cannot be told."""
    query = Query(border="AF-TJ", within_km=round(AWAY_KM + further_km, 3))
    assert verdict(store, replace(BASE, radius_km=radius_km), query, BORDERS) == expected


def test_an_event_at_several_places_is_as_near_as_the_nearest(store: Store) -> None:
    """One of eight crossings on the border is enough, and each place has its own radius."""
    places = [
        {"name": "far away", "radius_km": 50.0, "precision": "region"},
        {"name": "on the border", "radius_km": 1.0, "precision": "exact"},
    ]
    lon, lat = BORDERS.line("AF-TJ").geoms[0].coords[40]
    event = replace(BASE, geometry=MultiPoint([(75, 45), (lon, lat)]), radius_km=None, evidence={"places": places})
    assert verdict(store, event, Query(border="AF-TJ", within_km=2.0), BORDERS) == "shown"


def test_an_event_along_a_border_is_at_that_border(store: Store) -> None:
    """A closure of the whole line is certainly within reach of it, and only perhaps of the border it runs into."""
    line = replace(BASE, geometry=BORDERS.line("AF-TJ"), radius_km=None, location_precision="line", border="AF-TJ")
    assert verdict(store, line, Query(border="AF-TJ", within_km=1.0), BORDERS) == "shown"
    assert verdict(store, line, Query(border="AF-UZ", within_km=20.0), BORDERS) == "possible"
    assert verdict(store, line, Query(border="FI-RU", within_km=20.0), BORDERS) == "hidden"


def test_an_unplaced_event_stays_without_location_under_a_border(store: Store) -> None:
    """What is nowhere is neither near nor far."""
    query = Query(border="AF-TJ", within_km=20.0)
    assert verdict(store, replace(BASE, geometry=None), query, BORDERS) == "unplaced"


class CountingBorders(Borders):
    """The real borders, counting how often they are asked."""

    asked = 0

    def locate(self, pair: str, lat: float, lon: float) -> tuple[float, float]:
        """Count and measure."""
        self.asked += 1
        return super().locate(pair, lat, lon)


def test_distances_are_measured_once(store: Store) -> None:
    """The same place is not measured again for the next query, nor after a change of the store."""
    borders = CountingBorders(gpd.read_parquet(DATA / "borders.parquet"))
    engine = fill(store, [BASE, replace(BASE, id="same place")], borders)
    for within_km in (10.0, 20.0, 30.0):
        engine.counts(Query(border="AF-TJ", within_km=within_km))
    store.add(replace(REPORT, id="more"), [replace(BASE, id="new", geometry=Point(70, 38))], now=NOW)
    assert engine.counts(Query(border="AF-TJ", within_km=1.0)).total == 3
    assert borders.asked == 2


def test_a_border_needs_border_lines(store: Store) -> None:
    """Without the data the message says which command makes it."""
    with pytest.raises(MissingData, match="python -m geo build"):
        fill(store, [BASE]).counts(Query(border="AF-TJ", within_km=20.0))


def test_an_unknown_border_is_refused(store: Store) -> None:
    """Two countries without a common border are no border."""
    with pytest.raises(InvalidQuery, match="border='PT-TJ' names no land border"):
        fill(store, [BASE], BORDERS).counts(Query(border="PT-TJ", within_km=20.0))


LINE = LineString([(0, 0), (10, 10)])
RING = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(1, 1), (9, 1), (9, 9), (1, 9)]])


@pytest.mark.parametrize(
    ("geometry", "bbox", "expected"),
    [
        (Point(5, 5), (4.0, 4.0, 6.0, 6.0), "shown"),
        (Point(5, 5), (5.0, 5.0, 5.0, 5.0), "shown"),
        (Point(5, 5), (6.0, 4.0, 7.0, 6.0), "hidden"),
        (LINE, (6.0, 1.0, 9.0, 4.0), "hidden"),
        (LINE, (4.0, 4.0, 9.0, 5.0), "shown"),
        (RING, (4.0, 4.0, 6.0, 6.0), "hidden"),
        (RING, (0.5, 4.0, 6.0, 6.0), "shown"),
        (MultiPoint([(0, 0), (10, 10)]), (4.0, 4.0, 6.0, 6.0), "hidden"),
        (MultiPoint([(0, 0), (10, 10)]), (9.0, 9.0, 11.0, 11.0), "shown"),
        (Point(179, 5), (170.0, 0.0, -170.0, 10.0), "shown"),
        (Point(-179, 5), (170.0, 0.0, -170.0, 10.0), "shown"),
        (Point(0, 5), (170.0, 0.0, -170.0, 10.0), "hidden"),
        (MultiPoint([(-169, 5), (169, 5)]), (170.0, 0.0, -170.0, 10.0), "hidden"),
        (None, (4.0, 4.0, 6.0, 6.0), "unplaced"),
    ],
)
def test_a_box_takes_what_is_drawn_in_it(
    store: Store, geometry: shapely.Geometry | None, bbox: tuple[float, ...], expected: str
) -> None:
    """The geometry itself decides, not the rectangle around it; a box may cross the antimeridian."""
    assert verdict(store, replace(BASE, geometry=geometry), Query(bbox=bbox)) == expected


# --- the other filters --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "query", "expected"),
    [
        ({}, Query(kinds=("exercise", "aid")), "shown"),
        ({}, Query(kinds=("aid",)), "hidden"),
        ({}, Query(statuses=("planned",)), "hidden"),
        ({}, Query(countries=("AF", "TJ")), "shown"),
        ({"country": None}, Query(countries=("TJ",)), "hidden"),
        ({"source_name": "TASS"}, Query(sources=("TASS", "AP")), "shown"),
        ({"source_name": None}, Query(sources=("TASS",)), "hidden"),
        ({"actors": ("CSTO", "201st base")}, Query(actors=("201st base",)), "shown"),
        ({"actors": ("CSTO",)}, Query(actors=("201st base", "Taliban")), "hidden"),
        ({}, Query(precisions=("settlement",)), "shown"),
        ({"main": False}, Query(), "hidden"),
        ({"main": False}, Query(background=True), "shown"),
        ({"geometry": None}, Query(kinds=("aid",)), "hidden"),
        ({"geometry": None}, days("2024-04-16"), "unplaced"),
        ({"geometry": None, "start": None, "end": None}, days("2024-04-16"), "undated"),
    ],
)
def test_other_filters(store: Store, changes: dict, query: Query, expected: str) -> None:
    """Each filter says yes or no, and the first count that holds takes the event."""
    assert verdict(store, replace(BASE, **changes), query) == expected


def test_a_border_line_belongs_to_both_countries(store: Store) -> None:
    """A closure along the Tajik-Afghan border is found under Tajikistan and under Afghanistan."""
    line = replace(BASE, country=None, geometry=LINE, radius_km=None, location_precision="line", border="AF-TJ")
    assert verdict(store, line, Query(countries=("TJ",))) == "shown"
    assert verdict(store, line, Query(countries=("AF",))) == "shown"
    assert verdict(store, line, Query(countries=("UZ",))) == "hidden"


QUOTED = replace(
    BASE,
    title="Учения на полигоне Харб-Майдон",
    place="Kharb-Maidon",
    actors=("Центральный военный округ",),
    equipment=("Т-72", "BTR-82A"),
    source_name="Sputnik Tajikistan",
    evidence={"kind": [{"report": "r", "quote": "отработали приёмы"}], "places": [{"quote": "20 km from the Straße"}]},
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("харб-майдон", True),
        ("УЧЕНИЯ полигоне", True),
        ("учения самолёты", False),
        ("приемы", True),
        ("ПРИЁМЫ", True),
        ("при\u0301емы", True),
        ("kharb sputnik т-72 округ", True),
        ("strasse", True),
        ("btr", True),
        ("exercise", False),
        ("%", False),
        ("' OR 1=1 --", False),
        ("\x00", False),
    ],
)
def test_words_are_found_in_any_case_and_script(store: Store, text: str, found: bool) -> None:
    """Every word must be in title, place, actors, equipment, source or quotes; case, ё and stress do not count."""
    assert verdict(store, QUOTED, Query(text=text)) == ("shown" if found else "hidden")


# --- counts, rows, one event --------------------------------------------------------------------------------------


def many() -> list[Event]:
    """Return one event for each of the five counts in April 2024, and some more."""
    return [
        replace(BASE, id="shown-2", start=date(2024, 4, 2), end=date(2024, 4, 2)),
        replace(BASE, id="shown-1", start=date(2024, 4, 1), end=date(2024, 4, 1), kind="aid"),
        replace(BASE, id="possible", start=date(2024, 3, 1), end=date(2024, 5, 31), date_precision="month"),
        replace(UNDATED, id="undated"),
        replace(BASE, id="unplaced", geometry=None),
        replace(BASE, id="hidden", start=date(2023, 4, 1), end=date(2023, 4, 1)),
        replace(BASE, id="background", main=False),
    ]


APRIL = days("2024-04-01", "2024-04-30")


def test_counts_add_up(store: Store) -> None:
    """Every event is counted once, and the five add up to the total."""
    counts = fill(store, many()).counts(APRIL)
    assert counts == Counts(shown=2, possible=1, undated=1, unplaced=1, hidden=2, total=7)
    assert sum(counts[:5]) == counts.total


def test_possible_stays_a_count_when_switched_off(store: Store) -> None:
    """The app can say how many possible events it leaves out."""
    engine = fill(store, many())
    assert engine.counts(replace(APRIL, possible=False)) == engine.counts(APRIL)


def test_rows_are_what_is_shown_and_possible(store: Store) -> None:
    """Rows come by start and id, each with its match; possible ones go when switched off."""
    engine = fill(store, many())
    assert engine.rows(APRIL)[["id", "match"]].to_numpy().tolist() == [
        ["possible", "possible"],
        ["shown-1", "yes"],
        ["shown-2", "yes"],
    ]
    assert engine.rows(replace(APRIL, possible=False))["id"].tolist() == ["shown-1", "shown-2"]


def test_rows_are_whole_events(store: Store) -> None:
    """A row has every column of its event: lists, days, geometry and evidence are equal to what was stored."""
    rows = fill(store, [QUOTED]).rows(Query())
    assert to_events(rows) == [QUOTED]
    assert rows.crs.to_epsg() == 4326


def test_no_row_is_a_table_too(store: Store) -> None:
    """An empty answer has the same columns."""
    engine = fill(store, many())
    assert list(engine.rows(Query(kinds=("visit",))).columns) == list(engine.rows(Query()).columns)


def test_rows_come_in_pages_and_orders(store: Store) -> None:
    """Pages join up without gap or overlap, backwards too, and nulls come last both ways."""
    engine = fill(store, many())
    forward = engine.rows(Query(), order="start")["id"].tolist()
    pages = [engine.rows(Query(), limit=2, offset=at)["id"].tolist() for at in (0, 2, 4, 6)]
    assert [*pages[0], *pages[1], *pages[2], *pages[3]] == forward
    assert forward[0] == "hidden"
    backward = engine.rows(Query(), order="-start")["id"].tolist()
    assert backward[-2:] == ["hidden", "undated"]
    assert engine.rows(Query(), offset=3)["id"].tolist() == forward[3:]


@pytest.mark.parametrize(
    "arguments", [{"order": "id; DROP TABLE events"}, {"order": ""}, {"limit": -1}, {"offset": -1}]
)
def test_bad_pages_are_refused(store: Store, arguments: dict) -> None:
    """An order is one of the known columns, a page has whole numbers."""
    with pytest.raises(InvalidQuery, match="Rows "):
        fill(store, many()).rows(Query(), **arguments)


def test_one_event_by_id(store: Store) -> None:
    """An event is found whatever a filter would say of it; an unknown id gives none."""
    engine = fill(store, many())
    assert engine.event("background") == many()[-1]
    assert engine.event("'; --") is None
    assert engine.event("\ud800") is None


def test_the_engine_follows_the_store(store: Store) -> None:
    """What is added or removed shows in the next answer."""
    engine = fill(store, many())
    assert engine.counts(Query()).total == 7
    store.add(replace(REPORT, id="second"), [replace(BASE, id="new")], now=NOW)
    assert engine.counts(Query()).total == 8
    store.remove("r", now=NOW)
    assert engine.rows(Query())["id"].tolist() == ["new"]


def test_an_empty_store_answers_everything(store: Store) -> None:
    """No event is no error."""
    engine = Engine(store)
    assert engine.counts(APRIL) == Counts(0, 0, 0, 0, 0, 0)
    assert engine.cells(APRIL, bbox=WORLD, zoom=2) == []
    assert engine.histogram(APRIL) == []
    assert engine.span() is None
    assert set(engine.facets(APRIL)) == {"kind", "status", "country", "precision", "source", "actor", "dataset"}


def test_threads_ask_at_once(store: Store) -> None:
    """Many threads get the same right answers while the store changes under them."""
    engine = fill(store, many(), BORDERS)
    query = Query(border="AF-TJ", within_km=500.0, bbox=(60.0, 30.0, 80.0, 45.0))
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(5):
            counts, rows = engine.counts(query), engine.rows(query)
            if sum(counts[:5]) != counts.total or len(rows) not in (5, 6):
                wrong.append((counts, len(rows)))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    store.add(replace(REPORT, id="second"), [replace(BASE, id="new")], now=NOW)
    for thread in threads:
        thread.join()
    assert wrong == []


# --- histogram, facets, span --------------------------------------------------------------------------------------


def test_a_histogram_ignores_the_range_alone(store: Store) -> None:
    """The bars around a range stay visible; the other filters hold."""
    engine = fill(store, many())
    assert engine.histogram(APRIL) == engine.histogram(Query())
    assert {bar.kind for bar in engine.histogram(replace(APRIL, kinds=("aid",)))} == {"aid"}


def test_bars_show_where_and_where_possibly(store: Store) -> None:
    """A month-precise event is shown in its month, possible in its days; a quarter's is possible in each month."""
    engine = fill(store, [replace(MONTH, id="month"), replace(MONTH, id="spring", start=date(2024, 3, 1), kind="aid")])
    april, march = (date(2024, 4, 1), date(2024, 4, 30)), (date(2024, 3, 1), date(2024, 3, 31))
    assert engine.histogram(Query(), by="month") == [
        (*march, "aid", 0, 1),
        (*april, "aid", 0, 1),
        (*april, "exercise", 1, 0),
    ]
    by_day = [bar for bar in engine.histogram(Query(), by="day") if bar.kind == "exercise"]
    assert len(by_day) == 30
    assert {(bar.shown, bar.possible) for bar in by_day} == {(0, 1)}


def test_a_long_event_is_in_every_bar_it_touches(store: Store) -> None:
    """Three days over a month's end count in both months."""
    engine = fill(store, [replace(BASE, start=date(2024, 4, 30), end=date(2024, 5, 2))])
    assert [(bar.start.month, bar.shown) for bar in engine.histogram(Query())] == [(4, 1), (5, 1)]


def test_an_open_event_reaches_to_the_last_known_day(store: Store) -> None:
    """Certain up to the report, possible after it, and no bars beyond what is known of anything."""
    later = replace(BASE, id="later", kind="aid", start=date(2024, 6, 1), end=date(2024, 6, 2))
    engine = fill(store, [replace(SINCE, published=date(2024, 5, 2)), later])
    bars = [(bar.start.month, bar.shown, bar.possible) for bar in engine.histogram(Query()) if bar.kind == "exercise"]
    assert bars == [(4, 1, 0), (5, 1, 0), (6, 0, 1)]


def test_possible_bars_go_when_switched_off(store: Store) -> None:
    """Without possible events the light bars are gone."""
    bars = fill(store, [MONTH]).histogram(Query(possible=False), by="week")
    assert bars == []


def test_a_histogram_of_days_over_ages_is_refused(store: Store) -> None:
    """A stray year does not ask for millions of bars; months still work."""
    engine = fill(store, [BASE, replace(BASE, id="old", start=date(1, 1, 1), end=date(1, 1, 1))])
    with pytest.raises(InvalidQuery, match="more than 150000; expected a longer bin"):
        engine.histogram(Query(), by="day")
    assert len(engine.histogram(Query(), by="month")) == 2


def test_unknown_bins_are_refused(store: Store) -> None:
    """Bins are those of the calendar."""
    with pytest.raises(InvalidQuery, match="by 'decade'; expected one of day, week, month, year"):
        fill(store, [BASE]).histogram(Query(), by="decade")


@pytest.mark.parametrize("by", ["day", "week", "month", "year"])
def test_bins_cover_the_calendar_without_gaps(by: str) -> None:
    """Each bin begins the day after the one before, also at the calendar's two ends."""
    for first, last in (
        (date(2023, 12, 29), date(2024, 3, 2)),
        (date.min, date(1, 3, 1)),
        (date(9999, 11, 1), date.max),
    ):
        bins = make_bins(first, last, by=by)
        assert bins[0][0] <= first
        assert bins[-1][1] >= last
        assert all(a[1] + timedelta(days=1) == b[0] for a, b in pairwise(bins))


def test_facets_respect_the_other_filters(store: Store) -> None:
    """Each filter's counts are those one would get by choosing that value alone in it."""
    engine = fill(store, many())
    facets = engine.facets(replace(APRIL, kinds=("aid",), statuses=("completed",)))
    assert facets["kind"] == {"exercise": 2, "aid": 1}
    assert facets["status"] == {"completed": 1}
    assert facets["country"] == {"TJ": 1}


def test_actors_are_listed_by_frequency(store: Store) -> None:
    """The fifty commonest actors come first; ties by name; one event counts for each of its actors."""
    events = [replace(BASE, id=str(i), actors=("CSTO", f"actor {i:02}")) for i in range(60)]
    actors = fill(store, events).facets(Query())["actor"]
    assert list(actors.items())[:2] == [("CSTO", 60), ("actor 00", 1)]
    assert len(actors) == 50


def test_the_span_is_that_of_the_main_events(store: Store) -> None:
    """Background ("since 1992") stretches the slider only when it is asked for."""
    engine = fill(store, [BASE, replace(BASE, id="old", start=date(1992, 1, 1), end=None, main=False)])
    assert engine.span() == (date(2024, 4, 15), date(2024, 4, 18))
    assert engine.span(background=True) == (date(1992, 1, 1), date(2024, 4, 18))


# --- cells --------------------------------------------------------------------------------------------------------


def test_few_events_are_drawn_one_by_one(store: Store) -> None:
    """An event alone has what the map needs to draw and name it."""
    (drawn,) = fill(store, [replace(BASE, place="Kharb-Maidon")]).cells(APRIL, bbox=WORLD, zoom=2)
    assert drawn == {
        "n": 1,
        "shown": 1,
        "possible": 0,
        "match": "yes",
        "id": "e",
        "title": "Exercise",
        "kind": "exercise",
        "status": "completed",
        "part": 0,
        "parts": 1,
        "lon": 69.16,
        "lat": 37.4,
        "radius_km": 5.0,
        "place": "Kharb-Maidon",
        "border": None,
        "area": None,
        "location_precision": "settlement",
    }


def test_an_event_is_drawn_at_each_of_its_places(store: Store) -> None:
    """Three places give three dicts with one id, each with its own radius and precision."""
    places = [
        {"name": "Nizhny Panj", "radius_km": 2.0, "precision": "settlement", "border": None},
        {"name": "Khatlon", "radius_km": 150.0, "precision": "region", "area": "TJ-KT"},
        {"name": "Tajik-Afghan border", "radius_km": None, "precision": "line", "border": "AF-TJ"},
    ]
    shape = GeometryCollection([Point(68.6, 37.2), Point(69, 38), LineString([(68, 37), (71, 37.5)])])
    event = replace(BASE, geometry=shape, radius_km=None, border="AF-TJ", evidence={"places": places})
    drawn = fill(store, [event]).cells(Query(), bbox=WORLD, zoom=2)
    assert {cell["id"] for cell in drawn} == {"e"}
    told = {cell["part"]: (cell["place"], cell["radius_km"], cell["border"], cell["area"]) for cell in drawn}
    assert told == {
        0: ("Nizhny Panj", 2.0, None, None),
        1: ("Khatlon", 150.0, None, "TJ-KT"),
        2: ("Tajik-Afghan border", None, "AF-TJ", None),
    }
    assert all(cell["parts"] == 3 for cell in drawn)


def test_a_border_line_of_several_pieces_is_one_place(store: Store) -> None:
    """A line with exclaves is drawn once, though a second place without position is told beside it."""
    places = [
        {"name": "border", "lat": None, "border": "KG-UZ", "precision": "line", "radius_km": None},
        {"name": "some village", "lat": None, "border": None, "precision": "unknown", "radius_km": None},
    ]
    line = BORDERS.line("KG-UZ")
    assert len(line.geoms) > 1
    event = replace(BASE, geometry=line, radius_km=None, location_precision="line", evidence={"places": places})
    (drawn,) = fill(store, [event]).cells(Query(), bbox=WORLD, zoom=2)
    assert (drawn["place"], drawn["border"], drawn["parts"]) == ("border", "KG-UZ", 1)


def test_a_country_is_an_area_and_a_line_of_its_own_has_a_shape(store: Store) -> None:
    """A country-precise event names its polygon; a line that is no known border carries its geometry."""
    country = replace(BASE, id="c", location_precision="country", radius_km=400.0)
    line = replace(BASE, id="l", geometry=LINE, location_precision="line", border=None, radius_km=None)
    cells = {cell["id"]: cell for cell in fill(store, [country, line]).cells(Query(), bbox=WORLD, zoom=2)}
    assert (cells["c"]["area"], cells["c"].get("shape")) == ("TJ", None)
    assert cells["l"]["shape"] == {"type": "LineString", "coordinates": ((0.0, 0.0), (10.0, 10.0))}


def test_long_titles_are_cut_for_the_map(store: Store) -> None:
    """A megabyte in a title does not go to the browser with every pan."""
    (drawn,) = fill(store, [replace(BASE, title="x" * 1_000_000)]).cells(Query(), bbox=WORLD, zoom=2)
    assert len(drawn["title"]) == 200


def test_a_circle_is_drawn_while_its_centre_is_out_of_view(store: Store) -> None:
    """The edge of a region's circle is enough for it to stay on the map."""
    engine = fill(store, [replace(BASE, radius_km=300.0)])
    assert len(engine.cells(Query(), bbox=(69, 39.5, 69.2, 39.6), zoom=12)) == 1
    assert len(engine.cells(Query(), bbox=(69, 45.5, 69.2, 45.6), zoom=12)) == 0


def scatter(count: int) -> list[Event]:
    """Return events spread evenly over Central Asia (a low-discrepancy sequence), every third of them aid."""
    spots = [(55 + (i * 0.7548776662) % 1 * 30, 35 + (i * 0.5698402910) % 1 * 15) for i in range(count)]
    kinds = ["exercise", "exercise", "aid"]
    return [replace(BASE, id=f"s{i:04}", geometry=Point(spot), kind=kinds[i % 3]) for i, spot in enumerate(spots)]


def test_many_events_are_counted_on_a_grid(store: Store) -> None:
    """Above the limit come cells: never more than the limit, each event in one, the commonest kind on top."""
    cells = fill(store, scatter(2_000)).cells(Query(), bbox=WORLD, zoom=3, limit=300)
    assert len(cells) <= 300
    assert sum(cell["n"] for cell in cells) == 2_000
    assert all(cell["n"] == cell["shown"] + cell["possible"] for cell in cells)
    large = cells[-1]
    assert large["n"] == max(cell["n"] for cell in cells)
    assert large["kind"] == max(large["kinds"], key=large["kinds"].get)
    assert large["bbox"][0] <= large["lon"] <= large["bbox"][2]


@pytest.mark.parametrize("limit", [1, 5, 50, 500])
@pytest.mark.parametrize("zoom", [0, 3.7, 6, 22])
def test_cells_never_exceed_the_limit(store: Store, zoom: float, limit: int) -> None:
    """Whatever the zoom, the browser gets no more than it asked for."""
    engine = fill(store, scatter(700))
    for bbox in (WORLD, (60, 38, 75, 45), (65.0, 40.0, 65.1, 40.1)):
        assert len(engine.cells(Query(), bbox=bbox, zoom=zoom, limit=limit)) <= limit


def test_panning_keeps_the_cells(store: Store) -> None:
    """A cell that is in view before and after a pan is the same: place, number and kind."""
    engine = fill(store, scatter(3_000))

    def view(west: float) -> dict[tuple[float, float], tuple]:
        cells = engine.cells(Query(), bbox=(west, 38, west + 12, 46), zoom=6, limit=400)
        return {(c["lon"], c["lat"]): (c["n"], c["kind"]) for c in cells}

    before, after = view(62.0), view(63.3)
    common = [spot for spot in before if 65 < spot[0] < 72]
    assert len(common) > 30
    assert all(after[spot] == before[spot] for spot in common)


def test_an_event_alone_in_its_cell_is_itself(store: Store) -> None:
    """In a crowd elsewhere, a lonely event is still drawn with its id and title."""
    crowd = [replace(BASE, id=f"c{i}", geometry=Point(69 + i / 1e5, 37.4)) for i in range(300)]
    lonely = replace(BASE, id="lonely", title="Alone", geometry=MultiPoint([(20, 50), (20.00001, 50), (30, 60)]))
    cells = fill(store, [*crowd, lonely]).cells(Query(), bbox=WORLD, zoom=4, limit=300)
    assert sorted(cell["n"] for cell in cells) == [1, 1, 300]
    assert {(cell["id"], cell["title"], cell["part"]) for cell in cells if cell["n"] == 1} == {
        ("lonely", "Alone", 0),
        ("lonely", "Alone", 2),
    }


def test_areas_and_borders_are_counted_as_such(store: Store) -> None:
    """A thousand country-precise events are one number at the country, not a cluster at its centre."""
    country = [replace(BASE, id=f"c{i}", location_precision="country", radius_km=300.0) for i in range(60)]
    line = [
        replace(BASE, id=f"l{i}", geometry=LINE, location_precision="line", border="AF-TJ", radius_km=None)
        for i in range(50)
    ]
    at_the_same_place = [replace(BASE, id=f"p{i}") for i in range(40)]
    cells = fill(store, [*country, *line, *at_the_same_place]).cells(Query(), bbox=WORLD, zoom=2, limit=100)
    assert [(cell["n"], cell["area"], cell["border"]) for cell in cells] == [
        (40, None, None),
        (50, None, "AF-TJ"),
        (60, "TJ", None),
    ]


def test_too_many_areas_fall_back_to_the_grid(store: Store) -> None:
    """When areas alone would break the limit, they are counted in cells like the rest."""
    codes = [f"{a}{b}" for a in "ABCDEFGH" for b in "ABCDEFGH"]
    events = [
        replace(BASE, id=f"{code}{i}", country=code, location_precision="country", geometry=Point(n, n / 2))
        for n, code in enumerate(codes)
        for i in range(2)
    ]
    cells = fill(store, events).cells(Query(), bbox=WORLD, zoom=1, limit=30)
    assert len(cells) <= 30
    assert sum(cell["n"] for cell in cells) == len(events)


def test_views_of_neighbouring_worlds_are_brought_back(store: Store) -> None:
    """Leaflet's longitudes beyond 180 and a view across the antimeridian show the same events."""
    engine = fill(
        store,
        [replace(BASE, id="fiji", geometry=Point(179, -17)), replace(BASE, id="samoa", geometry=Point(-172, -14))],
    )
    for bbox in (
        (170, -30, 195, 0),
        (-190, -30, -165, 0),
        (170, -30, -165, 0),
        (530, -30, 555, 0),
        (-720, -80, 720, 80),
    ):
        assert sorted(cell["id"] for cell in engine.cells(Query(), bbox=bbox, zoom=4)) == ["fiji", "samoa"]
    assert engine.cells(Query(), bbox=(-165, -30, 170, 0), zoom=4) == []


@pytest.mark.parametrize("lat", [90.0, -90.0, 89.0, 85.06])
def test_the_poles_belong_to_the_outermost_cells(store: Store, lat: float) -> None:
    """What Web Mercator cannot show is counted at its edge instead of being lost."""
    events = [replace(BASE, id=str(i), geometry=Point(180 if i % 2 else -180, lat), radius_km=None) for i in range(12)]
    engine = fill(store, events)
    assert sum(cell["n"] for cell in engine.cells(Query(), bbox=WORLD, zoom=2, limit=5)) == 12
    assert len(engine.cells(Query(), bbox=WORLD, zoom=2)) == 12


def test_undated_unplaced_and_hidden_events_are_not_drawn(store: Store) -> None:
    """The map has what the counts call shown and possible, and possible only while it is on."""
    engine = fill(store, many())
    drawn = {cell["id"]: cell["match"] for cell in engine.cells(APRIL, bbox=WORLD, zoom=2)}
    assert drawn == {"shown-1": "yes", "shown-2": "yes", "possible": "possible"}
    assert len(engine.cells(replace(APRIL, possible=False), bbox=WORLD, zoom=2)) == 2


@pytest.mark.parametrize(
    "view",
    [
        {"bbox": (0, 0, 1), "zoom": 2},
        {"bbox": (0, 1, 1, 0), "zoom": 2},
        {"bbox": (math.nan, 0, 1, 1), "zoom": 2},
        {"bbox": WORLD, "zoom": -1},
        {"bbox": WORLD, "zoom": 40},
        {"bbox": WORLD, "zoom": math.inf},
        {"bbox": WORLD, "zoom": 2, "limit": 0},
        {"bbox": WORLD, "zoom": 2, "limit": 10**6},
    ],
)
def test_impossible_views_are_refused(store: Store, view: dict) -> None:
    """A view has four degrees, a zoom of a web map and a sensible limit."""
    with pytest.raises(InvalidQuery, match="The view has"):
        fill(store, [BASE]).cells(Query(), **view)


def test_mercator_matches_the_projection() -> None:
    """The 30-bit integers are EPSG:3857 cut into 2^30 steps."""
    project = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform
    half = project(180, 0)[0]
    for lon, lat in ((69.16, 37.4), (-179.9, -80.1), (0.0, 0.0)):
        x, y = project(lon, lat)
        expected = ((x + half) / (2 * half) * 2**30, (half - y) / (2 * half) * 2**30)
        assert to_mercator(lon, lat) == pytest.approx(expected, abs=2)


def test_the_grid_depends_on_the_size_of_the_view_alone() -> None:
    """A map window moved about keeps its cell size, whatever it shows."""
    width, height = 1280 / 256 * 360 / 2**6, 0.5
    shifts = {Viewport.of((w, 0, w + width, height), zoom=6, limit=500).shift for w in (-3.3, 12.34567, 99.1, 171.7)}
    assert shifts == {22}

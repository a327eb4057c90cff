"""Events out of reports: a table of reports, a table of sentences, and what every event must hold."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point

from geo.borders import Borders
from geo.dates import find_dates
from geo.events import build_events
from geo.extract import Atlas
from geo.records import DateMention, Decision, Event, Mention, Place, Report
from tests.event_reports import Case, Expected, place, read_cases, unmark

CASES = read_cases()
SENTENCES = [
    line
    for line in (Path(__file__).parent / "data" / "event_sentences.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def events_of(report: Report, mentions: list[Mention], borders: Borders | None = None) -> list[Event]:
    """Return the events of a report with its own dates."""
    dates = find_dates(report.body, published=report.published, language=report.language)
    return build_events(report, mentions, dates, borders=borders)


def read(marked: str, *, published: date | None = date(2021, 8, 12), borders: Borders | None = None) -> list[Event]:
    """Return the events of a marked text."""
    body, mentions = unmark(marked)
    return events_of(Report("r", "", body, published=published), mentions, borders)


def differences(expected: Expected, event: Event) -> list[tuple[str, str]]:
    """Return what differs between an expected event and one that was read; "*" fits anything."""
    got = [event.kind, event.status, event.start or "-", event.end or "-", event.date_precision, event.place or "-"]
    want = [expected.kind, expected.status, expected.start, expected.end, expected.precision, expected.place]
    pairs = [(w, str(g)) for w, g in zip(want, got, strict=True) if w not in ("*", str(g))]
    main = "main" if event.main else "background"
    if expected.main not in ("*", main):
        pairs.append((expected.main, main))
    places = [p["name"] for p in event.evidence["places"]]
    if expected.places and expected.places != places:
        pairs.append((str(expected.places), str(places)))
    return pairs


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_reports(case: Case) -> None:
    """Every expected event is read with its kind, status, days and place, and no other main event."""
    left = events_of(case.report, case.mentions)
    for expected in case.expected:
        assert left, f"no event for {expected}"
        best = min(left, key=lambda event: len(differences(expected, event)))
        assert differences(expected, best) == []
        left.remove(best)
    assert [event.title for event in left if event.main] == []


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences(line: str) -> None:
    """One sentence is enough to tell the kind and the status of its event."""
    expected, text = (part.strip() for part in line.split("|", 1))
    russian = any("а" <= char <= "я" for char in text.lower())
    report = Report("s", "", text, published=date(2022, 5, 12), language="ru" if russian else "en")
    main = next((event for event in events_of(report, []) if event.main), None)
    kind, status = expected.split()
    assert (main.kind if main else "-") == kind
    assert status in ("*", main.status if main else "-")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_field_has_its_words(case: Case) -> None:
    """Each quote stands at its span; kind, status, title and known places are always quoted, known days too."""
    for event in events_of(case.report, case.mentions):
        for name, quotes in event.evidence.items():
            for quote in quotes if isinstance(quotes, list) else []:
                assert case.report.body[quote["start"] : quote["end"]] == quote["quote"], name
                assert quote["report"] == case.report.id
        assert all(event.evidence[name] for name in ("kind", "status", "title", "date_reason", "status_reason"))
        assert bool(event.evidence["dates"]) == (event.start is not None or event.end is not None)
        assert bool(event.evidence["places"]) == (event.place is not None)


def test_a_report_tells_each_event_once() -> None:
    """Ids and titles of a report's events are distinct, and the same whenever it is read."""
    for case in CASES:
        events = events_of(case.report, case.mentions)
        assert len({event.id for event in events}) == len({event.title for event in events}) == len(events)
        assert [event.id for event in events] == [event.id for event in events_of(case.report, case.mentions)]


def test_a_point_is_lon_lat_with_its_radius() -> None:
    """One place makes a point with the place's radius, country and precision."""
    (event,) = read("An exercise was held in [[Kulob|s:Kulob]].")
    kulob = place("s", "Kulob")
    assert event.geometry == Point(kulob.lon, kulob.lat)
    assert (event.radius_km, event.country, event.location_precision) == (5.0, "TJ", "settlement")


def test_several_places_make_one_geometry_with_a_part_each() -> None:
    """Three ranges are one event at three points, described part by part; the radius is the largest."""
    (event,) = read("A drill ran at [[Lyaur|g:Lyaur]], [[Sambuli|g:Sambuli]] and [[Momirak|g:Momirak]].")
    assert isinstance(event.geometry, MultiPoint)
    parts = event.evidence["places"]
    assert [(p.x, p.y) for p in event.geometry.geoms] == [(p["lon"], p["lat"]) for p in parts]
    assert event.place == "Lyaur"
    assert parts[0]["reason"] == "as marked"


def test_a_border_is_a_line(atlas: Atlas) -> None:
    """An event on a border has the border's line, its pair and no radius; without borders, no geometry."""
    marked = "Guards clashed on the [[Tajik-Afghan border|l:AF-TJ]] on Monday."
    (event,) = read(marked, borders=atlas.borders)
    assert (event.border, event.location_precision, event.radius_km) == ("AF-TJ", "line", None)
    assert event.geometry is not None
    assert event.geometry.geom_type in ("LineString", "MultiLineString")
    assert event.geometry.distance(Point(68.78, 37.19)) < 0.1  # the bridge at Panji Poyon, degrees
    assert read(marked)[0].geometry is None


def test_an_unknown_village_is_shown_as_its_district() -> None:
    """A name that was refused keeps its name, and lies somewhere in the district it is said to be in."""
    body, mentions = unmark(
        "Guards clashed at the border in [[Bahor mahalla|v:x]] of the [[Bobojon district|d:Bobojon]]."
    )
    mentions[0] = Mention("Bahor mahalla", mentions[0].start, mentions[0].end, "place", Decision((), None, "not known"))
    (event,) = events_of(Report("r", "", body), mentions)
    assert event.place == "Bahor mahalla"
    assert event.radius_km == 30.0
    assert event.geometry == Point(place("d", "Bobojon").lon, place("d", "Bobojon").lat)
    assert "shown as Bobojon" in event.evidence["places"][0]["reason"]


def test_an_unknown_name_alone_has_no_geometry() -> None:
    """Without a district around it, an unknown name is a place without a position."""
    body, mentions = unmark("Guards clashed at the border near [[Xyzabad|v:x]].")
    mentions[0] = Mention("Xyzabad", mentions[0].start, mentions[0].end, "place", Decision((), None, "not known"))
    (event,) = events_of(Report("r", "", body), mentions)
    assert (event.place, event.geometry, event.location_precision) == ("Xyzabad", None, "unknown")


def test_actors_have_roles() -> None:
    """Host and partner of an exercise, two sides of a clash."""
    (exercise,) = read("Russian and Tajik troops held an exercise in [[Kulob|s:Kulob]].")
    roles = {a["name"]: a["role"] for a in exercise.evidence["actors"]}
    assert roles == {"Armed Forces of Russia": "partner", "Armed Forces of Tajikistan": "host"}
    (clash,) = read("Tajik border guards and Kyrgyz border guards clashed at the border.")
    assert [a["role"] for a in clash.evidence["actors"]] == ["side a", "side b"]


def test_the_reports_title_names_its_main_event() -> None:
    """The main event has the report's title; its evidence is the clause it is told in."""
    report = Report("r", "Drill ends", "KULOB, May 5. An exercise ended in Kulob, the ministry said.", language="en")
    (event,) = events_of(report, [])
    assert event.title == "Drill ends"
    assert event.evidence["title"][0]["quote"] == "An exercise ended in Kulob"


def test_source_is_kept() -> None:
    """Every event carries the source, address, licence and day of publication of its report."""
    report = Report(
        "r", "", "Guards clashed at the border.", date(2020, 1, 2), "en", "Asia-Plus", "https://a.tj", "CC0"
    )
    (event,) = events_of(report, [])
    assert (event.source_name, event.source_url, event.licence) == ("Asia-Plus", "https://a.tj", "CC0")
    assert event.published == date(2020, 1, 2)


def test_a_text_that_tells_nothing_has_no_events() -> None:
    """A cake recipe is no news."""
    assert read("Mix the flour with milk and bake it for an hour.") == []


def test_a_collection_of_points_and_lines(atlas: Atlas) -> None:
    """A place without coordinates comes last and makes no part of the geometry."""
    unknown = Place("Sarigor", "TJ", None, None, None, "unknown", kind="border_post")
    body, mentions = unmark("Guards clashed at [[Sarigor|p:x]] and [[Bahorak|p:Bahorak]] at the border.")
    first = mentions[0]
    mentions[0] = Mention(first.surface, first.start, first.end, "place", Decision((), unknown, "no position"))
    (event,) = events_of(Report("r", "", body), mentions, atlas.borders)
    assert event.place == "Sarigor"
    assert not isinstance(event.geometry, GeometryCollection | LineString)
    assert [p["name"] for p in event.evidence["places"]] == ["Bahorak", "Sarigor"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["An exercise", "clash", "учения", "перестрелка", "closed the border", "Kulob", "on Monday", "since 1992", ".", ",",
             "denied", "\n\n", "so far this year", "5 kg of heroin", "will", "T-72", "«", "(", "Poisk 2021", "не было"]
        ),
        min_size=1,
        max_size=40,
    )
)  # fmt: skip
def test_any_words_give_sound_events(words: list[str]) -> None:
    """Whatever the words, events are valid, quoted where they stand, and distinct."""
    body = "News. " + " ".join(words)
    kulob = Decision((), place("s", "Kulob"), "test")
    mentions = [Mention("Kulob", i, i + 5, "place", kulob) for i in range(len(body)) if body.startswith("Kulob", i)]
    report = Report("h", "", body, published=date(2024, 4, 16))
    events = events_of(report, mentions)
    assert len({event.id for event in events}) == len(events)
    for event in events:
        for quotes in event.evidence.values():
            for quote in quotes if isinstance(quotes, list) else []:
                assert body[quote["start"] : quote["end"]] == quote["quote"]


def test_a_date_without_days_leaves_the_event_undated() -> None:
    """A "yesterday" without a day of publication dates nothing."""
    body = "Guards clashed at the border yesterday."
    mention = DateMention("yesterday", 29, 38, None, None, "unknown")
    (event,) = build_events(Report("r", "", body), [], [mention])
    assert (event.start, event.end, event.date_precision) == (None, None, "unknown")

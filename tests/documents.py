"""A small project for the tests of what is kept, printed and cited: plain events, one of many words, hostile ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from shapely import Point, box

from geo.borders import load_borders
from geo.errors import InvalidRecord
from geo.records import Event, Report
from geo.store import Store
from tests import hostile
from tests.projects import answering

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = (
    "The weather was fine. Russian troops held an exercise at Kharb-Maidon from April 15 to 18, 2024. "
    "Nothing else happened. T-72 tanks of the 201st base took part."
)


def _quote(words: str) -> list[dict]:
    start = TEXT.index(words)
    return [{"report": "main", "start": start, "end": start + len(words), "quote": words}]


MAIN = Event(
    "main-event", "Exercise at Kharb-Maidon", "exercise", "completed", date(2024, 4, 15), date(2024, 4, 18), "day",
    actors=("201st base",), equipment=("T-72",), place="Kharb-Maidon", country="TJ", geometry=Point(69.16, 37.40),
    radius_km=25.0, location_precision="unknown", border="AF-TJ", border_km=20.0, source_name="Example News",
    source_url="https://example.org/report", licence="CC BY 4.0", published=date(2024, 4, 19),
    evidence={"places": [{"name": "Kharb-Maidon", "country": "TJ", "lat": 37.40, "lon": 69.16, "radius_km": 25.0,
                          "precision": "unknown", "derivation": "About 20 km from the border.", "source": "Test"}],
              "dates": _quote("from April 15 to 18, 2024"), "actors": _quote("201st base"), "equipment": _quote("T-72")},
)  # fmt: skip


def _plain(name: str, **values: object) -> Event:
    shared = {"status": "reported", "start": date(2024, 5, 1), "end": date(2024, 5, 31), "date_precision": "month", "place": "Kulob",
              "country": "TJ", "geometry": Point(69.78, 37.91), "radius_km": 10.0, "location_precision": "settlement",
              "source_name": "Example News", "source_url": "https://example.org/report", "published": date(2024, 4, 19)}  # fmt: skip
    return Event(name, f"Event {name}", "patrol", **{**shared, **values})


OTHERS = [
    _plain("month"),
    replace(_plain("open", start=date(2024, 6, 3), end=None, date_precision="day", radius_km=None), kind="border_closure",
            place="border", geometry=load_borders().line("AF-TJ"), location_precision="line", border="AF-TJ",
            evidence={"places": [{"name": "border", "precision": "line", "border": "AF-TJ", "lat": None, "lon": None}]}),
    _plain("undated", start=None, end=None, date_precision="unknown"),
    _plain("unplaced", geometry=None, radius_km=None, place=None),
    replace(_plain("area", start=date(2023, 1, 1), end=date(2023, 12, 31), date_precision="year", radius_km=120.0), kind="aid",
            geometry=box(68, 37, 69, 38), location_precision="region"),
]  # fmt: skip


def hostile_events() -> list[Event]:
    """Return an event per hostile text, with the text in every field that is shown."""
    found = []
    for number, text in enumerate(hostile.TEXTS.values()):
        place = {"name": text, "country": "TJ", "lat": 50 + number // 20, "lon": 20 + number % 20, "radius_km": 5.0,
                 "precision": "settlement", "derivation": text, "reason": text, "source": text}  # fmt: skip
        event = _plain(f"hostile-{number}", start=date(2020, 1, 1), end=date(2020, 1, 1), date_precision="day",
                       geometry=Point(place["lon"], place["lat"]), evidence={"places": [place], "date_reason": text})  # fmt: skip
        found.append(
            replace(event, title=text, place=text, actors=(text,), equipment=(text,), source_name=text, source_url=None)
        )
    return found


def fill(folder: Path) -> list[str]:
    """Make the project in a folder; return the hostile titles that the store did not refuse."""
    kept = []
    with Store(folder) as store:
        store.add(Report("main", "A report", TEXT, date(2024, 4, 19)), [MAIN, *OTHERS], now=NOW)
        for event in hostile_events():
            try:
                store.add(Report(event.id, "Hostile", f"A body: {event.title}"), [event], now=NOW)
            except InvalidRecord:
                continue
            kept.append(event.title)
    return kept


@contextmanager
def project(folder: Path) -> Iterator[list[str]]:
    """Fill a project and let the routes answer for it meanwhile; gives what `fill` returns."""
    titles = fill(folder)
    with answering(folder):
        yield titles

"""Bars finer and coarser than months, and the days of one event, asked as the browser asks them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shapely import Point

from dashboard import timeline
from dashboard.project import open_project
from geo.errors import InvalidQuery
from geo.query import Query
from geo.records import Event, Report
from tests.projects import showing

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def _event(name: str, start: date, end: date, precision: str = "day") -> Event:
    return Event(name, name, "exercise", "completed", start, end, precision, geometry=Point(69.0, 38.0), radius_km=5.0,
                 place=name, country="TJ", location_precision="settlement")  # fmt: skip


DAY = _event("day", date(2024, 4, 15), date(2024, 4, 15))
MONTH = _event("month", date(2024, 5, 1), date(2024, 5, 31), "month")


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Iterator[None]:
    """Let the routes answer for a small store made here."""
    with showing(tmp_path, [DAY, MONTH]):
        yield


def _bars(by: str, first: str = "2024-04-01", last: str = "2024-05-31", **more: str) -> list[timeline.Line]:
    return timeline.bars({"by": by, "first": first, "last": last, **more})["bins"]


def test_bars_come_by_the_unit_asked_for() -> None:
    """A month that is known as such is certain in its month, and possible in each of its weeks and days."""
    assert _bars("month") == [
        ["2024-04-01", "2024-04-30", "exercise", 1, 0],
        ["2024-05-01", "2024-05-31", "exercise", 1, 0],
    ]
    assert ["2024-04-15", "2024-04-21", "exercise", 1, 0] in _bars("week")
    assert len([line for line in _bars("day") if line[3:] == [0, 1]]) == 31
    assert _bars("year") == [["2024-01-01", "2024-12-31", "exercise", 2, 0]]


def test_only_bars_that_touch_the_stretch_are_sent() -> None:
    """What lies outside of what is looked at stays on the server."""
    assert _bars("month", last="2024-04-02") == [["2024-04-01", "2024-04-30", "exercise", 1, 0]]


def test_the_chosen_dates_do_not_change_the_bars() -> None:
    """The picture shows what lies around the dates, other filters hold."""
    assert _bars("month", **{"from": "2024-05-01"}) == _bars("month")
    assert _bars("month", kind="attack") == []


def test_new_events_are_in_the_bars() -> None:
    """What is kept is kept for one state of the project."""
    assert len(timeline.find_bars(Query(), by="month")) == 2
    june = _event("june", date(2024, 6, 3), date(2024, 6, 3))
    open_project().store.add(Report("s", "Two", "Another day."), [june], now=NOW)
    assert len(timeline.find_bars(Query(), by="month")) == 3


@pytest.mark.parametrize("params", [{}, {"first": "soon", "last": "2024-01-01"}, {"by": "hour"}])
def test_a_stretch_or_unit_that_is_none_is_refused(params: dict[str, str]) -> None:
    """The words say which value."""
    good = {"first": "2024-01-01", "last": "2024-02-01"} if "by" in params else {}
    with pytest.raises(InvalidQuery, match=r"first=|soon|hour"):
        timeline.bars({**good, **params})


def test_an_event_says_its_days() -> None:
    """First and last day for the mark on the axis; nothing of an unknown event."""
    assert timeline.event_days({"id": "month"}) == {"start": "2024-05-01", "end": "2024-05-31"}
    assert timeline.event_days({"id": "none"}) is None

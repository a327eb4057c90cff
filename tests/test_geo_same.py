"""Events of different reports proposed as one: the same kind, near in place and time, with what they tell differently."""

from dataclasses import replace
from datetime import date

import pytest
from shapely.geometry import Point

from geo.records import Event
from geo.same import propose_same, report_of, why_same

CLASH = Event(
    id="a",
    title="Shots near Tort-Kocho",
    kind="border_incident",
    status="completed",
    start=date(2022, 1, 27),
    end=date(2022, 1, 27),
    date_precision="day",
    actors=("Border Guard of Kyrgyzstan",),
    place="Tort-Kocho",
    country="KG",
    geometry=Point(70.75, 39.95),
    radius_km=3.0,
    location_precision="settlement",
    published=date(2022, 1, 28),
    evidence={"title": [{"report": "one", "start": 0, "end": 5, "quote": "Shots"}]},
)


def told(**changes: object) -> Event:
    """Return the clash as another report tells it."""
    evidence = {"title": [{"report": "two", "start": 0, "end": 5, "quote": "Clash"}]}
    return replace(CLASH, **({"id": "b", "evidence": evidence} | changes))


def test_two_reports_of_one_clash_are_proposed_as_one() -> None:
    """Kind, day and place agree; both events stay."""
    (proposal,) = propose_same([CLASH, told(kind="attack", place="Kok-Tash", geometry=Point(70.66, 39.97))])
    assert [event.id for event in proposal.events] == ["a", "b"]
    assert proposal.reasons == ("Same kind; the same day; 8 km apart.",)


def test_differing_claims_are_told_side_by_side() -> None:
    """Only what differs is listed, in the order of the events."""
    (proposal,) = propose_same([CLASH, told(status="denied", actors=("Border Guard of Tajikistan",))])
    assert proposal.differences() == {
        "status": ("completed", "denied"),
        "actors": (("Border Guard of Kyrgyzstan",), ("Border Guard of Tajikistan",)),
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "aid"},
        {"start": date(2022, 1, 30), "end": date(2022, 1, 30)},
        {"start": None, "end": None, "date_precision": "unknown"},
        {"place": "Isfana", "geometry": Point(69.52, 39.84)},
        {"main": False},
        {"evidence": CLASH.evidence},
        {"place": "Batken", "geometry": Point(70.6, 39.9), "radius_km": 150.0, "location_precision": "region"},
    ],
    ids=["kind", "days apart", "undated", "far", "background", "same report", "only a region"],
)
def test_what_is_not_alike_is_not_proposed(changes: dict[str, object]) -> None:
    """Another kind, day or place, a background event, a region, or the same report."""
    assert propose_same([CLASH, told(**changes)]) == []


def test_a_day_falls_into_a_month_told_elsewhere() -> None:
    """A coarse date agrees with a day inside it."""
    month = told(start=date(2022, 1, 1), end=date(2022, 1, 31), date_precision="month")
    assert why_same(CLASH, month) == "Same kind; one falls into the month of the other; both at Tort-Kocho."


def test_two_events_of_one_report_stay_apart() -> None:
    """A report that tells two clashes keeps both: only one of them joins the other report's."""
    second = told(id="c", start=date(2022, 1, 28), end=date(2022, 1, 28))
    proposals = propose_same([CLASH, told(), second])
    assert [len({report_of(e) for e in p.events}) == len(p.events) for p in proposals] == [True]


def test_an_event_without_quotes_is_named_by_its_source() -> None:
    """Imported rows have no report; their address or source stands for it."""
    assert report_of(replace(CLASH, evidence={}, source_url="https://example.org/1")) == "https://example.org/1"
    assert report_of(replace(CLASH, evidence={})) == "a"

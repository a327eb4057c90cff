"""The chips that say which filters are in force."""

from datetime import date

from dashboard.chips import LABELS, chips
from geo.query import Query


def test_chips_say_every_filter_in_words() -> None:
    """What is in force can be read, and removed one by one."""
    query = Query(
        start=date(2024, 4, 1),
        end=date(2024, 4, 30),
        kinds=("exercise",),
        not_statuses=("denied",),
        datasets=("mine",),
        border="AF-TJ",
        within_km=20.0,
        border_from_km=100.0,
        border_to_km=1200.0,
        possible=False,
    )
    assert chips(query) == [
        {"key": "dates", "text": "1–30 April 2024"},
        {"key": "kind=exercise", "text": "Exercise"},
        {"key": "not_status=denied", "text": "Not: Denied", "tone": "not"},
        {"key": "dataset=mine", "text": "mine"},
        {"key": "border", "text": "Within 20 km of Afghanistan – Tajikistan"},
        {"key": "stretch", "text": "km 100–1,200 along the border"},
        {"key": "possible", "text": "Without possible matches"},
    ]


def test_a_drawn_area_has_a_chip() -> None:
    """It is removed as a whole."""
    area = ((66.5, 36.2), (71.0, 37.0), (69.0, 39.5))
    assert chips(Query(area=area)) == [{"key": "area", "text": "Inside a drawn area"}]


def test_no_filter_has_no_chip() -> None:
    """At rest the line of chips is empty."""
    assert chips(Query()) == []


def test_every_list_of_values_has_chips() -> None:
    """What can be chosen or left out can be removed again."""
    lists = {field for field in Query.__dataclass_fields__ if getattr(Query(), field) == ()}
    assert {*LABELS, *(f"not_{field}" for field in LABELS)} == lists


def test_a_stretch_of_a_border_may_be_open_on_one_side() -> None:
    """Its words say which."""
    along = {"border": "AF-TJ", "within_km": 5.0}
    assert chips(Query(**along, border_from_km=100.0))[1]["text"] == "Beyond km 100 along the border"
    assert chips(Query(**along, border_to_km=50.0))[1]["text"] == "Up to km 50 along the border"

"""Dates, places and distances in plain words."""

from datetime import date

import pytest
from shapely import Point

from dashboard.words import border_distance, dates, days, extent, kilometres, plain, range_of
from geo.records import Event


def test_days_of_one_month_name_it_once() -> None:
    """A span reads as people write it."""
    assert days(date(2024, 4, 15), date(2024, 4, 18)) == "15–18 April 2024"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2024, 4, 15), date(2024, 4, 15), "15 April 2024"),
        (date(2024, 4, 30), date(2024, 5, 2), "30 April – 2 May 2024"),
        (date(2023, 12, 30), date(2024, 1, 2), "30 December 2023 – 2 January 2024"),
    ],
)
def test_days_name_what_differs(start: date, end: date, words: str) -> None:
    """Month and year are repeated only where they differ."""
    assert days(start, end) == words


@pytest.mark.parametrize(
    ("start", "end", "precision", "words"),
    [
        (None, None, "unknown", "Date not known"),
        (date(2024, 4, 1), date(2024, 4, 30), "month", "April 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "year", "2024"),
        (date(1992, 1, 1), None, "year", "Since 1992"),
        (date(2024, 3, 5), None, "day", "Since 5 March 2024"),
        (None, date(2024, 4, 30), "month", "Until April 2024"),
        (date(2023, 11, 1), date(2024, 2, 29), "month", "November 2023 – February 2024"),
        (date(2024, 4, 15), date(2024, 4, 21), "week", "15–21 April 2024"),
    ],
)
def test_dates_claim_no_more_than_is_known(start: date | None, end: date | None, precision: str, words: str) -> None:
    """A month is written as a month, an open end as open."""
    assert dates(start, end, precision) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2024, 4, 1), date(2024, 4, 30), "1–30 April 2024"),
        (date(2024, 4, 1), None, "From 1 April 2024"),
        (None, date(2024, 4, 30), "Until 30 April 2024"),
    ],
)
def test_a_filter_range_is_written_out(start: date | None, end: date | None, words: str) -> None:
    """The chip of the date filter says its days."""
    assert range_of(start, end) == words


@pytest.mark.parametrize(
    ("km", "words"), [(0.05, "less than 1 km"), (0.6, "0.6 km"), (2.0, "2 km"), (19.6, "20 km"), (1344.2, "1,344 km")]
)
def test_kilometres_have_as_many_digits_as_they_deserve(km: float, words: str) -> None:
    """Near distances keep a decimal, far ones do not."""
    assert kilometres(km) == words


def test_a_place_without_published_coordinates_says_so() -> None:
    """The radius is a statement, not a decoration."""
    place = {"precision": "unknown", "radius_km": 25.0, "derivation": "About 20 km from the border."}
    assert extent(place) == "Somewhere within 25 km of this point; no coordinates are published."


def test_a_border_line_is_somewhere_along_it() -> None:
    """A line is never a point."""
    words = extent({"precision": "line", "radius_km": None}, "Afghanistan – Tajikistan border")
    assert words == "Somewhere along the Afghanistan – Tajikistan border; the report names no point on it."


@pytest.mark.parametrize(
    ("within_km", "words"),
    [
        (20.0, "About 20 km from the border with Afghanistan (cannot tell whether within 20 km)."),
        (60.0, "About 20 km from the border with Afghanistan, give or take 25 km."),
        (None, "About 20 km from the border with Afghanistan, give or take 25 km."),
    ],
)
def test_a_distance_says_whether_it_settles_the_limit(within_km: float | None, words: str) -> None:
    """When the radius straddles the limit of the filter, nobody can tell."""
    event = Event("x", "x", "exercise", "completed", geometry=Point(69, 37), radius_km=25, border="AF-TJ", border_km=20)
    assert border_distance(event, "border with Afghanistan", within_km) == words


def test_plain_text_has_no_controls_directions_or_line_breaks() -> None:
    """A right-to-left override cannot turn the words beside it, a NUL cannot cut them."""
    assert plain("safe \u202egnp.exe\u202c\n a\x00b\u2066") == "safe gnp.exe a\ufffdb"


def test_plain_text_is_cut_to_a_length() -> None:
    """A megabyte of title is a line on the screen."""
    assert len(plain("x" * 1_000_000)) == 240
    assert plain("x" * 300, limit=10) == "x" * 9 + "…"

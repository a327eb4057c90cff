"""Properties of dates: every way of writing a day is read back, and no text breaks the reading."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.dates import find_dates
from geo.records import DATE_PRECISIONS

_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EN_SHORT = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_RU = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_RU_SHORT = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _suffix(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


STYLES: dict[str, Callable[[date], str]] = {
    "15 April 2024": lambda d: f"{d.day} {_EN[d.month - 1]} {d.year}",
    "April 15, 2024": lambda d: f"{_EN[d.month - 1]} {d.day}, {d.year}",
    "April 15 2024": lambda d: f"{_EN[d.month - 1]} {d.day} {d.year}",
    "April 15th, 2024": lambda d: f"{_EN[d.month - 1]} {d.day}{_suffix(d.day)}, {d.year}",
    "15th of April 2024": lambda d: f"{d.day}{_suffix(d.day)} of {_EN[d.month - 1]} {d.year}",
    "Sept. 14, 2016": lambda d: f"{_EN_SHORT[d.month - 1]} {d.day}, {d.year}",
    "Monday, April 15, 2024": lambda d: f"{_WEEKDAYS[d.weekday()]}, {_EN[d.month - 1]} {d.day}, {d.year}",
    "Monday 15 April 2024": lambda d: f"{_WEEKDAYS[d.weekday()]} {d.day} {_EN[d.month - 1]} {d.year}",
    "15-Apr-2024": lambda d: f"{d.day}-{_EN[d.month - 1][:3]}-{d.year}",
    "2024-04-15": date.isoformat,
    "15.04.2024": lambda d: f"{d:%d.%m.%Y}",
    "Monday, 04/15/2024": lambda d: f"{_WEEKDAYS[d.weekday()]}, {d:%m/%d/%Y}",
    "15 апреля 2024 года": lambda d: f"{d.day} {_RU[d.month - 1]} {d.year} года",
    "15 апреля 2024 г": lambda d: f"{d.day} {_RU[d.month - 1]} {d.year} г",
    "15 апр 2024": lambda d: f"{d:%d} {_RU_SHORT[d.month - 1]} {d.year}",
    "15-го апреля 2024": lambda d: f"{d.day}-го {_RU[d.month - 1]} {d.year}",
}
DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))
PUBLISHED = st.none() | st.dates()
FRAGMENTS = st.sampled_from(
    "May 5 , . - – from to between and in on of the since until last next week Monday Wednesday, 03/09/2022 2021 "
    "15-18 April с по в ночь на 4 мая года до назад три дня 15.04 2S3 T-72 $ 330 ( ) said that overnight \n \n\n "
    "DUSHANBE, September 19. two days later same day 1990s Q3 a few ago today сегодня, so far this month".split(" ")
)


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=60, deadline=None)
@given(day=DAYS, published=PUBLISHED)
@example(day=date(2024, 2, 29), published=None)
@example(day=date(2022, 3, 9), published=date(1990, 1, 1))
def test_any_day_in_any_style_is_read_back(style: str, day: date, published: date | None) -> None:
    """A full date in any of the styles is found whole, with its day, whatever the day of publication."""
    written = STYLES[style](day)
    text = f"Shots were fired there on {written} at 17:05."
    (found,) = find_dates(text, published=published)
    if (
        style == "Monday, 04/15/2024"
        and day.day <= 12
        and (day.replace(month=day.day, day=day.month)).weekday() == day.weekday()
    ):
        return  # both readings fall on that weekday: nothing settles the order
    assert (found.text, found.date_start, found.date_end, found.precision) == (written, day, day, "day")


@settings(max_examples=200, deadline=None)
@given(first=DAYS, length=st.integers(1, 300))
def test_any_range_is_read_back(first: date, length: int) -> None:
    """A range of two full dates, and of two days whose year is written once, keeps both ends."""
    last = first + timedelta(length)
    full = f"It ran from {_EN[first.month - 1]} {first.day}, {first.year} to {_EN[last.month - 1]} {last.day}, {last.year}."
    (found,) = find_dates(full, published=None)
    assert (found.date_start, found.date_end) == (first, last)
    once = f"Учения прошли с {first.day} {_RU[first.month - 1]} по {last.day} {_RU[last.month - 1]} {last.year} года."
    (found,) = find_dates(once, published=None, language="ru")
    assert (found.date_start, found.date_end) == (first, last)


@settings(max_examples=200, deadline=None)
@given(published=st.dates(date(1950, 1, 1), date(2049, 12, 31)), back=st.integers(0, 180))
def test_day_without_a_year_is_the_last_one(published: date, back: int) -> None:
    """A past day without a year is the latest one on or before publication."""
    day = published - timedelta(back)
    (found,) = find_dates(f"Shots were fired on {_EN[day.month - 1]} {day.day}.", published=published)
    assert found.date_start == day


@settings(max_examples=200, deadline=None)
@given(published=st.dates(date(1950, 1, 1), date(2049, 12, 31)), back=st.integers(0, 6))
def test_weekday_is_the_last_one(published: date, back: int) -> None:
    """A weekday in the past is the latest one on or before publication."""
    day = published - timedelta(back)
    (found,) = find_dates(f"Shots were fired on {_WEEKDAYS[day.weekday()]}.", published=published)
    assert found.date_start == day


def _check(text: str, published: date | None, language: str) -> None:
    end = 0
    for mention in find_dates(text, published=published, language=language):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert mention.precision in DATE_PRECISIONS
        assert mention.role in ("event", "since", "reported", "stamp")
        assert (mention.precision == "unknown") == (mention.date_start is None and mention.date_end is None)
        assert mention.reason.startswith(f'"{mention.text}", ')
        end = mention.end


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=300), published=PUBLISHED, language=st.sampled_from(["en", "ru"]))
def test_any_text_is_read_without_error(text: str, published: date | None, language: str) -> None:
    """Any text gives sorted, disjoint mentions with exact spans."""
    _check(text, published, language)


@settings(max_examples=600, deadline=None)
@given(words=st.lists(FRAGMENTS, max_size=24), published=PUBLISHED, language=st.sampled_from(["en", "ru"]))
def test_any_heap_of_date_words_is_read_without_error(words: list[str], published: date | None, language: str) -> None:
    """Date words in any order give sorted, disjoint mentions with exact spans."""
    _check(" ".join(words), published, language)


@settings(max_examples=200, deadline=None)
@given(words=st.lists(FRAGMENTS, max_size=16))
def test_without_any_year_nothing_is_invented(words: list[str]) -> None:
    """Without a day of publication and without a year in the text, no date gets days."""
    text = " ".join(w for w in words if not any(c.isdigit() for c in w) or len(w) < 4)
    for mention in find_dates(text, published=None):
        assert mention.date_start is None
        assert mention.date_end is None

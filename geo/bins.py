"""The bars of a histogram: days, weeks, months or years of the calendar, without gaps."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from geo.errors import InvalidQuery

BINS = ("day", "week", "month", "year")
MAX_BINS = 150_000  # every month that Python's calendar has; days for 400 years


class Bin(NamedTuple):
    """The events of one kind in one bar of the histogram; `start` and `end` are its first and last day."""

    start: date
    end: date
    kind: str
    shown: int
    possible: int


class Stretch(NamedTuple):
    """The events of one kind along one stretch of a border (from `at_km` on) in one bin of time."""

    at_km: float
    start: date
    end: date
    kind: str
    shown: int
    possible: int


def check_bins(by: str) -> None:
    """Raise InvalidQuery unless there are such bins."""
    if by not in BINS:
        raise InvalidQuery(f"A histogram has no bins by {by!r}; expected one of {', '.join(BINS)}.")


def make_bins(first: date, last: date, *, by: str) -> list[tuple[date, date]]:
    """
    Return the first and last day of every bin from the one that holds `first` to the one that holds `last`.

    Raises
    ------
    InvalidQuery
        When there would be more than `MAX_BINS`.
    """
    days = {"day": 1, "week": 7, "month": 28, "year": 365}[by]
    if (last - first).days // days > MAX_BINS:
        raise InvalidQuery(f"Bins by {by} from {first} to {last} are more than {MAX_BINS}; expected a longer bin.")
    bins, start = [], _bin_start(first, by)
    while start <= last:
        end = _bin_end(start, by)
        bins.append((start, end))
        if end == date.max:
            break
        start = end + timedelta(days=1)
    return bins


def cut_bins(bins: list[tuple[date, date]], within: tuple[date, date] | None) -> dict[date, date]:
    """Return first day to last day of the bins that touch these days, first and last; None: of all."""
    first, last = within or (date.min, date.max)
    return {start: end for start, end in bins if end >= first and start <= last}


def _bin_start(day: date, by: str) -> date:
    if by == "week":
        return day - timedelta(days=min(day.weekday(), (day - date.min).days))
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[by]


def _bin_end(start: date, by: str) -> date:
    if by == "year":
        return start.replace(month=12, day=31)
    if by == "month":
        return start.replace(day=monthrange(start.year, start.month)[1])
    return start + timedelta(days=min(6 - start.weekday() if by == "week" else 0, (date.max - start).days))

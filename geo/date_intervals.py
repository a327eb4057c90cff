"""Intervals: ranges, "until", "since", "as of", and nights, from the days of their ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from geo.date_calendar import Context, Days, calendar_span, resolve_part, settle_numeric, unknown
from geo.date_grammar import Expression
from geo.date_parts import Part

_COARSENESS = ("day", "week", "month", "year")
_DAY = timedelta(1)


def resolve(expression: Expression, context: Context) -> Days:
    """Return the days of an expression: one part, a range, or an interval with one open end."""
    how = expression.how
    try:
        if how == "range" and expression.last is not None:
            return _range(expression.first, expression.last, context)
        until = how in ("until", "by", "before") or (how == "night" and _is_tomorrow(expression.first, context))
        days = resolve_part(expression.first, replace(context, until=until))
        if how == "single" or days.start is None or days.end is None:
            return days
        return _open(how, days.start, days.end, days, context)
    except (OverflowError, ValueError):
        return unknown("outside the calendar")


def _is_tomorrow(part: Part, context: Context) -> bool:
    """Tell whether «в ночь на понедельник» was written on a Sunday."""
    day = context.anchor.day
    return day is not None and part.shape == "weekday" and part.weekday == (day.weekday() + 1) % 7


def _open(how: str, start: date, end: date, days: Days, context: Context) -> Days:
    """Turn days into the interval that "until", "since" or "the night to" makes of them."""
    anchor = context.anchor.day
    if how == "as_of":
        how = "counted" if anchor is None or end <= anchor else "since"
    if how == "since" and anchor is not None and _is_running(days, start, end, anchor):
        reason = f"from the start of the {days.precision} to {context.anchor.words}"
        return Days(start, anchor, days.precision, reason)
    if how == "week":
        monday = start - timedelta(start.weekday())
        return Days(monday, monday + timedelta(6), "week", f"the week around it; {days.reason}")
    made: dict[str, tuple[date | None, date | None, str]] = {
        "night": (start - _DAY, end, "the night before it and the day itself"),
        "until": (None, end, "only the end is said"),
        "by": (None, end, "only the end is said"),
        "before": (None, start - _DAY, "only the end is said, the day before"),
        "after": (end + _DAY, None, "only the start is said, the day after"),
        "counted": (None, end, "what had happened by that day"),
        "since": (start, None, "an interval opens"),
    }
    first, last, words = made[how]
    return Days(first, last, days.precision, f"{words}; {days.reason}")


def _is_running(days: Days, start: date, end: date, anchor: date) -> bool:
    """Tell whether «с начала 2021 года», read in 2021, counts up to the day it was written."""
    if days.precision == "year":
        return start.year == anchor.year and (start.month, start.day) == (1, 1) and end.month < 12
    same_month = (start.year, start.month) == (anchor.year, anchor.month)
    return days.precision == "month" and same_month and (start.day, end.day) == (1, 10)


def _range(first: Part, last: Part, context: Context) -> Days:
    """Return the days from one part to another; the end that has no year takes it from the other."""
    first, last = _plain(first, context), _plain(last, context)
    if first.shape == last.shape == "calendar":
        a, b = _calendar_ends(first, last, context)
    elif first.shape == last.shape == "weekday":
        a, b = _weekday_ends(first, last, context)
    else:
        a, b = resolve_part(first, context), resolve_part(last, replace(context, until=True))
    if a.start is None or b.end is None:
        return unknown((a if a.start is None else b).reason)
    if a.start > b.end:
        return unknown(f"it would end on {b.end} before it starts on {a.start}")
    return Days(a.start, b.end, max(a.precision, b.precision, key=_COARSENESS.index), a.reason)


def _weekday_ends(first: Part, last: Part, context: Context) -> tuple[Days, Days]:
    """Let "from Monday to Friday" end on the Friday after its Monday."""
    a = resolve_part(first, context)
    if a.start is None or last.weekday is None:
        return a, a
    end = a.start + timedelta((last.weekday - a.start.weekday()) % 7)
    return a, Days(end, end, "day", a.reason)


def _plain(part: Part, context: Context) -> Part:
    """Turn a numeric date into a calendar one."""
    day = settle_numeric(part, context)[0] if part.shape == "numeric" else None
    if day is None:
        return part
    return replace(part, shape="calendar", year=day.year, months=(day.month, day.month), days=(day.day, day.day))


def _has_year(part: Part) -> bool:
    return part.year is not None or part.year_shift is not None or part.same_year or part.shift is not None


def _calendar_ends(first: Part, last: Part, context: Context) -> tuple[Days, Days]:
    if not _has_year(first) and _has_year(last):
        b = resolve_part(last, context)
        if b.end is None:
            return b, b
        spans = (calendar_span(first, year) for year in (b.end.year, b.end.year - 1))
        begin = next((s for s in spans if s is not None and s[0] <= b.end), None)
        return (unknown("no such day in the calendar") if begin is None else Days(*begin, first.precision, b.reason)), b
    a = resolve_part(first, context)
    if _has_year(last) or a.start is None:
        return a, resolve_part(last, context)
    spans = (calendar_span(last, a.start.year + step) for step in (0, 1))
    finish = next((s for s in spans if s is not None and s[1] >= a.start), None)
    return a, (unknown("no such day in the calendar") if finish is None else Days(*finish, last.precision, a.reason))

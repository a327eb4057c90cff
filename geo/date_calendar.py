"""The calendar behind date expressions: which days a part means, given an anchor; unknown stays unknown."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from geo.date_parts import Part

_MONTHS = "January February March April May June July August September October November December".split()
_DAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Without a cue a day without a year is past, unless it lies this close ahead and its last time is half a year ago:
# reports give the year of what is farther away. "Until" looks further; a verb in the past allows a time zone's day.
_AHEAD_DAYS = {"": 31, "until": 92, "past": 1}
_HALF_YEAR = 182


@dataclass(frozen=True, slots=True)
class Anchor:
    """What unwritten parts of a date follow from. `day` and `words` name it; `year` alone when only that is known."""

    day: date | None = None
    words: str = ""
    year: int | None = None
    year_words: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """Resolved days (inclusive) and why; both None with precision unknown when an anchor is missing."""

    start: date | None
    end: date | None
    precision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """
    What stands around an expression.

    Attributes
    ----------
    direction
        "past", "ahead" or "": what the verbs of the sentence say.
    until
        Whether it ends an interval ("until", "by"), which looks ahead.
    previous
        The last event day before it in the text, for "a day later"; with the words that gave it.
    """

    anchor: Anchor
    direction: str = ""
    until: bool = False
    previous: Days | None = None
    previous_words: str = ""
    language: str = "en"


def unknown(reason: str) -> Days:
    """Days that cannot be known, and why."""
    return Days(None, None, "unknown", reason)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def calendar_span(part: Part, year: int) -> tuple[date, date] | None:
    """Return the first and last day of a calendar part in a year; None when that year has no such day (29 February)."""
    (first_month, last_month), (first, last) = part.months, part.days
    end_year = year + part.years - 1 + (last_month < first_month)
    if not 1 <= year <= 9999 or not 1 <= end_year <= 9999:
        return None
    start_of_last = _month_end(end_year, last_month)
    first_length = _month_end(year, first_month).day
    first_day = first if first > 0 else first_length + first
    last_day = last or start_of_last.day
    if first_day > first_length or last_day > start_of_last.day:
        return None
    return date(year, first_month, first_day), date(end_year, last_month, last_day)


def _count(number: int, unit: str) -> str:
    word = _NUMBERS[number] if 0 < number < len(_NUMBERS) else str(number)
    return f"{word} {unit}{'' if number == 1 else 's'}"


# --- days of the calendar without a year ----------------------------------------------------------------------------


def _spans(part: Part, anchor: date) -> Iterator[tuple[date, date]]:
    """Yield a part's days in the years around an anchor; eight cover 29 February and the next match of a weekday."""
    far = 8 if part.weekday is not None or part.days == (29, 29) else 2
    for year in range(anchor.year - far, anchor.year + far + 1):
        span = calendar_span(part, year) if 1 <= year <= 9999 else None
        if span is not None and (part.weekday is None or span[0].weekday() == part.weekday):
            yield span


def _nearest(part: Part, anchor: date, context: Context) -> tuple[tuple[date, date], str] | None:
    """Choose the year: the latest time on or before the anchor, or the next one ahead, with the reason."""
    spans = list(_spans(part, anchor))
    past = max((s for s in spans if s[0] <= anchor), default=None)
    ahead = min((s for s in spans if s[1] >= anchor), default=None)
    if past is None or ahead is None or part.today is not None:
        near = min(spans, key=lambda s: abs((s[0] - anchor).days), default=None)
        return None if near is None else (near, "no year given: the nearest to")
    if context.direction == "ahead":
        return ahead, "no year given, and still ahead in the sentence: the first on or after"
    limit = _AHEAD_DAYS["until" if context.until else context.direction]
    if (ahead[0] - anchor).days <= limit and (anchor - past[0]).days > _HALF_YEAR:
        return ahead, "no year given: the nearest to"
    return past, "no year given: the latest on or before"


def _by_direction(part: Part, anchor: date) -> tuple[tuple[date, date], str] | None:
    """Resolve "last August", "this October", "next spring"."""
    spans = list(_spans(replace(part, shift=None), anchor))
    if part.shift == -1:
        span, which = max((s for s in spans if s[1] < anchor), default=None), "the last one before"
    elif part.shift == 1:
        span, which = min((s for s in spans if s[0] > anchor), default=None), "the next one after"
    else:
        span, which = next((s for s in spans if s[0].year == anchor.year), None), "in the year of"
    return None if span is None else (span, which)


def _calendar(part: Part, context: Context) -> Days:
    anchor = context.anchor
    if part.year is not None:
        return _in_year(part, part.year, "written in full" if part.precision == "day" else "the period as written")
    if part.same_year:
        return _in_same_year(part, context)
    if anchor.day is None:
        return _by_year_only(part, anchor)
    if part.year_shift is not None:
        return _in_year(part, anchor.day.year + part.year_shift, f"the year counted from {anchor.words}")
    chosen = _by_direction(part, anchor.day) if part.shift is not None else _nearest(part, anchor.day, context)
    if chosen is None:
        return unknown(f"no year near {anchor.words} has such a day")
    span, which = chosen
    with_weekday = " that is a " + _DAY_NAMES[part.weekday] if part.weekday is not None else ""
    return Days(*span, part.precision, f"{which} {anchor.words}{with_weekday}")


def _in_same_year(part: Part, context: Context) -> Days:
    if context.previous is None or context.previous.start is None:
        return unknown("in the year of another date, and none stands before it")
    return _in_year(part, context.previous.start.year, f"in the year of {context.previous_words}")


def _by_year_only(part: Part, anchor: Anchor) -> Days:
    if anchor.year is not None and part.year_shift is None and part.shift is None:
        return _in_year(part, anchor.year, f"no year given: {anchor.year_words}")
    return unknown("no year is given, and neither the publication day nor another date of the text tells it")


def _in_year(part: Part, year: int, reason: str) -> Days:
    span = calendar_span(part, year)
    if span is None:
        return unknown(f"{_MONTHS[part.months[0] - 1]} {year} has no day {part.days[0]}")
    if part.weekday is not None and part.has_day and span[0].weekday() != part.weekday:
        reason += f"; the text calls it a {_DAY_NAMES[part.weekday]}, but it is a {_DAY_NAMES[span[0].weekday()]}"
    return Days(*span, part.precision, reason)


# --- numeric dates ---------------------------------------------------------------------------------------------------


def _as_date(reading: tuple[int, int, int]) -> date | None:
    year, month, day = reading
    return date(year, month, day) if day <= _month_end(year, month).day else None


def settle_numeric(part: Part, context: Context) -> tuple[date | None, str]:
    """Choose between day-first and month-first: by the calendar, the weekday, the language, the anchor; else refuse."""
    days = [d for d in map(_as_date, part.readings) if d is not None]
    if not days:
        return None, "no such day in the calendar"
    if len(days) == 1:
        return days[0], "written in full"
    order = {days[0]: "day first", days[1]: "month first"}
    by_weekday = [d for d in days if d.weekday() == part.weekday]
    if len(by_weekday) == 1:
        return by_weekday[0], f"{order[by_weekday[0]]}, as {by_weekday[0]} is a {_DAY_NAMES[by_weekday[0].weekday()]}"
    if context.language == "ru":
        return days[0], "day first, as in Russian"
    anchor = context.anchor.day
    past = [d for d in days if anchor is not None and d <= anchor]
    # Farther back than a year both readings are equally likely.
    if anchor is not None and past and (anchor - max(past)).days <= 366:
        return max(past), f"{order[max(past)]}: the latest reading on or before {context.anchor.words}"
    return None, f"either {days[0]} (day first) or {days[1]} (month first), and nothing settles which"


def _numeric(part: Part, context: Context) -> Days:
    day, reason = settle_numeric(part, context)
    return unknown(reason) if day is None else Days(day, day, "day", reason)


# --- days counted from the anchor ------------------------------------------------------------------------------------


def _known(context: Context) -> date:
    """The anchor's day; `resolve_part` asks for it only when it is there."""
    if context.anchor.day is None:
        raise ValueError("No anchor day is known.")
    return context.anchor.day


def _weekday(part: Part, context: Context) -> Days:
    day, words, shift = _known(context), context.anchor.words, part.shift
    weekday = part.weekday or 0
    back, forth = (day.weekday() - weekday) % 7, (weekday - day.weekday()) % 7
    ahead = context.direction == "ahead" or (context.direction != "past" and (context.until or shift == 0))
    if part.unit == "week":
        found = day - timedelta(day.weekday()) + timedelta(7 * (shift or 0) + weekday)
        which = "in the week counted from"
    elif shift == -1:
        found, which = day - timedelta(back or 7), "the last one before"
    elif shift == 1:
        found, which = day + timedelta(forth or 7), "the next one after"
    elif ahead:
        found, which = day + timedelta(forth), "the first on or after"
    else:
        found, which = day - timedelta(back), "the latest on or before"
    return Days(found, found, "day", f"{which} {words}")


def _relative_day(part: Part, context: Context) -> Days:
    day, words, shift = _known(context), context.anchor.words, part.shift or 0
    if part.bound == "night":
        return Days(day - timedelta(1), day, "day", f"the night to {words}")
    found = day + timedelta(shift)
    if shift == 0:
        return Days(found, found, "day", f"the day of {words}")
    return Days(found, found, "day", f"{_count(abs(shift), 'day')} {'before' if shift < 0 else 'after'} {words}")


def _shift_month(day: date, months: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _unit_span(unit: str, day: date, shift: int) -> tuple[date, date]:
    """Return the calendar week, weekend, month, quarter or year that lies `shift` units from the one with a day."""
    if unit in ("week", "weekend"):
        monday = day - timedelta(day.weekday()) + timedelta(7 * shift)
        return monday + timedelta(5 if unit == "weekend" else 0), monday + timedelta(6)
    if unit == "year":
        return date(day.year + shift, 1, 1), date(day.year + shift, 12, 31)
    if unit == "quarter":
        year, month = _shift_month(date(day.year, 3 * ((day.month - 1) // 3) + 1, 1), 3 * shift)
        return date(year, month, 1), _month_end(year, month + 2)
    if unit == "month":
        year, month = _shift_month(day, shift)
        return date(year, month, 1), _month_end(year, month)
    return day + timedelta(shift), day + timedelta(shift)


_PRECISION = {"weekend": "week", "quarter": "month"}


def _third(start: date, end: date, bound: str) -> tuple[date, date]:
    """Cut a period in three: early, mid, late (a month at its 10th and 20th day, a year at its 4th and 8th month)."""
    length = (end - start).days + 1
    first, second = (10, 20) if length <= 31 else (length // 3, 2 * length // 3)
    if length <= 7:
        return start, end
    cuts = {
        "early": (start, start + timedelta(first - 1)),
        "mid": (start + timedelta(first), start + timedelta(second - 1)),
        "late": (start + timedelta(second), end),
    }
    return cuts.get(bound, (start, end))


def _relative_unit(part: Part, context: Context) -> Days:
    day, words = _known(context), context.anchor.words
    shift = part.shift or 0
    if part.unit == "weekend" and shift == 0 and context.direction == "past" and day.weekday() < 5:
        shift = -1  # "were killed at the weekend", read on a weekday
    start, end = _unit_span(part.unit, day, shift)
    precision = _PRECISION.get(part.unit, part.unit)
    which = {-1: "before", 0: "of", 1: "after"}[shift]
    reason = f"the {part.unit} {which} {words}"
    if part.bound in ("to_date", "earlier"):
        return Days(
            start, max(start, min(end, day)), precision, f"from {start}, the start of its {part.unit}, to {words}"
        )
    if part.bound == "later":
        return Days(min(day, end), end, precision, f"from {words} to {end}, the end of its {part.unit}")
    start, end = _third(start, end, part.bound)
    return Days(start, end, precision, f"the {part.bound} part of {reason}" if part.bound else reason)


def _rolling(part: Part, context: Context) -> Days:
    day = _known(context)
    size = 7 if part.unit == "week" else 30
    return Days(day - timedelta(size), day, part.unit, f"the {size} days up to {context.anchor.words}")


def _ago(part: Part, context: Context) -> Days:
    day, words = _known(context), context.anchor.words
    if part.shift is None:
        return unknown(f"some {part.unit}s ago: the number is not said")
    start, end = _unit_span(part.unit, day, part.shift)
    where = "" if part.unit == "day" else f"the calendar {part.unit} "
    return Days(start, end, part.unit, f"{where}{_count(-part.shift, part.unit)} before {words}")


def _day_of_month(part: Part, context: Context) -> Days:
    day = _known(context)
    number, ahead = part.days[0], context.direction == "ahead"
    for step in range(12):
        year, month = _shift_month(day, step if ahead else -step)
        if number <= _month_end(year, month).day:
            found = date(year, month, number)
            if (found >= day) if ahead else (found <= day):
                side = "first on or after" if ahead else "latest on or before"
                return Days(found, found, "day", f"no month given: the {side} {context.anchor.words}")
    return unknown("no month near the publication has such a day")


def _later(part: Part, context: Context) -> Days:
    base, words = context.previous, context.previous_words
    coarse = part.unit in ("month", "year")
    if base is None or base.start is None or base.end is None or (base.precision != "day" and not coarse):
        return unknown("counted from another day of the text, and no such day stands before it")
    if part.shift is None:
        return unknown(f"some {part.unit}s from {words}: the number is not said")
    if part.shift == 0 and part.unit == "day" and base.start != base.end:
        return unknown(f"the same day as {words}, which are several days")
    start, end = _unit_span(part.unit, base.end if part.shift > 0 else base.start, part.shift)
    if part.shift == 0:
        return Days(start, end, part.unit, f"the same {part.unit} as {words}")
    side = "after" if part.shift > 0 else "before"
    return Days(start, end, part.unit, f"{_count(abs(part.shift), part.unit)} {side} {words}")


_WITH_ANCHOR: dict[str, Callable[[Part, Context], Days]] = {
    "weekday": _weekday,
    "relative_day": _relative_day,
    "relative_unit": _relative_unit,
    "rolling": _rolling,
    "ago": _ago,
    "day_of_month": _day_of_month,
}
_WITHOUT_ANCHOR: dict[str, Callable[[Part, Context], Days]] = {
    "calendar": _calendar,
    "numeric": _numeric,
    "later": _later,
}


def resolve_part(part: Part, context: Context) -> Days:
    """Return the days a part means. Null dates and precision unknown when what it counts from is not known."""
    try:
        if part.shape in _WITHOUT_ANCHOR:
            return _WITHOUT_ANCHOR[part.shape](part, context)
        if context.anchor.day is None:
            return unknown("counted from a day of publication that is not known")
        return _WITH_ANCHOR[part.shape](part, context)
    except (OverflowError, ValueError):
        return unknown("outside the calendar")

"""Dates in a report: what is a date, which days it means and why, English and Russian; unknown stays unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from geo.date_calendar import Anchor, Context, Days, resolve_part
from geo.date_grammar import Expression, find_expressions
from geo.date_intervals import resolve
from geo.date_parts import Part
from geo.date_roles import Sentences, find_stamps
from geo.date_verbs import is_said, read_direction
from geo.records import DateMention

_OPENING = ("since", "after", "as_of")  # an interval whose end is not said
_CUES_BEFORE, _CUES_AFTER = 240, 160  # characters searched for a verb that tells past from ahead
_DATELINE_DAYS = 3  # a dateline this close before publication is the day the report was written
# The date ends something when these words stand around it: "the last day at August 16", "December 14 as the end".
_LAST_DAY_BEFORE = re.compile(
    r"\b(?:last|final) day(?: of [\w ]{1,30}?)? (?:is|was|at|on|will be|would be|as|to)(?: on)? $"
    r"|\b(?:ends|ending|to end|will end|expires?|expiring|concludes|to conclude|will conclude|finishes"
    r"|deadline(?: is| of)?)(?: on)? $"
    r"|\b(?:заверш(?:атся|ится|аются|ается)|законч(?:атся|ится)|истека(?:ет|ют)|последний день|срок)"
    r"\s*[\u2013\u2014-]?\s*$",
    re.IGNORECASE,
)
_LAST_DAY_AFTER = re.compile(r" as (?:the |its )?(?:end|last day|final day|deadline|closing date)\b")
# "from 10:00 on May 5", «с 00:00 7 апреля»: the hour stands between the word and the day.
_FROM_HOUR = re.compile(
    r"(?:\bfrom|\bsince|\bс) "
    r"(?:[0-2]?\d[:.][0-5]\d|\d{1,2} час\w*\.?(?: \d\d мин\w*\.?)?|midnight|noon|полуночи|полудня)"
    r"(?: (?:[ap]\.?m\.?|GMT|UTC|on|по \w+ому времени))* $",
    re.IGNORECASE,
)
_TO_HOUR = re.compile(r"\s*(?:to|until|till|through|по|до|[-\u2013\u2014])\s")
_AS_OF_RU = re.compile(r"по состоянию на $|по данным на $", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|and|и|,\s*and|or|или)\s*(?:on\s+|в\s+)?", re.IGNORECASE)


def find_dates(text: str, *, published: date | None, language: str = "en") -> list[DateMention]:
    """
    Find the date expressions of a text and the days they mean.

    The grammar knows English and Russian and reads both in every text. Clock times, codes, amounts and names with a
    year ("Zapad-2021") are no dates. Nothing is guessed: a date that lacks what it counts from keeps null days, with
    precision ``unknown`` and the reason.

    Parameters
    ----------
    text
        The report's body, of any length; the time taken grows linearly.
    published
        Day of publication, from which "yesterday" and days without a year are counted. None: not known; then a full
        date in a page stamp or dateline serves, and the only year in the text serves for days without one.
    language
        ISO 639-1 code of the text; settles ``03/09/2022`` as day first for ``"ru"``.

    Returns
    -------
    mentions
        In order of the text and without overlap; ``text[m.start:m.end] == m.text``. Empty when there are none.

    Examples
    --------
    >>> found = find_dates("It was held from April 15 to 18, 2024.", published=None)
    >>> [(m.text, str(m.date_start), str(m.date_end)) for m in found]
    [('from April 15 to 18, 2024', '2024-04-15', '2024-04-18')]
    >>> find_dates("Shots were fired yesterday.", published=date(2016, 9, 14))[0].reason
    '"yesterday", one day before publication on 2016-09-14'
    """
    expressions = _share_years(text, list(find_expressions(text)))
    if not expressions:
        return []
    stamps = find_stamps(text, expressions)
    anchor = _choose_anchor(text, expressions, stamps, published, language)
    return _resolve_all(text, expressions, stamps, Context(anchor, language=language))


def _share_years(text: str, expressions: list[Expression]) -> list[Expression]:
    """Give "May 5 and June 7, 2021" one year: the day before "and" takes that of the day after it."""
    for at in range(len(expressions) - 2, -1, -1):
        one, other = expressions[at], expressions[at + 1]
        plain = one.first.shape == other.first.shape == "calendar" and one.how in ("single", "range")
        if not plain or one.last is not None or other.how not in ("single", "range"):
            continue
        year = (other.last or other.first).year
        missing = one.first.year is None and one.first.year_shift is None and one.first.shift is None
        fine = one.first.precision == other.first.precision
        if year is not None and missing and fine and _JOINED.fullmatch(text, one.end, other.start):
            expressions[at] = replace(one, first=replace(one.first, year=year))
    return expressions


# --- anchors --------------------------------------------------------------------------------------------------------


def _choose_anchor(
    text: str, expressions: Sequence[Expression], stamps: dict[int, str], published: date | None, language: str
) -> Anchor:
    """Choose what undated words count from: publication, else a full stamp, else the only year in the text."""
    if published is not None:
        return Anchor(published, f"publication on {published}", published.year)
    year = _only_year(text, expressions, stamps)
    context = Context(year, language=language)
    for number, expression in enumerate(expressions):
        first = expression.first
        if expression.how != "single" or not (number in stamps or first.today == 0):
            continue
        days = resolve_part(first, context)
        if days.start is not None:
            return Anchor(days.start, f"{days.start}, the day of the text's own stamp", days.start.year)
    return year


def _only_year(text: str, expressions: Sequence[Expression], stamps: dict[int, str]) -> Anchor:
    """Return the year that all full dates of a text share; nothing when they differ."""
    for wanted in ("stamp", "day", "month"):
        found = {}
        for number, expression in enumerate(expressions):
            part = expression.last or expression.first
            fits = number in stamps if wanted == "stamp" else part.precision == wanted and expression.how != "since"
            years = {part.year} if part.shape == "calendar" else {y for y, _, _ in part.readings}
            for year in years - {None} if fits else ():
                found.setdefault(year, text[expression.start : expression.end])
        if len(found) == 1:
            ((year, words),) = found.items()
            return Anchor(year=year, year_words=f'the year of "{words}" in the same text')
    return Anchor()


def _dateline_anchor(anchor: Anchor, days: Days) -> Anchor:
    """Count from a dateline when it lies just before publication: the report was written that day."""
    if anchor.day is None or days.start is None or days.start != days.end:
        return anchor
    if 0 < (anchor.day - days.start).days <= _DATELINE_DAYS:
        return Anchor(days.start, f"the dateline of {days.start}", days.start.year)
    return anchor


# --- resolving in the order of the text -----------------------------------------------------------------------------


class _Story:
    """The days told so far, from which "a day later" counts."""

    def __init__(self) -> None:
        self.anchor: Anchor | None = None  # a dateline, once it was read
        self.event: tuple[Days, str] | None = None  # a day, or several days, of an event
        self.period: tuple[Days, str] | None = None  # the same, or a month or year
        self.told: tuple[Days, str] | None = None  # a day of an event, or when something was said

    def remember(self, role: str, days: Days, words: str) -> None:
        """Keep what later expressions may count from."""
        if days.start is None or days.end is None or role in ("stamp", "since"):
            return
        self.period = (days, words) if role == "event" else self.period
        if days.precision == "day":
            self.told = (days, words)
            self.event = (days, words) if role == "event" else self.event

    def before(self, part: Part) -> tuple[Days | None, str]:
        """Return the days a part counts from: "a day earlier" may count from the day something was said."""
        if part.unit in ("month", "year") or part.same_year:
            kept = self.period
        else:
            kept = self.told if (part.shift or 0) < 0 else self.event
        return (None, "") if kept is None else (kept[0], f'"{kept[1]}" ({kept[0].start})')


def _resolve_all(text: str, found: Sequence[Expression], stamps: dict[int, str], context: Context) -> list[DateMention]:
    """Resolve the expressions in the order of the text, each with its role."""
    sentences, story, out = Sentences(text), _Story(), []
    for number, unread in enumerate(found):
        words = text[unread.start : unread.end]
        before, after = sentences.around(unread)
        expression = replace(unread, how=_reconsider(unread, before, after))
        role = "stamp" if number in stamps else _role(expression, before, after)
        direction = _direction(expression, before, after) if role == "event" else "past"
        base, base_words = story.before(expression.first)
        here = replace(context, direction=direction, previous=base, previous_words=base_words)
        days = resolve(expression, replace(here, anchor=story.anchor or here.anchor) if _counts(expression) else here)
        if stamps.get(number) == "dateline":
            story.anchor = _dateline_anchor(context.anchor, days)
        if expression.how in _OPENING and days.start is not None and days.end is None:
            role = "since"
        story.remember(role, days, words)
        span = (words, unread.start, unread.end)
        out.append(DateMention(*span, days.start, days.end, days.precision, role, f'"{words}", {days.reason}'))
    return out


def _counts(expression: Expression) -> bool:
    """Tell whether an expression counts from the day of writing, rather than naming a day of the calendar."""
    return expression.first.shape not in ("calendar", "numeric")


def _direction(expression: Expression, before: str, after: str) -> str:
    """Ask the verbs only for what they can settle: the year of a day, the week of a weekday."""
    part = expression.first
    if part.year is not None or part.shape in ("numeric", "relative_day", "ago", "later", "rolling"):
        return ""
    return read_direction(before[-_CUES_BEFORE:], after[:_CUES_AFTER])


def _role(expression: Expression, before: str, after: str) -> str:
    coarse = expression.first.shape == "calendar" and expression.first.precision == "year"
    return "reported" if expression.how == "single" and not coarse and is_said(before, after) else "event"


def _reconsider(expression: Expression, before: str, after: str) -> str:
    """Read "the last day at August 16" and «по состоянию на 17 сентября» as ends of an interval."""
    if expression.how != "single":
        return expression.how
    if _AS_OF_RU.search(before[-40:]):
        return "as_of"
    if _FROM_HOUR.search(before[-60:]) and not _TO_HOUR.match(after):
        return "since"
    return "until" if _LAST_DAY_BEFORE.search(before[-60:]) or _LAST_DAY_AFTER.match(after) else "single"

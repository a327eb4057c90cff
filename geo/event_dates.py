"""Choosing the days of an event among the dates that its sentences give."""

import re
from dataclasses import dataclass
from datetime import date

from geo.cues import LASTING, Cue, Reading
from geo.records import DateMention
from geo.tellings import Strand

_ENDS = re.compile(
    r"(?<!\w)(?:until|till|through|up to|no later than|not later than|by|last day (?:at|on|as|is)|as of|"
    r"(?:end(?:s|ed|ing)?|conclud\w+|finish\w*|wrap\w* up)(?: late)?(?: on)?|"
    r"before(?! (?:dawn|daybreak|sunrise|noon|midday|midnight))|"
    r"до|к|по состоянию на|(?:заверш\w+|законч\w+|оконч\w+)(?: лишь)?)\s+"
    r"(?:midnight\s+|noon\s+|\d{1,2}[:.]\d\d\s+(?:[ap]\.?m\.?\s+)?)?(?:\w+\s+)?$"
)
_ENDING = re.compile(r"(?<!\w)(?:to end|to finish|to conclude|заверш\w+|законч\w+|оконч\w+)\s+(?:\w+\s+){0,3}$")
_HOURS = re.compile(
    r"(?<!\w)(?:from|between|с)\s+\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?\s*)?(?:to|until|and|till|до|по|-)\s*\d{1,2}[:.\s]"
    r"|(?<!\w)for (?:a few|several|some|two|three|four|five|six|\d{1,2}) hours"
    r"|(?<!\w)на (?:несколько|два|три|четыре|пять|шесть|\d{1,2}) час"
)
_IS_END = re.compile(r"\s*(?:as|is|was|will be)\s+(?:the\s+)?(?:end|last|final|deadline|closing)")
_LAST_DAY = re.compile(r"final (?:stage|phase|day|part)|last day|closing|заключительн|финальн|последний день|завершающ")
_ENDED = re.compile(r"end|wrap|conclud|finish|complet|заверш|законч|оконч")
_OPENED = re.compile(
    r"(?<!\w)(?:had (?:opened|begun|started)|opening ceremony|церемони\w+ открытия|открыти\w+ состоял)"
)
_ARRIVED = re.compile(r"arriv|прибыл|прилет|began|начал|on a |с \w+ визитом")


@dataclass(frozen=True, slots=True)
class Dated:
    """The days of an event as in `geo.records.Event`, the mentions they come from, and how they follow."""

    start: date | None = None
    end: date | None = None
    precision: str = "unknown"
    mentions: tuple[DateMention, ...] = ()
    reason: str = "The report gives no date for it."


def choose_dates(reading: Reading, strand: Strand, kind: str) -> Dated:
    """
    Return the days of a strand's event.

    A span of days goes before a single day, a day before a month. "Until", "ended on" and "as of" give an end alone;
    "began on", a closure or "since" a start alone.
    """
    if not strand.dates:
        return Dated()
    best = _best(strand.dates)
    if best.role == "since":
        return _dated(best, best.date_start, best.date_end, "opens an interval")
    if best.precision != "day" or best.date_start != best.date_end:
        return _completed(reading, strand, kind, best)
    return _single(reading, strand, kind, best)


def _single(reading: Reading, strand: Strand, kind: str, best: DateMention) -> Dated:
    """Return the days that a single day tells: itself, or the end or start of more."""
    day = best.date_start
    cue = _nearest_cue(reading, strand.cues, best)
    if _is_end(reading, cue, kind, best):
        start = _start_beside(reading, strand, kind, best)
        return _from_to(start, best) if start is not None else _dated(best, None, day, "only its end is told")
    end = _end_beside(reading, strand, kind, best)
    if end is not None and (kind in LASTING or _follows(best, end)):
        return _from_to(best, end)
    opens = _is_start(cue, kind) and not (kind == "border_closure" and _for_hours(reading, best))
    return _dated(best, day, None, "its end is not told") if opens else _dated(best, day, day, "")


def _for_hours(reading: Reading, mention: DateMention) -> bool:
    """Say whether a closure is told by the clock: "from 9.00 to 13.00", "for four hours"."""
    sentence = reading.sentences[reading.sentence_at(mention.start)]
    return _HOURS.search(reading.folded, sentence.start, sentence.end) is not None


def _from_to(start: DateMention, end: DateMention) -> Dated:
    reason = f"{start.reason}; ends: {end.reason}"
    return Dated(start.date_start, end.date_end, start.precision, (start, end), reason)


def _best(dates: list[DateMention]) -> DateMention:
    spans = [d for d in dates if d.precision == "day" and d.date_start is not None and d.date_start != d.date_end]
    days = [d for d in dates if d.precision == "day"]
    if days and days[0] not in spans:  # a night told later is no longer span than the day
        spans = [d for d in spans if (d.date_end - d.date_start).days > 1]
    return next(iter(spans or days or dates))


def _dated(mention: DateMention, start: date | None, end: date | None, note: str) -> Dated:
    reason = mention.reason or f'"{mention.text}"'
    return Dated(start, end, mention.precision, (mention,), f"{reason}; {note}" if note else reason)


def _completed(reading: Reading, strand: Strand, kind: str, best: DateMention) -> Dated:
    """Return a span's days; a half-open one takes the other half from another mention where there is one."""
    if best.date_end is None and best.date_start is not None:
        end = _end_beside(reading, strand, kind, best)
        return _from_to(best, end) if end is not None else _dated(best, best.date_start, None, "")
    if best.date_start is None and best.date_end is not None:
        start = _start_beside(reading, strand, kind, best)
        return _from_to(start, best) if start is not None else _dated(best, None, best.date_end, "")
    return _dated(best, best.date_start, best.date_end, "")


def _nearest_cue(reading: Reading, cues: list[Cue], mention: DateMention) -> Cue:
    number = reading.sentence_at(mention.start)
    beside = [c for c in cues if c.sentence == number] or cues
    return min(beside, key=lambda c: reading.clauses.distance((c.start, c.end), (mention.start, mention.end)))


def _is_end(reading: Reading, cue: Cue, kind: str, mention: DateMention) -> bool:
    """Say whether a single day is the last one of something that began before."""
    sentence = reading.sentences[reading.sentence_at(mention.start)]
    if _LAST_DAY.search(reading.folded, sentence.start, sentence.end):
        return False  # the last day, or the last stage, is an event of that day
    before = reading.folded[max(sentence.start, mention.start - 45) : mention.start]
    if _ENDS.search(before) or _ENDING.search(before) or _IS_END.match(reading.folded, mention.end):
        return True
    ended = cue.reason is not None and cue.sentence == sentence.number and _ENDED.match(cue.reason.lower())
    return kind == "exercise" and bool(ended)


def _is_start(cue: Cue, kind: str) -> bool:
    """Say whether a single day only opens what goes on after it."""
    if kind == "border_closure":
        return True
    if kind == "visit":
        return _ARRIVED.search(f"{cue.text} {cue.reason or ''}".lower()) is not None and cue.status != "planned"
    return kind in LASTING and kind != "other" and cue.status == "ongoing"


def _start_beside(reading: Reading, strand: Strand, kind: str, end: DateMention) -> DateMention | None:
    """Return another day of the strand on which it began."""
    for mention in strand.dates:
        if mention is end or mention.date_start is None or mention.precision != "day" or end.date_end is None:
            continue
        cue = _nearest_cue(reading, strand.cues, mention)
        opened = _OPENED.search(reading.folded, reading.sentences[cue.sentence].start, mention.start)
        if mention.date_start < end.date_end and (_is_start(cue, kind) or mention.date_end is None or opened):
            return mention
    return None


def _end_beside(reading: Reading, strand: Strand, kind: str, start: DateMention) -> DateMention | None:
    """Return another day of the strand on which it ends, or that follows the first in a list."""
    for mention in strand.dates:
        if mention is start or mention.date_end is None or start.date_start is None or mention.precision != "day":
            continue
        cue = _nearest_cue(reading, strand.cues, mention)
        if mention.date_end > start.date_start and (
            mention.date_start is None or _is_end(reading, cue, kind, mention) or _follows(start, mention)
        ):
            return mention
    return None


def _follows(first: DateMention, second: DateMention) -> bool:
    """Say whether two listed days are one after the other: "on June 9 and 10"."""
    if first.date_end is None or second.date_start is None or not 0 < second.start - first.end < 12:
        return False
    return (second.date_start - first.date_end).days == 1

"""Grouping what the sentences of a report tell into strands, one per event, with its dates and sentences."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from geo.cues import Cue, Reading
from geo.event_places import Spot, is_elsewhere
from geo.records import DateMention
from geo.tellings import Strand, family_of, fits_date, is_old, read_sentence, settle

AT_BORDER = re.compile(
    r"(?<!\w)(?:border|frontier|demarcation|demilitari|dmz|line of (?:actual )?control|checkpoint|crossing|"
    r"границ|погран|пригран|рубеж|линии соприкосновения|нарушител|пункт\w* пропуска|кпп)"
)
_DEFINITE = re.compile(r"(?<!\w)(?:the|this|that|эт\w+|данн\w+)\s+(?:\w+\s+)?$")
_FOR = re.compile(r"(?<!\w)(?:for|на)\s+$")
_GAVE = re.compile(r"(?<!\w)передал[аио]?\s+$")  # «передали 12 ноября» is a gift, not an agency's report
_ANAPHOR = re.compile(
    r"[\"(]?(?:it|this|these|they|among them|as a result|according to|in the course|during the|"
    r"the (?:incident|clash|attack|fight|battle|exercise|drill|post|ceremony|event|men|group|two|first|goods|closure|"
    r"measure|decision|agreement|operation|patrol|shooting|troops|soldiers|guards|setting|scenario|site)|"
    r"по (?:сведениям|данным|словам|информации)|это|он[аои]?|инцидент|произош|случил|в результате|в ходе|учени|маневр|"
    r"они|их)\w*"
)
_OPENING = 3  # a report that never says plainly what happened hints at it in its first sentences
_FOLLOW = 2  # sentences that may go on about the event of a sentence before
_CUES_KEPT, _DATES_KEPT = 200, 50  # of one event; no report tells more
_INCIDENTS = frozenset(("violence", "seizure"))  # of which a report may tell several on one day
_PLACED = 8  # sentences of an event, from either end, that say where it was
_LEAD_IN = 3  # sentences before the first plain word for what happened
_LASTS = timedelta(days=60)  # longer than any exercise of its kind
_OPENED = re.compile(r"(?<!\w)(?:open(?:ed)?|beg[au]n|started|kicked off|got under way|начал|открыл|стартовал)")
_UNTIL = re.compile(r"(?<!\w)(?:until|till|through|до)\s+(?:\w+\s+(?:on\s+)?)?$")
_SAME_DAY = re.compile(
    r"[\"(]?(?:(?:some|a few|several|two|three|four|\d+) hours (?:later|earlier|before)|"
    r"later (?:that|the same|in the) day|"
    r"(?:on )?(?:the|that) same (?:day|night|evening|morning)|in the (?:afternoon|evening)|(?:через|спустя) \w+ час\w*|"
    r"(?:в )?тот же день|позже в тот же день|вечером|утром|днем)(?!\w)"
)
_RECENT = 40  # strands looked back at for the same event: a report of a few pages has fewer


def build_strands(
    reading: Reading,
    dates: Sequence[DateMention],
    *,
    anchor: date | None,
    lead_family: str,
    spots: Callable[[int], tuple[Spot, ...]] = lambda _: (),
) -> list[Strand]:
    """
    Group the cues of a text.

    Parameters
    ----------
    dates
        Date mentions of the same text.
    anchor
        Day of publication (or the latest day named), from which history is told. None: not known.
    lead_family
        Family of the kind the report is about; inside an exercise, fighting is its scenario.
    spots
        Gives the villages, posts and the like that a sentence (by its number) puts something at. What happened at
        another one is another event.

    Returns
    -------
    strands
        In the order in which the text begins to tell them.
    """
    cues: dict[int, list[Cue]] = {}
    for cue in reading.cues:
        cues.setdefault(cue.sentence, []).append(cue)
    by_sentence: dict[int, list[DateMention]] = {}
    for mention in dates:
        number = reading.sentence_at(mention.start)
        if _is_usable(reading, mention, cues.get(number, [])):
            by_sentence.setdefault(number, []).append(mention)
    vague = {reading.sentence_at(d.start) for d in dates if d.role == "event" and not (d.date_start or d.date_end)}
    teller = _Teller(reading, by_sentence, anchor, lead_family, spots, vague)
    strands = teller.tell(cues, least=2)
    opening = {family_of(c.kind) for n in range(_OPENING) for c in cues.get(n, [])}
    if strands or lead_family not in opening or not AT_BORDER.search(reading.folded):
        return strands
    hints = {
        n: [replace(c, strength=max(2, c.strength)) for c in found if family_of(c.kind) == lead_family]
        for n, found in cues.items()
    }
    return teller.tell(hints, least=1)


def _is_usable(reading: Reading, mention: DateMention, cues: list[Cue]) -> bool:
    """Say whether a date may date an event; one right behind an event's verb does, whoever reported it."""
    if mention.date_start is None and mention.date_end is None:
        return False
    before = reading.folded[max(0, mention.start - 12) : mention.start]
    if mention.precision == "year" and _FOR.search(before):
        return False  # "a plan for 2024"
    if mention.role == "reported":
        return _GAVE.search(before) is not None or any(0 <= mention.start - c.end <= 1 for c in cues if c.strength == 3)
    return mention.role in ("event", "since")


@dataclass(slots=True)
class _Teller:
    """One report's sentences gone through in order."""

    reading: Reading
    dates: dict[int, list[DateMention]]
    anchor: date | None
    lead_family: str
    spots: Callable[[int], tuple[Spot, ...]]
    unresolved: set[int]  # sentences with a day that is not known: "on Saturday" in a report without a date

    def tell(self, cues: dict[int, list[Cue]], *, least: int) -> list[Strand]:
        """Return the strands; cues weaker than `least` only support an event that is already told."""
        reading, lead_family = self.reading, self.lead_family
        strands: list[Strand] = []
        owner: dict[int, Strand] = {}
        for sentence in reading.sentences:
            number = sentence.number
            dates = self.dates.get(number, [])
            kept = settle(reading, cues.get(number, []), lead_family, dated=number in self.dates)
            before = owner.get(number - 1)
            known = {lead_family, before.family if before is not None else lead_family}
            if max((c.strength for c in kept), default=0) < least and not known & {family_of(c.kind) for c in kept}:
                kept = []
            bits = read_sentence(reading, kept, dates, self.anchor, lead_family)
            merged = [self._merge(strands, bit) for bit in bits]
            if merged:
                owner[number] = next((s for s in merged if s.family == lead_family), merged[0])
            if number not in owner:
                strands.extend(_follow(reading, owner, number, dates, self.anchor))
        self._date_from_before(strands, owner)
        self._date_the_same_day(strands)
        return strands

    def _merge(self, strands: list[Strand], bit: Strand) -> Strand:
        """Join a sentence's strand with the one before that tells the same event, or keep it as a new one."""
        recent = strands[: -_RECENT - 1 : -1]
        if recent and _is_outcome(recent[0], bit) and not self._is_elsewhere(recent[0], bit):
            recent[0].family = "violence"
            return _join(recent[0], bit)
        for strand in recent:
            if bit.dates and not strand.dates and not self.unresolved.isdisjoint(strand.sentences):
                continue  # it has a day already, which only the publication could tell
            if _same_event(self.reading, strand, bit) and not self._is_elsewhere(strand, bit):
                return _join(strand, bit)
        strands.append(bit)
        return bit

    def _is_elsewhere(self, strand: Strand, bit: Strand) -> bool:
        """Say whether a plainly told incident happened at another village than those a strand tells of."""
        number = bit.sentences[0]
        if bit.family not in _INCIDENTS or bit.strength < 2 or number <= strand.sentences[-1]:
            return False
        here = self.spots(number)
        if not here:
            return False
        told = (*strand.sentences[:_PLACED], *strand.sentences[-_PLACED:], *strand.follow[:_PLACED])
        there = [spot for n in told for spot in self.spots(n)]
        return bool(there) and all(is_elsewhere(one, other) for one in here for other in there)

    def _date_the_same_day(self, strands: list[Strand]) -> None:
        """Give what happened "some hours later" the day of the event told before."""
        for before, strand in pairwise(strands):
            sentence = self.reading.sentences[strand.sentences[0]]
            same = _SAME_DAY.match(self.reading.folded, sentence.start, sentence.end)
            if same and not strand.dates and before.dates and not strand.background:
                news = next(
                    (s for s in reversed(strands[: strands.index(strand)]) if s.dates and not s.background), before
                )
                strand.dates.append(news.dates[0])

    def _date_from_before(self, strands: list[Strand], owner: dict[int, Strand]) -> None:
        """Let sentences that only say when give their day to the first event of the report's kind told after them."""
        strand = next((s for s in strands if s.family == self.lead_family and not s.background), None)
        if strand is None or strand.another or any(d.precision == "day" for d in strand.dates):
            return
        for number in reversed(range(max(0, strand.sentences[0] - _LEAD_IN), strand.sentences[0])):
            days = [d for d in self.dates.get(number, []) if d.precision == "day"]
            if number in owner or not days or (self.anchor is not None and is_old(days[0], self.anchor)):
                continue
            strand.dates.insert(0, days[0])
            return


def _join(strand: Strand, bit: Strand) -> Strand:
    strand.cues.extend(bit.cues[: max(0, _CUES_KEPT - len(strand.cues))])
    if len(strand.dates) < _DATES_KEPT:
        strand.dates.extend(d for d in bit.dates if d not in strand.dates)
    strand.sentences.extend(n for n in bit.sentences if n != strand.sentences[-1])
    strand.part = strand.part or bit.part
    return strand


def _is_outcome(strand: Strand, bit: Strand) -> bool:
    """Say whether a seizure and a fight told side by side are one: smugglers shot at, drugs left on the ground."""
    pair = {strand.family, bit.family}
    near = bit.sentences[0] - strand.sentences[-1] <= _FOLLOW + 1
    told_twice = bool(bit.dates and strand.dates)
    plain = not (told_twice or bit.total or strand.total or bit.another or strand.background)
    plain = plain and not (bit.background and bit.dates)
    return pair == {"violence", "seizure"} and near and plain and bit.strength >= 2


def _same_event(reading: Reading, strand: Strand, bit: Strand) -> bool:
    """Say whether a sentence goes on telling a strand's event: same family, no other day, part or telling."""
    # drugs seized in a fight are both
    told = set() if bit.dates else {family_of(c.kind) for c in strand.cues if c.strength >= 2}
    if bit.family not in {strand.family, *told} or bit.another or strand.total != bit.total:
        return False
    if strand.part and bit.part and strand.part != bit.part:
        return False
    if strand.dates and bit.dates and not fits_date(strand.dates[0], bit.dates[0]):
        return _is_its_start(reading, strand, bit)
    if bit.background or strand.background:
        return _same_history(reading, strand, bit)
    return not _is_wider(reading, strand, bit)


def _is_its_start(reading: Reading, strand: Strand, bit: Strand) -> bool:
    """Say whether "the exercise had opened there on July 27" gives the first day of what ended in a sentence before."""
    cue, begun, ended = bit.cues[0], bit.dates[0], strand.dates[0]
    sentence = reading.sentences[cue.sentence]
    definite = _DEFINITE.search(reading.folded, max(sentence.start, cue.start - 30), cue.start)
    opens = _OPENED.search(reading.folded, sentence.start, sentence.end)
    if not (definite and opens and begun.date_start and ended.date_start and cue.sentence - strand.sentences[-1] <= 2):
        return False
    return timedelta(0) < ended.date_start - begun.date_start <= _LASTS and strand.family == "exercise"


def _same_history(reading: Reading, strand: Strand, bit: Strand) -> bool:
    """Say whether what is told as history goes on in the next sentence, dated there or not."""
    here, there = reading.sentences[bit.sentences[0]], reading.sentences[strand.sentences[-1]]
    near = here.number - there.number <= 1
    if not strand.background:  # "said earlier" about the same day is the same event; undated history is not
        return near and bool(bit.dates) and strand.dates[:1] == bit.dates[:1]
    if not bit.background:  # "Earlier an exercise was held. It ended on 10 August."
        return near and not strand.dates and here.paragraph == there.paragraph > 0
    return bool(strand.dates and bit.dates) or (near and here.paragraph == there.paragraph)


def _is_wider(reading: Reading, strand: Strand, bit: Strand) -> bool:
    """Say whether "clashes along the border", told after an attack, are more than that attack."""
    cue = max(bit.cues, key=lambda c: c.strength)
    one, other = reading.sentences[cue.sentence], reading.sentences[strand.sentences[-1]]
    if strand.family != "violence" or one.paragraph == other.paragraph or strand.kind != "attack":
        return False
    named = _DEFINITE.search(reading.folded, max(one.start, cue.start - 30), cue.start) is not None
    return cue.strength == 3 and bit.kind == "border_incident" and not named


def _follow(
    reading: Reading, owner: dict[int, Strand], number: int, dates: list[DateMention], anchor: date | None
) -> list[Strand]:
    """
    Let a sentence without an event of its own go on about the one before: "It happened on Thursday near ...".

    Returns the strands of earlier days it counts up: "the first two, on June 9 and June 18".
    """
    strand = owner.get(number - 1)
    if strand is None or number - strand.sentences[-1] > _FOLLOW:
        return []
    if not _goes_on(reading, number):
        return []
    if any(m.label == "background" for m in reading.markers[number]) and not strand.background:
        return _earlier(strand, number, dates)
    strand.follow.append(number)
    owner[number] = strand
    if any(c.status != "denied" for c in strand.cues):  # what was denied has no day
        _take_dates(reading, strand, dates, anchor)
    return []


def _goes_on(reading: Reading, number: int) -> bool:
    """Say whether a sentence may go on about the one before: same paragraph, or it says so itself."""
    sentence, previous = reading.sentences[number], reading.sentences[number - 1]
    happens = any(m.label == "happen" for m in reading.markers[number])
    same = sentence.paragraph == previous.paragraph
    return same or happens or _ANAPHOR.match(reading.folded, sentence.start, sentence.end) is not None


def _take_dates(reading: Reading, strand: Strand, dates: list[DateMention], anchor: date | None) -> None:
    """Take from a sentence that goes on about an event what its dates add."""
    for mention in dates:
        if len(strand.dates) >= _DATES_KEPT:
            return
        old = anchor is not None and is_old(mention, anchor) and not strand.background
        adds = not strand.dates or (_adds(strand.dates[0], mention) and not strand.total)
        ends = strand.dates and not strand.total and _is_later_end(reading, strand, mention)
        if ends or (adds and not old):
            strand.dates.append(mention)


def _is_later_end(reading: Reading, strand: Strand, mention: DateMention) -> bool:
    """Say whether "it runs until 30 November" gives the end of what began on the day told before."""
    begun = strand.dates[0].date_start
    until = _UNTIL.search(reading.folded, max(0, mention.start - 30), mention.start)
    return bool(until and begun and mention.date_end and mention.precision == "day" and mention.date_end > begun)


def _adds(first: DateMention, mention: DateMention) -> bool:
    """Say whether a further date tells more of an event: its other end, or the day within its month."""
    other_end = (first.date_start is None) != (mention.date_start is None)
    return other_end or (
        first.precision in ("week", "month", "year") and mention.precision == "day" and fits_date(first, mention)
    )


def _earlier(strand: Strand, number: int, dates: list[DateMention]) -> list[Strand]:
    """Return a strand of history for each other day that a sentence about the same kind of thing names."""
    days = [d for d in dates if d.precision == "day" and not any(fits_date(d, own) for own in strand.dates)]
    cue = max(strand.cues, key=lambda c: c.strength)
    return [Strand(strand.family, [cue], [d], [number], background=True) for d in days]

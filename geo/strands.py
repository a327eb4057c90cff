"""Grouping the cues of a report into strands, one per event told, with the dates and sentences that belong to each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from geo.cues import STAGED, Cue, Reading
from geo.records import DateMention

# Kinds that tell one another's events: a shoot-out is also called an attack.
_FAMILY = {"border_incident": "violence", "attack": "violence"}
_TWO_SIDED = re.compile(
    r"shoot|exchang|trad|skirmish|clash|fire-?fight|gun-?fight|battle|fight|перестрел|столкно|стычк|бо[йяюие]|обменя|огонь"
)
_ANOTHER = re.compile(
    r"(?<!\w)(?:another|(?:two|three|four|several|some|many) other|a second|a third|a separate|a different|second such|a new|a similar|еще од\w+|друг\w+|втор\w+|отдельн\w+|нов\w+|аналогичн\w+|похож\w+)"
    r"\s+(?:\w+\s+){0,2}$"
)
_PART = re.compile(
    r"(?<!\w)(first|second|third|final|last|closing|opening|initial|перв|втор|трет|заключительн|завершающ|финальн|начальн)\w*"
    r"\s+(?:\w+\s+)?(?:part|stage|phase|leg|этап|част|фаз)"
)
_APART = re.compile(r"(?<!\w)(?:after|before|following|since|unlike|после|перед|вслед за|спустя)(?!\w)")
_SAME = re.compile(r"(?<!\w)(?:this|these|эт\w+|данн\w+)\s+(?:\w+\s+){0,2}$")
_FOR = re.compile(r"(?<!\w)(?:for|на)\s+$")
_GAVE = re.compile(r"(?<!\w)передал[аио]?\s+$")  # «передали 12 ноября» is a gift, not an agency's report
_AS_OF = re.compile(r"as of|по состоянию|по данным на")
_LIST = re.compile(r"\s*(?:,|\band\b|\bи\b|&)\s*(?:also\s+)?(?:on\s+)?(?:the\s+)?")
_ANAPHOR = re.compile(
    r"[\"(]?(?:it|this|these|they|the (?:incident|clash|attack|fight|battle|exercise|drill|post|ceremony|event|men|group|two|first|goods|closure|measure|decision|agreement|operation|patrol|shooting|troops|soldiers|guards|setting|scenario|site)"
    r"|among them|as a result|according to|in the course|during the|по (?:сведениям|данным|словам|информации)|это|он[аои]?|инцидент|произош|случил|в результате|в ходе|учени|маневр|они|их)\w*"
)
_OLD_DAYS = 60  # an event this long before publication is told as history, unless the report opens with it
AT_BORDER = re.compile(
    r"(?<!\w)(?:border|frontier|demarcation|demilitari|dmz|line of (?:actual )?control|границ|погран|пригран|рубеж|линии соприкосновения|нарушител|checkpoint|crossing point|пункт\w* пропуска|кпп)"
)
_OPENING = 3  # a report that never says plainly what happened hints at it in its first sentences
_FOLLOW = 2  # sentences that may go on about the event of a sentence before


@dataclass(slots=True)
class Strand:
    """
    What a report says of one event.

    `cues` in order; `dates` the best first; `sentences` hold its cues, `follow` go on about it; `part` is "first" of
    "the first stage"; `name` is that of a named exercise ("Rubezh-2021").
    """

    family: str
    cues: list[Cue]
    dates: list[DateMention] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    follow: list[int] = field(default_factory=list)
    background: bool = False
    total: bool = False
    another: bool = False
    part: str = ""
    name: str = ""
    name_span: tuple[int, int] | None = None

    @property
    def strength(self) -> int:
        """Return the strength of the strongest cue."""
        return max(cue.strength for cue in self.cues)

    @property
    def kind(self) -> str:
        """Return the kind most of its cues speak for; words for two sides make it a border incident."""
        weights: dict[str, float] = {}
        for place, cue in enumerate(c for c in self.cues if family_of(c.kind) == self.family):
            weight = cue.strength / (1 + 0.15 * place)
            if cue.kind == "border_incident" and _TWO_SIDED.search(cue.text.lower()):
                weight *= 1.5
            weights[cue.kind] = weights.get(cue.kind, 0) + weight
        return max(weights, key=lambda kind: weights[kind])


def family_of(kind: str) -> str:
    """Return the name under which kinds that are told of one event are grouped."""
    return _FAMILY.get(kind, kind)


def interval(mention: DateMention) -> tuple[date, date]:
    """Return a date mention's days with open ends as far away as dates go."""
    return mention.date_start or date.min, mention.date_end or date.max


def build_strands(
    reading: Reading, dates: Sequence[DateMention], *, anchor: date | None, lead_family: str
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

    Returns
    -------
    strands
        In the order in which the text begins to tell them.
    """
    usable = [d for d in dates if _is_usable(reading, d)]
    by_sentence: dict[int, list[DateMention]] = {}
    for mention in usable:
        by_sentence.setdefault(reading.sentence_at(mention.start), []).append(mention)
    cues: dict[int, list[Cue]] = {}
    for cue in reading.cues:
        cues.setdefault(cue.sentence, []).append(cue)
    strands = _tell(reading, cues, by_sentence, anchor, lead_family, least=2)
    opening = {family_of(c.kind) for n in range(_OPENING) for c in cues.get(n, [])}
    if strands or lead_family not in opening or not AT_BORDER.search(reading.folded):
        return strands
    hints = {
        n: [replace(c, strength=max(2, c.strength)) for c in found if family_of(c.kind) == lead_family]
        for n, found in cues.items()
    }
    return _tell(reading, hints, by_sentence, anchor, lead_family, least=1)


def _is_usable(reading: Reading, mention: DateMention) -> bool:
    """Say whether a date may date an event; one right behind an event's verb does, whoever reported it."""
    if mention.date_start is None and mention.date_end is None:
        return False
    before = reading.folded[max(0, mention.start - 12) : mention.start]
    if mention.precision == "year" and _FOR.search(before):
        return False  # "a plan for 2024"
    if mention.role == "reported" and _GAVE.search(before):
        return True
    beside = (c for c in reading.cues if c.strength == 3 and 0 <= mention.start - c.end <= 1)
    return mention.role in ("event", "since") or (mention.role == "reported" and any(beside))


def _tell(
    reading: Reading,
    cues: dict[int, list[Cue]],
    by_sentence: dict[int, list[DateMention]],
    anchor: date | None,
    lead_family: str,
    *,
    least: int,
) -> list[Strand]:
    """Go through the sentences; cues weaker than `least` only support an event that is already told."""
    strands: list[Strand] = []
    owner: dict[int, Strand] = {}
    for sentence in reading.sentences:
        number = sentence.number
        kept = _settle(reading, cues.get(number, []), lead_family, dated=number in by_sentence)
        before = owner.get(number - 1)
        known = {lead_family, before.family if before is not None else lead_family}
        if max((c.strength for c in kept), default=0) < least and not known & {family_of(c.kind) for c in kept}:
            kept = []
        bits = _bits(reading, kept, by_sentence.get(number, []), anchor, lead_family)
        merged = [_merge(reading, strands, bit) for bit in bits]
        if merged:
            owner[number] = next((s for s in merged if s.family == lead_family), merged[0])
        if number not in owner:
            strands.extend(_follow(reading, owner, number, by_sentence.get(number, []), anchor))
    return strands


# ---- one sentence ----------------------------------------------------------------------------------------------
def _settle(reading: Reading, cues: list[Cue], lead_family: str, *, dated: bool) -> list[Cue]:
    """Return the cues of a sentence that tell its events, without scenario, details and weaker readings."""
    live = _add_up([_as_lead(c, lead_family) for c in cues if not c.staged])
    best: dict[str, int] = {}
    for cue in live:
        best[cue.kind] = max(best.get(cue.kind, 0), cue.strength)
    drop: set[str] = set()
    if best.get("exercise", 0) >= 3:
        drop |= STAGED | {"other", "visit", "aid"}
        if best.get("agreement", 0) < 3 or _first(live, "exercise") < _first(live, "agreement"):
            drop.add("agreement")
    if "border_closure" in best and any(c.kind == "other" and c.strength == 3 and _reopens(c) for c in live):
        drop.add("border_closure")
    fight = max(best.get("border_incident", 0), best.get("attack", 0))
    if "seizure" in best and fight >= 2:
        is_total = any(c.total for c in live)
        if is_total and best["seizure"] >= 3:
            drop |= {"border_incident", "attack"}
        elif best["seizure"] < 3 or fight >= 3:
            drop.add("seizure")
    kept = [c for c in live if c.kind not in drop]
    kept = _foremost(reading, kept, lead_family)
    if lead_family == "exercise" and not dated:
        kept = [c for c in kept if c.kind not in STAGED or c.background]
    return kept


def _add_up(cues: list[Cue]) -> list[Cue]:
    """Let two different weak words for one kind count as one plain word: "practised … at the range"."""
    weak: dict[str, set[str]] = {}
    for cue in cues:
        weak.setdefault(cue.kind, set()).add(cue.text.lower()[:5] if cue.strength == 1 else "")
    enough = {kind for kind, words in weak.items() if len(words) > 1 and "" not in words and kind != "other"}
    return [replace(c, strength=2) if c.kind in enough else c for c in cues]


def _as_lead(cue: Cue, lead_family: str) -> Cue:
    """Read a word of two kinds as the report does: «стрельбы» of an exercise, "arrived" of troops or aid."""
    text = cue.text.lower()
    if lead_family == "exercise" and text.startswith("стрельб"):
        return replace(cue, kind="exercise")
    if (
        lead_family in ("deployment", "aid", "exercise")
        and cue.kind == "visit"
        and cue.strength < 3
        and re.match("arriv|прибы|came", text)
    ):
        return replace(cue, kind=lead_family)
    return cue


def _foremost(reading: Reading, cues: list[Cue], lead_family: str) -> list[Cue]:
    """Keep the cues of the family a sentence is about, and of others what a clause of their own tells plainly."""
    families: dict[str, float] = {}
    for cue in cues:
        family = family_of(cue.kind)
        bonus = 1 if family == lead_family else -0.5 if family == "other" else 0
        families[family] = max(families.get(family, 0.0), cue.strength + bonus)
    if not families:
        return []
    main = max(families, key=lambda f: families[f])
    first = next(c for c in cues if family_of(c.kind) == main)
    return [
        c
        for c in cues
        if family_of(c.kind) == main or (c.strength == 3 and _has_own_clause(reading, first, c, plain=main != "other"))
    ]


def _has_own_clause(reading: Reading, first: Cue, cue: Cue, *, plain: bool) -> bool:
    """Say whether a cue tells an event beside the first one: another clause, and none that only dates the first."""
    if first.end < cue.start and _APART.search(reading.folded, first.end, cue.start):
        return False
    breaks, commas = reading.clauses.between(first.start, cue.start)
    return breaks > 0 or (plain and commas > 0)


def _first(cues: list[Cue], kind: str) -> int:
    return min((c.start for c in cues if c.kind == kind), default=1 << 40)


def _reopens(cue: Cue) -> bool:
    return re.search(r"re-?open|open|resum|lift|откр|принима|работа|возобн|снял|снят", cue.text.lower()) is not None


def _bits(
    reading: Reading, cues: list[Cue], dates: list[DateMention], anchor: date | None, lead_family: str
) -> list[Strand]:
    """Return the strands of one sentence: per family, one per date that its cues have."""
    if not cues:
        return []
    attached = _attach(reading, cues, dates)
    stronger = {c: replace(c, strength=2) for c in attached if c.strength == 1 and family_of(c.kind) == lead_family}
    cues = [stronger.get(c, c) for c in cues]  # "closed on Monday" in a report on a closure is one
    attached = {stronger.get(c, c): found for c, found in attached.items()}
    bits: list[Strand] = []
    families = list(dict.fromkeys(family_of(c.kind) for c in sorted(cues, key=lambda c: (-c.strength, c.start))))
    for family in families:
        own = [c for c in cues if family_of(c.kind) == family]
        if family == "other" and len(families) > 1 and max(c.strength for c in own) < 3:
            continue
        if len(families) > 1 and max(c.strength for c in own) == 1:
            continue
        bits.extend(_split(reading, family, own, attached))
    for bit in bits:
        _describe(reading, bit, anchor)
    return bits


def _attach(reading: Reading, cues: list[Cue], dates: list[DateMention]) -> dict[Cue, list[DateMention]]:
    """Return for each cue the dates that may be its own, nearest first; kinds told in one clause share a date."""
    pairs: dict[Cue, list[tuple[float, DateMention]]] = {}
    for mention in dates:
        span = (mention.start, mention.end)
        able = [c for c in cues if not _is_apart(reading, c, mention)]
        far = {c: reading.clauses.distance((c.start, c.end), span) + (80 if c.strength == 1 else 0) for c in able}
        if not far:
            continue
        nearest = min(able, key=lambda c: far[c])
        for cue in able:
            other = family_of(cue.kind) != family_of(nearest.kind)
            if cue is nearest or (other and reading.clauses.between(cue.start, mention.start)[0] == 0):
                pairs.setdefault(cue, []).append((far[cue], mention))
    return {cue: [m for _, m in sorted(found, key=lambda pair: pair[0])] for cue, found in pairs.items()}


def _is_apart(reading: Reading, cue: Cue, mention: DateMention) -> bool:
    """Say whether a date belongs to something else the cue came before or after: "… after a storm on Monday"."""
    if cue.end > mention.start:
        return False
    return _APART.search(reading.folded, cue.end, mention.start) is not None


def _split(reading: Reading, family: str, own: list[Cue], attached: dict[Cue, list[DateMention]]) -> list[Strand]:
    """Return the strands of one family in a sentence: cues with days of their own are events of their own."""
    groups: list[Strand] = []
    for cue in own:
        dates = attached.get(cue)
        if not dates:
            continue
        first = _range_first(dates)
        fitting = next((g for g in groups if g.dates and fits_date(g.dates[0], first)), None)
        if fitting is None:
            groups.append(Strand(family, [cue], [first]))
        else:
            fitting.cues.append(cue)
        groups.extend(_listed(reading, family, cue, first, dates, groups))
    if not groups:
        return [Strand(family, own)]
    for cue in own:
        if cue not in attached:
            nearest = min(groups, key=lambda g: abs(g.cues[0].start - cue.start))
            nearest.cues.append(cue)
    return groups


def _range_first(dates: list[DateMention]) -> DateMention:
    """Return the date that tells most: a span of days, else the nearest."""
    return next((d for d in dates if d.precision == "day" and _is_span(d)), dates[0])


def _is_span(mention: DateMention) -> bool:
    return mention.date_start is not None and mention.date_end is not None and mention.date_start != mention.date_end


def _listed(
    reading: Reading, family: str, cue: Cue, first: DateMention, dates: list[DateMention], groups: list[Strand]
) -> list[Strand]:
    """Return further strands for days listed with the first ("on June 9 and June 18"); a day after it ends a span."""
    strand = next(g for g in groups if cue in g.cues)
    more = []
    edge = first.end
    for mention in sorted(dates, key=lambda d: d.start):
        if mention.start <= first.start:
            continue
        if _LIST.fullmatch(reading.folded, edge, mention.start) and not fits_date(first, mention):
            if interval(mention)[0] - interval(first)[1] == timedelta(days=1):
                strand.dates.append(mention)
            else:
                more.append(Strand(family, [cue], [mention]))
            edge = mention.end
        elif mention.date_start is None or strand.dates[0].date_end is None:
            strand.dates.append(mention)
    return more


def fits_date(a: DateMention, b: DateMention) -> bool:
    """Say whether two dates may be of one event: their days overlap."""
    (a_from, a_to), (b_from, b_to) = interval(a), interval(b)
    return a_from <= b_to and b_from <= a_to


def _describe(reading: Reading, bit: Strand, anchor: date | None) -> None:
    """Fill in what the sentence says of a strand besides its cues: history, count, part, another."""
    cue = max(bit.cues, key=lambda c: c.strength)
    sentence = reading.sentences[cue.sentence]
    bit.sentences = [cue.sentence]
    bit.total = any(c.total for c in bit.cues) or any(_AS_OF.match(d.text.lower()) for d in bit.dates)
    before = reading.folded[max(sentence.start, cue.start - 40) : cue.start]
    bit.another = _ANOTHER.search(before) is not None
    part = _PART.search(reading.folded, sentence.start, sentence.end)
    bit.part = _ORDER.get(part[1], part[1]) if part else ""
    told = any(c.background for c in bit.cues) and cue.sentence > 0 and not bit.total
    if told and not bit.dates and _SAME.search(before):
        told = False  # "this exercise shows an alliance that dates back …"
    old = bool(bit.dates) and anchor is not None and is_old(bit.dates[0], anchor) and not bit.total
    bit.background = told or old


_ORDER = {
    **dict.fromkeys(("first", "opening", "initial", "перв", "начальн"), "first"),
    **dict.fromkeys(("final", "last", "closing", "заключительн", "завершающ", "финальн"), "final"),
    **dict.fromkeys(("second", "втор"), "second"),
    **dict.fromkeys(("third", "трет"), "third"),
}


def is_old(mention: DateMention, anchor: date) -> bool:
    """Say whether a date lies so far before publication that it tells history; "since 1992" does."""
    start, end = mention.date_start, mention.date_end
    if mention.role == "since" or end is None:
        return start is not None and anchor - start > timedelta(days=_OLD_DAYS)
    return anchor - end > timedelta(days=_OLD_DAYS)


# ---- from sentence to sentence ---------------------------------------------------------------------------------
def _merge(reading: Reading, strands: list[Strand], bit: Strand) -> Strand:
    """Join a sentence's strand with the one before that tells the same event, or keep it as a new one."""
    if strands and _is_outcome(strands[-1], bit):
        strands[-1].family = "violence"
        strands[-1].cues.extend(bit.cues)
        strands[-1].sentences.extend(n for n in bit.sentences if n not in strands[-1].sentences)
        return strands[-1]
    for strand in reversed(strands):
        if _same_event(reading, strand, bit):
            strand.cues.extend(bit.cues)
            strand.dates.extend(d for d in bit.dates if d not in strand.dates)
            strand.sentences.extend(n for n in bit.sentences if n not in strand.sentences)
            strand.part = strand.part or bit.part
            return strand
    strands.append(bit)
    return bit


def _is_outcome(strand: Strand, bit: Strand) -> bool:
    """Say whether a seizure and a fight told side by side are one: smugglers shot at, drugs left on the ground."""
    pair = {strand.family, bit.family}
    near = bit.sentences[0] - strand.sentences[-1] <= _FOLLOW
    plain = not (bit.dates or bit.total or strand.total or bit.another or bit.background or strand.background)
    return pair == {"violence", "seizure"} and near and plain and bit.strength >= 2


def _same_event(reading: Reading, strand: Strand, bit: Strand) -> bool:
    """Say whether a sentence goes on telling a strand's event: same family, no other day, part or telling."""
    if strand.family != bit.family or bit.another or strand.total != bit.total:
        return False
    if strand.part and bit.part and strand.part != bit.part:
        return False
    if strand.dates and bit.dates and not all(fits_date(d, bit.dates[0]) for d in strand.dates[:1]):
        return False
    gap = bit.sentences[0] - strand.sentences[-1]
    if bit.background != strand.background:
        # "said earlier" about the same day is the same event; undated history is not
        return (
            bool(strand.dates and bit.dates) and not strand.background and gap <= 1 and strand.dates[0] == bit.dates[0]
        )
    if bit.background and not (strand.dates and bit.dates):
        return (
            gap <= 1
            and reading.sentences[bit.sentences[0]].paragraph == reading.sentences[strand.sentences[-1]].paragraph
        )
    return True


def _follow(
    reading: Reading, owner: dict[int, Strand], number: int, dates: list[DateMention], anchor: date | None
) -> list[Strand]:
    """
    Let a sentence without an event of its own go on about the one before: "It happened on Thursday near ...".

    Returns the strands of earlier days it counts up: "the first two, on June 9 and June 18".
    """
    strand = owner.get(number - 1)
    if strand is None or number - max(strand.sentences) > _FOLLOW:
        return []
    sentence, previous = reading.sentences[number], reading.sentences[number - 1]
    happens = any(m.label == "happen" for m in reading.markers[number])
    anaphor = _ANAPHOR.match(reading.folded, sentence.start, sentence.end) is not None
    if sentence.paragraph != previous.paragraph and not (happens or anaphor):
        return []
    if any(m.label == "background" for m in reading.markers[number]) and not strand.background:
        return _earlier(strand, number, dates)
    strand.follow.append(number)
    owner[number] = strand
    if all(c.status == "denied" for c in strand.cues):
        return []  # what was denied has no day
    for mention in dates:
        if anchor is not None and is_old(mention, anchor) and not strand.background:
            continue
        if not strand.dates or (strand.dates[0].date_start is None) != (mention.date_start is None):
            strand.dates.append(mention)
    return []


def _earlier(strand: Strand, number: int, dates: list[DateMention]) -> list[Strand]:
    """Return a strand of history for each other day that a sentence about the same kind of thing names."""
    days = [d for d in dates if d.precision == "day" and not any(fits_date(d, own) for own in strand.dates)]
    cue = max(strand.cues, key=lambda c: c.strength)
    return [Strand(strand.family, [cue], [d], [number], background=True) for d in days]

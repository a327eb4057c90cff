"""What one sentence of a report tells: its event cues sorted by event, each with the dates that are its own."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from geo.cues import STAGED, Cue, Reading
from geo.records import DateMention

# Kinds that tell one another's events: a shoot-out is also called an attack.
_FAMILY = {"border_incident": "violence", "attack": "violence"}
_FRESH_DAYS = 7  # a pluperfect about the last days only orders them
_OLD_DAYS = 60  # an event this long before publication is told as history, unless the report opens with it

_TWO_SIDED = re.compile(
    r"shoot|exchang|trad|skirmish|clash|fire-?fight|gun-?fight|battle|fight|"
    r"перестрел|столкно|стычк|бо[йяюие]|обменя|огонь"
)
_CASUALTY = re.compile(r"kill|wound|dead|died|death|injur|hurt|casualt|lost|убит|погиб|ранен|убил|жертв|пострада")
_ANOTHER = re.compile(
    r"(?<!\w)(?:another|(?:two|three|four|several|some|many) other|the other (?:two|three|four)|"
    r"a (?:second|third|separate|different|new|similar)|"
    r"second such|еще од\w+|друг\w+|втор\w+|отдельн\w+|нов\w+|аналогичн\w+|похож\w+)\s+(?:\w+\s+){0,2}$"
)
_PART = re.compile(
    r"(?<!\w)(first|second|third|final|last|closing|opening|initial|"
    r"перв|втор|трет|заключительн|завершающ|финальн|начальн)\w*\s+(?:\w+\s+)?(?:part|stage|phase|leg|этап|част|фаз)"
)
_APART = re.compile(
    r"(?<!\w)(?:after|before|following|since|unlike|после|перед|вслед за|спустя)(?!\w)"
    r"(?! (?:dawn|daybreak|sunrise|noon|midday|midnight|dusk|dark|nightfall|sunset|полун|рассвет|обед))"
)
_SINCE = re.compile(r"(?<!\w)(?:since|until)\s(?!then)[^,;.]{3,80}$")  # "since the stand-off began in May, a patrol …"
_TO_END = re.compile(r"(?<!\w)(?:end|conclud|finish|wrap|close|заверш|законч|оконч)\w*\s+(?:\w+\s+){0,4}$")
_ORDERS = re.compile(r"(?:an? )?(?:days?|hours?|дн\w+|часами|час\w*|сутками) (?:earlier|ранее|раньше)")
_MEANWHILE = re.compile(r"(?<!\w)(?:when|as|while|когда|пока)\s[^,;.]{0,60}$")  # "when fighters entered the city"
_REFERS = re.compile(
    r"(?<!\w)(?:after|before|since|following|despite|over) (?:the|this|that|these|those)\s+(?:\w+\s+)?$"
    r"|(?<!\w)(?:после|до|перед|вслед за) (?:эт\w+|т\w{1,2}) (?:\w+\s+)?$"
)
_FOR_IT = re.compile(
    r"(?<!\w)(?:for|to|join|in|at|where|ahead of|take part in|для участия в|на|к|в)\s+(?:[\w\"'-]+\s+){0,5}\"?$"
)
_SAME = re.compile(r"(?<!\w)(?:this|these|эт\w+|данн\w+)\s+(?:\w+\s+){0,2}$")
_AS_OF = re.compile(r"as of|по состоянию|по данным на")
_LIST = re.compile(r"\s*(?:,|\band\b|\bи\b|&)\s*(?:also\s+)?(?:on\s+)?(?:the\s+)?")
_REOPENS = re.compile(r"re-?open|open|resum|lift|откр|принима|работа|возобн|снял|снят")
_ARRIVES = re.compile(r"arriv|прибы|came")


_ORDER = {
    **dict.fromkeys(("first", "opening", "initial", "перв", "начальн"), "first"),
    **dict.fromkeys(("final", "last", "closing", "заключительн", "завершающ", "финальн"), "final"),
    **dict.fromkeys(("second", "втор"), "second"),
    **dict.fromkeys(("third", "трет"), "third"),
}


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
        own = [c for c in self.cues if family_of(c.kind) == self.family]
        opening = [c for c in own if c.sentence in self.sentences[:2]] or own
        for place, cue in enumerate(opening):
            weight = cue.strength / (1 + 0.15 * place)
            if _CASUALTY.match(cue.text.lower()):
                weight *= 0.3  # the dead are counted after every kind of fight
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


def is_old(mention: DateMention, anchor: date) -> bool:
    """Say whether a date lies so far before publication that it tells history; "since 1992" does."""
    start, end = mention.date_start, mention.date_end
    if mention.role == "since" or end is None:
        return start is not None and anchor - start > timedelta(days=_OLD_DAYS)
    return anchor - end > timedelta(days=_OLD_DAYS)


def settle(reading: Reading, cues: list[Cue], lead_family: str, *, dated: bool) -> list[Cue]:
    """Return the cues of a sentence that tell its events, without scenario, details and weaker readings."""
    live = _add_up([_as_lead(c, lead_family) for c in cues if not c.staged])
    best: dict[str, int] = {}
    for cue in live:
        best[cue.kind] = max(best.get(cue.kind, 0), cue.strength)
    if best.get("deployment", 0) == 3 and _on_the_way(reading, live):
        del best["exercise"]
        live = [c for c in live if c.kind != "exercise"]
    drop = _beside_exercise(live, best) | _beside_fight(live, best)
    if any(c.kind == "other" and c.strength == 3 and _REOPENS.search(c.text.lower()) for c in live):
        drop.add("border_closure")
    kept = _foremost(reading, [c for c in live if c.kind not in drop], lead_family)
    if lead_family == "exercise" and not dated:
        kept = [c for c in kept if c.kind not in STAGED or c.background]
    return kept


def _on_the_way(reading: Reading, cues: list[Cue]) -> bool:
    """Say whether a sentence moves troops to an exercise, and tells none: "arrived for Peace Mission-2021"."""
    meant = [c for c in cues if c.kind == "exercise"]
    return bool(meant) and all(_FOR_IT.search(reading.folded, max(0, c.start - 45), c.start) for c in meant)


def _beside_exercise(cues: list[Cue], best: dict[str, int]) -> set[str]:
    """Return the kinds that only colour an exercise told in the same sentence; "agreed to hold an exercise" is none."""
    if best.get("exercise", 0) < 3:
        return set()
    drop = {*STAGED, "other", "visit", "aid"}
    if best.get("agreement", 0) < 3 or _first(cues, "exercise") < _first(cues, "agreement"):
        drop.add("agreement")
    return drop


def _beside_fight(cues: list[Cue], best: dict[str, int]) -> set[str]:
    """Return which of a seizure and a fight in one sentence is the detail of the other."""
    fight = max(best.get("border_incident", 0), best.get("attack", 0))
    if "seizure" not in best or fight < 2:
        return set()
    if best["seizure"] == 3 and any(c.total for c in cues):
        return {"border_incident", "attack"}
    return {"seizure"} if best["seizure"] < 3 or fight == 3 else set()


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
    if lead_family == "exercise" and text.startswith(("стрельб", "открыти")):
        return replace(cue, kind="exercise")
    arrives = cue.kind == "visit" and cue.strength < 3 and _ARRIVES.match(text) is not None
    return replace(cue, kind=lead_family) if arrives and lead_family in ("deployment", "aid", "exercise") else cue


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


def read_sentence(
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
    if cue.end <= mention.start and _APART.search(reading.folded, cue.end, mention.start) is not None:
        return True
    if mention.end <= cue.start and "," in reading.folded[mention.end : cue.start]:
        start = reading.sentences[cue.sentence].start
        if _SINCE.search(reading.folded[start : mention.start]):
            return True
    # "two days after the fight" counts from one that was told before
    return _REFERS.search(reading.folded, max(0, cue.start - 30), cue.start) is not None and cue.sentence > 0


def _split(reading: Reading, family: str, own: list[Cue], attached: dict[Cue, list[DateMention]]) -> list[Strand]:
    """Return the strands of one family in a sentence: cues with days of their own are events of their own."""
    groups: list[Strand] = []
    for cue in own:
        dates = attached.get(cue)
        if not dates:
            continue
        first = _period_first(dates) if cue.total else _range_first(dates)
        fitting = next((g for g in groups if g.dates and fits_date(g.dates[0], first)), None)
        if fitting is None:
            groups.append(Strand(family, [cue], [first]))
        else:
            fitting.cues.append(cue)
        groups.extend(_listed(reading, family, cue, first, dates, groups))
    if not groups:
        return [Strand(family, own)]
    if family == "exercise" and len(groups) == 2:
        groups = _from_opening_to_end(reading, groups)
    for cue in own:
        if cue not in attached:
            nearest = min(groups, key=lambda g: abs(g.cues[0].start - cue.start))
            nearest.cues.append(cue)
    return groups


def _from_opening_to_end(reading: Reading, groups: list[Strand]) -> list[Strand]:
    """Join "it opened on 22 March" and "is to end on 27 March", told in one sentence."""
    first, last = sorted(groups, key=lambda g: g.dates[0].start)
    begun, ended = first.dates[0], last.dates[0]
    ends = _TO_END.search(reading.folded, begun.end, ended.start) is not None
    if not ends or begun.date_start is None or ended.date_end is None or ended.date_end <= begun.date_start:
        return groups
    first.cues.extend(last.cues)
    first.dates.append(ended)
    return [first]


def _range_first(dates: list[DateMention]) -> DateMention:
    """Return the date that tells most: a span of days, else the nearest day, else the nearest."""
    days = [d for d in dates if d.precision == "day"]
    return next((d for d in days if _is_span(d)), (days or dates)[0])


def _period_first(dates: list[DateMention]) -> DateMention:
    """Return the period a running total counts over, not the day it was told."""
    return next((d for d in dates if d.precision != "day" or _is_span(d)), dates[0])


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


def _is_fresh(bit: Strand, anchor: date | None) -> bool:
    """Say whether a strand has a day within the last week: news, in whatever tense it is told."""
    day = bit.dates[0] if bit.dates else None
    if day is None or anchor is None or day.precision != "day" or day.date_end is None:
        return False
    return anchor - day.date_end <= timedelta(days=_FRESH_DAYS)


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
    history = [m for m in reading.markers[cue.sentence] if m.label == "background"]
    aside = _MEANWHILE.search(reading.folded, sentence.start, cue.start) is not None
    if told and not aside and _is_fresh(bit, anchor) and all(_ORDERS.match(reading.folded, m.start) for m in history):
        told = False  # "he had closed it the day before"
    old = bool(bit.dates) and anchor is not None and is_old(bit.dates[0], anchor) and not bit.total
    bit.background = told or old

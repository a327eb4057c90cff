"""Events in the making: kind, status and days of each strand, which is the report's main one, which are history."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from geo.cues import LASTING, Cue, Marker, Reading
from geo.event_dates import Dated, choose_dates
from geo.records import DateMention, Mention
from geo.strands import AT_BORDER
from geo.tellings import Strand, family_of

_NEAR_DAYS = 31  # other events of a report this close before publication are news too; older ones its history
# Kinds whose words say enough; the others also happen in news of shops and schools, and need a state or an army.
# The strength from which they do.
_OWN_KINDS = {
    **dict.fromkeys(("exercise", "border_incident", "patrol", "border_closure"), 2),
    **dict.fromkeys(("attack", "seizure", "deployment"), 3),
}
_PLAIN_NO = 5  # letters of "no", "not", "never", «никто»: what did not happen; longer words deny a claim
_DONE = frozenset(("agreement", "aid", "seizure"))
_BEGINNING = 6  # sentences within which a report says what it is about
_LEAD_WEIGHTS = (3.0, 2.0, 1.5)  # of cues in the first sentences when telling what a report is about
_TITLE_WEIGHT = 4.0
_EXERCISE_BONUS = 1.5  # an exercise is full of words of war, a war has few of exercises
_BORDER_KINDS = frozenset(("border", "border_line", "border_post", "crossing", "detachment"))
SPEAKS_OF_STATES = re.compile(
    r"(?<!\w)(?:president|minister|parliament|ambassador|army|military|troops|soldiers?|servicemen|policem|convoy|"
    r"humanitarian|refugee|tonnes|guards?|militants?|insurgents|президент|министр|премьер|парламент|генштаб|делегаци|"
    r"глав[аыу] государств|правительств|посол|посла|арми|военн|войск|солдат|полици|боевик|безопасност|оборон|"
    r"тонн|помощ|гуманитар)"
)
_TWO_SIDED = re.compile(r"trad|exchang|swap|flew|airspace|обменя|перестрел|стычк|боестолкн")
_IRREGULAR = re.compile(
    r"(?<!\w)(?:terror|militant|insurgent|gunm[ae]n|jihad|suicide|rebel|bandit|islamic state|"
    r"боевик|террор|смертник|бандит)"
)
_FROM_AFAR = re.compile(r"drone|rocket|missile|air|bomb|дрон|беспилот|ракет|авиа|бомб")
_CIVIL = re.compile(r"(?<!\w)(?:police|protest|suspect|demonstrat|gang|полици|протест|митинг)")
_AGAIN = re.compile(r"re-?open|resum|again|once more|anew|lift|back in|снова|вновь|возобн|сняли|снят|заново")
_UNCONFIRMED = re.compile(r"confirm|verif|version|account|conflicting|silent|подтвержд|подтвердил|верси|молчани")
_SHOTS = re.compile(r"fire|fir(?:ed|ing)|shot|shoot|gun|battle|стрел|обстрел|огонь|бо[йяюие]")
_CLOCK = re.compile(
    r"(?<![\d.:])(?:at|about|around|from|с|в|около|примерно в)\s+(?:[01]?\d|2[0-3])[:.][0-5]\d(?![\d.])"
)
# "There is no such build-up" denies a build-up, whatever else the report tells.
_NO_SUCH = re.compile(
    r"no such (?!(?:thing|incident|event|attack|clash|shooting|shelling|exercise|drill|patrol|closure|strike|report|"
    r"order|firing|fire|violation|crossing|movement|occurrence|facts?)s?(?!\w))"
)
_TOLD = re.compile(
    r"report|stor(?:y|ies)|claim|rumou?r|information|allegation|photograph|it\b|untrue|no such|"
    r"did not (?:happen|take place|occur)|"
    r"сообщени|информац|слух|публикац|сведени|фейк|не был|не происходил|не зафиксир|данные|это"
)
_DISOWNED = re.compile(
    r"involve|responsib|\brole\b|carrying|launch|firing|conduct|behind|guilt|первы|причастн|вин[уы]|ответственност|участи"
)


@dataclass(slots=True)
class Draft:
    """An event in the making; `marker` is the span of the words that set its status, `unsure` a kind guessed."""

    strand: Strand
    kind: str
    status: str
    marker: tuple[int, int] | None
    status_reason: str
    dated: Dated
    main: bool = False
    unsure: bool = False


def lead_family_of(reading: Reading, title: list[Cue]) -> str:
    """Return the family of kinds for which title and first sentences speak most; empty for none."""
    weights: dict[str, float] = {}
    for cue in title:
        if not cue.staged and cue.status != "denied":
            weights[family_of(cue.kind)] = weights.get(family_of(cue.kind), 0) + _TITLE_WEIGHT * cue.strength / 3
    telling = sorted({c.sentence for c in reading.cues if c.sentence < _BEGINNING and not c.staged})
    order = {number: place for place, number in enumerate(telling[: len(_LEAD_WEIGHTS)])}
    seen: set[tuple[int, str]] = set()
    for cue in reading.cues:
        family = family_of(cue.kind)
        if cue.sentence not in order or cue.staged or cue.background or (cue.sentence, family) in seen:
            continue
        seen.add((cue.sentence, family))
        weights[family] = weights.get(family, 0) + _LEAD_WEIGHTS[order[cue.sentence]] * cue.strength / 3
        weights[family] += 0.1 * (order[cue.sentence] == 0 and cue.strength == 3)  # of two alike, what comes first
    weights["exercise"] = weights.get("exercise", 0) * _EXERCISE_BONUS
    return max(weights, key=lambda f: weights[f]) if any(weights.values()) else ""


def make_draft(reading: Reading, strand: Strand, published: date | None) -> Draft:
    """Return a strand's event in the making: its kind, its days, and its status by its words and days."""
    kind = strand.kind
    status, cue = _status_of(strand)
    dated = choose_dates(reading, strand, kind)
    reason = (
        f'The report says "{cue.reason}".' if cue is not None and cue.reason else "Told as something that happened."
    )
    marker = cue.marker if cue is not None else None
    if status == "ongoing" and dated.start is not None and published is not None and dated.start > published:
        dated = Dated()  # what has begun began before; the date is of something to come
    draft = Draft(strand, kind, status, marker, reason, dated)
    _agree_with_days(draft, published)
    if (
        kind == "other"
        and dated.start
        and dated.end is None
        and dated.precision == "day"
        and _AGAIN.search(_words(draft))
    ):
        draft.dated = replace(dated, end=dated.start)  # a gate that has worked since a day opened on it
    if draft.status == "ongoing" and (kind in _DONE or (kind == "other" and _AGAIN.search(_words(draft)))):
        draft.status = "completed"  # an agreement is made, a gate opened again, once
    return draft


def _status_of(strand: Strand) -> tuple[str, Cue | None]:
    """Return the status most strongly said of a strand, and the cue it is said of."""
    least = min(2, strand.strength)
    strong = [c for c in strand.cues if c.strength >= least]
    first = [c for c in strong if c.sentence == strand.sentences[0]]
    denied = [c for c in strong if c.status == "denied"]
    if denied and (denied[0] in first or len(denied) * 2 > len(strong)):
        return "denied", denied[0]
    sure = any(c.strength == 3 and c.status != "reported" for c in first)  # plainly told before somebody alleges more
    doubted = [c for c in strong if c.status == "reported" and c.sentence in strand.sentences[: 1 if sure else 2]]
    if doubted:
        return "reported", doubted[0]
    told = next((c for c in first if c.marker is not None and c.status != "denied"), None)
    told = told or next((c for c in strong if c.marker is not None and c.status not in ("denied", "reported")), None)
    told = told or next((c for c in strand.cues if c.sentence == strand.sentences[0] and c.status == "planned"), None)
    return (told.status, told) if told is not None else ("completed", None)


def _agree_with_days(draft: Draft, published: date | None) -> None:
    """Let the days settle planned, ongoing or completed where they lie on one side of publication."""
    before = draft.status
    if before in ("denied", "reported") or published is None:
        return
    draft.status = _by_days(draft, published)
    if draft.status != before:
        draft.status_reason = f"By its days and the publication on {published}."
        draft.marker = None


def _by_days(draft: Draft, published: date) -> str:
    start, end, told = draft.dated.start, draft.dated.end, draft.status
    exact = draft.dated.precision == "day"
    if start is not None and start > published:
        return "planned"
    if exact and end is not None and end < published:
        return "completed"
    if told == "completed" and _goes_on(draft, published):
        return "ongoing"
    late = all(c.sentence > draft.strand.sentences[0] for c in draft.strand.cues if c.marker == draft.marker)
    if told == "planned" and exact and start is not None and (start < published or (start == published and late)):
        return "ongoing" if end is None or end >= published else "completed"
    return told


def _goes_on(draft: Draft, published: date) -> bool:
    """Say whether what is told in the past still goes on: it ends later, was never lifted, or runs since then."""
    start, end = draft.dated.start, draft.dated.end
    if end is not None:
        return end > published and draft.dated.precision == "day"
    if any(m.role == "since" for m in draft.dated.mentions):
        return True
    if draft.kind == "border_closure" and draft.marker is None and not draft.strand.background:
        return True
    return start is not None and draft.kind in LASTING and draft.kind != "other"


def settle_kinds(reading: Reading, drafts: list[Draft], mentions: list[Mention], states: int) -> None:
    """
    Let fighting be a border incident only in a report on a border; elsewhere shots are an attack.

    Forces of two states (`states`) make a border too, and so do words for two sides that are no police matter.
    """
    at_border = any(m.place is not None and (m.place.border or m.place.kind in _BORDER_KINDS) for m in mentions)
    if at_border or AT_BORDER.search(reading.folded) or states > 1:
        _settle_sides(reading, drafts, states)
        return
    civil = _CIVIL.search(reading.folded) is not None
    for draft in drafts:
        if draft.kind == "border_incident" and (civil or not _TWO_SIDED.search(_words(draft))):
            draft.unsure = draft.strand.strength < 3
            draft.kind = "attack" if _SHOTS.search(_words(draft)) else "other"


def _settle_sides(reading: Reading, drafts: list[Draft], states: int) -> None:
    """Let fire between the guards of two states be a border incident, whoever is said to have attacked."""
    if states < 2 or _IRREGULAR.search(reading.folded):
        return
    for draft in drafts:
        if draft.kind == "attack" and not _FROM_AFAR.search(_words(draft)):
            draft.kind = "border_incident"


def _words(draft: Draft) -> str:
    return " ".join(c.text.lower() for c in draft.strand.cues)


def date_by_clock(reading: Reading, drafts: list[Draft], dates: list[DateMention]) -> None:
    """Give an undated event told by the clock ("at 14:05") the day of the report's dateline, where there is one."""
    stamp = next((d for d in dates if d.role == "stamp" and d.date_start is not None and d.precision == "day"), None)
    if stamp is None or any(d.role == "event" for d in dates):
        return
    for draft in drafts:
        sentence = reading.sentences[draft.strand.sentences[0]]
        clock = _CLOCK.search(reading.folded, sentence.start, sentence.end)
        if clock is not None and not draft.dated.mentions and draft.status in ("completed", "reported", "ongoing"):
            reason = f'"{clock[0].strip()}" without another day: the day of the report, {stamp.reason}'
            draft.dated = Dated(stamp.date_start, stamp.date_end, "day", (stamp,), reason)


def date_by_report(drafts: list[Draft], reading: Reading, dates: list[DateMention]) -> None:
    """Give a crossing said to be open again, or shut, the day on which that was said, for want of another."""
    for draft in drafts:
        first = draft.strand.sentences[0]
        lasting = draft.kind == "border_closure" or (draft.kind == "other" and _AGAIN.search(_words(draft)))
        if not lasting or draft.dated.mentions or first > 0 or draft.status not in ("completed", "ongoing"):
            continue
        said = (d for d in dates if d.role == "reported" and d.precision == "day" and d.date_start)
        mention = next((d for d in said if reading.sentence_at(d.start) == first), None)
        if mention is not None:
            end = mention.date_end if draft.kind == "other" else None
            reason = f"{mention.reason}; the day on which it was said to be so"
            draft.dated = Dated(mention.date_start, end, "day", (mention,), reason)


def end_closures(drafts: list[Draft]) -> None:
    """Let a crossing that the report says was opened again be closed no longer: its closure ends that day."""
    opened = [
        d
        for d in drafts
        if d.kind == "other" and d.status in ("completed", "ongoing") and d.dated.start and _AGAIN.search(_words(d))
    ]
    for draft in drafts:
        start = draft.dated.start
        if draft.kind != "border_closure" or start is None or draft.dated.end is not None or draft.status == "denied":
            continue
        later = min((d for d in opened if d.dated.start >= start), key=lambda d: d.dated.start, default=None)
        if later is not None and (later.dated.start > start or draft.strand.sentences < later.strand.sentences):
            mentions = (*draft.dated.mentions, *later.dated.mentions)
            reason = f"{draft.dated.reason}; opened again: {later.dated.reason}"
            draft.dated = replace(draft.dated, end=later.dated.start, mentions=mentions, reason=reason)
            draft.status, draft.marker = "completed", None
            draft.status_reason = f"The report says that it was opened again on {later.dated.start}."


def share_months(drafts: list[Draft]) -> None:
    """Give an undated exercise the month in which the report puts another part of it."""
    for draft in drafts:
        if draft.kind != "exercise" or draft.dated.mentions or draft.strand.background or not draft.strand.part:
            continue
        for other in drafts:
            parts = other is not draft and other.kind == "exercise" and other.strand.part
            if parts and other.dated.precision == "month":
                draft.dated = replace(other.dated, reason=f"{other.dated.reason}; said of another part of it")
                break


def choose_lead(drafts: list[Draft], lead_family: str) -> Draft | None:
    """Return the report's main event: the first of the family the report is about, else the first no history."""
    news = [d for d in drafts if not d.strand.background]
    for test in (
        lambda d: d.strand.family == lead_family and d.strand.strength >= 2,
        lambda d: d.strand.family == lead_family,
        lambda d: d.strand.strength >= 2,
        lambda _: True,
    ):
        found = next((d for d in news if test(d)), None)
        if found is not None:
            return found
    return next((d for d in drafts if d.strand.family == lead_family), next(iter(drafts), None))


def mark_main(drafts: list[Draft], lead: Draft | None, title: list[Cue], anchor: date | None, *, fitting: bool) -> None:
    """
    Mark the main events: the lead, and what else is news.

    Parameters
    ----------
    fitting
        The report speaks of states, armies or borders at all.
    """
    for draft in drafts:
        plain = draft.strand.strength >= _OWN_KINDS.get(draft.kind, 4)
        if fitting or plain:
            draft.main = _is_told_first(draft, title) if draft is lead else _is_news(draft, anchor)


def _is_told_first(draft: Draft, title: list[Cue]) -> bool:
    """Say whether the report is about its lead: plainly told in the title or near the beginning."""
    strand = draft.strand
    early = strand.sentences[0] < _BEGINNING or any(family_of(c.kind) == strand.family for c in title)
    return early and strand.strength >= 2 and not draft.unsure


def _is_news(draft: Draft, anchor: date | None) -> bool:
    """Say whether an event beside the main one is news too: plainly told, with a day of its own near publication."""
    strand, dated = draft.strand, draft.dated
    if draft.status == "denied":
        claimed = draft.marker is not None and draft.marker[1] - draft.marker[0] > _PLAIN_NO
        return claimed and strand.strength == 3 and not strand.background
    if strand.background or (draft.kind == "other" and strand.sentences[0] > 1):
        return False
    if not dated.mentions:  # what lasts is news without a day: "the crossing stays closed"
        lasts = draft.kind in ("border_closure", "deployment") and draft.status != "denied"
        return lasts and strand.strength == 3 and strand.sentences[0] == 0
    hinted = strand.strength == 2 and draft.kind in _OWN_KINDS and dated.precision == "day"
    if strand.strength < 3 and not hinted and dated.start is not None:
        return False
    if strand.total and dated.start is not None:
        return False  # a running count beside the main event
    day = dated.end or dated.start
    return day is not None and (anchor is None or day >= anchor - timedelta(days=_NEAR_DAYS))


def is_worth_keeping(draft: Draft) -> bool:
    """Say whether history is kept: what has a date, or is plainly told."""
    dated = bool(draft.dated.mentions)
    return draft.status != "denied" and (draft.strand.strength == 3 or (dated and draft.strand.strength == 2))


# ---- denial and doubt in other sentences -----------------------------------------------------------------------
def apply_later_words(reading: Reading, strands: list[Strand], lead: Draft) -> None:
    """Let a sentence that only denies or doubts what was told change the main event's status."""
    if lead.status in ("denied", "planned"):
        return
    telling = {n for s in strands for n in s.sentences if s is not lead.strand}
    telling |= {c.sentence for c in reading.cues if c.strength == 3 and not c.staged}
    families: dict[int, set[str]] = defaultdict(set)
    for cue in reading.cues:
        if cue.strength >= 2:
            families[cue.sentence].add(family_of(cue.kind))
    for number, markers in enumerate(reading.markers):
        if number in telling or (families[number] and lead.strand.family not in families[number]):
            continue  # "there is no such build-up" speaks of something else
        for marker in markers:
            status = _later_status(reading, marker)
            if status == "denied" or (status == "reported" and lead.status != "reported"):
                lead.status, lead.marker = status, (marker.start, marker.end)
                lead.status_reason = f'The report says "{reading.text[marker.start : marker.end]}".'


def _later_status(reading: Reading, marker: Marker) -> str | None:
    sentence = reading.sentences[marker.sentence]
    words = reading.folded[sentence.start : sentence.end]
    other = _NO_SUCH.search(reading.folded, marker.start, marker.end + 30)
    if marker.label == "denied" and _TOLD.search(words) and not _DISOWNED.search(words) and not other:
        return "denied"
    doubted = marker.label == "alleged" and _UNCONFIRMED.search(reading.folded, marker.start, marker.end)
    return "reported" if doubted else None

"""Assembling events: what happened, how sure, when, where, who and with what, each field with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from geo.cues import LASTING, SPEECH, Cue, Marker, Reading, read_cues
from geo.event_dates import Dated, choose_dates
from geo.event_fields import Cast, name_cast, place_fields, quote, shorten, title_of
from geo.event_places import Spot, choose_spots
from geo.records import DateMention, Event, Mention, Report, stable_id
from geo.strands import AT_BORDER, Strand, build_strands, family_of

if TYPE_CHECKING:
    from geo.borders import Borders

_NEAR_DAYS = 31  # other events of a report this close before publication are news too; older ones its history
# Kinds whose words say enough; the others also happen in news of shops and schools, and need a state or an army.
_OWN_KINDS = frozenset(("exercise", "border_incident", "attack", "seizure", "patrol", "border_closure", "deployment"))
_CUES_QUOTED = 6
_BEGINNING = 6  # sentences within which a report says what it is about
_LEAD_WEIGHTS = (3.0, 2.0, 1.5)  # of cues in the first sentences when telling what a report is about
_TITLE_WEIGHT = 4.0
_BORDER_KINDS = frozenset(("border", "border_line", "border_post", "crossing", "detachment"))
_STATE = re.compile(
    r"(?<!\w)(?:president|minister|parliament|ambassador|army|military|troops|soldiers?|servicemen|policem|convoy|humanitarian|refugee|guards?|militants?|insurgents|"
    r"президент|министр|премьер|парламент|генштаб|делегаци|глав[аыу] государств|правительств|посол|посла|арми|военн|войск|солдат|полици|боевик|безопасност|оборон)"
)
_TWO_SIDED = re.compile(r"trad|exchang|swap|обменя|перестрел|стычк|боестолкн")
_CIVIL = re.compile(r"(?<!\w)(?:police|protest|suspect|demonstrat|gang|полици|протест|митинг)")
_SHOTS = re.compile(r"fire|fir(?:ed|ing)|shot|shoot|gun|battle|стрел|обстрел|огонь|бо[йяюие]")
_TOLD = re.compile(
    r"report|stor(?:y|ies)|claim|rumou?r|information|allegation|photograph|it\b|untrue|did not (?:happen|take place|occur)|no such|"
    r"сообщени|информац|слух|публикац|сведени|фейк|не был|не происходил|не зафиксир|данные|это"
)
_DISOWNED = re.compile(
    r"involve|responsib|\brole\b|carrying|launch|firing|conduct|behind|guilt|первы|причастн|вин[уы]|ответственност|участи"
)


@dataclass(slots=True)
class _Draft:
    """An event in the making: its strand, kind, status with its words, and days."""

    strand: Strand
    kind: str
    status: str
    marker: tuple[int, int] | None
    status_reason: str
    dated: Dated
    main: bool = False
    unsure: bool = False


def build_events(
    report: Report, mentions: list[Mention], dates: list[DateMention], *, borders: Borders | None = None
) -> list[Event]:
    """
    Build the events that a report tells.

    Parameters
    ----------
    mentions, dates
        Of the report's body, as `geo.geocode.resolve` and `geo.dates.find_dates` return them.
    borders
        Gives border lines their geometry; None: an event on a border line has none.

    Returns
    -------
    events
        The main ones first, then background (``main=False``); each list in the order of the text. Empty when the
        report tells nothing of the kinds known.
    """
    reading = read_cues(report.body)
    title = read_cues(report.title).cues if report.title else []
    lead_family = _lead_family(reading, title)
    anchor = report.published or max((d.date_end for d in dates if d.date_end is not None), default=None)
    strands = build_strands(reading, dates, anchor=anchor, lead_family=lead_family)
    drafts = [_draft(reading, strand, report.published) for strand in strands]
    cast = name_cast(reading)
    _settle_kinds(reading, drafts, mentions, cast)
    _share_months(drafts)
    lead = _choose_lead(drafts, lead_family)
    if lead is not None:
        _apply_later_words(reading, strands, lead)
    fitting = bool(cast.actors or AT_BORDER.search(reading.folded) or _STATE.search(reading.folded))
    for draft in drafts:
        plain = draft.kind in _OWN_KINDS and draft.strand.strength == 3
        draft.main = (fitting or plain) and (_is_told_first(draft, title) if draft is lead else _is_news(draft, anchor))
    drafts = [d for d in drafts if d.main or _is_worth_keeping(d)]
    cast.strands = strands
    events = [e for d in drafts for e in _finish(report, reading, d, mentions, cast, borders, lead=d is lead)]
    if lead is not None and lead.status == "denied":
        events.extend(_statement(report, reading, lead, mentions, dates))
    return _number(report, sorted(_distinct(events), key=lambda e: not e.main))


# ---- what the report is about ----------------------------------------------------------------------------------
def _lead_family(reading: Reading, title: list[Cue]) -> str:
    """Return the family of kinds for which title and first sentences speak most; empty for none."""
    weights: dict[str, float] = {}
    for cue in title:
        if not cue.staged and cue.status != "denied":
            weights[family_of(cue.kind)] = weights.get(family_of(cue.kind), 0) + _TITLE_WEIGHT * cue.strength / 3
    seen: set[tuple[int, str]] = set()
    for cue in reading.cues:
        family = family_of(cue.kind)
        if cue.sentence >= len(_LEAD_WEIGHTS) or cue.staged or cue.background or (cue.sentence, family) in seen:
            continue
        seen.add((cue.sentence, family))
        weights[family] = weights.get(family, 0) + _LEAD_WEIGHTS[cue.sentence] * cue.strength / 3
    return max(weights, key=lambda f: weights[f], default="")


def _draft(reading: Reading, strand: Strand, published: date | None) -> _Draft:
    kind = strand.kind
    status, cue = _status_of(strand)
    dated = choose_dates(reading, strand, kind)
    reason = (
        f'The report says "{cue.reason}".' if cue is not None and cue.reason else "Told as something that happened."
    )
    marker = cue.marker if cue is not None else None
    draft = _Draft(strand, kind, status, marker, reason, dated)
    _agree_with_days(draft, published)
    return draft


def _status_of(strand: Strand) -> tuple[str, Cue | None]:
    """Return the status most strongly said of a strand, and the cue it is said of."""
    strong = [c for c in strand.cues if c.strength >= min(2, strand.strength)]
    first = [c for c in strong if c.sentence == strand.sentences[0]]
    denied = [c for c in strong if c.status == "denied"]
    if denied and (denied[0] in first or len(denied) * 2 > len(strong)):
        return "denied", denied[0]
    doubted = [c for c in strong if c.status == "reported" and c.sentence in strand.sentences[:2]]
    if doubted:
        return "reported", doubted[0]
    told = next((c for c in first if c.marker is not None and c.status != "denied"), None)
    told = told or next((c for c in strong if c.marker is not None and c.status != "denied"), None)
    return (told.status, told) if told is not None else ("completed", None)


def _agree_with_days(draft: _Draft, published: date | None) -> None:
    """Let the days settle planned, ongoing or completed where they lie on one side of publication."""
    start, end = draft.dated.start, draft.dated.end
    before = draft.status
    if before in ("denied", "reported") or published is None:
        return
    if (
        any(m.role == "since" for m in draft.dated.mentions)
        and before == "completed"
        and end is None
        and (start or published) <= published
    ):
        draft.status, draft.status_reason = "ongoing", "It goes on since then."
        return
    if start is not None and start > published:
        draft.status = "planned"
    elif end is not None and end < published and draft.dated.precision == "day":
        draft.status = "completed"
    elif end is not None and end > published and draft.dated.precision == "day" and before == "completed":
        draft.status = "ongoing"
    elif (
        draft.kind == "border_closure"
        and before == "completed"
        and draft.marker is None
        and not draft.strand.background
    ):
        draft.status = "ongoing"
    elif (
        start is not None and end is None and before == "completed" and draft.kind in LASTING and draft.kind != "other"
    ):
        draft.status = "ongoing"
    elif start is not None and start < published and before == "planned" and draft.dated.precision == "day":
        draft.status = "ongoing" if end is None or end >= published else "completed"
    if draft.status != before:
        draft.status_reason = f"By its days and the publication on {published}."
        draft.marker = None


def _settle_kinds(reading: Reading, drafts: list[_Draft], mentions: list[Mention], cast: Cast) -> None:
    """Let fighting be a border incident only in a report on a border; elsewhere shots are an attack."""
    at_border = any(m.place is not None and (m.place.border or m.place.kind in _BORDER_KINDS) for m in mentions)
    if at_border or AT_BORDER.search(reading.folded) or cast.states() > 1:
        return
    for draft in drafts:
        if draft.kind == "border_incident" and not (
            _TWO_SIDED.search(_words(draft)) and not _CIVIL.search(reading.folded)
        ):
            draft.unsure = draft.strand.strength < 3
            draft.kind = "attack" if _SHOTS.search(_words(draft)) else "other"


def _words(draft: _Draft) -> str:
    return " ".join(c.text.lower() for c in draft.strand.cues)


def _share_months(drafts: list[_Draft]) -> None:
    """Give an undated exercise the month in which the report puts another part of it."""
    for draft in drafts:
        if draft.kind != "exercise" or draft.dated.mentions or draft.strand.background or not draft.strand.part:
            continue
        for other in drafts:
            parts = other is not draft and other.kind == "exercise" and other.strand.part
            if parts and other.dated.precision == "month":
                draft.dated = replace(other.dated, reason=f"{other.dated.reason}; said of another part of it")
                break


def _choose_lead(drafts: list[_Draft], lead_family: str) -> _Draft | None:
    """Return the report's main event: the first of the family the report is about, else the first that is no history."""
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


def _is_told_first(draft: _Draft, title: list[Cue]) -> bool:
    """Say whether the report is about its lead: plainly told in the title or near the beginning."""
    strand = draft.strand
    return (
        strand.strength >= 2
        and not draft.unsure
        and (strand.sentences[0] < _BEGINNING or any(family_of(c.kind) == strand.family for c in title))
    )


def _is_news(draft: _Draft, anchor: date | None) -> bool:
    """Say whether an event beside the main one is news too: plainly told, with a day of its own near publication."""
    strand, dated = draft.strand, draft.dated
    if strand.background or not dated.mentions or (draft.kind == "other" and strand.sentences[0] > 1):
        return False
    if strand.strength < 3 and dated.start is not None:
        return False
    if strand.total and dated.start is not None:
        return False  # a running count beside the main event
    day = dated.end or dated.start
    return day is not None and (anchor is None or day >= anchor - timedelta(days=_NEAR_DAYS))


def _is_worth_keeping(draft: _Draft) -> bool:
    """Say whether history is kept: what has a date, or is plainly told."""
    return (
        draft.strand.strength >= 2
        and (bool(draft.dated.mentions) or draft.strand.strength == 3)
        and draft.status != "denied"
    )


# ---- denial and doubt in other sentences -----------------------------------------------------------------------
def _apply_later_words(reading: Reading, strands: list[Strand], lead: _Draft) -> None:
    """Let a sentence that only denies or doubts what was told change the main event's status."""
    if lead.status in ("denied", "planned"):
        return
    telling = {n for s in strands for n in s.sentences if s is not lead.strand}
    for number, markers in enumerate(reading.markers):
        if number in telling:
            continue
        for marker in markers:
            status = _later_status(reading, marker)
            if status == "denied" or (status == "reported" and lead.status != "reported"):
                lead.status, lead.marker = status, (marker.start, marker.end)
                lead.status_reason = f'The report says "{reading.text[marker.start : marker.end]}".'


def _later_status(reading: Reading, marker: Marker) -> str | None:
    sentence = reading.sentences[marker.sentence]
    words = reading.folded[sentence.start : sentence.end]
    if any(c.sentence == marker.sentence and c.strength == 3 and not c.staged for c in reading.cues):
        return None
    if marker.label == "denied" and _TOLD.search(words) and not _DISOWNED.search(words):
        return "denied"
    if marker.label == "alleged" and re.search(
        r"confirm|verif|подтвержд|подтвердил|version|conflicting|версии", reading.folded[marker.start : marker.end]
    ):
        return "reported"
    return None


# ---- finishing -------------------------------------------------------------------------------------------------
def _finish(
    report: Report,
    reading: Reading,
    draft: _Draft,
    mentions: list[Mention],
    cast: Cast,
    borders: Borders | None,
    *,
    lead: bool,
) -> Iterable[Event]:
    """Yield the event of a draft, or one for each named exercise it tells of."""
    spots = choose_spots(reading, draft.strand, draft.kind, mentions, lead=lead, taken=cast.told(draft.strand))
    if not draft.main and not spots and not draft.dated.mentions:
        return
    where, where_evidence = place_fields(report, spots, mentions, borders)
    names = cast.exercises(draft.strand, lead=lead) if draft.kind == "exercise" else []
    for name in names if len(names) > 1 else [None]:
        actors, equipment, who_evidence = cast.of(report, draft.strand, draft.kind, where.get("country"), lead=lead)
        title, title_evidence = title_of(report, reading, draft.strand, draft.kind, name, lead=lead)
        evidence: dict[str, Any] = {
            "title": title_evidence,
            "kind": [quote(report, c.start, c.end) for c in _telling(draft)],
            "status": [quote(report, *draft.marker)] if draft.marker else [],
            "status_reason": draft.status_reason,
            "dates": [quote(report, m.start, m.end) for m in draft.dated.mentions],
            "date_reason": draft.dated.reason,
            **where_evidence,
            **who_evidence,
        }
        yield Event(
            id="",
            title=title,
            kind=draft.kind,
            status=draft.status,
            start=draft.dated.start,
            end=draft.dated.end,
            date_precision=draft.dated.precision,
            actors=actors,
            equipment=equipment,
            source_url=report.source_url,
            source_name=report.source_name,
            licence=report.licence,
            published=report.published,
            main=draft.main,
            evidence=evidence,
            **where,
        )


def _statement(
    report: Report, reading: Reading, lead: _Draft, mentions: list[Mention], dates: list[DateMention]
) -> Iterable[Event]:
    """Yield the denial of a main event as an event of its own: it did happen, on the day it was said."""
    if lead.marker is None:
        return
    sentence = reading.sentences[reading.sentence_at(lead.marker[0])]
    said = _day_said(reading, dates, sentence.number)
    if said is None:
        return
    desk = next((m for m in mentions if m.role == "dateline" and m.place is not None), None)
    spots = [] if desk is None else [Spot(desk)]
    where, evidence = place_fields(report, spots, mentions, None)
    words = [quote(report, sentence.start, sentence.end)]
    evidence |= {
        "title": words,
        "kind": words,
        "status": [],
        "dates": [quote(report, said.start, said.end)],
        "actors": [],
        "equipment": [],
    }
    evidence |= {"date_reason": said.reason, "status_reason": "The denial itself was made."}
    title = shorten(report.body[sentence.start : sentence.end])
    yield Event(
        id="",
        title=title,
        kind="other",
        status="completed",
        start=said.date_start,
        end=said.date_end,
        date_precision=said.precision,
        source_url=report.source_url,
        source_name=report.source_name,
        licence=report.licence,
        published=report.published,
        main=True,
        evidence=evidence,
        **where,
    )


def _day_said(reading: Reading, dates: list[DateMention], number: int) -> DateMention | None:
    """Return the day on which a sentence that denies was said: the given one, or another that does."""
    denying = {number} | {n for n, markers in enumerate(reading.markers) if any(m.label == "denied" for m in markers)}
    days = [
        d
        for d in dates
        if d.date_start is not None and reading.sentence_at(d.start) in denying and d.precision == "day"
    ]
    spoken = [d for d in days if d.role == "event" and SPEECH.search(reading.folded, max(0, d.start - 60), d.start)]
    return next((d for d in days if d.role == "reported"), next(iter(spoken), None))


def _telling(draft: _Draft) -> list[Cue]:
    """Return the cues quoted for a kind: those of the kind, else those it was read from."""
    cues = [c for c in draft.strand.cues if c.kind == draft.kind] or draft.strand.cues
    return cues[:_CUES_QUOTED]


def _distinct(events: Iterable[Event]) -> list[Event]:
    """Leave out an event that says less than another of the same kind, days and place, and make titles distinct."""
    kept: list[Event] = []
    seen: set[tuple[object, ...]] = set()
    titles: set[str] = set()
    for event in sorted(events, key=lambda e: not e.main):
        key = (event.kind, event.start, event.end, event.place, event.title if event.main else "")
        if key in seen or (not event.main and key[:4] in {k[:4] for k in seen}):
            continue
        seen.add(key)
        title = event.title
        if title in titles:
            title = f"{title} ({event.start or event.place or len(kept) + 1})"
        titles.add(title)
        kept.append(replace(event, title=title))
    return kept


def _number(report: Report, events: Sequence[Event]) -> list[Event]:
    """Give each event its id, the same whenever the same report is read."""
    seen: dict[tuple[object, ...], int] = {}
    numbered = []
    for event in events:
        parts = (report.id, event.kind, event.start, event.end, event.place)
        seen[parts] = seen.get(parts, -1) + 1
        numbered.append(replace(event, id=stable_id(*parts, seen[parts])))
    return numbered

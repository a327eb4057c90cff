"""Assembling events: what happened, how sure, when, where, who and with what, each field with its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo.cues import SPEECH, Cue, Reading, read_cues
from geo.event_cast import Cast, name_cast
from geo.event_drafts import (
    SPEAKS_OF_STATES,
    Draft,
    apply_later_words,
    choose_lead,
    date_by_clock,
    date_by_report,
    end_closures,
    is_worth_keeping,
    lead_family_of,
    make_draft,
    mark_main,
    settle_kinds,
    share_months,
)
from geo.event_places import Places, Spot, choose_spots
from geo.event_titles import apply_title, lean_on_title, name_kind
from geo.event_where import place_fields
from geo.event_words import quote, shorten, title_of
from geo.records import DateMention, Event, Mention, Report, stable_id
from geo.strands import AT_BORDER, build_strands
from geo.tellings import Strand

if TYPE_CHECKING:
    from geo.borders import Borders

_CUES_QUOTED = 6
# Told beside a report's main event without a place of their own, these were where that was.
_AT_ONE_BORDER = frozenset(("border_closure", "border_incident", "other", "patrol", "deployment"))
_COARSE_RANK = 1.0  # of a country in geo.event_places
_SPEECH_CHARS = 60  # how far before a day its speech verb stands: "the spokesman stressed on August 8"


@dataclass(slots=True)
class _Case:
    """One report taken apart: everything its events are assembled from."""

    report: Report
    reading: Reading
    dates: list[DateMention]
    mentions: list[Mention]
    places: Places
    cast: Cast
    borders: Borders | None
    told: dict[str, set[int]]  # family -> sentences that tell an event of it
    here: list[Spot]  # where the main event was


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
        The main ones first, then background (``main=False``); each in the order of the text. Empty when the report
        tells nothing of the kinds known.
    """
    reading = read_cues(report.body)
    title = read_cues(report.title).cues if report.title else []
    lean_on_title(reading, title, report.title or "", dates)
    family = lead_family_of(reading, title)
    anchor = report.published or max((d.date_end for d in dates if d.date_end is not None), default=None)
    cast = name_cast(reading)
    places = Places(reading, mentions, cast.who())
    strands = build_strands(reading, dates, anchor=anchor, lead_family=family, spots=places.spots_at)
    cast.owned = {n for s in strands for n in (*s.sentences, *s.follow)}
    drafts = _draft(report, reading, strands, mentions, dates, cast)
    lead = choose_lead(drafts, family)
    if lead is not None:
        apply_later_words(reading, strands, lead)
        apply_title(title, reading, lead)
        name_kind(title, lead)
    fitting = cast.actors or AT_BORDER.search(reading.folded) or SPEAKS_OF_STATES.search(reading.folded)
    mark_main(drafts, lead, title, anchor, fitting=bool(fitting))
    told: dict[str, set[int]] = {}
    for strand in strands:
        told.setdefault(strand.family, set()).update(strand.sentences)
    case = _Case(report, reading, dates, mentions, places, cast, borders, told, [])
    if lead is not None:
        case.here = _spots_of(case, lead, lead=True)
    events = [e for d in drafts if d.main or is_worth_keeping(d) for e in _finish(case, d, lead=d is lead)]
    if lead is not None and lead.status == "denied":
        events.extend(_statement(case, lead))
    return _number(report, sorted(_distinct(events), key=lambda e: not e.main))


def _draft(
    report: Report,
    reading: Reading,
    strands: Sequence[Strand],
    mentions: list[Mention],
    dates: list[DateMention],
    cast: Cast,
) -> list[Draft]:
    """Return the event in the making of each strand, its kind and days settled among the others."""
    drafts = [make_draft(reading, strand, report.published) for strand in strands]
    date_by_clock(reading, drafts, dates)
    settle_kinds(reading, drafts, mentions, cast.states())
    share_months(drafts)
    date_by_report(drafts, reading, dates)
    end_closures(drafts)
    return drafts


def _finish(case: _Case, draft: Draft, *, lead: bool) -> Iterable[Event]:
    """Yield the event of a draft, or one for each named exercise it tells of."""
    report, strand = case.report, draft.strand
    spots = case.here if lead else _spots_of(case, draft, lead=False)
    if draft.main and not lead and draft.kind in _AT_ONE_BORDER and not _has_own_place(case, draft, spots):
        spots = case.here or spots
    if not draft.main and not spots and not draft.dated.mentions:
        return
    where, where_evidence = place_fields(report, spots, case.places, case.borders)
    names = case.cast.exercises(strand, lead=lead) if draft.kind == "exercise" else []
    cues = _telling(draft)
    for name in names if len(names) > 1 else [None]:
        actors, equipment, who_evidence = case.cast.of(report, strand, draft.kind, where.get("country"), lead=lead)
        title, title_evidence = title_of(report, case.reading, strand, draft.kind, name, lead=lead)
        status_words = draft.marker or (cues[0].start, cues[0].end)
        evidence = {
            "title": title_evidence,
            "kind": [quote(report, c.start, c.end) for c in cues],
            "status": [quote(report, *status_words)],
            "status_reason": draft.status_reason,
            "dates": [quote(report, m.start, m.end) for m in draft.dated.mentions],
            "date_reason": draft.dated.reason,
            **where_evidence,
            **who_evidence,
        }
        days = (draft.dated.start, draft.dated.end, draft.dated.precision)
        event = _event(report, title, draft.kind, draft.status, days, evidence, where, main=draft.main)
        yield replace(event, actors=actors, equipment=equipment)


def _spots_of(case: _Case, draft: Draft, *, lead: bool) -> list[Spot]:
    taken = case.told.get(draft.strand.family, set())
    dated = {case.reading.sentence_at(m.start) for m in draft.dated.mentions}
    return choose_spots(case.places, draft.strand, draft.kind, lead=lead, taken=taken, dated=dated)


def _has_own_place(case: _Case, draft: Draft, spots: list[Spot]) -> bool:
    """Say whether a place is named where the event is told, better than a country."""
    own = set(draft.strand.sentences)
    here = [s for s in spots if case.reading.sentence_at(s.mention.start) in own]
    return any(s.rank >= _COARSE_RANK and s.syntax > 0 for s in here)


def _event(
    report: Report,
    title: str,
    kind: str,
    status: str,
    days: tuple[Any, Any, str],
    evidence: dict[str, Any],
    where: dict[str, Any],
    *,
    main: bool,
) -> Event:
    """Return an event with the source of its report; its id is given later."""
    return Event(
        id="",
        title=title,
        kind=kind,
        status=status,
        start=days[0],
        end=days[1],
        date_precision=days[2],
        source_url=report.source_url,
        source_name=report.source_name,
        licence=report.licence,
        published=report.published,
        main=main,
        evidence=evidence,
        **where,
    )


def _statement(case: _Case, lead: Draft) -> Iterable[Event]:
    """Yield the denial of a main event as an event of its own: it did happen, on the day it was said."""
    if lead.marker is None:
        return
    sentence = case.reading.sentences[case.reading.sentence_at(lead.marker[0])]
    said = _day_said(case, sentence.number)
    if said is None:
        return
    desk = next((m for m in case.mentions if m.role == "dateline" and m.place is not None), None)
    where, evidence = place_fields(case.report, [] if desk is None else [Spot(desk)], case.places, None)
    words = [quote(case.report, sentence.start, sentence.end)]
    evidence |= {"title": words, "kind": words, "status": [quote(case.report, *lead.marker)]}
    evidence |= {"dates": [quote(case.report, said.start, said.end)], "date_reason": said.reason}
    evidence |= {"actors": [], "equipment": [], "status_reason": "The denial itself was made."}
    title = shorten(case.report.body[sentence.start : sentence.end])
    days = (said.date_start, said.date_end, said.precision)
    yield _event(case.report, title, "other", "completed", days, evidence, where, main=True)


def _day_said(case: _Case, number: int) -> DateMention | None:
    """Return the day on which a sentence that denies was said: the given one, or another that does."""
    reading = case.reading
    denying = {number} | {n for n, markers in enumerate(reading.markers) if any(m.label == "denied" for m in markers)}
    days = [d for d in case.dates if d.precision == "day" and reading.sentence_at(d.start) in denying and d.date_start]
    spoken = [d for d in days if SPEECH.search(reading.folded, max(0, d.start - _SPEECH_CHARS), d.start)]
    return next((d for d in days if d.role == "reported"), next((d for d in spoken if d.role == "event"), None))


def _telling(draft: Draft) -> list[Cue]:
    """Return the cues quoted for a kind: those of the kind, else those it was read from."""
    cues = [c for c in draft.strand.cues if c.kind == draft.kind] or draft.strand.cues
    return cues[:_CUES_QUOTED]


def _distinct(events: Iterable[Event]) -> list[Event]:
    """Leave out an event that says less than another of the same kind, days and place, and make titles distinct."""
    kept: list[Event] = []
    seen: set[tuple[object, ...]] = set()
    titles: set[str] = set()
    for event in sorted(events, key=lambda e: not e.main):
        same = (event.kind, event.start, event.end, event.place)
        if (*same, event.title) in seen or (not event.main and same in seen):
            continue
        seen |= {same, (*same, event.title)}
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

"""The events of a query as a document tells them: cards with the sentences that support them, counts, and a receipt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import geopandas as gpd

from dashboard import names, words
from dashboard.card import find_quotes, split_text, to_card
from dashboard.chips import chips
from dashboard.i18n import later, tr, trn
from dashboard.project import open_project
from geo.clauses import split_sentences
from geo.exports import find_datasets
from geo.exports.chunks import chunk_of
from geo.exports.receipt import Ledger
from geo.features import to_events
from geo.query import Counts, Query
from geo.records import Event, Report

MOST_QUOTED = 6  # sentences of one event; a longer quotation would be the report itself
LONGEST = 700  # characters of a sentence that are quoted
REFERENCE = (
    later("border lines, distances to them, outlines of countries"),
    later("places of reports"),
    later("outlines of regions"),
    later("public domain"),
)  # words of geo.exports.receipt on the reference data
NOT_SHOWN = ("title",)  # a title's words are whole sentences


@dataclass(frozen=True)
class Entries:
    """Some events of a query: what they tell, how many there are in all, and the receipt of just these."""

    events: list[dict[str, Any]]
    total: int
    counts: Counts
    receipt: dict[str, Any]

    @property
    def left_out(self) -> int:
        """How many of what is shown are not among the events."""
        return self.total - len(self.events)


def read_entries(query: Query, *, limit: int, now: datetime, offset: int = 0, order: str = "-start") -> Entries:
    """
    Return a page of what a query shows, each event as `to_entry` writes it.

    Parameters
    ----------
    limit, offset, order
        As of `geo.query.Engine.rows`.
    now
        When this is asked, with its time zone; goes into the receipt.
    """
    project = open_project()
    counts = project.engine.counts(query)
    rows = project.engine.rows(query, limit=limit, offset=offset, order=order)
    reports = lru_cache(maxsize=None)(project.store.report)
    events = zip(to_events(rows.drop(columns="match"), checked=True), rows["match"].tolist(), strict=True)
    found = [to_entry(event, match, reports(_report_id(event)), query) for event, match in events]
    total = counts.shown + (counts.possible if query.possible else 0)
    return Entries(found, total, counts, _receipt(query, counts, rows, now))


def _receipt(query: Query, counts: Counts, rows: gpd.GeoDataFrame, now: datetime) -> dict[str, Any]:
    ledger = Ledger(query, counts._asdict(), now, find_datasets(open_project().engine))
    if len(rows):
        ledger.add(chunk_of(rows))
    return ledger.receipt()


def _report_id(event: Event) -> str:
    listed = (entry for value in event.evidence.values() if isinstance(value, list) for entry in value)
    return next((entry["report"] for entry in listed if isinstance(entry, dict) and entry.get("report")), "")


def to_entry(event: Event, match: str, report: Report | None, query: Query) -> dict[str, Any]:
    """Return an event's card (see `dashboard.card.to_card`) with its days and the quoted sentences, not the report."""
    limit = query.within_km if query.border == event.border else None
    card = to_card(event, None, names.countries(), within_km=limit)
    days = {name: day and day.isoformat() for name, day in _days(event)}
    told = {"report_title": words.plain(report.title, limit=300), "language": report.language} if report else {}
    quotes = {"quotes": to_quotes(event, report)}
    return {**card, **told, **quotes, "match": match, "days": days, "precision": event.date_precision}


def _days(event: Event) -> Iterable[tuple[str, Any]]:
    return (("start", event.start), ("end", event.end), ("published", event.published))


def to_quotes(event: Event, report: Report | None) -> list[list[dict[str, Any]]]:
    """
    Return the sentences of the report that support the event, in its order.

    Returns
    -------
    quotes
        Each sentence as pieces of ``text`` with the ``fields`` they support; at most `MOST_QUOTED` sentences, those
        that support most fields, of at most `LONGEST` characters.
    """
    spans = [span for span in find_quotes(event, report) if span[2] not in NOT_SHOWN] if report else []
    sentences = [(s.start, s.end) for s in _sentences(report.body)] if report and spans else []
    found = []
    for start, end in sentences:
        inside = [(max(a, start) - start, min(b, end) - start, field) for a, b, field in spans if a < end and b > start]
        if inside:
            found.append((len({field for _, _, field in inside}), start, _cut(report.body[start:end], inside)))
    best = sorted(found, key=lambda quote: (-quote[0], quote[1]))[:MOST_QUOTED]
    return [pieces for _, _, pieces in sorted(best, key=lambda quote: quote[1])]


_sentences = lru_cache(maxsize=64)(split_sentences)


def _cut(sentence: str, spans: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Return a sentence in pieces, shortened where it is endless."""
    pieces, room = [], LONGEST
    for piece in split_text(sentence, spans):
        text = piece["text"]
        pieces.append({"text": text if len(text) <= room else text[:room].rstrip() + " […]", "fields": piece["fields"]})
        room -= len(text)
        if room <= 0:
            break
    return pieces


def to_filters(query: Query) -> list[str]:
    """Return the filters in force in words, one by one."""
    return [chip["text"] for chip in chips(query)]


def to_title(query: Query) -> str:
    """Return a title in plain words: what, near which border, when."""
    title = tr("Reported events")
    if query.border and query.within_km is not None:
        pair = names.border_pairs().get(query.border, query.border)
        near = {"km": words.kilometres(query.within_km), "border": pair}
        title = tr("Reported events within {km} of the border {border}", **near)
    if not query.start and not query.end:
        return title
    told = words.range_of(query.start, query.end)
    return f"{title}, {told[0].lower()}{told[1:]}" if not (query.start and query.end) else f"{title}, {told}"


def to_counts(query: Query, counts: Counts) -> list[list[Any]]:
    """Return the five counts and their total as key, number and words, those of the line under the map."""
    filtered = replace(query, possible=True, background=False) != Query()
    told = [
        ("shown", tr("shown")),
        ("possible", tr("possible") if query.possible else tr("possible, switched off")),
        ("undated", tr("undated")),
        ("unplaced", tr("without a place")),
        ("hidden", tr("hidden") if filtered else tr("background")),
        ("total", tr("in all")),
    ]
    return [[key, getattr(counts, key), text] for key, text in told]


def to_time(now: datetime) -> str:
    """Write a moment out: ``23 November 2026, 16:40 UTC``."""
    return f"{words.day(now.date())}, {now:%H:%M} UTC"


def to_credits(receipt: dict[str, Any]) -> list[dict[str, str | None]]:
    """Return whom the events rest on, one line each: sources of reports, datasets, reference data, notices."""
    lines = [_credit(notice, None, None) for notice in receipt.get("notices", ())]
    for entry in receipt.get("datasets", ()):
        told = trn("{n} event of dataset {name}", "{n} events of dataset {name}", entry["rows"], name=entry["name"])
        lines.append(_credit(told, entry.get("url"), entry.get("attribution"), entry.get("licence")))
    sources = ((entry["name"] or tr("Source not named"), entry) for entry in receipt.get("sources", ()))
    lines += [_credit(name, entry["url"], entry["licence"]) for name, entry in sources]
    reference = receipt.get("reference", ())
    return lines + [_credit(e["attribution"], e["url"], tr(e["used_for"]), tr(e["licence"])) for e in reference]


def _credit(text: str, link: str | None, *rest: str | None) -> dict[str, str | None]:
    told = [words.plain(part, limit=200) for part in rest if part]
    safe = link if link and link.startswith(("http://", "https://")) else None
    return {"text": words.plain(text, limit=400), "link": safe, "note": "; ".join(told) or None}

"""The card of one event: every field in plain words with the words of the report that support it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from dashboard import words
from dashboard.drawing import to_spots
from dashboard.i18n import language, tr
from dashboard.names import place as place_name
from dashboard.style import REVIEW_LABEL, kind_label, precision_label, status_label
from geo.records import Event, Report

WHOLE_TEXT = 20_000  # characters; a longer report is shown around its quotes
AROUND = 400  # characters kept on either side of a quote in a long report

# Fields with a colour of their own in the text, in the order in which they win where quotes overlap.
FIELDS = ("date", "place", "actors", "equipment", "kind", "status", "title")
_SAME = {"places": "place", "dates": "date", "start": "date", "end": "date"}
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;)]")


def border_name(pair: str, names: dict[str, str]) -> str:
    """Return a border in words: ``"Afghanistan – Tajikistan border"``."""
    first, second = pair.split("-")
    return tr("{first} – {second} border", first=names.get(first, first), second=names.get(second, second))


def border_from(pair: str, country: str | None, names: dict[str, str]) -> str:
    """Return a border as seen from a country: ``"border with Afghanistan"``; in full where the country is neither."""
    others = [code for code in pair.split("-") if code != country]
    if len(others) != 1 or language() != "en":  # elsewhere a country's name takes another form after "with"
        return border_name(pair, names)
    return f"border with {names.get(others[0], others[0])}"


def find_quotes(event: Event, report: Report) -> list[tuple[int, int, str]]:
    """Return the spans of the report that support the event as (start, end, field), without those that do not fit."""
    found = []
    for name, entries in event.evidence.items():
        for entry in entries if isinstance(entries, list) else ():
            start, end = entry.get("start"), entry.get("end")
            whole = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(report.body)
            if whole and entry.get("report") in {report.id, None}:
                found.append((start, end, _SAME.get(name, name)))
    return sorted(set(found))


def _rank(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)


def split_text(body: str, quotes: Iterable[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Cut a text into pieces at the ends of its quotes; each piece names the fields it supports."""
    begins: dict[int, list[str]] = defaultdict(list)
    ends: dict[int, list[str]] = defaultdict(list)
    for start, end, field in quotes:
        begins[start].append(field)
        ends[end].append(field)
    open_fields: Counter[str] = Counter()
    pieces = []
    for start, end in pairwise(sorted({0, len(body), *begins, *ends})):
        open_fields.subtract(ends[start])
        open_fields.update(begins[start])
        fields = sorted((field for field, n in open_fields.items() if n > 0), key=_rank)
        pieces.append({"text": body[start:end], "fields": fields})
    return pieces


def _shorten(pieces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out of a long text what is far from any quote."""
    if sum(len(piece["text"]) for piece in pieces) <= WHOLE_TEXT:
        return pieces
    short = []
    for number, piece in enumerate(pieces):
        text = piece["text"]
        if not piece["fields"] and len(text) > 2 * AROUND:
            head = "" if number == 0 else text[:AROUND]
            tail = "" if number == len(pieces) - 1 else text[-AROUND:]
            text = f"{head} […] {tail}" if head or tail else text[:WHOLE_TEXT] + " […]"
        short.append({**piece, "text": text[: WHOLE_TEXT + 10]})
    return short


def safe_link(url: str | None) -> str | None:
    """Return an http or https address, or None for anything else."""
    return url if url and re.match(r"https?://[^\s<>\"]+$", url) else None


def _places(event: Event, names: dict[str, str]) -> list[dict[str, Any]]:
    entries = event.evidence.get("places") or [
        {
            "name": event.place,
            "country": event.country,
            "radius_km": event.radius_km,
            "precision": event.location_precision,
            "lat": getattr(event.geometry, "y", None),
            "lon": getattr(event.geometry, "x", None),
            "border": event.border,
        }
    ]
    return [_place(entry, names) for entry in entries if entry.get("name")]


def _place(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    border = entry.get("border")
    line = border_name(border, names) if border else ""
    country = entry.get("country")
    located = entry.get("lat") is not None and entry.get("lon") is not None
    return {
        "name": place_name(words.plain(entry["name"], limit=120)),
        "country": names.get(country, country) if country else None,
        "precision": precision_label(entry.get("precision", "unknown")),
        "extent": words.extent(entry, line),
        "derivation": words.plain(entry.get("derivation"), limit=600) or None,
        "reason": words.plain(entry.get("reason"), limit=400) or None,
        "source": split_source(entry.get("source")),
        "coordinates": f"{entry['lat']:.5f}, {entry['lon']:.5f}" if located else None,
    }


def split_source(text: str | None) -> list[dict[str, str | None]]:
    """
    Return a place's sources one by one, each with its words and its address.

    `text` is as the curated places have it: name and address of each, divided by `` ; ``.
    """
    found = []
    for part in words.plain(text, limit=900).removeprefix("data/places.csv:").split(" ; "):
        link = _ADDRESS.search(part)
        said = " ".join(_ADDRESS.sub("", part).split()).strip(" .,;")
        if said or link:
            found.append({"text": said or link[0].split("/")[2], "link": link[0] if link else None})  # type: ignore[index]
    return found


def _when(event: Event) -> dict[str, Any]:
    note = words.DATE_PRECISION_NOTE[event.date_precision]
    reason = event.evidence.get("date_reason")
    return {
        "text": words.dates(event.start, event.end, event.date_precision),
        "note": tr(note) if note else "",
        "reason": words.plain(reason, limit=300) if isinstance(reason, str) else None,
    }


def _source(event: Event, report: Report | None) -> dict[str, Any]:
    link = safe_link(event.source_url or (report.source_url if report else None))
    name = event.source_name or (report.source_name if report else None)
    return {
        "name": words.plain(name, limit=120) or (link.split("/")[2] if link else tr("Source not named")),
        "link": link,
        "published": words.day(event.published) if event.published else None,
        "licence": words.plain(event.licence, limit=120) or None,
        "dataset": event.dataset,
    }


def to_card(
    event: Event, report: Report | None, names: dict[str, str], *, within_km: float | None = None
) -> dict[str, Any]:
    """
    Return everything the card shows, as text to be written with ``textContent``.

    Parameters
    ----------
    event, report
        The event, and the report it was read from; None for imported events.
    names
        Country names by ISO 3166-1 alpha-2 code.
    within_km
        The border filter's limit in force; the distance then says whether it settles it.
    """
    border = border_from(event.border, event.country, names) if event.border else ""
    quotes = find_quotes(event, report) if report else []
    reason = event.evidence.get("status_reason")
    return {
        "id": event.id,
        "title": words.plain(event.title, limit=500),
        "kind": event.kind,
        "kind_label": kind_label(event.kind),
        "status": event.status,
        "status_label": status_label(event.status),
        "status_reason": words.plain(reason, limit=300) if isinstance(reason, str) else None,
        "main": event.main,
        "when": _when(event),
        "places": _places(event, names),
        "spots": to_spots({name: getattr(event, name) for name in Event.__dataclass_fields__}),
        "distance": words.border_distance(event, border, within_km),
        "actors": [words.plain(actor, limit=160) for actor in event.actors],
        "equipment": [words.plain(item, limit=160) for item in event.equipment],
        "source": _source(event, report),
        "review": tr(REVIEW_LABEL[event.review]),
        "report_title": words.plain(report.title, limit=500) if report else None,
        "language": report.language if report else None,
        "pieces": _shorten(split_text(report.body, quotes)) if report else [],
    }

"""What was understood of a report, as the page that adds one shows it: all of it text, for ``textContent``."""

import os
from functools import cache
from typing import Any

import streamlit as st
from streamlit import config

from dashboard import names, words
from dashboard.card import border_name, find_quotes, split_text
from dashboard.drawing import WIDE, to_feature
from dashboard.i18n import later, number, tr, trn
from dashboard.style import ROLE_LABEL, kind_label, status_label
from geo.errors import UnreadableReport
from geo.extract import Atlas, Understanding, load_atlas, understand
from geo.records import DateMention, Event, Mention
from geo.reports import decode, parse_report

MAX_CHARACTERS = 300_000  # a book is read by the command line; a page answers within seconds
SHOWN_CHARACTERS = 60_000
SHOWN_ROWS = 200  # of each table
_DATE_ROLE = {"event": later("When it happened"), "since": later("Since then"), "reported": later("When it was said")}
_MARKED = {"actors", "equipment", "kind", "status"}
_LOCAL = {"127.0.0.1", "localhost", "::1"}


@cache
def atlas() -> Atlas:
    """Open the gazetteer and the borders once per process."""
    return load_atlas()


def may_edit() -> bool:
    """Say whether this visitor may add reports: anyone on a local server, who is logged in on a shared one."""
    return config.get_option("server.address") in _LOCAL or bool(getattr(st.user, "is_logged_in", False))


def read(text: str, *, name: str = "pasted", **given: Any) -> Understanding:  # noqa: ANN401 - as `parse_report` takes it
    """
    Understand a pasted or uploaded text; nothing is stored.

    Raises
    ------
    UnreadableReport
        When it is empty, too long, or no report; the message says what to change.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableReport(
            tr(
                "The text has {n} characters; this page reads up to {most}. "
                "Use the command line: python -m geo ingest FILE",
                n=number(len(text)),
                most=number(MAX_CHARACTERS),
            )
        )
    return understand(parse_report(text, stem=name, **given), atlas())


def read_upload(raw: bytes, file_name: str) -> tuple[str, str]:
    """Return an uploaded file's text and its stem; raise UnreadableReport for what is not text."""
    return decode(raw, file_name), os.path.splitext(os.path.basename(file_name))[0] or "upload"  # noqa: PTH119, PTH122


def _mention(mention: Mention, countries: dict[str, str]) -> dict[str, Any]:
    place = mention.place
    return {
        "words": words.plain(mention.surface, limit=80),
        "role": tr(ROLE_LABEL[mention.role]),
        "place": _place_words(mention, countries),
        "reason": words.plain(mention.decision.reason, limit=240),
        "known": place is not None,
    }


def _place_words(mention: Mention, countries: dict[str, str]) -> str:
    place = mention.place
    if place is None:
        return tr("Not placed")
    if place.border:
        return border_name(place.border, countries)
    where = names.place(words.plain(place.name, limit=80))
    country = countries.get(place.country or "", place.country or "")
    exact = place.radius_km is not None and place.precision not in WIDE
    radius = f", ± {words.kilometres(place.radius_km)}" if exact else ""
    return f"{where}{', ' + country if country and country != where else ''}{radius}"


def _date(found: DateMention) -> dict[str, Any]:
    return {
        "words": words.plain(found.text, limit=80),
        "date": words.dates(found.date_start, found.date_end, found.precision),
        "role": tr(_DATE_ROLE.get(found.role, "Dateline")),
        "reason": words.plain(found.reason, limit=240),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "title": words.plain(event.title),
        "kind": event.kind,
        "kind_label": kind_label(event.kind),
        "status": event.status,
        "status_label": status_label(event.status),
        "main": event.main,
        "when": words.dates(event.start, event.end, event.date_precision),
        "place": names.place(words.plain(event.place, limit=120)),
        "radius": words.kilometres(event.radius_km) if event.radius_km is not None else None,
        "actors": [words.plain(actor, limit=80) for actor in event.actors],
        "equipment": [words.plain(item, limit=80) for item in event.equipment],
    }


def _spans(understanding: Understanding) -> list[tuple[int, int, str]]:
    spans = [(m.start, m.end, "place" if m.role == "place" and m.place else "name") for m in understanding.mentions]
    spans += [(d.start, d.end, "date" if d.role in {"event", "since"} else "stamp") for d in understanding.dates]
    for event in understanding.events:
        spans += [quote for quote in find_quotes(event, understanding.report) if quote[2] in _MARKED]
    return sorted(set(spans))


def to_reading(understanding: Understanding, countries: dict[str, str]) -> dict[str, Any]:
    """Return the text in pieces with what each was understood as, and the tables beside it."""
    report = understanding.report
    body = report.body[:SHOWN_CHARACTERS]
    pieces = split_text(body, [span for span in _spans(understanding) if span[1] <= len(body)])
    if len(report.body) > len(body):
        left = len(report.body) - len(body)
        told = trn("[… {n} more character was read]", "[… {n} more characters were read]", left)
        pieces.append({"text": f"\n\n{told}", "fields": []})
    return {
        "title": words.plain(report.title, limit=300),
        "published": words.day(report.published) if report.published else None,
        "language": report.language,
        "pieces": pieces,
        "mentions": [_mention(m, countries) for m in understanding.mentions[:SHOWN_ROWS]],
        "dates": [_date(d) for d in understanding.dates[:SHOWN_ROWS]],
        "events": [_event(e) for e in understanding.events[:SHOWN_ROWS]],
        "totals": {name: len(getattr(understanding, name)) for name in ("mentions", "dates", "events")},
    }


def to_draft(understanding: Understanding) -> list[dict[str, Any]]:
    """Return what the map draws of a report that is not stored: its events, and the other places it names."""
    fields = Event.__dataclass_fields__
    told = [event for event in understanding.events if event.main] or understanding.events
    drawn = [to_feature({name: getattr(event, name) for name in fields}) for event in told]
    seen = {(spot.get("lon"), spot.get("lat"), spot.get("border")) for event in drawn for spot in event["spots"]}
    for mention in understanding.mentions[: 5 * SHOWN_ROWS]:
        spot = _pin(mention)
        if spot and (spot["lon"], spot["lat"], None) not in seen:
            seen.add((spot["lon"], spot["lat"], None))
            shared = {"kind": "other", "status": "reported", "match": "possible", "when": tr("Named in the report")}
            itself = {"id": f"place-{len(drawn)}", "title": spot["name"], "place": spot["name"], "named": True}
            drawn.append({**shared, **itself, "spots": [spot]})
    return drawn


def _pin(mention: Mention) -> dict[str, Any] | None:
    """Return where a place that is only named is drawn; countries and regions are not."""
    place = mention.place
    if place is None or place.lat is None or place.lon is None or mention.role != "place" or place.precision in WIDE:
        return None
    name = names.place(words.plain(place.name, limit=80))
    return {
        "type": "point",
        "lon": round(place.lon, 5),
        "lat": round(place.lat, 5),
        "km": place.radius_km,
        "name": name,
    }

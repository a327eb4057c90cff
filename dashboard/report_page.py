"""The report page: what a query shows as a text to read, print and cite, by month, every event with its source."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from dashboard import entries, words
from dashboard.embed import read_place
from dashboard.i18n import tr
from dashboard.project import open_project
from dashboard.snapshot import draw_scene
from geo import __version__
from geo.errors import InvalidQuery
from geo.query import Query

PAGE = 100  # events a page: about 40 sheets of A4
MAP_SIZE = "1360,760"  # twice the pixels that the text's width leaves it


def read_page(params: Mapping[str, str]) -> int:
    """Return the number of the page asked for, from 1; raise InvalidQuery for what is no such number."""
    text = params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) >= 1):
        raise InvalidQuery(f"page={text[:80]!r} is no page; expected a number from 1.")
    return int(text)


def answer(params: Mapping[str, str]) -> dict[str, Any]:
    """
    Return a page of the report on a query.

    Returns
    -------
    report
        ``title``, ``filters`` in words, the five ``counts``, ``months`` (words, events as `dashboard.entries` writes
        them, in order of time, each with the numbers of its ``notes``), the ``notes`` (numbered sources), ``credits``,
        ``page`` and ``pages`` with ``first`` and ``last`` event, ``scene`` (the map), ``time``, ``version``, ``link``.
    """
    now, query, page = datetime.now(UTC), Query.from_params(params), read_page(params)
    found = entries.read_entries(query, limit=PAGE, offset=(page - 1) * PAGE, now=now, order="start")
    place = read_place({"size": MAP_SIZE}, _extent(found.events) or open_project().engine.extent(query))
    notes, numbers = _notes(found.events)
    drawn = draw_scene(found.events, place)
    first = (page - 1) * PAGE + 1
    for event, number in zip(found.events, numbers, strict=True):
        event["note"] = number
    return {
        "title": entries.to_title(query),
        "filters": entries.to_filters(query),
        "counts": entries.to_counts(query, found.counts),
        "total": found.total,
        "page": page,
        "pages": max(1, -(-found.total // PAGE)),
        "first": first,
        "last": first + len(found.events) - 1,
        "months": _months(found.events),
        "notes": notes,
        "credits": _reference(found.receipt),
        "time": entries.to_time(now),
        "day": words.day(now.date()),
        "version": __version__,
        "link": urlencode(query.to_params(), safe=","),
        "scene": drawn,
    }


def _extent(found: list[dict[str, Any]]) -> tuple[float, float, float, float] | None:
    """Return the box around the places of a page; None where it has none but lines and outlines."""
    spots = [spot for event in found for spot in event["spots"] if spot.get("lat") is not None]
    if not spots:
        return None
    lon, lat = [spot["lon"] for spot in spots], [spot["lat"] for spot in spots]
    return min(lon), min(lat), max(lon), max(lat)


def _months(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group events in order of time by the month of their first known day."""
    months: list[dict[str, Any]] = []
    for event in found:
        name = _month(event)
        if not months or months[-1]["name"] != name:
            months.append({"name": name, "events": []})
        months[-1]["events"].append(event)
    return months


def _month(event: Mapping[str, Any]) -> str:
    day = event["days"]["start"] or event["days"]["end"]
    if day is None:
        return tr("Date not known")
    year, month, _ = (int(part) for part in day.split("-"))
    if event["precision"] == "year":
        return str(year)
    name = words.month_of(date(year, month, 1))
    return name[0].upper() + name[1:]


def _notes(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the sources in order of mention, and for each event the number of its own, from 1."""
    notes: dict[tuple[Any, ...], dict[str, Any]] = {}
    numbers = []
    for event in found:
        source = event["source"]
        title = event.get("report_title")
        key = (source["name"], source["link"], source["published"], title)
        note = notes.setdefault(key, {**source, "title": title, "number": len(notes) + 1})
        numbers.append(note["number"])
    return list(notes.values()), numbers


def _reference(receipt: dict[str, Any]) -> list[dict[str, str | None]]:
    """Return whom to credit besides the sources of the notes."""
    return entries.to_credits({**receipt, "sources": []})

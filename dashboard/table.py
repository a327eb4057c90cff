"""The table: pages of what a query shows in any order, and where in that order an event stands."""

from collections.abc import Mapping
from typing import Any

from dashboard import names, words
from dashboard.card import safe_link
from dashboard.drawing import to_records
from dashboard.i18n import later, number, tr
from dashboard.project import open_project
from dashboard.style import kind_label, precision_label, status_label
from geo.errors import InvalidQuery
from geo.query import Query
from geo.records import Event
from geo.sql import ORDERS, Statement

ROWS = 100  # lines of a page
NEWEST = "-start"

# Column: its title and, where it can be sorted, the column of the store.
COLUMNS: dict[str, tuple[str, str | None]] = {
    "when": (later("When"), "start"),
    "until": (later("Until"), "end"),
    "title": (later("Title"), "title"),
    "kind": (later("Kind"), "kind"),
    "status": (later("Status"), "status"),
    "place": (later("Place"), "place"),
    "known": (later("Known to"), None),
    "radius": (later("± km"), None),
    "country": (later("Country"), "country"),
    "border": (later("Border"), None),
    "border_km": (later("Border km"), "border_km"),
    "match": (later("Match"), None),
    "actors": (later("Actors"), None),
    "equipment": (later("Equipment"), None),
    "source": (later("Source"), "source_name"),
    "published": (later("Published"), "published"),
    "dataset": (later("Dataset"), None),
    "report": (later("Link"), None),
}
SHOWN = ("when", "title", "kind", "place", "radius", "border_km")
NUMBERS = ("radius", "border_km")


def to_client() -> dict[str, Any]:
    """Return what the browser needs to draw the table: its columns, and those it begins with."""
    columns = [
        {"key": key, "title": tr(title), "order": order, "number": key in NUMBERS}
        for key, (title, order) in COLUMNS.items()
    ]
    return {"columns": columns, "shown": SHOWN, "rows": ROWS, "order": NEWEST}


def _border(pair: str | None) -> str | None:
    return names.border_pairs().get(pair, pair) if pair else None


def _number(value: float | None) -> str | None:
    if value is None:
        return None
    return number(value) if value >= 10 else f"{value:.2g}".replace(".", number(0.1, 1)[1])


def to_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of one event by column: text that nothing in the browser would interpret."""
    end, published = row["end"], row["published"]
    return {
        "when": words.dates(row["start"], row["end"], row["date_precision"]),
        "until": words.day(end) if end else None,
        "title": words.plain(row["title"]),
        "kind": kind_label(row["kind"]),
        "status": status_label(row["status"]),
        "place": names.place(words.plain(row["place"], limit=120)) or None,
        "known": precision_label(row["location_precision"]),
        "radius": _number(row["radius_km"]),
        "country": names.country(row["country"]) if row["country"] else None,
        "border": _border(row["border"]),
        "border_km": _number(row["border_km"]),
        "match": tr("yes") if row["match"] == "yes" else tr("possible"),
        "actors": words.plain(", ".join(row["actors"])) or None,
        "equipment": words.plain(", ".join(row["equipment"])) or None,
        "source": words.plain(row["source_name"], limit=80) or None,
        "published": words.day(published) if published else None,
        "dataset": words.plain(row["dataset"], limit=80),
        "report": safe_link(row["source_url"]),
    }


def _order(params: Mapping[str, str]) -> str:
    order = params.get("order") or NEWEST
    if order.removeprefix("-") not in ORDERS:
        raise InvalidQuery(f"order={order[:80]!r} is no order; expected one of {', '.join(ORDERS)}, perhaps with a -.")
    return order


def _page(params: Mapping[str, str]) -> int:
    text = params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise InvalidQuery(f"page={text[:80]!r} is no page; expected 1 or more.")
    return int(text)


def to_page(params: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of what is shown; a page beyond the last is the last."""
    query, engine = Query.from_params(params), open_project().engine
    order, page, counts = _order(params), _page(params), engine.counts(query)
    total = counts.shown + (counts.possible if query.possible else 0)
    pages = max(1, -(-total // ROWS))
    page = min(page, pages)
    rows = engine.rows(query, limit=ROWS, offset=(page - 1) * ROWS, order=order)
    lines = [
        {"id": row["id"], "kind": row["kind"], "status": row["status"], "match": row["match"], "cells": to_cells(row)}
        for row in to_records(rows)
    ]
    return {"rows": lines, "page": page, "pages": pages, "total": total, "stored": counts.total, "order": order}


def find_page(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the page on which an event stands, or null where the query does not show it."""
    query, engine, order = Query.from_params(params), open_project().engine, _order(params)
    event = engine.event(params.get("id", ""))
    if event is None:
        return {"page": None}
    if not _seen(query, where=Statement("id = :an_id", {"an_id": event.id})):
        return {"page": None}
    return {"page": _seen(query, where=before(event, order)) // ROWS + 1}


def _seen(query: Query, where: Statement) -> int:
    counts = open_project().engine.counts(query, where=where)
    return counts.shown + (counts.possible if query.possible else 0)


def before(event: Event, order: str) -> Statement:
    """Return the condition that a row stands before an event: nulls come last, ties are in order of their ids."""
    column, way = order.removeprefix("-"), ">" if order.startswith("-") else "<"
    value = getattr(event, column)
    if value is None:
        return Statement(f'("{column}" IS NOT NULL OR id < :an_id)', {"an_id": event.id})
    text = f'("{column}" {way} :a_value OR ("{column}" = :a_value AND id < :an_id))'
    return Statement(text, {"a_value": value, "an_id": event.id})

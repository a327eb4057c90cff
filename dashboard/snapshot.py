"""The current view as one file: a snapshot that opens from disk, and the page that makes a picture of its map."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from dashboard import entries
from dashboard.document import to_document
from dashboard.embed import Outlines, Place, cut_base, read_place
from dashboard.i18n import later, number, tr, trn
from dashboard.project import open_project
from dashboard.style import to_client
from geo import __version__
from geo.query import Query

MOST_EVENTS = 2_000  # in one file: about 5 MB, which every browser still opens at once
DRAWING = ("dom.js", "symbols.js", "canvas_base.js", "canvas_events.js")  # what draws a map, here and in the report
SNAPSHOT = (*DRAWING, "snapshot_time.js", "snapshot_card.js", "snapshot.js")
PICTURE = (*DRAWING, "picture.js")
CREDIT = later("© OpenStreetMap contributors (ODbL) · Natural Earth · GeoNames (CC BY 4.0)")


def draw_scene(found: list[dict[str, Any]], place: Place) -> dict[str, Any]:
    """Return what the canvas draws: the base map, the events' outlines (their spots then name them), style, place."""
    outlines = Outlines(place.zoom)
    for event in found:
        event["spots"] = [outlines.place(spot) for spot in event["spots"]]
    at = {"lat": round(place.lat, 5), "lon": round(place.lon, 5), "zoom": place.zoom}
    at |= {"width": place.width, "height": place.height}
    base = cut_base(place)
    return {"at": at, "base": base, "outlines": outlines.to_client(), "style": to_client(), "credit": tr(CREDIT)}


def rule_of(left_out: int) -> str | None:
    """Say in a sentence which events a file of limited length leaves out, or None."""
    if not left_out:
        return None
    return trn(
        "This file holds the {most} events with the latest first day; {n} earlier or undated event was left out.",
        "This file holds the {most} events with the latest first day; {n} earlier or undated events were left out.",
        left_out,
        most=number(MOST_EVENTS),
    )


def to_snapshot(params: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return all that a snapshot holds, see `read_place` for what ``params`` say besides the query."""
    query = Query.from_params(params)
    found = entries.read_entries(query, limit=MOST_EVENTS, now=now)
    place = read_place(params, open_project().engine.extent(query))
    return {
        "title": entries.to_title(query),
        "filters": entries.to_filters(query),
        "counts": entries.to_counts(query, found.counts),
        "left_out": rule_of(found.left_out),
        "time": entries.to_time(now),
        "day": now.date().isoformat(),
        "version": __version__,
        "link": urlencode(query.to_params(), safe=","),
        "event": params.get("event"),
        "theme": params.get("theme"),
        "credits": entries.to_credits(found.receipt),
        "receipt": found.receipt,
        "scene": draw_scene(found.events, place),
        "events": found.events,
    }


def snapshot(params: Mapping[str, str]) -> Response:
    """Return the view as one HTML file to keep."""
    now = datetime.now(UTC)
    data = to_snapshot(params, now)
    body = to_document(
        data,
        scripts=SNAPSHOT,
        styles=("canvas.css", "snapshot.css"),
        theme=params.get("theme", "light"),
    )
    name = f"borderwatch-{now:%Y-%m-%d}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, media_type="text/html")


def picture(params: Mapping[str, str]) -> Response:
    """Return the page that draws the map as a picture for a paper, and saves it."""
    now = datetime.now(UTC)
    data = to_snapshot(params, now)
    kept = ("id", "title", "kind", "status", "match", "spots")
    data["events"] = [{name: event[name] for name in kept} for event in data["events"]]
    if data["left_out"]:
        data["left_out"] = tr(
            "{n} of {total} events drawn", n=number(len(data["events"])), total=number(data["counts"][0][1])
        )
    body = to_document(
        data,
        scripts=PICTURE,
        styles=("canvas.css", "picture.css"),
        theme=params.get("theme", "light"),
    )
    return Response(body, headers={"Cache-Control": "no-store"}, media_type="text/html")

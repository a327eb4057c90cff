"""The JSON behind the map, the timeline and the panel; every answer is for one query string."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dashboard import basemap, catalogue, facets, frames, names, table, timeline
from dashboard.also import to_also
from dashboard.answers import Remembered, Turns, respond_with
from dashboard.card import to_card
from dashboard.document_routes import ANSWERS as DOCUMENT_ANSWERS
from dashboard.drawing import DRAWN, LISTED, WIDE, split_cells, to_feature, to_line
from dashboard.i18n import language
from dashboard.layer_routes import ANSWERS as LAYER_ANSWERS
from dashboard.params import WHOLE_EVENTS, overlap, read_integer, read_view
from dashboard.profile_routes import ANSWERS as PROFILE_ANSWERS
from dashboard.project import open_project
from dashboard.style import to_client
from geo.export import to_geojson
from geo.exports import Export, find_format
from geo.features import to_events
from geo.query import Counts, Engine, Query
from geo.records import Event
from geo.same import Proposal, propose_same
from geo.store import Store

OTHERS = PROFILE_ANSWERS | LAYER_ANSWERS | DOCUMENT_ANSWERS
PAGE = 100  # lines of the list per request
MAX_PAGE = 500


def events_in_view(params: Mapping[str, str]) -> dict[str, Any]:
    """Return what the map draws: events with their spots, or cells with counts when there are too many."""
    query, view = Query.from_params(params), read_view(params.get("view", "-180,-90,180,90"))
    zoom = read_integer(params, "zoom", 0, 20, 4)
    box = overlap(query.bbox, view)
    engine = open_project().engine
    total = _drawn(query)
    few = engine.few(replace(query, bbox=box), DRAWN, limit=WHOLE_EVENTS) if box else []
    if few is not None:
        events = [to_feature(row) for row in few]
        return {"mode": "events", "events": events, "here": len(events), "total": total, "stored": _counts(query).total}
    alone, many = split_cells(engine.cells(query, bbox=box, zoom=zoom, many=True))
    here = len(alone) + sum(cell["n"] for cell in many)
    return {"mode": "cells", "events": alone, "cells": many, "here": min(here, total), "total": total}


def _counts(query: Query) -> Counts:
    project = open_project()
    return _counted(project.engine, query, project.version())


@lru_cache(maxsize=64)
def _counted(engine: Engine, query: Query, _version: int) -> Counts:
    """Count once for the three requests that a change of the filter brings."""
    return engine.counts(query)


def _drawn(query: Query) -> int:
    counts = _counts(query)
    return counts.shown + (counts.possible if query.possible else 0)


def extent(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the box around everything the query shows, or null."""
    box = open_project().engine.extent(Query.from_params(params))
    return {"extent": box and list(box)}


def summary(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the five counts, the histogram's bins and the span of the data."""
    query, engine = Query.from_params(params), open_project().engine
    span = engine.span()
    return {
        "counts": _counts(query)._asdict(),
        "bins": [timeline.to_line(entry) for entry in timeline.find_bars(query, by="month")],
        "span": [day.isoformat() for day in span] if span else None,
        "from": query.start and query.start.isoformat(),
        "to": query.end and query.end.isoformat(),
    }


def listing(params: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of the list of what is shown, newest first."""
    query, engine = Query.from_params(params), open_project().engine
    offset, limit = read_integer(params, "offset", 0, 10**9, 0), read_integer(params, "limit", 1, MAX_PAGE, PAGE)
    rows = engine.records(query, LISTED, limit=limit, offset=offset, order="-start")
    total = _drawn(query)
    return {"events": [to_line(row) for row in rows], "offset": offset, "total": total, "stored": _counts(query).total}


def event_card(params: Mapping[str, str]) -> dict[str, Any] | None:
    """Return one event's card, or None."""
    project = open_project()
    event = project.engine.event(params["id"])
    if event is None:
        return None
    report_id = next((entry.get("report") for entry in _entries(event.evidence) if entry.get("report")), None)
    report = project.store.report(report_id) if report_id else None
    event = _measured(event)
    near = Query.from_params({key: params[key] for key in ("border", "within_km") if key in params})
    limit = near.within_km if near.border == event.border else None
    card = to_card(event, report, names.countries(), within_km=limit)
    return card | {"also": to_also(event, _proposals(project.store, project.store.version()).get(event.id))}


@lru_cache(maxsize=2)
def _proposals(store: Store, _version: int) -> dict[str, Proposal]:
    """Return the proposal that each event of the store is in, compared once per version."""
    proposals = propose_same(to_events(store.features(), checked=True))
    return {event.id: proposal for proposal in proposals for event in proposal.events}


def _measured(event: Event) -> Event:
    """Measure the nearest border of an event that was stored without; areas are too wide to say one distance."""
    if event.border_km is not None or event.geometry is None or event.location_precision in {*WIDE, "line"}:
        return event
    nearest = open_project().borders.nearest(event.geometry)
    return replace(event, border=nearest.border, border_km=nearest.border_km)


def _entries(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [entry for value in evidence.values() if isinstance(value, list) for entry in value]


def base_tile(params: Mapping[str, str]) -> Response | None:
    """Return one tile of the base map."""
    zoom, column, row = (int(params[name]) for name in ("z", "x", "y"))
    if not basemap.check_tile(zoom, column, row):
        return None
    body = basemap.draw_tile(zoom, column, row)
    return Response(body, headers={"Cache-Control": "private, max-age=86400"}, media_type="application/json")


def base_names(params: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the place names of a view."""
    return basemap.find_names(read_view(params.get("view", "-180,-90,180,90")), read_integer(params, "zoom", 0, 20, 4))


def border_line(params: Mapping[str, str]) -> dict[str, Any]:
    """Return one border as GeoJSON, or null when there is no such land border."""
    borders, pair = open_project().borders, params["pair"]
    return {"geometry": borders.line(pair).__geo_interface__ if pair in borders.pairs() else None}


def area_shape(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the outline of a country or region as GeoJSON, or null when it is not among the shipped areas."""
    return {"geometry": basemap.area(params["key"])}


def export_file(params: Mapping[str, str]) -> Response:
    """Stream what is shown in a format: the same bytes as ``python -m geo export``, but for the receipt's time."""
    chosen = find_format(params.get("ext", "geojson"))
    query = Query.from_params(params)
    export = Export(open_project().engine, query, format=chosen.name, now=datetime.now(UTC))
    blocks = export.blocks()
    first = next(blocks, b"")  # what cannot be exported says so before the headers are sent
    headers = {
        "Content-Disposition": f'attachment; filename="borderwatch.{chosen.extension}"',
        "Cache-Control": "no-store",
    }
    if chosen.beside:
        headers["Link"] = f'<export.receipt.json?{urlencode(query.to_params())}>; rel="describedby"'
    return StreamingResponse(map(bytes, chain([first], blocks)), headers=headers, media_type=chosen.media_type)


def export_receipt(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the receipt alone, for the formats that have no place for it."""
    return Export(open_project().engine, Query.from_params(params), now=datetime.now(UTC)).receipt()


def export_bytes(query: Query) -> bytes:
    """Write what the query shows as GeoJSON with its receipt."""
    engine = open_project().engine
    return to_geojson(engine.rows(query), query=query, counts=engine.counts(query), now=datetime.now(UTC))


def routes() -> list[Route]:
    """Return our routes, all of them read-only."""
    day, turns = "private, max-age=86400", Turns()
    return [
        Route("/api/style", respond_with(lambda _: to_client())),
        Route("/api/words", respond_with(lambda _: catalogue.to_client(language()))),
        Route("/api/events", respond_with(Remembered(events_in_view), turn=turns.first)),
        Route("/api/frame", respond_with(frames.frame)),
        Route("/api/extent", respond_with(Remembered(extent))),
        Route("/api/summary", respond_with(Remembered(summary), turn=turns.then)),
        Route("/api/bars", respond_with(Remembered(timeline.bars), turn=turns.then)),
        Route("/api/days/{id:path}", respond_with(timeline.event_days)),
        Route("/api/list", respond_with(Remembered(listing), turn=turns.then)),
        Route("/api/facets", respond_with(Remembered(facets.to_facets), turn=turns.then)),
        Route("/api/values", respond_with(facets.to_values)),
        Route("/api/table", respond_with(table.to_page)),
        Route("/api/table/page", respond_with(table.find_page)),
        Route("/api/event/{id:path}", respond_with(event_card)),
        Route("/api/export.receipt.json", respond_with(export_receipt)),
        Route("/api/export.{ext}", respond_with(export_file)),
        Route("/api/base/names", respond_with(base_names, day)),
        Route("/api/base/{z:int}/{x:int}/{y:int}", respond_with(base_tile)),
        Route("/api/border/{pair}", respond_with(border_line, day)),
        Route("/api/area/{key}", respond_with(area_shape, day)),
        *(
            Route(path, respond_with(answer))
            for path, answer in (PROFILE_ANSWERS | LAYER_ANSWERS | DOCUMENT_ANSWERS).items()
        ),
    ]

"""Features of the open API: a page of what a query gives, and one event by its id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import geopandas as gpd
import numpy as np
import shapely

from dashboard.ogc.collections import EVERYTHING, find_version
from dashboard.ogc.documents import GEOJSON, HTML, link, self_links
from dashboard.ogc.params import MAX_LIMIT, Asked, Place, find_position, read_items, write_cursor
from dashboard.project import open_project
from geo.features import COLUMNS, tidy_geometry, to_features
from geo.query import Engine, Query
from geo.sql import Statement

_PROPERTIES = tuple(name for name in COLUMNS if name not in ("id", "geometry"))
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def list_items(base: str, collection: str, params: dict[str, str]) -> dict[str, Any]:
    """
    Return a page of a collection as a GeoJSON FeatureCollection with its links.

    A property `match` says ``yes``, or ``possible`` where the event may or may not be meant: dates are often coarse.
    """
    asked = read_items(params)
    query, wanted = _within(collection, asked)
    where = _all(wanted, _after(asked.after)) if asked.after else wanted
    limit = min(asked.limit + 1, MAX_LIMIT)  # one more, to see whether there is a next page
    rows = open_project().engine.rows(query, limit=limit, offset=asked.offset, where=where)
    page, matched, before = rows.iloc[: asked.limit], _count(query, wanted), find_position(asked)
    more = len(rows) > asked.limit or (len(rows) == MAX_LIMIT and before + len(rows) < matched)
    address = f"{base}/collections/{quote(collection, safe='')}"
    links = self_links(f"{address}/items", params, GEOJSON)
    links += _turn_links(f"{address}/items", params, asked, page if more else None)
    return {
        "type": "FeatureCollection",
        "links": [*links, link(address, "collection", title="The collection")],
        "timeStamp": datetime.now(UTC).strftime(_MOMENT),
        "numberMatched": matched,
        "numberReturned": len(page),
        "features": list(_features(page)),
    }


def find_item(base: str, collection: str, event_id: str, params: dict[str, str]) -> dict[str, Any] | None:
    """Return one event of a collection as a GeoJSON Feature, whatever its state, or None."""
    event = open_project().engine.event(event_id)
    if event is None or collection not in (EVERYTHING, event.dataset):
        return None
    (feature,) = _features(to_features([event]))
    address = f"{base}/collections/{quote(collection, safe='')}"
    links = self_links(f"{address}/items/{quote(event_id, safe='')}", params, GEOJSON)
    return {**feature, "links": [*links, link(address, "collection", title="The collection")]}


def _within(collection: str, asked: Asked) -> tuple[Query, Statement | None]:
    """Return the query and the further condition that a collection leaves of what is asked."""
    if collection == EVERYTHING:
        return asked.query, asked.where
    if asked.query.datasets and collection not in asked.query.datasets:
        return asked.query, Statement("FALSE", {})
    return replace(asked.query, datasets=(collection,)), asked.where


def _all(*conditions: Statement | None) -> Statement | None:
    given = [condition for condition in conditions if condition]
    values = {name: value for condition in given for name, value in condition.values.items()}
    return Statement(" AND ".join(f"({condition.text})" for condition in given), values) if given else None


def _after(place: Place) -> Statement:
    """Say which events come behind one in the order of the pages: by start, those without last, then by id."""
    if place.start is None:
        return Statement('"start" IS NULL AND id > :after_id', {"after_id": place.id})
    text = '"start" > :after_start OR ("start" = :after_start AND id > :after_id) OR "start" IS NULL'
    return Statement(text, {"after_start": place.start, "after_id": place.id})


def _turn_links(address: str, params: dict[str, str], asked: Asked, page: gpd.GeoDataFrame | None) -> list[dict]:
    """Return the links to the next page (`page` is None: there is none) and to the one before."""
    kept = {name: value for name, value in params.items() if name not in ("offset", "cursor")}
    position = find_position(asked)
    media = HTML if params.get("f") == "html" else GEOJSON
    links = []
    if page is not None:
        last = page.iloc[-1]
        cursor = write_cursor(Place(position + len(page), last["start"], last["id"]))
        links.append(link(f"{address}?{urlencode({**kept, 'cursor': cursor})}", "next", media, "The next page"))
    if position:
        before = {**kept, "offset": max(0, position - asked.limit)}
        links.append(link(f"{address}?{urlencode(before)}", "prev", media, "The page before"))
    return links


def _count(query: Query, where: Statement | None) -> int:
    text, values = where or ("", {})
    return _counted(open_project().engine, query, text, tuple(values.items()), find_version())


@lru_cache(maxsize=64)
def _counted(engine: Engine, query: Query, text: str, values: tuple[tuple[str, Any], ...], _version: tuple) -> int:
    """Count once for all the pages of one query."""
    counts = engine.counts(query, where=Statement(text, dict(values)) if text else None)
    return counts.shown + (counts.possible if query.possible else 0)


def _features(rows: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    names = [*_PROPERTIES, *(name for name in ("match",) if name in rows.columns)]
    geometries = shapely.to_geojson(tidy_geometry(rows.geometry).to_numpy())
    columns = (map(_plain, rows[name]) for name in names)
    for event_id, geometry, *values in zip(rows["id"], geometries, *columns, strict=True):
        shape = None if geometry is None else json.loads(geometry)
        properties = dict(zip(names, values, strict=True))
        yield {"type": "Feature", "id": event_id, "geometry": shape, "properties": properties}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN

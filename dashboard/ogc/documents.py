"""The documents that describe the open API: landing page, conformance, collections, and what their features have."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from dashboard.ogc.collections import Collection, find_collections, find_times
from dashboard.ogc.params import CRS84
from geo.cql import LISTS, PROPERTIES
from geo.features import COLUMNS
from geo.records import DATE_PRECISIONS, KINDS, LOCATION_PRECISIONS, REVIEWS, STATUSES

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
_OGC = "http://www.opengis.net/"
CONFORMANCE = (
    *(f"{_OGC}spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson", "html")),
    f"{_OGC}spec/ogcapi-features-2/1.0/conf/crs",
    *(f"{_OGC}spec/ogcapi-features-3/1.0/conf/{name}" for name in ("queryables", "filter", "features-filter")),
    *(f"{_OGC}spec/cql2/1.0/conf/{name}" for name in ("cql2-text", "basic-cql2", "advanced-comparison-operators")),
    f"{_OGC}spec/cql2/1.0/conf/case-insensitive-comparison",
)
QUERYABLES_REL = f"{_OGC}def/rel/ogc/1.0/queryables"
TITLE = "Borderwatch"
DESCRIPTION = (
    "Publicly reported events near borders, each a feature with its dates, its place with a radius, and its sources. "
    "A filter by date or by distance to a border has three answers; a property `match` tells yes from possible."
)
_TYPES = {
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "list": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object"},
}
_ENUMS = {
    "kind": KINDS,
    "status": STATUSES,
    "date_precision": DATE_PRECISIONS,
    "location_precision": LOCATION_PRECISIONS,
    "review": REVIEWS,
}
_KINDS = {**PROPERTIES, "actors": "list", "equipment": "list", "evidence": "object", "extra": "object"}


def link(href: str, rel: str, media: str = JSON, title: str = "") -> dict[str, str]:
    """Return a link as the standard writes it."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def self_links(address: str, params: dict[str, str], media: str) -> list[dict[str, str]]:
    """Return the links to a document itself and to the same as a page for people."""
    kept = {name: value for name, value in params.items() if name != "f"}
    page = f"{address}?{urlencode({**kept, 'f': 'html'})}"
    own = f"{address}?{urlencode(params)}" if params else address
    if params.get("f") == "html":
        data = f"{address}?{urlencode({**kept, 'f': 'json'})}"
        return [link(own, "self", HTML, "This page"), link(data, "alternate", media, "The same as JSON")]
    return [link(own, "self", media, "This document"), link(page, "alternate", HTML, "The same as a page")]


def landing(base: str, params: dict[str, str]) -> dict[str, Any]:
    """Return the landing page, from which everything else is found."""
    links = [
        *self_links(base, params, JSON),
        link(f"{base}/api", "service-desc", OPENAPI, "What can be asked, in OpenAPI"),
        link(f"{base}/api?f=html", "service-doc", HTML, "The same as a page"),
        link(f"{base}/conformance", "conformance", JSON, "The standards it follows"),
        link(f"{base}/collections", "data", JSON, "The collections"),
    ]
    return {"title": TITLE, "description": DESCRIPTION, "links": links}


def conformance(base: str, params: dict[str, str]) -> dict[str, Any]:
    """Return the classes of the standards that are followed."""
    return {"conformsTo": list(CONFORMANCE), "links": self_links(f"{base}/conformance", params, JSON)}


def list_collections(base: str, params: dict[str, str]) -> dict[str, Any]:
    """Return all collections."""
    every = [_collection(base, collection, {}) for collection in find_collections().values()]
    return {"links": self_links(f"{base}/collections", params, JSON), "collections": every}


def find_collection(base: str, name: str, params: dict[str, str]) -> dict[str, Any]:
    """Return one collection, which there is."""
    return _collection(base, find_collections()[name], params)


def _collection(base: str, collection: Collection, params: dict[str, str]) -> dict[str, Any]:
    address = f"{base}/collections/{quote(collection.id, safe='')}"
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]], "crs": CRS84}}
    first, last = find_times()
    extent["temporal"] = {
        "interval": [[first and f"{first}T00:00:00Z", last and f"{last}T23:59:59Z"]],
        "trs": f"{_OGC}def/uom/ISO-8601/0/Gregorian",
    }
    links = [
        *self_links(address, params, JSON),
        link(f"{address}/items", "items", GEOJSON, "The features"),
        link(f"{address}/items?f=html", "items", HTML, "The features as a page"),
        link(f"{address}/queryables", QUERYABLES_REL, SCHEMA, "What a filter can name"),
        link(f"{address}/schema", "describedby", SCHEMA, "What a feature has"),
    ]
    found = {**collection._asdict(), "extent": extent, "itemType": "feature"}
    return {**found, "crs": [CRS84], "storageCrs": CRS84, "links": links}


def list_queryables(base: str, name: str, _params: dict[str, str]) -> dict[str, Any]:
    """Return the properties that a filter can name, as a JSON schema."""
    properties = {key: _property(key, kind) for key, kind in PROPERTIES.items()}
    properties |= {key: _property(key, "list") for key in LISTS}
    return _schema(f"{base}/collections/{quote(name, safe='')}/queryables", name, properties)


def describe_schema(base: str, name: str, _params: dict[str, str]) -> dict[str, Any]:
    """
    Return what every feature has, as the JSON schema of a GeoJSON feature.

    GDAL takes the columns' types from it, and asks for any comparison with a date by ``datetime``, which is meant for
    `start` and `end`. So `published` is told as text: GDAL then filters by it itself, and rightly, though
    it writes the day as 2024/04/15.
    """
    properties = {key: _property(key, _KINDS[key]) for key in COLUMNS if key not in ("id", "geometry")}
    properties["published"] = {"title": "published", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    properties["match"] = {"title": "match", "type": "string", "enum": ["yes", "possible"]}
    address = f"{base}/collections/{quote(name, safe='')}/schema"
    feature = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": ["object", "null"], "format": "geometry-any"},
        "properties": {"type": "object", "properties": properties},
    }
    return {**_schema(address, name, feature), "additionalProperties": True}


def _schema(address: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": address, "type": "object", "title": name}
    return {**head, "properties": properties, "additionalProperties": False}


def _property(name: str, kind: str) -> dict[str, Any]:
    values = {"enum": list(_ENUMS[name])} if name in _ENUMS else {}
    return {"title": name.replace("_", " "), **_TYPES[kind], **values}

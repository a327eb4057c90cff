"""The open API described in OpenAPI 3.0, for clients that read what they may ask."""

from __future__ import annotations

from typing import Any

from dashboard.ogc.documents import DESCRIPTION, HTML, JSON, TITLE
from dashboard.ogc.params import CRS84, DEFAULT_LIMIT, FORMATS, MAX_LIMIT, MAX_OFFSET
from geo import __version__
from geo.cql import MAX_FILTER
from geo.filters import FARTHEST_KM, MAX_CHOICES, NEAREST_KM
from geo.outline import MAX_CORNERS
from geo.records import KINDS, LOCATION_PRECISIONS, STATUSES

_TEXT = {"type": "string"}
_FLAG = {"type": "string", "enum": ["0", "1"]}
_ALONG = {"type": "number", "minimum": 0, "maximum": FARTHEST_KM}
_WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "bbox": (
        "West, south, east, north in degrees, or with two heights, left out. West above east: across the antimeridian.",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    ),
    "datetime": ("A moment, or two with / between; an open side is .. or nothing. It stands for its day.", _TEXT),
    "limit": (
        "The greatest number of features on a page.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "offset": (
        "How many features to leave out first.",
        {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0},
    ),
    "cursor": ("Where a page begins, as a next link gives it.", _TEXT),
    "filter": ("A condition in CQL2 text; see the collection's queryables.", {**_TEXT, "maxLength": MAX_FILTER}),
    "filter-lang": (
        "The language of filter.",
        {"type": "string", "enum": ["cql2-text"], "default": "cql2-text"},
    ),
    **dict.fromkeys(
        ("crs", "bbox-crs", "filter-crs"), ("The coordinates' system; there is one.", {**_TEXT, "enum": [CRS84]})
    ),
    "from": ("The first day, instead of datetime.", {"type": "string", "format": "date"}),
    "to": ("The last day, instead of datetime.", {"type": "string", "format": "date"}),
    "kind": ("What happened.", {"type": "string", "enum": list(KINDS)}),
    "status": ("How far it got.", {"type": "string", "enum": list(STATUSES)}),
    "country": ("Two letters (ISO 3166-1) of a country that it touches.", {"type": "string", "pattern": "^[A-Z]{2}$"}),
    "text": ("Words that must all occur in title, place, actors, equipment, source or quotes.", _TEXT),
    "area": (
        f"Corners of a drawn area as lon,lat;lon,lat;... in degrees, 3 to {MAX_CORNERS} of them.",
        {**_TEXT, "pattern": r"^-?[0-9.]+,-?[0-9.]+(;-?[0-9.]+,-?[0-9.]+){2,}$"},
    ),
    "border": (
        "Two countries: with within_km all that is as near to it, alone what is nearest to it.",
        {"type": "string", "pattern": "^[A-Z]{2}-[A-Z]{2}$"},
    ),
    "within_km": (
        "The greatest distance from that border.",
        {"type": "number", "minimum": NEAREST_KM, "maximum": FARTHEST_KM},
    ),
    "border_from_km": ("With border: where its stretch begins, from its western end.", _ALONG),
    "border_to_km": ("With border: where its stretch ends.", _ALONG),
    "precision": ("How well the place is known.", {"type": "string", "enum": list(LOCATION_PRECISIONS)}),
    "source": ("The name of the source.", _TEXT),
    "actor": ("The name of an actor.", _TEXT),
    "dataset": ("The name of a dataset.", _TEXT),
    "equipment": ("The name of a piece of equipment.", _TEXT),
    "place": ("The name of a place, as it is written in the events.", _TEXT),
    "possible": ("0 leaves out events that may or may not match.", _FLAG),
    "background": ("1 adds what reports tell as background.", _FLAG),
    "f": ("The format, instead of the header Accept.", {"type": "string", "enum": list(FORMATS)}),
}
# Several values with commas between; and each the other way round, for what is to be left out.
_LISTS = ("kind", "status", "country", "precision", "source", "actor", "dataset", "equipment", "place")
_WORDS |= {f"not_{name}": (f"As {name}, for what to leave out.", _WORDS[name][1]) for name in _LISTS}
_LISTS += tuple(f"not_{name}" for name in _LISTS)
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_SCHEMAS: dict[str, Any] = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": dict.fromkeys(("href", "rel", "type", "title"), _TEXT),
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": _TEXT, "description": _TEXT, "links": _LINKS},
    },
    "confClasses": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": _TEXT}},
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            **dict.fromkeys(("id", "title", "description", "itemType", "storageCrs"), _TEXT),
            "extent": {"type": "object"},
            "crs": {"type": "array", "items": _TEXT},
            "links": _LINKS,
        },
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "feature": {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXT,
            "geometry": {"type": "object", "nullable": True},
            "properties": {"type": "object", "nullable": True},
            "links": _LINKS,
        },
    },
    "featureCollection": {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "schema": {"type": "object"},
    "exception": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": _TEXT, "description": _TEXT},
    },
}
_ERRORS = {
    "400": "A parameter is unknown or cannot be used.",
    "404": "There is nothing at this address.",
    "406": "None of the formats asked for can be given.",
    "500": "The server failed.",
    "503": "The answer would take too long, or the server is busy.",
}


def describe(base: str, paths: dict[str, tuple[str, str, str, tuple[str, ...]]]) -> dict[str, Any]:
    """
    Return the whole document.

    Parameters
    ----------
    base
        The address of the landing page.
    paths
        Path to its summary, the schema and the media type of its answer, and the parameters that it takes.
    """
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": __version__},
        "servers": [{"url": base}],
        "paths": {path or "/": {"get": _operation(path, *about)} for path, about in paths.items()},
        "components": {
            "parameters": {name: _parameter(name) for name in _WORDS},
            "schemas": _SCHEMAS,
            "responses": {code: _failure(words) for code, words in _ERRORS.items()},
        },
    }


def _operation(path: str, summary: str, schema: str, media: str, words: tuple[str, ...]) -> dict[str, Any]:
    named = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in named]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in words]
    content = {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}, HTML: {"schema": _TEXT}}
    responses = {"200": {"description": summary, "content": content}, "304": {"description": "Not changed."}}
    responses |= {code: {"$ref": f"#/components/responses/{code}"} for code in _ERRORS}
    return {
        "summary": summary,
        "operationId": summary.title().replace(" ", ""),
        "parameters": parameters,
        "responses": responses,
    }


def _parameter(name: str) -> dict[str, Any]:
    words, schema = _WORDS[name]
    if name in _LISTS:
        schema = {"type": "array", "maxItems": MAX_CHOICES, "items": schema}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": words,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _failure(words: str) -> dict[str, Any]:
    return {"description": words, "content": {JSON: {"schema": {"$ref": "#/components/schemas/exception"}}}}

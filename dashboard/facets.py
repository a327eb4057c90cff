"""The lists of choices beside the map: every value of a filter with how many events it would show."""

from collections.abc import Mapping
from typing import Any

from dashboard.chips import LABELS
from dashboard.i18n import later, tr
from dashboard.project import open_project
from geo.errors import InvalidQuery
from geo.filters import WORDS
from geo.query import Query
from geo.records import KINDS, LOCATION_PRECISIONS, STATUSES

FIRST_VALUES = 50  # of a long list; the rest is found by a part of its name
ALL_VALUES = 300  # more than there are countries
FOUND_VALUES = 30
MAX_PART = 100  # characters

# Field of the list: its title, in the order of the screen.
TITLES = {
    "kinds": later("Kind"),
    "countries": later("Country"),
    "statuses": later("Status"),
    "precisions": later("How exact the place is"),
    "actors": later("Actor"),
    "equipment": later("Equipment"),
    "places": later("Place"),
    "sources": later("Source"),
    "datasets": later("Dataset"),
}
FIXED = {"kinds": KINDS, "statuses": STATUSES, "precisions": LOCATION_PRECISIONS}  # shown whole, in this order
SOUGHT = ("actors", "equipment", "places", "sources")  # so many values that they are searched for
LATE = ("equipment", "places")  # counted only when their list is opened


def _lines(query: Query, field: str, counted: Mapping[str, int]) -> list[list[Any]]:
    """Return value, words and count, with what is chosen even where nothing is left of it."""
    chosen = (*getattr(query, field), *getattr(query, f"not_{field}"))
    values = list(FIXED.get(field) or counted)
    values += [value for value in chosen if value not in values]
    return [[value, LABELS[field](value), counted.get(value, 0)] for value in values]


def to_client() -> list[dict[str, Any]]:
    """Return the lists before anything is counted, so that they stand on the screen at once."""
    return [_facet(field, [[value, LABELS[field](value), None] for value in FIXED.get(field, ())]) for field in TITLES]


def _facet(field: str, lines: list[list[Any]]) -> dict[str, Any]:
    flags = {"late": field in LATE, "sought": field in SOUGHT}
    return {"word": WORDS[field], "title": tr(TITLES[field]), "values": lines, **flags}


def to_facets(params: Mapping[str, str]) -> dict[str, Any]:
    """Return every list with its counts, each as if its own filter were not set; see `geo.query.Engine.facets`."""
    query = Query.from_params(params)
    found = open_project().engine.facets(query)
    facets = []
    for field in TITLES:
        counted = list(found.get(WORDS[field], {}).items())[: FIRST_VALUES if field in SOUGHT else ALL_VALUES]
        facets.append(_facet(field, _lines(query, field, dict(counted))))
    return {"facets": facets}


def to_values(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of one list whose words contain a text, with their counts."""
    query, word, part = Query.from_params(params), params.get("facet", ""), params.get("part", "").strip()[:MAX_PART]
    field = next((field for field in SOUGHT if WORDS[field] == word), None)
    if field is None:
        raise InvalidQuery(
            f"facet={word[:80]!r} has no values to search; expected {', '.join(map(WORDS.get, SOUGHT))}."
        )
    counted = open_project().engine.values(query, word, part, FOUND_VALUES if part else FIRST_VALUES)
    lines = (
        [[value, LABELS[field](value), n] for value, n in counted.items()] if part else _lines(query, field, counted)
    )
    return {"word": word, "values": lines}

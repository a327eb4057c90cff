"""What an address of the open API asks for: its words checked, none unknown, each given once."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from geo.cql import read_filter
from geo.errors import InvalidQuery
from geo.features import check_text
from geo.filters import WORDS
from geo.grid import Box
from geo.query import Query
from geo.sql import Statement

DEFAULT_LIMIT, MAX_LIMIT = 100, 10_000  # features on a page; the standard's own are 10 and 10,000
MAX_OFFSET = 10**9
FORMATS = ("json", "html")
FILTERS = tuple(word for word in WORDS.values() if word != "bbox")  # written in an address as the dashboard writes them
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"  # longitude, latitude in degrees on WGS 84
_FIXED = {"crs": CRS84, "bbox-crs": CRS84, "filter-crs": CRS84, "filter-lang": "cql2-text"}  # one value each, if given
ITEMS = ("bbox", "datetime", "limit", "offset", "cursor", "filter", *_FIXED, *FILTERS)

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T?")  # GDAL's driver leaves the T of a time that it has not
_PAIR = re.compile(r"[A-Z]{2}-[A-Z]{2}")
_MOMENT = re.compile(  # RFC 3339 §5.6
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_OPEN = ("", "..")


class Place(NamedTuple):
    """Where a page begins: so many features in, after the one with this start and id."""

    position: int
    start: date | None
    id: str


class Asked(NamedTuple):
    """What an address of /items asks for."""

    query: Query
    where: Statement | None
    limit: int
    offset: int
    after: Place | None


def check_words(given: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, str]:
    """
    Return the parameters of an address by name.

    Raises
    ------
    InvalidQuery
        For one that is not known here, comes twice, or is no text that can be written.
    """
    params: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            raise InvalidQuery(f"Parameter {name[:80]!r} is not known here; expected one of {', '.join(known)}.")
        if name in params:
            raise InvalidQuery(f"Parameter {name} comes twice; expected it once, a list with commas.")
        if check_text(value) or "\0" in value:
            raise InvalidQuery(f"Parameter {name}={value[:80]!r} is no text; expected Unicode without NUL.")
        params[name] = value
    if params.get("f", "json") not in FORMATS:
        raise InvalidQuery(f"Parameter f={params['f'][:80]!r} is no format; expected one of {', '.join(FORMATS)}.")
    for name, only in _FIXED.items():
        if params.get(name, only) != only:
            raise InvalidQuery(f"Parameter {name}={params[name][:80]!r} is not known; expected {only}.")
    return params


def read_items(params: dict[str, str]) -> Asked:
    """Read the checked parameters of /items."""
    for name, value in params.items():
        if not value:
            raise InvalidQuery(f"Parameter {name} is empty; expected a value, or no such parameter.")
    query = _read_query(params)
    if "cursor" in params and "offset" in params:
        raise InvalidQuery("Parameter cursor comes with offset; expected one of them.")
    limit = min(_whole(params, "limit", DEFAULT_LIMIT, least=1), MAX_LIMIT)
    offset = _whole(params, "offset", 0, least=0)
    if offset > MAX_OFFSET:
        raise InvalidQuery(f"Parameter offset={offset} is too great; expected at most {MAX_OFFSET}.")
    after = read_cursor(params["cursor"]) if "cursor" in params else None
    return Asked(query, _read_where(params), limit, offset, after)


def find_position(asked: Asked) -> int:
    """Return how many features come before the page."""
    return asked.after.position if asked.after else asked.offset


def _read_where(params: dict[str, str]) -> Statement | None:
    """Read the filter, and a border without a distance: an event's own nearest, as other clients mean it."""
    where = read_filter(params["filter"]) if "filter" in params else None
    if "border" not in params or "within_km" in params:
        return where
    if not _PAIR.fullmatch(params["border"]):
        raise InvalidQuery(f"Parameter border={params['border'][:80]!r} is no border; expected a pair such as AF-TJ.")
    text = "border = :own_border" + (f" AND {where.text}" if where else "")
    return Statement(text, {"own_border": params["border"], **(where.values if where else {})})


def _read_query(params: dict[str, str]) -> Query:
    left = () if "within_km" in params else ("border",)  # see _read_where
    query = Query.from_params({name: params[name] for name in FILTERS if name in params and name not in left})
    if "bbox" in params:
        query = replace(query, bbox=read_box(params["bbox"]))
    if "datetime" in params:
        if query.start or query.end:
            raise InvalidQuery("Parameter datetime comes with from or to; expected one way to give the dates.")
        start, end = read_datetime(params["datetime"])
        query = replace(query, start=start, end=end)
    return query


def _whole(params: dict[str, str], name: str, default: int, *, least: int) -> int:
    text = params.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,30}", text) or int(text) < least:
        raise InvalidQuery(f"Parameter {name}={text[:80]!r} is no number for it; expected {least} or more.")
    return int(text)


def read_box(text: str) -> Box:
    """Read west, south(, lowest), east, north(, highest) in degrees; heights are left out, for we have none."""
    parts = text.split(",", 6)
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise InvalidQuery(f"Parameter bbox={text[:80]!r} is no box; expected 4 or 6 numbers with commas.")
    numbers = tuple(map(float, parts))
    if len(numbers) == 6:
        if numbers[2] > numbers[5]:
            raise InvalidQuery(f"Parameter bbox={text[:80]!r} has its heights reversed; expected the lowest first.")
        numbers = (*numbers[:2], *numbers[3:5])
    return numbers


def read_datetime(text: str) -> tuple[date | None, date | None]:
    """
    Read an instant, or an interval whose open side is ``..`` or nothing (RFC 3339), as an inclusive range of days.

    Events are known by the day, so a moment stands for its day in UTC.
    """
    sides = text.split("/", 2)
    if len(sides) > 2 or all(side in _OPEN for side in sides):
        raise InvalidQuery(f"Parameter datetime={text[:80]!r} is no time; expected one moment, or two with / between.")
    days = [None if side in _OPEN else _read_day(side) for side in sides]
    start, end = (days[0], days[-1])
    if start and end and start > end:
        raise InvalidQuery(f"Parameter datetime={text[:80]!r} ends before it begins; expected the earlier first.")
    return start, end


def _read_day(text: str) -> date:
    try:
        if day := _DAY.fullmatch(text):
            return date.fromisoformat(day[1])
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        raise InvalidQuery(f"Parameter datetime has {text!r}, which is no time; expected a real one.") from error
    raise InvalidQuery(f"Parameter datetime has {text[:80]!r}; expected such as 2024-04-15 or 2024-04-15T00:00:00Z.")


def write_cursor(place: Place) -> str:
    """Write where the next page begins as a word that is safe in an address."""
    start = place.start and place.start.isoformat()
    return base64.urlsafe_b64encode(json.dumps([place.position, start, place.id]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Place:
    """Read what `write_cursor` wrote; raise InvalidQuery for anything else."""
    try:
        content = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        position, start, event_id = content
        place = Place(position, None if start is None else date.fromisoformat(start), event_id)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidQuery(f"Parameter cursor={text[:80]!r} is not one that a next link gave.") from error
    if not _is_place(place):
        raise InvalidQuery(f"Parameter cursor={text[:80]!r} is not one that a next link gave.")
    return place


def _is_place(place: Place) -> bool:
    position: Any = place.position
    return (
        type(position) is int and 0 <= position <= MAX_OFFSET and isinstance(place.id, str) and not check_text(place.id)
    )

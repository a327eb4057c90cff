"""The one filter behind map, timeline, table and export: frozen, self-checking, and written in a URL's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np

from geo.errors import InvalidQuery
from geo.features import COORDINATE_DECIMALS, check_text
from geo.grid import Box
from geo.outline import Area, check_area, read_area, write_area
from geo.records import KINDS, LOCATION_PRECISIONS, STATUSES

MAX_CHOICES = 100  # values in one list of a filter: more than any list of checkboxes holds
MAX_TEXT = 200  # characters of a search text or of one chosen value
MAX_WORDS = 20
MAX_PARAMETER = MAX_CHOICES * (MAX_TEXT + 1)  # characters of one URL parameter
NEAREST_KM = 0.001
FARTHEST_KM = 20_040  # half the way round the earth

PLACE_FILTERS = ("bbox", "area", "border", "within_km", "border_from_km", "border_to_km")  # fields that ask where
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?")
_CODE = re.compile(r"[A-Z]{2}")
_PAIR = re.compile(r"[A-Z]{2}-[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Query:
    """
    What to show: every filter of the map, the timeline, the table and the export in one value.

    Attributes
    ----------
    start, end
        Inclusive range of days; None leaves that side open. Both None: no date filter, so undated events count too.
    kinds, statuses, countries, precisions, sources, actors, datasets, equipment, places
        Values of which an event must have one; empty: any. Order and repetition mean nothing.
    not_kinds, not_statuses, ..., not_places
        Values of which an event must have none; one without any value has none, so it stays.
    text
        Words that must all occur (in any case) in title, place, actors, equipment, source or quotes.
    bbox
        West, south, east, north in degrees; west > east means across the antimeridian.
    area
        Corners (lon, lat in degrees) of an area that was drawn; its edges are straight in longitude and latitude.
    border, within_km
        A country pair ``"AF-TJ"`` and the greatest distance from it; only both together.
    border_from_km, border_to_km
        The stretch of that border, in km along it from its western end; None leaves that side open. Only with a border.
    possible
        Whether events that may or may not match are shown.
    background
        Whether events that a report tells as background ("since 1992") are shown.

    Raises
    ------
    InvalidQuery
        Naming the filter, its value and the rule.

    Notes
    -----
    Dates, border distances and drawn areas have three answers; an event is shown if all are yes, possible if one is
    "possible".

    - A range of days holds an event for certain if, whichever way its dates are meant, it touches the range: a
      day-precise event that overlaps it; a coarse one (week, month, year, unknown) that lies wholly inside; one with
      an open end between its start (for a coarse start: the end of that week, month or year) and its report's
      publication, or if the range holds every day it may have begun on.
    - Possibly: a coarse event that overlaps; one with an open end after its publication; one without a start, for
      any range that begins on or before its end.
    - Within a distance for certain: the farthest it can be, radius included, is within; possibly: the nearest is. An
      event at several places is as near as the nearest of them.
    - On a stretch of that border for certain: the nearest place of the border, radius more and radius less, is on it;
      possibly: it reaches into it. Both must hold of one and the same place of an event.
    - In a drawn area for certain: all of the circle, line or region where it may be; possibly: a part of it. An event
      at several places is answered for by the best of them.
    - The other filters say yes or no. A box takes what is drawn in it; a country takes every place of an event and
      both sides of a border line.
    """

    start: date | None = None
    end: date | None = None
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    text: str = ""
    bbox: Box | None = None
    border: str | None = None
    within_km: float | None = None
    border_from_km: float | None = None
    border_to_km: float | None = None
    precisions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    possible: bool = True
    background: bool = False
    equipment: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    not_statuses: tuple[str, ...] = ()
    not_countries: tuple[str, ...] = ()
    not_precisions: tuple[str, ...] = ()
    not_sources: tuple[str, ...] = ()
    not_actors: tuple[str, ...] = ()
    not_datasets: tuple[str, ...] = ()
    not_equipment: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()
    area: Area | None = None

    def __post_init__(self) -> None:
        for name, word in WORDS.items():
            if name in _CHOICES:
                object.__setattr__(self, name, _choices(word, getattr(self, name), *_CHOICES[name]))
        object.__setattr__(self, "text", _words(self.text))
        _check_range(self.start, self.end)
        _check_place(self.bbox, self.border, self.within_km)
        _check_stretch(self.border, self.border_from_km, self.border_to_km)
        if self.bbox:
            object.__setattr__(self, "bbox", tuple(round(v, COORDINATE_DECIMALS) + 0.0 for v in self.bbox))
        if self.area is not None:
            object.__setattr__(self, "area", check_area(self.area))
        for word, flag in (("possible", self.possible), ("background", self.background)):
            _check(isinstance(flag, bool), word, flag, "true or false")

    def to_params(self) -> dict[str, str]:
        """Return the query as words of a URL, without what is left at its default; `from_params` reads it back."""
        blank = Query()
        return {
            word: _WRITERS.get(name, _write)(getattr(self, name))
            for name, word in WORDS.items()
            if getattr(self, name) != getattr(blank, name)
        }

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """
        Read a query from words of a URL; unknown words are ignored, empty ones too.

        A comma inside a value of a list is written ``%2C``, and a percent sign ``%25``, before the URL's own quoting.
        """
        values: dict[str, Any] = {}
        for name, word in WORDS.items():
            raw = params.get(word, "")
            _check(isinstance(raw, str) and len(raw) <= MAX_PARAMETER, word, raw, f"at most {MAX_PARAMETER} characters")
            if raw:
                values[name] = _READERS.get(name, _read_list)(word, raw)
        return cls(**values)


# Field of Query: its word in an address.
WORDS = {
    "start": "from",
    "end": "to",
    "kinds": "kind",
    "statuses": "status",
    "countries": "country",
    "text": "text",
    "bbox": "bbox",
    "area": "area",
    "border": "border",
    "within_km": "within_km",
    "border_from_km": "border_from_km",
    "border_to_km": "border_to_km",
    "precisions": "precision",
    "sources": "source",
    "actors": "actor",
    "datasets": "dataset",
    "equipment": "equipment",
    "places": "place",
    "possible": "possible",
    "background": "background",
}


def asks_details(query: Query) -> bool:
    """Tell whether a query chooses by what events counted by month, cell, kind and dataset no longer tell."""
    return any(getattr(query, name) for name in _DETAILS if name not in _COUNTED)


def asks_where(query: Query) -> bool:
    """Tell whether a query chooses by place, so that what has none is counted apart."""
    return any(getattr(query, name) is not None for name in PLACE_FILTERS)


def _check(ok: bool, word: str, value: object, rule: str) -> None:
    if not ok:
        shown = repr(value)[:80].encode("utf-8", "backslashreplace").decode()
        raise InvalidQuery(f"Filter {word}={shown} cannot be used; expected {rule}.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and check_text(value) is None


def _choices(word: str, values: Iterable[str], rule: str, allowed: Sequence[str] | re.Pattern[str] | None) -> tuple:
    _check(isinstance(values, tuple | list) and len(values) <= MAX_CHOICES, word, values, f"up to {MAX_CHOICES} values")
    for value in values:
        _check(_is_text(value), word, value, f"texts of 1 to {MAX_TEXT} characters")
        ok = allowed.fullmatch(value) if isinstance(allowed, re.Pattern) else allowed is None or value in allowed
        _check(bool(ok), word, value, rule)
    return tuple(sorted(set(values)))


_CHOICES: dict[str, tuple[str, Sequence[str] | re.Pattern[str] | None]] = {
    "kinds": (f"among {', '.join(KINDS)}", KINDS),
    "statuses": (f"among {', '.join(STATUSES)}", STATUSES),
    "precisions": (f"among {', '.join(LOCATION_PRECISIONS)}", LOCATION_PRECISIONS),
    "countries": ("ISO 3166-1 alpha-2 codes such as TJ", _CODE),
    "sources": ("texts", None),
    "actors": ("texts", None),
    "datasets": ("names of datasets", None),
    "equipment": ("texts", None),
    "places": ("texts", None),
}
WORDS |= {f"not_{name}": f"not_{WORDS[name]}" for name in _CHOICES}
_CHOICES |= {f"not_{name}": rule for name, rule in _CHOICES.items()}
# What the monthly counts of very many events do not tell apart, besides what `geo.engines.cube` knows of.
_DETAILS = ("equipment", "places", *(name for name in _CHOICES if name.startswith("not_")))
_COUNTED = ("not_kinds", "not_datasets")


def _words(text: str) -> str:
    _check(text == "" or _is_text(text), "text", text, f"at most {MAX_TEXT} characters of text")
    words = text.split()
    _check(len(words) <= MAX_WORDS, "text", text, f"at most {MAX_WORDS} words")
    return " ".join(words)


def _check_range(start: date | None, end: date | None) -> None:
    for word, day in (("from", start), ("to", end)):
        _check(day is None or type(day) is date, word, day, "a day (datetime.date)")
    if start and end:
        _check(start <= end, "from", start.isoformat(), f"a day not after to={end}")


def _check_place(bbox: Box | None, border: str | None, within_km: float | None) -> None:
    if bbox is not None:
        _check(_is_box(bbox), "bbox", bbox, "west,south,east,north in degrees, south not above north")
    _check(border is None or bool(_PAIR.fullmatch(border)), "border", border, "a country pair such as AF-TJ")
    ok = within_km is None or (isinstance(within_km, int | float) and NEAREST_KM <= within_km <= FARTHEST_KM)
    _check(ok, "within_km", within_km, f"kilometres from {NEAREST_KM} to {FARTHEST_KM}")
    _check((border is None) == (within_km is None), "border", border, f"border and within_km={within_km} together")


def _check_stretch(border: str | None, first: float | None, last: float | None) -> None:
    for word, km in (("border_from_km", first), ("border_to_km", last)):
        ok = km is None or (isinstance(km, int | float) and 0 <= km <= FARTHEST_KM)
        _check(ok, word, km, f"kilometres along the border from 0 to {FARTHEST_KM}")
        _check(km is None or border is not None, word, km, "it together with border and within_km")
    if first is not None and last is not None:
        _check(first <= last, "border_from_km", first, f"a place not beyond border_to_km={last:g}")


def _is_box(bbox: object) -> bool:
    if not (isinstance(bbox, tuple) and len(bbox) == 4 and all(isinstance(v, int | float) for v in bbox)):
        return False
    west, south, east, north = bbox
    return abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90  # false for NaN


def _read_day(word: str, raw: str) -> date:
    try:
        return date.fromisoformat(raw if _DAY.fullmatch(raw) else "")
    except ValueError as error:
        raise InvalidQuery(f"Filter {word}={raw[:80]!r} is no day; expected one such as 2024-04-15.") from error


def _read_number(word: str, raw: str) -> float:
    _check(_NUMBER.fullmatch(raw) is not None, word, raw, "a number such as 20 or 37.5")
    return float(raw)


def _read_box(word: str, raw: str) -> Box:
    numbers = tuple(_read_number(word, part) for part in raw.split(",", 4))
    _check(len(numbers) == 4, word, raw, "four numbers: west,south,east,north")
    return numbers


def _read_area(_: str, raw: str) -> Area:
    return read_area(raw)


def _read_flag(word: str, raw: str) -> bool:
    _check(raw in ("0", "1"), word, raw, "0 or 1")
    return raw == "1"


def _read_text(_: str, raw: str) -> str:
    return raw


def join_values(values: Iterable[str]) -> str:
    """Write a list of values as one URL word, commas inside them escaped as `Query.from_params` reads them."""
    return ",".join(value.replace("%", "%25").replace(",", "%2C") for value in values)


def _read_list(_: str, raw: str) -> tuple[str, ...]:
    return tuple(part.replace("%2C", ",").replace("%25", "%") for part in raw.split(",") if part)


_READERS = {
    "start": _read_day,
    "end": _read_day,
    "bbox": _read_box,
    "area": _read_area,
    "within_km": _read_number,
    "border_from_km": _read_number,
    "border_to_km": _read_number,
    "possible": _read_flag,
    "background": _read_flag,
    "text": _read_text,
    "border": _read_text,
}


def _write(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return np.format_float_positional(value, trim="-")  # 20, 37.5: what float() reads back, without exponent
    if isinstance(value, tuple):
        return join_values(item if isinstance(item, str) else _write(item) for item in value)
    return str(value)


_WRITERS = {"area": write_area}

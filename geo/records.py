"""The records that flow through the product: Report, Place, Mention, DateMention, Event. Frozen and self-checking."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidRecord

KINDS = (
    "exercise",
    "border_incident",
    "border_closure",
    "patrol",
    "attack",
    "aid",
    "seizure",
    "deployment",
    "agreement",
    "visit",
    "other",
)
STATUSES = ("planned", "ongoing", "completed", "reported", "denied")
DATE_PRECISIONS = ("day", "week", "month", "year", "unknown")
LOCATION_PRECISIONS = ("exact", "settlement", "district", "region", "country", "line", "unknown")
ROLES = ("place", "demonym", "metonym", "organisation", "dateline")
REVIEWS = ("machine", "confirmed", "corrected", "rejected")

_COUNTRY = re.compile(r"[A-Z]{2}")
_BORDER = re.compile(r"[A-Z]{2}-[A-Z]{2}")


def _check(ok: bool, message: str) -> None:
    if not ok:
        raise InvalidRecord(message)


def stable_id(*parts: object) -> str:
    """Return 16 hexadecimal digits that are the same for the same parts on every machine (BLAKE2b)."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """
    One news report as it was read.

    Attributes
    ----------
    body
        The text. All spans count Unicode characters from its start.
    published
        Day of publication, the anchor of relative dates ("yesterday"). None: not known.
    language
        ISO 639-1 code, ``"en"`` or ``"ru"``.
    """

    id: str
    title: str
    body: str
    published: date | None = None
    language: str = "en"
    source_name: str | None = None
    source_url: str | None = None
    licence: str | None = None

    def __post_init__(self) -> None:
        _check(bool(self.id.strip()), f"Report titled {self.title!r} has an empty id; expected a short unique text.")
        _check(bool(self.body.strip()), f"Report {self.id!r} has an empty body; expected text to read.")
        url_ok = self.source_url is None or re.match(r"https?://", self.source_url)
        _check(
            bool(url_ok), f"Report {self.id!r} has source_url={self.source_url!r}; expected an http or https address."
        )


@dataclass(frozen=True, slots=True)
class Place:
    """
    A place with a radius of uncertainty and a source; never more exact than its source.

    Attributes
    ----------
    country
        ISO 3166-1 alpha-2, or None for a place of several countries or none.
    lat, lon
        WGS 84 degrees (EPSG:4326); both None for a border line and for a place that cannot be put on the map.
    radius_km
        The place lies somewhere within this distance of the point. None when there is no point.
    precision
        One of `LOCATION_PRECISIONS`.
    kind
        Feature class: country, admin1, admin2, settlement, training_ground, base, border_post, crossing, pass, ...
    source
        Where the position comes from, e.g. ``"GeoNames"`` or ``"data/places.csv"``.
    derivation
        How the position follows from what is published, in a sentence a reader can check. None: taken as published.
    border
        For a border line, its country pair in alphabetical order: ``"AF-TJ"``.
    area
        Key of a polygon among the shipped areas: a country ``"TJ"`` or an ISO 3166-2 subdivision ``"TJ-KT"``.
    admin1
        Name of the first-level subdivision the place lies in, if known.
    importance
        Larger is better known (population, or an equivalent); used to choose among namesakes, never shown.
    """

    name: str
    country: str | None
    lat: float | None
    lon: float | None
    radius_km: float | None
    precision: str
    kind: str = "settlement"
    source: str = ""
    derivation: str | None = None
    border: str | None = None
    area: str | None = None
    admin1: str | None = None
    importance: float = 0.0

    def __post_init__(self) -> None:
        n = self.name
        _check(bool(n.strip()), "A place has an empty name; expected text.")
        _check(
            self.precision in LOCATION_PRECISIONS,
            f"Place {n!r} has precision={self.precision!r}; expected one of {', '.join(LOCATION_PRECISIONS)}.",
        )
        _check(
            self.country is None or _COUNTRY.fullmatch(self.country) is not None,
            f"Place {n!r} has country={self.country!r}; expected an ISO 3166-1 alpha-2 code such as TJ.",
        )
        _check(
            self.border is None or _BORDER.fullmatch(self.border) is not None,
            f"Place {n!r} has border={self.border!r}; expected a country pair such as AF-TJ.",
        )
        _check((self.lat is None) == (self.lon is None), f"Place {n!r} has half a coordinate; expected lat and lon.")
        if self.lat is not None and self.lon is not None:
            _check(
                math.isfinite(self.lat) and -90 <= self.lat <= 90,
                f"Place {n!r} has lat={self.lat}; expected degrees in [-90, 90].",
            )
            _check(
                math.isfinite(self.lon) and -180 <= self.lon <= 180,
                f"Place {n!r} has lon={self.lon}; expected degrees in [-180, 180].",
            )
            _check(
                self.radius_km is not None and math.isfinite(self.radius_km) and self.radius_km > 0,
                f"Place {n!r} has radius_km={self.radius_km}; a point needs a radius of uncertainty above 0 km.",
            )


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a toponym was given its place, or refused: the candidates considered (best first), the choice, the reason."""

    candidates: tuple[Place, ...] = ()
    choice: Place | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A toponym in a report's body: ``body[start:end] == surface``. `role` is one of `ROLES`."""

    surface: str
    start: int
    end: int
    role: str = "place"
    decision: Decision = field(default_factory=Decision)

    def __post_init__(self) -> None:
        _check(
            self.role in ROLES, f"Mention {self.surface!r} has role={self.role!r}; expected one of {', '.join(ROLES)}."
        )
        _check(
            0 <= self.start < self.end and self.end - self.start == len(self.surface),
            f"Mention {self.surface!r} has span {self.start}:{self.end}; expected one as long as its surface.",
        )

    @property
    def place(self) -> Place | None:
        """The chosen place, or None when it was refused."""
        return self.decision.choice


@dataclass(frozen=True, slots=True)
class DateMention:
    """
    A date expression in a report's body: ``body[start:end] == text``.

    Attributes
    ----------
    date_start, date_end
        Inclusive days; for month and year precision the first and last day of the period. None: open or not known.
    precision
        One of `DATE_PRECISIONS`; ``unknown`` with null dates when an anchor is missing.
    role
        ``event`` may date an event; ``since`` opens an interval ("since 1992"); ``reported`` says when something was
        said, not when it happened; ``stamp`` is a dateline or page furniture.
    reason
        How the days follow from the words, e.g. ``'"yesterday", one day before publication on 2016-09-14'``.
    """

    text: str
    start: int
    end: int
    date_start: date | None
    date_end: date | None
    precision: str
    role: str = "event"
    reason: str = ""

    def __post_init__(self) -> None:
        _check(
            self.precision in DATE_PRECISIONS,
            f"Date {self.text!r} has precision={self.precision!r}; expected one of {', '.join(DATE_PRECISIONS)}.",
        )
        _check(
            self.date_start is None or self.date_end is None or self.date_start <= self.date_end,
            f"Date {self.text!r} ends on {self.date_end} before it starts on {self.date_start}.",
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """A named thing in a report's body (an actor or a piece of equipment): ``body[start:end] == text``."""

    text: str
    start: int
    end: int
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """
    One row of the one table; see the README for the columns.

    Attributes
    ----------
    start, end
        Inclusive days; a one-day event has ``end == start``. Null start with an end: it began on or before the end.
        Null end with a start: open, or not said. Both null: undated.
    geometry
        EPSG:4326, lon/lat. A point has `radius_km`; several places make a multi-part geometry whose parts are
        described in ``evidence["places"]``. None: the place is not known.
    evidence
        Field name to a list of ``{"report", "start", "end", "quote"}``; ``"places"`` to a list of
        ``{"name", "country", "lat", "lon", "radius_km", "precision", "border", "reason", "source", "derivation",
        "candidates", "report", "start", "end", "quote"}``, one per part of the geometry, in its order;
        ``"date_reason"`` and ``"status_reason"`` to a sentence.
    main
        False for background ("since 1992"): kept, and hidden unless asked for.
    """

    id: str
    title: str
    kind: str
    status: str
    start: date | None = None
    end: date | None = None
    date_precision: str = "unknown"
    actors: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    place: str | None = None
    country: str | None = None
    geometry: BaseGeometry | None = None
    radius_km: float | None = None
    location_precision: str = "unknown"
    border: str | None = None
    border_km: float | None = None
    border_at_km: float | None = None
    source_url: str | None = None
    source_name: str | None = None
    licence: str | None = None
    published: date | None = None
    main: bool = True
    dataset: str = "reports"
    review: str = "machine"
    evidence: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        who = f"Event {self.title!r}"
        for name, allowed in (
            ("kind", KINDS),
            ("status", STATUSES),
            ("date_precision", DATE_PRECISIONS),
            ("location_precision", LOCATION_PRECISIONS),
            ("review", REVIEWS),
        ):
            value = getattr(self, name)
            _check(value in allowed, f"{who} has {name}={value!r}; expected one of {', '.join(allowed)}.")
        _check(
            self.start is None or self.end is None or self.start <= self.end,
            f"{who} ends on {self.end} before it starts on {self.start}.",
        )
        _check(
            self.radius_km is None or self.radius_km > 0,
            f"{who} has radius_km={self.radius_km}; expected kilometres above 0, or none.",
        )

"""Plain words for dates, places and distances, exact about what is not known."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from geo.records import Event

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

TITLE_LENGTH = 240  # characters of a title in list, tooltip and table; the card shows the report itself
_UNSHOWABLE = {"Cc", "Cs", "Co", "Cn"}  # controls, lone surrogates and unassigned: shown as U+FFFD
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")  # Unicode UAX #9: explicit direction controls


def plain(text: str | None, *, limit: int = TITLE_LENGTH) -> str:
    """
    Return text fit for one line of a screen: no control or direction characters, no line breaks, not too long.

    A right-to-left override in a title would otherwise turn the words beside it around.
    """
    kept = _BIDI.sub("", (text or "")[: limit * 4])
    kept = "".join(c if c.isspace() or unicodedata.category(c) not in _UNSHOWABLE else "\ufffd" for c in kept)
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def day(when: date) -> str:
    """Write a day out: ``15 April 2024``."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def days(start: date, end: date) -> str:
    """Write a span of days out, naming month and year once where they are shared: ``15–18 April 2024``."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def range_of(start: date | None, end: date | None) -> str:
    """Write a filter's range of days out; at least one end is set."""
    if start is None:
        return f"Until {day(end)}"  # type: ignore[arg-type]
    return f"From {day(start)}" if end is None else days(start, end)


def _coarse(start: date, end: date, precision: str) -> str | None:
    """Write a month, a year or a week as such, or None when the days are what is known."""
    if precision == "year":
        return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"
    if precision == "month":
        first, last = MONTHS[start.month - 1], MONTHS[end.month - 1]
        if start.year != end.year:
            return f"{first} {start.year} – {last} {end.year}"
        return f"{first} {start.year}" if first == last else f"{first} – {last} {start.year}"
    return None


def dates(start: date | None, end: date | None, precision: str) -> str:
    """Write an event's dates out as far as they are known: ``15–18 April 2024``, ``April 2024``, ``date not known``."""
    if start is None and end is None:
        return "Date not known"
    if start is None:
        return f"Until {_coarse(end, end, precision) or day(end)}"  # type: ignore[arg-type]
    if end is None:
        return f"Since {_coarse(start, start, precision) or day(start)}"
    return _coarse(start, end, precision) or days(start, end)


DATE_PRECISION_NOTE = {
    "day": "",
    "week": "Only the week is known.",
    "month": "Only the month is known.",
    "year": "Only the year is known.",
    "unknown": "The report gives no date that can be relied on.",
}


def kilometres(value: float) -> str:
    """Write a distance with as many digits as it deserves: ``0.6 km``, ``20 km``, ``1,344 km``."""
    if value < 1:
        return "less than 1 km" if value < 0.1 else f"{value:.1f} km"
    return f"{value:,.0f} km" if value >= 10 else f"{value:.1f} km".replace(".0 km", " km")


def extent(place: Mapping[str, Any], line_name: str = "") -> str:
    """Say in a sentence how well a place is known; `place` is one entry of an event's ``evidence["places"]``."""
    precision, radius = place.get("precision"), place.get("radius_km")
    if precision == "line":
        return f"Somewhere along the {line_name or 'border'}; the report names no point on it."
    if radius is None:
        return "Not on the map: no position is known for this place."
    if precision in {"region", "country"}:
        return f"Somewhere in this {precision}, up to {kilometres(radius)} from its middle; nothing closer is reported."
    if place.get("derivation"):
        return f"Somewhere within {kilometres(radius)} of this point; no coordinates are published."
    known = "Known only to the district: within" if precision == "district" else "Within"
    return f"{known} {kilometres(radius)} of this point."


def border_distance(event: Event, name: str, within_km: float | None = None) -> str | None:
    """
    Say how far an event lies from the nearest border, and whether that settles a filter's limit.

    Parameters
    ----------
    event
        An `Event`.
    name
        The border in words, e.g. ``"border with Afghanistan"``.
    within_km
        The limit of the filter in force, or None.
    """
    if event.border is None or event.border_km is None:
        return None
    if event.location_precision == "line":
        return f"On the {name}."
    about = "On or close to" if event.border_km < 0.1 else f"About {kilometres(event.border_km)} from"
    sentence = f"{about} the {name}"
    radius = event.radius_km or 0.0
    if within_km is not None and abs(event.border_km - within_km) < radius:
        return f"{sentence} (cannot tell whether within {kilometres(within_km)})."
    return f"{sentence}, give or take {kilometres(radius)}." if radius > event.border_km / 10 else f"{sentence}."

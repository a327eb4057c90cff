"""Plain words for dates, places and distances, exact about what is not known."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard.i18n import later, month, number, tr
from geo.records import Event

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
    return tr("{day} {month} {year}", day=when.day, month=month(when.month), year=when.year)


def days(start: date, end: date) -> str:
    """Write a span of days out, naming month and year once where they are shared: ``15–18 April 2024``."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{day(end)}"
    if start.year == end.year:
        return f"{start.day} {month(start.month)} – {day(end)}"
    return f"{day(start)} – {day(end)}"


def range_of(start: date | None, end: date | None) -> str:
    """Write a filter's range of days out; at least one end is set."""
    if start is None:
        return tr("Until {day}", day=day(end))  # type: ignore[arg-type]
    return tr("From {day}", day=day(start)) if end is None else days(start, end)


def month_of(when: date, *, alone: bool = True) -> str:
    """Write a month out: ``April 2024``; not `alone`, it follows a word such as "since"."""
    return tr("{month} {year}", month=month(when.month, alone=alone), year=when.year)


def _coarse(start: date, end: date, precision: str, *, alone: bool = True) -> str | None:
    """Write a month, a year or a week as such, or None when the days are what is known."""
    if precision == "year":
        same = start.year == end.year
        return tr("{year}", year=start.year) if same else tr("{first}–{last}", first=start.year, last=end.year)
    if precision == "month":
        last = month_of(end, alone=alone)
        if start.year != end.year:
            return f"{month_of(start)} – {last}"
        return last if start.month == end.month else f"{month(start.month, alone=True)} – {last}"
    return None


def dates(start: date | None, end: date | None, precision: str) -> str:
    """Write an event's dates out as far as they are known: ``15–18 April 2024``, ``April 2024``, ``date not known``."""
    if start is None and end is None:
        return tr("Date not known")
    if start is None:
        return tr("Until {day}", day=_coarse(end, end, precision, alone=False) or day(end))  # type: ignore[arg-type]
    if end is None:
        return tr("Since {day}", day=_coarse(start, start, precision, alone=False) or day(start))
    return _coarse(start, end, precision) or days(start, end)


DATE_PRECISION_NOTE = {
    "day": "",
    "week": later("Only the week is known."),
    "month": later("Only the month is known."),
    "year": later("Only the year is known."),
    "unknown": later("The report gives no date that can be relied on."),
}


def kilometres(value: float) -> str:
    """Write a distance with as many digits as it deserves: ``0.6 km``, ``20 km``, ``1,344 km``."""
    if value < 0.1:
        return tr("less than 1 km")
    fine = value < 10 and (value < 1 or round(value, 1) != round(value))
    return tr("{n} km", n=number(value, 1 if fine else 0))


def extent(place: Mapping[str, Any], line_name: str = "") -> str:
    """Say in a sentence how well a place is known; `place` is one entry of an event's ``evidence["places"]``."""
    precision, radius = place.get("precision"), place.get("radius_km")
    if precision == "line":
        name = line_name or tr("border")
        return tr("Somewhere along the {border}; the report names no point on it.", border=name)
    if radius is None:
        return tr("Not on the map: no position is known for this place.")
    return tr(_extent(precision, bool(place.get("derivation"))), radius=kilometres(radius))


def _extent(precision: str | None, derived: bool) -> str:
    if precision == "region":
        return later("Somewhere in this region, up to {radius} from its middle; nothing closer is reported.")
    if precision == "country":
        return later("Somewhere in this country, up to {radius} from its middle; nothing closer is reported.")
    if derived:
        return later("Somewhere within {radius} of this point; no coordinates are published.")
    if precision == "district":
        return later("Known only to the district: within {radius} of this point.")
    return later("Within {radius} of this point.")


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
        return tr("On the {border}.", border=name)
    if event.border_km < 0.1:
        sentence = tr("On or close to the {border}", border=name)
    else:
        sentence = tr("About {distance} from the {border}", distance=kilometres(event.border_km), border=name)
    radius = event.radius_km or 0.0
    if within_km is not None and abs(event.border_km - within_km) < radius:
        return tr("{sentence} (cannot tell whether within {limit}).", sentence=sentence, limit=kilometres(within_km))
    if radius > event.border_km / 10:
        return tr("{sentence}, give or take {radius}.", sentence=sentence, radius=kilometres(radius))
    return f"{sentence}."

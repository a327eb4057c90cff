"""Looking a place up as one types: the beginning of a name in any listed spelling, then spellings alike, or nothing."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

from geo.gazetteer import Gazetteer
from geo.geocode import clear_winner
from geo.names import fold
from geo.records import Place

LEAST = 2  # letters to begin with
NEAR_DEGREES = 3.0  # places as near as this are looked for apart, so that well-known namesakes do not crowd them out
_ALIKE_FROM = 4  # letters; shorter names are like too many
_COUNTRIES = 4  # countries around the point in which spellings alike are tried
# The score of a place is the logarithm of its people, the share of its name that was typed, and these on top or off.
_WHOLE, _USUAL, _FOREIGN, _WIDE, _PER_DISTANCE = 2.5, 0.5, 2.0, 0.6, 1.0
_SAME_KM = 15.0  # entries of one name as near as this are one place to a reader
_SPOTS = {"settlement", "capital", "village"}


class Found(NamedTuple):
    """A place, the spelling it was found under (None: its usual name), and whether that is only alike."""

    place: Place
    form: str | None
    similar: bool = False


def find_places(
    gazetteer: Gazetteer, text: str, *, near: tuple[float, float] | None = None, limit: int = 10
) -> list[Found]:
    """
    Find the places that have a point and whose name is, or begins with, what was typed.

    Parameters
    ----------
    text
        A name or its beginning in any script; what follows a comma is a country: ``"Ishkashim, Afghanistan"``.
    near
        Latitude and longitude in degrees: places near it come first. None: the best known come first.
    limit
        The greatest number of places.

    Returns
    -------
    found
        The likeliest first. When no name begins so, places of the countries around `near` whose name is spelt alike,
        one per country, and only where one stands out, as with the names of a report. Otherwise empty: better no
        place than a wrong one.
    """
    name, country = _split(gazetteer, text)
    if len(fold(name)) < LEAST:
        return []
    found = _begun(gazetteer, name, near) or _declined(gazetteer, name)
    found = [entry for entry in found if entry[1].place.lat is not None and country in (None, entry[1].place.country)]
    if not found:
        return _alike(gazetteer, name, near, country)[:limit]
    ranked = sorted(found, key=lambda entry: -entry[0] + _distance_cost(entry[1].place, near))
    return _distinct([entry for _, entry in ranked])[:limit]


def _split(gazetteer: Gazetteer, text: str) -> tuple[str, str | None]:
    """Return the name before the last comma and the country after it; all of the text when that is no country."""
    name, comma, after = text.rpartition(",")
    if comma and name.strip() and after.strip():
        for hit in gazetteer.exact_hits(after.strip()):
            if hit.place.kind == "country":
                return name.strip(), hit.place.country
    return text.strip(), None


def _begun(gazetteer: Gazetteer, name: str, near: tuple[float, float] | None) -> list[tuple[float, Found]]:
    """Return the places whose names begin so, with what speaks for each but its distance."""
    key = fold(name)
    best: dict[Place, tuple[float, Found]] = {}
    for place, rank, form, full in gazetteer.starting(key, near=near, reach=NEAR_DEGREES):
        typed = _WHOLE if full == key else len(key) / len(full)
        score = _size(place) + typed + _USUAL * (rank == 0) - _FOREIGN * (rank > 1)
        if place not in best or score > best[place][0]:
            best[place] = (score, Found(place, form))
    return list(best.values())


def _declined(gazetteer: Gazetteer, name: str) -> list[tuple[float, Found]]:
    """Return the places that a Russian name in another case stands for."""
    hits = gazetteer.exact_hits(name)
    return [(_size(hit.place), Found(hit.place, None)) for hit in hits]


def _size(place: Place) -> float:
    """Return how well known a place is; a district or region stands behind the town it is named after."""
    return math.log10(place.importance + 10) - _WIDE * (place.kind in {"admin1", "admin2"})


def _distance_cost(place: Place, near: tuple[float, float] | None) -> float:
    return 0.0 if near is None else _PER_DISTANCE * math.log10(1 + _apart_km(place, near) / 50)


def _apart_km(place: Place, near: tuple[float, float]) -> float:
    """Return the distance on a sphere (haversine), good to half a percent."""
    lat, other = math.radians(place.lat or 0.0), math.radians(near[0])
    across = math.radians((place.lon or 0.0) - near[1])
    share = math.sin((lat - other) / 2) ** 2 + math.cos(lat) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(share)))


def _distinct(found: list[Found]) -> list[Found]:
    """Leave out a town that the one before it already is, under another source."""
    kept: list[Found] = []
    for entry in found:
        place = entry.place
        if place.kind in _SPOTS and any(_is_same(place, other.place) for other in kept):
            continue
        kept.append(entry)
    return kept


def _is_same(one: Place, other: Place) -> bool:
    if other.kind not in _SPOTS or one.country != other.country or one.lat is None or one.lon is None:
        return False
    return _apart_km(other, (one.lat, one.lon)) < _SAME_KM and fold(one.name)[:3] == fold(other.name)[:3]


def _alike(gazetteer: Gazetteer, name: str, near: tuple[float, float] | None, country: str | None) -> list[Found]:
    if len(fold(name)) < _ALIKE_FROM:
        return []
    around = [country] if country else [code for code, _ in _countries(gazetteer, near).most_common(_COUNTRIES)]
    winners = [clear_winner(name, gazetteer.similar(name, code)) for code in around]
    return [Found(place, None, similar=True) for place in winners if place is not None and place.lat is not None]


def _countries(gazetteer: Gazetteer, near: tuple[float, float] | None) -> Counter[str]:
    """Count the places around a point by country."""
    return Counter() if near is None else Counter(gazetteer.countries_near(*near, reach=NEAR_DEGREES))

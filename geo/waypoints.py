"""Towns and crossings along a border: what stands near the line, and at which kilometre of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.build import GAZETTEER
from geo.errors import MissingData
from geo.nearness import widen

if TYPE_CHECKING:
    from geo.borders import Borders

NEAR_KM = 10.0
EXACT_KM = 10.0  # a place known less well than this is no landmark
SAME_KM = 1.5  # a town of GeoNames and a curated place as near as this are one place, under the curated name
CROSSINGS = ("crossing", "bridge", "border_post", "pass")
TOWNS = ("settlement", "capital")  # GeoNames' own
KINDS = (*CROSSINGS, "village", *TOWNS)
CROSSING_WEIGHT = 28_000.0  # a crossing matters along a border as much as a town of so many people
VILLAGE_WEIGHT = 2_000.0  # a curated village whose people GeoNames does not count
MOST = 400  # places along the longest borders: more than a picture can name
_PLACES = f"""SELECT name, country, lat, lon, kind, importance FROM place
    WHERE kind IN ({", ".join(f"'{kind}'" for kind in KINDS)}) AND radius_km <= ?
    AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?"""  # noqa: S608 - our own words


class Waypoint(NamedTuple):
    """A place near a border: where along it, how far from it (km), and how much it matters (about its people)."""

    at_km: float
    km: float
    name: str
    country: str | None
    kind: str
    weight: float
    lat: float
    lon: float


def find_waypoints(
    borders: Borders, pair: str, *, within_km: float = NEAR_KM, gazetteer: Path = GAZETTEER
) -> list[Waypoint]:
    """
    Find the towns, crossings, bridges, posts and passes near a border.

    Parameters
    ----------
    borders, pair
        The border, see `geo.borders.Borders`.
    within_km
        The greatest distance from it.
    gazetteer
        The file made by ``python -m geo build``: GeoNames and `data/places.csv`.

    Returns
    -------
    waypoints
        In order along the border from its western end; at most `MOST`, those that matter most.

    Raises
    ------
    MissingData
        Without the gazetteer.
    """
    if not gazetteer.exists():
        raise MissingData(f"Gazetteer {gazetteer} does not exist; run `python -m geo build` to compile it.")
    west, south, east, north = widen(borders.line(pair).bounds, within_km)
    with closing(sqlite3.connect(f"file:{gazetteer}?mode=ro&immutable=1", uri=True)) as db:
        rows = db.execute(_PLACES, (EXACT_KM, south, north, west, east)).fetchall()
    if not rows:
        return []
    km, at_km = borders.locate_many(pair, np.array([row[2] for row in rows]), np.array([row[3] for row in rows]))
    near = [_waypoint(row, float(a), float(k)) for row, a, k in zip(rows, at_km, km, strict=True) if k <= within_km]
    return sorted(sorted(_merge(near), key=lambda place: -place.weight)[:MOST])


def _waypoint(row: tuple, at_km: float, km: float) -> Waypoint:
    name, country, lat, lon, kind, people = row
    weight = CROSSING_WEIGHT if kind in CROSSINGS else VILLAGE_WEIGHT if kind == "village" else people
    return Waypoint(round(at_km, 2), round(km, 2), name, country, kind, float(weight), lat, lon)


def _merge(places: list[Waypoint]) -> list[Waypoint]:
    """Put GeoNames' towns into the curated places that stand for them, which then matter as much as the town."""
    towns = [place for place in places if place.kind in TOWNS]
    kept = []
    for place in (place for place in places if place.kind not in TOWNS):
        same = [town for town in towns if _apart_km(place, town) <= SAME_KM]
        towns = [town for town in towns if town not in same]
        kept.append(place._replace(weight=max([place.weight, *(town.weight for town in same)])))
    return kept + towns


def _apart_km(one: Waypoint, two: Waypoint) -> float:
    """Return about how far apart two places near each other are: exact enough to tell 1 km from 2."""
    across = (one.lon - two.lon) * np.cos(np.radians(one.lat))
    return float(np.hypot(one.lat - two.lat, across) * 111.2)

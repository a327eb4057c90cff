"""Where an event is drawn: place, geometry, radius and precision of one or several spots, and how they were decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from geo.event_places import Places, Spot, rank_of, widened_km
from geo.event_words import quote
from geo.records import Place, Report

if TYPE_CHECKING:
    from geo.borders import Borders

_SIMPLER_DEGREES = 0.02  # about 2 km: small enough to store with every event, coarse enough to be no survey
_CANDIDATES_KEPT = 5


def place_fields(
    report: Report, spots: list[Spot], places: Places, borders: Borders | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Return an event's location fields and their evidence.

    A spot that was refused is shown as the district or region it is said to lie in, under its own name. In
    ``evidence["places"]`` the parts of the geometry come first, in its order; places without one follow.
    """
    if not spots:
        return {}, {"place": [], "places": []}
    located = [_locate(spot, places, borders) for spot in spots]
    located.sort(key=lambda item: item.geometry is None)
    parts = [item for item in located if item.geometry is not None]
    first = next(item for item in located if item.spot is spots[0])
    place = first.place
    radii = [item.radius_km for item in located if item.radius_km is not None]
    fields = {
        "place": place.name if place is not None and first.spot.place is not None else first.spot.mention.surface,
        "country": next((i.place.country for i in (first, *located) if i.place is not None and i.place.country), None),
        "geometry": _together([item.geometry for item in parts if item.geometry is not None]),
        "radius_km": max(radii, default=None),
        "location_precision": first.precision,
        "border": place.border if place is not None and place.precision == "line" else None,
    }
    evidence = {
        "place": [quote(report, s.mention.start, s.mention.end) for s in spots],
        "places": [_place_evidence(report, item) for item in located],
    }
    return fields, evidence


@dataclass(slots=True)
class _Located:
    """A spot with what is drawn for it; `place` is its container where it was refused itself."""

    spot: Spot
    place: Place | None
    geometry: BaseGeometry | None
    radius_km: float | None
    precision: str
    reason: str


def _locate(spot: Spot, places: Places, borders: Borders | None) -> _Located:
    place, reason = spot.place, spot.mention.decision.reason
    if place is None:
        holder = places.holder_of(spot)
        if holder is None or holder.place is None or rank_of(spot.mention) < rank_of(holder):
            return _Located(spot, None, None, None, "unknown", reason or "No place of this name is known.")
        place = holder.place
        why = f"No place named {spot.mention.surface!r} is known; shown as {place.name}, where the report puts it."
        return _Located(spot, place, _point(place), widened_km(place), place.precision, why)
    if place.border is not None and place.lat is None:
        return _Located(spot, place, _line(place.border, borders), None, "line", reason)
    return _Located(spot, place, _point(place), place.radius_km, place.precision, reason)


def _point(place: Place) -> Point | None:
    return None if place.lat is None or place.lon is None else Point(place.lon, place.lat)  # geometry is lon, lat


def _line(pair: str, borders: Borders | None) -> BaseGeometry | None:
    return None if borders is None else borders.line(pair).simplify(_SIMPLER_DEGREES)


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """Return one geometry of all parts: a point, a line, many points, or a collection."""
    if len(parts) < 2:
        return parts[0] if parts else None
    if all(isinstance(p, Point) for p in parts):
        return MultiPoint(parts)
    if all(isinstance(p, LineString) for p in parts):
        return MultiLineString(parts)
    return GeometryCollection(parts)


def _place_evidence(report: Report, item: _Located) -> dict[str, Any]:
    place, mention = item.place, item.spot.mention
    return {
        "name": place.name if place is not None and item.spot.place is not None else mention.surface,
        "country": place.country if place is not None else None,
        "lat": place.lat if place is not None else None,
        "lon": place.lon if place is not None else None,
        "radius_km": item.radius_km,
        "precision": item.precision,
        "border": place.border if place is not None else None,
        "area": place.area if place is not None else None,
        "reason": item.reason,
        "source": place.source if place is not None else "",
        "derivation": place.derivation if place is not None else None,
        "candidates": [_candidate(c) for c in mention.decision.candidates[:_CANDIDATES_KEPT]],
        **quote(report, mention.start, mention.end),
    }


def _candidate(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "radius_km": place.radius_km,
        "precision": place.precision,
        "source": place.source,
    }

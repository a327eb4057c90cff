"""How far from a border events may be, measured where it is not stored with them; and which a box does not hold."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from geo import sql_places
from geo.engines import remember
from geo.errors import InvalidQuery, MissingData
from geo.grid import Box

if TYPE_CHECKING:
    from geo.borders import Borders
    from geo.engines import Session, Snapshot

KM_PER_DEGREE = 110.5  # of latitude, at least (WGS 84: 110.57 at the equator)
MARGIN_KM = 20  # envelopes of circles are calculated on a sphere: up to 1 % short for the widest
CHUNK = 50_000  # points measured at once: a few MB
FAR_KM = 1_000_000.0  # of a place that may be off the stretch asked for: farther than any two points of the earth
COLUMNS = ("event_spot", "lo_km", "hi_km")
Span = tuple[float | None, float | None]  # from which to which kilometre along a border; None: to its end


class Nearness:
    """
    The table `near` for any border, made when it is first asked for; safe to share between threads.

    Parameters
    ----------
    borders
        The border lines. None: every question raises MissingData.
    """

    def __init__(self, borders: Borders | None) -> None:
        self._borders, self._lock = borders, threading.Lock()
        self._ranges: dict[tuple[str, bytes, float | None], tuple[float, float]] = {}
        self._alongs: dict[tuple[str, bytes, float | None], tuple[float, float]] = {}

    def measure(
        self, session: Session, snapshot: Snapshot, pair: str, within_km: float, stretch: Span = (None, None)
    ) -> pa.Table:
        """
        Return `COLUMNS` for every event that may be within some distance of a border and whose row does not say it.

        With a stretch of the border, what is certainly off it is left out, and what may be off it has a `hi_km` beyond
        every limit: so each place answers for distance and stretch together, and the event by the best of its places.

        Raises
        ------
        MissingData
            Without border lines.
        InvalidQuery
            When the two countries have no common border.
        """
        if self._borders is None:
            raise MissingData(f"Filter border={pair!r} needs the border lines; make them with: python -m geo build")
        if pair not in self._borders.pairs():
            raise InvalidQuery(f"Filter border={pair!r} names no land border; expected a pair such as AF-TJ.")
        with self._lock:
            places = snapshot.cache.get("odd")
            if places is None:
                places = snapshot.cache["odd"] = [(i, bytes(wkb), km) for i, wkb, km in session.rows(sql_places.ODD)]
            odd = snapshot.cache.get(("odd", pair, stretch))
            if odd is None:
                odd = self._measure_odd(places, pair, stretch, session.spot_type)
                remember(snapshot.cache, ("odd", pair, stretch), odd)
            reach_km, points = snapshot.cache.get(("points", pair), (-1.0, None))
            if reach_km < within_km:
                points = self._measure_points(session, pair, within_km)
                snapshot.cache["points", pair] = within_km, points
        return pa.concat_tables([odd, _on_stretch(points, stretch)])

    def _measure_odd(
        self, places: list[tuple[Any, bytes, float | None]], pair: str, stretch: Span, spot_type: pa.DataType
    ) -> pa.Table:
        """Measure places one by one; an event at several is as near as its nearest."""
        nearest: dict[Any, tuple[float, float]] = {}
        for spot, wkb, radius_km in places:
            lo, hi = self._range(pair, wkb, radius_km)
            if stretch != (None, None):
                first, last = self._along(pair, wkb, radius_km)
                if _misses(first, last, stretch):
                    continue
                hi = hi if _holds(first, last, stretch) else FAR_KM
            least = nearest.get(spot, (lo, hi))
            nearest[spot] = min(lo, least[0]), min(hi, least[1])
        lows, highs = ([ends[side] for ends in nearest.values()] for side in (0, 1))
        return pa.table([pa.array(list(nearest), spot_type), _km(lows), _km(highs)], names=COLUMNS)

    def _along(self, pair: str, wkb: bytes, radius_km: float | None) -> tuple[float, float]:
        """Return between which kilometres of a border a place lies, measured once per place for good."""
        key = (pair, wkb, radius_km)
        if key not in self._alongs:
            self._alongs[key] = self._borders.along_range_km(shapely.from_wkb(wkb), radius_km, pair)
        return self._alongs[key]

    def _range(self, pair: str, wkb: bytes, radius_km: float | None) -> tuple[float, float]:
        """Return the least and the greatest distance from a border, measured once per place for good."""
        key = (pair, wkb, radius_km)
        if key not in self._ranges:
            geometry = shapely.from_wkb(wkb)
            if geometry.geom_type == "Point":  # the same answer as below, 15 times faster
                away, slack = self._borders.locate(pair, geometry.y, geometry.x)[0], radius_km or 0.0
                self._ranges[key] = max(0.0, away - slack), away + slack
            else:
                self._ranges[key] = self._borders.distance_range_km(geometry, radius_km, pair)
        return self._ranges[key]

    def _measure_points(self, session: Session, pair: str, within_km: float) -> pa.Table:
        """Measure the points that are nearer to another border, but near enough to this one."""
        box = widen(self._borders.line(pair).bounds, within_km + MARGIN_KM)
        names, found = (*COLUMNS, "at_km", "reach_km"), []
        found.append(pa.table([pa.array([], session.spot_type), *([_km([])] * 4)], names=names))
        for batch in session.batches(sql_places.points_near(pair, box, within_km), CHUNK):
            lat, lon, reach = (np.asarray(batch.column(name), dtype="float64") for name in ("lat", "lon", "reach_km"))
            if len(lat):
                away, at_km = self._borders.locate_many(pair, lat, lon)
                near = away - reach <= within_km
                spots = batch.column("spot").cast(session.spot_type).filter(pa.array(near))
                columns = [spots, *(_km(c[near]) for c in (np.maximum(0.0, away - reach), away + reach, at_km, reach))]
                found.append(pa.table(columns, names=names))
        return pa.concat_tables(found)


def _km(values: Sequence[float] | np.ndarray) -> pa.Array:
    return pa.array(values, pa.float64())


def _misses(first: float | np.ndarray, last: float | np.ndarray, stretch: Span) -> bool | np.ndarray:
    """Tell whether what lies between two kilometres is certainly off a stretch."""
    low, high = (bound if end is None else end for end, bound in zip(stretch, (-math.inf, math.inf), strict=True))
    return (last < low) | (first > high)


def _holds(first: float | np.ndarray, last: float | np.ndarray, stretch: Span) -> bool | np.ndarray:
    """Tell whether what lies between two kilometres is certainly on a stretch."""
    low, high = (bound if end is None else end for end, bound in zip(stretch, (-math.inf, math.inf), strict=True))
    return (first >= low) & (last <= high)


def _on_stretch(points: pa.Table, stretch: Span) -> pa.Table:
    """Return measured points as `COLUMNS`, those off a stretch left out and those perhaps off it put out of reach."""
    if stretch == (None, None):
        return points.select(COLUMNS)
    at_km, reach = (points[name].to_numpy() for name in ("at_km", "reach_km"))
    kept = ~_misses(at_km - reach, at_km + reach, stretch)
    hi = np.where(_holds(at_km - reach, at_km + reach, stretch), points["hi_km"].to_numpy(), FAR_KM)
    return points.select(COLUMNS).set_column(2, "hi_km", pa.array(hi)).filter(pa.array(kept))


def widen(box: Box, km: float) -> Box:
    """Return a box with everything that is within some distance of it; all longitudes where it reaches around."""
    west, south, east, north = box
    south, north = max(-90.0, south - km / KM_PER_DEGREE), min(90.0, north + km / KM_PER_DEGREE)
    shrink = math.cos(math.radians(max(abs(south), abs(north))))
    wide = km / KM_PER_DEGREE / shrink if shrink > 0.05 else 360.0  # so near a pole every longitude is near
    if west - wide < -180 or east + wide > 180:
        return -180.0, south, 180.0, north
    return west - wide, south, east + wide, north


def find_outside(session: Session, bbox: Box) -> pa.Table:
    """Return the events whose envelope meets the box though their geometry does not (a bent line, scattered points)."""
    west, south, east, north = bbox
    sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    area = shapely.union_all([shapely.box(w, south, e, north) for w, e in sides])
    rows = session.rows(sql_places.straddling(bbox))
    inside = shapely.intersects(shapely.from_wkb([wkb for _, wkb in rows]), area) if rows else []
    found = [spot for (spot, _), meets in zip(rows, inside, strict=True) if not meets]
    return pa.table({"event_spot": pa.array(found, session.spot_type)})

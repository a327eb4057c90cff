"""Which events a drawn area holds: measured on the ellipsoid where the boxes inside the area do not say it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from geo import sql_places
from geo.outline import Area, to_polygon
from geo.polylines import Polylines

if TYPE_CHECKING:
    from geo.engines import Session, Snapshot

COLUMNS = ("event_spot", "sure")
CHUNK = 100_000  # points judged at once
AREAS_KEPT = 4  # areas whose events are remembered: a table of some MB each
STEP_DEG = 0.04  # longest chord of an edge that is measured, about 4 km; Polylines is good to 2 m up to 5 km
KM_PER_DEGREE = 108.0  # less than any degree of latitude (WGS 84: 110.57 at least), by more than a geodesic's bulge ...
WIDE_KM = 500.0  # ... up to here; wider circles are all measured
NO, MAYBE, YES = -1, 0, 1


class Held:
    """The table `held` for any drawn area, made when it is first asked for; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def find(self, session: Session, snapshot: Snapshot, area: Area) -> pa.Table:
        """
        Return the events that an area holds (`sure` 1) or may hold (0), but those in its `geo.outline.inner_boxes`.

        A circle of uncertainty, a line or a region is held for certain if all of it lies in the area, perhaps if part
        of it does; an event at several places is answered for by the best of them. The answers for the areas asked
        last are remembered with the state.
        """
        with self._lock:
            known = snapshot.cache.setdefault("held", {})
            if area not in known:
                table = pa.concat_tables([_judge_odd(session, snapshot, area), *_judge_rows(session, area)])
                while len(known) >= AREAS_KEPT:
                    known.pop(next(iter(known)))
                known[area] = table
            return known[area]


def _judge_rows(session: Session, area: Area) -> Iterator[pa.Table]:
    """Judge the points near or in an area that no inner box holds."""
    for batch in session.batches(sql_places.points_around(area), CHUNK):
        columns = (np.asarray(batch.column(name), dtype="float64") for name in ("lon", "lat", "reach_km"))
        answers = judge_points(area, *columns)
        some = pa.array(answers != NO)
        spots = batch.column("spot").cast(session.spot_type).filter(some)
        yield pa.table([spots, pa.array(answers, pa.int32()).filter(some)], names=COLUMNS)


def _judge_odd(session: Session, snapshot: Snapshot, area: Area) -> pa.Table:
    """Judge the places that are not points of an import: each geometry once."""
    places = snapshot.cache.get("odd")
    if places is None:
        places = snapshot.cache["odd"] = [(i, bytes(wkb), km) for i, wkb, km in session.rows(sql_places.ODD)]
    shapes = list({(wkb, km): None for _, wkb, km in places})
    answers = dict(zip(shapes, judge_shapes(area, shapes), strict=True))
    best: dict[Any, int] = {}
    for spot, wkb, km in places:
        best[spot] = max(best.get(spot, NO), answers[wkb, km])
    held = {spot: answer for spot, answer in best.items() if answer != NO}
    spots, sure = pa.array(list(held), session.spot_type), pa.array(list(held.values()), pa.int32())
    return pa.table([spots, sure], names=COLUMNS)


def judge_shapes(area: Area, shapes: list[tuple[bytes, float | None]]) -> list[int]:
    """Return the answer for each geometry (WKB, EPSG:4326) that lies within a radius (km; None: exactly there)."""
    geometries = shapely.from_wkb(np.array([wkb for wkb, _ in shapes], dtype=object))
    radii = np.array([km or 0.0 for _, km in shapes])
    polygon = to_polygon(area)
    inside, meeting = shapely.covers(polygon, geometries), shapely.intersects(polygon, geometries)
    answers = np.where(inside, YES, np.where(meeting, MAYBE, NO))
    points = shapely.get_type_id(geometries) == 0
    answers[points] = judge_points(area, *shapely.get_coordinates(geometries[points]).T, radii[points])
    for number in np.flatnonzero(~points & (radii > 0)):
        if _apart_km(geometries[number], area) < radii[number]:
            answers[number] = MAYBE
    return answers.tolist()


def judge_points(area: Area, lon: np.ndarray, lat: np.ndarray, radius_km: np.ndarray) -> np.ndarray:
    """Return `YES`, `MAYBE` or `NO` for points (degrees) with a radius (km, 0: exact), those alike judged once."""
    places, back = np.unique(np.stack((lon, lat, radius_km), axis=-1), axis=0, return_inverse=True)
    lon, lat, radius_km = places.T
    answers = np.where(shapely.intersects_xy(to_polygon(area), lon, lat), YES, NO)
    near = _may_straddle(area, lon, lat, radius_km)
    straddles = _edge(area).nearest(lon[near], lat[near]).km < radius_km[near]
    answers[np.flatnonzero(near)[straddles]] = MAYBE
    return answers[back.ravel()]


def _may_straddle(area: Area, lon: np.ndarray, lat: np.ndarray, radius_km: np.ndarray) -> np.ndarray:
    """Tell which circles may reach over the edge: quickly, and never too few."""
    reach = radius_km / KM_PER_DEGREE
    highest = max(abs(corner[1]) for corner in area)
    farthest = np.minimum(89.0, np.maximum(highest, np.abs(lat).max(initial=0)) + 1)
    narrow = np.cos(np.radians(farthest))  # no degree of longitude here is narrower than that many of latitude
    edge = shapely.LinearRing([(x * narrow, y) for x, y in area])
    shapely.prepare(edge)
    near = shapely.dwithin(edge, shapely.points(lon * narrow, lat), reach)
    around = np.abs(lon) + reach / np.cos(np.radians(np.minimum(89.0, np.abs(lat) + reach))) > 180
    return (radius_km > 0) & (near | around | (radius_km > WIDE_KM))


def _edge(area: Area) -> Polylines:
    return Polylines([shapely.get_coordinates(shapely.segmentize(shapely.LinearRing(area), STEP_DEG))])


def _apart_km(shape: BaseGeometry, area: Area) -> float:
    """Return how far the outline of a line or region is from an area's edge; 0 where they cross."""
    if shapely.intersects(shape, shapely.LinearRing(area)):
        return 0.0
    edge, parts = _edge(area), shapely.get_parts(shapely.segmentize(shape, STEP_DEG))
    xy = shapely.get_coordinates(parts)
    lines = [shapely.get_coordinates(part) for part in _lines(parts)]
    there = edge.nearest(*xy.T).km.min()  # lines that do not cross are nearest at a vertex of one of them
    back = Polylines(lines).nearest(*edge.vertices[:, :2].T).km.min() if lines else there
    return float(min(there, back))


def _lines(parts: np.ndarray) -> list[BaseGeometry]:
    """Return the lines, and the rings of the polygons, among simple geometries."""
    found = [part for part in parts if part.geom_type in ("LineString", "LinearRing")]
    return [*found, *shapely.get_rings([part for part in parts if part.geom_type == "Polygon"])]

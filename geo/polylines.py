"""Nearest point on many long lines: exact, vectorised, without projection or antimeridian, by chords in 3-D space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
EQUATOR_KM = 6378.137  # WGS 84 (EPSG:7030): semi-major axis
ECCENTRICITY2 = 0.00669437999014  # WGS 84: first eccentricity squared
CHUNK = 32  # segments that share a bounding sphere
WORK = 200_000  # distances between points and segments that cost about as much as splitting the points once more
TOGETHER_KM = 1.0  # points closer together than this have the same candidates: splitting them gains nothing ...
TOGETHER = 4096  # ... but keeps memory small when many thousands share one town


class Feet(NamedTuple):
    """
    For each query point: the nearest segment, its line, the foot's lon/lat, the geodesic km to it, and the measure.

    `measure` is the third coordinate of the line, interpolated at the foot.
    """

    segment: np.ndarray
    line: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    km: np.ndarray
    measure: np.ndarray


class _Ball(NamedTuple):
    centre: np.ndarray
    radius: np.ndarray

    def __getitem__(self, some: np.ndarray) -> _Ball:  # type: ignore[override]
        return _Ball(self.centre[some], self.radius[some])


def to_xyz_km(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return WGS 84 positions on the ellipsoid as earth-centred x, y, z in kilometres, one row each."""
    lon, lat = np.radians(lon), np.radians(lat)
    across = EQUATOR_KM / np.sqrt(1 - ECCENTRICITY2 * np.sin(lat) ** 2)
    x, y = across * np.cos(lat) * np.cos(lon), across * np.cos(lat) * np.sin(lon)
    return np.stack((x, y, across * (1 - ECCENTRICITY2) * np.sin(lat)), axis=-1)


class Polylines:
    """
    Lines given by vertices, ready to be asked for the nearest point.

    A segment of up to 5 km leaves the ellipsoid by at most 0.5 m, so the chord through space finds the
    nearest foot; the distance to that foot is then the geodesic. Within 500 km this is good to 2 m.

    Parameters
    ----------
    lines
        Arrays of lon, lat (degrees) and optionally a measure, one row per vertex; two rows or more each.
    """

    def __init__(self, lines: Sequence[np.ndarray]) -> None:
        sizes = np.array([len(line) for line in lines])
        vertices = np.concatenate([line if line.shape[1] == 3 else np.c_[line, np.zeros(len(line))] for line in lines])
        first = np.delete(np.arange(len(vertices)), np.cumsum(sizes) - 1)
        self.vertices = vertices
        self.line = np.repeat(np.arange(len(lines)), sizes)[first]
        self._first = first
        xyz = to_xyz_km(vertices[:, 0], vertices[:, 1])
        self._start, self._step = xyz[first], xyz[first + 1] - xyz[first]
        self._length2 = np.maximum(np.einsum("ij,ij->i", self._step, self._step), 1e-18)
        self._segments = _Ball(self._start + self._step / 2, np.sqrt(self._length2) / 2)
        self._chunks, self._chunk_starts = self._bound_chunks()

    def _bound_chunks(self) -> tuple[_Ball, np.ndarray]:
        starts = np.arange(0, len(self._start), CHUNK)
        counts = np.diff(starts, append=len(self._start))[:, None]
        centre = np.add.reduceat(self._segments.centre, starts) / counts
        reach = np.linalg.norm(self._segments.centre - np.repeat(centre, counts[:, 0], axis=0), axis=1)
        return _Ball(centre, np.maximum.reduceat(reach + self._segments.radius, starts)), starts

    def nearest(self, lon: np.ndarray, lat: np.ndarray) -> Feet:
        """Return the nearest point of the lines for each position (degrees, no nulls)."""
        points = to_xyz_km(np.asarray(lon, float), np.asarray(lat, float))
        segment = np.zeros(len(points), dtype=np.int64)
        if len(points):
            self._search(points, np.arange(len(points)), np.arange(len(self._chunk_starts)), segment)
        return self._feet(lon, lat, points, segment)

    def _search(self, points: np.ndarray, these: np.ndarray, chunks: np.ndarray, out: np.ndarray) -> None:
        low, high = points[these].min(axis=0), points[these].max(axis=0)
        centre, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
        chunks = chunks[_within_reach(centre, radius, self._chunks[chunks])]
        spread = radius > TOGETHER_KM and len(these) * len(chunks) * CHUNK > WORK
        if len(these) > 1 and (spread or len(these) > TOGETHER):
            axis = int(np.argmax(high - low))
            middle = len(these) // 2
            parts = these[np.argpartition(points[these, axis], middle)]
            self._search(points, parts[:middle], chunks, out)
            self._search(points, parts[middle:], chunks, out)
            return
        segments = (self._chunk_starts[chunks, None] + np.arange(CHUNK)).ravel()
        segments = segments[segments < len(self._start)]
        segments = segments[_within_reach(centre, radius, self._segments[segments])]
        out[these] = segments[np.argmin(self._distance2(points[these], segments), axis=1)]

    def _distance2(self, points: np.ndarray, segments: np.ndarray) -> np.ndarray:
        start, step = self._start[segments], self._step[segments]
        origin = start[0]  # near zero, so that the squares below keep their digits
        points, start = points - origin, start - origin
        along = points @ step.T - np.einsum("ij,ij->i", start, step)
        share = np.clip(along / self._length2[segments], 0, 1)
        apart = (points**2).sum(axis=1)[:, None] + (start**2).sum(axis=1) - 2 * points @ start.T
        return apart + share * (share * self._length2[segments] - 2 * along)

    def _feet(self, lon: np.ndarray, lat: np.ndarray, points: np.ndarray, segment: np.ndarray) -> Feet:
        along = np.einsum("ij,ij->i", points - self._start[segment], self._step[segment])
        share = np.clip(along / self._length2[segment], 0, 1)[:, None]
        first = self._first[segment]
        foot = self.vertices[first] * (1 - share) + self.vertices[first + 1] * share
        _, _, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
        return Feet(segment, self.line[segment], foot[:, 0], foot[:, 1], np.asarray(metres) / 1000, foot[:, 2])


def _within_reach(centre: np.ndarray, radius: float, balls: _Ball) -> np.ndarray:
    """Return which balls may hold the nearest point of something in the ball given by `centre` and `radius`."""
    distance = np.linalg.norm(balls.centre - centre, axis=1)
    farthest = float((distance + balls.radius).min()) + 2 * radius
    return distance - balls.radius <= farthest

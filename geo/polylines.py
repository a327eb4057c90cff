"""Nearest point on many long lines: geodesic, vectorised, without projection or antimeridian, by chords in space."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geo.exposure import find_exposed

GEOD = Geod(ellps="WGS84")
EQUATOR_KM = 6378.137  # WGS 84 (EPSG:7030): semi-major axis
ECCENTRICITY2 = 0.00669437999014  # WGS 84: first eccentricity squared
ROUNDEST_KM, FLATTEST_KM = 6335.439, 6399.594  # WGS 84: least and greatest radius of curvature, a(1-e²) and a²/b
CHUNK = 32  # segments that share a bounding sphere; fewer where there are few
FEW = 4096  # segments that are looked at one by one ...
SMALL_KM = 20.0  # ... however many they are for points as close together as a chunk is long
WORK = 40_000  # distances between points and segments that cost about as much as splitting the points once more
TOGETHER_KM = 1.0  # points closer together than this have the same candidates: splitting them gains nothing ...
MOST = 500_000  # ... but keeps memory small when many thousands share one town
REACHES_KM = (100, 400, 1500, 5000)  # from these distances on only the exposed vertices count: 17, 6, 2 and 0.7 %
MANY = 4000  # points for which it pays to find the exposed vertices
BLOCK = 1 << 13  # points that one thread takes at a time: about 100 MB


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


class _Level(NamedTuple):
    """The segments that count from a distance on, in runs of `size` along the lines with a bounding sphere each."""

    reach_km: float
    segments: np.ndarray
    size: int
    chunks: _Ball

    def members(self, chunks: np.ndarray) -> np.ndarray:
        """Return the segments of some chunks."""
        places = (chunks[:, None] * self.size + np.arange(self.size)).ravel()
        return self.segments[places[places < len(self.segments)]]


class _Task(NamedTuple):
    """Points that lie together, and those of the level's chunks or segments that can be nearest to them."""

    rows: np.ndarray
    level: int
    balls: _Ball
    some: np.ndarray


def to_xyz_km(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return WGS 84 positions on the ellipsoid as earth-centred x, y, z in kilometres, one row each."""
    lon, lat = np.radians(lon), np.radians(lat)
    across = EQUATOR_KM / np.sqrt(1 - ECCENTRICITY2 * np.sin(lat) ** 2)
    x, y = across * np.cos(lat) * np.cos(lon), across * np.cos(lat) * np.sin(lon)
    return np.stack((x, y, across * (1 - ECCENTRICITY2) * np.sin(lat)), axis=-1)


class Polylines:
    """
    Lines given by vertices, ready to be asked for the nearest point.

    A segment of up to 5 km leaves the ellipsoid by at most 0.5 m, so chords through space find the segments and
    the feet on them; of those whose chords are too alike to tell, the geodesic decides. Good to 2 m at every distance
    (see `tests/bench/borders.py`). Many points are sorted by place, and those far from every line are compared only
    with what can be nearest to something far away.

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
        self.first_vertex = first  # of each segment; the next vertex is its end
        self._xyz = to_xyz_km(vertices[:, 0], vertices[:, 1])
        self._start, self._step = self._xyz[first], self._xyz[first + 1] - self._xyz[first]
        self._length2 = np.maximum(np.einsum("ij,ij->i", self._step, self._step), 1e-18)
        self.longest_km = float(np.sqrt(self._length2.max()))
        self._segments = _Ball(self._start + self._step / 2, np.sqrt(self._length2) / 2)
        self._all = self._gather(0, np.arange(len(first)))

    def nearest(self, lon: np.ndarray, lat: np.ndarray) -> Feet:
        """Return the nearest point of the lines for each position (degrees, no nulls), about 100,000 a second."""
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        if len(lon) < MANY:
            return self._nearest(lon, lat, [self._all])
        order = np.argsort(_place_keys(to_xyz_km(lon, lat)), kind="stable")
        blocks = [order[first : first + BLOCK] for first in range(0, len(order), BLOCK)]
        levels = self._levels
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda rows: self._nearest(lon[rows], lat[rows], levels), blocks))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return Feet(*(np.concatenate(column)[back] for column in zip(*found, strict=True)))

    @cached_property
    def _levels(self) -> list[_Level]:
        levels, some = [self._all], np.arange(len(self.vertices))
        for reach in REACHES_KM:
            some = find_exposed(self.vertices[:, :2], self._xyz, some, reach, self.longest_km)
            counts = np.zeros(len(self.vertices), dtype=bool)
            counts[some] = True
            levels.append(
                self._gather(reach, np.flatnonzero(counts[self.first_vertex] | counts[self.first_vertex + 1]))
            )
        return levels

    def _gather(self, reach_km: float, segments: np.ndarray) -> _Level:
        size = int(np.clip(len(segments) // 256, 4, CHUNK))
        starts = np.arange(0, len(segments), size)
        counts = np.diff(starts, append=len(segments))
        balls = self._segments[segments]
        centre = balls.centre[starts + counts // 2]  # on the line, see _rivals
        reach = np.linalg.norm(balls.centre - np.repeat(centre, counts, axis=0), axis=1)
        return _Level(reach_km, segments, size, _Ball(centre, np.maximum.reduceat(reach + balls.radius, starts)))

    def _nearest(self, lon: np.ndarray, lat: np.ndarray, levels: list[_Level]) -> Feet:
        points = to_xyz_km(lon, lat)
        pairs = [*self._search(points, levels)]
        row, segment = (np.concatenate(part) for part in zip((*2 * [np.empty(0, np.int64)],), *pairs, strict=True))
        feet = self._feet(lon[row], lat[row], points[row], segment)
        order = np.lexsort((feet.segment, feet.km, row))
        best = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
        return Feet(*(column[best] for column in feet))

    def _search(self, points: np.ndarray, levels: list[_Level]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield rows of points and the segments that can be nearest to them, all of those of a point together."""
        tasks = [_start_task(np.arange(len(points)), 0, levels)] if len(points) else []
        while tasks:
            rows, number, balls, some = tasks.pop()
            low, high = points[rows].min(axis=0), points[rows].max(axis=0)
            centre, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
            near, least = _rivals(centre, radius, balls[some])
            if number + 1 < len(levels) and least >= levels[number + 1].reach_km:
                tasks.append(_start_task(rows, number + 1, levels))
                continue
            some, level = some[near], levels[number]
            together = radius <= TOGETHER_KM
            if balls is level.chunks and (radius <= SMALL_KM or len(some) * level.size <= FEW):
                tasks.append(_Task(rows, number, self._segments, level.members(some)))
                continue
            if balls is level.chunks or (len(rows) > 1 and len(rows) * len(some) > (MOST if together else WORK)):
                middle = len(rows) // 2
                parts = rows[np.argpartition(points[rows, int(np.argmax(high - low))], middle)]
                tasks += [_Task(part, number, balls, some) for part in (parts[:middle], parts[middle:])]
                continue
            row, column = np.nonzero(self._alike(points[rows], some))
            yield rows[row], some[column]

    def _alike(self, points: np.ndarray, segments: np.ndarray) -> np.ndarray:
        """Return for each point which segments have a chord that may belong to the shortest geodesic."""
        start, step, length2 = self._start[segments], self._step[segments], self._length2[segments]
        origin = start[0]  # near zero, so that the squares below keep their digits
        points, start = points - origin, start - origin
        along = points @ step.T - np.einsum("ij,ij->i", start, step)
        share = np.clip(along / length2, 0, 1)
        chord2 = (points**2).sum(axis=1)[:, None] + (start**2).sum(axis=1) - 2 * points @ start.T
        chord2 += share * (share * length2 - 2 * along)
        alike = chord2 <= _longest_alike2(chord2.min(axis=1))[:, None]
        # A vertex is the end of one segment and the start of the next: once is enough.
        follows = (np.diff(segments, prepend=-2) == 1) & (self.line[segments] == self.line[segments - 1])
        return alike & ~((share == 0) & follows)

    def _feet(self, lon: np.ndarray, lat: np.ndarray, points: np.ndarray, segment: np.ndarray) -> Feet:
        along = np.einsum("ij,ij->i", points - self._start[segment], self._step[segment])
        share = np.clip(along / self._length2[segment], 0, 1)[:, None]
        first = self.first_vertex[segment]
        step = self.vertices[first + 1] - self.vertices[first]
        step[:, 0] = (step[:, 0] + 180) % 360 - 180  # the short way round, over the antimeridian too
        foot = self.vertices[first] + share * step
        _, _, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
        return Feet(segment, self.line[segment], foot[:, 0], foot[:, 1], np.asarray(metres) / 1000, foot[:, 2])


def _start_task(rows: np.ndarray, number: int, levels: list[_Level]) -> _Task:
    chunks = levels[number].chunks
    return _Task(rows, number, chunks, np.arange(len(chunks.radius)))


def _rivals(centre: np.ndarray, radius: float, balls: _Ball) -> tuple[np.ndarray, float]:
    """
    Return which balls may hold what is nearest to a place in a ball, and how near that is at least.

    With a the nearest of the balls' centres, each of which lies on a line, and b a place in another ball, the
    squares |p-b|² - |p-a|² change by no more than 2|b-a| times the way from the centre.
    """
    apart = balls.centre - centre
    distance2 = np.einsum("ij,ij->i", apart, apart)
    first = int(np.argmin(distance2))
    nearest = np.sqrt(distance2) - balls.radius
    between = apart - apart[first]
    change = 2 * radius * (np.sqrt(np.einsum("ij,ij->i", between, between)) + balls.radius)
    farthest2 = min(np.sqrt(distance2[first]) + radius, 2 * ROUNDEST_KM) ** 2  # the slack grows up to there
    slack = float(_longest_alike2(np.array(farthest2)) - farthest2)
    return np.square(np.maximum(nearest, 0)) <= distance2[first] + change + slack, float(nearest.min()) - radius


def _longest_alike2(chord2: np.ndarray) -> np.ndarray:
    """Return the square of the longest chord (km) that may belong to a geodesic as short as that of a given chord."""
    angle = np.arcsin(np.minimum(np.sqrt(np.maximum(chord2, 0)) / (2 * ROUNDEST_KM), 1))
    most = 2 * FLATTEST_KM * np.sin(np.minimum(angle * ROUNDEST_KM / FLATTEST_KM, np.pi / 2))
    return np.square(most + 1e-6)  # a millimetre, for rounding


def _place_keys(xyz: np.ndarray) -> np.ndarray:
    """Return numbers by which places close together lie mostly close together (Morton's order of 8 km cubes)."""
    cell = ((xyz + 8192) / 16).astype(np.uint64)  # 10 bits
    key = np.zeros(len(xyz), dtype=np.uint64)
    for bit in range(10):
        for axis in range(3):
            key |= ((cell[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(3 * bit + axis)
    return key

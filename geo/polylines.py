"""Nearest point on many long lines: geodesic, vectorised, without projection or antimeridian, by chords in space."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geo.exposure import find_exposed
from geo.rivals import Search

GEOD = Geod(ellps="WGS84")
EQUATOR_KM = 6378.137  # WGS 84 (EPSG:7030): semi-major axis
ECCENTRICITY2 = 0.00669437999014  # WGS 84: first eccentricity squared
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

    def nearest(self, lon: np.ndarray, lat: np.ndarray) -> Feet:
        """Return the nearest point of the lines for each position (degrees, no nulls), some 200,000 a second."""
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        if len(lon) < MANY:
            return self._nearest(lon, lat, self._plain)
        order = np.argsort(_place_keys(to_xyz_km(lon, lat)), kind="stable")
        blocks = [order[first : first + BLOCK] for first in range(0, len(order), BLOCK)]
        search = self._tiered
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(lambda rows: self._nearest(lon[rows], lat[rows], search), blocks))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return Feet(*(np.concatenate(column)[back] for column in zip(*found, strict=True)))

    @cached_property
    def _plain(self) -> Search:
        return Search(self._start, self._step, self._length2, self.line, [(0, np.ones(len(self.line), dtype=bool))])

    @cached_property
    def _tiered(self) -> Search:
        tiers, some = [(0.0, np.ones(len(self.line), dtype=bool))], np.arange(len(self.vertices))
        for reach in REACHES_KM:
            some = find_exposed(self.vertices[:, :2], self._xyz, some, reach, self.longest_km)
            counts = np.zeros(len(self.vertices), dtype=bool)
            counts[some] = True
            tiers.append((reach, counts[self.first_vertex] | counts[self.first_vertex + 1]))
        return Search(self._start, self._step, self._length2, self.line, tiers)

    def _nearest(self, lon: np.ndarray, lat: np.ndarray, search: Search) -> Feet:
        points = to_xyz_km(lon, lat)
        pairs = [*search.pairs(points)]
        row, segment = (np.concatenate(part) for part in zip((*2 * [np.empty(0, np.int64)],), *pairs, strict=True))
        feet = self._feet(lon[row], lat[row], points[row], segment)
        order = np.lexsort((feet.segment, feet.km, row))
        best = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
        return Feet(*(column[best] for column in feet))

    def _feet(self, lon: np.ndarray, lat: np.ndarray, points: np.ndarray, segment: np.ndarray) -> Feet:
        along = np.einsum("ij,ij->i", points - self._start[segment], self._step[segment])
        share = np.clip(along / self._length2[segment], 0, 1)[:, None]
        first = self.first_vertex[segment]
        step = self.vertices[first + 1] - self.vertices[first]
        step[:, 0] = (step[:, 0] + 180) % 360 - 180  # the short way round, over the antimeridian too
        foot = self.vertices[first] + share * step
        _, _, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
        return Feet(segment, self.line[segment], foot[:, 0], foot[:, 1], np.asarray(metres) / 1000, foot[:, 2])


def _place_keys(xyz: np.ndarray) -> np.ndarray:
    """Return numbers by which places close together lie mostly close together (Morton's order of 8 km cubes)."""
    cell = ((xyz + 8192) / 16).astype(np.uint64)  # 10 bits
    key = np.zeros(len(xyz), dtype=np.uint64)
    for bit in range(10):
        for axis in range(3):
            key |= ((cell[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(3 * bit + axis)
    return key

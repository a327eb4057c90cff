"""How exact other people's coordinates are: precision codes to radius and outline, and points outside their country."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import Geod

from geo.errors import MissingData
from geo.importers.columns import Text, by_code, by_value

AREAS = Path(__file__).resolve().parent.parent.parent / "data" / "areas.parquet"
REGION_KM = 200.0  # where no outline is known: four of five first-level regions of areas.parquet reach less
COUNTRY_KM = 800.0  # likewise: three of four countries of areas.parquet reach less
OUTSIDE_KM = 25.0  # a point that far outside its stated country is worth a warning; coasts are simplified, borders moot
KM_PER_DEGREE = 111.2  # of latitude, mean sphere of 6371 km; good enough for a warning
GEOD = Geod(ellps="WGS84")
_LOADING = threading.Lock()  # once, however many threads ask first


class Spot(NamedTuple):
    """
    What a source's precision code says of a point.

    Attributes
    ----------
    precision
        One of `LOCATION_PRECISIONS`.
    radius_km
        The radius of uncertainty; for an outline what holds where none is known.
    outline
        ``"region"`` or ``"country"`` where the point stands for a whole area, which is then drawn instead of it.
    reason
        The code in words.
    """

    precision: str
    radius_km: float
    outline: str = ""
    reason: str = ""


class Spots(NamedTuple):
    """`Spot` for many points, column by column; null precision and radius where there is no point."""

    precision: Text
    radius_km: np.ndarray
    area: Text
    reason: Text


class Areas:
    """
    The shipped outlines of countries and regions, for looking up points.

    Parameters
    ----------
    table
        The rows of ``data/areas.parquet``.
    """

    def __init__(self, table: gpd.GeoDataFrame) -> None:
        self._lock = threading.Lock()
        self._key = table["key"].to_numpy(dtype=object)
        self._shape = table.geometry.to_numpy()
        self._centre = table[["lon", "lat"]].to_numpy(dtype=float)
        self._radius = table["radius_km"].to_numpy(dtype=float)
        self._number = {key: number for number, key in enumerate(self._key)}
        self._regions = np.flatnonzero(table["kind"].to_numpy() != "country")
        self._tree = shapely.STRtree(self._shape[self._regions])
        self._tree.query(shapely.Point(0, 0))  # builds it, which two threads must not do at once
        for key in self._number:
            if "-" not in key:
                shapely.prepare(self._shape[self._number[key]])

    def find_regions(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return the number of the region each point lies in, -1 for none."""
        points, back = np.unique(lon + 1j * lat, return_inverse=True)
        point, region = self._tree.query(shapely.points(points.real, points.imag))
        number, place = self._regions[region], points[point]
        held = np.zeros(len(point), dtype=bool)
        with self._lock:
            for each, rows in _groups(number):
                shapely.prepare(self._shape[each])  # many points: ten times as fast as the tree's own test
                held[rows] = shapely.intersects_xy(self._shape[each], place.real[rows], place.imag[rows])
        found = np.full(len(points), -1)
        found[point[held]] = number[held]
        return found[back]

    def find_countries(self, codes: Text) -> np.ndarray:
        """Return the number of each country's outline, -1 where there is none."""
        return by_value(codes, lambda code: self._number.get(code, -1), pa.int64()).fill_null(-1).to_numpy()

    def reach(self, number: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Return the kilometres around each point that are sure to hold all of its area."""
        centre = self._centre[number]
        _, _, metres = GEOD.inv(lon, lat, centre[:, 0], centre[:, 1])
        return np.round(self._radius[number] + np.asarray(metres) / 1000, 1)

    def keys(self, number: np.ndarray) -> Text:
        """Return the key of each area, null for -1."""
        return pa.array(self._key, pa.string()).take(pa.array(number, mask=number < 0))

    def count_outside(self, country: Text, lon: np.ndarray, lat: np.ndarray, radius_km: np.ndarray) -> int:
        """Return how many points lie farther from their stated country than their radius and 25 km; sea counts."""
        number = self.find_countries(country)
        with self._lock:  # prepared geometries build their index when first asked: not in two threads at once
            return self._count_outside(number, lon, lat, radius_km)

    def _count_outside(self, number: np.ndarray, lon: np.ndarray, lat: np.ndarray, radius_km: np.ndarray) -> int:
        total = 0
        for each, some in _groups(number):
            if each < 0:
                continue
            x, y, shape = lon[some], lat[some], self._shape[each]
            out = np.flatnonzero(~shapely.intersects_xy(shape, x, y))
            near = (OUTSIDE_KM + radius_km[some][out]) / KM_PER_DEGREE / np.cos(np.radians(np.clip(y[out], -89, 89)))
            total += int((~shapely.dwithin(shape, shapely.points(x[out], y[out]), near)).sum())
        return total


def _groups(number: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield each number and where it stands, ascending."""
    order = np.argsort(number, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(number[order])) + 1):
        if len(rows):
            yield int(number[rows[0]]), rows


def find_spots(codes: Text, rules: Mapping[str, Spot], *, lon: np.ndarray, lat: np.ndarray, country: Text) -> Spots:
    """
    Apply a source's precision codes to its points; the rule ``""`` holds for every code that has none.

    A code that means a whole region or country gets the outline the point lies in, and a radius that holds all of
    it, so that a centroid is never drawn as an exact point.
    """
    located = ~np.isnan(lon)
    chosen = by_code(codes, lambda code: _index(rules, code), pa.int32()).to_numpy(zero_copy_only=False)
    known = list(rules.values())
    radius = np.array([spot.radius_km for spot in known])[chosen]
    area: Text = pa.nulls(len(lon), pa.string())
    number = np.full(len(lon), -1)
    for kind in ("region", "country"):
        some = np.flatnonzero(located & np.array([spot.outline == kind for spot in known])[chosen])
        if len(some):
            areas, x, y = load_areas(), lon[some], lat[some]
            in_region = kind == "region"
            here = areas.find_regions(x, y) if in_region else areas.find_countries(country.take(pa.array(some)))
            held = here >= 0
            number[some] = here
            radius[some[held]] = areas.reach(here[held], x[held], y[held])
            area = areas.keys(number)
    take = pa.array(chosen, mask=~located)
    precision = pa.array([spot.precision for spot in known]).take(take).fill_null("unknown")
    reason = pa.array([spot.reason for spot in known]).take(take).fill_null("")
    return Spots(precision, np.where(located, radius, np.nan), area, reason)


def _index(rules: Mapping[str, Spot], code: str) -> int:
    return list(rules).index(code if code in rules else "")


def load_areas(path: Path = AREAS) -> Areas:
    """
    Load the outlines, or return those loaded before.

    Raises
    ------
    MissingData
        The file is not there.
    """
    if not path.exists():
        raise MissingData(f"{path} is not there; it is part of the repository.")
    with _LOADING:
        return _load(path)


@lru_cache(maxsize=1)
def _load(path: Path) -> Areas:
    return Areas(gpd.read_parquet(path))

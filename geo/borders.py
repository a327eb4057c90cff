"""Border lines by country pair: how far a place is from them, and where along them it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pyarrow.parquet as pq
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidQuery, MissingData
from geo.polylines import Polylines

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

DATA = Path(__file__).resolve().parent.parent / "data"
SAMPLES = 2000  # vertices along the outline of an area, for its farthest point
GRID = 24  # points across an area, for the same
VERTEX_STEP_DEG = 0.04  # an outline's longest chord, about 4 km


class Nearest(NamedTuple):
    """The nearest border of one geometry: pair, geodesic km, km along it from its western end; None where unknown."""

    border: str | None
    border_km: float | None
    border_at_km: float | None


class Borders:
    """
    The land borders of the world, loaded once; see `load_borders`.

    Every distance is the geodesic to the shipped line, in km. A pair is two ISO 3166-1 alpha-2 codes
    in alphabetical order (`AF-TJ`); methods that take one accept either order. `at_km` counts along the
    unsimplified line from its western end; exclaves follow after the main line, and gaps add nothing.

    Parameters
    ----------
    table
        The columns `pair`, `length_km` and `geometry` of `data/borders.parquet`, as a frame or plain arrays: a row
        per pair and dispute, with km in the third coordinate.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        pairs = np.asarray(table["pair"], dtype=object)
        parts, row = shapely.get_parts(np.asarray(table["geometry"]), return_index=True)
        xyz, part = shapely.get_coordinates(parts, include_z=True, return_index=True)
        self._parts = np.split(xyz, np.flatnonzero(np.diff(part)) + 1)
        self._names = sorted(set(pairs))
        self._number = {pair: number for number, pair in enumerate(self._names)}
        self._pair_of_part = np.array([self._number[pair] for pair in pairs])[row]
        self._length = dict(zip(pairs, np.asarray(table["length_km"]), strict=True))
        self._tree = shapely.STRtree(parts)
        self._one: dict[str, Polylines] = {}

    @cached_property
    def _all(self) -> Polylines:
        return Polylines(self._parts)

    def pairs(self) -> list[str]:
        """Return all pairs in alphabetical order."""
        return list(self._names)

    def line(self, pair: str) -> MultiLineString:
        """Return the simplified line, its parts from the western end on; EPSG:4326, lon/lat, two dimensions."""
        return MultiLineString([self._parts[k][:, :2] for k in self._part_numbers(pair)])

    def lines(self, pair: str | None = None) -> Polylines:
        """Return the lines of one border, or of all (None), to ask for the nearest point and where on them it is."""
        return self._all if pair is None else self._line_of(pair)

    def length_km(self, pair: str) -> float:
        """Return the geodesic length of the unsimplified line."""
        return float(self._length[self._known(pair)])

    def between(self, country: str, other: str) -> str | None:
        """Return the pair of two countries given in any order, or None if they share no land border."""
        pair = "-".join(sorted((country.upper(), other.upper())))
        return pair if pair in self._number else None

    def neighbours(self, country: str) -> list[str]:
        """Return the codes of the countries that share a land border with this one, sorted; empty for an island."""
        found = (pair.split("-") for pair in self._names)
        return sorted(two if one == country else one for one, two in found if country in {one, two})

    def locate(self, pair: str, lat: float, lon: float) -> tuple[float, float]:
        """Return a point's geodesic distance from one border and where along it the nearest place is, both in km."""
        km, at_km = self.locate_many(pair, np.array([lat]), np.array([lon]))
        return float(km[0]), float(at_km[0])

    def locate_many(self, pair: str, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what `locate` does for many points at once (no nulls), anywhere in the world; 100,000 a second."""
        feet = self._line_of(pair).nearest(lon, lat)
        return feet.km, feet.measure

    @overload
    def nearest(self, geometry: BaseGeometry | None) -> Nearest: ...

    @overload
    def nearest(self, geometry: gpd.GeoSeries) -> pd.DataFrame: ...

    def nearest(self, geometry: gpd.GeoSeries | BaseGeometry | None) -> pd.DataFrame | Nearest:
        """
        Return the nearest border of one geometry, or of each in a series.

        Several points are measured from the nearest of them. A line or area that a border touches or
        crosses is at 0 km, of the border it shares most with, and has no single place along it.

        Parameters
        ----------
        geometry
            EPSG:4326, lon/lat; null and empty ones give nulls.

        Returns
        -------
        nearest
            `Nearest` for one geometry; for a series a frame with its index and the columns
            `border`, `border_km`, `border_at_km`.
        """
        if geometry is None or isinstance(geometry, BaseGeometry):
            name, km, at_km = (column[0] for column in self._nearest(np.array([geometry, None])[:1]))
            return Nearest(name, *(None if np.isnan(value) else float(value) for value in (km, at_km)))
        import pandas as pd  # noqa: PLC0415 - reports are read without it

        columns = dict(zip(Nearest._fields, self._nearest(geometry.to_numpy()), strict=True))
        return pd.DataFrame(columns, index=geometry.index)

    def nearest_points(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """
        Return the nearest border of many points (degrees, no nulls): number in `pairs()`, km, km along it.

        Points at the same place are measured once. Ask for as many as there are: those that lie together share
        most of the work.
        """
        place, back = np.unique(lon + 1j * lat, return_inverse=True)
        feet = self._all.nearest(place.real, place.imag)
        return self._pair_of_part[feet.line][back], feet.km[back], feet.measure[back]

    def _nearest(self, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return pair, km and km along it of each shape: None and NaN where there is none."""
        pair, km, at_km = np.full(len(shapes), -1), np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
        self._measure_points(shapes, pair, km, at_km)
        for shape, same in _by_shape(shapes).items():
            pair[same], km[same], at_km[same] = self._measure_shape(shape)
        names = np.append(np.array(self._names, dtype=object), None)
        return names[pair], km, at_km

    def distance_range_km(self, geometry: BaseGeometry, radius_km: float | None, pair: str) -> tuple[float, float]:
        """
        Return the least and the greatest distance from a border that the place can have.

        A point has its distance less and plus the radius; an area, or a line, the distances of its nearest
        and farthest points. Of several places the nearest counts, so the answer is the least of their
        least and the least of their greatest.

        Parameters
        ----------
        geometry
            EPSG:4326, lon/lat, not empty.
        radius_km
            The place lies within this distance of the geometry; None: exactly there.
        pair
            The border.
        """
        if geometry.geom_type in {"MultiPoint", "GeometryCollection"}:
            ranges = [self.distance_range_km(part, radius_km, pair) for part in geometry.geoms]
            return min(low for low, _ in ranges), min(high for _, high in ranges)
        line, slack = self._line_of(pair), radius_km or 0.0
        low, high = _extremes_km(geometry, line, self.line(pair))
        return max(0.0, low - slack), high + slack

    def along_range_km(self, geometry: BaseGeometry, radius_km: float | None, pair: str) -> tuple[float, float]:
        """
        Return between which kilometres along a border a place lies: those nearest to it, radius less and radius more.

        A point has one nearest place; of a line or an area the places nearest to its outline count.

        Parameters
        ----------
        geometry, radius_km, pair
            As in `distance_range_km`, but one place only.
        """
        xy = np.concatenate(_outline(geometry))
        at_km, slack = self._line_of(pair).nearest(xy[:, 0], xy[:, 1]).measure, radius_km or 0.0
        return float(at_km.min()) - slack, float(at_km.max()) + slack

    def _known(self, pair: str) -> str:
        known = "-".join(sorted(pair.upper().split("-")))
        if known not in self._number:
            raise InvalidQuery(
                f"Border {pair!r} is not among the {len(self._names)} known; expected a pair like AF-TJ."
            )
        return known

    def _part_numbers(self, pair: str) -> np.ndarray:
        numbers = np.flatnonzero(self._pair_of_part == self._number[self._known(pair)])
        return numbers[np.argsort([self._parts[k][0, 2] for k in numbers])]

    def _line_of(self, pair: str) -> Polylines:
        known = self._known(pair)
        if known not in self._one:
            self._one[known] = Polylines([self._parts[k] for k in self._part_numbers(known)])
        return self._one[known]

    def _measure_points(self, shapes: np.ndarray, pair: np.ndarray, km: np.ndarray, at_km: np.ndarray) -> None:
        points = np.isin(shapely.get_type_id(shapes), (0, 4)) & ~shapely.is_empty(shapes)
        xy, index = shapely.get_coordinates(shapes[points], return_index=True)
        of, apart, along = self.nearest_points(xy[:, 0], xy[:, 1])
        order = np.lexsort((apart, index))
        best = order[np.unique(index[order], return_index=True)[1]]
        pair[points], km[points], at_km[points] = of[best], apart[best], along[best]

    def _measure_shape(self, shape: BaseGeometry) -> tuple[int, float, float]:
        hits = self._tree.query(shape, predicate="intersects")
        if len(hits):
            shared = shapely.length(shapely.intersection(shape, self._tree.geometries[hits]))
            total = np.bincount(self._pair_of_part[hits], weights=shared)
            touched = np.unique(self._pair_of_part[hits])
            return int(touched[np.argmax(total[touched])]), 0.0, np.nan
        return self._reach_shape(shape)

    def _reach_shape(self, shape: BaseGeometry) -> tuple[int, float, float]:
        outline = _outline(shape)
        feet = self._all.nearest(*np.concatenate(outline).T[:2])
        first = int(np.argmin(feet.km))
        pair, km, at_km = self._pair_of_part[feet.line[first]], feet.km[first], feet.measure[first]
        # The least distance of two lines that do not cross is at a vertex of one of them: now the borders' vertices.
        bounds = shapely.buffer(shapely.box(*shape.bounds), km / 50)  # at least km in degrees up to 60 degrees
        some = self._tree.query(bounds)
        if len(some):
            xyz = np.concatenate([self._parts[k] for k in some])
            owner = np.repeat(self._pair_of_part[some], [len(self._parts[k]) for k in some])
            back = Polylines(outline).nearest(xyz[:, 0], xyz[:, 1])
            second = int(np.argmin(back.km))
            if back.km[second] < km:
                return int(owner[second]), float(back.km[second]), float(xyz[second, 2])
        return int(pair), float(km), float(at_km)


def _by_shape(shapes: np.ndarray) -> dict[BaseGeometry, list[int]]:
    """Return the rows of each distinct geometry that is neither null, empty nor made of points."""
    found: dict[BaseGeometry, list[int]] = {}
    rest = ~np.isin(shapely.get_type_id(shapes), (-1, 0, 4)) & ~shapely.is_empty(shapes)
    for row in np.flatnonzero(rest):
        found.setdefault(shapes[row], []).append(row)
    return found


def _outline(shape: BaseGeometry) -> list[np.ndarray]:
    """Return the lines and rings of a geometry, and its points as tiny lines, with no chord longer than about 4 km."""
    edges = []
    for part in _flatten(shape):
        boundary = part.boundary if part.geom_type == "Polygon" else part
        for line in shapely.get_parts(shapely.segmentize(boundary, VERTEX_STEP_DEG)):
            xy = shapely.get_coordinates(line)
            edges.append(xy if len(xy) > 1 else np.repeat(xy, 2, axis=0))
    return edges


def _flatten(shape: BaseGeometry) -> list[BaseGeometry]:
    return [p for part in getattr(shape, "geoms", ()) for p in _flatten(part)] if hasattr(shape, "geoms") else [shape]


def _extremes_km(shape: BaseGeometry, line: Polylines, border: MultiLineString) -> tuple[float, float]:
    """Return the least and greatest geodesic distance between the points of a geometry and a border."""
    outline = _outline(shape)
    xy = np.concatenate(outline)
    if shape.area > 0:
        xy = np.concatenate((xy[:: max(1, len(xy) // SAMPLES)], _inside(shape)))
    distances = line.nearest(xy[:, 0], xy[:, 1]).km
    if shape.intersects(border):
        return 0.0, float(distances.max())
    vertices = shapely.get_coordinates(border)
    back = Polylines(outline).nearest(vertices[:, 0], vertices[:, 1]).km
    return min(float(distances.min()), float(back.min())), float(distances.max())


def _inside(shape: BaseGeometry) -> np.ndarray:
    west, south, east, north = shape.bounds
    lon, lat = np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID))
    inside = shapely.contains_xy(shape, lon, lat)
    return np.column_stack((lon[inside], lat[inside]))


def load_borders(path: Path = DATA / "borders.parquet") -> Borders:
    """
    Load the borders, or return those loaded before while the file has not changed.

    Raises
    ------
    MissingData
        The file is not there.
    """
    if not path.exists():
        raise MissingData(
            f"{path} is not there; it is part of the repository, and `python -m geo build --derive` makes it."
        )
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _load(path: Path, version: int) -> Borders:  # noqa: ARG001 - a new version is a new entry
    columns = pq.ParquetFile(path).read(columns=["pair", "length_km", "geometry"]).to_pydict()
    return Borders(columns | {"geometry": shapely.from_wkb(columns["geometry"])})


def read_border_table(path: Path = DATA / "borders.parquet") -> gpd.GeoDataFrame:
    """Return the file's rows as they are drawn: two-dimensional lines, pair, source, dispute and its note."""
    import geopandas as gpd  # noqa: PLC0415 - reports are read without it

    table = gpd.read_parquet(path)
    return table.assign(geometry=shapely.force_2d(table.geometry.to_numpy()))

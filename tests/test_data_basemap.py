"""The shipped base map and areas: valid, named, where the world has them, and in agreement with the border lines."""

import gzip
import json
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.borders import DATA, load_borders

LAYERS = ("land", "countries", "lakes", "rivers", "admin1", "seas")
CENTRAL_ASIA = {"TJ": 5, "AF": 34, "UZ": 14, "KG": 8, "KZ": 16, "TM": 5}  # units that the source has


@cache
def features(name: str) -> list[dict[str, Any]]:
    """Return the features of a layer."""
    with gzip.open(DATA / "basemap" / f"{name}.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)["features"]


@cache
def shapes(name: str) -> np.ndarray:
    """Return the geometries of a layer."""
    return shapely.from_geojson([json.dumps(item["geometry"]) for item in features(name)])


@pytest.fixture(scope="module")
def areas() -> gpd.GeoDataFrame:
    """Return the shipped areas by key."""
    return gpd.read_parquet(DATA / "areas.parquet").set_index("key")


@pytest.mark.parametrize("name", LAYERS)
def test_geometries_are_valid_and_on_earth(name: str) -> None:
    """Every geometry can be drawn, and lies within the bounds of longitude and latitude."""
    found = shapes(name)
    assert shapely.is_valid(found).all()
    assert not shapely.is_empty(found).any()
    west, south, east, north = shapely.total_bounds(found)
    assert west >= -180
    assert south >= -90
    assert east <= 180
    assert north <= 90.0001


@pytest.mark.parametrize("name", LAYERS)
def test_files_are_reproducible(name: str) -> None:
    """No time of compression is kept in the file, so the same map has the same bytes."""
    assert (DATA / "basemap" / f"{name}.json.gz").read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize("name", ["land", "countries", "lakes", "rivers"])
def test_nothing_crosses_the_antimeridian(name: str) -> None:
    """No edge runs around the world: what crosses 180 degrees is cut there."""
    for part in shapely.get_parts(shapes(name)):
        for ring in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]:
            lon, lat = shapely.get_coordinates(ring).T
            polar = np.minimum(lat[1:], lat[:-1]) < -89.9  # Antarctica's edge at the pole is as wide as the map
            assert np.abs(np.diff(lon))[~polar].max(initial=0) < 180


def test_the_world_view_is_light() -> None:
    """What a first view of the world needs is at most 400 kB."""
    sizes = {name: (DATA / "basemap" / f"{name}.json.gz").stat().st_size for name in ("countries", "seas")}
    assert sum(sizes.values()) < 400_000


def test_countries_have_codes_labels_and_names_in_two_languages() -> None:
    """Every country carries its code once, a label point and its name in English and Russian."""
    found = [item["properties"] for item in features("countries")]
    assert len({item["iso2"] for item in found}) == len(found) >= 240
    assert all(item["name_en"] and item["name_ru"] for item in found)
    by_code = {item["iso2"]: item for item in found}
    assert (by_code["TJ"]["name_en"], by_code["TJ"]["name_ru"]) == ("Tajikistan", "Таджикистан")
    assert by_code["FR"]["name_en"] == "France"
    assert -180 <= by_code["RU"]["label_lon"] <= 180


@pytest.mark.parametrize(
    ("lon", "lat", "dry"), [(68.78, 38.56, True), (69.2, 34.5, True), (51.0, 41.5, False), (30.0, 43.0, False)]
)
def test_land_is_dry(lon: float, lat: float, dry: bool) -> None:
    """Dushanbe and Kabul are on land; the Caspian and the Black Sea are not."""
    assert shapely.contains_xy(shapes("land"), lon, lat).any() == dry


def test_seas_are_named_where_there_is_water() -> None:
    """A sea's name stands in the sea or, for the Aral Sea, where it was."""
    wet = [
        not shapely.contains(shapes("land"), point).any() or item["properties"]["name_en"] == "Aral Sea"
        for item, point in zip(features("seas"), shapes("seas"), strict=True)
    ]
    assert [item["properties"]["name_en"] for item, ok in zip(features("seas"), wet, strict=True) if not ok] == []


def test_the_panj_runs_on_the_border() -> None:
    """The river of the Tajik-Afghan border is drawn on the border line, not beside it."""
    names = [item["properties"].get("name_en") for item in features("rivers")]
    panj = shapes("rivers")[names.index("Panj")]
    lon, lat = shapely.get_coordinates(panj)[::20].T
    assert max(load_borders().locate("AF-TJ", y, x)[0] for x, y in zip(lon, lat, strict=True)) < 0.3


def test_great_waters_have_names() -> None:
    """Rivers and lakes a reader looks for are named in both languages."""
    rivers = {item["properties"].get("name_ru") for item in features("rivers")}
    lakes = {item["properties"].get("name_en") for item in features("lakes")}
    assert {"Пяндж", "Амударья", "Сырдарья", "Волга", "Инд"} <= rivers
    assert {"Issyk-Kul", "Lake Balkhash", "Sevan", "Lake Victoria"} <= lakes


@pytest.mark.parametrize("country", CENTRAL_ASIA)
def test_regions_of_central_asia_are_drawn_and_named(country: str) -> None:
    """Each has its lines between regions and a named point per region."""
    some = [item for item in features("admin1") if item["properties"]["country"] == country]
    points = [item["properties"] for item in some if item["geometry"]["type"] == "Point"]
    assert len(points) == CENTRAL_ASIA[country]
    assert all(item["name_en"] and item["name_ru"] and item["key"].startswith(country) for item in points)
    assert any("LineString" in item["geometry"]["type"] for item in some)


def test_areas_are_keyed_by_iso_codes(areas: gpd.GeoDataFrame) -> None:
    """Countries by two letters, regions by ISO 3166-2, each once."""
    assert areas.index.is_unique
    assert {"TJ", "AF", "XK", "EH", "PS", "TJ-KT", "TJ-SU", "TJ-GB", "TJ-RA", "TJ-DU", "AF-BDS", "UZ-SU"} <= set(
        areas.index
    )
    assert set(areas["kind"]) == {"country", "admin1"}
    assert (areas.loc[areas["kind"] == "admin1"].index.str[:2] == areas.loc[areas["kind"] == "admin1", "country"]).all()


def test_areas_are_valid(areas: gpd.GeoDataFrame) -> None:
    """Every area is a valid polygon in WGS 84."""
    assert areas.geometry.is_valid.all()
    assert set(areas.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert areas.crs.to_epsg() == 4326


def test_an_areas_centre_lies_in_it(areas: gpd.GeoDataFrame) -> None:
    """The point that stands for an area is inside it."""
    points = shapely.points(areas["lon"], areas["lat"])
    assert (shapely.distance(areas.geometry.to_numpy(), points) < 1e-4).all()


def test_an_areas_radius_reaches_all_of_it(areas: gpd.GeoDataFrame) -> None:
    """Every vertex of Khatlon lies within its radius."""
    row = areas.loc["TJ-KT"]
    lon, lat = shapely.get_coordinates(row.geometry).T
    _, _, metres = Geod(ellps="WGS84").inv(np.full(len(lon), row.lon), np.full(len(lat), row.lat), lon, lat)
    assert metres.max() / 1000 <= row.radius_km
    assert row.radius_km == pytest.approx(145, abs=15)


@pytest.mark.parametrize(("key", "lat", "lon"), [
    ("TJ-KT", 37.84, 68.78), ("TJ-SU", 40.28, 69.62), ("TJ-GB", 37.49, 71.55), ("TJ-RA", 39.02, 70.37),
    ("TJ-DU", 38.56, 68.78), ("AF-KDZ", 36.73, 68.86), ("AF-TAK", 36.74, 69.53), ("AF-PIA", 33.60, 69.22),
    ("AF-PKA", 33.17, 68.79), ("AF-PAN", 35.31, 69.52), ("UZ-SU", 37.22, 67.28), ("KZ-61", 43.30, 68.25),
    ("IR-09", 36.30, 59.61), ("IR-01", 37.28, 49.58), ("PL-20", 53.13, 23.16), ("UA-43", 44.95, 34.10),
    ("GB-SCT", 55.95, -3.19), ("IQ-KR", 36.19, 44.01), ("AZ-NX", 39.21, 45.41), ("US-TX", 30.27, -97.74),
])  # fmt: skip
def test_capitals_lie_in_their_regions(areas: gpd.GeoDataFrame, key: str, lat: float, lon: float) -> None:
    """The codes are today's: the seat of each region (GeoNames) lies in the area that bears its code."""
    assert areas.geometry[key].contains(shapely.Point(lon, lat))


def test_regions_fill_their_country(areas: gpd.GeoDataFrame) -> None:
    """The regions of Tajikistan leave nothing of it out and do not overlap."""
    some = areas[(areas["country"] == "TJ") & (areas["kind"] == "admin1")].geometry.to_numpy()
    assert shapely.union_all(some).area == pytest.approx(areas.geometry["TJ"].area, rel=0.001)
    assert shapely.area(some).sum() == pytest.approx(areas.geometry["TJ"].area, rel=0.001)


@pytest.mark.parametrize("pair", ["AF-TJ", "KG-TJ", "TJ-UZ", "KP-KR"])
def test_areas_end_where_the_border_is_drawn(areas: gpd.GeoDataFrame, pair: str) -> None:
    """A country's outline follows the border line to a few pixels at zoom 9, on both sides."""
    line = shapely.segmentize(load_borders().line(pair), 0.01)
    points = shapely.points(shapely.get_coordinates(line))
    for code in pair.split("-"):
        apart = shapely.distance(areas.geometry[code].boundary, points) * 111.2
        assert np.percentile(apart, 99) < 0.5
        assert apart.max() < 1.5

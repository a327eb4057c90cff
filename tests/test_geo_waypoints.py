"""Towns and crossings along a border, checked against a geodesic walk along the shipped line."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo.borders import DATA, load_borders
from geo.errors import MissingData
from geo.gazetteer import Gazetteer
from geo.waypoints import Waypoint, find_waypoints

WGS84 = Geod(ellps="WGS84")
TOLERANCE_KM = 2.0
NAMED = (
    "Panji Poyon",
    "Khorog",
    "Ishkashim border crossing",
)  # from the western end: the Panj runs north between the last two


@pytest.fixture(scope="module")
def along(gazetteer: Gazetteer) -> dict[str, Waypoint]:
    """Return the places along the Tajik-Afghan border by name."""
    found = find_waypoints(load_borders(), "AF-TJ", gazetteer=gazetteer.path)
    return {place.name: place for place in found}


def _walk(lat: float, lon: float) -> float:
    """Return how far along the border a place is: geodesics from vertex to vertex, up to the nearest 100 m step."""
    table = gpd.read_parquet(DATA / "borders.parquet")
    row = table[table.pair == "AF-TJ"].iloc[0]
    (line,) = shapely.get_parts(shapely.force_2d(row.geometry))
    xy = shapely.get_coordinates(line)
    steps = WGS84.inv(*xy[:-1].T, *xy[1:].T)[2] / 1000
    walked = np.concatenate(([0.0], np.cumsum(steps)))
    count = np.maximum(2, (steps / 0.1).astype(int) + 1)
    share = [np.linspace(0, 1, n) for n in count]
    lons, lats, km = (
        np.concatenate([a + f * (b - a) for a, b, f in zip(ends[:-1], ends[1:], share, strict=True)])
        for ends in (xy[:, 0], xy[:, 1], walked)
    )
    away = WGS84.inv(np.full(len(lons), lon), np.full(len(lats), lat), lons, lats)[2]
    return float(km[np.argmin(away)] * row.length_km / walked[-1])  # what simplifying took off, spread evenly


def test_places_stand_at_their_distance_from_the_western_end(along: dict[str, Waypoint]) -> None:
    """Panji Poyon, Khorog and Ishkashim come in this order, each within 2 km of where the walk meets it."""
    kilometres = [along[name].at_km for name in NAMED]
    assert kilometres == sorted(kilometres)
    for name in NAMED:
        place = along[name]
        assert place.at_km == pytest.approx(_walk(place.lat, place.lon), abs=TOLERANCE_KM), name


def test_a_town_stands_once_under_its_curated_name(along: dict[str, Waypoint]) -> None:
    """GeoNames' Khorugh is the curated Khorog, which then matters as much as its people."""
    assert "Khorugh" not in along
    assert along["Khorog"].weight > 30_000


def test_only_what_is_near_and_known_well_is_a_landmark(along: dict[str, Waypoint]) -> None:
    """Nothing farther than 10 km, and nothing that is itself known only to a district."""
    assert all(place.km <= 10 for place in along.values())
    assert "Vishkharv" not in along  # known to 25 km
    assert list(along.values()) == sorted(along.values())


def test_without_the_gazetteer_the_message_says_what_to_do(tmp_path: Path) -> None:
    """It names the file and the command."""
    with pytest.raises(MissingData, match=r"none\.sqlite.*python -m geo build"):
        find_waypoints(load_borders(), "AF-TJ", gazetteer=tmp_path / "none.sqlite")

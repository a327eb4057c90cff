"""The curated places: every row has a source and a radius, lies in its country, and shares no name within it."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from pyproj import Geod
from shapely import Point, from_geojson, make_valid
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geo.borders import Borders, load_borders
from geo.build import CURATED_KINDS
from geo.names import fold
from geo.records import LOCATION_PRECISIONS

DATA = Path(__file__).resolve().parent.parent / "data"
SLACK_KM = 12.0  # the outlines are simplified for the map, and crossings stand on the line itself
SMALL_ISLANDS = {"baengnyeong-island", "yeonpyeong-island"}  # too small for the map's outlines
SMALL_ISLANDS_KM = 200.0
GEOD = Geod(ellps="WGS84")


def _rows() -> list[dict[str, str]]:
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = _rows()


def _names(row: dict[str, str]) -> set[str]:
    return {fold(name) for name in (row["name"], *row["names"].split("|")) if name.strip()}


@pytest.fixture(scope="module")
def borders() -> Borders:
    """Return the border lines."""
    return load_borders()


@pytest.fixture(scope="module")
def outlines() -> dict[str, BaseGeometry]:
    """Return the outline of every country by its code."""
    shapes = json.loads(gzip.decompress((DATA / "basemap" / "countries.json.gz").read_bytes()))["features"]
    return {shape["properties"]["iso2"]: make_valid(from_geojson(json.dumps(shape["geometry"]))) for shape in shapes}


def test_there_are_enough_places() -> None:
    """At least 250 that gazetteers lack or get wrong."""
    assert len(ROWS) >= 250


def test_ids_are_unique() -> None:
    """An id names one row."""
    assert [key for key, count in Counter(row["id"] for row in ROWS).items() if count > 1] == []


def test_no_name_stands_twice_within_a_country() -> None:
    """A spelling leads to one row of a country."""
    seen = Counter((row["country"], name) for row in ROWS for name in _names(row))
    assert [key for key, count in seen.items() if count > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_says_what_where_how_exactly_and_from_whom(row: dict[str, str]) -> None:
    """Kind and precision are known words; a point has a radius; a derivation and a source are given."""
    assert row["kind"] in CURATED_KINDS
    assert row["precision"] in LOCATION_PRECISIONS
    assert row["derivation"].strip()
    assert row["source"].strip()
    assert bool(row["lat"]) == bool(row["lon"])
    assert not row["lat"] or float(row["radius_km"]) > 0


@pytest.mark.parametrize("row", [row for row in ROWS if row["precision"] == "unknown"], ids=lambda row: row["id"])
def test_what_nobody_publishes_is_never_a_point(row: dict[str, str]) -> None:
    """A position known only within a radius has one of 25 km or more."""
    assert not row["lat"] or float(row["radius_km"]) >= 25


@pytest.mark.parametrize("row", [row for row in ROWS if row["lat"] and row["country"]], ids=lambda row: row["id"])
def test_a_point_lies_in_its_country_or_on_its_border(
    row: dict[str, str], outlines: dict[str, BaseGeometry], borders: Borders
) -> None:
    """Within the country's outline or beside one of its borders, with some slack for the simplified outline."""
    point = Point(float(row["lon"]), float(row["lat"]))
    near = nearest_points(outlines[row["country"]], point)[0]
    away = GEOD.inv(near.x, near.y, point.x, point.y)[2] / 1000
    lines = [borders.between(row["country"], other) for other in borders.neighbours(row["country"])]
    beside = min((borders.locate(pair, point.y, point.x)[0] for pair in lines), default=away)
    assert min(away, beside) <= SLACK_KM + (SMALL_ISLANDS_KM if row["id"] in SMALL_ISLANDS else 0)

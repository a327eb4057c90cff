"""The base map: tiles and names cut from the shipped data, without any network."""

import json

import numpy as np
import pytest
import shapely

from dashboard.basemap import EXTENT, MARGIN, TILE_PX, area, check_tile, draw_tile, find_names
from dashboard.layers import to_unit

# The tile (of 512 px, at map zoom 9) that holds the Pyandzh bridge at Panji Poyon: 37.19 N, 68.61 E.
ZOOM, COLUMN, ROW = 8, 176, 99
PANJI_POYON = (68.61, 37.19)


def test_the_tajik_afghan_border_is_sharp_at_zoom_9() -> None:
    """The line in the tile passes within a kilometre of a known bridge: 3 pixels at this zoom."""
    tile = json.loads(draw_tile(ZOOM, COLUMN, ROW))
    x, y = shapely.get_coordinates(to_unit(shapely.points([PANJI_POYON])))[0] * 2**ZOOM - (COLUMN, ROW)
    bridge = shapely.Point(x * EXTENT, y * EXTENT)
    lines = [shapely.LineString(np.reshape(line, (-1, 2))) for line in tile["borders"] if len(line) > 2]
    pixels = min(line.distance(bridge) for line in lines) * TILE_PX / EXTENT
    assert pixels < 4


def test_tiles_are_small_whole_numbers_within_their_margin() -> None:
    """A tile is a few kilobytes of integers, cut a little beyond its edge."""
    body = draw_tile(ZOOM, COLUMN, ROW)
    assert len(body) < 60_000
    numbers = [n for lines in json.loads(body).values() for line in lines for n in line]
    assert numbers
    assert all(isinstance(n, int) and -MARGIN <= n <= EXTENT + MARGIN for n in numbers)


def test_the_world_fits_into_a_light_tile() -> None:
    """At the smallest zoom the coast is simplified; land and borders are there."""
    tile = json.loads(draw_tile(1, 1, 0))
    assert tile["land"]
    assert tile["borders"]
    assert tile["disputed"]
    assert "admin1" not in tile


@pytest.mark.parametrize(
    ("zoom", "column", "row", "there"), [(0, 0, 0, True), (2, 4, 0, False), (2, 0, -1, False), (99, 0, 0, False)]
)
def test_only_tiles_of_the_world_exist(zoom: int, column: int, row: int, there: bool) -> None:
    """Numbers from an address are checked."""
    assert check_tile(zoom, column, row) is there


def test_names_grow_with_the_zoom() -> None:
    """Countries from afar, the capital nearer, villages close by; the most important come first."""
    view = (67.0, 36.5, 75.0, 41.0)
    far, near = find_names(view, 4), find_names(view, 6)
    assert "Tajikistan" in {name["name"] for name in far}
    assert "Dushanbe" in {name["name"] for name in near}
    assert len(find_names((68.0, 37.0, 69.0, 38.0), 10)) > 10
    assert [name["class"] for name in far] == sorted(
        (name["class"] for name in far), key=["country", "sea", "admin1", "place"].index
    )


def test_countries_and_regions_have_outlines() -> None:
    """An event in Khatlon can be drawn as Khatlon."""
    outline = area("TJ-KT")
    assert outline is not None
    assert shapely.geometry.shape(outline).contains(shapely.Point(69.0, 37.8))
    assert area("TJ") is not None
    assert area("../TJ") is None

"""The map that travels in a file: its place, its base map, and the outlines of events."""

import pytest
import shapely

from dashboard.embed import MOST_NAMES, MOST_POINTS, Outlines, Place, cut_base, read_place
from geo.errors import InvalidQuery

TAJIK = Place(38.1, 69.9, 6, 770, 640)


def _points(line: list[int]) -> list[tuple[int, int]]:
    x, y = line[:2]
    found = [(x, y)]
    for dx, dy in zip(line[2::2], line[3::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def test_a_place_is_read_from_the_address() -> None:
    """Latitude, longitude, zoom and the size of the map."""
    assert read_place({"at": "38.1,69.9,6", "size": "770,640"}, None) == TAJIK


@pytest.mark.parametrize("at", ["", "1,2", "91,0,3", "0,181,3", "nan,0,3", "a,b,c", "1e400,0,1", "<b>,0,1"])
def test_what_is_no_place_is_refused_with_a_reason(at: str) -> None:
    """An empty one is none at all."""
    if not at:
        assert read_place({"at": at}, None).zoom == 6
        return
    with pytest.raises(InvalidQuery, match="at="):
        read_place({"at": at}, None)


def test_sizes_stay_within_reason() -> None:
    """Nobody gets a picture of the world a million pixels wide."""
    assert read_place({"size": "99999,1"}, None).width == 4000
    with pytest.raises(InvalidQuery, match="size="):
        read_place({"size": "wide"}, None)


def test_without_a_place_the_map_holds_all_events() -> None:
    """Fitted to their extent, its middle in the middle."""
    place = read_place({}, (60.0, 35.0, 75.0, 41.0))
    west, north, east, south = place.box()
    assert west < (60 + 180) / 360 < (75 + 180) / 360 < east
    assert place.lon == 67.5
    assert north < south


def test_the_base_map_covers_the_view_and_stays_small() -> None:
    """Three levels, the last of them around the view; lines in whole units; a limit to points and names."""
    base = cut_base(TAJIK)
    assert [level["zoom"] for level in base["levels"]] == [3, 6, 8]
    west, north, east, south = TAJIK.box()
    box = base["levels"][-1]["box"]
    assert box[0] < west
    assert box[1] < north
    assert box[2] > east
    assert box[3] > south
    for level in base["levels"]:
        lines = [line for lines in level["layers"].values() for line in lines]
        assert 0 < sum(len(line) for line in lines) / 2 <= MOST_POINTS
    assert "Dushanbe" in {name[2] for name in base["names"]}
    assert len(base["names"]) <= 3 * MOST_NAMES


def test_an_outline_is_kept_once_and_lies_where_it_is() -> None:
    """Two spots on one border name one line; a border that is not known has none."""
    outlines = Outlines(6)
    first, second = (outlines.place({"type": "line", "border": "AF-TJ", "name": name}) for name in "ab")
    assert first["outline"] == second["outline"] == "line/AF-TJ"
    assert outlines.place({"type": "line", "border": "XX-YY", "name": ""})["outline"] is None
    told = outlines.to_client()
    assert list(told["lines"]) == ["line/AF-TJ"]
    x, y = _points(told["lines"]["line/AF-TJ"][0])[0]
    assert 60 < x / told["scale"] * 360 - 180 < 76
    assert 0.3 < y / told["scale"] < 0.45


def test_a_shape_is_an_area_or_a_line() -> None:
    """So that a line is not filled."""
    outlines = Outlines(6)
    shapes = (shapely.box(68, 37, 69, 38), shapely.LineString([(68, 37), (69, 38)]))
    keys = [
        outlines.place({"type": "shape", "geometry": shapely.geometry.mapping(shape)})["outline"] for shape in shapes
    ]
    assert keys == ["area/shape-0", "line/shape-1"]

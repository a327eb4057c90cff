"""An area that was drawn: read, written, refused with a reason, and the boxes that lie in it."""

import math

import pytest
import shapely

from geo.errors import InvalidQuery
from geo.outline import MAX_CORNERS, check_area, inner_boxes, read_area, to_polygon, write_area
from geo.query import Query

TRIANGLE = ((66.5, 36.25), (71.0, 37.0), (69.0, 39.5))


def test_an_area_survives_the_address() -> None:
    """Corners are written as they are read."""
    text = "66.5,36.25;71,37;69,39.5"
    assert read_area(text) == TRIANGLE
    assert write_area(TRIANGLE) == text
    assert Query.from_params({"area": text}).to_params() == {"area": text}
    assert Query.from_params({"area": ""}).area is None


def test_repeated_corners_are_left_out() -> None:
    """A ring that is closed, or a corner that was clicked twice, is the same area; corners are rounded."""
    assert check_area((*TRIANGLE, TRIANGLE[-1], TRIANGLE[0])) == check_area(TRIANGLE) == TRIANGLE
    assert check_area(((0.0, 0.0), (1.00000001, 0.0), (0.0, 1.0)))[1] == (1.0, 0.0)


REFUSED = [
    ("1,2;3,4", "3 to 100 different corners"),
    ("1,2;3,4;1,2", "3 to 100 different corners"),
    ("1,2;3", "corners as lon,lat"),
    ("1,2;3,nan;5,6", "corners as lon,lat"),
    ("0,0;1e9,1;2,2", "corners as lon,lat"),
    ("0,0,0;1,1;2,0", "corners as lon,lat"),
    ("170,0;190,0;180,9", "drawn as two"),
    ("-179,0;179,0;0,9", "across the 180th meridian"),
    ("0,0;0,95;5,5", "corners as lon,lat"),
    ("0,0;2,2;2,0;0,2", "do not cross"),
    ("0,0;2,0;1,0", "do not cross|enclose"),
    ("0,0;4,0;2,0;2,3", "do not cross or touch"),
    (";".join(f"{math.cos(n / 60 * math.pi):.5f},{math.sin(n / 60 * math.pi):.5f}" for n in range(120)), "3 to 100"),
    (";".join(["1,2"] * 5000), "corners as lon,lat|characters|different"),
]


@pytest.mark.parametrize(("text", "rule"), REFUSED, ids=range(len(REFUSED)))
def test_an_impossible_area_is_refused(text: str, rule: str) -> None:
    """The message gives the value and the rule."""
    with pytest.raises(InvalidQuery, match=rule) as refused:
        Query.from_params({"area": text})
    assert "Filter area=" in str(refused.value)


@pytest.mark.parametrize(
    "area", ["1,2;3,4;5,9", 7, ((1, 2), (3, 4)), ((1, 2), (3, math.inf), (0, 0)), ((1, 2, 3),) * 3]
)
def test_what_is_no_area_is_refused(area: object) -> None:
    """From Python too, nothing but corners is taken."""
    with pytest.raises(InvalidQuery, match="Filter area="):
        Query(area=area)


STAR = tuple(
    (round(69 + r * math.cos(n / 5 * math.pi), 4), round(38 + r * math.sin(n / 5 * math.pi), 4))
    for n, r in enumerate([3.0, 1.2] * 5)
)


@pytest.mark.parametrize("area", [TRIANGLE, STAR])
def test_inner_boxes_lie_in_the_area(area: tuple) -> None:
    """What is in one of them is in the area; they do not overlap, and take a good part of it."""
    boxes = [shapely.box(*box) for box in inner_boxes(area)]
    assert 1 < len(boxes) <= 4
    assert all(to_polygon(area).covers(box) for box in boxes)
    together = shapely.union_all(boxes).area
    assert together == pytest.approx(sum(box.area for box in boxes))
    assert together > 0.35 * to_polygon(area).area


def test_a_rectangle_is_its_own_box() -> None:
    """So that it costs no more than the filter for a box."""
    assert inner_boxes(((68.0, 39.0), (72.0, 39.0), (72.0, 36.5), (68.0, 36.5))) == ((68.0, 36.5, 72.0, 39.0),)


def test_a_sliver_has_no_box() -> None:
    """Then every event is looked at."""
    assert inner_boxes(((0.0, 0.0), (10.0, 10.0), (10.0, 10.01))) == ()


def test_the_widest_area_has_corners_enough() -> None:
    """As many corners as are allowed are taken."""
    ring = [2 * math.pi * n / MAX_CORNERS for n in range(MAX_CORNERS)]
    area = tuple((round(math.cos(turn), 6), round(math.sin(turn), 6)) for turn in ring)
    assert Query(area=area).area == area

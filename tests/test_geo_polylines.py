"""Nearest points on lines: geodesic to 2 m anywhere in the world, however many are asked for at once."""

import numpy as np
import pytest

from geo.borders import load_borders
from geo.polylines import MANY, Polylines
from tests.bench.borders import spread_near_lines, spread_over_world, worst_error_m

CHECKED = 12  # each against a quarter of a million vertices; the bench checks more


@pytest.fixture(scope="module")
def lines() -> Polylines:
    """Return the lines of all borders."""
    return load_borders().lines()


def test_the_whole_world_is_within_two_metres(lines: Polylines) -> None:
    """Places at sea, thousands of km away, get the geodesic to the right stretch too."""
    assert worst_error_m(lines, *spread_over_world(np.random.default_rng(1), MANY), CHECKED) <= 2


def test_near_a_border_is_within_two_metres(lines: Polylines) -> None:
    """So do places around borders."""
    assert worst_error_m(lines, *spread_near_lines(np.random.default_rng(2), MANY, lines), CHECKED) <= 2


@pytest.mark.parametrize("pair", ["AF-TJ", "AR-CL", "LS-ZA"])
def test_one_border_from_the_whole_world(pair: str) -> None:
    """The other side of the world is as exact as the neighbourhood."""
    some = load_borders().lines(pair)
    assert worst_error_m(some, *spread_over_world(np.random.default_rng(3), MANY), 4 * CHECKED) <= 2


def test_poles_and_antimeridian(lines: Polylines) -> None:
    """Neither is an edge."""
    lon = np.array([0.0, 123, -77, 180, -180, 180, -180])
    lat = np.array([90.0, -90, 90, 65, 65, -17, -17])
    assert worst_error_m(lines, np.resize(lon, MANY), np.resize(lat, MANY), len(lon)) <= 2


def test_a_line_over_the_antimeridian_is_crossed_the_short_way() -> None:
    """Half-way between 179.99 E and 179.99 W lies the antimeridian, not Greenwich."""
    feet = Polylines([np.array([[179.99, 10.0], [-179.99, 10.0]])]).nearest([180.0], [10.0])
    assert feet.km[0] == pytest.approx(0, abs=0.001)
    assert abs(feet.lon[0]) == pytest.approx(180)


def test_many_answer_as_few(lines: Polylines) -> None:
    """The order and the number of points asked for change nothing."""
    lon, lat = spread_over_world(np.random.default_rng(4), MANY)
    many, few = lines.nearest(lon, lat), lines.nearest(lon[:100], lat[:100])
    assert many.km[:100] == pytest.approx(few.km, abs=1e-6)
    assert many.segment[:100].tolist() == few.segment.tolist()


def test_thousands_in_one_town_share_an_answer(lines: Polylines) -> None:
    """Points that cannot be told apart are not split for ever."""
    feet = lines.nearest(np.full(3 * MANY, 69.16), np.full(3 * MANY, 37.40))
    assert np.ptp(feet.km) == 0
    assert len(feet.km) == 3 * MANY


def test_no_points_give_no_feet(lines: Polylines) -> None:
    """Nothing asked, nothing answered."""
    assert len(lines.nearest([], []).km) == 0


def test_the_measure_is_that_of_the_foot() -> None:
    """The third coordinate is interpolated along the segment."""
    feet = Polylines([np.array([[0.0, 0, 100], [0.02, 0, 102]])]).nearest([0.005], [0.01])
    assert feet.measure[0] == pytest.approx(100.5)

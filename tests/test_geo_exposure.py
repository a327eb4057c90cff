"""Exposure: a vertex is left out only if nothing far away can be nearest to it."""

import numpy as np

from geo.exposure import find_exposed
from geo.polylines import to_xyz_km

RNG = np.random.default_rng(7)


def _exposed(lonlat: np.ndarray, reach_km: float) -> np.ndarray:
    xyz = to_xyz_km(lonlat[:, 0], lonlat[:, 1])
    longest = np.linalg.norm(np.diff(xyz, axis=0), axis=1).max()
    return find_exposed(lonlat, xyz, np.arange(len(xyz)), reach_km, longest)


def _wiggle() -> np.ndarray:
    lon = np.linspace(60, 75, 1500)
    return np.column_stack((lon, 37 + 0.3 * np.sin(lon * 9) + RNG.normal(0, 0.02, 1500)))


def test_the_inside_of_a_bend_is_hidden() -> None:
    """A wiggling line shows its bends to the distance, and the rest does not count there."""
    left = _exposed(_wiggle(), 400)
    assert 20 < len(left) < 300


def test_the_farther_the_fewer() -> None:
    """What can be nearest to something at 1,500 km can be so at 400 km."""
    line = _wiggle()
    assert set(_exposed(line, 1500)) < set(_exposed(line, 400))


def test_whatever_is_nearest_to_a_far_place_is_left() -> None:
    """Of thousands of places all over the world, none is nearest to a vertex that was left out."""
    line = _wiggle()
    lon, lat = RNG.uniform(-180, 180, 4000), np.degrees(np.arcsin(RNG.uniform(-1, 1, 4000)))
    away = np.linalg.norm(to_xyz_km(lon, lat)[:, None] - to_xyz_km(*line.T)[None], axis=2)
    for reach in (400, 1500, 5000):
        assert set(away.argmin(axis=1)[away.min(axis=1) >= reach]) <= set(_exposed(line, reach))


def test_a_closed_ring_keeps_its_outside() -> None:
    """From far away some vertex of an island's ring is always nearest."""
    turn = np.linspace(0, 2 * np.pi, 200)
    assert len(_exposed(np.column_stack((28 + np.cos(turn), -29 + np.sin(turn))), 5000)) > 10


def test_two_vertices_are_both_left() -> None:
    """A single segment hides nothing of itself."""
    assert _exposed(np.array([[60.0, 37.0], [60.01, 37.0]]), 100).tolist() == [0, 1]

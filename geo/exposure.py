"""Which vertices of long lines can be nearest to something far away: few of them, and the same for every asker."""

from __future__ import annotations

import numpy as np

RADIUS_KM = 6371.0  # of the sphere on which shielding is judged; MARGIN and TURN make up for the ellipsoid
MARGIN = 0.85  # a vertex shielded from a circle of 85 % of the reach is shielded from the reach
WIDEST = 1.3  # radians; a circle of more than 8,300 km is judged as one of that
TURN = 0.003  # radians by which each shield is narrowed, about the flattening
FAR_KM = 4000.0  # a vertex farther away than this shields nothing
BLOCK = 20_000  # vertices judged at once: 20 MB
PASSES = 3  # later ones look farther along the line, for fewer vertices are left between
OFFSETS = np.array([sign * 2**power for power in range(10) for sign in (1, -1)])


def find_exposed(
    lonlat: np.ndarray, xyz: np.ndarray, some: np.ndarray, reach_km: float, longest_km: float
) -> np.ndarray:
    """
    Find the vertices that may be nearest to a place at least so far away.

    The place's circle through its nearest vertex holds no other vertex. A circle that leaves a vertex in the
    direction u holds the vertex at a if a·u > |a|²/(2 tan) (the sphere's cotangent in full), so each other vertex
    shields an arc of directions; a vertex whose shields close the whole round is never nearest. Too few others
    are looked at to find all that are shielded, and that is harmless.

    Parameters
    ----------
    lonlat, xyz
        All vertices in order along their lines, in degrees and as earth-centred km.
    some
        Numbers of the vertices to judge, by each other.
    reach_km
        The least distance asked for.
    longest_km
        The longest segment: a foot inside it may lie nearer than its ends, and that much is allowed for.

    Returns
    -------
    exposed
        The numbers that are left, ascending.
    """
    east, north = _tangents(lonlat)
    angle = min(MARGIN * reach_km / RADIUS_KM, WIDEST)
    bend, sag = 1 / (2 * np.tan(angle) * RADIUS_KM), longest_km**2 / (8 * reach_km)
    for _ in range(PASSES):
        keep = np.empty(len(some), dtype=bool)
        for first in range(0, len(some), BLOCK):
            places = np.arange(first, min(first + BLOCK, len(some)))
            here = some[places]
            apart = xyz[some[(places[:, None] + OFFSETS) % len(some)]] - xyz[here][:, None]
            x, y = (np.einsum("ijk,ik->ij", apart, axis[here]) for axis in (east, north))
            squares = np.einsum("ijk,ijk->ij", apart, apart)
            keep[places] = _open_somewhere(x, y, squares, bend * squares + sag)
        some = some[keep]
    return some


def _tangents(lonlat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lon, lat = np.radians(lonlat).T
    zero = np.zeros(len(lon))
    east = np.stack((-np.sin(lon), np.cos(lon), zero), axis=-1)
    return east, np.stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)), axis=-1)


def _open_somewhere(x: np.ndarray, y: np.ndarray, squares: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return for each row whether the arcs round (x, y) leave any direction open."""
    across = np.hypot(x, y)
    shields = (depth < across) & (squares < FAR_KM**2)
    half = np.arccos(np.divide(depth, across, out=np.ones_like(depth), where=shields)) - TURN
    shields &= half > 0
    low = np.mod(np.arctan2(y, x) - half, 2 * np.pi)
    low, high = np.where(shields, low, np.inf), np.where(shields, low + 2 * half, -np.inf)
    order = np.argsort(low, axis=1)
    low, high = np.take_along_axis(low, order, axis=1), np.take_along_axis(high, order, axis=1)
    over = high.max(axis=1) - 2 * np.pi  # what the last arcs cover of the next round
    so_far = np.maximum.accumulate(np.column_stack((over, high)), axis=1)
    gap = (np.isfinite(low) & (low > so_far[:, :-1])).any(axis=1)
    return gap | (so_far[:, -1] < low[:, 0] + 2 * np.pi) | ~shields.any(axis=1)

"""Points a second against all borders and against one, over the world and near borders, and the worst error in metres."""

import sys
import time

import numpy as np
from pyproj import Geod

from geo.borders import Borders, load_borders
from geo.polylines import Polylines

GEOD = Geod(ellps="WGS84")
POINTS = 1_000_000
CHECKED = 150  # each compared with every vertex of the world
SEED = 20240415

Places = tuple[np.ndarray, np.ndarray]


def spread_over_world(rng: np.random.Generator, count: int) -> Places:
    """Return lon, lat of places drawn evenly from the sphere: most are at sea, far from any border."""
    return rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))


def spread_near_lines(rng: np.random.Generator, count: int, lines: Polylines) -> Places:
    """Return lon, lat of places some 30 km around the lines' vertices."""
    some = lines.vertices[rng.integers(0, len(lines.vertices), count), :2] + rng.normal(0, 0.3, (count, 2))
    return some[:, 0], np.clip(some[:, 1], -90, 90)


def find_by_force(lines: Polylines, lon: float, lat: float) -> tuple[float, np.ndarray, np.ndarray]:
    """
    Search by geodesics alone, for one place.

    Returns
    -------
    km, lines, measures
        The least distance found, and the lines and measures of all points sampled within 2 m of it.
    """
    ends = lines.vertices[:, :2].T
    to_vertex = _geodesic_km(lon, lat, *ends)
    longest2 = float(lines.longest_km) ** 2
    near = to_vertex <= np.sqrt(to_vertex.min() ** 2 + longest2 / 4) + 0.05  # an end of a foot's segment is so near
    segments = np.flatnonzero(near[lines.first_vertex] | near[lines.first_vertex + 1])
    step_km = np.clip(np.sqrt(8e-4 * to_vertex.min()), 0.005, 0.05)  # misses the foot by 0.1 m at most
    share = np.linspace(0, 1, round(lines.longest_km / step_km))[:, None, None]
    first = lines.first_vertex[segments]
    samples = lines.vertices[first] * (1 - share) + lines.vertices[first + 1] * share
    km = _geodesic_km(lon, lat, samples[..., 0], samples[..., 1])
    alike = km <= km.min() + 0.002
    owner = np.broadcast_to(lines.line[segments], km.shape)
    return float(km.min()), owner[alike], samples[..., 2][alike]


def _geodesic_km(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    return np.asarray(GEOD.inv(np.full(lons.shape, lon), np.full(lons.shape, lat), lons, lats)[2]) / 1000


def worst_error_m(lines: Polylines, lon: np.ndarray, lat: np.ndarray, checked: int) -> float:
    """Return the worst error of the first places' distances in metres, or infinity if the wrong stretch was found."""
    feet, worst = lines.nearest(lon, lat), 0.0
    for row in range(checked):
        km, owners, measures = find_by_force(lines, lon[row], lat[row])
        beside = np.abs(measures[owners == feet.line[row]] - feet.measure[row])
        if not len(beside) or beside.min() > 1:
            return float("inf")
        worst = max(worst, abs(float(feet.km[row]) - km) * 1000)
    return worst


def measure(borders: Borders, points: int = POINTS, checked: int = CHECKED) -> list[tuple[str, float, float]]:
    """Return for each task its name, points a second and worst error in metres."""
    rng = np.random.default_rng(SEED)
    world, everything = spread_over_world(rng, points), borders.lines()
    tasks = [
        ("all borders, the whole world", everything, world),
        ("all borders, within some 30 km", everything, spread_near_lines(rng, points, everything)),
        ("AF-TJ, the whole world", borders.lines("AF-TJ"), world),
        ("AF-TJ, within some 30 km", borders.lines("AF-TJ"), spread_near_lines(rng, points, borders.lines("AF-TJ"))),
    ]
    found = []
    for name, lines, (lon, lat) in tasks:
        started = time.perf_counter()
        lines.nearest(lon, lat)
        spent = time.perf_counter() - started
        found.append((name, points / spent, worst_error_m(lines, lon, lat, checked)))
    return found


def main() -> int:
    """Print every figure; a wrong stretch of border, or an error over 2 m, fails."""
    figures = measure(load_borders())
    for name, speed, error in figures:
        print(f"{'borders: ' + name:58} {speed:,.0f} points a second, worst error {error:.2f} m", flush=True)
    return 0 if max(error for _, _, error in figures) <= 2 else 1


if __name__ == "__main__":
    sys.exit(main())

"""What lies along a border: the band within some distance of it, and posts at every hundred kilometres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidQuery

if TYPE_CHECKING:
    from geo.borders import Borders

POST_KM = 100.0
PIECE_DEG = 1.5  # the longest piece projected at once: within 200 km of its middle, scale is true to 1 in 2,000
WIDEST_KM = 500.0  # so far from a piece's middle an equidistant projection still errs by less than 1 %
ROUND = 12  # segments of a quarter of a circle: its outline is within 0.3 % of the radius
OUTLINE_DEG = 0.002  # about 200 m: less than a pixel until one looks at a few kilometres
Stretch = tuple[float | None, float | None]  # from which to which kilometre along a border; None: to its end


class Post(NamedTuple):
    """A place on a border by its distance along it."""

    at_km: float
    lon: float
    lat: float


def draw_band(borders: Borders, pair: str, km: float, *, stretch: Stretch = (None, None)) -> BaseGeometry:
    """
    Return the area within some distance of a border.

    Every piece of the line is widened in an equidistant projection around its own middle, so the band is as wide in
    the far north as at the equator.

    Parameters
    ----------
    pair
        The border, see `geo.borders.Borders`.
    km
        The distance, up to `WIDEST_KM`.
    stretch
        From which to which kilometre along the border; None: to its end.

    Returns
    -------
    band
        Polygons in EPSG:4326, lon/lat; good to about 1 % of the distance and 200 m. Empty where the stretch is.
    """
    if not 0 < km <= WIDEST_KM:
        raise InvalidQuery(f"No band is drawn within {km:g} km of a border; expected more than 0, up to {WIDEST_KM:g}.")
    pieces = [_widen(piece, km) for piece in _pieces(borders, pair, stretch)]
    return shapely.simplify(shapely.union_all(pieces), OUTLINE_DEG)


def find_posts(borders: Borders, pair: str, *, every_km: float = POST_KM) -> list[Post]:
    """Return where on a border each full hundred of kilometres (or of `every_km`) from its western end is."""
    posts = set()
    for line in _measured(borders, pair):
        first = np.ceil(line[0, 2] / every_km) * every_km
        posts |= {_spot(line, float(at_km)) for at_km in np.arange(first, line[-1, 2], every_km)}
    return sorted(posts)


def _spot(line: np.ndarray, at_km: float) -> Post:
    return Post(at_km, *(float(np.interp(at_km, line[:, 2], line[:, axis])) for axis in (0, 1)))


def _measured(borders: Borders, pair: str) -> Iterator[np.ndarray]:
    """Yield the parts of a border as rows of lon, lat and km along it."""
    lines = borders.lines(pair)
    for number in range(int(lines.line[-1]) + 1):
        first = lines.first_vertex[lines.line == number]
        yield lines.vertices[first[0] : first[-1] + 2]


def _pieces(borders: Borders, pair: str, stretch: Stretch) -> Iterator[np.ndarray]:
    """Yield what of a border is on a stretch in pieces that are short enough to be projected."""
    low, high = (bound if end is None else end for end, bound in zip(stretch, (-np.inf, np.inf), strict=True))
    for line in _measured(borders, pair):
        line = _cut(line, low, high)  # noqa: PLW2901 - the part of it that counts
        start = 0
        for end in range(1, len(line)):
            if end == len(line) - 1 or np.ptp(line[start : end + 2, :2], axis=0).max() > PIECE_DEG:
                yield line[start : end + 1, :2]
                start = end


def _cut(line: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the part of a line between two kilometres, its ends interpolated; empty where there is none."""
    low, high = max(low, line[0, 2]), min(high, line[-1, 2])
    if low >= high:
        return line[:0]
    ends = [[[spot.lon, spot.lat, spot.at_km]] for spot in (_spot(line, low), _spot(line, high))]
    return np.concatenate((ends[0], line[(line[:, 2] > low) & (line[:, 2] < high)], ends[1]))


def _widen(piece: np.ndarray, km: float) -> BaseGeometry:
    lon, lat = (piece.min(axis=0) + piece.max(axis=0)) / 2
    there = Transformer.from_crs(4326, f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=km +ellps=WGS84", always_xy=True)
    line = shapely.linestrings(np.column_stack(there.transform(piece[:, 0], piece[:, 1])))
    ring = shapely.buffer(line, km, quad_segs=ROUND)

    def back(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

    return shapely.make_valid(shapely.transform(ring, back))

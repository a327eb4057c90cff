"""Which segments of many long lines can be nearest to each of many points: all of the points narrowed down at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

ROUNDEST_KM, FLATTEST_KM = 6335.439, 6399.594  # WGS 84: least and greatest radius of curvature, a(1-e²) and a²/b
CHUNK = 32  # segments that share a bounding sphere; fewer where there are few
FEW = 4096  # segments that are looked at one by one ...
SMALL_KM = 20.0  # ... however many they are for points as close together as a chunk is long
TOGETHER = 16  # points that are compared with the same segments rather than split once more ...
DISTANCES = 20_000  # ... unless they are so many distances
ORDERED = 8  # points up to which places are sorted
PAIRS = 200_000  # pairs of points' and segments' spheres compared at once: some 20 MB


class Balls(NamedTuple):
    """Spheres in space, in km: the chunks of the lines first, then a sphere for each segment."""

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    radius: np.ndarray

    @classmethod
    def of(cls, centre: np.ndarray, radius: np.ndarray) -> Balls:
        """Make spheres from centres, one row each."""
        return cls(*(np.ascontiguousarray(axis) for axis in centre.T), radius)


class _Groups(NamedTuple):
    """Runs of as many points each, the tier of each, how many balls may hold its nearest, and these, run by run."""

    size: int
    number: np.ndarray
    tier: np.ndarray
    counts: np.ndarray
    balls: np.ndarray

    def some(self, first: int, last: int) -> _Groups:
        ends = np.concatenate(([0], np.cumsum(self.counts)))
        part = slice(first, last)
        return _Groups(
            self.size, self.number[part], self.tier[part], self.counts[part], self.balls[ends[first] : ends[last]]
        )

    def keep(self, pairs: np.ndarray, tier: np.ndarray | None = None) -> _Groups:
        """Leave out pairs; every group keeps one at least."""
        counts = np.add.reduceat(pairs, self.starts(), dtype=np.int64)
        return self._replace(tier=self.tier if tier is None else tier, counts=counts, balls=self.balls[pairs])

    def choose(self, groups: np.ndarray) -> _Groups:
        """Return some of the groups."""
        pairs = np.repeat(groups, self.counts)
        return _Groups(self.size, self.number[groups], self.tier[groups], self.counts[groups], self.balls[pairs])

    def starts(self) -> np.ndarray:
        return np.cumsum(self.counts) - self.counts

    def split(self, parts: int) -> _Groups:
        """Cut every run in parts, each with the balls of the whole."""
        number = (self.number[:, None] * parts + np.arange(parts)).ravel()
        counts, starts = np.repeat(self.counts, parts), np.repeat(self.starts(), parts)
        balls = self.balls[_runs(starts, counts)]
        return _Groups(self.size // parts, number, np.repeat(self.tier, parts), counts, balls)


class Search:
    """
    A search among segments, which are given by where they start, their step to the end, and the squared length, in km.

    Parameters
    ----------
    line
        Of each segment, to know which follow each other.
    tiers
        For ascending distances from 0 on, which segments count for what is at least so far from all.
    """

    def __init__(
        self,
        start: np.ndarray,
        step: np.ndarray,
        length2: np.ndarray,
        line: np.ndarray,
        tiers: Sequence[tuple[float, np.ndarray]],
    ) -> None:
        self._start, self._step = np.ascontiguousarray(start.T), np.ascontiguousarray(step.T)
        self._length2, self._line = length2, line
        self._size = int(np.clip(len(start) // 256, 4, CHUNK))
        self._reaches = np.array([reach for reach, _ in tiers])
        starts = np.arange(0, len(start), self._size)
        self._balls = _to_balls(start + step / 2, np.sqrt(length2) / 2, starts)
        self._chunks = len(starts)
        self._counts = np.array([np.concatenate((np.maximum.reduceat(some, starts), some)) for _, some in tiers])

    def pairs(self, points: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield rows of points, earth-centred in km, and the segments that can be nearest: all of a row together."""
        if not len(points):
            return
        rows, size = _arrange(points), 1 << max(0, len(points) - 1).bit_length()
        places = np.ascontiguousarray(points[rows].T)
        balls = np.flatnonzero(self._counts[0, : self._chunks])
        waiting = [_Groups(size, np.zeros(1, np.int64), np.zeros(1, np.int64), np.array([len(balls)]), balls)]
        while waiting:
            groups = waiting.pop()
            if len(groups.balls) > PAIRS and len(groups.number) > 1:
                middle = len(groups.number) // 2
                waiting += [groups.some(0, middle), groups.some(middle, len(groups.number))]
                continue
            groups, radius = self._winnow(groups, *_surround(places, groups))
            coarse = groups.balls[groups.starts()] < self._chunks
            open_up = coarse & ((radius <= SMALL_KM) | (groups.counts * self._size <= FEW) | (groups.size == 1))
            few = (groups.size <= TOGETHER) & (groups.size * groups.counts <= DISTANCES)
            done = ~coarse & (few | (groups.counts <= TOGETHER) | (groups.size == 1))
            if open_up.any():
                waiting.append(self._open(groups.choose(open_up)))
            if not (open_up | done).all():
                waiting.append(groups.choose(~(open_up | done)).split(min(4, groups.size)))
            if done.any():
                yield from self._compare(places, rows, groups.choose(done))

    def _open(self, groups: _Groups) -> _Groups:
        """Replace chunks by those of their segments that count."""
        starts = groups.balls * self._size
        sizes = np.minimum(self._size, len(self._length2) - starts)
        segments = _runs(starts, sizes) + self._chunks
        counts = np.add.reduceat(sizes, groups.starts())
        return self._counting(groups._replace(counts=counts, balls=segments), groups.tier)

    def _counting(self, groups: _Groups, tier: np.ndarray) -> _Groups:
        return groups.keep(self._counts[np.repeat(tier, groups.counts), groups.balls], tier)

    def _winnow(self, groups: _Groups, centre: np.ndarray, radius: np.ndarray) -> tuple[_Groups, np.ndarray]:
        """
        Leave out balls that cannot hold what is nearest to any place in the sphere round a group.

        With a the nearest of the balls' centres, each of which lies on a line, and b a place in another ball, the
        squares |p-b|² - |p-a|² change by no more than 2|b-a| times the way from the centre.
        """
        starts, counts = groups.starts(), groups.counts
        ball = [np.take(axis, groups.balls) for axis in self._balls]
        distance2 = _squares(ball, centre, counts)
        least2 = np.minimum.reduceat(distance2, starts)
        at = np.flatnonzero(distance2 == np.repeat(least2, counts))
        first = at[np.searchsorted(at, starts)]
        between = np.sqrt(_squares(ball, np.array([axis[first] for axis in ball[:3]]), counts))
        nearest = np.sqrt(distance2) - ball[3]
        farthest2 = np.square(np.minimum(np.sqrt(least2) + radius, 2 * ROUNDEST_KM))  # the slack grows up to there
        most = least2 + longest_alike2(farthest2) - farthest2
        between += ball[3]
        between *= np.repeat(2 * radius, counts)
        between += np.repeat(most, counts)
        groups = groups.keep(np.square(np.maximum(nearest, 0)) <= between)
        tier = np.searchsorted(self._reaches, np.minimum.reduceat(nearest, starts) - radius, side="right") - 1
        tier = np.maximum(groups.tier, tier)
        return (groups if (tier == groups.tier).all() else self._counting(groups, tier)), radius

    def _compare(
        self, places: np.ndarray, rows: np.ndarray, groups: _Groups
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield rows and segments whose chord may belong to the shortest geodesic."""
        ends = np.cumsum(groups.counts * groups.size)
        cuts = np.unique(np.searchsorted(ends, np.arange(PAIRS, ends[-1] + PAIRS, PAIRS), side="right"))
        for first, last in zip([0, *cuts], [*cuts, len(groups.number)], strict=True):
            if last > first:
                yield self._alike(places, rows, groups.some(first, last))

    def _alike(self, places: np.ndarray, rows: np.ndarray, groups: _Groups) -> tuple[np.ndarray, np.ndarray]:
        segments, number = groups.balls - self._chunks, np.repeat(groups.number, groups.counts)
        chord2, along = np.zeros((2, len(segments), groups.size))
        for place, start, step in zip(places, self._start, self._step, strict=True):
            apart = place.reshape(-1, groups.size)[number]
            apart -= start[segments, None]
            along += apart * step[segments, None]
            apart *= apart
            chord2 += apart
        length2 = self._length2[segments, None]
        share = along / length2
        np.clip(share, 0, 1, out=share)
        along *= 2
        along -= share * length2
        along *= share
        chord2 -= along
        longest = longest_alike2(np.minimum.reduceat(chord2, groups.starts(), axis=0))
        pair, place = np.nonzero(chord2 <= np.repeat(longest, groups.counts, axis=0))
        # A vertex is the end of one segment and the start of the next: once is enough.
        follows = (np.diff(segments, prepend=-2) == 1) & (self._line[segments] == self._line[segments - 1])
        follows[groups.starts()] = False
        once = ~((share[pair, place] == 0) & follows[pair])
        pair, place = pair[once], place[once]
        return rows[number[pair] * groups.size + place], segments[pair]


def longest_alike2(chord2: np.ndarray) -> np.ndarray:
    """Return the square of the longest chord (km) that may belong to a geodesic as short as that of a given chord."""
    angle = np.arcsin(np.minimum(np.sqrt(np.maximum(chord2, 0)) / (2 * ROUNDEST_KM), 1))
    most = 2 * FLATTEST_KM * np.sin(np.minimum(angle * ROUNDEST_KM / FLATTEST_KM, np.pi / 2))
    return np.square(most + 1e-6)  # a millimetre, for rounding


def _to_balls(centre: np.ndarray, radius: np.ndarray, starts: np.ndarray) -> Balls:
    """Return the balls of chunks, then those of the segments; a chunk's centre is on the line, see `_winnow`."""
    counts = np.diff(starts, append=len(centre))
    middle = centre[starts + counts // 2]
    reach = np.linalg.norm(centre - np.repeat(middle, counts, axis=0), axis=1)
    around = np.maximum.reduceat(reach + radius, starts)
    return Balls.of(np.concatenate((middle, centre)), np.concatenate((around, radius)))


def _arrange(points: np.ndarray) -> np.ndarray:
    """Return the rows so that halves, quarters, ... lie together; the last is repeated up to a power of 2."""
    size = 1 << max(0, len(points) - 1).bit_length()
    rows = np.minimum(np.arange(size), len(points) - 1)[None]
    while rows.shape[1] > ORDERED:
        places = points[rows]
        axis = np.argmax(places.max(axis=1) - places.min(axis=1), axis=1)
        along = np.take_along_axis(places, axis[:, None, None], axis=2)[..., 0]
        middle = rows.shape[1] // 2
        order = np.argpartition(along, middle, axis=1)
        rows = np.take_along_axis(rows, order, axis=1).reshape(-1, middle)
    return rows.ravel()


def _surround(places: np.ndarray, groups: _Groups) -> tuple[np.ndarray, np.ndarray]:
    """Return centre and radius of the sphere round the box of each group's places."""
    inside = places.reshape(3, -1, groups.size)[:, groups.number]
    low, high = inside.min(axis=2), inside.max(axis=2)
    return (low + high) / 2, np.linalg.norm(high - low, axis=0) / 2


def _squares(ball: Sequence[np.ndarray], spots: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the squared distance of each ball's centre from its group's spot."""
    found = np.zeros(len(ball[0]))
    for axis, spot in zip(ball, spots, strict=False):
        apart = axis - np.repeat(spot, counts)
        apart *= apart
        found += apart
    return found


def _runs(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the whole numbers from each start on, as many as its count, run by run."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) + np.repeat(starts - (ends - counts), counts)

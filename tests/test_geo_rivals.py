"""Segments that can be nearest to points: few of many, and always the right one."""

import numpy as np

from geo.rivals import Search


def test_the_nearest_segment_is_among_few() -> None:
    """A thousand segments in a row and 300 points beside them: brute force finds no nearer one than those named."""
    start = np.column_stack((np.arange(1000.0), np.zeros(1000), np.full(1000, 6300.0)))
    step = np.tile([1.0, 0, 0], (1000, 1))
    points = np.random.default_rng(1).uniform([0, -5, 6300], [1000, 5, 6301], (300, 3))
    search = Search(start, step, np.ones(1000), np.zeros(1000, dtype=int), [(0, np.ones(1000, dtype=bool))])
    rows, segments = (np.concatenate(part) for part in zip(*search.pairs(points), strict=True))
    assert {*zip(rows.tolist(), segments.tolist(), strict=True)} >= {*enumerate(points[:, 0].astype(int).tolist())}
    assert len(rows) < 2 * len(points)

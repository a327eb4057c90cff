"""The box around everything that is exported, in bounded memory, across the antimeridian where that is narrower."""

from __future__ import annotations

import numpy as np
import shapely

from geo.exports.chunks import Chunk

MAX_SPANS = (
    10_000  # spans of longitude kept apart; beyond, the narrowest gaps (all under 360/10,000 degrees) are closed
)


class Extent:
    """Grows by chunks; `box` is the bbox of RFC 7946 §5."""

    def __init__(self) -> None:
        self._box: np.ndarray | None = None
        self._touches = [False, False]  # -180, 180
        self._spans = np.empty((0, 2))
        self._points = np.full((2, MAX_SPANS), [[np.inf], [-np.inf]])  # lowest and highest longitude by stripe

    def add(self, chunk: Chunk) -> None:
        """Widen the box to hold a chunk's geometries."""
        boxes = chunk.boxes()
        boxes = boxes[~np.isnan(boxes).any(axis=1)]
        if not len(boxes):
            return
        box = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        if self._box is not None:
            low, high = np.minimum(box, self._box), np.maximum(box, self._box)
            box = np.concatenate([low[:2], high[2:]])
        self._box = box
        self._touches[0] |= bool((boxes[:, 0] == -180).any())
        self._touches[1] |= bool((boxes[:, 2] == 180).any())
        lon = chunk.points[:, 0]
        stripe = np.clip((lon + 180) * (MAX_SPANS / 360), 0, MAX_SPANS - 1).astype("int64")
        np.minimum.at(self._points[0], stripe, lon)
        np.maximum.at(self._points[1], stripe, lon)
        parts = shapely.get_parts(chunk.others)
        if len(parts):
            pieces = shapely.bounds(parts).reshape(-1, 4)[:, [0, 2]]
            self._spans = _merge(np.vstack([self._spans, pieces]))

    def box(self) -> list[float] | None:
        """
        Return west, south, east, north; None when there was no geometry.

        Where something was cut at the antimeridian (it touches both 180 and -180), the box goes across it, with
        west > east, as narrow as can be.
        """
        if self._box is None:
            return None
        west, south, east, north = (float(degrees) for degrees in self._box)
        if all(self._touches):
            west, east = self._across()
        return [west, south, east, north]

    def _across(self) -> tuple[float, float]:
        """Return the west and east of the narrowest span that holds all: the world without its widest gap."""
        spans = _merge(np.vstack([self._spans, self._points.T[np.isfinite(self._points[0])]]))
        gaps = spans[1:, 0] - spans[:-1, 1]
        if not len(gaps) or gaps.max() <= 0:
            return -180.0, 180.0
        widest = int(gaps.argmax())
        return float(spans[widest + 1, 0]), float(spans[widest, 1])


def _merge(spans: np.ndarray) -> np.ndarray:
    """Join spans that overlap or touch, and then the nearest, until there are few enough."""
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    gaps = spans[1:, 0] - reach[:-1]
    least = 0.0 if (gaps > 0).sum() < MAX_SPANS else np.partition(gaps, -MAX_SPANS)[-MAX_SPANS]
    starts = np.concatenate([[True], gaps > least])
    return np.column_stack([spans[starts, 0], reach[np.concatenate([starts[1:], [True]])]])

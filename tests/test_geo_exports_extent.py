"""The box around an export, chunk by chunk."""

import numpy as np
import pytest
import shapely
from shapely.geometry import Point

from geo.exports import extent
from geo.exports.chunks import chunk_of
from geo.exports.extent import Extent
from geo.features import to_features
from tests.export_events import DRILL, replace


def box_of(*chunks: list) -> list[float] | None:
    """Return the box around geometries that come in chunks."""
    found = Extent()
    for shapes in chunks:
        events = [replace(DRILL, id=str(number), geometry=shape) for number, shape in enumerate(shapes)]
        found.add(chunk_of(to_features(events).assign(match="yes")))
    return found.box()


FIJI = shapely.MultiPolygon([shapely.box(179, -20, 180, -16), shapely.box(-180, -20, -178, -16)])


@pytest.mark.parametrize(
    ("chunks", "box"),
    [
        ([[Point(1, 2)], [Point(-3, 9)]], [-3.0, 2.0, 1.0, 9.0]),
        ([[None], []], None),
        ([[None, Point(1, 2)]], [1.0, 2.0, 1.0, 2.0]),
        ([[FIJI], [Point(150, 0)]], [150.0, -20.0, -178.0, 0.0]),
        ([[Point(150, 0)], [FIJI], [Point(-170, 5)]], [150.0, -20.0, -170.0, 5.0]),
        ([[Point(180, 0)], [Point(-180, 1)]], [180.0, 0.0, -180.0, 1.0]),
        ([[shapely.box(-180, -90, 180, 90)], [Point(0, 0)]], [-180.0, -90.0, 180.0, 90.0]),
        ([[Point(140, 35)], [Point(-120, 40)]], [-120.0, 35.0, 140.0, 40.0]),
    ],
)
def test_the_box_is_around_everything(chunks: list, box: list[float] | None) -> None:
    """It goes across the antimeridian only where something was cut there, as narrow as can be (RFC 7946 §5.2)."""
    assert box_of(*chunks) == box


def test_many_places_keep_the_widest_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Narrow gaps are forgotten, the widest never."""
    monkeypatch.setattr(extent, "MAX_SPANS", 8)
    lon = np.concatenate([np.linspace(-180, -60, 50), np.linspace(10, 180, 70)]).round(5)
    chunks = [[Point(x, 0) for x in part] for part in np.array_split(np.random.default_rng(1).permutation(lon), 12)]
    assert box_of(*chunks) == [10.0, 0.0, -60.0, 0.0]

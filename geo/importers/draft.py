"""What an importer makes of a batch: the one table's main columns, and the rows that cannot be used with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.features import COORDINATE_DECIMALS
from geo.importers.columns import Text, filled, to_numbers
from geo.importers.places import Spots


class Fault(NamedTuple):
    """Rows that cannot be used: which, why (counted by this text), and the offending cells."""

    rows: np.ndarray
    reason: str
    value: Text


class Points(NamedTuple):
    """Positions in degrees, NaN where there is none; the rows at 0/0, which are no position; and what is wrong."""

    lon: np.ndarray
    lat: np.ndarray
    zero: np.ndarray
    faults: list[Fault]


class Dates(NamedTuple):
    """When: days with null for none, the precision, and what is wrong."""

    start: pa.Array
    end: pa.Array
    precision: Text
    faults: list[Fault]


@dataclass(slots=True)
class Draft:
    """
    The rows of a batch in the terms of the one table; every column has as many cells as the batch.

    `native` is the source's own id (empty: made from the content), `zero` marks coordinates of 0/0, and `shapes`
    holds geometries that are no points. Faulty rows are still in it; see `faults`.
    """

    native: Text
    title: Text
    kind: Text
    status: Text
    dates: Dates
    points: Points
    spots: Spots
    place: Text
    country: Text
    actors: pa.Array
    source_name: Text
    source_url: Text
    published: pa.Array | None = None
    equipment: pa.Array | None = None
    faults: list[Fault] = field(default_factory=list)
    shapes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.native)

    def all_faults(self) -> list[Fault]:
        """Return everything that is wrong, of dates and positions too."""
        return [*self.faults, *self.dates.faults, *self.points.faults]


def read_points(lat_text: Text, lon_text: Text) -> Points:
    """Return positions from two columns of text; 0/0 stands for "unknown" in most sources and is no position."""
    lat, lon = (np.round(to_numbers(text), COORDINATE_DECIMALS) + 0.0 for text in (lat_text, lon_text))
    both = filled(lat_text) & filled(lon_text)
    faults = [
        Fault(filled(lat_text) & ~(np.abs(lat) <= 90), "latitude is no number from -90 to 90", lat_text),
        Fault(filled(lon_text) & ~(np.abs(lon) <= 180), "longitude is no number from -180 to 180", lon_text),
        Fault(filled(lat_text) != filled(lon_text), "half a coordinate", lat_text),
    ]
    zero = both & (lat == 0) & (lon == 0)
    nowhere = ~both | zero | np.isnan(lat) | np.isnan(lon)
    lat, lon = np.where(nowhere, np.nan, lat), np.where(nowhere, np.nan, lon)
    return Points(lon, lat, zero, faults)


def check_dates(start: pa.Array, end: pa.Array, precision: Text, faults: list[Fault], *, text: Text) -> Dates:
    """Return dates with the rows that end before they start among the faults."""
    reversed_ = pc.greater(start, end).fill_null(False).to_numpy(zero_copy_only=False)
    undated = pc.and_(pc.is_null(start), pc.is_null(end))
    precision = pc.if_else(undated, "unknown", precision)
    return Dates(start, end, precision, [*faults, Fault(reversed_, "ends before it starts", text)])


def unread(days: pa.Array, text: Text) -> Fault:
    """Return the rows whose date was not understood."""
    return Fault(pc.is_null(days).to_numpy(zero_copy_only=False) & filled(text), "date not understood", text)


def constant(value: str | None, rows: int) -> Text:
    """Return one text for every row."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(rows, "int8")))


def cut_titles(title: Text, *, limit: int = 300) -> Text:
    """Return titles that fit a line or two: notes run to pages."""
    short = pc.utf8_slice_codeunits(title, 0, limit)
    return pc.if_else(pc.equal(short, title), title, pc.binary_join_element_wise(short, "…", ""))

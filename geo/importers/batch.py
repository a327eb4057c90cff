"""What readers hand on: how a file of rows is laid out, rows as they were, and those between them that are broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa


class Bad(NamedTuple):
    """A row that cannot be used: the line it begins on (the header is line 1), why, and the row as it was."""

    line: int
    reason: str
    text: str


class Layout(NamedTuple):
    """
    How a file of rows is laid out.

    Attributes
    ----------
    names
        The columns, unique, as the file (or, without a header, the format) calls them.
    delimiter
        Between cells; ``""`` for Excel and GeoJSON.
    quoted
        False where a quotation mark is a character like any other.
    skip
        Lines before the first row: the header, and a row of HXL tags.
    tags
        The HXL tag of each column, if there are such.
    whole
        True where the reader itself keeps each original, as JSON.
    """

    names: tuple[str, ...]
    delimiter: str = ","
    quoted: bool = True
    skip: int = 1
    tags: tuple[str, ...] = ()
    whole: bool = False


@dataclass(slots=True)
class Batch:
    """
    Some rows as they were: text columns, the line each began on, and the rows between them that are broken.

    `extra` is what to keep of the original as JSON, and `shapes` the geometries, where the format has its own.
    """

    columns: Mapping[str, pa.Array]
    lines: np.ndarray
    bad: list[Bad] = field(default_factory=list)
    extra: pa.Array | None = None
    shapes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.lines)

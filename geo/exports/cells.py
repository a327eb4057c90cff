"""Rows as cells for spreadsheets: JSON for lists and objects, WKT for geometries, nothing that runs as a formula."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.exports.chunks import SCHEMA, Chunk
from geo.exports.jsontexts import property_texts
from geo.features import COORDINATE_DECIMALS, LISTS

# What makes a spreadsheet take a text for a formula: owasp.org/www-community/attacks/CSV_Injection (full-width forms
# included). A text that begins with apostrophes before one is guarded, too, so that `unguard` is exact.
_FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
SPOT = ("lon", "lat")
COLUMNS = (*(name for name in SCHEMA.names if name != "geometry"), *SPOT, "geometry")


def guard(texts: pa.Array) -> pa.Array:
    """Put an apostrophe before texts that a spreadsheet would run as a formula; `unguard` takes it away."""
    risky = pc.match_substring_regex(texts, _FORMULA)
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text


def to_cells(chunk: Chunk) -> pa.RecordBatch:
    """
    Return the columns `COLUMNS`: texts guarded, days, numbers and flags as such, geometry as WKT.

    `lon` and `lat` are those of a point, or of a point inside a line, area or group of points.
    """
    columns = {name: chunk.rows.column(name) for name in SCHEMA.names}
    columns |= {name: property_texts(name, columns[name]) for name in LISTS}
    columns["geometry"] = pa.array(_to_wkt(chunk), pa.string())
    columns |= zip(SPOT, (pa.array(axis, from_pandas=True) for axis in chunk.lon_lat().T), strict=True)
    for name, column in columns.items():
        if pa.types.is_string(column.type):
            columns[name] = guard(pc.replace_substring(column, "\0", "\ufffd"))  # many readers end a text at NUL
    return pa.RecordBatch.from_arrays([columns[name] for name in COLUMNS], names=list(COLUMNS))


def _to_wkt(chunk: Chunk) -> list[str | None]:
    return shapely.to_wkt(chunk.shapes(), rounding_precision=COORDINATE_DECIMALS, trim=True).tolist()

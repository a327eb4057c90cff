"""The monthly cube: very many events counted by month, map cell and kind, so that the world need not be read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geo.engines.covering import COVERING, UNCOVERED
from geo.engines.views import imported_single
from geo.grid import FINEST, WORLD_BITS
from geo.sql import BEGUN

if TYPE_CHECKING:
    from geo.filters import Query

# Made beside the files of a dataset; names that begin with _ are no data to Spark.
TOTALS = "_cube_totals.parquet"
CELLS = {7: "_cube_zoom7.parquet", 2: "_cube_zoom2.parquet"}  # by the finest zoom that they can draw
ROWS_AT_ONCE = 1 << 21  # counted by cell at a time
FROM_ROWS = 500_000  # below that the files themselves answer in less than a tenth of a second

# An event becomes one of its months, such that geo.sql's condition and three answers are the same for whole months:
# an end is the last day of its month, a start the first. What is still going on keeps what its beginning depends on;
# if it began in a week that runs into the next month, its start is the last day of its own.
_BEGUN_LATER = f"date_precision = 'week' AND last_day({BEGUN}) > last_day(\"start\")"
_TIME = f"""CASE WHEN "end" IS NULL AND {_BEGUN_LATER} THEN last_day("start")
        ELSE CAST(date_trunc('month', "start") AS DATE) END AS "start",
    last_day("end") AS "end",
    CASE WHEN "end" IS NULL THEN date_precision WHEN date_precision = 'day' THEN 'day' ELSE 'month' END
        AS date_precision,
    CASE WHEN "end" IS NULL AND published >= "start" THEN last_day(published) END AS published"""
_DAYS = """coalesce("start", "end") AS first_day,
    greatest(coalesce("end", "start"), CASE WHEN "end" IS NULL THEN published END) AS last_day"""
_WHAT = "CAST(least(parts, 1) AS TINYINT) AS parts, main, kind, dataset"
_AREA = "(part_border IS NOT NULL OR part_area IS NOT NULL)"
_EXTREMES = [("lon", "min"), ("lat", "min"), ("lon", "max"), ("lat", "max")]
_REACH = [f"part_{side}" for side in ("west", "south", "east", "north")]
_BUILD_TOTALS = f"""SELECT * FROM (
    SELECT count(*) AS n, {_TIME}, {_WHAT}, min(first_day) AS first_day, max(last_day) AS last_day
    FROM (SELECT *, {_DAYS} FROM all_rows) GROUP BY ALL) ORDER BY first_day"""
# Known lines and areas stand for themselves, so each keeps its own place and envelope; points share those of a cell.
# Of an event alone, the mean says also the extremes.
_BUILD_CELLS = f"""SELECT * FROM (SELECT count(*) AS n, {_TIME}, {_WHAT},
    CASE WHEN {_AREA} THEN part_mx ELSE (part_mx >> {{shift}}) << {{shift}} END AS part_mx,
    CASE WHEN {_AREA} THEN part_my ELSE (part_my >> {{shift}}) << {{shift}} END AS part_my,
    part_border, part_area, {", ".join(f"CASE WHEN {_AREA} THEN {name} END AS {name}" for name in _REACH)},
    sum(part_lon) AS lon_sum, sum(part_lat) AS lat_sum,
    {", ".join(f"CASE WHEN count(*) > 1 THEN {way}(part_{c}) END AS {c}_{way}" for c, way in _EXTREMES)},
    CASE WHEN count(*) = 1 THEN min(spot) END AS spot
    FROM (SELECT {imported_single(UNCOVERED)}, spot FROM rows WHERE parts = 1) GROUP BY ALL)
    ORDER BY year("start"), part_mx, part_my"""

TOTAL_NAMES = 'n, "start", "end", date_precision, published, parts, main, kind, dataset, first_day, last_day'
CELL_NAMES = f"""n, "start", "end", date_precision, published, parts, main, kind, dataset, part_mx, part_my,
    part_border, part_area, {", ".join(_REACH)}, lon_sum, lat_sum,
    {", ".join(f"coalesce({c}_{way}, {c}_sum) AS {c}_{way}" for c, way in _EXTREMES)}"""


def single_totals(n: int) -> str:
    """Return the columns of the totals for events one by one, out of `events`; n = -1 takes them away again."""
    return f'{n} AS n, "start", "end", date_precision, published, parts, main, kind, dataset, {_DAYS}'


def single_cells(n: int) -> str:
    """Return the columns of the cells for events one by one, out of `singles`."""
    return f"""{n} AS n, "start", "end", date_precision, published, parts, main, kind, dataset, part_mx, part_my,
    part_border, part_area, {", ".join(_REACH)}, {n} * part_lon AS lon_sum, {n} * part_lat AS lat_sum,
    part_lon AS lon_min, part_lat AS lat_min, part_lon AS lon_max, part_lat AS lat_max"""


def build_cube(folder: Path) -> None:
    """
    Count the events of a dataset by month, cell and kind, into files in a folder.

    Parameters
    ----------
    folder
        The dataset's state with its covering file, which is in the order of places: so many rows at a time are counted
        by cell that memory does not grow with the data. It gets `TOTALS` and `CELLS`.
    """
    covering = folder / COVERING
    name = str(covering).replace("'", "''")
    with duckdb.connect(":memory:", config={"memory_limit": "512MB", "temp_directory": str(folder)}) as connection:
        connection.execute(f"CREATE VIEW all_rows AS SELECT *, file_row_number FROM read_parquet('{name}')")
        _write(folder / TOTALS, [connection.sql(_BUILD_TOTALS).to_arrow_table()])
        for zoom, target in CELLS.items():
            _write(folder / target, _count_cells(connection, _shift(zoom), pq.read_metadata(covering).num_rows))


def _count_cells(connection: duckdb.DuckDBPyConnection, shift: int, total: int) -> Iterator[pa.Table]:
    """Yield the counts of one place after the other."""
    for first in range(0, total, ROWS_AT_ONCE):
        some = f"file_row_number BETWEEN {first} AND {first + ROWS_AT_ONCE - 1}"
        connection.execute(f"CREATE OR REPLACE VIEW rows AS SELECT * FROM all_rows WHERE {some}")
        yield connection.sql(_BUILD_CELLS.format(shift=shift)).to_arrow_table()


def _write(path: Path, tables: Iterable[pa.Table]) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table.cast(writer.schema), row_group_size=64 * 1024)
    finally:
        if writer is not None:
            writer.close()


def _shift(zoom: int) -> int:
    """Return the shift of a zoom level's grid, see `geo.grid.Viewport`."""
    return WORLD_BITS - zoom - FINEST


def cube_view(shift: int) -> str | None:
    """Return the coarsest view that can draw a grid, or None where it is too fine for any."""
    return next((f"cube{zoom}" for zoom in sorted(CELLS) if _shift(zoom) <= shift), None)


def is_whole_months(query: Query) -> bool:
    """Tell whether the cube can answer: only kind, dataset and whole months are asked for, or nothing."""
    others = ("statuses", "countries", "precisions", "sources", "actors", "text", "bbox", "area", "border")
    if any(getattr(query, name) for name in others):
        return False
    begins = query.start is None or query.start.day == 1
    ends = query.end is None or query.end == date.max or (query.end + timedelta(days=1)).day == 1
    return begins and ends

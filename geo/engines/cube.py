"""The monthly cube: very many events counted by month, map cell and kind, so that the world need not be read whole."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geo.engines.views import IMPORTED_SINGLE
from geo.grid import FINEST, WORLD_BITS
from geo.sql import BEGUN

if TYPE_CHECKING:
    from geo.filters import Query

# Made beside the files of a dataset; names that begin with _ are no data to Spark.
TOTALS = "_cube_totals.parquet"
CELLS = {7: "_cube_zoom7.parquet", 2: "_cube_zoom2.parquet"}  # by the finest zoom that they can draw
FROM_ROWS = 500_000  # below that the files themselves answer in less than a tenth of a second
FILE_SHIFT = 32  # a spot is the number of the file and, below it, the number of the row

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
_BUILD_TOTALS = f"""SELECT count(*) AS n, {_TIME}, {_WHAT}, min(first_day) AS first_day, max(last_day) AS last_day
    FROM (SELECT *, {_DAYS} FROM rows) GROUP BY ALL"""
# Known lines and areas stand for themselves, so each keeps its own place and envelope; points share those of a cell.
# Of an event alone, the mean says also the extremes.
_BUILD_CELLS = f"""SELECT count(*) AS n, {_TIME}, {_WHAT},
    CASE WHEN {_AREA} THEN part_mx ELSE (part_mx >> {{shift}}) << {{shift}} END AS part_mx,
    CASE WHEN {_AREA} THEN part_my ELSE (part_my >> {{shift}}) << {{shift}} END AS part_my,
    part_border, part_area, {", ".join(f"CASE WHEN {_AREA} THEN {name} END AS {name}" for name in _REACH)},
    sum(part_lon) AS lon_sum, sum(part_lat) AS lat_sum,
    {", ".join(f"CASE WHEN count(*) > 1 THEN {way}(part_{c}) END AS {c}_{way}" for c, way in _EXTREMES)},
    CASE WHEN count(*) = 1 THEN min(spot) END AS spot
    FROM (SELECT {IMPORTED_SINGLE}, spot FROM rows WHERE parts = 1) GROUP BY ALL ORDER BY part_mx, part_my"""

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
        The dataset's state, with all its event files, in one folder per year: a year is counted at a time, so that
        memory does not grow with the data. It gets `TOTALS` and `CELLS`.
    """
    paths = sorted(folder.glob("year=*/[!_]*.parquet"))  # as geo.datasets.Dataset.paths numbers them
    writers: dict[str, pq.ParquetWriter] = {}
    first = 0
    try:
        with duckdb.connect(":memory:", config={"memory_limit": "512MB"}) as connection:
            for _, group in groupby(paths, key=lambda path: path.parent.name):
                files = [str(path).replace("'", "''") for path in group]
                _count(connection, files, first, folder, writers)
                first += len(files)
    finally:
        for writer in writers.values():
            writer.close()


def _count(connection: duckdb.DuckDBPyConnection, files: list[str], first: int, folder: Path, writers: dict) -> None:
    """Add the counts of one year's files, the first of which has the number `first`."""
    names = ", ".join(f"'{name}'" for name in files)
    spot = f"((CAST(file_index AS BIGINT) + {first}) << {FILE_SHIFT}) + file_row_number AS spot"
    connection.execute(
        f"CREATE OR REPLACE VIEW rows AS SELECT *, {spot} FROM read_parquet([{names}], hive_partitioning = false)"
    )
    texts = {TOTALS: _BUILD_TOTALS} | {CELLS[zoom]: _BUILD_CELLS.format(shift=_shift(zoom)) for zoom in CELLS}
    for name, text in texts.items():
        table: pa.Table = connection.sql(text).to_arrow_table()
        if name not in writers:
            writers[name] = pq.ParquetWriter(folder / name, table.schema, compression="zstd")
        writers[name].write_table(table.cast(writers[name].schema), row_group_size=64 * 1024)


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

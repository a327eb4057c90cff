"""Staged rows into the store's files: by year and place, without those that a later row replaces."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.flat import choose_compression
from geo.importers.finish import FILE_SCHEMA, Origin, finish, no_parts
from geo.importers.measure import Measured
from geo.importers.places import load_areas
from geo.importers.stage import NO_YEAR, Spool, to_bins

ROW_GROUP = 16_384  # a small box is read four times as fast as with 64 k, and an import needs little memory
BUCKET = ROW_GROUP  # rows sorted at once
DIRECT = 4 * BUCKET  # rows of a year that are picked from where they wait, read once per piece; more are shared out
BUCKETS_PER_FILE = 64  # a million rows a file: few to open, several to write at a time
FINISH_ROWS = 16_384  # rows turned from drafts into what is stored at once
THREADS = 2  # beyond it memory grows and little is gained: the disk and Python's lock are shared
COMPRESSION_LEVEL = 1  # of zstd; 3 makes files 6 % smaller and takes twice as long

# Columns whose values repeat; for the others a dictionary only costs time.
_COMPRESSION = choose_compression(FILE_SCHEMA)
_DICTIONARY = [
    *("dataset", "kind", "status", "date_precision", "country", "location_precision", "border", "source_name"),
    *("licence", "review", "place", "part_place", "part_precision", "part_area", "part_border", "start", "end"),
    *("published", "radius_km", "part_radius_km", "parts"),
    *("actors.list.element", "equipment.list.element", "countries.list.element"),
]


class Written(NamedTuple):
    """What was written: all rows, those stored before, and of the new ones what is worth telling; places of several."""

    rows: int
    kept: int
    outside: int
    undated: int
    unplaced: int
    parts: pa.Table


class Job(NamedTuple):
    """
    One file to write: its year, and the numbers under which its rows wait, in the order of places.

    Where there are `splits`, all rows wait under the year, and the numbers are those of the pieces between them.
    `rows` is about how many there are.
    """

    year: int
    new: Spool
    old: Spool
    numbers: tuple[int, ...]
    rows: int
    splits: np.ndarray | None = None


def plan_files(new: Spool, old: Spool, folder: Path) -> list[Job]:
    """Return the files to write; the rows of a large year are divided by place into pieces that fit memory."""
    jobs = []
    for year in sorted(new.counts.keys() | old.counts.keys()):
        total = new.counts[year] + old.counts[year]
        if total <= BUCKET:
            jobs.append(Job(year, new, old, (year,), total))
            continue
        splits = _find_splits(new.bins.get(year, 0) + old.bins.get(year, 0))
        spools, left = [new, old], splits
        if new.packed or total > DIRECT:
            spools = [_share_out(spool, year, splits, folder / f"{n}-{year}") for n, spool in enumerate(spools)]
            left = None
        numbers = tuple(range(len(splits) + 1))
        size = min(BUCKETS_PER_FILE, -(-len(numbers) // THREADS))
        groups = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        jobs += [Job(year, *spools, group, total * len(group) // len(numbers), left) for group in groups]
    return jobs


def _find_splits(bins: np.ndarray) -> np.ndarray:
    """Return the coarse places at which a new piece begins, so that each holds about `BUCKET` rows."""
    piece = (np.cumsum(bins) - bins) // BUCKET
    return np.flatnonzero(np.diff(piece) > 0) + 1


def _share_out(spool: Spool, year: int, splits: np.ndarray, folder: Path) -> Spool:
    shared = Spool(folder, packed=spool.packed)
    for rows in spool.read(year):
        shared.add(rows, np.searchsorted(splits, to_bins(rows["key"].to_numpy()), side="right"))
    shared.flush()
    spool.path(year).unlink(missing_ok=True)
    return shared


def write_files(
    jobs: list[Job],
    folder: Path,
    *,
    losers: np.ndarray,
    origin: Origin,
    measured: Measured | None,
    progress: Callable[[float], None],
) -> Written:
    """
    Write the files of a dataset's next state.

    Parameters
    ----------
    losers
        The numbers (`seq`), ascending, of new rows that a later row of the file replaces.
    progress
        Told the share of the rows that is written.
    """
    work = partial(_write_file, folder=folder, losers=losers, origin=origin, measured=measured)
    total = sum(job.rows for job in jobs) or 1
    found, done = [], 0
    pool = ThreadPoolExecutor(THREADS)
    try:
        for job, written in zip(jobs, pool.map(work, jobs), strict=True):
            found.append(written)
            done += job.rows
            progress(done / total)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    parts = pa.concat_tables([written.parts for written in found]) if found else no_parts()
    sums = [sum(column) for column in list(zip(*found, strict=True))[:5]] if found else [0] * 5
    return Written(*sums, parts)


def _write_file(job: Job, *, folder: Path, losers: np.ndarray, origin: Origin, measured: Measured | None) -> Written:
    target = folder / (f"year={job.year:04d}" if job.year != NO_YEAR else "year=undated")
    target.mkdir(exist_ok=True)
    path = target / f"{secrets.token_hex(6)}.parquet"
    rows = kept = outside = undated = unplaced = 0
    parts = []
    with path.open("xb") as file:
        with open_writer(file) as writer:
            for number in job.numbers:
                for drafts, stored in _pieces(job, number, losers):
                    table, out, several = _finish(drafts, stored, origin, measured)
                    if table.num_rows:
                        writer.write_table(table, row_group_size=ROW_GROUP)
                    rows, kept, outside = rows + table.num_rows, kept + stored.num_rows, outside + out
                    undated += _count_none(drafts, "start", "end")
                    unplaced += _count_none(drafts, "lon", "shape")
                    parts.append(several)
        file.flush()
        os.fsync(file.fileno())
    if not rows:
        path.unlink()
    return Written(rows, kept, outside, undated, unplaced, pa.concat_tables([no_parts(), *parts]))


def open_writer(file: object) -> pq.ParquetWriter:
    """Return a writer of the store's files."""
    return pq.ParquetWriter(
        file,
        FILE_SCHEMA,
        compression=_COMPRESSION,
        compression_level={path: COMPRESSION_LEVEL for path, codec in _COMPRESSION.items() if codec == "zstd"},
        use_dictionary=_DICTIONARY,
        write_page_index=False,
        store_schema=True,
    )


def _pieces(job: Job, number: int, losers: np.ndarray) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield new and stored rows that belong together, cut where too many share one coarse place."""
    stored = _together(_read(job, job.old, number))
    waiting: list[pa.Table] = []
    for rows in _read(job, job.new, number):
        lost = np.isin(rows["seq"].to_numpy(), losers, assume_unique=True)
        waiting.append(rows.filter(pa.array(~lost)) if lost.any() else rows)
        if sum(map(len, waiting)) >= 2 * BUCKET:
            yield _together(waiting), stored.slice(0, 0)
            waiting = []
    for start in range(2 * BUCKET, stored.num_rows, 2 * BUCKET):
        yield _together([]), stored.slice(start, 2 * BUCKET)
    yield _together(waiting), stored.slice(0, 2 * BUCKET)


def _read(job: Job, spool: Spool, number: int) -> Iterator[pa.Table]:
    if job.splits is None:
        yield from spool.read(number)
        return
    for rows in spool.read(job.year):
        piece = np.searchsorted(job.splits, to_bins(rows["key"].to_numpy()), side="right")
        yield rows.take(pa.array(np.flatnonzero(piece == number)))


def _together(tables: Iterable[pa.Table]) -> pa.Table:
    some = list(tables)
    return (
        pa.concat_tables(some, promote_options="default").combine_chunks()
        if some
        else pa.table({"key": pa.array([], pa.int64())})
    )


def _finish(
    drafts: pa.Table, stored: pa.Table, origin: Origin, measured: Measured | None
) -> tuple[pa.Table, int, pa.Table]:
    """Return the rows to store in the order of their places, how many points are outside their country, the places."""
    keys = np.concatenate((drafts["key"].to_numpy(), stored["key"].to_numpy()))
    flat, parts, outside = [], [], 0
    if drafts.num_rows:
        order = np.argsort(drafts["key"].to_numpy(), kind="stable")
        keys[: drafts.num_rows] = keys[: drafts.num_rows][order]
        for start in range(0, drafts.num_rows, FINISH_ROWS):
            some = drafts.take(pa.array(order[start : start + FINISH_ROWS]))
            outside += _count_outside(some)
            table, several = _finish_some(some, origin, measured)
            flat.append(table)
            parts.append(several)
    if stored.num_rows:
        flat.append(stored.select(FILE_SCHEMA.names).cast(FILE_SCHEMA))
    table = pa.concat_tables(flat) if flat else FILE_SCHEMA.empty_table()
    if stored.num_rows and table.num_rows:
        table = table.combine_chunks().take(pa.array(np.argsort(keys, kind="stable")))
    return table, outside, pa.concat_tables([no_parts(), *parts])


def _finish_some(drafts: pa.Table, origin: Origin, measured: Measured | None) -> tuple[pa.Table, pa.Table]:
    """Return drafts as they are stored; rows of our own exports are that already."""
    if "search" in drafts.column_names:
        return drafts.select(FILE_SCHEMA.names).cast(FILE_SCHEMA), no_parts()
    return finish(drafts, origin, measured)


def _count_none(drafts: pa.Table, *names: str) -> int:
    """Return how many rows have nothing in any of the columns; NaN is nothing."""
    columns = [drafts[name] for name in names if name in drafts.column_names]
    if not drafts.num_rows or not columns:
        return 0
    nothing = [pc.is_null(column, nan_is_null=True) for column in columns]
    both = nothing[0] if len(nothing) == 1 else pc.and_(*nothing)
    return pc.sum(both).as_py() or 0


def _count_outside(drafts: pa.Table) -> int:
    """Return how many points lie outside the country that their row names, however exact they are meant to be."""
    if "search" in drafts.column_names:
        return 0
    known = pc.and_(pc.is_valid(drafts["country"]), pc.invert(pc.is_nan(drafts["lon"])))
    some = drafts.select(["country", "lon", "lat", "radius_km"]).filter(known)
    if not some.num_rows:
        return 0
    lon, lat, radius = (some[name].to_numpy() for name in ("lon", "lat", "radius_km"))
    return load_areas().count_outside(some["country"].to_pylist(), lon, lat, radius)

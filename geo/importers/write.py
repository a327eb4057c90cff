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
from geo.importers.spool import PIECE_ROWS, Spool, find_splits, to_bins, year_of
from geo.importers.stage import NO_YEAR

ROW_GROUP = 16_384  # a small box is read four times as fast as with 64 k, and an import needs little memory
DIRECT = 2 * PIECE_ROWS  # rows that are sorted at once; more are divided
PIECES_PER_FILE = 40  # a million rows a file: few to open, several to write at a time
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


class Piece(NamedTuple):
    """Rows that are sorted and stored together: where they wait, those of the file and those of before."""

    new: Spool
    old: Spool
    number: int

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.new.counts[self.number] + self.old.counts[self.number]


class Job(NamedTuple):
    """One file to write: its year, and its pieces in the order of places."""

    year: int
    pieces: tuple[Piece, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(piece.rows for piece in self.pieces)


def plan_files(new: Spool, old: Spool, folder: Path) -> list[Job]:
    """Return the files to write; the rows of a place where more came than was expected are divided again."""
    years: dict[int, list[Piece]] = {}
    for number in sorted(new.counts.keys() | old.counts.keys()):
        piece = Piece(new, old, number)
        years.setdefault(year_of(number), []).extend(
            [piece] if piece.rows <= DIRECT else _share_out(piece, folder / str(number))
        )
    jobs = []
    for year, pieces in years.items():
        size = min(PIECES_PER_FILE, -(-len(pieces) // THREADS))
        jobs += [Job(year, tuple(pieces[start : start + size])) for start in range(0, len(pieces), size)]
    return jobs


def _share_out(piece: Piece, folder: Path) -> list[Piece]:
    splits = find_splits(piece.new.bins.get(piece.number, 0) + piece.old.bins.get(piece.number, 0))
    spools = []
    folder.mkdir()
    for name, spool in (("new", piece.new), ("old", piece.old)):
        shared = Spool(folder / name, packed=spool.packed)
        for rows in spool.read(piece.number):
            shared.add(rows, np.searchsorted(splits, to_bins(rows["key"].to_numpy()), side="right"))
        shared.finish()
        spools.append(shared)
    return [Piece(*spools, number) for number in range(len(splits) + 1)]


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
            for piece in job.pieces:
                for drafts, stored in _read(piece, losers):
                    for table, out, several in _finish(drafts, stored, origin, measured):
                        writer.write_table(table, row_group_size=ROW_GROUP)
                        rows, outside = rows + table.num_rows, outside + out
                        parts.append(several)
                    kept += stored.num_rows
                    undated += _count_none(drafts, "start", "end")
                    unplaced += _count_none(drafts, "lon", "shape")
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


def _read(piece: Piece, losers: np.ndarray) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield new and stored rows that belong together, cut where too many share one coarse place."""
    stored = _together(piece.old.read(piece.number))
    waiting: list[pa.Table] = []
    for rows in piece.new.read(piece.number):
        lost = np.isin(rows["seq"].to_numpy(), losers, assume_unique=True) if len(losers) else np.zeros(1, dtype=bool)
        waiting.append(rows.filter(pa.array(~lost)) if lost.any() else rows)
        if sum(map(len, waiting)) >= DIRECT:
            yield _together(waiting), stored.slice(0, 0)
            waiting = []
    for start in range(DIRECT, stored.num_rows, DIRECT):
        yield _together([]), stored.slice(start, DIRECT)
    yield _together(waiting), stored.slice(0, DIRECT)


def _together(tables: Iterable[pa.Table]) -> pa.Table:
    some = list(tables)
    return (
        pa.concat_tables(some, promote_options="default").combine_chunks()
        if some
        else pa.table({"key": pa.array([], pa.int64())})
    )


def _finish(
    drafts: pa.Table, stored: pa.Table, origin: Origin, measured: Measured | None
) -> Iterator[tuple[pa.Table, int, pa.Table]]:
    """Yield the rows to store in the order of their places, how many points are outside their country, the places."""
    order = np.argsort(drafts["key"].to_numpy(), kind="stable")
    finished = _finish_drafts(drafts, order, origin, measured)
    if not stored.num_rows:
        yield from finished  # one after the other: what is stored is twice as large as the drafts
        return
    tables, outside, parts = zip(*finished, strict=True) if drafts.num_rows else ((), (), ())
    table = pa.concat_tables([*tables, stored.select(FILE_SCHEMA.names).cast(FILE_SCHEMA)]).combine_chunks()
    keys = np.concatenate((drafts["key"].to_numpy()[order], stored["key"].to_numpy()))
    yield table.take(pa.array(np.argsort(keys, kind="stable"))), sum(outside), pa.concat_tables([no_parts(), *parts])


def _finish_drafts(
    drafts: pa.Table, order: np.ndarray, origin: Origin, measured: Measured | None
) -> Iterator[tuple[pa.Table, int, pa.Table]]:
    """Yield drafts as they are stored, in some order; rows of our own exports are that already."""
    for start in range(0, drafts.num_rows, FINISH_ROWS):
        some = drafts.take(pa.array(order[start : start + FINISH_ROWS]))
        if "search" in drafts.column_names:
            yield some.select(FILE_SCHEMA.names).cast(FILE_SCHEMA), 0, no_parts()
        else:
            table, several = finish(some, origin, measured)
            yield table, _count_outside(some), several


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
    known = pc.and_(pc.is_valid(drafts["country"]), pc.invert(pc.is_nan(drafts["lon"])))
    some = drafts.select(["country", "lon", "lat", "radius_km"]).filter(known)
    if not some.num_rows:
        return 0
    lon, lat, radius = (some[name].to_numpy() for name in ("lon", "lat", "radius_km"))
    return load_areas().count_outside(some["country"].combine_chunks(), lon, lat, radius)

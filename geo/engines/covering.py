"""The covering file of a large dataset: what maps, counts and histograms ask of an event, all years by place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.datasets import PARTS
from geo.engines.views import FIRST_PART_SCHEMA, SIDES
from geo.flat import EVENTS_SCHEMA, PARTS_SCHEMA, choose_compression
from geo.grid import to_hilbert

# Made beside the files of a dataset; names that begin with _ are no data to Spark.
COVERING = "_covering.parquet"
FROM_ROWS = 400_000  # pays from 50,000 on, but making it holds up to 160 bytes a row, 100 MB at most for 36 years
FILE_SHIFT = 32  # a spot is the number of the file and, below it, the number of the row
ROW_GROUP = 32_768  # a small box is read faster with 16 k; but every question looks at all groups before it is planned,
MOST_GROUPS = 400  # so very large data has larger ones: 600 cost 10 ms more
GROUPS_PER_TILE = 2  # a tile is one place of the map with all its years, its groups have some years each
SAMPLE = 32  # of so many neighbours one tells how far a file has come along the curve

_WORDS = ("dataset", "kind", "status", "date_precision", "location_precision", "border", "source_name")
_WORDS += ("part_precision", "part_border", "part_area")
_LISTS = ("countries",)
_VALUES = ("start", "end", "published", "border_km", "border_at_km", "main", "lon", "lat", "mx", "my")
_VALUES += ("parts", "part_radius_km", *(f"part_{side}" for side in SIDES))
_CODED = [*_WORDS, *(f"{name}.list.element" for name in _LISTS)]  # lists cannot be read so
_POINT = dict(zip(SIDES, ("lon", "lat", "lon", "lat"), strict=True))


def _schema() -> pa.Schema:
    known = pa.schema([*EVENTS_SCHEMA, *FIRST_PART_SCHEMA])
    word = pa.dictionary(pa.int32(), pa.string())
    fields = [*((name, word) for name in _WORDS), *((name, pa.list_(pa.string())) for name in _LISTS)]
    fields += [(name, known.field(name).type) for name in (*_VALUES, *SIDES, "id")]
    return pa.schema([*fields, ("spot", pa.int64())])


# Of the columns of the imported files those that are here. The sides are null for a point, `id` for what has one place.
SCHEMA = _schema()
_COMPRESSION = {path: codec.replace("zstd", "snappy") for path, codec in choose_compression(SCHEMA).items()}
_GIVEN = {*SCHEMA.names, "part", "part_lon", "part_lat", "part_mx", "part_my"} - {"id"}
UNCOVERED = frozenset((*EVENTS_SCHEMA.names, *PARTS_SCHEMA.names)) - _GIVEN  # columns of the views that it cannot give


def build_covering(folder: Path) -> None:
    """
    Write what most questions need of a dataset's events into one file, in the order of their places.

    Parameters
    ----------
    folder
        The dataset's state, with all its event files, each in the order of a Hilbert curve as imports write them: they
        are merged, a few rows of each at a time, so that memory does not grow with the data. It gets `COVERING`.
    """
    paths = sorted(folder.glob("year=*/[!_]*.parquet"))  # as geo.datasets.Dataset.paths numbers them
    samples = [_sample(path) for path in paths]
    several = (folder / PARTS).exists()
    with ExitStack() as stack:
        files = [stack.enter_context(pq.ParquetFile(path, read_dictionary=_WORDS, pre_buffer=False)) for path in paths]
        group = max(ROW_GROUP, sum(file.metadata.num_rows for file in files) // MOST_GROUPS)
        splits = np.sort(np.concatenate(samples))[:: max(1, GROUPS_PER_TILE * group // SAMPLE)][1:]
        rows = [
            _cut(_read(file, number, several=several), np.searchsorted(sample, splits) * SAMPLE)
            for number, (file, sample) in enumerate(zip(files, samples, strict=True))
        ]
        with (folder / COVERING).open("xb") as target:
            with _open_writer(target) as writer:
                for tile in zip(*rows, strict=True):
                    for table in _together(tile, 2 * GROUPS_PER_TILE * group):
                        writer.write_table(table, row_group_size=group)
            target.flush()
            os.fsync(target.fileno())


def _open_writer(target: BinaryIO) -> pq.ParquetWriter:
    return pq.ParquetWriter(target, SCHEMA, compression=_COMPRESSION, use_dictionary=_CODED, store_schema=False)


def _sample(path: Path) -> np.ndarray:
    """Return how far along the curve a file has come at every so many rows; what has no place does not go on."""
    found = [np.zeros(0, "int64")]
    with pq.ParquetFile(path, pre_buffer=False) as file:
        offset = 0
        for batch in file.iter_batches(columns=["mx", "my"]):
            some = batch.slice(-offset % SAMPLE)
            mx, my = (some[name].fill_null(0).to_numpy()[::SAMPLE] for name in ("mx", "my"))
            found.append(to_hilbert(mx, my))
            offset += len(batch)
    return np.maximum.accumulate(np.concatenate(found))


def _read(file: pq.ParquetFile, number: int, *, several: bool) -> Iterator[pa.Table]:
    """Yield a file's rows as they are stored, a row group at a time; `several` if some events have several places."""
    first = number << FILE_SHIFT
    names = [name for name in SCHEMA.names if name != "spot" and (several or name != "id")]
    for group in range(file.num_row_groups):
        yield _to_stored(file.read_row_group(group, columns=names, use_threads=False), first)
        first += file.metadata.row_group(group).num_rows


def _to_stored(table: pa.Table, first: int) -> pa.Table:
    """Return rows of an event file, the first of which has some spot, as they are stored."""
    columns = {name: table[name].combine_chunks() for name in table.column_names}
    columns |= _blank(columns)
    columns["id"] = _ids(columns) if "id" in columns else pa.nulls(len(table), pa.string())
    columns["spot"] = pa.array(np.arange(first, first + len(table)))
    return pa.table([columns[name] for name in SCHEMA.names], names=SCHEMA.names).cast(SCHEMA)


def _ids(columns: dict[str, pa.Array]) -> pa.Array:
    """Return the ids by which the places of events with several are found."""
    return pc.if_else(pc.greater(columns["parts"], 1), columns["id"], None)


def _blank(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return the sides of what is larger than a point; of the others, which are the most, null."""
    larger = pc.greater(columns["parts"], 1)
    for side, axis in _POINT.items():
        larger = pc.or_kleene(larger, pc.not_equal(columns[side], columns[axis]))
    if not pc.any(larger).as_py():
        return dict.fromkeys(SIDES, pa.nulls(len(larger), pa.float64()))
    return {side: pc.if_else(larger, columns[side], None) for side in SIDES}


def _cut(tables: Iterator[pa.Table], stops: np.ndarray) -> Iterator[Iterator[pa.Table]]:
    """Yield the rows up to each stop, and at last the rest; each is to be taken before the next."""
    waiting, at = SCHEMA.empty_table(), 0

    def take(count: float) -> Iterator[pa.Table]:
        nonlocal waiting, at
        while count > 0:
            if not len(waiting):
                waiting = next(tables, None)
                if waiting is None:
                    waiting = SCHEMA.empty_table()
                    return
            some = waiting.slice(0, int(min(count, len(waiting))))
            waiting = waiting.slice(len(some))
            at, count = at + len(some), count - len(some)
            yield some

    for stop in stops:
        yield take(stop - at)
    yield take(np.inf)


def _together(tile: Sequence[Iterator[pa.Table]], most: int) -> Iterator[pa.Table]:
    """Yield the rows of a tile, file after file, about `most` at once: very many may share one place."""
    waiting, count = [], 0
    for tables in tile:
        for table in tables:
            waiting.append(table)
            count += len(table)
            if count >= most:
                yield pa.concat_tables(waiting).unify_dictionaries()
                waiting, count = [], 0
    if waiting:
        yield pa.concat_tables(waiting).unify_dictionaries()

"""Between reading and storing: usable rows as they are put aside, and the others with the reason."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.grid import WORLD_BITS, to_mercator
from geo.importers.batch import Bad, Batch
from geo.importers.cells import Cells, pack
from geo.importers.columns import Text, filled, join
from geo.importers.draft import Draft, Fault
from geo.importers.rows import to_line

HILBERT_BITS = 16  # places closer than 600 m need no order
_ORIGINAL = re.compile(r"o\d+|zero|year")
NO_YEAR = 0  # stands for undated rows


class Reject(NamedTuple):
    """A row that was not imported; `kind` is the reason without the row's own values."""

    line: int
    kind: str
    reason: str
    text: str


def to_staged(draft: Draft, batch: Batch, dataset: str, *, first: int) -> tuple[pa.Table, list[Reject]]:
    """
    Return the usable rows of a batch with their originals, ready to be put aside, and the others with the reason.

    Parameters
    ----------
    first
        The number of the batch's first row in the file; a later row wins over an earlier one with its id.
    """
    rows = len(batch)
    _mend_shapes(draft)
    reason, kind, value = _first_faults(draft, rows)
    keep = pa.array(kind < 0)
    points, dates, spots = draft.points, draft.dates, draft.spots
    columns: dict[str, pa.Array] = {
        "id": _ids(draft, batch, dataset),
        "title": draft.title,
        "kind": draft.kind,
        "status": draft.status,
        "start": dates.start,
        "end": dates.end,
        "date_precision": dates.precision,
        "actors": draft.actors,
        "place": draft.place,
        "country": draft.country,
        "lon": pa.array(points.lon),
        "lat": pa.array(points.lat),
        "radius_km": pa.array(spots.radius_km),
        "location_precision": spots.precision,
        "area": spots.area,
        "reason": spots.reason,
        "source_name": draft.source_name,
        "source_url": draft.source_url,
        "published": pa.nulls(rows, pa.date32()) if draft.published is None else draft.published,
        "shape": _shapes(draft, rows),
        "line": pa.array(batch.lines),
        "seq": pa.array(np.arange(first, first + rows, dtype=np.int64)),
        "zero": pa.array(points.zero),
        "key": pa.array(hilbert(points.lon, points.lat)),
        "year": pc.fill_null(pc.cast(pc.year(pc.coalesce(dates.start, dates.end)), pa.int32()), NO_YEAR),
    }
    columns |= _originals(batch)
    rejected = [
        Reject(int(batch.lines[row]), reason[kind[row]], f"{reason[kind[row]]}: {value[row]!r:.100}", _line(batch, row))
        for row in np.flatnonzero(kind >= 0)
    ]
    table = pa.table(columns)
    return table.filter(keep) if rejected else table, [*(_reject(bad) for bad in batch.bad), *rejected]


def _originals(batch: Batch) -> dict[str, pa.Array]:
    """Return what to keep of the rows as they were, and the texts by which they are the same as others."""
    if batch.extra is not None:
        return {"extra": batch.extra}
    cells = batch.columns if isinstance(batch.columns, Cells) else pack(batch.columns)
    return {"cells": cells.rows} | {f"o{number}": run for number, run in enumerate(cells.runs(OWN))}


def as_staged(flat: pa.Table, lines: np.ndarray, first: int) -> pa.Table:
    """Return rows of our own exports, which are as they are stored, with what staged rows have beside."""
    lon, lat = (flat[name].fill_null(float("nan")).to_numpy() for name in ("lon", "lat"))
    year = pc.fill_null(pc.cast(pc.year(pc.coalesce(flat["start"], flat["end"])), pa.int32()), NO_YEAR)
    added = {
        "line": pa.array(lines),
        "seq": pa.array(np.arange(first, first + len(lines), dtype=np.int64)),
        "zero": pa.array(np.zeros(len(lines), dtype=bool)),
        "key": pa.array(hilbert(lon, lat)),
        "year": year,
    }
    for column, values in added.items():
        flat = flat.append_column(column, values)
    return flat


def lighten(staged: pa.Table) -> pa.Table:
    """Return staged rows without what only reading needs: the texts to compare rows by, and the marks."""
    return staged.drop_columns([name for name in staged.column_names if _ORIGINAL.fullmatch(name)])


def _reject(bad: Bad) -> Reject:
    kind = "wrong number of cells" if " cells; expected " in bad.reason else "cannot be read"
    return Reject(bad.line, kind, bad.reason, bad.text)


def _first_faults(draft: Draft, rows: int) -> tuple[list[str], np.ndarray, dict[int, object]]:
    """Return the reasons, which of them rules out each row (-1: none), and the offending cells by row."""
    faults = [_repeated_header(draft), _blank(draft), *draft.all_faults()]
    kind = np.full(rows, -1)
    value: dict[int, object] = {}
    for number, fault in enumerate(faults):
        for row in np.flatnonzero(fault.rows & (kind < 0)) if fault.rows.any() else ():
            kind[row], value[int(row)] = number, fault.value[int(row)].as_py()
    return [fault.reason for fault in faults], kind, value


def _blank(draft: Draft) -> Fault:
    """Return the rows that say neither when nor where, nor who they are."""
    when = pc.or_(pc.is_valid(draft.dates.start), pc.is_valid(draft.dates.end)).to_numpy(zero_copy_only=False)
    where = ~np.isnan(draft.points.lon) | draft.points.zero | filled(pc.fill_null(draft.place, ""))
    if draft.shapes is not None:
        where |= ~shapely.is_missing(draft.shapes)
    said = any(fault.rows.any() for fault in draft.all_faults()) and np.any(
        [f.rows for f in draft.all_faults()], axis=0
    )
    return Fault(
        ~when & ~where & ~filled(draft.native) & ~np.asarray(said), "says neither when nor where", draft.native
    )


def _repeated_header(draft: Draft) -> Fault:
    header = pc.is_in(pc.utf8_lower(draft.native), pa.array(ID_HEADERS)).to_numpy(zero_copy_only=False)
    return Fault(header, "repeats the header", draft.native)


ID_HEADERS = ("id", "event_id_cnty", "event_id", "data_id", "globaleventid", "#event+id", "#meta+id")
OWN = (*ID_HEADERS, "relid", "timestamp")  # columns in which rows that are otherwise the same may differ


def _ids(draft: Draft, batch: Batch, dataset: str) -> Text:
    """Return stable ids: the dataset and the source's own id, or a digest of the row where it has none."""
    ids = join(f"{dataset}:", draft.native)
    without = np.flatnonzero(~filled(draft.native))
    if not len(without):
        return ids
    made = [f"{dataset}:~{hashlib.blake2b(_line(batch, row).encode(), digest_size=8).hexdigest()}" for row in without]
    mask = np.zeros(len(draft), dtype=bool)
    mask[without] = True
    return pc.replace_with_mask(ids, pa.array(mask), pa.array(made, pa.string()))


def _line(batch: Batch, row: int) -> str:
    if batch.extra is not None:
        shape = "" if batch.shapes is None or batch.shapes[row] is None else shapely.to_wkt(batch.shapes[row])
        return batch.extra[int(row)].as_py() + shape
    if isinstance(batch.columns, Cells):
        return to_line(batch.columns.row(row))
    return to_line(column[int(row)].as_py() for column in batch.columns.values())


def _mend_shapes(draft: Draft) -> None:
    """Make valid what crosses itself; what lies outside the world is a fault."""
    if draft.shapes is None:
        return
    broken = ~shapely.is_valid(draft.shapes) & ~shapely.is_missing(draft.shapes)
    draft.shapes[broken] = shapely.make_valid(draft.shapes[broken])
    west, south, east, north = shapely.bounds(draft.shapes).T
    with np.errstate(invalid="ignore"):
        out = ~shapely.is_missing(draft.shapes) & ~((west >= -180) & (east <= 180) & (south >= -90) & (north <= 90))
    draft.faults.append(Fault(out, "geometry outside the world", draft.title))


def _shapes(draft: Draft, rows: int) -> pa.Array:
    if draft.shapes is None:
        return pa.nulls(rows, pa.binary())
    return pa.array(shapely.to_wkb(draft.shapes, byte_order=1), pa.binary())


def hilbert(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """
    Return where each point lies along a Hilbert curve over the Web-Mercator square; what has no place comes last.

    The curve is the usual one (Hilbert 1891; the bitwise loop after Hamilton and Rau-Chaplin 2008).
    """
    nowhere = np.isnan(lon)
    mx, my = to_mercator(np.where(nowhere, 0, lon), np.where(nowhere, 0, lat))
    shift = WORLD_BITS - HILBERT_BITS
    x, y = (mx >> shift).astype("int64"), (my >> shift).astype("int64")
    key = np.zeros(len(x), dtype="int64")
    side = 1 << (HILBERT_BITS - 1)
    while side:
        right, low = (x & side) > 0, (y & side) > 0
        key = key * 4 + ((3 * right) ^ low)
        flip = right & ~low
        x, y = (
            np.where(flip, side - 1 - (x & (side - 1)), x & (side - 1)),
            np.where(flip, side - 1 - (y & (side - 1)), y & (side - 1)),
        )
        x, y = np.where(low, x, y), np.where(low, y, x)
        side >>= 1
    return np.where(nowhere, (1 << (2 * HILBERT_BITS)) - 1, key)

"""GeoParquet 1.1 with a bbox covering and the receipt in its metadata, and back into the one table without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from geo.errors import InvalidRecord
from geo.exports.chunks import SCHEMA, Chunk
from geo.exports.jsontexts import to_json
from geo.exports.receipt import Ledger
from geo.features import CRS, OBJECTS, check_features, from_columns

VERSION = "1.1.0"  # geoparquet.org/releases/v1.1.0
RECEIPT = b"borderwatch"  # the key of the receipt in the file's metadata
_SIDES = ("xmin", "ymin", "xmax", "ymax")
_BBOX = pa.struct([(side, pa.float64()) for side in _SIDES])
FILE_SCHEMA = SCHEMA.append(pa.field("bbox", _BBOX))


def write_geoparquet(path: Path, chunks: Iterable[Chunk], ledger: Ledger) -> None:
    """Write chunks as they come; what is known only after the last (extent, receipt) goes into the file's footer."""
    kinds: set[str] = set()
    # Without Arrow's own copy of the schema, which would hide what is added at the end from Arrow's readers.
    with pq.ParquetWriter(path, FILE_SCHEMA, compression="zstd", store_schema=False) as writer:
        for chunk in chunks:
            ledger.add(chunk)
            kinds |= _kinds(chunk)
            writer.write_batch(_with_boxes(chunk))
        writer.add_key_value_metadata({b"geo": _about(kinds, ledger), RECEIPT: to_json(ledger.receipt())})


def _with_boxes(chunk: Chunk) -> pa.RecordBatch:
    boxes = chunk.boxes()
    sides = [pa.array(side) for side in boxes.T]
    missing = pa.array(np.isnan(boxes).any(axis=1))
    covering = pa.StructArray.from_arrays(sides, fields=list(_BBOX), mask=missing)
    return pa.RecordBatch.from_arrays([*chunk.rows.columns, covering], schema=FILE_SCHEMA)


def _kinds(chunk: Chunk) -> set[str]:
    found = {shape.geom_type for shape in chunk.others if shape is not None}
    return found | ({"Point"} if chunk.is_point.any() else set())


def _about(kinds: set[str], ledger: Ledger) -> str:
    """Return the ``geo`` metadata of the standard."""
    column = {
        "encoding": "WKB",
        "geometry_types": sorted(kinds),
        "crs": json.loads(pyproj.CRS(CRS).to_json()),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
    }
    box = ledger.extent.box()
    if box:
        column["bbox"] = box
    return to_json({"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}})


def read_geoparquet(path: Path | str) -> gpd.GeoDataFrame:
    """
    Read a file that `write_geoparquet` made back into the one table with the column `match`, in the file's order.

    Raises
    ------
    InvalidRecord
        When the file is not one of ours: no Parquet, other columns, or values that break the rules.
    """
    try:
        names = [*SCHEMA.names]
        columns = pq.read_table(path, columns=names, partitioning=None).cast(SCHEMA).to_pydict()
        columns["geometry"] = list(shapely.from_wkb(columns["geometry"]))
        for name in OBJECTS:
            columns[name] = [json.loads(text) for text in columns[name]]
        rows = from_columns(columns)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        raise InvalidRecord(f"{path} is not a GeoParquet file that Borderwatch wrote ({error!r:.200}).") from error
    check_features(rows)
    return rows

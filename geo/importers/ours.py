"""Files that our own export wrote, GeoJSON and GeoParquet, back into the rows they were, without loss."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geo.errors import InvalidRecord, UnreadableFile
from geo.features import COLUMNS, DATES, NUMBERS, OBJECTS, check_columns, from_columns, tidy_geometry
from geo.flat import flatten
from geo.importers.batch import Bad
from geo.importers.geojson import read_features

BATCH = 2_000  # events
PROPERTIES = tuple(name for name in COLUMNS if name not in ("id", "geometry"))


class Piece(NamedTuple):
    """Some events as flat rows, all their places, the line each began on, and the broken ones."""

    events: pa.Table
    places: pa.Table
    lines: np.ndarray
    bad: list[Bad]


def is_ours(feature: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Return whether a GeoJSON feature has all the properties that our export writes."""
    return isinstance(feature, dict) and "id" in feature and set(PROPERTIES) <= set(feature.get("properties") or ())


def is_our_parquet(path: Path) -> bool:
    """
    Return whether a Parquet file has all the columns of the one table.

    Raises
    ------
    UnreadableFile
        When it is no Parquet at all.
    """
    try:
        return set(COLUMNS) <= set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"{path} cannot be read as Parquet ({error}).") from error


def read_ours(path: Path, *, dataset: str | None) -> Iterator[Piece]:
    """
    Yield the events of a file that our export wrote.

    Parameters
    ----------
    dataset
        What to call the rows' dataset; None: as the file says.
    """
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    found = _read_parquet(path) if is_parquet else read_features(path)
    read = _read_row if is_parquet else _read_feature
    while some := list(itertools.islice(found, BATCH)):
        rows = [_row(read, item) for _, item in some]
        if dataset is not None:
            rows = [row if isinstance(row, str) else row | {"dataset": dataset} for row in rows]
        if any(isinstance(row, str) for row in rows) or _fault(rows):
            rows = [row if isinstance(row, str) else _fault([row]) or row for row in rows]
        bad = [
            Bad(line, row, json.dumps(item, ensure_ascii=False, default=str))
            for (line, item), row in zip(some, rows, strict=True)
            if isinstance(row, str)
        ]
        good = [(line, row) for (line, _), row in zip(some, rows, strict=True) if isinstance(row, dict)]
        table = from_columns({name: [row[name] for _, row in good] for name in COLUMNS})
        table["geometry"] = tidy_geometry(table.geometry)
        yield Piece(*flatten(table), np.array([line for line, _ in good], dtype=np.int64), bad)


def _read_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = (
        row for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=list(COLUMNS)) for row in batch.to_pylist()
    )
    return enumerate(rows, 1)


def _row(read: Any, item: Any) -> dict[str, Any] | str:  # noqa: ANN401 - JSON is anything
    """Return one row of the one table, or what is wrong with it."""
    try:
        row = read(item)
        return row | {name: float("nan") if row[name] is None else row[name] for name in NUMBERS}
    except (ValueError, TypeError, AttributeError, KeyError, shapely.errors.ShapelyError) as error:
        return f"is no event that Borderwatch wrote ({error!s:.100})"


def _read_feature(feature: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is anything
    row = {name: feature["properties"][name] for name in PROPERTIES}
    geometry = feature.get("geometry")
    row |= {"id": feature["id"], "geometry": None if geometry is None else shapely.from_geojson(json.dumps(geometry))}
    return row | {name: None if row[name] is None else date.fromisoformat(row[name]) for name in DATES}


def _read_row(row: dict[str, Any]) -> dict[str, Any]:
    found = row | {name: json.loads(row[name]) for name in OBJECTS}
    return found | {"geometry": None if row["geometry"] is None else shapely.from_wkb(row["geometry"])}


def _fault(rows: list[Any]) -> str | None:
    """Return the last line of what is wrong with rows of the one table, or None."""
    try:
        check_columns({name: [row[name] for row in rows] for name in COLUMNS})
    except InvalidRecord as error:
        return str(error).splitlines()[-1]
    except (TypeError, ValueError) as error:
        return f"breaks the rules of the table ({error!s:.100})"
    return None

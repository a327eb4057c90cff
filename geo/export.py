"""Features to GeoJSON (RFC 7946) with a receipt, and back without loss."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import __version__
from geo.errors import InvalidRecord, StoreError
from geo.features import COLUMNS, DATES, NUMBERS, OBJECTS, check_features, from_columns, tidy_geometry
from geo.query import Counts, Query

MATCHES = ("yes", "possible")
_PROPERTIES = (*(name for name in COLUMNS if name not in ("id", "geometry")), "match")


def write_geojson(path: Path | str, rows: gpd.GeoDataFrame, *, query: Query, counts: Counts, now: datetime) -> None:
    """
    Write `to_geojson` to a file: whole, or (after an error or a kill) not at all.

    Raises
    ------
    StoreError
        When the file cannot be written; one that was there before is unchanged.
    """
    content = to_geojson(rows, query=query, counts=counts, now=now)
    try:
        _replace_file(Path(path), content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error}); what was there before is unchanged.") from error


def to_geojson(rows: gpd.GeoDataFrame, *, query: Query, counts: Counts, now: datetime) -> bytes:
    """
    Return rows as a GeoJSON FeatureCollection by RFC 7946; the same rows give the same bytes but for the time.

    Parameters
    ----------
    rows
        As `Engine.rows` gives them for the query: the one table with the column `match`.
    query, counts
        What was asked, and how many events it leaves where; both go into the receipt.
    now
        When this is made, with its time zone; goes into the receipt.

    Returns
    -------
    geojson
        UTF-8, a feature per line in order of start and id; longitude, latitude with at most 7 decimals; null for an
        unknown place; the columns as properties. The foreign member ``receipt`` has query, counts, generated,
        version and the sources with their licences.

    Raises
    ------
    InvalidRecord
        When the table breaks its rules, `match` is missing, or `now` has no time zone.
    """
    if "match" not in rows.columns or not rows["match"].isin(MATCHES).all():
        raise InvalidRecord(f"The rows to export need a column match with one of {', '.join(MATCHES)}.")
    if now.tzinfo is None:
        raise InvalidRecord(f"now={now} has no time zone; expected an aware datetime, best in UTC.")
    check_features(rows)
    rows = rows.assign(geometry=tidy_geometry(rows.geometry)).iloc[_order(rows)]
    receipt = {
        "query": query.to_params(),
        "counts": counts._asdict(),
        "generated": now.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "version": __version__,
        "sources": _sources(rows),
    }
    box = find_bbox(rows.geometry)
    head = '{"type":"FeatureCollection",\n' + (f'"bbox":{_json(box)},\n' if box else "")
    body = '"features":[\n' + ",\n".join(_features(rows)) + "\n],\n"
    return (head + body + f'"receipt":{_json(receipt)}}}\n').encode()


def _order(rows: gpd.GeoDataFrame) -> list[int]:
    keys = list(zip(rows["start"], rows["id"], strict=True))
    return sorted(range(len(keys)), key=lambda i: (keys[i][0] is None, keys[i][0] or date.min, keys[i][1]))


def _plain(value: object) -> object:
    """Return what JSON has for values that it does not know: days as ISO 8601, NumPy's numbers as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON")


# Kept, because json.dumps would make a new encoder for every value.
_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode
_json_sorted = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain, sort_keys=True
).encode


def _features(rows: gpd.GeoDataFrame) -> Iterator[str]:
    geometries = shapely.to_geojson(rows.geometry.to_numpy())
    columns = [_property(name, rows[name]) for name in _PROPERTIES]
    for event_id, geometry, *values in zip(rows["id"], geometries, *columns, strict=True):
        texts = ",".join(f'"{name}":{value}' for name, value in zip(_PROPERTIES, values, strict=True))
        yield f'{{"type":"Feature","id":{_json(event_id)},"geometry":{geometry or "null"},"properties":{{{texts}}}}}'


def _property(name: str, column: pd.Series) -> Iterator[str]:
    """Return a column's values as JSON texts, the same for equal values."""
    if name in NUMBERS:
        return ("null" if np.isnan(value) else _json(float(value)) for value in column)
    return map(_json_sorted if name in OBJECTS else _json, column)


def _sources(rows: gpd.GeoDataFrame) -> list[dict[str, str | None]]:
    triples = set(zip(rows["source_name"], rows["source_url"], rows["licence"], strict=True))
    known = sorted((t for t in triples if any(t)), key=lambda t: tuple(part or "" for part in t))
    return [dict(zip(("name", "url", "licence"), t, strict=True)) for t in known]


def find_bbox(geometry: gpd.GeoSeries) -> list[float] | None:
    """
    Return west, south, east, north around geometries (RFC 7946 §5); None when there is none.

    Where something was cut at the antimeridian (it touches both 180 and -180), the box goes across it, with
    west > east, as narrow as can be.
    """
    boxes = shapely.bounds(geometry.to_numpy())
    boxes = boxes[~np.isnan(boxes).any(axis=1)]
    if not len(boxes):
        return None
    west, south, east, north = (float(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)))
    if (boxes[:, 0] == -180).any() and (boxes[:, 2] == 180).any():
        west, east = _across(shapely.bounds(shapely.get_parts(geometry.to_numpy())))
    return [west, south, east, north]


def _across(boxes: np.ndarray) -> tuple[float, float]:
    """Return the west and east of the narrowest span that holds all boxes: the world without its widest gap."""
    spans = sorted((float(box[0]), float(box[2])) for box in boxes)
    reach, gap = spans[0][1], (0.0, -180.0, 180.0)
    for west, east in spans:
        gap = max(gap, (west - reach, west, reach), key=lambda g: g[0])
        reach = max(reach, east)
    return gap[1], gap[2]


def read_geojson(path: Path | str) -> gpd.GeoDataFrame:
    """
    Read a file that `write_geojson` made back into the table that was written, in the file's order.

    Raises
    ------
    InvalidRecord
        When the file is not one of ours: no JSON, no FeatureCollection, or without our properties.
    """
    try:
        content = json.loads(Path(path).read_bytes())
        features = content["features"]
        columns: dict[str, list[Any]] = {name: [f["properties"][name] for f in features] for name in _PROPERTIES}
        columns["id"] = [f["id"] for f in features]
        columns["geometry"] = [_read_geometry(f["geometry"]) for f in features]
        for name in DATES:
            columns[name] = [None if text is None else date.fromisoformat(text) for text in columns[name]]
        rows = from_columns(columns)
    except (ValueError, KeyError, TypeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise InvalidRecord(f"{path} is not a GeoJSON file that Borderwatch wrote ({error!r:.200}).") from error
    check_features(rows)
    return rows


def _read_geometry(value: dict[str, Any] | None) -> shapely.Geometry | None:
    return None if value is None else shapely.from_geojson(json.dumps(value))


def _replace_file(path: Path, content: bytes) -> None:
    """Put a file in place in one step that survives a power cut: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""Features to GeoJSON (RFC 7946) with a receipt, and back without loss; `geo.exports` has the other formats."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geo.errors import InvalidRecord
from geo.exports import geojson
from geo.exports.chunks import MATCHES, chunk_of
from geo.exports.files import replacing
from geo.exports.jsontexts import PROPERTIES
from geo.exports.receipt import Ledger
from geo.features import DATES, check_features, from_columns
from geo.query import Counts, Query


def write_geojson(path: Path | str, rows: gpd.GeoDataFrame, *, query: Query, counts: Counts, now: datetime) -> None:
    """
    Write `to_geojson` to a file: whole, or (after an error or a kill) not at all.

    Raises
    ------
    StoreError
        When the file cannot be written; one that was there before is unchanged.
    """
    content = to_geojson(rows, query=query, counts=counts, now=now)
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(content)


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
        unknown place; the columns as properties. The foreign member ``receipt`` is what
        `geo.exports.receipt.Ledger.receipt` says.

    Raises
    ------
    InvalidRecord
        When the table breaks its rules, `match` is missing, or `now` has no time zone.
    """
    if "match" not in rows.columns or not rows["match"].isin(MATCHES.values()).all():
        raise InvalidRecord(f"The rows to export need a column match with one of {', '.join(MATCHES.values())}.")
    ledger = Ledger(query, counts._asdict(), now)
    check_features(rows)
    return b"".join(geojson.to_geojson([chunk_of(rows.iloc[_order(rows)])], ledger))


def _order(rows: gpd.GeoDataFrame) -> list[int]:
    keys = list(zip(rows["start"], rows["id"], strict=True))
    return sorted(range(len(keys)), key=lambda i: (keys[i][0] is None, keys[i][0] or date.min, keys[i][1]))


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
        columns: dict[str, list[Any]] = {name: [f["properties"][name] for f in features] for name in PROPERTIES}
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

"""The GeoPackage format on plain sqlite3: tables, geometry blobs, extent, and telling our file from a foreign one."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InvalidRecord, StoreError

# Numbers and table layouts: OGC 12-128r19, GeoPackage Encoding Standard 1.4
APPLICATION_ID = 0x47504B47  # "GPKG", §1.1.1.1.1
USER_VERSION = 10400  # 1.4.0
SCHEMA = 1  # of our own tables; raise it when they change
SRS = 4326
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # §2.1.3: none, xy, xyz, xym, xyzm
_HEADER = struct.Struct("<2sBBi4d")  # magic, version, flags, srs, then west east south north
_FLAGS_XY, _LITTLE_ENDIAN = 0b10, 0b1
_SQLITE = b"SQLite format 3\0"  # first 16 bytes of every SQLite 3 file (sqlite.org/fileformat.html)

_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def to_blob(geometry: BaseGeometry | None) -> bytes | None:
    """Return a geometry as a GeoPackage blob (header with envelope, then WKB), two-dimensional; None stays None."""
    if geometry is None:
        return None
    west, south, east, north = geometry.bounds
    header = _HEADER.pack(b"GP", 0, _FLAGS_XY | _LITTLE_ENDIAN, SRS, west, east, south, north)
    return header + shapely.to_wkb(geometry, byte_order=1, output_dimension=2)


def to_wkb(blob: bytes | None) -> bytes | None:
    """Return the WKB inside a GeoPackage blob, whoever wrote it (QGIS writes other envelopes than we do)."""
    if blob is None:
        return None
    envelope = blob[3] >> 1 & 0b111 if blob[:2] == b"GP" and len(blob) > 8 else len(_ENVELOPE_BYTES)
    if envelope >= len(_ENVELOPE_BYTES):
        raise InvalidRecord(f"A geometry begins with {bytes(blob[:8])!r}; expected a GeoPackage header (GP, flags).")
    return blob[8 + _ENVELOPE_BYTES[envelope] :]


def bounds(blobs: Iterable[bytes | None]) -> tuple[float, float, float, float] | None:
    """Return the (west, south, east, north) around geometry blobs; None when there is no geometry."""
    shapes = shapely.from_wkb(np.array([None, *map(to_wkb, blobs)], dtype="object"))  # None: also for no blob at all
    box = tuple(float(degrees) for degrees in shapely.total_bounds(shapes))
    return None if math.isnan(box[0]) else box


def allow_spatial_index(connection: sqlite3.Connection) -> None:
    """
    Define the functions that a spatial index's triggers call, so that a layer indexed in QGIS can still be written.

    They are those of the GeoPackage R-tree extension (Annex F.3); GDAL brings its own.
    """
    connection.create_function("ST_IsEmpty", 1, lambda blob: None if blob is None else int(bounds([blob]) is None))
    for side, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, lambda blob, side=side: None if blob is None else bounds([blob])[side])


def stamp(now: datetime) -> str:
    """Return a time as GeoPackage writes it, ``2024-04-18T09:30:00.000Z``; it must know its time zone."""
    if now.tzinfo is None:
        raise InvalidRecord(f"now={now} has no time zone; expected an aware datetime, best in UTC.")
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"


def is_ours(path: Path, connection: sqlite3.Connection) -> bool:
    """
    Tell whether the open file is a project of ours (True) or new and empty (False).

    Raises
    ------
    StoreError
        When it is something else: another database, another GeoPackage, or a project of a newer version.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return False
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID or not {"borderwatch", "events", "reports", "history"} <= tables:
        raise StoreError(f"{path} was not made by Borderwatch; move it away or choose another project folder.")
    (schema,) = connection.execute("SELECT max(schema) FROM borderwatch").fetchone()
    if schema != SCHEMA:
        raise StoreError(f"{path} has project schema {schema}; this version reads schema {SCHEMA}: update Borderwatch.")
    return True


def check_header(path: Path) -> None:
    """Raise StoreError when a file is there that SQLite cannot be meant for; nothing is changed by looking."""
    if not path.exists():
        return
    with path.open("rb") as file:
        start = file.read(len(_SQLITE))
    if start not in (b"", _SQLITE):
        raise StoreError(f"{path} begins with {start!r}; expected a GeoPackage. Restore a copy of it or move it away.")


def create(connection: sqlite3.Connection, tables: str, *, features: str, attributes: Iterable[str]) -> None:
    """
    Lay out an empty GeoPackage inside the caller's transaction.

    No spatial index: its triggers call functions that only GDAL brings, so a plain sqlite3 insert would fail.

    Parameters
    ----------
    tables
        The DDL of our own tables, statements ended by semicolons.
    features
        The table with the geometry column ``geom``.
    attributes
        The tables without geometry.
    """
    for statement in (_TABLES + tables).split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {USER_VERSION}")
    wgs84 = pyproj.CRS.from_epsg(SRS).to_wkt("WKT1_GDAL")
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian", -1, "NONE", -1, "undefined", None),  # these two are required, §1.1.2.1.2
            ("Undefined geographic", 0, "NONE", 0, "undefined", None),
            ("WGS 84 geodetic", SRS, "EPSG", SRS, wgs84, "longitude and latitude in degrees"),
        ],
    )
    contents = [(features, "features", SRS), *((name, "attributes", None) for name in attributes)]
    connection.executemany(
        "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id) VALUES (?1, ?1, ?2, ?3)", contents
    )
    connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', ?, 0, 0)", (features, SRS))
    connection.execute("CREATE TABLE borderwatch (schema INTEGER NOT NULL)")
    connection.execute("INSERT INTO borderwatch VALUES (?)", (SCHEMA,))


def note_change(
    connection: sqlite3.Connection, features: str, box: tuple[float, float, float, float] | None, now: datetime
) -> None:
    """Write the time of the last change, and widen the extent of the features to hold the box."""
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp(now),))
    if box is not None:
        connection.execute(
            "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), min_y = min(coalesce(min_y, ?2), ?2), "
            "max_x = max(coalesce(max_x, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5",
            (*box, features),
        )


def forget_extent(connection: sqlite3.Connection, features: str) -> None:
    """Clear the extent, before it is written anew by `note_change`."""
    connection.execute(
        "UPDATE gpkg_contents SET min_x = NULL, min_y = NULL, max_x = NULL, max_y = NULL WHERE table_name = ?",
        (features,),
    )

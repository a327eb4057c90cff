"""A GeoPackage of what is shown: written by GDAL with a spatial index, the receipt in its metadata table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from geo.errors import StoreError
from geo.exports.chunks import SCHEMA, Chunk
from geo.exports.jsontexts import property_texts, to_json
from geo.exports.receipt import Ledger
from geo.features import CRS, LISTS

LAYER = "events"
_LAYER_SCHEMA = pa.schema([pa.field(f.name, pa.string() if f.name in LISTS else f.type) for f in SCHEMA])

# OGC 12-128r19 (GeoPackage 1.4), Annex F.8: the extension that holds metadata
_METADATA = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_EXTENSION = "gpkg_metadata"
_DEFINITION = "http://www.geopackage.org/spec140/#extension_metadata"
RECEIPT_URI = "https://github.com/borderwatch#receipt"  # names what the metadata is; nothing needs to be there


def write_geopackage(path: Path, chunks: Iterable[Chunk], ledger: Ledger) -> None:
    """
    Write the layer `events`, lists and objects as JSON text, and the receipt as a row of ``gpkg_metadata``.

    GDAL writes the layer from a stream of Arrow batches, since that brings an R-tree that QGIS needs at a million
    features; plain sqlite3 puts the receipt in after GDAL let go of the file.

    Raises
    ------
    StoreError
        When GDAL cannot write the file.
    """
    import pyogrio  # noqa: PLC0415 - GDAL is slow to load, and only this format needs it

    source = _Source(chunks, ledger)
    reader = pa.RecordBatchReader.from_batches(_LAYER_SCHEMA, source)
    work = path.with_name(f"{path.name}.gpkg")  # GDAL warns at any other ending
    try:
        pyogrio.write_arrow(
            reader, work, layer=LAYER, driver="GPKG", geometry_name="geometry", geometry_type="Unknown", crs=CRS
        )
        with closing(sqlite3.connect(work)) as connection, connection:
            _write_receipt(connection, ledger)
        work.replace(path)
    except (RuntimeError, ValueError, pa.ArrowException, sqlite3.Error) as error:
        raise source.error or StoreError(f"{path} cannot be written ({error}).") from error
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            work.with_name(work.name + ending).unlink(missing_ok=True)


class _Source:
    """Feeds GDAL batch by batch, and keeps the error that stopped it, of which GDAL passes on a text only."""

    def __init__(self, chunks: Iterable[Chunk], ledger: Ledger) -> None:
        self._chunks, self._ledger = chunks, ledger
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for chunk in self._chunks:
                self._ledger.add(chunk)
                yield _to_layer(chunk)
        except BaseException as error:
            self.error = error
            raise


def _to_layer(chunk: Chunk) -> pa.RecordBatch:
    columns = {name: chunk.rows.column(name) for name in SCHEMA.names}
    columns |= {name: property_texts(name, columns[name]) for name in LISTS}
    # SQLite's texts end at NUL for many readers
    columns |= {
        field.name: pc.replace_substring(columns[field.name], "\0", "\ufffd")
        for field in _LAYER_SCHEMA
        if pa.types.is_string(field.type)
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in _LAYER_SCHEMA.names], schema=_LAYER_SCHEMA)


def _write_receipt(connection: sqlite3.Connection, ledger: Ledger) -> None:
    receipt = ledger.receipt()
    moment = receipt["generated"].replace("Z", ".000Z")
    for statement in _METADATA.split(";\n"):
        connection.execute(statement)
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
    connection.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(table, _EXTENSION, _DEFINITION) for table in ("gpkg_metadata", "gpkg_metadata_reference")],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'application/json', ?)", (RECEIPT_URI, to_json(receipt))
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", (moment,)
    )

"""GeoPackage as GDAL and plain SQLite read it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio
from geopandas import GeoDataFrame

from geo.query import Query
from tests.export_events import EVENTS, HOSTILE, export


def read(path: Path, sql: str) -> list[tuple]:
    """Return the rows of a statement."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_gdal_reads_every_event(tmp_path: Path) -> None:
    """Geometries of all kinds in one layer, with the system of reference, days and flags."""
    rows: GeoDataFrame = pyogrio.read_dataframe(export(tmp_path, "gpkg")[0], layer="events").set_index("id")
    assert rows.crs.to_epsg() == 4326
    placed = {event.id: event for event in EVENTS if event.geometry is not None}
    assert set(rows.index) == set(placed)
    assert all(rows.geometry[i].equals(event.geometry) for i, event in placed.items())
    assert (str(rows["start"]["e0"].date()), bool(rows["main"]["e0"])) == ("2024-04-15", True)
    assert json.loads(rows["actors"]["e0"]) == ["201st base", 'quoted "name"']
    assert json.loads(rows["extra"]["e0"]) == {"n": 1.5, "z": None, "a": [1, {"b": "c"}]}
    assert rows["title"]["e6"] == HOSTILE


def test_there_is_a_spatial_index(tmp_path: Path) -> None:
    """QGIS finds what is in view without reading all."""
    path, _ = export(tmp_path, "gpkg")
    assert read(path, "SELECT count(*) FROM rtree_events_geom") == [(11,)]


def test_the_receipt_is_in_the_metadata_table(tmp_path: Path) -> None:
    """As JSON that GDAL shows, too."""
    path, written = export(tmp_path, "gpkg")
    ((scope, mime, text),) = read(path, "SELECT md_scope, mime_type, metadata FROM gpkg_metadata")
    assert (scope, mime, json.loads(text)) == ("dataset", "application/json", written.receipt)
    assert read(path, "SELECT reference_scope, md_file_id, timestamp FROM gpkg_metadata_reference") == [
        ("geopackage", 1, "2024-04-18T09:30:00.000Z")
    ]
    assert ("gpkg_metadata",) in read(path, "SELECT table_name FROM gpkg_extensions")


def test_the_file_is_sound(tmp_path: Path) -> None:
    """SQLite finds no fault, no reference dangles, and it says that it is a GeoPackage."""
    path, _ = export(tmp_path, "gpkg")
    assert read(path, "PRAGMA integrity_check") == [("ok",)]
    assert read(path, "PRAGMA foreign_key_check") == []
    assert read(path, "PRAGMA application_id") == [(0x47504B47,)]


def test_an_empty_layer_has_its_columns(tmp_path: Path) -> None:
    """No event is a layer without rows."""
    rows = pyogrio.read_dataframe(export(tmp_path, "gpkg", query=Query(kinds=("aid",)))[0])
    assert len(rows) == 0
    assert {"id", "title", "match", "extra"} <= set(rows.columns)

"""GeoParquet 1.1 as other programs read it."""

import json
from pathlib import Path

import duckdb
import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from geo.errors import InvalidRecord
from geo.exports.parquet import read_geoparquet
from geo.query import Query
from tests.export_events import EVENTS, export

PLACED = [event for event in EVENTS if event.geometry is not None]


def test_geopandas_reads_it(tmp_path: Path) -> None:
    """The geometries, their system of reference, lists and days are there."""
    rows = gpd.read_parquet(export(tmp_path, "geoparquet")[0]).set_index("id")
    assert rows.crs.to_epsg() == 4326
    assert all(rows.geometry[event.id].equals(event.geometry) for event in PLACED)
    assert list(rows["actors"]["e0"]) == ["201st base", 'quoted "name"']
    assert str(rows["start"]["e0"]) == "2024-04-15"


def test_a_box_reads_only_what_lies_in_it(tmp_path: Path) -> None:
    """The covering column works."""
    rows = gpd.read_parquet(export(tmp_path, "geoparquet")[0], bbox=(-71, -1, -70, 1))
    assert rows["id"].tolist() == ["e8"]


def test_the_metadata_are_those_of_the_standard(tmp_path: Path) -> None:
    """Version, column, types, covering, and a box that goes across the antimeridian."""
    about = json.loads(pq.read_schema(export(tmp_path, "geoparquet")[0]).metadata[b"geo"])
    column = about["columns"]["geometry"]
    assert (about["version"], about["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert column["geometry_types"] == [
        *("GeometryCollection", "LineString", "MultiPoint", "MultiPolygon", "Point", "Polygon"),
    ]
    assert column["bbox"] == [-70.1234567, -20.0, -178.0, 37.5]


def test_the_receipt_is_in_the_metadata(tmp_path: Path) -> None:
    """Under the key borderwatch."""
    path, written = export(tmp_path, "geoparquet")
    assert json.loads(pq.read_schema(path).metadata[b"borderwatch"]) == written.receipt


def test_duckdb_reads_it(tmp_path: Path) -> None:
    """Another engine counts the same and finds JSON in the columns that hold it."""
    path = str(export(tmp_path, "geoparquet")[0])
    asked = duckdb.sql(
        f"SELECT count(*), max((extra::JSON ->> 'n')::DOUBLE), min(bbox.xmin) FROM read_parquet('{path}')"
    )
    assert asked.fetchall() == [(11, 1.5, -180.0)]


def test_an_empty_file_is_a_table(tmp_path: Path) -> None:
    """Every column and no row."""
    path, _ = export(tmp_path, "geoparquet", query=Query(kinds=("aid",)))
    assert len(read_geoparquet(path)) == 0
    assert len(gpd.read_parquet(path)) == 0


def test_files_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    """Another file is an InvalidRecord that names it."""
    path = tmp_path / "other.parquet"
    path.write_bytes(b"PAR1 no")
    with pytest.raises(InvalidRecord, match=r"other\.parquet is not a GeoParquet file"):
        read_geoparquet(path)
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=4326).to_parquet(path)
    with pytest.raises(InvalidRecord, match=r"other\.parquet is not a GeoParquet file"):
        read_geoparquet(path)

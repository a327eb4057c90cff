"""GeoJSON by RFC 7946 with a receipt: valid, deterministic, readable by GDAL, whole or not there, and lossless."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon

from geo import __version__
from geo.errors import InvalidRecord, StoreError
from geo.export import read_geojson, to_geojson, write_geojson
from geo.exports.receipt import PLACES
from geo.features import to_events, to_features
from geo.query import Counts, Engine, Query
from geo.records import Event, Report
from geo.store import Store
from tests.export_events import DRILL

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
QUERY = Query(start=date(2024, 4, 1), kinds=("exercise",))
COUNTS = Counts(shown=1, possible=1, undated=0, unplaced=1, hidden=0, total=3)
BASE = replace(DRILL, id="e1", border=None, border_km=None, border_at_km=None)
SHAPES = [
    Point(69.16, 37.4),
    MultiPoint([(68.6, 37.2), (71.5, 37.5)]),
    LineString([(68, 37), (71, 37.5)]),
    Polygon([(0, 0), (0, 1), (1, 1), (1, 0)], [[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]]),
    MultiPolygon([shapely.box(179, -20, 180, -16), shapely.box(-180, -20, -178, -16)]),
    GeometryCollection([Point(1, 2), LineString([(0, 0), (1, 1)])]),
    None,
]
EVENTS = [replace(BASE, id=f"e{number}", geometry=shape) for number, shape in enumerate(SHAPES)]


def rows(*events: Event, match: str = "yes") -> gpd.GeoDataFrame:
    """Return the table as the engine gives it."""
    return to_features(events).assign(match=match)


def export(*events: Event, query: Query = QUERY) -> dict[str, Any]:
    """Return the parsed GeoJSON of events."""
    return json.loads(to_geojson(rows(*events), query=query, counts=COUNTS, now=NOW))


DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def positions(coordinates: list, depth: int) -> Iterator[list]:
    """Yield the positions in a coordinates member of that depth of nesting."""
    if depth == 0:
        yield coordinates
    else:
        for part in coordinates:
            yield from positions(part, depth - 1)


def check_geometry(geometry: dict) -> None:
    """Assert the rules of RFC 7946 §3.1 on one geometry object."""
    if geometry["type"] == "GeometryCollection":
        assert set(geometry) == {"type", "geometries"}
        for part in geometry["geometries"]:
            check_geometry(part)
        return
    assert set(geometry) == {"type", "coordinates"}
    depth = DEPTHS[geometry["type"]]
    for position in positions(geometry["coordinates"], depth):
        assert len(position) == 2
        assert -180 <= position[0] <= 180
        assert -90 <= position[1] <= 90
        assert all(round(degrees, 7) == degrees for degrees in position)
    if geometry["type"] == "LineString":
        assert len(geometry["coordinates"]) >= 2
    for polygon in {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(
        geometry["type"], []
    ):
        for number, ring in enumerate(polygon):
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert shapely.LinearRing(ring).is_ccw == (number == 0)  # §3.1.6, the right-hand rule


def check_rfc7946(content: dict) -> None:
    """Assert the rules of RFC 7946 on a FeatureCollection."""
    assert content["type"] == "FeatureCollection"
    assert "crs" not in content  # §4
    assert not {"coordinates", "geometries", "geometry", "properties"} & set(content)  # §7.1
    if "bbox" in content:
        assert len(content["bbox"]) == 4
        assert content["bbox"][1] <= content["bbox"][3]
    for feature in content["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert isinstance(feature["id"], str)
        assert isinstance(feature["properties"], dict)
        if feature["geometry"] is not None:
            check_geometry(feature["geometry"])


def test_every_kind_of_geometry_is_valid() -> None:
    """Points, lines, areas with holes, collections and nothing at all obey RFC 7946."""
    content = export(*EVENTS)
    check_rfc7946(content)
    assert [feature["id"] for feature in content["features"]] == [event.id for event in EVENTS]
    assert content["features"][-1]["geometry"] is None


def test_a_feature_has_the_columns_as_properties() -> None:
    """Days are ISO 8601, lists are lists, evidence and extra are objects, nothing is null; the id is the feature's."""
    (feature,) = export(replace(BASE, end=None))["features"]
    assert feature["id"] == "e1"
    assert feature["geometry"] == {"type": "Point", "coordinates": [69.16, 37.4]}
    assert feature["properties"] == {
        "dataset": "reports",
        "title": "Учения «Харб-Майдон»",
        "kind": "exercise",
        "status": "completed",
        "start": "2024-04-15",
        "end": None,
        "date_precision": "day",
        "actors": ["201st base", 'quoted "name"'],
        "equipment": [],
        "place": "Kharb-Maidon",
        "country": "TJ",
        "radius_km": 25.0,
        "location_precision": "unknown",
        "border": None,
        "border_km": None,
        "border_at_km": None,
        "source_url": "https://tass.example/1",
        "source_name": "TASS",
        "licence": "facts only",
        "published": "2024-04-18",
        "main": True,
        "review": "machine",
        "evidence": BASE.evidence,
        "extra": BASE.extra,
        "match": "yes",
    }


def test_the_receipt_says_what_the_file_is() -> None:
    """Query, counts, time in UTC, version and the sources with their licences, each once."""
    other = replace(BASE, id="e2", source_name="AP", source_url=None, licence=None)
    unknown = replace(BASE, id="e3", source_name=None, source_url=None, licence=None)
    local = NOW.astimezone(timezone(timedelta(hours=5)))
    content = to_geojson(rows(BASE, replace(BASE, id="again"), other, unknown), query=QUERY, counts=COUNTS, now=local)
    assert json.loads(content)["receipt"] == {
        "query": {"from": "2024-04-01", "kind": "exercise"},
        "counts": {"shown": 1, "possible": 1, "undated": 0, "unplaced": 1, "hidden": 0, "total": 3},
        "generated": "2024-04-18T09:30:00Z",
        "version": __version__,
        "sources": [
            {"name": "AP", "url": None, "licence": None},
            {"name": "TASS", "url": "https://tass.example/1", "licence": "facts only"},
        ],
        "reference": [PLACES],
    }


def test_the_same_events_give_the_same_bytes() -> None:
    """Order of rows and of keys does not show; only the receipt's time differs between two exports."""
    shuffled = [replace(event, extra=dict(reversed(event.extra.items()))) for event in reversed(EVENTS)]
    one = to_geojson(rows(*EVENTS), query=QUERY, counts=COUNTS, now=NOW)
    two = to_geojson(rows(*shuffled), query=QUERY, counts=COUNTS, now=NOW + timedelta(days=1))
    assert one != two
    assert one == two.replace(b'"generated":"2024-04-19T09:30:00Z"', b'"generated":"2024-04-18T09:30:00Z"')
    assert one.endswith(b"}\n")


def test_the_table_written_is_not_changed() -> None:
    """Exporting is reading: a cached frame stays as it is."""
    table = rows(*reversed(EVENTS))
    before = table.copy(deep=True)
    to_geojson(table, query=QUERY, counts=COUNTS, now=NOW)
    assert_geodataframe_equal(table, before)


def test_numbers_have_at_most_seven_decimals() -> None:
    """A third of a degree is written as 0.3333333."""
    (feature,) = export(replace(BASE, geometry=Point(1 / 3, -2 / 3)))["features"]
    assert feature["geometry"]["coordinates"] == [0.3333333, -0.6666667]


@pytest.mark.parametrize(
    ("shapes", "bbox"),
    [
        ([Point(69.16, 37.4), LineString([(68, 37), (71, 37.5)])], [68.0, 37.0, 71.0, 37.5]),
        ([Point(140, 35), Point(-120, 40)], [-120.0, 35.0, 140.0, 40.0]),
        ([SHAPES[4]], [179.0, -20.0, -178.0, -16.0]),
        ([SHAPES[4], Point(150, 0)], [150.0, -20.0, -178.0, 0.0]),
        ([shapely.box(-180, -90, 180, 90), Point(0, 0)], [-180.0, -90.0, 180.0, 90.0]),
        ([None, Point(1, 2)], [1.0, 2.0, 1.0, 2.0]),
    ],
)
def test_the_box_is_around_everything(shapes: list, bbox: list[float]) -> None:
    """The collection's bbox holds all; where an area was cut at the antimeridian, it goes across (§5.2)."""
    events = [replace(BASE, id=str(number), geometry=shape) for number, shape in enumerate(shapes)]
    assert export(*events)["bbox"] == bbox


def test_nothing_to_show_is_a_valid_file() -> None:
    """An empty answer is an empty collection with its receipt, and no box."""
    content = export()
    check_rfc7946(content)
    assert content["features"] == []
    assert "bbox" not in content
    assert content["receipt"]["sources"] == []


def test_reading_back_gives_the_same_events(tmp_path: Path) -> None:
    """Nothing is lost: events, matches and order come back."""
    path = tmp_path / "events.geojson"
    write_geojson(path, rows(*EVENTS, match="possible"), query=QUERY, counts=COUNTS, now=NOW)
    back = read_geojson(path)
    expected = [*EVENTS]
    expected[3] = replace(EVENTS[3], geometry=shapely.orient_polygons(EVENTS[3].geometry))
    assert to_events(back) == expected
    assert back["match"].tolist() == ["possible"] * len(EVENTS)


def test_reading_back_an_empty_file(tmp_path: Path) -> None:
    """No event is a whole table without rows."""
    path = tmp_path / "none.geojson"
    write_geojson(path, rows(), query=QUERY, counts=COUNTS, now=NOW)
    assert to_events(read_geojson(path)) == []


def test_gdal_opens_the_file(tmp_path: Path) -> None:
    """GDAL finds every feature, WGS 84, the right places, days as days and lists as lists."""
    path = tmp_path / "events.geojson"
    write_geojson(path, rows(*EVENTS[:5]), query=QUERY, counts=COUNTS, now=NOW)
    frame = pyogrio.read_dataframe(path)
    assert (len(frame), frame.crs.to_epsg()) == (5, 4326)
    assert [a.equals(b) for a, b in zip(frame.geometry, SHAPES[:5], strict=True)] == [True] * 5
    assert str(frame["start"].iloc[0].date()) == "2024-04-15"
    assert list(frame["actors"].iloc[0]) == ["201st base", 'quoted "name"']
    assert frame["id"].tolist() == ["e0", "e1", "e2", "e3", "e4"]


HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% x %}`${1}`\x00\u202e\u2028\ufeff" + "ы" * 100_000


def test_hostile_text_is_data(tmp_path: Path) -> None:
    """Markup, templates, NUL, line separators and long lines come back as they went in."""
    path = tmp_path / "hostile.geojson"
    event = replace(BASE, id=HOSTILE.replace("\x00", "")[:60], title=HOSTILE, extra={HOSTILE[:50]: HOSTILE})
    write_geojson(path, rows(event), query=QUERY, counts=COUNTS, now=NOW)
    assert to_events(read_geojson(path)) == [event]
    assert json.loads(path.read_bytes())["features"][0]["properties"]["title"] == HOSTILE


def test_what_the_engine_shows_is_what_is_exported(tmp_path: Path) -> None:
    """From the store through the query to the file: shown and possible events, with the counts in the receipt."""
    event = replace(BASE, evidence={})
    month = replace(event, id="m", start=date(2024, 4, 1), end=date(2024, 4, 30), date_precision="month")
    with Store(tmp_path) as store:
        store.add(Report(id="r", title="t", body="b"), [event, month, replace(event, id="u", geometry=None)], now=NOW)
        engine, query = Engine(store), Query(start=date(2024, 4, 16), end=date(2024, 5, 31))
        content = json.loads(to_geojson(engine.rows(query), query=query, counts=engine.counts(query), now=NOW))
    found = {feature["id"]: feature["properties"]["match"] for feature in content["features"]}
    assert found == {"m": "possible", "e1": "yes"}
    assert content["receipt"]["counts"] == COUNTS._asdict()


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """The old file is there until the new one is whole, and no temporary file stays."""
    path = tmp_path / "events.geojson"
    path.write_text("old", encoding="utf-8")
    write_geojson(path, rows(BASE), query=QUERY, counts=COUNTS, now=NOW)
    assert path.read_bytes() == to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=NOW)
    assert [entry.name for entry in tmp_path.iterdir()] == ["events.geojson"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """A table that breaks the rules, or a folder that is not there, changes nothing on disk."""
    path = tmp_path / "events.geojson"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(InvalidRecord):
        write_geojson(path, rows(replace(BASE, title="\ud800")), query=QUERY, counts=COUNTS, now=NOW)
    assert path.read_text(encoding="utf-8") == "old"
    with pytest.raises(StoreError, match=re.escape(f"{tmp_path / 'no' / 'file'} cannot be written")):
        write_geojson(tmp_path / "no" / "file", rows(BASE), query=QUERY, counts=COUNTS, now=NOW)
    assert [entry.name for entry in tmp_path.iterdir()] == ["events.geojson"]


def test_a_killed_export_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    """After kill -9 in the middle of writing over and over, the file is whole."""
    path = tmp_path / "events.geojson"
    script = """
import sys
from tests.test_geo_export import BASE, COUNTS, NOW, QUERY, rows, replace
from geo.export import write_geojson
table = rows(*(replace(BASE, id=str(i), extra={"pad": "x" * 5000}) for i in range(200)))
while True:
    write_geojson(sys.argv[1], table, query=QUERY, counts=COUNTS, now=NOW)
    print("written", flush=True)
"""
    writer = subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE)
    for _ in range(4):
        writer.stdout.readline()
    writer.kill()
    writer.communicate()
    assert len(read_geojson(path)) == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","geometry":null,"properties":{}}]}',
        b"[" * 100_000,
        to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=NOW).replace(b'"2024-04-15"', b'"2024-99-99"'),
        to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=NOW).replace(b"[69.16,37.4]", b"[69.16]"),
        to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=NOW).replace(b'"exercise"', b'"party"'),
        to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=NOW).replace(b"25.0", b'"far"'),
    ],
)
def test_files_that_are_not_ours_are_refused(tmp_path: Path, content: bytes) -> None:
    """Another file is an InvalidRecord that says why, not a traceback."""
    path = tmp_path / "other.geojson"
    path.write_bytes(content)
    with pytest.raises(InvalidRecord):
        read_geojson(path)


def test_rows_without_an_answer_are_refused() -> None:
    """The export must know which events only may match."""
    with pytest.raises(InvalidRecord, match="need a column match"):
        to_geojson(to_features([BASE]), query=QUERY, counts=COUNTS, now=NOW)


def test_a_time_without_a_zone_is_refused() -> None:
    """A receipt says when, everywhere."""
    with pytest.raises(InvalidRecord, match="no time zone"):
        to_geojson(rows(BASE), query=QUERY, counts=COUNTS, now=datetime(2024, 4, 18))  # noqa: DTZ001 - under test

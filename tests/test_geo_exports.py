"""Writing exports: every format whole or not there, the same rows in each, with progress and a receipt."""

import csv
import hashlib
import io
import json
import re
import tracemalloc
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyogrio
import pytest

from geo.errors import InvalidQuery, InvalidRecord, StoreError
from geo.export import read_geojson, to_geojson
from geo.exports import FORMATS, Export, find_format, write
from geo.exports.parquet import read_geoparquet
from geo.features import to_events
from geo.query import Counts, Engine, Query
from tests.export_events import ALL, DRILL, EVENTS, NOW, export, opened

PLACED = 11  # of EVENTS; the last has no geometry, and what is not on the map is counted, not exported


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_whole(name: str, tmp_path: Path) -> None:
    """A file with the rows that the query shows, and no temporary file beside it."""
    path, written = export(tmp_path, name)
    assert written.events == PLACED
    assert path.stat().st_size > 100
    beside = {f"{path.name}.receipt.json"} if FORMATS[name].beside else set()
    assert {entry.name for entry in tmp_path.iterdir()} == {"store", path.name} | beside


@pytest.mark.parametrize("name", ["geojson", "geojsonseq", "csv", "kml", "geoparquet"])
def test_a_stream_gets_the_same_bytes_as_a_file(name: str, tmp_path: Path) -> None:
    """What the dashboard sends is what the command line writes."""
    path, _ = export(tmp_path, name)
    stream = io.BytesIO()
    with opened(tmp_path) as engine:
        write(stream, engine, ALL, format=name, now=NOW)
    assert stream.getvalue() == path.read_bytes()


@pytest.mark.parametrize("name", ["gpkg", "xlsx"])
def test_a_stream_gets_formats_that_need_a_whole_file(name: str, tmp_path: Path) -> None:
    """GeoPackage and XLSX are made first and sent then."""
    stream = io.BytesIO()
    with opened(tmp_path) as engine:
        assert write(stream, engine, ALL, format=name, now=NOW).events == PLACED
    assert stream.getvalue()[:6] in (b"SQLite", b"PK\x03\x04\x14\x00", b"PK\x03\x04-\x00")


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_show_is_a_valid_file(name: str, tmp_path: Path) -> None:
    """An empty answer is written, too."""
    path, written = export(tmp_path, name, query=Query(kinds=("aid",)))
    assert written.events == 0
    assert written.receipt["sources"] == []
    assert path.stat().st_size > 0 or name == "geojsonseq"


class Stopped(Exception):
    """What a person does who closes the window."""


@pytest.mark.parametrize("name", FORMATS)
def test_a_stopped_export_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    """An error in the middle, here of the progress callback, comes out as it is and leaves the old file alone."""
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with opened(tmp_path) as engine, pytest.raises(Stopped):
        write(path, engine, ALL, format=name, now=NOW, progress=stop)
    assert path.read_text(encoding="utf-8") == "old"
    assert {entry.name for entry in tmp_path.iterdir()} == {"store", "out"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_not_there_is_an_error_with_its_name(name: str, tmp_path: Path) -> None:
    """The message names the file."""
    path = tmp_path / "no" / "file"
    with opened(tmp_path) as engine, pytest.raises(StoreError, match=re.escape(str(path))):
        write(path, engine, ALL, format=name, now=NOW)


class Changing:
    """An engine whose events change after they were counted."""

    def __init__(self, engine: Engine) -> None:
        self.stream, self._counts = engine.stream, engine.counts

    def counts(self, query: Query) -> Counts:
        """Count one more than there is."""
        counts = self._counts(query)
        return counts._replace(shown=counts.shown + 1)


@pytest.mark.parametrize("name", FORMATS)
def test_rows_that_do_not_add_up_are_refused(name: str, tmp_path: Path) -> None:
    """An export whose rows are not those that its receipt counts is none."""
    with opened(tmp_path) as engine, pytest.raises(StoreError, match="changed while 12 were exported"):
        write(tmp_path / "out", Changing(engine), ALL, format=name, now=NOW)
    assert not (tmp_path / "out").exists()


def test_progress_tells_rows_and_total(tmp_path: Path) -> None:
    """The last call says that all is done."""
    calls: list[tuple[int, int]] = []
    with opened(tmp_path) as engine:
        write(tmp_path / "a", engine, ALL, format="csv", now=NOW, progress=lambda *call: calls.append(call))
        write(tmp_path / "b", engine, Query(kinds=("aid",)), format="csv", now=NOW, progress=lambda *c: calls.append(c))
    assert calls == [(PLACED, PLACED), (0, 0)]


def test_possible_events_are_marked_in_every_table(tmp_path: Path) -> None:
    """Who only may match says so."""
    month = replace(DRILL, id="m", start=date(2024, 4, 1), end=date(2024, 4, 30), date_precision="month")
    query, events = Query(start=date(2024, 4, 16), end=date(2024, 5, 31)), (DRILL, month)
    expected = {"e0": "yes", "m": "possible"}
    path, _ = export(tmp_path, "csv", query=query, events=events)
    with path.open(encoding="utf-8", newline="") as file:
        assert {row["id"]: row["match"] for row in csv.DictReader(file)} == expected
    for name in ("gpkg", "geojson", "geojsonseq"):
        path, _ = export(tmp_path, name, query=query, events=events)
        rows = pyogrio.read_dataframe(path.rename(path.with_suffix(f".{FORMATS[name].extension}")))
        assert dict(zip(rows["id"], rows["match"], strict=True)) == expected
    path, _ = export(tmp_path, "geoparquet", query=replace(query, possible=False), events=events)
    assert read_geoparquet(path)["match"].tolist() == ["yes"]


def test_geojson_is_that_of_the_table(tmp_path: Path) -> None:
    """The stream gives the bytes that `to_geojson` gives for all rows at once."""
    path, written = export(tmp_path, "geojson")
    with opened(tmp_path) as engine:
        assert path.read_bytes() == to_geojson(engine.rows(ALL), query=ALL, counts=engine.counts(ALL), now=NOW)
    assert json.loads(path.read_bytes())["receipt"] == written.receipt


def test_our_geojson_and_geoparquet_read_back_the_same(tmp_path: Path) -> None:
    """Nothing is lost in either: the events come back as they were stored."""
    expected = {event.id: event for event in EVENTS if event.geometry is not None}
    for name, read in (("geojson", read_geojson), ("geoparquet", read_geoparquet)):
        back = {event.id: event for event in to_events(read(export(tmp_path, name)[0]))}
        assert back.keys() == expected.keys()
        assert all(back[i] == replace(event, geometry=back[i].geometry) for i, event in expected.items())
        assert all(back[i].geometry.equals(event.geometry) for i, event in expected.items())


@pytest.mark.parametrize("name", ["csv", "geojsonseq"])
def test_a_receipt_beside_the_file_names_it_by_its_hash(name: str, tmp_path: Path) -> None:
    """Where the format has no place for it, the receipt is a file that says which file it is for."""
    path, written = export(tmp_path, name)
    beside = json.loads(path.with_name(f"{path.name}.receipt.json").read_bytes())
    content = path.read_bytes()
    about = {"name": path.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert beside == written.receipt | {"file": about}


def test_a_receipt_can_be_had_alone(tmp_path: Path) -> None:
    """The dashboard gives it beside a stream that has no place for it."""
    with opened(tmp_path) as engine:
        receipt = Export(engine, ALL, format="csv", now=NOW).receipt()
    assert receipt == export(tmp_path, "csv")[1].receipt


@pytest.mark.parametrize(("word", "name"), [("GeoJSON", "geojson"), ("parquet", "geoparquet"), (".kml", "kml")])
def test_a_format_is_found_by_name_or_extension(word: str, name: str) -> None:
    """Case and a leading dot do not matter."""
    assert find_format(word).name == name


def test_an_unknown_format_is_refused_with_the_known() -> None:
    """The message lists what can be written."""
    with pytest.raises(InvalidQuery, match=r"format='shp'.*geojson, geojsonseq, geoparquet, gpkg, csv, kml, xlsx"):
        find_format("shp")


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    """A receipt says when, everywhere."""
    with opened(tmp_path) as engine, pytest.raises(InvalidRecord, match="no time zone"):
        write(tmp_path / "out", engine, ALL, format="csv", now=datetime(2024, 4, 18))  # noqa: DTZ001 - under test


class Endless:
    """An engine with many rows that costs no memory itself: the same batch over and over."""

    def __init__(self, engine: Engine, times: int) -> None:
        self.batch, self.times = next(engine.stream(ALL)), times
        self.batch = pa.concat_batches([self.batch] * 100)

    def counts(self, _query: Query) -> Counts:
        """Count all copies."""
        rows = self.batch.num_rows * self.times
        return Counts(rows, 0, 0, 0, 0, rows)

    def stream(self, _query: Query, **_how: object) -> list[pa.RecordBatch]:
        """Return the copies."""
        return [self.batch] * self.times


@pytest.mark.parametrize("name", ["geojsonseq", "csv", "kml", "geojson"])
def test_memory_does_not_grow_with_the_rows(name: str, tmp_path: Path) -> None:
    """Four times the rows need the same memory."""
    peaks = []
    for times in (20, 80):
        with opened(tmp_path) as engine:
            endless = Endless(engine, times)
        tracemalloc.start()
        before = pa.total_allocated_bytes()
        blocks = Export(endless, ALL, format=name, now=NOW).blocks()
        peaks.append(max(len(block) + pa.total_allocated_bytes() - before for block in blocks))
        peaks[-1] += tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_an_engine_streams_no_more_than_is_asked_for(tmp_path: Path) -> None:
    """What is not exported need not be read and sorted."""
    with opened(tmp_path) as engine:
        some = pa.Table.from_batches(engine.stream(ALL, columns=["id", "title"]))
        whole = pa.Table.from_batches(engine.stream(ALL))
    assert some.column_names == ["id", "title", "verdict"]
    assert some.equals(whole.select(some.column_names))

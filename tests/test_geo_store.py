"""The project folder: merged by id, crash-safe, shared, and readable by other programs."""

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyogrio
import pytest
from shapely.geometry import LineString, MultiPoint, Point

from geo.errors import InvalidRecord, StoreError
from geo.features import to_events
from geo.records import Event, Report
from geo.store import FILE, Store

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
REPORT = Report(
    id="seed",
    title="Exercise ends",
    body="The exercise at Kharb-Maidon ended.",
    published=date(2024, 4, 18),
    language="en",
    source_name="TASS",
    source_url="https://tass.example/1",
    licence="facts only",
)
EXERCISE = Event(
    id="e1",
    title="Exercise at Kharb-Maidon",
    kind="exercise",
    status="completed",
    start=date(2024, 4, 15),
    end=date(2024, 4, 18),
    date_precision="day",
    actors=("201st military base",),
    geometry=Point(69.123456789, 37.4),
    radius_km=25.0,
    evidence={"kind": [{"report": "seed", "start": 4, "end": 12, "quote": "exercise"}]},
)
CROSSINGS = Event(
    id="e2",
    title="Crossings closed",
    kind="border_closure",
    status="ongoing",
    geometry=MultiPoint([(68.6, 37.2), (71.5, 37.5)]),
)
UNDATED = Event(id="e3", title="Patrol", kind="patrol", status="reported")
EVENTS = [EXERCISE, CROSSINGS, UNDATED]
STORED = [replace(EXERCISE, geometry=Point(69.1234568, 37.4)), CROSSINGS, UNDATED]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give an empty store, closed afterwards."""
    with Store(tmp_path / "project") as opened:
        yield opened


def dump(store: Store) -> dict[str, list[tuple]]:
    """Return every row of every table but the settings, as another program would read them."""
    connection = sqlite3.connect(store.path)
    try:
        return {t: connection.execute(f"SELECT * FROM {t}").fetchall() for t in ("events", "reports", "history")}
    finally:
        connection.close()


def history(store: Store) -> list[tuple[str, str, str, str]]:
    """Return when, who, what and about which report, for all that happened."""
    return [row[1:5] for row in dump(store)["history"]]


def ids(store: Store) -> list[str]:
    """Return the ids of the stored events."""
    return sorted(store.features()["id"])


def test_what_goes_in_comes_out(store: Store) -> None:
    """Report and events come back equal, coordinates rounded to 7 decimals."""
    assert store.add(REPORT, EVENTS, now=NOW) == "added"
    assert store.report("seed") == REPORT
    assert store.reports() == [REPORT]
    assert to_events(store.features()) == STORED


def test_an_empty_store_is_an_empty_table(store: Store) -> None:
    """A new project has no event and no report, and says so without an error."""
    assert len(store.features()) == 0
    assert store.reports() == []
    assert store.report("seed") is None
    assert store.report("\ud800") is None


def test_the_same_input_again_changes_nothing(store: Store) -> None:
    """Ingesting twice leaves every row, the history and the version as they were."""
    store.add(REPORT, EVENTS, now=NOW)
    before, version = dump(store), store.version()
    assert store.add(REPORT, EVENTS, now=NOW.replace(year=2025), who="someone else") == "unchanged"
    assert dump(store) == before
    assert store.version() == version


def test_reading_a_report_again_replaces_its_machine_made_events(store: Store) -> None:
    """What the machine no longer finds goes, what it finds now comes, and the report itself is renewed."""
    store.add(REPORT, EVENTS, now=NOW)
    corrected = replace(REPORT, title="Exercise ended")
    assert store.add(corrected, [replace(EXERCISE, status="ongoing"), replace(UNDATED, id="e4")], now=NOW) == "updated"
    assert ids(store) == ["e1", "e4"]
    assert store.features().set_index("id").loc["e1", "status"] == "ongoing"
    assert store.report("seed") == corrected


@pytest.mark.parametrize("review", ["confirmed", "corrected", "rejected"])
def test_reviewed_events_are_kept(store: Store, review: str) -> None:
    """What a person decided outlives a re-reading, also when the machine no longer finds it."""
    store.add(REPORT, EVENTS, now=NOW)
    reviewed = replace(STORED[0], review=review, title="Exercise, as the editor saw it")
    assert store.revise(reviewed, now=NOW, who="editor") == "updated"
    assert store.add(REPORT, EVENTS, now=NOW) == "unchanged"
    assert store.add(REPORT, [], now=NOW) == "updated"
    assert to_events(store.features()) == [reviewed]


def test_a_revision_is_kept_in_the_history(store: Store) -> None:
    """Who changed which field from what to what can be read afterwards."""
    store.add(REPORT, EVENTS, now=NOW)
    store.revise(replace(UNDATED, review="confirmed", status="denied"), now=NOW, who="editor")
    (*_, (_, at, who, what, report, detail)) = dump(store)["history"]
    assert (at, who, what, report) == ("2024-04-18T09:30:00.000Z", "editor", "revised", "seed")
    changed = {"status": ["reported", "denied"], "review": ["machine", "confirmed"]}
    assert json.loads(detail) == {"event": "e3", "changed": changed}


def test_a_revision_needs_a_stored_event(store: Store) -> None:
    """Nothing is invented by revising."""
    with pytest.raises(InvalidRecord, match="'e1' is not in"):
        store.revise(replace(EXERCISE, review="confirmed"), now=NOW, who="editor")


def test_a_revision_says_what_the_review_was(store: Store) -> None:
    """A revised event that still counts as the machine's would be lost at the next reading."""
    with pytest.raises(InvalidRecord, match="review='machine'"):
        store.revise(EXERCISE, now=NOW, who="editor")


def test_an_event_stays_with_the_report_that_brought_it_first(store: Store) -> None:
    """The same text under two report ids gives each event once, and both reports can be read again unchanged."""
    store.add(REPORT, EVENTS, now=NOW)
    copy = replace(REPORT, id="copy")
    assert store.add(copy, EVENTS, now=NOW) == "added"
    assert len(store.features()) == 3
    assert store.add(copy, EVENTS, now=NOW) == "unchanged"
    assert store.add(REPORT, EVENTS, now=NOW) == "unchanged"


def test_history_tells_who_what_and_when(store: Store) -> None:
    """Each change is one row with the time that was passed in."""
    store.add(REPORT, EVENTS, now=NOW)
    store.add(REPORT, EVENTS[:1], now=NOW.replace(hour=10), who="editor")
    store.remove("seed", now=NOW.replace(hour=11))
    assert history(store) == [
        ("2024-04-18T09:30:00.000Z", "ingest", "added", "seed"),
        ("2024-04-18T10:30:00.000Z", "editor", "updated", "seed"),
        ("2024-04-18T11:30:00.000Z", "ingest", "removed", "seed"),
    ]


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    """A history that does not say which nine o'clock is worth little; nothing is stored then."""
    with pytest.raises(InvalidRecord, match="no time zone"):
        store.add(REPORT, EVENTS, now=datetime(2024, 4, 18, 9))  # noqa: DTZ001 - the fault under test
    assert len(store.features()) == 0


def test_remove_takes_the_report_and_its_events(store: Store) -> None:
    """Removing answers whether there was anything to remove."""
    store.add(REPORT, EVENTS, now=NOW)
    assert store.remove("seed", now=NOW)
    assert not store.remove("seed", now=NOW)
    assert ids(store) == []
    assert store.reports() == []


def test_many_reports_get_in_together_or_not_at_all(store: Store) -> None:
    """One bad event in a batch leaves the store as it was."""
    other = replace(REPORT, id="other")
    bad = replace(EXERCISE, id="bad", title="\ud800")
    with pytest.raises(InvalidRecord, match="lone surrogates"):
        store.add_many([(REPORT, EVENTS), (other, [bad])], now=NOW)
    assert store.reports() == []
    fine = [(REPORT, EVENTS), (other, [replace(EXERCISE, id="fine")])]
    assert store.add_many(fine, now=NOW) == ["added", "added"]
    assert store.add_many(fine, now=NOW) == ["unchanged", "unchanged"]


@pytest.mark.parametrize("field", ["id", "title", "body", "source_name", "licence"])
def test_reports_that_no_file_can_hold_are_refused(store: Store, field: str) -> None:
    """A lone surrogate in a report is refused by name, and nothing is stored."""
    with pytest.raises(InvalidRecord, match=f"has a {field} that cannot be stored; expected text without lone surr"):
        store.add(replace(REPORT, **{field: "a\udc80"}), EVENTS, now=NOW)
    assert len(store.features()) == 0


def test_hostile_text_is_stored_as_it_is(store: Store) -> None:
    """SQL, markup, templates, NUL, bidirectional controls and a megabyte go through unchanged."""
    nasty = "'; DROP TABLE events;--<script>{{ x }}{% y %}\x00\u202e\u2066" + "я" * 1_000_000
    report = replace(REPORT, title=nasty, body=nasty)
    event = replace(UNDATED, title=nasty, actors=(nasty[:60], ""), evidence={nasty[:50]: [{"quote": nasty[:70]}]})
    store.add(report, [event], now=NOW)
    assert store.reports() == [report]
    assert to_events(store.features()) == [event]


def test_features_are_read_once(store: Store) -> None:
    """Asking again costs no reading, and a frame that was changed by its user does no harm."""
    store.add(REPORT, EVENTS, now=NOW)
    first = store.features()
    first["title"] = "spoilt"
    second = store.features()
    assert second["title"].tolist() == [e.title for e in EVENTS]
    assert second["evidence"].iloc[0] is first["evidence"].iloc[0]


def test_a_change_by_another_process_is_seen(store: Store) -> None:
    """A second connection's writing changes the version and the table."""
    version = store.version()
    with Store(store.path.parent) as other:
        other.add(REPORT, EVENTS, now=NOW)
        assert store.version() != version
        assert ids(store) == ["e1", "e2", "e3"]


def test_a_file_put_in_place_of_the_old_is_read(store: Store, tmp_path: Path) -> None:
    """Restoring a copy under a running dashboard shows the copy."""
    with Store(tmp_path / "copy") as other:
        other.add(REPORT, EVENTS, now=NOW)
    version = store.version()
    (tmp_path / "copy" / FILE).replace(store.path)
    assert store.version() != version
    assert ids(store) == ["e1", "e2", "e3"]


def test_a_file_taken_away_is_an_error(store: Store) -> None:
    """A project that vanished is not an empty map."""
    store.path.unlink()
    with pytest.raises(StoreError, match="is gone; restore it"):
        store.features()


def test_versions_of_two_runs_differ(tmp_path: Path) -> None:
    """A number that a browser remembers from before a restart does not stand for other content."""
    with Store(tmp_path) as first:
        first.add(REPORT, EVENTS, now=NOW)
        before = first.version()
        first.add(REPORT, [], now=NOW)
    time.sleep(0.01)
    with Store(tmp_path) as second:
        assert second.version() != before


def test_close_leaves_one_file(tmp_path: Path) -> None:
    """After closing, the GeoPackage alone holds everything; closing again is harmless."""
    store = Store(tmp_path)
    store.add(REPORT, EVENTS, now=NOW)
    store.close()
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    (copy / FILE).write_bytes(store.path.read_bytes())
    with Store(copy) as opened:
        assert to_events(opened.features()) == STORED


def test_every_write_reaches_the_file_itself(store: Store) -> None:
    """Between writes the -wal is empty, so that copying or replacing the file under a running program is safe."""
    store.add(REPORT, EVENTS, now=NOW)
    assert Path(f"{store.path}-wal").stat().st_size == 0


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Using a store after closing it is our error, not SQLite's."""
    store = Store(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.reports()


def ask_gdal(path: Path) -> dict:
    """Return what GDAL sees in the file, from a process of its own as QGIS has one."""
    script = """
import json, sys, pyogrio
path = sys.argv[1]
info = pyogrio.read_info(path, layer="events")
meta, table = pyogrio.read_arrow(path, layer="events", columns=["id", "start", "main", "title"])
print(json.dumps({
    "layers": dict(pyogrio.list_layers(path).tolist()), "crs": info["crs"], "bounds": info["total_bounds"],
    "rows": table.drop_columns(["geom"]).to_pylist(), "points": [str(b and b.hex()) for b in table["geom"].to_pylist()],
}, default=str))
"""
    answer = subprocess.run([sys.executable, "-W", "error", "-c", script, path], capture_output=True, check=True)
    return json.loads(answer.stdout)


def test_gdal_reads_the_layer(store: Store) -> None:
    """The GeoPackage opens in GDAL while the store is in use: layers, reference system, extent, types, values."""
    store.add(REPORT, EVENTS, now=NOW)
    seen = ask_gdal(store.path)
    assert seen["layers"] == {"events": "Unknown", "reports": None, "history": None}
    assert (seen["crs"], seen["bounds"]) == ("EPSG:4326", [68.6, 37.2, 71.5, 37.5])
    assert seen["rows"][0] == {"id": "e1", "start": "2024-04-15", "main": True, "title": EXERCISE.title}
    assert seen["points"] == [STORED[0].geometry.wkb_hex.lower(), CROSSINGS.geometry.wkb_hex.lower(), "None"]


def test_the_file_is_a_geopackage_by_its_header(store: Store) -> None:
    """Application id and version are those of GeoPackage 1.4, the layer is registered, and no index hinders writing."""
    connection = sqlite3.connect(store.path)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert connection.execute("PRAGMA user_version").fetchone() == (10400,)
    assert connection.execute("SELECT * FROM gpkg_geometry_columns").fetchall() == [
        ("events", "geom", "GEOMETRY", 4326, 0, 0)
    ]
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'rtree%'").fetchone() == (0,)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def extent(store: Store) -> tuple[float, ...]:
    """Return the extent of the layer as registered."""
    connection = sqlite3.connect(store.path)
    try:
        return connection.execute(
            "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE min_x NOT NULL"
        ).fetchone()
    finally:
        connection.close()


def test_the_extent_shrinks_when_a_report_goes(store: Store) -> None:
    """The layer's extent is that of the events that are there."""
    store.add(REPORT, EVENTS, now=NOW)
    far = replace(UNDATED, id="far", geometry=LineString([(127, 38), (128, 38.5)]))
    store.add(replace(REPORT, id="korea"), [far], now=NOW)
    assert extent(store) == (68.6, 37.2, 128, 38.5)
    store.remove("korea", now=NOW)
    assert extent(store) == (68.6, 37.2, 71.5, 37.5)


def test_a_layer_edited_by_gdal_is_read_and_written(tmp_path: Path) -> None:
    """Rows appended by GDAL appear in the table, and the store can still write beside them."""
    with Store(tmp_path) as store:
        store.add(REPORT, EVENTS, now=NOW)
    frame = pyogrio.read_dataframe(store.path, layer="events").head(1)
    frame[["id", "title"]] = ["by-gdal", "drawn in QGIS"]
    pyogrio.write_dataframe(frame, store.path, layer="events", append=True)
    with Store(tmp_path) as store:
        assert ids(store) == ["by-gdal", "e1", "e2", "e3"]
        assert store.add(replace(REPORT, id="more"), [replace(UNDATED, id="e9")], now=NOW) == "added"


def test_a_spatial_index_made_elsewhere_does_not_stop_writing(store: Store) -> None:
    """The triggers of a GeoPackage R-tree call functions that plain SQLite lacks; the store brings them."""
    connection = sqlite3.connect(store.path)
    connection.executescript("""
        CREATE VIRTUAL TABLE rtree_events_geom USING rtree(id, minx, maxx, miny, maxy);
        CREATE TRIGGER rtree_events_geom_insert AFTER INSERT ON events
        WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
          INSERT OR REPLACE INTO rtree_events_geom VALUES (
            NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
        END;""")
    connection.close()
    assert store.add(REPORT, EVENTS, now=NOW) == "added"
    connection = sqlite3.connect(store.path)
    assert connection.execute("SELECT count(*) FROM rtree_events_geom").fetchone() == (2,)
    connection.close()


def test_a_broken_row_is_named(store: Store) -> None:
    """A row that another program spoilt is reported with its rule instead of being left out."""
    store.add(REPORT, EVENTS, now=NOW)
    connection = sqlite3.connect(store.path)
    connection.execute("UPDATE events SET kind = 'party' WHERE id = 'e2'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="Event 'e2' has kind='party'; expected one of"):
        store.features()


@pytest.mark.parametrize("column", ["geom", "start", "evidence", "actors"])
def test_an_unreadable_value_is_a_store_error(store: Store, column: str) -> None:
    """Bytes that are no geometry, no day or no JSON do not pass, and do not crash."""
    store.add(REPORT, EVENTS, now=NOW)
    connection = sqlite3.connect(store.path)
    connection.execute(f"UPDATE events SET {column} = ? WHERE id = 'e2'", (b"GPxx????nonsense",))
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="breaks the rules; mend it in QGIS or restore a copy"):
        store.features()


@pytest.mark.parametrize("content", [b"hello, this is a text", b"PK\x03\x04" + bytes(200)])
def test_a_file_of_another_kind_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    """A text or a ZIP under our name is not overwritten."""
    path = tmp_path / FILE
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"expected a GeoPackage\. Restore a copy of it or move it away"):
        Store(tmp_path)
    assert path.read_bytes() == content


def test_a_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    """Somebody else's SQLite file stays as it was, journal mode included."""
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("CREATE TABLE theirs (a)")
    connection.commit()
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match="was not made by Borderwatch; move it away"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_foreign_geopackage_is_refused(store: Store, tmp_path: Path) -> None:
    """A GeoPackage from GDAL is not taken for a project."""
    store.add(REPORT, EVENTS, now=NOW)
    (tmp_path / "gdal").mkdir()
    store.features()[["id", "geometry"]].to_file(tmp_path / "gdal" / FILE, layer="events")
    with pytest.raises(StoreError, match="was not made by Borderwatch"):
        Store(tmp_path / "gdal")


def test_a_newer_project_is_refused(store: Store) -> None:
    """An old program does not write into a layout it does not know."""
    connection = sqlite3.connect(store.path)
    connection.execute("UPDATE borderwatch SET schema = 99")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="schema 99; this version reads schema 1: update Borderwatch"):
        Store(store.path.parent)


@pytest.mark.parametrize("damage", [(0, 16), (16, 100), (100, 4096), (4096, 12288)])
def test_a_damaged_file_is_named(tmp_path: Path, damage: tuple[int, int]) -> None:
    """Overwritten pages are found when the project is opened, with the path and what to do."""
    with Store(tmp_path) as store:
        store.add(REPORT, EVENTS, now=NOW)
    content = bytearray(store.path.read_bytes())
    content[slice(*damage)] = b"\xa5" * (damage[1] - damage[0])
    store.path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        Store(tmp_path)
    assert str(store.path) in str(caught.value)
    assert "move it away" in str(caught.value)


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    """Half a file is a damaged file."""
    with Store(tmp_path) as store:
        store.add(REPORT, EVENTS, now=NOW)
    content = store.path.read_bytes()
    store.path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match="damaged: restore a copy, or move it away"):
        Store(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be gives our error."""
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreError, match="taken"):
        Store(tmp_path / "taken")


def test_another_writer_is_waited_for_and_then_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When somebody holds the file for long, the message says so instead of hanging."""
    monkeypatch.setattr("geo.store.BUSY_S", 0.1)
    connection = sqlite3.connect(store.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    with Store(store.path.parent.parent / "other") as unlucky:
        pass
    with pytest.raises(StoreError, match="Another program is writing to it"):
        Store(store.path.parent)
    connection.execute("ROLLBACK")
    connection.close()
    assert unlucky.path.exists()


def test_threads_share_a_store(store: Store) -> None:
    """Readers in many threads always see whole reports while others write."""
    seen: list[int] = []

    def write(number: int) -> None:
        for round_ in range(5):
            events = [replace(UNDATED, id=f"{number}-{round_}-{i}") for i in range(3)]
            store.add(replace(REPORT, id=f"report-{number}"), events, now=NOW)

    def read() -> None:
        seen.extend(len(store.features()) for _ in range(10))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [count for count in seen if count % 3] == []
    assert len(store.features()) == 9


def test_two_processes_create_one_project(tmp_path: Path) -> None:
    """Whoever comes first lays the file out; the other joins in."""
    script = "import sys; from geo.store import Store; Store(sys.argv[1]).close(); print('ready')"
    both = [subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in both] == [b"ready", b"ready"]


WRITER = """
import sys
from dataclasses import replace
from tests.test_geo_store import EXERCISE, NOW, REPORT
from geo.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
for version in range(100_000):
    for number in range(3):
        events = [replace(EXERCISE, id=f"{number}-{i}", title=f"version {version}") for i in range(20)]
        store.add(replace(REPORT, id=str(number), title=f"version {version}"), events, now=NOW)
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_writer_leaves_the_old_or_the_new(tmp_path: Path, seed: int) -> None:
    """After kill -9 at any moment the file is sound, and each report is there whole, with all its events."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE)
    writer.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.25))  # noqa: S311 - no secret
    writer.kill()
    writer.communicate()
    with Store(tmp_path) as store:
        features = store.features()
        titles = {report.id: report.title for report in store.reports()}
        whole = {number: [title] * 20 for number, title in titles.items()}
        assert features.groupby(features["id"].str[0])["title"].apply(list).to_dict() == whole
        connection = sqlite3.connect(store.path)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()

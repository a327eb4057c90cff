"""Any other table, Excel and GeoJSON: guessed columns, words for kinds, geometries, and our own files without loss."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely.geometry import MultiPoint, Point

from geo.datasets import Datasets
from geo.errors import InvalidRecord, UnreadableFile
from geo.export import to_geojson
from geo.features import COLUMNS, to_events, to_features
from geo.flat import flatten, unflatten
from geo.importers.ahead import SHORT_TURNS, TURN_S, map_ahead
from geo.importers.cells import pack, to_json
from geo.importers.columns import Days, join_some
from geo.importers.table import find_kind, guess_mapping
from geo.importing import import_file
from geo.query import Counts, Query
from geo.records import Event
from tests.event_files import BATTLE, write_rows

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def run(path: Path, **options: object) -> list[dict]:
    """Import a file into a store beside it and return its rows in the order of their ids."""
    done = import_file(path, folder=path.parent / "store", now=NOW, replace=True, **options)
    assert done.imported + done.rejected + done.merged == done.read
    rows = [row for path in Datasets(path.parent / "store").paths() for row in pq.ParquetFile(path).read().to_pylist()]
    return sorted(rows, key=lambda row: row["id"])


def write_json(path: Path, value: object) -> Path:
    """Write JSON and return the path."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def feature(geometry: dict | None, **properties: object) -> dict:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    """Comma, semicolon, tab, bar; a decimal comma is understood where it cannot be a delimiter."""
    number = "37.5" if delimiter == "," else "37,5"
    row = {"id": "1", "date": "2024-04-15", "lat": number, "lon": "69", "note": "x"}
    (event,) = run(write_rows(tmp_path / "a.csv", list(row), [row], delimiter=delimiter))
    assert (event["lat"], event["start"]) == (37.5, date(2024, 4, 15))


def test_a_guessed_mapping_prefers_tags_and_exact_names() -> None:
    """What is not recognised stays in extra alone."""
    assert guess_mapping(["Event Date", "Y", "X", "Town", "Blah"]) == {
        "start": "Event Date",
        "lat": "Y",
        "lon": "X",
        "place": "Town",
    }
    assert guess_mapping(["a", "b", "c"], ["#date+start", "#geo+lat", "#geo+lon"]) == {
        "start": "a",
        "lat": "b",
        "lon": "c",
    }


def test_a_mapping_can_be_corrected(tmp_path: Path) -> None:
    """What the caller says counts, and makes any file a plain table."""
    row = {"id": "1", "when": "x", "seen": "3 May 2024", "lat": "1", "lon": "2", "head": "Drill"}
    path = write_rows(tmp_path / "a.csv", list(row), [row])
    (event,) = run(path, mapping={"start": "seen", "lat": "lat", "lon": "lon", "title": "head", "kind": "head"})
    assert (event["start"], event["title"], event["kind"]) == (date(2024, 5, 3), "Drill", "exercise")


@pytest.mark.parametrize(
    ("mapping", "words"), [({"when": "a"}, "the field 'when'"), ({"start": "zz"}, "start='zz'; expected one of")]
)
def test_an_impossible_mapping_is_refused(tmp_path: Path, mapping: dict[str, str], words: str) -> None:
    """The message names field, column and what there is."""
    with pytest.raises(InvalidRecord, match=words):
        run(write_rows(tmp_path / "a.csv", ["a", "date"], [{"a": "1"}]), mapping=mapping)


def test_a_point_of_unknown_exactness_is_not_told_as_exact(tmp_path: Path) -> None:
    """25 km are assumed, unless the table has a radius or precision."""
    rows = [
        {"id": "1", "lat": "37", "lon": "69"},
        {"id": "2", "lat": "37", "lon": "69", "radius_km": "3"},
        {"id": "3", "lat": "37", "lon": "69", "precision": "country", "country": "TJ"},
    ]
    events = run(write_rows(tmp_path / "a.csv", ["id", "lat", "lon", "radius_km", "precision", "country"], rows))
    assert [(event["location_precision"], event["radius_km"]) for event in events[:2]] == [
        ("unknown", 25),
        ("unknown", 3),
    ]
    assert (events[2]["location_precision"], events[2]["part_area"]) == ("country", "TJ")


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("15.04.2024", date(2024, 4, 15), date(2024, 4, 15), "day"),
        ("April 15, 2024", date(2024, 4, 15), date(2024, 4, 15), "day"),
        ("15 апреля 2024", date(2024, 4, 15), date(2024, 4, 15), "day"),
        ("2024-04-15T10:00:00Z", date(2024, 4, 15), date(2024, 4, 15), "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "year"),
    ],
)
def test_dates_of_tables_are_as_exact_as_written(
    tmp_path: Path, text: str, start: date, end: date, precision: str
) -> None:
    """A month or year is an interval."""
    (event,) = run(write_rows(tmp_path / "a.csv", ["id", "date"], [{"id": "1", "date": text}]))
    assert (event["start"], event["end"], event["date_precision"]) == (start, end, precision)


def test_a_file_with_the_month_first_is_read_so(tmp_path: Path) -> None:
    """One number above 12 settles the order for the whole file."""
    rows = [{"id": "1", "date": "04/05/2024"}, {"id": "2", "date": "04/25/2024"}]
    events = run(write_rows(tmp_path / "a.csv", ["id", "date"], rows))
    assert [event["start"] for event in events] == [date(2024, 4, 5), date(2024, 4, 25)]


@pytest.mark.parametrize("text", ["2024-13-01", "31.02.2024", "soon", "20241301", "12", "5 Foo 2024"])
def test_what_is_no_date_is_none(text: str) -> None:
    """Never a guess."""
    assert Days().parse(text) == (None, "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *[("exercise", "exercise"), ("Joint Drill", "exercise"), ("Border closure", "border_closure")],
        *[("Closed crossing", "border_closure"), ("обстрел", "attack"), ("Drug seizure", "seizure"), ("x", "other")],
    ],
)
def test_words_become_kinds(text: str, kind: str) -> None:
    """Our own names first, then words."""
    assert find_kind(text) == kind


def test_an_excel_file_is_read(tmp_path: Path) -> None:
    """Dates and numbers of cells come as text, blank rows are skipped."""
    book = openpyxl.Workbook()
    for row in (
        ["id", "date", "lat", "lon"],
        [1, datetime(2024, 4, 15), 37.5, 69],  # noqa: DTZ001 - as Excel has them
        [],
        [2.0, date(2024, 4, 16), 0.5, 1],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    events = run(tmp_path / "a.xlsx")
    assert [(event["id"], event["start"], event["lat"]) for event in events] == [
        ("a:1", date(2024, 4, 15), 37.5),
        ("a:2", date(2024, 4, 16), 0.5),
    ]


def test_cells_that_are_not_utf8_are_mended(tmp_path: Path) -> None:
    """Windows-1252 is assumed byte by byte, and UTF-16 is known by its mark."""
    text = "id,date,title\n1,2024-04-15,Caf\u00e9\n"
    for encoding in ("cp1252", "utf-16", "utf-8"):
        (tmp_path / "a.csv").write_bytes(text.encode(encoding))
        assert run(tmp_path / "a.csv")[0]["title"] == "Caf\u00e9"


def test_cyrillic_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    """Words of Windows-1251 are told from single western letters, also from one broken byte in UTF-8."""
    text = "id,date,title\n1,2024-04-15,\u0423\u0447\u0435\u043d\u0438\u044f \u0443 \u0433\u0440\u0430\u043d\u0438\u0446\u044b\n"
    title = text.splitlines()[1].split(",")[2]
    (tmp_path / "a.csv").write_bytes(text.encode("cp1251"))
    assert run(tmp_path / "a.csv")[0]["title"] == title
    (tmp_path / "a.csv").write_bytes(text.encode() + b"2,2024-04-15,Caf\xe9\n")
    assert [row["title"] for row in run(tmp_path / "a.csv")] == [title, "Caf\u00e9"]


def test_joining_leaves_out_what_is_empty_or_null() -> None:
    """A row in which every text is null gives an empty text, and no row is lost."""
    one = pa.array(["a", None, None, "", "a"], pa.string())
    two = pa.array(["b", None, "b", None, ""], pa.string())
    assert join_some(one, two, between=": ").to_pylist() == ["a: b", "", "b", "", "a"]


def test_json_of_cells_is_json_whatever_they_hold() -> None:
    """Marks, breaks and more rows than are put together at once."""
    cells = ['plain "quoted" back\\slash', "line\nbreak\ttab", "\x01é 中", ""] * 700
    packed = pack({'na"me': pa.array(cells), "b": pa.array(["x"] * len(cells))})
    told = to_json(packed.rows, packed.names).to_pylist()
    assert [json.loads(text) for text in told] == [{'na"me': cell, "b": "x"} for cell in cells]
    assert packed['na"me'].to_pylist() == cells
    assert packed.row(2) == [cells[2], "x"]


def test_work_ahead_keeps_the_order_and_passes_errors_on() -> None:
    """Results come as their items did; what fails is raised where the result would have come."""
    assert list(map_ahead(lambda n: n * n, range(20), threads=3)) == [n * n for n in range(20)]
    results = map_ahead(lambda n: 6 // (3 - n), range(5), threads=2)
    assert [next(results) for _ in range(3)] == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_others_geojson_keeps_its_properties_and_geometries(tmp_path: Path) -> None:
    """Points get a radius, lines and areas are drawn as themselves, several points are several places."""
    items = [
        feature({"type": "Point", "coordinates": [69, 37]}, id=1, date="2024-04-15", nested={"a": [1, None]}),
        feature({"type": "LineString", "coordinates": [[68, 37], [69, 38]]}, id=2, date="2024-04-15"),
        feature({"type": "MultiPoint", "coordinates": [[68, 37], [69, 38]]}, id=3, date="2024-04-15"),
        feature(None, id=4, date="2024-04-15"),
    ]
    path = write_json(tmp_path / "a.geojson", {"type": "FeatureCollection", "name": "x", "features": items})
    events = run(path)
    assert [event["parts"] for event in events] == [1, 1, 2, 0]
    assert [event["location_precision"] for event in events] == ["unknown", "line", "unknown", "unknown"]
    assert json.loads(events[0]["extra"])["nested"] == {"a": [1, None]}
    assert shapely.from_wkb(events[1]["geometry"]).equals(shapely.LineString([[68, 37], [69, 38]]))
    assert pq.read_table(Datasets(tmp_path / "store").get("a").parts())["event_id"].to_pylist() == ["a:3", "a:3"]


def test_ucdp_as_geojson_is_known_by_its_properties(tmp_path: Path) -> None:
    """The point stands for latitude and longitude."""
    own = {name: value for name, value in BATTLE.items() if name not in ("latitude", "longitude")}
    own |= {"date_start": "2021-04-29T00:00:00", "where_prec": 4}
    path = write_json(
        tmp_path / "a.json",
        {"type": "FeatureCollection", "features": [feature({"type": "Point", "coordinates": [70.6, 40.1]}, **own)]},
    )
    (event,) = run(path)
    assert (event["id"], event["part_area"], event["start"]) == ("ucdp-ged:101", "TJ-SU", date(2021, 4, 29))


def test_line_delimited_geojson_is_read(tmp_path: Path) -> None:
    """One feature a line, also with record separators; a broken one is a reject."""
    lines = [feature({"type": "Point", "coordinates": [69, 37]}, id=n, date="2024-04-15") for n in (1, 2)]
    path = tmp_path / "a.geojsonl"
    path.write_text("".join("\x1e" + json.dumps(line) + "\n" for line in [*lines, {"type": "Other"}]), encoding="utf-8")
    done = import_file(path, folder=tmp_path / "s", now=NOW)
    assert (done.read, done.imported, done.rejected) == (3, 2, 1)


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    """Nothing is stored of a file that breaks off."""
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[\n' + json.dumps(feature(None, date="2024-01-01")) + ",\n{",
        encoding="utf-8",
    )
    with pytest.raises(UnreadableFile, match="line 3"):
        run(path)


@pytest.mark.parametrize("kind", ["geojson", "parquet"])
def test_our_own_files_come_back_without_loss(tmp_path: Path, kind: str) -> None:
    """Every column, with several places, evidence and review."""
    places = [
        {"name": "A", "lat": 37.0, "lon": 69.0, "radius_km": 5.0, "precision": "settlement"},
        {"name": "B", "radius_km": 9.0, "precision": "district"},
    ]
    events = [
        Event("e1", "Two places", "exercise", "planned", date(2024, 4, 15), None, "day", ("Army",), ("T-72",), "A", "TJ",
              MultiPoint([(69, 37), (70, 38)]), 9.0, "district", "AF-TJ", 20.5, 300.25, "https://example.org/a", "Paper",
              "CC BY 4.0", date(2024, 4, 16), False, "reports", "corrected", {"places": places}, {"n": [1, "é"]}),
        Event("e2", "Nowhere", "other", "reported"),
        Event("e3", "One", "patrol", "denied", date(2024, 1, 1), date(2024, 1, 31), "month", geometry=Point(69.1234567, 37), radius_km=3.0),
    ]  # fmt: skip
    path = tmp_path / f"ours.{kind}"
    if kind == "geojson":
        rows = to_features(events).assign(match="yes")
        path.write_bytes(to_geojson(rows, query=Query(), counts=Counts(3, 0, 0, 0, 0, 3), now=NOW))
    else:
        rows, _ = flatten(to_features(events))
        pq.write_table(rows.select(COLUMNS), path)
    done = import_file(path, folder=tmp_path / "s", now=NOW)
    stored = [pq.ParquetFile(path).read() for path in Datasets(tmp_path / "s").paths()]
    back = [event for table in stored for event in to_events(unflatten(table))]
    assert done.format == "borderwatch"
    assert sorted(back, key=lambda event: event.id) == events
    assert pq.read_table(Datasets(tmp_path / "s").list()[0].parts())["part_place"].to_pylist() == ["A", "B"]


def test_imports_at_the_same_time_leave_the_turns_of_threads_as_they_were() -> None:
    """The last to end restores what was before the first."""
    before = sys.getswitchinterval()
    with SHORT_TURNS:
        with SHORT_TURNS:
            assert sys.getswitchinterval() == pytest.approx(TURN_S)
        assert sys.getswitchinterval() == pytest.approx(TURN_S)
    assert sys.getswitchinterval() == before

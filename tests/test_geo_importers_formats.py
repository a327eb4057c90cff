"""ACLED, UCDP and GDELT: every variant met in the wild, and what their codes become."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from geo.datasets import Datasets
from geo.importers.countries import from_fips, from_text
from geo.importers.gdelt import CAMEO, look_up
from geo.importing import Summary, import_file
from geo.records import KINDS, STATUSES
from tests.event_files import ACLED, BATTLE, FIGHT, UCDP, gdelt_row, write_rows

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def run(path: Path, **options: object) -> tuple[Summary, list[dict]]:
    """Import a file into a store beside it; return the summary and the rows in the order of the file."""
    done = import_file(path, folder=path.parent / "store", now=NOW, replace=True, **options)
    rows = [row for path in Datasets(path.parent / "store").paths() for row in pq.ParquetFile(path).read().to_pylist()]
    assert done.imported + done.rejected + done.merged == done.read
    return done, sorted(rows, key=lambda row: json.loads(row["evidence"])["line"])


def test_an_acled_row_becomes_an_event(tmp_path: Path) -> None:
    """Title, kind, day, actors, place, precision and source follow from the columns."""
    done, (row,) = run(write_rows(tmp_path / "a.csv", ACLED, [FIGHT]))
    assert (done.format, row["id"], row["kind"], row["status"]) == ("acled", "acled:TAJ1", "attack", "completed")
    assert row["title"] == "Armed clash: Border Guards A – Armed Group B: Panj, Tajikistan"
    assert (row["start"], row["end"], row["date_precision"]) == (date(2024, 4, 15), date(2024, 4, 15), "day")
    assert row["actors"] == ["Border Guards A", "Armed Group B", "Allies C", "Allies D"]
    assert (row["lat"], row["lon"], row["radius_km"], row["location_precision"]) == (37.2389, 69.0986, 5, "settlement")
    assert (row["place"], row["country"], row["countries"]) == ("Panj", "TJ", ["TJ"])
    assert "ACLED" in row["licence"]


@pytest.mark.parametrize("text", ["2024-04-15", "15 April 2024", "15-04-2024"])
def test_acled_writes_dates_in_three_ways(tmp_path: Path, text: str) -> None:
    """All are the same day."""
    _, (row,) = run(write_rows(tmp_path / "a.csv", ACLED, [{**FIGHT, "event_date": text}]))
    assert row["start"] == date(2024, 4, 15)


def test_acled_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """The mark is no part of the first column's name."""
    path = write_rows(tmp_path / "a.csv", ACLED, [FIGHT])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    _, (row,) = run(path)
    assert (row["id"], json.loads(row["extra"])["event_id_cnty"]) == ("acled:TAJ1", "TAJ1")


@pytest.mark.parametrize(
    "rename",
    [
        {"event_id_cnty": "data_id", "iso": "iso3"},
        {"event_id_cnty": "event_id_no_cnty", "iso": "gwno"},
        {name: name.upper() for name in ACLED},
    ],
)
def test_older_acled_headers_are_understood(tmp_path: Path, rename: dict[str, str]) -> None:
    """Older names of columns, and capitals."""
    row = {rename.get(name, name): value for name, value in FIGHT.items()}
    row |= {"iso3": "TJK"} if "iso3" in row else {}
    done, (event,) = run(write_rows(tmp_path / "a.csv", [rename.get(name, name) for name in ACLED], [row]))
    assert (done.format, event["country"], event["place"]) == ("acled", "TJ", "Panj")


@pytest.mark.parametrize("inter", ["1", "State Forces"])
def test_acled_inter_codes_may_be_numbers_or_text(tmp_path: Path, inter: str) -> None:
    """They are kept as they are."""
    _, (row,) = run(write_rows(tmp_path / "a.csv", ACLED, [{**FIGHT, "inter1": inter, "interaction": inter}]))
    assert json.loads(row["extra"])["inter1"] == inter


def test_acled_without_coordinates_is_kept_without_place(tmp_path: Path) -> None:
    """Null geometry is allowed, and counted."""
    names = [name for name in ACLED if name not in ("latitude", "longitude", "geo_precision")]
    done, (row,) = run(write_rows(tmp_path / "a.csv", names, [FIGHT]))
    assert (done.unplaced, row["geometry"], row["location_precision"], row["parts"]) == (1, None, "unknown", 0)


@pytest.mark.parametrize(
    ("code", "precision", "radius"), [("1", "settlement", 5), ("2", "district", 25), ("3", "region", 100)]
)
def test_acled_place_precision_gives_the_radius(tmp_path: Path, code: str, precision: str, radius: float) -> None:
    """A region has no distance to a border."""
    from geo.borders import load_borders

    path = write_rows(tmp_path / "a.csv", ACLED, [{**FIGHT, "geo_precision": code}])
    _, (row,) = run(path, borders=load_borders())
    assert (row["location_precision"], row["radius_km"]) == (precision, radius)
    assert row["border"] == (None if code == "3" else "AF-TJ")


@pytest.mark.parametrize(
    ("code", "start", "end", "precision"),
    [("2", date(2024, 4, 12), date(2024, 4, 18), "week"), ("3", date(2024, 4, 1), date(2024, 4, 30), "month")],
)
def test_acled_time_precision_widens_the_day(tmp_path: Path, code: str, start: date, end: date, precision: str) -> None:
    """A day that stands for a week or month is not told as that day."""
    _, (row,) = run(write_rows(tmp_path / "a.csv", ACLED, [{**FIGHT, "time_precision": code}]))
    assert (row["start"], row["end"], row["date_precision"]) == (start, end, precision)


@pytest.mark.parametrize(
    ("event", "sub", "notes", "kind"),
    [
        ("Strategic developments", "Change to group/activity", "Movement of forces: joint exercises began", "exercise"),
        ("Strategic developments", "Change to group/activity", "Movement of forces: a column left", "deployment"),
        ("Strategic developments", "Change to group/activity", "The exercise club renamed itself", "other"),
        ("Strategic developments", "Agreement", "", "agreement"),
        ("Strategic developments", "Disrupted weapons use", "", "seizure"),
        ("Strategic developments", "Headquarters or base established", "", "deployment"),
        ("Explosions/Remote violence", "Shelling/artillery/missile attack", "", "attack"),
        ("Battle-No change of territory", "", "", "attack"),
        ("Protests", "Peaceful protest", "", "other"),
    ],
)
def test_acled_types_become_kinds(tmp_path: Path, event: str, sub: str, notes: str, kind: str) -> None:
    """Exercises hide among the strategic developments."""
    row = {**FIGHT, "event_type": event, "sub_event_type": sub, "notes": notes}
    assert run(write_rows(tmp_path / "a.csv", ACLED, [row]))[1][0]["kind"] == kind


def test_acled_weekly_sums_say_that_they_are_sums(tmp_path: Path) -> None:
    """The aggregated files have no ids of events: a row is a week in a region."""
    names = (
        "WEEK REGION COUNTRY ADMIN1 EVENT_TYPE SUB_EVENT_TYPE EVENTS FATALITIES ID CENTROID_LATITUDE CENTROID_LONGITUDE"
    )
    row = {"WEEK": "2024-04-13", "COUNTRY": "Tajikistan", "ADMIN1": "Khatlon", "EVENT_TYPE": "Battles", "EVENTS": "12"}
    row |= {"SUB_EVENT_TYPE": "Armed clash", "ID": "7", "CENTROID_LATITUDE": "37.9", "CENTROID_LONGITUDE": "69.2"}
    done, rows = run(write_rows(tmp_path / "a.csv", names.split(), [row, {**row, "WEEK": "2024-04-20"}]))
    assert (done.imported, rows[0]["title"]) == (2, "12 events in one week: Armed clash, Khatlon, Tajikistan")
    assert (rows[0]["end"], rows[0]["date_precision"]) == (date(2024, 4, 19), "week")
    assert (rows[0]["location_precision"], rows[0]["part_area"]) == ("region", "TJ-KT")


def test_a_ucdp_row_becomes_an_event(tmp_path: Path) -> None:
    """Dates with a time of midnight are days; -1 sources is kept as it is."""
    done, (row,) = run(write_rows(tmp_path / "a.csv", UCDP, [BATTLE]))
    assert (done.format, row["id"], row["kind"], row["status"]) == ("ucdp", "ucdp-ged:101", "attack", "completed")
    assert row["title"] == "State-based conflict: Government of A – Group B, Isfara town, 3 killed"
    assert (row["start"], row["end"], row["country"]) == (date(2021, 4, 29), date(2021, 4, 30), "TJ")
    assert (row["radius_km"], row["location_precision"], row["licence"]) == (1, "exact", "CC BY 4.0")
    assert json.loads(row["extra"])["number_of_sources"] == "-1"
    assert json.loads(row["evidence"])["places"][0]["reason"] == "where_prec 1: the exact place is known"


def test_ucdp_without_a_header_row_is_known_by_its_cells(tmp_path: Path) -> None:
    """The first row is an event, and is not lost."""
    done, rows = run(write_rows(tmp_path / "a.csv", UCDP, [BATTLE, {**BATTLE, "id": "102"}], header=False))
    assert (done.format, done.read, rows[0]["id"], rows[0]["place"]) == ("ucdp", 2, "ucdp-ged:101", "Isfara town")


def test_a_row_of_hxl_tags_is_no_event(tmp_path: Path) -> None:
    """It belongs to the header, and a note says so."""
    tags = {"id": "#event+id", "date_start": "#date+start", "latitude": "#geo+lat", "longitude": "#geo+lon"}
    done, rows = run(write_rows(tmp_path / "a.csv", UCDP, [tags, BATTLE]))
    assert (done.read, done.rejected, len(rows)) == (1, 0, 1)
    assert "HXL" in done.notes[0]


def test_old_names_and_decimals_of_ucdp_are_understood(tmp_path: Path) -> None:
    """best_est for best, 1.0 for 1."""
    names = [{"best": "best_est", "high": "high_est", "low": "low_est"}.get(name, name) for name in UCDP]
    row = {**BATTLE, "best_est": "12", "id": "101.0", "where_prec": "4.0", "type_of_violence": "3.0"}
    _, (event,) = run(write_rows(tmp_path / "a.csv", names, [row]))
    assert event["title"] == "One-sided violence: Government of A – Group B, Isfara town, 12 killed"
    assert (event["id"], event["location_precision"]) == ("ucdp-ged:101", "region")


@pytest.mark.parametrize(
    ("code", "precision", "area"),
    [
        *[("2", "settlement", None), ("3", "district", None), ("4", "region", "TJ-SU"), ("5", "region", None)],
        *[("6", "country", "TJ"), ("7", "unknown", None), ("", "unknown", None)],
    ],
)
def test_ucdp_place_precision_is_never_finer_than_said(
    tmp_path: Path, code: str, precision: str, area: str | None
) -> None:
    """A province or country is its outline, with a radius that holds all of it."""
    _, (row,) = run(write_rows(tmp_path / "a.csv", UCDP, [{**BATTLE, "where_prec": code}]))
    assert (row["location_precision"], row["part_area"]) == (precision, area)
    assert row["radius_km"] >= (100 if precision in ("region", "country") else 25)


@pytest.mark.parametrize(
    ("code", "precision"), [("1", "day"), ("2", "week"), ("3", "week"), ("4", "month"), ("5", "year")]
)
def test_ucdp_date_precision_is_mapped(tmp_path: Path, code: str, precision: str) -> None:
    """The interval stays as given."""
    _, (row,) = run(write_rows(tmp_path / "a.csv", UCDP, [{**BATTLE, "date_prec": code}]))
    assert (row["date_precision"], row["end"]) == (precision, date(2021, 4, 30))


def test_an_unclear_ucdp_event_is_reported(tmp_path: Path) -> None:
    """event_clarity 2."""
    assert run(write_rows(tmp_path / "a.csv", UCDP, [{**BATTLE, "event_clarity": "2"}]))[1][0]["status"] == "reported"


@pytest.mark.parametrize(("columns", "name"), [(61, "a.csv"), (61, "a.CSV"), (58, "b.csv"), (57, "c.CSV")])
def test_gdelt_is_known_by_the_number_of_its_columns(tmp_path: Path, columns: int, name: str) -> None:
    """No header, tab-separated, named .csv or .CSV; 1.0 has 57 or 58 columns."""
    path = tmp_path / name
    path.write_text(gdelt_row(5, columns=columns), encoding="utf-8")
    done, (row,) = run(path)
    assert (done.format, row["id"], row["kind"], row["country"]) == ("gdelt", "gdelt:5", "exercise", "TJ")
    assert (row["start"], row["published"]) == (date(2024, 4, 15), date(2024, 4, 16))
    assert (row["lat"], row["lon"], row["place"]) == (38.56, 68.7739, "Dushanbe")
    assert row["source_url"] == (None if columns == 57 else "https://example.org/a")
    assert row["actors"] == ["Russia", "Tajikistan"]


def test_gdelt_cells_with_quotation_marks_stay_whole(tmp_path: Path) -> None:
    """A quotation mark means nothing in GDELT."""
    path = tmp_path / "a.CSV"
    path.write_text(gdelt_row(1, actor1='"A') + gdelt_row(2), encoding="utf-8")
    done, rows = run(path)
    assert (done.imported, rows[0]["actors"][0]) == (2, '"A')


@pytest.mark.parametrize(
    ("code", "precision", "area"),
    [
        ("1", "country", "TJ"),
        ("2", "region", "TJ-DU"),
        ("3", "settlement", None),
        ("4", "settlement", None),
        ("5", "region", "TJ-DU"),
    ],
)
def test_gdelt_centroids_are_areas(tmp_path: Path, code: str, precision: str, area: str | None) -> None:
    """ActionGeo_Type 1, 2 and 5 are centres of a country or region."""
    path = tmp_path / "a.CSV"
    path.write_text(gdelt_row(1, type=code), encoding="utf-8")
    _, (row,) = run(path)
    assert (row["location_precision"], row["part_area"]) == (precision, area)


@pytest.mark.parametrize(
    ("code", "kind", "status"),
    [
        ("062", "exercise", "reported"),
        ("0312", "exercise", "planned"),
        ("154", "deployment", "reported"),
        ("190", "attack", "reported"),
        ("073", "aid", "reported"),
        ("057", "agreement", "reported"),
        ("061", "agreement", "reported"),
        ("1711", "seizure", "reported"),
        ("043", "visit", "reported"),
        ("010", "other", "reported"),
        ("", "other", "reported"),
    ],
)
def test_cameo_codes_are_text_and_looked_up_by_their_beginning(code: str, kind: str, status: str) -> None:
    """062 is not 62."""
    assert look_up(code)[:2] == (kind, status)


def test_every_cameo_entry_is_a_kind_and_a_status() -> None:
    """The table has no misprints."""
    assert {entry[0] for entry in CAMEO.values()} <= set(KINDS)
    assert {entry[1] for entry in CAMEO.values()} <= set(STATUSES)
    assert {code[:2] for code in CAMEO} == {f"{root:02d}" for root in range(1, 21)}


@pytest.mark.parametrize(
    ("code", "iso"), [("TI", "TJ"), ("KV", "XK"), ("OD", "SS"), ("RI", "RS"), ("GZ", "PS"), ("", None)]
)
def test_fips_codes_become_iso_codes(code: str, iso: str | None) -> None:
    """TI is Tajikistan, not Ticino."""
    assert from_fips(code) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        *[("TJ", "TJ"), ("TJK", "TJ"), ("762", "TJ"), ("4", "AF"), ("004", "AF"), ("Таджикистан", "TJ")],
        *[("Russia (Soviet Union)", "RU"), ("DR Congo (Zaire)", "CD"), ("Bosnia-Herzegovina", "BA")],
        *[("Yemen (North Yemen)", "YE"), ("Atlantis", None), ("", None)],
    ],
)
def test_countries_are_known_by_code_and_name(text: str, iso: str | None) -> None:
    """As ACLED, UCDP and people write them."""
    assert from_text(text) == iso

"""Importing as a whole: counts that add up, merging, rejects, warnings, kills, limits."""

import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from shapely import Point

from geo.__main__ import main
from geo.borders import load_borders
from geo.datasets import Datasets
from geo.errors import InvalidRecord, UnreadableFile
from geo.importers import files
from geo.importers.stage import hilbert
from geo.importing import import_file, preview
from tests.event_files import ACLED, BATTLE, FIGHT, UCDP, gdelt_row, write_rows

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


def rows_of(folder: Path) -> list[dict]:
    """Return all imported rows in the order of their ids."""
    rows = [row for path in Datasets(folder).paths() for row in pq.ParquetFile(path).read().to_pylist()]
    return sorted(rows, key=lambda row: row["id"])


def test_counts_add_up_whatever_the_file_holds(tmp_path: Path) -> None:
    """Imported, rejected and merged rows are all that were read, and every reject says why."""
    chance = random.Random(4)  # noqa: S311 - no secret
    for number in range(8):
        rows = []
        for n in range(chance.randint(1, 60)):
            row = {**FIGHT, "event_id_cnty": chance.choice(["", f"T{n}", "T1"])}
            row |= {
                "latitude": chance.choice(["37.2", "", "95", "x", "0"]),
                "longitude": chance.choice(["69", "", "0"]),
            }
            row["event_date"] = chance.choice(["2024-04-15", "soon", "", "15 April 2024"])
            rows.append(row)
        rows.append(FIGHT)
        path = write_rows(tmp_path / f"{number}.csv", ACLED, rows)
        with path.open("a", encoding="utf-8") as file:
            file.write("too,few\n\n" * chance.randint(0, 3))
        done = import_file(path, folder=tmp_path / str(number), now=NOW)
        broken = path.read_text(encoding="utf-8").count("too,few")
        assert done.read == len(rows) + broken
        assert done.imported + done.rejected + done.merged == done.read
        assert sum(done.reasons.values()) == done.rejected
        assert len(rows_of(tmp_path / str(number))) == done.imported == done.total
        if done.rejected:
            with done.reject_file.open(encoding="utf-8", newline="") as file:
                assert len(list(csv.DictReader(file))) == done.rejected


def test_a_reject_names_its_line_and_keeps_the_row(tmp_path: Path) -> None:
    """Line numbers count physical lines, also after a cell with line breaks."""
    rows = [{**FIGHT, "notes": "one\ntwo\nthree"}, {**FIGHT, "event_id_cnty": "TAJ2", "event_date": "soon"}]
    done = import_file(write_rows(tmp_path / "a.csv", ACLED, rows), folder=tmp_path / "s", now=NOW)
    with done.reject_file.open(encoding="utf-8", newline="") as file:
        (reject,) = csv.DictReader(file)
    assert (reject["line"], reject["reason"]) == ("5", "date not understood: 'soon'")
    assert next(csv.reader([reject["row"]]))[:2] == ["TAJ2", "soon"]


def test_a_row_with_too_few_cells_is_rejected_with_its_line(tmp_path: Path) -> None:
    """A torn row costs itself, not its neighbours."""
    path = write_rows(tmp_path / "a.csv", ["id", "date", "lat", "lon"], [{"id": "1", "date": "2024-01-02"}])
    path.write_text(path.read_text() + "2,2024\n3,2024-01-03,,\n", encoding="utf-8")
    done = import_file(path, folder=tmp_path / "s", now=NOW)
    assert (done.imported, done.reasons) == (2, {"wrong number of cells": 1})
    assert done.reject_file.read_text(encoding="utf-8").splitlines()[1].startswith("3,has 2 cells; expected 4")


def test_the_last_row_of_an_id_wins(tmp_path: Path) -> None:
    """Ids that recur with revisions are merged, and counted."""
    rows = [BATTLE, {**BATTLE, "id": "102"}, {**BATTLE, "side_b": "Revised"}]
    done = import_file(write_rows(tmp_path / "a.csv", UCDP, rows), folder=tmp_path / "s", now=NOW)
    assert (done.imported, done.merged) == (2, 1)
    assert [row["actors"][1] for row in rows_of(tmp_path / "s")] == ["Revised", "Group B"]


def test_importing_a_revised_file_updates_by_id(tmp_path: Path) -> None:
    """Rows of the new file replace those of their id, also in another year; the others stay."""
    old = [{**BATTLE, "id": str(n)} for n in (1, 2)]
    old.append({**BATTLE, "id": "3", "date_start": "2019-01-01", "date_end": "2019-01-01"})
    new = [{**BATTLE, "id": "2", "date_start": "2022-05-05", "date_end": "2022-05-05"}, {**BATTLE, "id": "4"}]
    import_file(write_rows(tmp_path / "a.csv", UCDP, old), folder=tmp_path / "s", now=NOW)
    done = import_file(write_rows(tmp_path / "b.csv", UCDP, new), folder=tmp_path / "s", now=NOW)
    assert (done.imported, done.updated, done.total) == (2, 1, 4)
    assert [(row["id"], row["start"].year) for row in rows_of(tmp_path / "s")] == [
        *(("ucdp-ged:1", 2021), ("ucdp-ged:2", 2022), ("ucdp-ged:3", 2019), ("ucdp-ged:4", 2021)),
    ]


def test_replace_drops_what_was_there(tmp_path: Path) -> None:
    """With replace the dataset is the file."""
    import_file(write_rows(tmp_path / "a.csv", UCDP, [BATTLE]), folder=tmp_path / "s", now=NOW)
    path = write_rows(tmp_path / "b.csv", UCDP, [{**BATTLE, "id": "9"}])
    assert import_file(path, folder=tmp_path / "s", now=NOW, replace=True).total == 1
    assert [row["id"] for row in rows_of(tmp_path / "s")] == ["ucdp-ged:9"]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    """Ids are stable, also of rows without an id of their own."""
    path = write_rows(tmp_path / "a.csv", ["date", "lat", "lon", "title"], [{"date": "2024-01-02", "title": "Patrol"}])
    import_file(path, folder=tmp_path / "s", now=NOW)
    before = rows_of(tmp_path / "s")
    done = import_file(path, folder=tmp_path / "s", now=NOW)
    assert (done.updated, rows_of(tmp_path / "s")) == (1, before)


def test_a_killed_import_leaves_the_old_state(tmp_path: Path) -> None:
    """Kill -9 in the middle: the old rows are readable, and the next import cleans up and succeeds."""
    folder = tmp_path / "s"
    import_file(write_rows(tmp_path / "a.csv", UCDP, [BATTLE]), folder=folder, now=NOW)
    before = rows_of(folder)
    many = [{**BATTLE, "id": str(n), "year": "2020"} for n in range(2_000)]
    path = write_rows(tmp_path / "b.csv", UCDP, many)
    code = f"""
        import os, signal
        from datetime import datetime, UTC
        from geo.importing import import_file
        def progress(share, what):
            if what == "writing":
                os.kill(os.getpid(), signal.SIGKILL)
        import_file({str(path)!r}, folder={str(folder)!r}, now=datetime.now(UTC), progress=progress)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert rows_of(folder) == before
    assert import_file(path, folder=folder, now=NOW).total == 2_000
    assert not (folder / "staging").exists()


def test_the_original_row_is_kept(tmp_path: Path) -> None:
    """`extra` has every cell as it was, to the letter."""
    row = {**FIGHT, "notes": 'quote " back\\slash\ttab\nline é 中'}
    import_file(write_rows(tmp_path / "a.csv", ACLED, [row]), folder=tmp_path / "s", now=NOW)
    (stored,) = rows_of(tmp_path / "s")
    assert json.loads(stored["extra"]) == {name: row.get(name, "") for name in ACLED}
    assert json.loads(stored["evidence"])["line"] == 2


@pytest.mark.parametrize("packed", ["zip", "gz"])
def test_packed_files_are_read(tmp_path: Path, packed: str) -> None:
    """ZIP and gzip need no unpacking by hand; a read-me inside does not disturb."""
    plain = write_rows(tmp_path / "a.csv", UCDP, [BATTLE])
    path = tmp_path / f"a.csv.{packed}"
    if packed == "gz":
        path.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(plain, "ged/a.csv")
            archive.writestr("readme.txt", "words")
    assert import_file(path, folder=tmp_path / "s", now=NOW).format == "ucdp"


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file and the limit, and nothing is stored."""
    monkeypatch.setattr(files, "RATIO_FROM", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"id,date\n" + b"0" * (8 << 20)))
    with pytest.raises(UnreadableFile, match=r"bomb\.csv\.gz unpacks to more than 200 times"):
        import_file(path, folder=tmp_path / "s", now=NOW)
    assert Datasets(tmp_path / "s").list() == []


def test_a_file_over_the_size_limit_is_refused(tmp_path: Path) -> None:
    """The absolute limit holds whatever the ratio."""
    path = tmp_path / "large.gz"
    path.write_bytes(gzip.compress(os.urandom(3 << 20)))
    with pytest.raises(UnreadableFile, match="more than 1,000,000 bytes, the limit"):
        files.unpack(path, tmp_path, max_bytes=1_000_000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "none of its columns says when or where"),
        (b'{"a": 1}', "JSON but no GeoJSON"),
        (b'{"features": [', "this is no JSON|found ''"),
        (b"PK\x03\x04broken", "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path: Path, content: bytes, words: str) -> None:
    """A file that is no event file is named with the rule it breaks."""
    path = tmp_path / "x.dat"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        import_file(path, folder=tmp_path / "s", now=NOW)


def test_warnings_tell_what_looks_wrong(tmp_path: Path) -> None:
    """Outside the country, duplicates, the future and 0/0 are told; nothing is dropped for it."""
    rows = [
        FIGHT,
        {**FIGHT, "event_id_cnty": "TAJ2"},
        {**FIGHT, "event_id_cnty": "TAJ3", "latitude": "52.5", "longitude": "13.4"},
        {**FIGHT, "event_id_cnty": "TAJ4", "event_date": "2031-01-01"},
        {**FIGHT, "event_id_cnty": "TAJ5", "latitude": "0", "longitude": "0"},
    ]
    done = import_file(write_rows(tmp_path / "a.csv", ACLED, rows), folder=tmp_path / "s", now=NOW)
    told = "\n".join(done.warnings)
    assert done.imported == 5
    assert "1 points lie more than 25 km" in told
    assert "1 rows are the same as another" in told
    assert "1 events begin after 2026-11-01" in told
    assert "1 rows have the coordinates 0/0" in told
    assert done.unplaced == 1


def test_weekly_sums_posing_as_events_are_told(tmp_path: Path) -> None:
    """Every date a Saturday and few places: a warning."""
    first = date(2024, 1, 6)
    rows = [
        {**FIGHT, "event_id_cnty": f"W{n}", "event_date": (first + timedelta(days=7 * (n % 30))).isoformat()}
        for n in range(60)
    ]
    done = import_file(write_rows(tmp_path / "a.csv", ACLED, rows), folder=tmp_path / "s", now=NOW)
    assert any("weekly sums" in warning for warning in done.warnings)


def test_a_large_year_is_shared_out_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More rows than are sorted at once come out complete, in the order of their places."""
    monkeypatch.setattr("geo.importers.spool.PIECE_ROWS", 100)
    monkeypatch.setattr("geo.importers.write.DIRECT", 200)
    chance = random.Random(1)  # noqa: S311 - no secret
    rows = [
        {
            **BATTLE,
            "id": str(n),
            "latitude": f"{chance.uniform(-60, 60):.4f}",
            "longitude": f"{chance.uniform(-170, 170):.4f}",
        }
        for n in range(1_000)
    ]
    done = import_file(write_rows(tmp_path / "a.csv", UCDP, rows), folder=tmp_path / "s", now=NOW)
    more = import_file(write_rows(tmp_path / "b.csv", UCDP, rows[:300]), folder=tmp_path / "s", now=NOW)
    assert (done.total, more.total, more.updated) == (1_000, 1_000, 300)
    assert len({row["id"] for row in rows_of(tmp_path / "s")}) == 1_000


@pytest.mark.parametrize("expected", [True, False])
def test_a_year_divided_by_place_keeps_every_row_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, expected: bool
) -> None:
    """Put aside by place at once, or shared out again: the rows are the same, in the order of their places."""
    monkeypatch.setattr("geo.importers.spool.PIECE_ROWS", 64)
    monkeypatch.setattr("geo.importers.write.DIRECT", 128)
    if not expected:
        monkeypatch.setattr("geo.importers.spool.Pieces.learn", lambda *_: None)
    rows = [{**BATTLE, "id": str(n), "latitude": str(n % 60), "longitude": str(n * 7 % 170)} for n in range(500)]
    done = import_file(write_rows(tmp_path / "a.csv", UCDP, rows), folder=tmp_path / "s", now=NOW)
    assert done.imported == 500
    assert len({row["id"] for row in rows_of(tmp_path / "s")}) == 500
    for path in Datasets(tmp_path / "s").paths():
        table = pq.ParquetFile(path).read()
        keys = hilbert(table["lon"].to_numpy(), table["lat"].to_numpy())
        assert (np.diff(keys) >= 0).all()


def test_border_columns_are_those_of_each_point_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measured in portions with repeated points, and with rejected rows between; centres of areas have none."""
    monkeypatch.setattr("geo.importers.measure.AT_ONCE", 5)
    spots = [(37.2, 67.4), (12.6, -8.0), (37.2, 67.4), (0.0, 0.0), (95.0, 1.0), (60.0, 30.1)] * 4
    rows = [
        {**BATTLE, "id": str(n), "latitude": str(lat), "longitude": str(lon), "where_prec": "6" if n == 5 else "1"}
        for n, (lat, lon) in enumerate(spots)
    ]
    borders = load_borders()
    done = import_file(write_rows(tmp_path / "a.csv", UCDP, rows), folder=tmp_path / "s", now=NOW, borders=borders)
    assert (done.imported, done.rejected) == (20, 4)
    for row in rows_of(tmp_path / "s"):
        found = (row["border"], row["border_km"], row["border_at_km"])
        if row["lon"] is None or row["location_precision"] == "country":
            assert found == (None, None, None)
        else:
            assert found == pytest.approx(tuple(borders.nearest(Point(row["lon"], row["lat"]))))


def test_a_rejected_row_is_no_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    """What begins like a formula gets an apostrophe before it."""
    names = ["title", "date", "lat", "lon"]
    rows = [{"title": "=cmd()", "date": "soon"}, {"title": "@x", "date": "soon"}, {"title": "a", "date": "2024-01-02"}]
    done = import_file(write_rows(tmp_path / "a.csv", names, rows), folder=tmp_path / "s", now=NOW)
    with done.reject_file.open(encoding="utf-8", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["'=cmd(),soon,,", "'@x,soon,,"]


def test_the_files_are_geoparquet_by_year(tmp_path: Path) -> None:
    """Version 1.1, WKB, a covering box; dated rows in their year, undated ones apart."""
    path = write_rows(tmp_path / "a.csv", UCDP, [BATTLE, {**BATTLE, "id": "2", "date_start": "", "date_end": ""}])
    done = import_file(path, folder=tmp_path / "s", now=NOW)
    paths = Datasets(tmp_path / "s").paths()
    assert [path.parent.name for path in paths] == ["year=2021", "year=undated"]
    geo = json.loads(pq.read_schema(paths[0]).metadata[b"geo"])
    assert (geo["version"], geo["columns"]["geometry"]["encoding"]) == ("1.1.0", "WKB")
    assert done.undated == 1


def test_a_preview_shows_the_mapping_and_stores_nothing(tmp_path: Path) -> None:
    """Twenty rows as they would be imported."""
    path = write_rows(tmp_path / "a.csv", ["Дата", "Широта", "Долгота"], [{"Дата": "15.04.2024"}] * 30)
    shown = preview(path)
    assert shown.mapping == {"start": "Дата", "lat": "Широта", "lon": "Долгота"}
    assert (len(shown.rows), shown.rows[0]["start"]) == (20, date(2024, 4, 15))


def test_a_dataset_may_not_be_named_like_a_path(tmp_path: Path) -> None:
    """The name is a folder's."""
    path = write_rows(tmp_path / "a.csv", UCDP, [BATTLE])
    with pytest.raises(InvalidRecord, match=r"Dataset '\.\./x'"):
        import_file(path, folder=tmp_path, now=NOW, dataset="../x")


@pytest.mark.parametrize("name", ["reports", "all"])
def test_some_names_are_taken(tmp_path: Path, name: str) -> None:
    """The reports and the collection of everything are called so."""
    path = write_rows(tmp_path / "a.csv", UCDP, [BATTLE])
    with pytest.raises(InvalidRecord, match=f"Dataset '{name}'"):
        import_file(path, folder=tmp_path, now=NOW, dataset=name)


def test_the_command_line_imports_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, format and attribution are printed."""
    path = tmp_path / "20240416.export.CSV"
    path.write_text(gdelt_row(1) + gdelt_row(2, code="190"), encoding="utf-8")
    assert main(["import", str(path), "--store", str(tmp_path / "s")]) == 0
    told = capsys.readouterr().out
    assert "2 rows read = 2 imported + 0 rejected + 0 merged" in told
    assert "GDELT Project" in told
    assert rows_of(tmp_path / "s")[0]["border"]


def test_progress_ends_at_one(tmp_path: Path) -> None:
    """A progress bar fills, and never goes back."""
    seen: list[float] = []
    path = write_rows(tmp_path / "a.csv", UCDP, [{**BATTLE, "id": str(n)} for n in range(500)])
    import_file(path, folder=tmp_path / "s", now=NOW, progress=lambda share, _: seen.append(share))
    assert (seen[-1], seen) == (1.0, sorted(seen))

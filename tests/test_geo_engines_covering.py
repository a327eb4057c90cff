"""Covering files: every row once, by place; used where they can answer, made with every state of a large dataset."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from geo.borders import load_borders
from geo.datasets import Datasets
from geo.engines import covering
from geo.engines.covering import COVERING, FILE_SHIFT, SCHEMA, build_covering
from geo.engines.duck_views import narrowed
from geo.importing import import_file
from geo.query import Engine, Query
from geo.records import Report
from geo.store import Store
from tests.bench.world import write_world
from tests.event_files import ACLED, FIGHT, write_rows
from tests.reference import Reference, make_events, write_dataset

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BORDERS = load_borders()
SECTOR = (67.0, 36.0, 75.0, 39.0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few rows in a group, so that small data has many."""
    monkeypatch.setattr(covering, "ROW_GROUP", 128)
    monkeypatch.setattr(covering, "MOST_GROUPS", 10_000)
    monkeypatch.setattr(covering, "SAMPLE", 2)


@pytest.fixture
def world(tmp_path: Path, small: None) -> Path:  # noqa: ARG001 - a fixture cannot use another by a mark
    """Give a dataset of a few thousand events over all years, with its covering file."""
    write_world(tmp_path, 6_000)
    build_covering(tmp_path / "events" / "world")
    return tmp_path / "events" / "world"


def _rows(folder: Path, names: list[str]) -> dict[int, dict]:
    """Return the rows of a dataset's files by their spots."""
    paths = sorted(folder.glob("year=*/*.parquet"))
    return {
        (number << FILE_SHIFT) + row: values
        for number, path in enumerate(paths)
        for row, values in enumerate(pq.ParquetFile(path).read(columns=names).to_pylist())
    }


def test_every_row_is_there_once(world: Path) -> None:
    """By its spot, each has the values of its file; a point has no sides, an event with one place no id."""
    table = pq.ParquetFile(world / COVERING).read()
    own = [name for name in SCHEMA.names if name not in ("west", "south", "east", "north", "id", "spot")]
    expected = _rows(world, own)
    assert {row.pop("spot"): row for row in table.select([*own, "spot"]).to_pylist()} == expected
    assert table["west"].null_count == table["id"].null_count == len(table) == 6_000


@pytest.mark.usefixtures("small")
def test_rows_that_are_larger_than_a_point_keep_their_sides(tmp_path: Path) -> None:
    """Lines and areas have their own envelope, and what has several places the id that finds these."""
    write_dataset(tmp_path, "shapes", make_events(300, BORDERS, dataset="shapes", odd=0.5, seed=4), covering=True)
    folder = tmp_path / "events" / "shapes"
    rows = _rows(folder, ["id", "parts", "lon", "lat", "west", "south", "east", "north"])
    found = {row["spot"]: row for row in pq.ParquetFile(folder / COVERING).read().to_pylist()}
    assert found.keys() == rows.keys()
    for spot, row in rows.items():
        assert found[spot]["id"] == (row["id"] if row["parts"] > 1 else None)
        box = [row[side] for side in ("west", "south", "east", "north")]
        point = box == [row["lon"], row["lat"]] * 2 and row["parts"] < 2
        assert [found[spot][side] for side in ("west", "south", "east", "north")] == ([None] * 4 if point else box)


def test_a_place_lies_in_few_row_groups(world: Path) -> None:
    """All years of a place are together, and the groups of a place have some years each."""
    file = pq.ParquetFile(world / COVERING)
    names = file.schema_arrow.names
    meeting = spans = 0
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        lon, lat, start = (group.column(names.index(name)).statistics for name in ("lon", "lat", "start"))
        west, south, east, north = SECTOR
        meeting += bool(lon.min <= east and lon.max >= west and lat.min <= north and lat.max >= south)
        spans += start is not None and start.has_min_max and (start.max - start.min).days < 25 * 366
    assert file.num_row_groups >= 6_000 // 128
    assert 1 <= meeting <= file.num_row_groups / 4
    assert spans >= file.num_row_groups / 2


def test_very_large_data_has_larger_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of groups does not grow without end, and no more is held than some of them."""
    monkeypatch.setattr(covering, "ROW_GROUP", 16)
    monkeypatch.setattr(covering, "MOST_GROUPS", 10)
    write_world(tmp_path, 3_000)
    build_covering(tmp_path / "events" / "world")
    file = pq.ParquetFile(tmp_path / "events" / "world" / COVERING)
    assert file.metadata.num_rows == 3_000
    assert file.num_row_groups <= 3 * 10


NARROW = {
    "SELECT kind FROM events AS events WHERE main": ("SELECT kind FROM narrow_events AS events WHERE main", {}),
    "SELECT title FROM events AS events WHERE main": (None, {}),
    "SELECT 1 FROM singles AS events WHERE position(:word0 IN search) > 0": (None, {}),
    "SELECT spot FROM multiples AS events": ("SELECT spot FROM narrow_multiples AS events", {}),
    "SELECT n FROM totals AS events": ("SELECT n FROM totals AS events", {}),
    'SELECT 1 FROM events WHERE "start" <= :until': (None, {"since": date(2020, 1, 1), "until": date(2021, 1, 1)}),
    'SELECT 1 FROM events WHERE "end" >= :since': (
        'SELECT 1 FROM narrow_events WHERE "end" >= :since',
        {"since": date(2000, 1, 1), "until": date(2021, 1, 1)},
    ),
    'SELECT 1 FROM events WHERE "end" >= :since AND west <= :box_e': (
        'SELECT 1 FROM narrow_events WHERE "end" >= :since AND west <= :box_e',
        {"since": date(2020, 1, 1), "until": date(2021, 1, 1)},
    ),
}


@pytest.mark.parametrize("text", NARROW)
def test_statements_read_the_covering_file_where_it_helps(text: str) -> None:
    """Not where they name a column that it does not have, nor for a few years of the whole world."""
    expected, values = NARROW[text]
    assert narrowed(text, values) == (expected or text)


@pytest.mark.usefixtures("small")
def test_one_dataset_covered_and_another_not(tmp_path: Path) -> None:
    """Edits replace the events of both, and every answer is of all of them."""
    covered = make_events(120, BORDERS, dataset="covered", odd=0.3, seed=5)
    plain = make_events(40, BORDERS, dataset="plain", odd=0.3, seed=6)
    edits = [replace(events[3], kind="aid", review="corrected") for events in (covered, plain)]
    write_dataset(tmp_path, "covered", covered, covering=True)
    write_dataset(tmp_path, "plain", plain)
    events = {event.id: event for event in (*covered, *plain, *edits)}
    reference = Reference(list(events.values()), BORDERS)
    with Store(tmp_path) as store:
        store.add(Report(id="r", title="A report", body="A text."), edits, now=NOW)
        engine = Engine(store, BORDERS)
        for query in (
            Query(background=True),
            Query(bbox=(68.0, 36.5, 72.0, 39.0)),
            Query(border="AF-TJ", within_km=40.0, start=date(2022, 4, 1)),
            Query(area=((66.5, 36.2), (71.0, 37.0), (74.5, 40.5), (69.0, 39.0)), kinds=("aid",)),
        ):
            assert engine.counts(query)._asdict() == reference.counts(query)


def _import(folder: Path, rows: int, monkeypatch: pytest.MonkeyPatch, *, from_rows: int) -> Path:
    monkeypatch.setattr(covering, "FROM_ROWS", from_rows)
    some = [FIGHT | {"event_id_cnty": f"T{number}", "longitude": str(69 + number / 100)} for number in range(rows)]
    path = write_rows(folder / "events.csv", ACLED, some)
    return Datasets(import_file(path, folder=folder, now=NOW).reject_file or folder).get("acled").folder


def test_every_state_has_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import writes it anew with the rows of before; a small dataset has none, nor one that was removed."""
    assert not (_import(tmp_path, 3, monkeypatch, from_rows=4) / COVERING).exists()
    folder = _import(tmp_path, 6, monkeypatch, from_rows=4)
    assert pq.read_metadata(folder / COVERING).num_rows == 6
    with Store(tmp_path) as store:
        engine = Engine(store)
        assert engine.counts(Query(background=True)).total == 6
        assert pq.read_metadata(_import(tmp_path, 9, monkeypatch, from_rows=4) / COVERING).num_rows == 9
        assert engine.counts(Query(bbox=(68.0, 30.0, 69.045, 40.0))).shown == 5
        assert Datasets(tmp_path).remove("acled")
        assert engine.counts(Query(background=True)).total == 0


def test_a_failed_import_leaves_the_file_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state with its file stays until the next one is whole."""
    folder = _import(tmp_path, 6, monkeypatch, from_rows=4)
    before = (folder / COVERING).read_bytes()

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(covering, "_together", fail)
    with pytest.raises(KeyboardInterrupt):
        _import(tmp_path, 9, monkeypatch, from_rows=4)
    assert (folder / COVERING).read_bytes() == before
    assert not list(tmp_path.glob("staging/*"))


def test_samples_tell_how_far_a_file_has_come(world: Path) -> None:
    """They never go back, also where rows without a place are between."""
    for path in sorted(world.glob("year=*/*.parquet")):
        samples = covering._sample(path)
        assert len(samples) == -(-pq.read_metadata(path).num_rows // covering.SAMPLE)
        assert (np.diff(samples) >= 0).all()

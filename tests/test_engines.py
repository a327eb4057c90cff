"""One set of queries on three engines: DuckDB, PostGIS and Spark give what the slow reference gives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.borders import load_borders
from geo.engines import open_engine
from geo.errors import InvalidQuery, MissingData
from geo.query import Engine, Query
from geo.records import Event
from geo.store import Store
from tests.reference import Reference, make_project

POSTGRES = os.environ.get("BORDERWATCH_TEST_POSTGRES")  # .ci/run starts a server and says where
WORLD = (-180.0, -90.0, 180.0, 90.0)
BORDERS = load_borders()


@dataclass
class Project:
    """A store with imported data, and all its events."""

    store: Store
    events: list[Event]
    reference: Reference


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give a project with reports, two datasets, a cube and edits."""
    store, events = make_project(tmp_path_factory.mktemp("project"), BORDERS)
    with store:
        yield Project(store, events, Reference(events, BORDERS))


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the store of the same project with covering files beside both datasets."""
    store, _ = make_project(tmp_path_factory.mktemp("covered"), BORDERS, covering=True)
    with store:
        yield store


def _missing(reason: str) -> None:
    """Skip where an engine cannot be had; in continuous integration it must be there."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; continuous integration needs it, see .ci/run")
    pytest.skip(reason)


@pytest.fixture(scope="module", params=["duckdb", "covering", "postgis", "spark"])
def engine(request: pytest.FixtureRequest, project: Project) -> Iterator[Engine]:
    """Give each engine over the same project, and DuckDB once more over one with covering files."""
    if request.param == "postgis":
        pytest.importorskip("psycopg") if not os.environ.get("CI") else None
        if not POSTGRES:
            _missing("BORDERWATCH_TEST_POSTGRES names no PostgreSQL server with PostGIS")
        from geo.engines.load import load_database

        assert load_database(open_engine("duckdb", project.store, BORDERS), POSTGRES) == len(project.events)
        opened = open_engine(POSTGRES, project.store, BORDERS)
    elif request.param == "spark":
        if shutil.which("java") is None:
            _missing("Spark needs Java")
        pytest.importorskip("pyspark") if not os.environ.get("CI") else None
        opened = open_engine("spark", project.store, BORDERS)
    elif request.param == "covering":
        opened = open_engine("duckdb", request.getfixturevalue("covered"), BORDERS)
    else:
        opened = open_engine("duckdb", project.store, BORDERS)
    yield opened
    opened.close()


def _name(value: object) -> str:
    """Name a case by the words of its query."""
    params = value.to_params() if isinstance(value, Query) else {"": value}
    return "&".join(f"{word}={text}" if word else str(text) for word, text in params.items()) or "all"


YEAR = Query(start=date(2022, 1, 1), end=date(2022, 12, 31))
APRIL = Query(start=date(2022, 4, 1), end=date(2022, 4, 30))
DAYS = Query(start=date(2022, 4, 10), end=date(2022, 5, 9))
PAMIR = Query(bbox=(68.0, 36.5, 72.0, 39.0))
NEAR = Query(border="AF-TJ", within_km=40.0)
ALL = Query(background=True)
VALLEY = Query(area=((66.5, 36.2), (71.0, 37.0), (74.5, 40.5), (69.0, 39.0), (67.0, 40.8)))
PLAIN = Query(area=((68.0, 36.5), (72.0, 36.5), (72.0, 39.0), (68.0, 39.0)))

COUNTED = [
    Query(),
    ALL,
    YEAR,
    APRIL,
    DAYS,
    Query(end=date(2021, 6, 30)),
    Query(start=date(2023, 11, 15)),
    Query(kinds=("aid", "patrol")),
    replace(YEAR, kinds=("attack", "visit", "other")),
    Query(statuses=("planned", "denied")),
    Query(countries=("AF",)),
    Query(actors=("CSTO", "Пограничники")),
    Query(sources=("Xinhua, Beijing",)),
    Query(precisions=("country", "line")),
    Query(datasets=("points",)),
    replace(YEAR, datasets=("shapes", "reports")),
    Query(text="учения ЕВОН"),
    Query(text="tass clash"),
    PAMIR,
    replace(PAMIR, start=date(2022, 4, 10), end=date(2022, 9, 9), kinds=("aid", "exercise", "patrol")),
    Query(bbox=(170.0, -50.0, -60.0, 60.0)),
    NEAR,
    replace(NEAR, border="TJ-UZ", within_km=15.0, background=True),
    replace(NEAR, start=date(2022, 4, 1), countries=("TJ",)),
    VALLEY,
    replace(VALLEY, start=date(2022, 4, 10), end=date(2022, 9, 9), kinds=("aid", "exercise", "patrol")),
    replace(PLAIN, background=True, possible=False),
    replace(PLAIN, bbox=(70.0, 36.0, 71.0, 38.0)),
    replace(VALLEY, border="AF-TJ", within_km=40.0),
    Query(
        area=((-179.5, -55.0), (-90.0, -55.0), (0.0, 0.0), (90.0, -50.0), (179.9, 60.0), (0.0, 65.0), (-179.0, 60.0))
    ),
    Query(area=((69.0, 38.0), (69.4, 38.0), (69.2, 38.02))),
    Query(possible=False, kinds=("seizure",)),
    Query(not_kinds=("attack", "visit")),
    replace(YEAR, not_kinds=("aid",), not_datasets=("shapes",)),
    replace(APRIL, not_sources=("TASS",)),
    Query(not_countries=("AF",), not_statuses=("planned",)),
    Query(actors=("CSTO",), not_actors=("Taliban",)),
    replace(NEAR, not_precisions=("line",), not_sources=("AP", "Xinhua, Beijing")),
    replace(PAMIR, kinds=("aid", "exercise"), not_kinds=("aid",)),
    Query(equipment=("T-72",)),
    Query(not_equipment=("Mi-8",), not_places=("Panj",)),
    replace(YEAR, places=("Panj",)),
    Query(kinds=("visit",), statuses=("ongoing",), sources=("AP",), actors=("Taliban",)),
]


@pytest.mark.parametrize("query", COUNTED, ids=_name)
def test_counts(engine: Engine, project: Project, query: Query) -> None:
    """The five counts are those of the reference."""
    assert engine.counts(query)._asdict() == project.reference.counts(query)


ORDERED = [
    (Query(), "start"),
    (YEAR, "-end"),
    (replace(DAYS, possible=False), "title"),
    (PAMIR, "-source_name"),
    (NEAR, "border_km"),
    (VALLEY, "start"),
]


@pytest.mark.parametrize(("query", "order"), ORDERED, ids=_name)
def test_rows(engine: Engine, project: Project, query: Query, order: str) -> None:
    """Pages and streams have the same events in the same order, each with its verdict."""
    expected = project.reference.ids(query, order)
    page = engine.rows(query, order=order, limit=20, offset=5)
    told = {"yes": "shown", "possible": "possible"}
    assert [(i, told[m]) for i, m in zip(page["id"], page["match"], strict=True)] == expected[5:25]
    batches = [batch.to_pylist() for batch in engine.stream(query, order=order, batch=100)]
    assert [(row["id"], row["verdict"]) for batch in batches for row in batch] == expected


BINNED = [
    (Query(), "month"),
    (replace(YEAR, kinds=("aid",)), "year"),
    (NEAR, "month"),
    (PAMIR, "week"),
    (PAMIR, "day"),
    (VALLEY, "month"),
]


@pytest.mark.parametrize(("query", "by"), BINNED, ids=_name)
def test_histogram(engine: Engine, project: Project, query: Query, by: str) -> None:
    """Every bar is what the reference shows for its days."""
    bars = {(bar.start, bar.kind, None): [bar.shown, bar.possible] for bar in engine.histogram(query, by=by)}
    assert bars == project.reference.histogram(query, by)


def test_border_profile(engine: Engine, project: Project) -> None:
    """Events are counted along the border that is their nearest, where they are nearest to it."""

    def step(event: Event) -> float | bool:
        known = event.border == "AF-TJ" and event.border_at_km is not None
        return event.border_at_km // 50 * 50.0 if known else False

    found = engine.border_profile(ALL, "AF-TJ", by="year", step_km=50)
    expected = project.reference.histogram(ALL, "year", step)
    assert {(s.start, s.kind, s.at_km): [s.shown, s.possible] for s in found} == expected


DRAWN = [
    (Query(), 40),
    (YEAR, 40),
    (replace(APRIL, background=True), 10),
    (replace(NEAR, possible=False), 12),
    (VALLEY, 20),
    (ALL, 3),
]


@pytest.mark.parametrize(("query", "limit"), DRAWN, ids=_name)
def test_cells(engine: Engine, project: Project, query: Query, limit: int) -> None:
    """Cells count, average and name what the reference finds in them."""
    cells = engine.cells(query, bbox=WORLD, zoom=3, limit=limit)
    expected = project.reference.cells(query, 3, limit)
    assert sorted(map(_summary, cells), key=str) == sorted(expected.values(), key=str)


def test_film(engine: Engine, project: Project) -> None:
    """What is held in memory gives the same cells at other dates."""
    film = engine.film(Query(), bbox=WORLD, zoom=3, limit=40)
    found = film.frame(YEAR.start, YEAR.end, few=-1)
    expected = [n for n, *_ in project.reference.cells(YEAR, 3, 40).values()]
    assert sorted(cell[2] for cell in found["cells"]) == sorted(n for n in expected if n > 1)


def _summary(cell: dict[str, Any]) -> tuple[Any, ...]:
    if cell["n"] == 1:
        return 1, cell["shown"], {cell["kind"]: 1}, None, None, cell["id"]
    box = tuple(round(v, 6) for v in cell["bbox"])
    mean = (round(cell["lon"], 5), round(cell["lat"], 5))
    return cell["n"], cell["shown"], dict(sorted(cell["kinds"].items())), mean, box, None


FACETS: dict[str, tuple[str, Callable[[Event], Any]]] = {
    "kind": ("kinds", lambda event: [event.kind]),
    "status": ("statuses", lambda event: [event.status]),
    "precision": ("precisions", lambda event: [event.location_precision]),
    "source": ("sources", lambda event: [event.source_name]),
    "actor": ("actors", lambda event: event.actors),
    "dataset": ("datasets", lambda event: [event.dataset]),
}
ASKED = [
    Query(),
    replace(DAYS, kinds=("aid", "visit"), actors=("CSTO",)),
    replace(VALLEY, kinds=("aid", "visit")),
    replace(YEAR, not_kinds=("aid",), not_actors=("Taliban",), not_sources=("AP",)),
]


@pytest.mark.parametrize("query", ASKED, ids=_name)
def test_facets(engine: Engine, project: Project, query: Query) -> None:
    """Every filter's counts are the reference's, the commonest first."""
    found = engine.facets(query)
    for name, (field, values) in FACETS.items():
        expected = project.reference.facet(query, field, values)
        assert list(found[name].items()) == sorted(expected.items(), key=lambda item: (-item[1], item[0]))


def test_actors_by_a_part_of_their_name(engine: Engine, project: Project) -> None:
    """Names are found in any case and script."""
    expected = project.reference.facet(Query(), "actors", lambda event: event.actors)
    assert engine.values(Query(), "actor", "пОГ") == {"Пограничники": expected["Пограничники"]}
    assert engine.values(Query(), "actor", "2") == {"201st base": expected["201st base"]}


SOUGHT = {
    ("equipment", ""): ("equipment", lambda event: event.equipment),
    ("equipment", "i-8"): ("equipment", lambda event: [name for name in event.equipment if name == "Mi-8"]),
    ("place", "AN"): ("places", lambda event: [event.place]),
    ("actor", "ГРАН"): ("actors", lambda event: [name for name in event.actors if name == "Пограничники"]),
}


@pytest.mark.parametrize("asked", SOUGHT, ids="-".join)
def test_values_by_a_part_of_their_name(engine: Engine, project: Project, asked: tuple[str, str]) -> None:
    """Equipment, places and all other values are found by any part, in any case, and counted without their filter."""
    name, part = asked
    query = replace(YEAR, equipment=("Mi-8",), not_kinds=("aid",)) if name == "equipment" else YEAR
    assert engine.values(query, name, part) == project.reference.facet(query, *SOUGHT[asked])


def test_values_of_no_filter_are_refused(engine: Engine) -> None:
    """Only filters have values to list."""
    with pytest.raises(InvalidQuery, match="Values cannot be listed of 'title'"):
        engine.values(Query(), "title")


def test_one_event_and_the_span(engine: Engine, project: Project) -> None:
    """An edit replaces the imported event, and the first and last days are known."""
    by_id = {event.id: event for event in project.events}
    for event_id in ("points-0007", "points-0100", "shapes-0005", "reports-0003"):
        assert engine.event(event_id) == by_id[event_id]
    assert engine.span(background=True) == project.reference._span(ALL)


def test_an_unknown_url_is_refused(project: Project) -> None:
    """A URL that no engine has is an error that lists those there are."""
    with pytest.raises(InvalidQuery, match="No engine has the URL 'mysql://x'; expected duckdb"):
        open_engine("mysql://x", project.store)


def test_a_missing_driver_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the driver the message says how to install it."""
    monkeypatch.setattr("geo.engines.postgis.psycopg", None)
    with pytest.raises(MissingData, match=r"pip install -r requirements-scale\.txt"):
        open_engine("postgresql://127.0.0.1/x", project.store)


def test_a_border_is_measured_where_no_row_says_it(tmp_path: Path, project: Project) -> None:
    """Points imported without border columns get the same answers as those with them."""
    from tests.reference import write_dataset

    bare = [replace(e, border=None, border_km=None, border_at_km=None) for e in project.events if e.dataset == "points"]
    write_dataset(tmp_path, "points", bare)
    with Store(tmp_path) as store:
        assert Engine(store, BORDERS).counts(NEAR)._asdict() == Reference(bare, BORDERS).counts(NEAR)

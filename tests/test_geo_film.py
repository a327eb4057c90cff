"""A film says at every date what the engine says, from columns in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from geo import film
from geo.borders import load_borders
from geo.film import Film
from geo.query import Engine, Query
from geo.records import KINDS
from tests.reference import make_project

WORLD = (-180.0, -90.0, 180.0, 90.0)
PANJ = (60.0, 30.0, 80.0, 45.0)
RANGES = [
    (None, None),
    (date(2024, 4, 10), date(2024, 4, 20)),
    (date(2024, 4, 1), date(2024, 4, 30)),
    (None, date(2024, 3, 15)),
    (date(2024, 4, 18), None),
    (date(2023, 12, 30), date(2025, 1, 2)),
    (date(1800, 1, 1), date(1800, 1, 2)),
]
QUERIES = [
    Query(),
    Query(background=True),
    Query(possible=False),
    Query(kinds=("exercise", "aid"), not_statuses=("denied",)),
    Query(border="AF-TJ", within_km=60),
    Query(bbox=PANJ),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give an engine over reports, two datasets, a cube and edits."""
    borders = load_borders()
    store, _ = make_project(tmp_path_factory.mktemp("film"), borders)
    with store:
        yield Engine(store, borders)


def _film(engine: Engine, query: Query, box: tuple[float, float, float, float], limit: int) -> Film:
    found = engine.film(query, bbox=box, zoom=3, limit=limit)
    assert found is not None
    return found


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: "&".join(query.to_params()) or "all")
@pytest.mark.parametrize(("box", "limit"), [(WORLD, 500), (PANJ, 500), (WORLD, 12)])
def test_cells_are_those_of_the_engine(
    engine: Engine, query: Query, box: tuple[float, float, float, float], limit: int
) -> None:
    """Every count, kind, mean and single mark, for open, short and long ranges."""
    shown = _film(engine, query, box, limit)
    for start, end in RANGES:
        found = shown.frame(start, end, few=-1)
        expected = engine.cells(replace(query, start=start, end=end), bbox=box, zoom=3, limit=limit, many=True)
        if sum(cell["n"] for cell in expected) <= limit:
            continue  # the engine draws those one by one
        assert not found["few"]
        cells = [(c[2], c[3], c[4], dict(zip(KINDS, c[5], strict=True))) for c in found["cells"]]
        groups = [cell for cell in expected if cell["n"] > 1]
        assert sorted(map(str, cells)) == sorted(
            str((c["n"], c["possible"], c["border"] or c["area"], dict.fromkeys(KINDS, 0) | c["kinds"])) for c in groups
        )
        for at, name in enumerate(("lon", "lat")):
            means = sorted(cell[name] for cell in groups)
            assert sorted(cell[at] for cell in found["cells"]) == pytest.approx(means, abs=2e-5)
        assert len(found["marks"]) >= len(expected) - len(groups)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: "&".join(query.to_params()) or "all")
def test_few_events_are_drawn_one_by_one(engine: Engine, query: Query) -> None:
    """As many as the engine finds in the view, possible or not."""
    shown = _film(engine, query, WORLD, 500)
    for start, end in RANGES[1:]:
        asked = replace(query, start=start, end=end)
        parts = [cell for cell in engine.cells(asked, bbox=WORLD, zoom=3, limit=10_000) if cell["n"] == 1]
        found = shown.frame(start, end, few=100_000)
        assert found["few"]
        assert len(found["marks"]) == len(parts)
        assert sum(mark[4] for mark in found["marks"]) == sum(part["possible"] for part in parts)


def test_marks_say_how_well_a_place_is_known(engine: Engine) -> None:
    """Lines and areas bear their key and type, circles their radius, the widest first."""
    marks = _film(engine, Query(), WORLD, 500).frame(None, None, few=100_000)["marks"]
    assert {mark[6] for mark in marks} == {0, 1, 2}
    assert all(mark[7] for mark in marks if mark[6] == 1)
    radii = [mark[5] or 0 for mark in marks]
    assert radii == sorted(radii, reverse=True)


def test_too_many_places_are_left_to_the_engine(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """None rather than memory without bound."""
    monkeypatch.setattr(film, "MOST_PARTS", 5)
    assert engine.film(Query(), bbox=WORLD, zoom=3) is None


def test_nothing_is_a_film_too(engine: Engine) -> None:
    """A view without events gives empty frames."""
    shown = _film(engine, Query(text="no such words anywhere"), WORLD, 500)
    assert shown.frame(date(2024, 1, 1), None, few=300) == {"few": True, "marks": [], "cells": []}
    assert shown.nbytes == 0

"""The lists of choices: every value with how many events it would show."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from shapely import Point

from dashboard.facets import TITLES, to_client, to_facets, to_values
from geo.errors import InvalidQuery
from geo.filters import WORDS
from geo.records import KINDS, Event
from tests.projects import showing

DAY = date(2024, 4, 15)
EVENTS = [
    Event(str(number), "Drill", kind, "completed", DAY, DAY, "day", geometry=Point(69, 38), radius_km=5, place=place,
          country="TJ", actors=actors, equipment=("T-72",), source_name=source)
    for number, (kind, place, actors, source) in enumerate([
        ("exercise", "Kulob", ("CSTO",), "AP"), ("exercise", "Panj", ("CSTO", "201st base"), None), ("aid", "Kulob", (), "TASS"),
    ])
]  # fmt: skip


@pytest.fixture(autouse=True)
def _project(tmp_path: Path) -> Iterator[None]:
    with showing(tmp_path, EVENTS):
        yield


def counted(params: dict[str, str], word: str) -> dict[str, int]:
    """Return the numbers of one list, without the zeros."""
    facet = next(facet for facet in to_facets(params)["facets"] if facet["word"] == word)
    return {value: n for value, _, n in facet["values"] if n}


def test_each_list_is_counted_without_its_own_filter() -> None:
    """Choosing or leaving out a kind narrows the actors, not the kinds."""
    for params in ({"kind": "aid"}, {"not_kind": "exercise"}):
        assert counted(params, "kind") == {"exercise": 2, "aid": 1}
        assert counted(params, "actor") == {}
        assert counted(params, "source") == {"TASS": 1}


def test_short_lists_are_whole_and_in_order() -> None:
    """Nothing jumps: a kind without events keeps its line."""
    kinds = to_facets({})["facets"][0]
    assert [value for value, *_ in kinds["values"]] == list(KINDS)


def test_what_is_chosen_keeps_its_line_where_nothing_is_left() -> None:
    """It can be taken back where it was chosen."""
    facet = next(f for f in to_facets({"actor": "Nobody", "not_source": "AP"})["facets"] if f["word"] == "actor")
    assert ["Nobody", "Nobody", 0] in facet["values"]


def test_values_are_found_by_a_part_in_any_case() -> None:
    """Equipment, places, actors and sources are searched."""
    assert to_values({"facet": "actor", "part": "BASE"})["values"] == [["201st base", "201st base", 1]]
    assert to_values({"facet": "place"})["values"] == [["Kulob", "Kulob", 2], ["Panj", "Panj", 1]]
    assert to_values({"facet": "equipment", "kind": "aid"})["values"] == [["T-72", "T-72", 1]]


def test_other_lists_are_not_searched() -> None:
    """Only what has many values is."""
    with pytest.raises(InvalidQuery, match="facet='kind' has no values to search; expected actor, "):
        to_values({"facet": "kind"})


def test_the_lists_stand_before_anything_is_counted() -> None:
    """Every list has its title; the short ones their values."""
    assert [facet["word"] for facet in to_client()] == [WORDS[field] for field in TITLES]
    assert to_client()[0]["values"][0] == ["exercise", "Exercise", None]

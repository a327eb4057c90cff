"""The filters: what an address makes of them, and the chips that say which are in force."""

from datetime import date

import pytest

from dashboard.filters import FIELDS, chips, read_params
from geo.query import Query


def test_every_filter_of_a_query_has_a_widget() -> None:
    """No parameter of an address is lost on the way to the screen and back."""
    assert set(FIELDS.values()) == set(Query.__dataclass_fields__)


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(start=date(2024, 4, 1), end=date(2024, 4, 30), kinds=("exercise", "patrol"), possible=False),
        Query(border="AF-TJ", within_km=20.0, background=True, text="Kulob", countries=("TJ",)),
        Query(bbox=(67.0, 36.5, 75.0, 41.0), sources=("A, B",), actors=("CSTO",), precisions=("line",)),
    ],
)
def test_an_address_gives_the_query_back(query: Query) -> None:
    """What `to_params` writes is read without fault."""
    assert read_params(query.to_params()) == (query, [])


def test_a_bad_value_does_not_cost_the_others() -> None:
    """Each fault is explained by itself; the rest of the address holds."""
    query, faults = read_params({"from": "yesterday", "kind": "exercise", "status": "maybe"})
    assert query == Query(kinds=("exercise",))
    assert len(faults) == 2
    assert "yesterday" in faults[0]


def test_reversed_dates_keep_the_first() -> None:
    """The start is taken, the end that contradicts it is explained."""
    query, faults = read_params({"from": "2024-05-01", "to": "2024-04-01"})
    assert query == Query(start=date(2024, 5, 1))
    assert len(faults) == 1


def test_unknown_words_are_ignored() -> None:
    """An address may carry more than filters: the chosen event, a theme."""
    assert read_params({"event": "x", "utm_source": "y"}) == (Query(), [])


def test_chips_say_every_filter_in_words() -> None:
    """What is in force can be read, and removed one by one."""
    query = Query(
        start=date(2024, 4, 1),
        end=date(2024, 4, 30),
        kinds=("exercise",),
        border="AF-TJ",
        within_km=20.0,
        possible=False,
    )
    assert chips(query) == [
        {"key": "dates", "text": "1–30 April 2024"},
        {"key": "kind=exercise", "text": "Exercise"},
        {"key": "border", "text": "Within 20 km of Afghanistan – Tajikistan"},
        {"key": "possible", "text": "Without possible matches"},
    ]


def test_no_filter_has_no_chip() -> None:
    """At rest the line of chips is empty."""
    assert chips(Query()) == []

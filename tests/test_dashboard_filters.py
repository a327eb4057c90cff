"""The filters: what an address makes of them."""

from datetime import date
from typing import Any

import pytest
import streamlit as st

from dashboard import filters
from dashboard.filters import FIELDS, read_params
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
        Query(not_kinds=("attack",), kinds=("aid",), not_sources=("A, B", "100%"), not_countries=("AF",)),
        Query(places=("Kulob",), not_places=("Panj",), equipment=("T-72",), datasets=("mine",)),
        Query(border="AF-TJ", within_km=20.0, border_from_km=100.0),
        Query(area=((66.5, 36.2), (71.0, 37.0), (69.0, 39.5)), kinds=("aid",)),
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


START = Query(start=date(2024, 4, 1), kinds=("aid", "patrol"), not_sources=("A, B",), border="AF-TJ", within_km=20.0)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give the session's state as a plain dict, filled with a query."""
    state: dict[str, Any] = {"last_query": START}
    monkeypatch.setattr(st, "session_state", state)
    filters.fill(START)
    return state


DROPPED = {
    "kind=aid": Query(start=START.start, kinds=("patrol",), not_sources=("A, B",), border="AF-TJ", within_km=20.0),
    "not_source=A, B": Query(start=START.start, kinds=("aid", "patrol"), border="AF-TJ", within_km=20.0),
    "dates": Query(kinds=("aid", "patrol"), not_sources=("A, B",), border="AF-TJ", within_km=20.0),
    "border": Query(start=START.start, kinds=("aid", "patrol"), not_sources=("A, B",)),
    "nonsense=1": START,
}


@pytest.mark.parametrize("key", DROPPED)
def test_a_chip_drops_its_filter_alone(state: dict[str, Any], key: str) -> None:
    """One value of a list, both days, or a border with its distance; an unknown key nothing."""
    state["bridge"] = {"drop": key}
    filters.drop()
    assert filters.current() == DROPPED[key]


def test_words_change_some_filters_and_leave_the_others(state: dict[str, Any]) -> None:
    """An empty word lifts its filter; what cannot be read changes nothing."""
    state["bridge"] = {
        "words": {"kind": "", "not_kind": "attack", "border_from_km": 100, "border_to_km": None, "evil": "1"}
    }
    filters.take_words()
    query = filters.current()
    assert (query.kinds, query.not_kinds, query.border_from_km) == ((), ("attack",), 100.0)
    assert (query.start, query.not_sources, query.within_km) == (START.start, START.not_sources, 20.0)
    state |= {"last_query": query, "bridge": {"words": {"not_kind": "party"}}}
    filters.take_words()
    assert filters.current().not_kinds == ()
    state["bridge"] = {"words": "kind=aid"}
    filters.take_words()
    assert filters.current().start == START.start


def test_undo_brings_a_whole_query_back(state: dict[str, Any]) -> None:
    """A query string replaces every filter, values with commas included."""
    state["bridge"] = {"query": "not_source=A%252C%20B,C&possible=0"}
    filters.take_query()
    assert filters.current() == Query(not_sources=("A, B", "C"), possible=False)


def test_clearing_resets_every_filter(state: dict[str, Any]) -> None:
    """One press, and all is as in the beginning."""
    filters.clear()
    assert filters.current() == Query()
    assert state["kind"] == []

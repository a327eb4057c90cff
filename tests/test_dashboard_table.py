"""The table: words for every column, pages in any order, and the page of an event."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from shapely import Point

from dashboard.drawing import to_records
from dashboard.table import COLUMNS, ROWS, SHOWN, find_page, to_cells, to_client, to_page
from geo.errors import InvalidQuery
from geo.features import to_features
from geo.records import Event
from geo.sql import ORDERS
from tests.projects import showing

BASE = Event("e", "Drill", "exercise", "completed", date(2024, 4, 15), date(2024, 4, 15), "day", geometry=Point(69, 38),
             radius_km=5, place="Kulob", country="TJ", source_name="AP")  # fmt: skip


def _make(number: int) -> Event:
    day = date(2024, 1, 1) + timedelta(days=number // 3)
    undated = (
        {"start": None, "end": None, "date_precision": "unknown"} if number % 10 == 0 else {"start": day, "end": day}
    )
    distance = {"border": "AF-TJ", "border_km": float(number % 7)} if number % 4 else {}
    return replace(BASE, id=f"e{number * 7919 % 1000:03}", title=f"Drill {number % 13}", **undated, **distance)


EVENTS = [_make(number) for number in range(250)]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[None]:
    """Open a project of 250 events, some without dates or distance."""
    with showing(tmp_path, EVENTS):
        yield


def test_the_table_has_words_and_safe_links() -> None:
    """Columns are words; an address that is not of the web is left out."""
    event = Event("e", "**x** \u202eb", "attack", "denied", date(2024, 4, 1), date(2024, 4, 30), "month", place="Kulob",
                  country="TJ", border="AF-TJ", border_km=20.0, source_url="javascript:alert(1)", source_name="S",
                  actors=("A", "B"), published=date(2024, 5, 2))  # fmt: skip
    (row,) = to_records(to_features([event]).assign(match="yes"))
    assert to_cells(row) == {
        "when": "April 2024", "until": "30 April 2024", "title": "**x** b", "kind": "Attack", "status": "Denied",
        "place": "Kulob", "known": "Within a radius", "radius": None, "country": "Tajikistan",
        "border": "Afghanistan – Tajikistan", "border_km": "20", "match": "yes", "actors": "A, B", "equipment": None,
        "source": "S", "published": "2 May 2024", "dataset": "reports", "report": None,
    }  # fmt: skip


def test_every_column_has_words_and_every_order_is_known() -> None:
    """What can be shown and sorted by is what the rows and the engine have."""
    (row,) = to_records(to_features([BASE]).assign(match="yes"))
    assert list(to_cells(row)) == list(COLUMNS) == [column["key"] for column in to_client()["columns"]]
    assert {order for _, order in COLUMNS.values() if order} <= set(ORDERS)
    assert set(SHOWN) <= set(COLUMNS)


@pytest.mark.usefixtures("project")
def test_pages_hold_every_event_once() -> None:
    """Page after page, nothing is missing and nothing comes twice; beyond the last is the last."""
    pages = [to_page({"order": "title", "page": str(page)}) for page in (1, 2, 3)]
    assert [len(page["rows"]) for page in pages] == [ROWS, ROWS, 50]
    assert {row["id"] for page in pages for row in page["rows"]} == {event.id for event in EVENTS}
    assert pages[0]["pages"] == 3
    assert to_page({"page": "999999999"})["page"] == 3


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("order", ["-start", "start", "title", "-title", "border_km", "-border_km"])
def test_an_event_is_on_the_page_that_is_told(order: str) -> None:
    """In either direction, with nulls last and ties by id."""
    found = {row["id"]: page for page in (1, 2, 3) for row in to_page({"order": order, "page": str(page)})["rows"]}
    for event in EVENTS[::9]:
        assert find_page({"order": order, "id": event.id})["page"] == found[event.id]


@pytest.mark.usefixtures("project")
def test_what_the_filters_hide_has_no_page() -> None:
    """Nor has what does not exist."""
    assert find_page({"kind": "aid", "id": EVENTS[0].id}) == {"page": None}
    assert find_page({"id": "nobody"}) == {"page": None}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "params", [{"order": "evidence"}, {"page": "0"}, {"page": "-1"}, {"page": "٣"}, {"page": "1" * 10}]
)
def test_what_is_no_order_or_page_is_refused(params: dict[str, str]) -> None:
    """With the value and what was expected."""
    with pytest.raises(InvalidQuery, match="expected"):
        to_page(params)

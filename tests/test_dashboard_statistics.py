"""The numbers of the statistics view: each is what its link shows, and both periods are as long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from shapely import Point

from dashboard import statistics
from dashboard.project import open_project
from dashboard.statistics import Periods, answer, find_periods
from geo.errors import InvalidQuery
from geo.query import Query
from geo.records import Event
from tests.projects import showing

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SPAN = (date(2020, 1, 1), date(2024, 12, 31))


def _event(number: int) -> Event:
    day = date(2024, 1, 1) + timedelta(days=7 * number)
    coarse = number % 5 == 0
    first, last = (day.replace(day=1), day.replace(day=28)) if coarse else (day, day)
    return Event(f"e{number}", f"Event {number}", ("patrol", "aid", "attack")[number % 3], "reported", first, last,
                 "month" if coarse else "day", geometry=Point(68.5 + number / 20, 37.4), radius_km=10.0, place="Panj",
                 country=("TJ", "AF")[number % 2], location_precision="settlement", border="AF-TJ", border_km=15.0,
                 actors=("CSTO", "Taliban")[: number % 3], border_at_km=150.0)  # fmt: skip


EVENTS = [_event(number) for number in range(40)]
EVENTS.append(Event("undated", "Undated", "aid", "reported", geometry=Point(69, 38), radius_km=1.0, country="TJ",
                    location_precision="exact"))  # fmt: skip


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Iterator[None]:
    """Let the numbers be those of a small store made here."""
    with showing(tmp_path, EVENTS):
        yield


def _seen(address: str) -> int:
    """Count what the view shows under an address."""
    query = Query.from_params(dict(parse_qsl(address)))
    counts = open_project().engine.counts(query)
    return counts.shown + (counts.possible if query.possible else 0)


FILTERS = [{}, {"from": "2024-04-01", "to": "2024-06-15"}, {"from": "2024-04-01", "possible": "0"}, {"kind": "aid"}]


@pytest.mark.parametrize("params", FILTERS, ids=str)
def test_every_number_is_what_its_link_shows(params: dict[str, str]) -> None:
    """Of every table, every bar and both periods."""
    told = answer(params)
    sections = [*told["sections"], answer({**params, "part": "border"})]
    numbers = [(row["n"], row["query"]) for section in sections for row in section["rows"]]
    numbers += [tuple(row[side]) for section in sections for row in section["rows"] for side in ("now", "before")]
    numbers += [(row["n"], row["query"]) for row in told["bins"]["rows"]]
    assert len(numbers) > 10
    assert {address: n for n, address in numbers} == {address: _seen(address) for _, address in numbers}


def test_a_filter_keeps_only_its_own_lines() -> None:
    """Under one kind, the table of kinds has that kind alone, and the other tables are about it."""
    kinds, countries, _ = answer({"kind": "aid"})["sections"]
    assert [row["label"] for row in kinds["rows"]] == ["Aid"]
    assert sum(row["n"] for row in countries["rows"]) == kinds["rows"][0]["n"]


def test_what_is_only_possible_is_told_apart() -> None:
    """Months are known for some: in a part of a month they are possible, and said to be."""
    kinds = answer({"from": "2024-03-10", "to": "2024-05-20"})["sections"][0]
    assert sum(row["possible"] for row in kinds["rows"]) > 0
    strict = answer({"from": "2024-03-10", "to": "2024-05-20", "possible": "0"})["sections"][0]
    sure = {row["label"]: row["n"] - row["possible"] for row in kinds["rows"]}
    assert {row["label"]: row["n"] for row in strict["rows"]} == {label: n for label, n in sure.items() if n}


def test_the_undated_are_in_neither_period_and_counted() -> None:
    """They are named with the periods, never dropped."""
    periods = answer({"days": "90"})["periods"]
    assert (periods["now"]["undated"], periods["before"]["undated"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), Periods(date(2024, 12, 2), date(2024, 12, 31), chosen=False)),
        (
            Query(start=date(2024, 4, 1), end=date(2024, 4, 30)),
            Periods(date(2024, 4, 1), date(2024, 4, 30), chosen=True),
        ),
        (Query(start=date(2024, 12, 1)), Periods(date(2024, 12, 1), date(2024, 12, 31), chosen=True)),
        (Query(start=date(2025, 2, 1)), None),
        (Query(end=date(1, 1, 5), start=date(1, 1, 1)), None),
    ],
    ids=str,
)
def test_periods_end_where_the_filter_or_the_data_does(query: Query, expected: Periods | None) -> None:
    """An open end is the data's; without dates the last days of the data count; nothing before the calendar begins."""
    assert find_periods(query, SPAN, 30) == expected


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    """A leap year's 366 days are compared with 366 days."""
    periods = Periods(date(2024, 1, 1), date(2024, 12, 31), chosen=True)
    first, last = periods.before()
    assert (periods.days, (last - first).days + 1, last) == (366, 366, date(2023, 12, 31))


def test_a_long_span_is_counted_by_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months where they are few, years where they are many."""
    assert answer({})["bins"]["by"] == "month"
    monkeypatch.setattr(statistics, "MOST_MONTHS", 3)
    assert answer({"text": "event"})["bins"]["by"] == "year"


def test_a_strange_period_is_refused() -> None:
    """Only the lengths on offer."""
    with pytest.raises(InvalidQuery, match="expected one of 30, 90, 365"):
        answer({"days": "7"})

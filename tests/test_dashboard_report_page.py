"""The report page: in order of time, by month, with numbered sources, page by page."""

from collections.abc import Iterator

import pytest

from dashboard import report_page
from dashboard.report_page import answer
from geo.errors import InvalidQuery
from tests import documents


@pytest.fixture(autouse=True, scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the report be of a small project."""
    with documents.project(tmp_path_factory.mktemp("project")):
        yield


def test_events_come_by_month_in_order_of_time() -> None:
    """A year-precise event stands under its year, an undated one at the end."""
    report = answer({"source": "Example News", "not_kind": "exercise"})
    assert [month["name"] for month in report["months"]] == ["2023", "May 2024", "June 2024", "Date not known"]
    assert [month["events"][0]["id"] for month in report["months"]] == ["area", "month", "open", "undated"]


def test_events_of_one_source_share_a_note() -> None:
    """Numbered in order of mention."""
    report = answer({"source": "Example News"})
    events = [event for month in report["months"] for event in month["events"]]
    numbers = [note["number"] for note in report["notes"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {event["note"] for event in events} == set(numbers)
    assert len(numbers) < len(events)
    assert report["notes"][0]["link"] == "https://example.org/report"


def test_a_long_report_has_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each says which events it holds; together they hold all."""
    monkeypatch.setattr(report_page, "PAGE", 50)
    monkeypatch.setattr(report_page, "draw_scene", lambda *_: {})
    first = answer({})
    ids = [
        event["id"]
        for n in range(first["pages"])
        for month in answer({"page": str(n + 1)})["months"]
        for event in month["events"]
    ]
    assert len(set(ids)) == len(ids) == first["total"]
    second = answer({"page": "2"})
    assert (second["first"], second["last"]) == (51, 100)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "９", "1" * 40])
def test_what_is_no_page_is_refused(page: str) -> None:
    """With the value and the rule."""
    with pytest.raises(InvalidQuery, match="page="):
        answer({"page": page})


def test_an_empty_report_says_so() -> None:
    """Nothing fails where nothing is shown."""
    report = answer({"text": "nosuchword"})
    assert (report["total"], report["months"], report["notes"], report["pages"]) == (0, [], [], 1)

"""The events of a query as a document tells them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from dashboard.entries import read_entries, to_counts, to_credits, to_filters, to_time, to_title
from dashboard.project import open_project
from geo.query import Query
from tests import documents

NOW = datetime(2026, 11, 23, 16, 40, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the entries be those of a small project."""
    with documents.project(tmp_path_factory.mktemp("project")):
        yield


def test_an_event_brings_the_sentences_behind_it_and_no_others() -> None:
    """Each in pieces that name the fields they support; the rest of the report stays where it is."""
    (event,) = read_entries(Query(kinds=("exercise",)), limit=5, now=NOW).events
    quotes = ["".join(piece["text"] for piece in quote) for quote in event["quotes"]]
    assert quotes == [
        "Russian troops held an exercise at Kharb-Maidon from April 15 to 18, 2024.",
        "T-72 tanks of the 201st base took part.",
    ]
    fields = [piece["fields"] for piece in event["quotes"][1] if piece["fields"]]
    assert fields == [["equipment"], ["actors"]]
    assert event["pieces"] == []
    assert event["days"] == {"start": "2024-04-15", "end": "2024-04-18", "published": "2024-04-19"}
    assert event["report_title"] == "A report"


def test_counts_add_up_and_what_is_left_out_is_told() -> None:
    """Whatever the page, the counts are those of the whole query."""
    found = read_entries(Query(), limit=3, now=NOW)
    counts = found.counts._asdict()
    assert counts.pop("total") == sum(counts.values())
    assert found.total == counts["shown"] + counts["possible"]
    assert (len(found.events), found.left_out) == (3, found.total - 3)
    assert found.receipt["counts"]["total"] == found.counts.total


def test_pages_hold_every_event_once() -> None:
    """In the order asked for."""
    total = read_entries(Query(), limit=1, now=NOW).total
    ids = [
        event["id"]
        for offset in range(0, total, 40)
        for event in read_entries(Query(), limit=40, offset=offset, now=NOW, order="start").events
    ]
    assert len(ids) == len(set(ids)) == total


def test_a_title_says_where_and_when() -> None:
    """In the words of the filters."""
    near = Query(border="AF-TJ", within_km=20.0, start=date(2024, 4, 1), end=date(2024, 4, 30))
    assert to_title(near) == "Reported events within 20 km of the border Afghanistan – Tajikistan, 1–30 April 2024"
    assert to_title(Query(start=date(2024, 4, 1))) == "Reported events, from 1 April 2024"
    assert to_title(Query()) == "Reported events"
    assert to_filters(Query(kinds=("aid",), possible=False)) == ["Aid", "Without possible matches"]


def test_without_a_filter_what_is_hidden_is_background() -> None:
    """As the line under the map says it."""
    counts = open_project().engine.counts(Query())
    assert {key: words for key, _, words in to_counts(Query(), counts)}["hidden"] == "background"
    assert {key: words for key, _, words in to_counts(Query(kinds=("aid",)), counts)}["hidden"] == "hidden"


def test_credits_name_sources_and_reference_data() -> None:
    """With licences, and links only to web addresses."""
    credits_ = to_credits(read_entries(Query(kinds=("exercise",)), limit=5, now=NOW).receipt)
    assert credits_[0] == {"text": "Example News", "link": "https://example.org/report", "note": "CC BY 4.0"}
    assert any("OpenStreetMap" in line["text"] for line in credits_)
    shady = to_credits({"sources": [{"name": "x", "url": "javascript:alert(1)", "licence": None}]})
    assert shady[0]["link"] is None


def test_a_moment_is_written_out() -> None:
    """With its time zone."""
    assert to_time(NOW) == "23 November 2026, 16:40 UTC"

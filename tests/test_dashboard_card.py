"""The card: fields in words, quotes in the text, and only safe links."""

from datetime import date

import pytest
from shapely import Point

from dashboard.card import border_from, find_quotes, safe_link, split_source, split_text, to_card
from geo.records import Event, Report

BODY = "Troops met at Kharb-Maidon from April 15 to 18. 🙂 The T-72 rolled."
REPORT = Report("r", "A drill", BODY, date(2024, 4, 19))
NAMES = {"TJ": "Tajikistan", "AF": "Afghanistan"}


def _quote(words: str) -> dict[str, object]:
    start = BODY.index(words)
    return {"report": "r", "start": start, "end": start + len(words), "quote": words}


PLACE = {
    "name": "Kharb-Maidon", "country": "TJ", "lat": 37.4, "lon": 69.16, "radius_km": 25.0, "precision": "unknown",
    "derivation": "About 20 km from the border.", "reason": "curated", "source": "data/places.csv: TASS, https://tass.com/1",
    **_quote("Kharb-Maidon"),
}  # fmt: skip
EVENT = Event(
    "e", "A drill", "exercise", "completed", date(2024, 4, 15), date(2024, 4, 18), "day", ("CSTO",), ("T-72",),
    "Kharb-Maidon", "TJ", Point(69.16, 37.4), 25.0, "unknown", "AF-TJ", 20.0, source_url="https://example.org/a",
    evidence={"places": [PLACE], "dates": [_quote("from April 15 to 18")], "equipment": [_quote("T-72")]},
)  # fmt: skip


def test_the_card_says_when_where_and_how_well_that_is_known() -> None:
    """Dates written out, the radius with its reason, the distance with its limit."""
    card = to_card(EVENT, REPORT, NAMES, within_km=20.0)
    assert card["when"]["text"] == "15–18 April 2024"
    (place,) = card["places"]
    assert place["extent"] == "Somewhere within 25 km of this point; no coordinates are published."
    assert place["coordinates"] == "37.40000, 69.16000"
    assert place["source"] == [{"text": "TASS", "link": "https://tass.com/1"}]
    assert card["distance"] == "About 20 km from the border with Afghanistan (cannot tell whether within 20 km)."


def test_the_text_is_cut_at_its_quotes_and_nothing_is_lost() -> None:
    """The pieces put together are the text; those with fields are the quotes, beyond the Basic Multilingual Plane too."""
    pieces = to_card(EVENT, REPORT, NAMES)["pieces"]
    assert "".join(piece["text"] for piece in pieces) == BODY
    marked = {piece["text"]: piece["fields"] for piece in pieces if piece["fields"]}
    assert marked == {"Kharb-Maidon": ["place"], "from April 15 to 18": ["date"], "T-72": ["equipment"]}


def test_overlapping_quotes_share_their_words() -> None:
    """A word that supports two fields names both, the date first."""
    pieces = split_text("abcdef", [(0, 4, "equipment"), (2, 6, "date")])
    assert [(piece["text"], piece["fields"]) for piece in pieces] == [
        ("ab", ["equipment"]),
        ("cd", ["date", "equipment"]),
        ("ef", ["date"]),
    ]


@pytest.mark.parametrize("span", [(-1, 4), (5, 5), (0, 10_000), (None, 3), ("0", 3)])
def test_spans_that_do_not_fit_are_left_out(span: tuple[object, object]) -> None:
    """Evidence of another version of the report cannot break the card."""
    broken = {"dates": [{"report": "r", "start": span[0], "end": span[1]}]}
    assert find_quotes(Event("e", "t", "other", "reported", evidence=broken), REPORT) == []


def test_a_long_report_is_shown_around_its_quotes() -> None:
    """A megabyte without a line break does not reach the browser."""
    body = "x" * 500_000 + "QUOTE" + "y" * 500_000
    evidence = {"dates": [{"report": "r", "start": 500_000, "end": 500_005}]}
    event = Event("e", "t", "other", "reported", evidence=evidence)
    pieces = to_card(event, Report("r", "t", body), NAMES)["pieces"]
    assert sum(len(piece["text"]) for piece in pieces) < 2_000
    assert [piece["text"] for piece in pieces if piece["fields"]] == ["QUOTE"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "https://a b", None, "", "ftp://x"]
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    """Anything but http and https is no link."""
    assert safe_link(url) is None


def test_sources_keep_their_words_and_addresses() -> None:
    """Several sources stand one by one, each with its link; words without an address have none."""
    assert split_source("data/places.csv: A, 2021, https://a.org/x ; B ; https://c.org/y.") == [
        {"text": "A, 2021", "link": "https://a.org/x"},
        {"text": "B", "link": None},
        {"text": "c.org", "link": "https://c.org/y"},
    ]
    assert split_source(" ") == []


@pytest.mark.parametrize(
    ("country", "words"),
    [("TJ", "border with Afghanistan"), ("AF", "border with Tajikistan"), (None, "Afghanistan – Tajikistan border")],
)
def test_a_border_is_named_from_where_the_event_is(country: str | None, words: str) -> None:
    """In Tajikistan it is the border with Afghanistan."""
    assert border_from("AF-TJ", country, NAMES) == words


def test_an_imported_event_has_a_card_without_a_report() -> None:
    """No text, no quotes, but place and source."""
    event = Event("e", "t", "attack", "reported", place="Kulob", country="TJ", geometry=Point(69.78, 37.9), radius_km=5)
    card = to_card(event, None, NAMES)
    assert card["pieces"] == []
    assert card["places"][0]["coordinates"] == "37.90000, 69.78000"

"""The whole reading of one report, on the exercise that the product starts from."""

from pathlib import Path

import pytest

from geo.extract import Atlas, Understanding, to_json, understand
from geo.reports import parse_report, read_report

SEED = Path(__file__).resolve().parent.parent / "seeds" / "2024-04-kharb-maidon.md"


@pytest.fixture(scope="module")
def seen(atlas: Atlas) -> Understanding:
    """Read the first seed."""
    return understand(read_report(SEED), atlas)


def test_an_event_knows_its_border_and_where_along_it(seen: Understanding) -> None:
    """Kharb-Maidon is about 20 km from the Tajik-Afghan line, some way along it from the western end."""
    event = next(event for event in seen.events if event.main)
    assert event.border == "AF-TJ"
    assert 10 < event.border_km < 35
    assert 100 < event.border_at_km < 500


def test_every_mention_and_quote_is_at_its_span(seen: Understanding) -> None:
    """What is shown as a quote is what stands there."""
    body = seen.report.body
    assert all(body[mention.start : mention.end] == mention.surface for mention in seen.mentions)
    assert all(body[date.start : date.end] == date.text for date in seen.dates)


def test_a_region_has_no_distance_to_a_border(atlas: Atlas) -> None:
    """The middle of a province says nothing about how far from the border something happened."""
    text = "Tajikistan held an exercise in Khatlon province on 5 May 2024."
    event = understand(parse_report(text, stem="x"), atlas).events[0]
    assert (event.location_precision, event.border_km) == ("region", None)


def test_an_overlong_run_does_not_move_the_spans(atlas: Atlas) -> None:
    """A base64 picture in the text is passed over; what follows is found where it stands."""
    text = "Guards trained on 5 May 2024. " + "QUJD" * 5000 + " The exercise was held in Kulob, Tajikistan."
    seen = understand(parse_report(text, stem="x"), atlas)
    assert "Kulob" in [mention.surface for mention in seen.mentions]
    assert all(text[mention.start : mention.end] == mention.surface for mention in seen.mentions)
    assert seen.report.body == text


def test_the_json_of_a_border_is_a_line_without_a_point(seen: Understanding) -> None:
    """Null coordinates, precision line, and the country pair."""
    border = next(mention for mention in to_json(seen)["mentions"] if mention["surface"] == "Afghan border")
    assert (border["lat"], border["lon"], border["precision"], border["border"]) == (None, None, "line", "AF-TJ")

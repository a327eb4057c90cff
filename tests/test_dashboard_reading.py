"""The page that adds a report: what was understood, as text, and what the map draws of it."""

from datetime import date

import pytest

from dashboard import reading
from geo.errors import UnreadableReport
from geo.extract import Atlas
from tests import hostile

TEXT = (
    "Russian and Tajik troops held an exercise at Kharb-Maidon in Tajikistan from April 15 to 18, 2024. "
    "The 201st base is in Dushanbe."
)


@pytest.fixture(autouse=True)
def _built(atlas: Atlas) -> None:
    """Have the gazetteer compiled."""


def test_a_pasted_report_is_understood() -> None:
    """Its event, its dates and its places come as words with reasons."""
    found = reading.to_reading(reading.read(TEXT, published=date(2024, 4, 19)), {"TJ": "Tajikistan"})
    assert found["published"] == "19 April 2024"
    assert any(event["kind"] == "exercise" and event["when"] == "15–18 April 2024" for event in found["events"])
    assert any(entry["date"] == "15–18 April 2024" for entry in found["dates"])
    assert any(entry["words"] == "Dushanbe" and entry["known"] for entry in found["mentions"])


def test_the_marked_text_is_the_text() -> None:
    """Nothing is lost or added between the marks."""
    found = reading.to_reading(reading.read(TEXT), {})
    assert "".join(piece["text"] for piece in found["pieces"]) == TEXT
    assert any("date" in piece["fields"] for piece in found["pieces"])


def test_the_draft_map_has_events_and_named_places_but_no_countries() -> None:
    """The event is drawn in its kind, a place only named as a pale dot, Tajikistan not at all."""
    drawn = reading.to_draft(reading.read(TEXT))
    assert drawn[0]["kind"] == "exercise"
    assert "Dushanbe" in {spot["name"] for event in drawn for spot in event["spots"]}
    assert "Tajikistan" not in {event["title"] for event in drawn if event["kind"] == "other"}


@pytest.mark.parametrize("text", ["", "   \n", "---\nid: x\nno end", "a\0b"])
def test_what_is_no_report_is_explained(text: str) -> None:
    """The error names what is wrong."""
    with pytest.raises(UnreadableReport, match="pasted"):
        reading.read(text)


def test_a_book_is_sent_to_the_command_line() -> None:
    """The page answers within seconds or says where to go."""
    with pytest.raises(UnreadableReport, match="ingest"):
        reading.read("word " * 100_000)


def test_an_upload_is_decoded_or_refused() -> None:
    """The file's name becomes the report's; another encoding is named."""
    assert reading.read_upload(TEXT.encode(), "drill.md") == (TEXT, "drill")
    with pytest.raises(UnreadableReport, match="Windows-1251"):
        reading.read_upload(hostile.FILES["cp1251"].raw, "notes.txt")


def test_a_name_of_a_file_is_no_path() -> None:
    """Only the last part counts."""
    assert reading.read_upload(b"text", "../../etc/passwd.txt")[1] == "passwd"

"""The seeds: the reports a new project starts from are complete, sourced, licensed and understood."""

import json
import re
from pathlib import Path

import pytest

from geo.extract import Atlas, Understanding, understand
from geo.reports import find_reports, read_report

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
PATHS = sorted(find_reports([SEEDS]))
KEYS = ["id", "title", "published", "language", "source_name", "source_url", "licence"]
FIRST = "2024-04-kharb-maidon"
WEAPONS = "T-72B3,T-72,BTR-82A,BTR-80,2S3 Akatsiya,BM-21 Grad,9P140 Uragan,Mi-8MTV5-1,Mi-24,Orlan-10,Supercam,Piranha"


def read_fields(path: Path) -> dict[str, str]:
    """Return the front matter of a seed as it stands in the file, key to raw value, in its order."""
    block = path.read_text(encoding="utf-8").split("---\n")[1]
    return dict(line.split(": ", 1) for line in block.splitlines())


@pytest.fixture(scope="module")
def understood(atlas: Atlas) -> dict[str, Understanding]:
    """Understand every seed once, by id."""
    return {path.stem: understand(read_report(path), atlas) for path in PATHS}


def test_there_are_twenty_seeds_in_two_languages() -> None:
    """The first map is not empty and shows that Russian is read too."""
    languages = [read_report(path).language for path in PATHS]
    assert len(PATHS) >= 20
    assert languages.count("ru") >= 4
    assert set(languages) == {"en", "ru"}


def test_ids_are_unique_slugs_that_name_their_file() -> None:
    """An id can stand in an address, and leads back to its file."""
    ids = [read_report(path).id for path in PATHS]
    assert ids == [path.stem for path in PATHS]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", seed_id) for seed_id in ids)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
class TestSeed:
    """What holds for every seed."""

    def test_has_all_the_fields_with_texts_quoted_as_json(self, path: Path) -> None:
        """Front matter is complete and in one order; a text is a JSON string, null is null."""
        fields = read_fields(path)
        assert list(fields) == KEYS
        for key in ("id", "title", "source_name", "licence"):
            assert json.loads(fields[key]).strip()
        assert re.fullmatch(r"null|\d{4}-\d\d-\d\d", fields["published"])

    def test_says_its_licence_and_where_its_facts_come_from(self, path: Path) -> None:
        """The text is ours; its facts have a named source, with an http(s) address or none."""
        report = read_report(path)
        assert report.licence == "CC BY 4.0, Borderwatch"
        assert report.source_name
        assert report.source_url is None or re.match(r"https?://[^/]+/", report.source_url)

    def test_is_a_short_text_in_plain_characters(self, path: Path) -> None:
        """90 to 200 words, no control or invisible characters, one line end at the end."""
        body = read_report(path).body
        assert 90 <= len(body.split()) <= 200
        assert all(character.isprintable() or character == "\n" for character in body)
        assert body == body.strip() + "\n"

    def test_gives_a_main_event(self, path: Path, understood: dict[str, Understanding]) -> None:
        """Every seed puts at least one event into the table that is not background."""
        assert any(event.main for event in understood[path.stem].events)

    def test_every_quote_stands_at_its_span(self, path: Path, understood: dict[str, Understanding]) -> None:
        """A quoted word in the evidence is the text of the body at that span, character for character."""
        seen = understood[path.stem]
        quotes = [item for event in seen.events for item in find_quotes(event.evidence)]
        assert quotes
        for quote in quotes:
            assert seen.report.body[quote["start"] : quote["end"]] == quote["quote"]
            assert quote["report"] == path.stem


def find_quotes(evidence: object) -> list[dict]:
    """Return everything in the evidence that has a quote, however deep."""
    if isinstance(evidence, dict):
        own = [evidence] if evidence.get("quote") is not None else []
        return own + [found for value in evidence.values() for found in find_quotes(value)]
    if isinstance(evidence, list | tuple):
        return [found for value in evidence for found in find_quotes(value)]
    return []


def test_the_exercise_at_kharb_maidon_is_understood(understood: dict[str, Understanding]) -> None:
    """One main event, an exercise of 15 to 18 April 2024 with twelve systems, somewhere within 20 km or more."""
    (event,) = [event for event in understood[FIRST].events if event.main]
    assert (event.kind, event.status) == ("exercise", "completed")
    assert (str(event.start), str(event.end), event.date_precision) == ("2024-04-15", "2024-04-18", "day")
    assert event.place is not None
    assert "Kharb-Maidon" in event.place
    assert event.radius_km is not None
    assert event.radius_km >= 20
    told = " | ".join(event.equipment)
    assert [name for name in WEAPONS.split(",") if name not in told] == []


def test_the_denied_patrol_is_denied(understood: dict[str, Understanding]) -> None:
    """What China and Afghanistan deny is never shown as a fact."""
    patrols = [event for event in understood["2016-11-little-pamir"].events if event.kind == "patrol"]
    assert patrols
    assert {event.status for event in patrols} == {"denied"}


def test_the_shooting_without_a_day_stays_undated(understood: dict[str, Understanding]) -> None:
    """A report without a day of publication that says "yesterday" gives no date."""
    events = [event for event in understood["isfara-chorkuh"].events if event.main]
    assert {(event.start, event.end) for event in events} == {(None, None)}

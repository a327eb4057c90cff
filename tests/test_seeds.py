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

# What each seed is about, as a person reads it: kind, status, first and last day ("-": unknown, or open).
EXPECTED = """
2008-09-panj-opium              seizure          completed  2008-09-18  2008-09-18
2016-11-little-pamir            patrol           denied     -           -
2018-02-panj-seizures           border_incident  completed  2018-02-08  2018-02-08
2019-08-gorno-badakhshan        exercise         ongoing    -           2019-08-16
2019-09-bahor                   border_incident  completed  2019-09-16  2019-09-16
2021-07-shahritus               aid              completed  2021-07-30  2021-07-30
2021-10-khatlon-csto            exercise         planned    2021-10-10  2021-10-23
2021-12-termez                  aid              completed  2021-12-15  2021-12-15
2022-01-kazakh-crossings        border_closure   ongoing    2022-01-07  -
2022-03-nimroz-canal            border_incident  reported   2022-03-07  2022-03-07
2022-09-ovchi-qalacha           attack           reported   2022-09-16  2022-09-16
2022-11-tashkent-border-accords agreement        completed  2022-11-30  2022-11-30
2023-08-oymash                  exercise         completed  2023-08-01  2023-08-31
2023-11-raja-jooseppi           border_closure   planned    2023-11-30  2023-12-14
2024-04-kharb-maidon            exercise         completed  2024-04-15  2024-04-18
2024-06-korea-dmz               border_incident  completed  2024-06-20  2024-06-20
2025-07-karamyk-bordobo         other            completed  2025-07-08  2025-07-08
2026-01-bahorak                 border_incident  completed  2026-01-29  2026-01-29
isfara-chorkuh                  border_incident  completed  -           -
"""


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
    """One main event with twelve systems, somewhere within 20 km or more of a point that nobody published."""
    (event,) = [event for event in understood[FIRST].events if event.main]
    assert event.place is not None
    assert "Kharb-Maidon" in event.place
    assert event.radius_km is not None
    assert event.radius_km >= 20
    told = " | ".join(event.equipment)
    assert [name for name in WEAPONS.split(",") if name not in told] == []


@pytest.mark.parametrize("line", EXPECTED.split("\n")[1:-1], ids=lambda line: line.split()[0])
def test_what_a_seed_is_about_is_among_its_main_events(line: str, understood: dict[str, Understanding]) -> None:
    """Kind, status and days are those that a person reads in it; what has no day stays without one."""
    seed, *expected = line.split()
    main = [event for event in understood[seed].events if event.main]
    found = [[event.kind, event.status, str(event.start or "-"), str(event.end or "-")] for event in main]
    assert expected in found


def test_what_is_denied_is_never_shown_as_a_fact(understood: dict[str, Understanding]) -> None:
    """The patrols that China and Afghanistan deny are denied wherever they stand."""
    patrols = [event for event in understood["2016-11-little-pamir"].events if event.kind == "patrol"]
    assert {event.status for event in patrols} == {"denied"}


def test_yesterday_without_a_day_of_publication_dates_nothing(understood: dict[str, Understanding]) -> None:
    """A report whose day is unknown is placed on the map, and counted as undated."""
    events = [event for event in understood["isfara-chorkuh"].events if event.main]
    assert {(event.start, event.end) for event in events} == {(None, None)}
    assert events[0].geometry is not None

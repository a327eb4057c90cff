"""Spellings that journalists meet, each with the place it stands for or the note that there is none."""

import csv
from pathlib import Path

import pytest

from geo.context import distance_km
from geo.extract import Atlas
from geo.geocode import locate
from geo.records import Place

SPELLINGS = Path(__file__).parent / "spellings.csv"
NEAR_KM = 30.0  # a town and its outskirts
AREA = "area: "  # begins the note of a row that asks for something wide: within its own radius is right
FOUND_SHARE = 0.97  # of the spellings that have a place; the others may be refused, never misplaced


def read_spellings() -> list[dict[str, str]]:
    """Return the rows of the table of spellings."""
    with SPELLINGS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tell(row: dict[str, str], place: Place | None) -> str:
    """Return one line on a row and what was chosen for it."""
    asked = f"{row['spelling']} ({row['country'] or 'no country'}; {row['note']})"
    if place is None:
        return f"{asked}: refused"
    return f"{asked}: {place.name}, {place.country} {place.lat} {place.lon} within {place.radius_km} km"


def off_km(row: dict[str, str], place: Place) -> float:
    """Return how far a choice lies from the true place; a choice without a point is infinitely far."""
    if place.lat is None:
        return float("inf")
    return distance_km(place, Place("true", None, float(row["lat"]), float(row["lon"]), 1, "exact"))


def is_right(row: dict[str, str], place: Place) -> bool:
    """Say whether a choice is near enough; a town's region or river is no answer to the town's name."""
    own = place.radius_km if row["note"].startswith(AREA) and place.radius_km is not None else 0.0
    return off_km(row, place) <= max(NEAR_KM, own)


@pytest.fixture(scope="module")
def answers(atlas: Atlas) -> list[tuple[dict[str, str], Place | None]]:
    """Return every row with the place chosen for its spelling."""
    return [
        (row, locate(row["spelling"], [atlas.gazetteer], borders=atlas.borders, country=row["country"] or None).choice)
        for row in read_spellings()
    ]


Answers = list[tuple[dict[str, str], Place | None]]


def test_the_table_has_many_scripts_and_no_double() -> None:
    """The table is large, asks each question once, and asks one in ten spellings without a country."""
    rows = read_spellings()
    placed = [row for row in rows if row["lat"]]
    assert len(placed) >= 230
    assert len(rows) - len(placed) >= 20
    assert len({(row["spelling"], row["country"]) for row in rows}) == len(rows)
    assert sum(not row["country"] for row in placed) >= len(placed) / 10


def test_no_spelling_is_pinned_to_a_wrong_place(answers: Answers) -> None:
    """Where a place is chosen, it is the right one."""
    wrong = [tell(row, place) for row, place in answers if row["lat"] and place and not is_right(row, place)]
    assert wrong == []


def test_nearly_every_spelling_is_found(answers: Answers) -> None:
    """At least 97 of 100 spellings lead to their place, whatever their script and case."""
    placed = [(row, place) for row, place in answers if row["lat"]]
    missed = [tell(row, place) for row, place in placed if place is None or not is_right(row, place)]
    print(*missed, sep="\n")
    assert 1 - len(missed) / len(placed) >= FOUND_SHARE


def test_every_name_that_is_no_place_is_refused(answers: Answers) -> None:
    """Invented names and look-alikes get no pin."""
    assert [tell(row, place) for row, place in answers if not row["lat"] and place] == []

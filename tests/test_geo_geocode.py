"""Choosing places: names by themselves, and the toponyms of a report together."""

import pytest

from geo.extract import Atlas
from geo.geocode import distance_km, locate, resolve
from geo.mentions import find_toponyms
from geo.records import Mention, Place


def _near(place: Place | None, lat: float, lon: float, km: float) -> bool:
    return place is not None and distance_km(place, Place("x", None, lat, lon, 1, "exact")) <= km


def _read(text: str, atlas: Atlas, language: str = "en") -> dict[str, Mention]:
    toponyms = find_toponyms(text, atlas.gazetteer, language=language)
    mentions = resolve(toponyms, atlas.gazetteer, atlas.borders, text=text)
    return {mention.surface: mention for mention in mentions}


@pytest.mark.parametrize("name", ["Kharb-Maidon", "Kharb-Maydon", "Harbmaidon", "Харб-Майдон", "Харбмайдон"])
def test_a_range_without_published_coordinates_has_a_radius_and_says_why(atlas: Atlas, name: str) -> None:
    """Kharb-Maidon is somewhere within 20 km or more, in every spelling, with its derivation."""
    place = locate(name, [atlas.gazetteer]).choice
    assert place is not None
    assert place.radius_km >= 20
    assert place.precision == "unknown"
    assert "border" in place.derivation


@pytest.mark.parametrize(("name", "country"), [("Qwertyabad", None), ("Khalmion Range", None), ("Khalmion Range", "TJ"), ("Kharb", "TJ")])  # fmt: skip
def test_what_is_not_known_is_refused_with_a_reason(atlas: Atlas, name: str, country: str | None) -> None:
    """A refusal is an answer: no choice, and a sentence."""
    decision = locate(name, [atlas.gazetteer], borders=atlas.borders, country=country)
    assert decision.choice is None
    assert decision.reason.endswith(".")


@pytest.mark.parametrize(
    ("name", "country", "lat", "lon"),
    [
        ("Moskovskiy", "TJ", 37.66, 69.63),
        ("Faizabad", "TJ", 38.55, 69.32),
        ("Karakul", "TJ", 39.01, 73.55),
        ("Farkhar", "TJ", 37.49, 69.40),
        ("Farkhar", "AF", 36.57, 69.86),
        ("Kulyab", None, 37.91, 69.78),
        ("Куляба", None, 37.91, 69.78),
        ("Hairatan", None, 37.22, 67.42),
        ("Sherkhan Bandar", None, 37.18, 68.6),
        ("Khorugh", None, 37.49, 71.55),
        ("Хороге", None, 37.49, 71.55),
    ],
)
def test_names_that_mislead_by_population_find_their_place(
    atlas: Atlas, name: str, country: str | None, lat: float, lon: float
) -> None:
    """The country is a filter, and a curated place is what the news means."""
    assert _near(locate(name, [atlas.gazetteer], country=country).choice, lat, lon, 12)


@pytest.mark.parametrize("name", ["Afghan border", "the Tajik-Afghan border", "border between Tajikistan and Afghanistan", "таджикско-афганская граница"])  # fmt: skip
def test_a_border_is_a_line_not_a_point(atlas: Atlas, name: str) -> None:
    """A border has a country pair and no coordinates."""
    place = locate(name, [atlas.gazetteer], borders=atlas.borders, country="TJ").choice
    assert (place.border, place.precision, place.lat) == ("AF-TJ", "line", None)


def test_near_prefers_the_nearest_namesake(atlas: Atlas) -> None:
    """A point settles which of many towns is meant."""
    place = locate("Paris", [atlas.gazetteer], near=(33.5, -95.5)).choice
    assert (place.country, place.admin1) == ("US", "TX")


def test_one_side_of_a_border_is_told_by_the_report(atlas: Atlas) -> None:
    """The words "Afghan border" in a report on Tajikistan is the Tajik-Afghan line."""
    mentions = _read("Tajikistan held a drill in Dushanbe. Drones guard the Afghan border.", atlas)
    assert mentions["Afghan border"].place.border == "AF-TJ"


def test_a_border_whose_other_side_is_not_told_is_refused(atlas: Atlas) -> None:
    """With no neighbour in the text nothing is invented."""
    mention = _read("Drones guard the Afghan border.", atlas)["Afghan border"]
    assert mention.place is None
    assert "not said" in mention.decision.reason


def test_the_text_settles_a_namesake(atlas: Atlas) -> None:
    """The text says it: "Paris, Texas" is in Texas, and a county decides for its town."""
    assert _read("He was born in Paris, Texas, in 1950.", atlas)["Paris"].place.admin1 == "TX"


def test_places_of_one_report_support_each_other(atlas: Atlas) -> None:
    """Faizabad in a report on Takhar and Kunduz is the Afghan one, not the Indian one."""
    mentions = _read("In Afghanistan fighting spread from Kunduz to Taloqan and Faizabad.", atlas)
    assert mentions["Faizabad"].place.country == "AF"


def test_a_small_namesake_in_a_country_the_report_ignores_is_refused(atlas: Atlas) -> None:
    """The only gazetteer entry may still be the wrong place."""
    mentions = _read(
        "Tajikistan and Kyrgyzstan met; Tajikistan and Kyrgyzstan agreed in Tajikistan near Chisholm.", atlas
    )
    assert "Chisholm" not in mentions or mentions["Chisholm"].place is None


def test_every_decision_keeps_candidates_and_a_reason(atlas: Atlas) -> None:
    """The reader can see what else was considered."""
    for mention in _read("Troops trained near Kulob in Tajikistan on the Uzbek border.", atlas).values():
        assert mention.decision.reason.endswith(".")
        assert mention.place is None or mention.place in mention.decision.candidates

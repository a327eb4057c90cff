"""The answers behind layers and place search, asked as the browser asks them."""

import json

import pytest

from dashboard.answers import to_json
from dashboard.layer_routes import MAX_ASKED, MOST_PLACES, layer, places
from geo.errors import InvalidQuery
from geo.gazetteer import Gazetteer
from tests import hostile

DUSHANBE = {"lat": "38.1", "lon": "69.9"}

pytestmark = pytest.mark.usefixtures("gazetteer")


def test_a_layer_is_geojson() -> None:
    """The route answers with features in the view."""
    answer = json.loads(layer({"name": "crossings", "view": "68,36.5,72,38.5", "zoom": "7"}) or b"")
    assert answer["type"] == "FeatureCollection"
    assert answer["features"]


@pytest.mark.parametrize("name", ["nosuch", "heat", "../places", "\x00", "__class__", ""])
def test_there_is_no_layer_but_ours(name: str) -> None:
    """Whatever the address says; the server answers 404 to None."""
    assert layer({"name": name}) is None


@pytest.mark.parametrize("params", [{"view": "1,2,3"}, {"view": "x"}, {"view": "9,9,1,1"}, {"zoom": "x"}])
def test_a_broken_view_is_refused(params: dict[str, str]) -> None:
    """The message says why."""
    with pytest.raises(InvalidQuery):
        layer({"name": "borders", **params})


def test_the_same_view_is_answered_from_memory() -> None:
    """The bytes of an answer are kept."""
    params = {"name": "posts", "view": "68,36,70,38", "zoom": "8"}
    assert layer(params) is layer(params)


def test_a_place_comes_with_its_country_kind_and_radius() -> None:
    """In any script: «Хорог» is Khorog in Tajikistan, found under that spelling."""
    first = places({"q": "Хорог", **DUSHANBE})["places"][0]
    assert (first["name"], first["form"], first["country"]) == ("Khorog", "Хорог", "Tajikistan")
    assert first["km"] > 0
    assert first["within"].endswith("km")
    assert abs(first["lat"] - 37.49) < 0.1


def test_answers_are_few() -> None:
    """Two letters fit thousands of names; a list is short."""
    answer = places({"q": "ka", **DUSHANBE})
    assert len(answer["places"]) == MOST_PLACES
    assert len(to_json(answer)) < 8_000


@pytest.mark.parametrize("text", [text for text in hostile.TEXTS.values() if len(text) <= MAX_ASKED])
def test_a_hostile_name_finds_nothing_or_a_place(text: str) -> None:
    """No text breaks the search."""
    assert to_json(places({"q": text, **DUSHANBE}))


@pytest.mark.parametrize(
    "params",
    [
        {"q": "x" * (MAX_ASKED + 1)},
        {"q": "du", "lat": "x", "lon": "1"},
        {"q": "du", "lat": "99", "lon": "1"},
        {"q": "du", "lat": "nan", "lon": "1"},
    ],
)
def test_what_cannot_be_asked_is_refused(params: dict[str, str]) -> None:
    """Too long a name, and what is no point."""
    with pytest.raises(InvalidQuery):
        places(params)


def test_the_search_needs_no_project(gazetteer: Gazetteer) -> None:
    """It answers from the gazetteer alone."""
    assert gazetteer.exact("Dushanbe")
    assert places({"q": "Dushanbe"})["places"][0]["country"] == "Tajikistan"

"""Finding toponyms: what is a place, what only looks like one, and in which role it stands."""

import itertools

import pytest

from geo.gazetteer import Gazetteer
from geo.mentions import find_toponyms

FOUND = [
    ("en", "An exercise was held at Kharb-Maidon in Khatlon province, Tajikistan.", ["Kharb-Maidon", "Khatlon province", "Tajikistan"]),
    ("en", "Shots were fired on the Tajik-Kyrgyz border near Isfara.", ["Tajik-Kyrgyz border", "Isfara"]),
    ("en", "The border between Tajikistan and Afghanistan is long.", ["border between Tajikistan and Afghanistan"]),
    ("en", "Troops left the Bahor mahalla of the Bobojon Ghafurov district.", ["Bahor mahalla", "Bobojon Ghafurov district"]),
    ("en", "The goods crossed southern Uzbekistan by rail.", ["southern Uzbekistan"]),
    ("en", "The United States paid US$ 3 million; U.S. forces left.", ["United States", "U.S."]),
    ("en", "He works in Paris, Texas, and lives in Cook County.", ["Paris", "Texas", "Cook County"]),
    ("en", "She moved from S Korea to N Korea over the military demarcation line.", ["S Korea", "N Korea", "military demarcation line"]),
    ("ru", "Учения прошли на полигоне «Эдельвейс» в Иссык-Кульской области.", ["Эдельвейс", "Иссык-Кульской области"]),
    ("ru", "Перестрелка на таджикско-афганской границе в районе Шамсиддини Шохин.", ["таджикско-афганской границе", "районе Шамсиддини Шохин"]),
    ("ru", "Закрыт переход «Кордай - Автодорожный» в Казахстане.", ["Кордай - Автодорожный", "Казахстане"]),
    ("ru", "Глава Кыргызской Республики прибыл в Душанбе.", ["Кыргызской Республики", "Душанбе"]),
]  # fmt: skip

NOT_FOUND = [
    ("en", "BM-21 Grad and 9P140 Uragan launchers and FPV drones Piranha fired."),
    ("en", "President Jackson said Mr. Washington and Jordan Smith were wrong."),
    ("en", "The Soviet era ended; the Central Military District and Western influence did not."),
    ("en", "On Monday he said that reading is nice and the march was long."),
    ("ru", "Погибших опознали, это Рашид Давлатов и Собир Зохиров."),
    ("ru", "Последний день учений «Рубеж-2021» прошёл сегодня, работал «Орлан-10»."),
]


def _places(text: str, gazetteer: Gazetteer, language: str) -> list[str]:
    return [item.surface for item in find_toponyms(text, gazetteer, language=language) if item.role != "demonym"]


@pytest.mark.parametrize(("language", "text", "expected"), FOUND)
def test_places_are_found_whole(gazetteer: Gazetteer, language: str, text: str, expected: list[str]) -> None:
    """The generic word of an administrative unit belongs to the surface; case endings do not hide a name."""
    assert _places(text, gazetteer, language) == expected


@pytest.mark.parametrize(("language", "text"), NOT_FOUND)
def test_what_only_looks_like_a_place_is_left_alone(gazetteer: Gazetteer, language: str, text: str) -> None:
    """Equipment, persons, eras and ordinary words are no places."""
    assert _places(text, gazetteer, language) == []


def test_spans_are_exact(gazetteer: Gazetteer) -> None:
    """The surface is the text at its span, in order and without overlaps."""
    for language, text, _ in FOUND:
        items = find_toponyms(text, gazetteer, language=language)
        assert all(text[item.start : item.end] == item.surface for item in items)
        assert all(one.end <= other.start for one, other in itertools.pairwise(items))


@pytest.mark.parametrize(
    ("text", "surface", "role"),
    [
        ("DUSHANBE -- Soldiers trained on Monday.", "DUSHANBE", "dateline"),
        ("BEIJING:\nReports are untrue.", "BEIJING", "dateline"),
        ("U.S. forces have left; Moscow fears that more will follow.", "Moscow", "metonym"),
        ("It would go on helping Dushanbe to guard the line.", "Dushanbe", "metonym"),
        ("A bus burned in Dushanbe on Friday.", "Dushanbe", "place"),
        ("Talks went on while Afghan and Tajik officials met.", "Tajik", "demonym"),
        ("The Isfara Police Department said so.", "Isfara", "organisation"),
        ("Officers of the “Panj” unit came.", "Panj", "organisation"),
    ],
)
def test_roles_are_told_apart(gazetteer: Gazetteer, text: str, surface: str, role: str) -> None:
    """Datelines, metonyms, organisations and demonyms keep their role."""
    roles = {item.surface: item.role for item in find_toponyms(text, gazetteer)}
    assert roles[surface] == role

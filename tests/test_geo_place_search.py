"""Looking a place up as one types: any spelling, the near before the far, and nothing rather than a wrong place."""

import pytest

from geo.gazetteer import Gazetteer
from geo.place_search import Found, find_places

PANJ = (37.5, 70.0)


def _first(gazetteer: Gazetteer, text: str, near: tuple[float, float] | None = PANJ) -> tuple[str, str | None]:
    found = find_places(gazetteer, text, near=near)[0]
    return found.place.name, found.place.country


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dush", ("Dushanbe", "TJ")),
        ("Хорог", ("Khorog", "TJ")),
        ("хоро", ("Khorog", "TJ")),
        ("Khoro", ("Khorog", "TJ")),
        ("Sher Khan", ("Sherkhan Bandar", "AF")),
        ("اشکاشم", ("Ishkashim", "AF")),
        ("khatlon", ("Khatlon", "TJ")),
    ],
)
def test_the_beginning_of_a_name_in_any_script_finds_it(
    gazetteer: Gazetteer, text: str, expected: tuple[str, str]
) -> None:
    """Latin, Cyrillic and Perso-Arabic letters lead to one place."""
    assert _first(gazetteer, text) == expected


def test_a_russian_case_is_undone(gazetteer: Gazetteer) -> None:
    """«Хорогом» is Khorog."""
    assert _first(gazetteer, "Хорогом")[1] == "TJ"


def test_the_near_namesake_comes_first(gazetteer: Gazetteer) -> None:
    """London in Ontario for who looks at Ontario, else the best known."""
    assert _first(gazetteer, "London", (43.0, -81.2)) == ("London", "CA")
    assert _first(gazetteer, "London", None) == ("London", "GB")


def test_a_country_after_a_comma_is_a_filter(gazetteer: Gazetteer) -> None:
    """Both Ishkashims can be asked for; a comma inside a name is none."""
    assert {found.place.country for found in find_places(gazetteer, "Ishkashim, Afghanistan", near=PANJ)} == {"AF"}
    assert {found.place.country for found in find_places(gazetteer, "Ishkashim, Таджикистан", near=PANJ)} == {"TJ"}


def test_a_spelling_alike_is_marked_as_such(gazetteer: Gazetteer) -> None:
    """Where no name begins so, the one place nearby that is spelt alike."""
    (found,) = find_places(gazetteer, "Kharb Maydan", near=PANJ)
    assert found.similar
    assert found.place.name == "Kharb-Maidon"


@pytest.mark.parametrize(
    "text", ["", " ", "K", "%", "_", "qqqqqq", "Xyzzyville", "'; DROP TABLE place; --", "😀😀", "\x00\x00"]
)
def test_what_is_no_place_finds_none(gazetteer: Gazetteer, text: str) -> None:
    """Better none than a wrong one; signs of a query language are letters like any other."""
    assert find_places(gazetteer, text, near=PANJ) == []


def test_every_place_found_has_a_point_and_a_radius(gazetteer: Gazetteer) -> None:
    """A border line has none and cannot be moved to."""
    found: list[Found] = find_places(gazetteer, "ta", near=PANJ, limit=50)
    assert len(found) == 50
    assert all(entry.place.lat is not None and entry.place.radius_km for entry in found)

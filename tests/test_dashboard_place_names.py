"""Names of places in Russian: from Natural Earth, from the gazetteer's spellings, or as they are."""

import pytest

from dashboard.layers import GAZETTEER
from dashboard.place_names import choose_russian, tell


@pytest.mark.parametrize(
    ("name", "forms", "told"),
    [
        ("Khorog", ["Chorug", "Хоруг", "Хорог", "خاروغ"], "Хорог"),
        ("Moscow", ["Маскав", "Масква", "Москва", "Москох", "Мускав"], "Москва"),
        ("Paris", ["Парыж", "Париж ош", "Париж"], "Париж"),
        ("Ishkashim", ["Султан-Ишкашим", "Ишкашим (Афганистан)"], "Ишкашим"),
        ("Taipei", ["Тайбей", "Тайбэй"], "Тайбэй"),
        ("Kyiv", ["Київ", "Kiev"], None),
    ],
)
def test_the_most_russian_spelling_is_chosen(name: str, forms: list[str], told: str | None) -> None:
    """The letters of Russian, near to the English name, without the marks of other languages."""
    assert choose_russian(name, forms) == told


@pytest.mark.skipif(not GAZETTEER.exists(), reason="the gazetteer is not compiled")
@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("Dushanbe", None, "Душанбе"),
        ("Kharb-Maidon", None, "Харб-Майдон"),
        ("Kabul", "place", "Кабул"),
        ("Caspian Sea", "sea", "Каспийское море"),
        ("Georgia", None, "Грузия"),
        ("Georgia", "admin1", "Джорджия"),
        ("<b>No place</b>", None, "<b>No place</b>"),
    ],
)
def test_known_places_have_russian_names(name: str, kind: str | None, told: str) -> None:
    """What is not known stays as it is, whatever it is."""
    assert tell("ru", name, kind) == told
    assert tell("en", name, kind) == name

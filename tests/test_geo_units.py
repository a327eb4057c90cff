"""Units in reports: numbered, by district, by name, in two languages."""

import pytest

from geo.units import find_units

CASES = {
    "the 201st Russian Military Base": ["201st Military Base"],
    "201-я военная база": ["201st Military Base"],
    "the 3rd brigade and the 12th Regiment": ["3rd Brigade", "12th Regiment"],
    "92-я горнострелковая бригада": ["92nd Brigade"],
    "Central Military District": ["Central Military District"],
    "Центрального военного округа": ["Central Military District"],
    "штаб ЦВО": ["Central Military District"],
    "цво": [],
    "Regional Command “Astana”": ["Regional Command Astana"],
    "the “Panj” border unit": ["Panj border unit"],
    "погранотряд «Хамадони»": ["Хамадони border unit"],
    "on the 12th day": [],
}


@pytest.mark.parametrize(("text", "names"), CASES.items())
def test_units(text: str, names: list[str]) -> None:
    """A unit has one name in both languages."""
    assert [p.name for p in find_units(text)] == names


def test_the_201st_alone_is_the_base_once_it_was_named() -> None:
    """A bare number stands for the base in a report that named it before, and for nothing elsewhere."""
    named = "The 201st Military Base moved. The 201st has its seat in Dushanbe."
    assert [p.name for p in find_units(named)] == ["201st Military Base"] * 2
    assert find_units("It was the 201st day.") == []

"""Actors in reports: forces of countries, bodies, groups, units, and countries that act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.actors import find_actors

CASES = """
Russian and Tajik troops left. | Armed Forces of Russia, Armed Forces of Tajikistan
The Armed Forces of Russia and Tajikistan met. | Armed Forces of Russia, Armed Forces of Tajikistan
Soldiers of the Tajik and Chinese armies came. | Armed Forces of Tajikistan, Armed Forces of China
Servicemen from Kazakhstan and Uzbekistan trained. | Armed Forces of Kazakhstan, Armed Forces of Uzbekistan
U.S. forces and American soldiers withdrew. | Armed Forces of the United States
Kyrgyz border guards fired at guards from Tajikistan. | Border Guard of Kyrgyzstan, Border Guard of Tajikistan
Kazakhstan's ministry of defence spoke. | Ministry of Defence of Kazakhstan
The government of Uzbekistan helped. | Government of Uzbekistan
Finland, Norway and Sweden closed the road. | Finland, Norway, Sweden
Taliban fighters and smugglers met. | Taliban, Smugglers
Two Afghan citizens were held. | Citizens of Afghanistan
A Kyrgyz drone flew over. | Kyrgyzstan
The Collective Security Treaty Organization (CSTO) met. | CSTO
The 201st Military Base of the Central Military District moved. | 201st Military Base, Central Military District
UNHCR and the OSCE gave aid. | UNHCR, OSCE
Российские и таджикские военные прибыли. | Armed Forces of Russia, Armed Forces of Tajikistan
Военнослужащие России и Таджикистана прибыли. | Armed Forces of Russia, Armed Forces of Tajikistan
Контингенты и штабные группы из Казахстана и России прибыли. | Armed Forces of Kazakhstan, Armed Forces of Russia
Погранвойска ГКНБ Таджикистана сообщили. | Border Guard of Tajikistan, State Committee for National Security of Tajikistan
Силы ОДКБ и 201-й российской военной базы ЦВО. | CSTO, 201st Military Base, Central Military District
Казахстан перекрыл дорогу, а Россия нет. | Kazakhstan, Russia
Талибы обстреляли контрабандистов. | Taliban, Smugglers
Застава «Бахорак» и Regional Command “Astana”. | Бахорак border unit, Regional Command Astana
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_actors(line: str) -> None:
    """Every actor named, under one English name in both languages; a country once with its forces."""
    text, names = (part.strip() for part in line.split("|"))
    found = dict.fromkeys(p.name for p in find_actors(text))
    assert set(names.split(", ")) <= set(found), list(found)


@pytest.mark.parametrize(
    "text",
    [
        "Того не было, и он ушёл.",  # «того» is no Togo
        "The road in Tajikistan is long.",
        "В Казахстане прошёл дождь.",
        "Turkey is eaten at Christmas by mom, es and un.",
    ],
)
def test_places_and_ordinary_words_do_not_act(text: str) -> None:
    """A country after a preposition is a place, and small words are no acronyms."""
    assert [p.name for p in find_actors(text) if p.role != "country" or p.name != "Turkey"] == []


def test_roles_tell_forces_from_bodies_groups_and_units() -> None:
    """The role says what kind of actor it is."""
    found = {p.name: p.role for p in find_actors("Tajik troops, the CSTO, smugglers and the 201st base; China agreed.")}
    assert found["Armed Forces of Tajikistan"] == "force"
    assert found["CSTO"] == "body"
    assert found["Smugglers"] == "group"
    assert found["201st Military Base"] == "unit"
    assert found["China"] == "country"


@given(st.text(max_size=200))
def test_spans_hold_their_words(text: str) -> None:
    """Every span is where its words stand, in any text."""
    assert all(text[p.start : p.end] == p.text for p in find_actors(text))

"""The place of an event: what governs a toponym, lists, and what is only named in passing."""

import pytest

from geo.cues import read_cues
from geo.event_drafts import lead_family_of
from geo.event_places import Places, choose_spots
from geo.strands import build_strands
from tests.event_reports import unmark

CASES = """
An exercise was held at [[Lyaur|g:Lyaur]] near [[Dushanbe|s:Dushanbe]]. | Lyaur
An exercise was held in [[Tajikistan|c:Tajikistan]], in [[Khatlon|r:Khatlon]]. | Khatlon
An exercise was held 20 km from the [[Afghan border|l:AF-TJ]] in [[Kulob|s:Kulob]]. | Kulob
Guards clashed at the border in the [[Panj district|d:Panj]]; the embassy in [[Dushanbe|s:Dushanbe]] knew nothing. | Panj
Guards clashed at the border near [[Vorukh|v:Vorukh]], [[Isfara|s:Isfara]] said. | Vorukh
Guards clashed at the border near [[Vorukh|v:Vorukh]]. The wounded were brought to [[Isfara|s:Isfara]]. | Vorukh
The ministers signed an agreement on the [[Andijan|s:Andijan]] reservoir in [[Bishkek|s:Bishkek]]. | Bishkek
[[Poland|c:Poland]] shut the crossings at [[Kuznica|x:Kuznica]] and [[Bobrowniki|x:Bobrowniki]]. | Kuznica, Bobrowniki
[[Finland|c:Finland]] shut all crossings save [[Vartius|x:Vartius]]: [[Salla|x:Salla]], [[Imatra|x:Imatra]]. | Salla, Imatra
A drill ran in [[Khorog|s:Khorog]], [[Vanj|s:Vanj]] and [[Rushan|s:Rushan]]. | Khorog, Vanj, Rushan
The president paid a visit to [[Batken|s:Batken]] and flew back to [[Bishkek|s:Bishkek]]. | Batken
[[Kazakhstan|c:Kazakhstan]] held an exercise with troops from [[Merke|s:Merke]]. | Kazakhstan
На полигоне [[«Эдельвейс»|g:Edelweiss]] военные [[России|c:Russia]] провели учения. | Edelweiss
Перестрелка произошла на участке заставы [[«Бахорак»|p:Bahorak]] в [[районе Панч|d:Panj]]. | Bahorak
Минобороны [[Таджикистана|c:Tajikistan]] провело учения в [[Кулябе|s:Kulob]]. | Kulob
Учения прошли на полигонах [[Ляур|g:Lyaur]], [[Самбули|g:Sambuli]] и [[Момирак|g:Momirak]]. | Lyaur, Sambuli, Momirak
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_places(line: str) -> None:
    """The most specific place that the words put the event at, and all places of a list."""
    marked, expected = (part.strip() for part in line.rsplit(" | ", 1))
    text, mentions = unmark(marked)
    reading = read_cues(text)
    strand = build_strands(reading, [], anchor=None, lead_family=lead_family_of(reading, []))[0]
    spots = choose_spots(Places(reading, mentions), strand, strand.kind, lead=True, taken=set(), dated=set())
    assert ", ".join(s.place.name for s in spots if s.place is not None) == expected


def test_a_metonym_is_no_place() -> None:
    """A capital that "fears" is a government; it is no place of an event, even when there is no other."""
    text, mentions = unmark("An exercise was held, and [[Moscow|~c:Russia]] liked it.")
    reading = read_cues(text)
    strand = build_strands(reading, [], anchor=None, lead_family="exercise")[0]
    assert choose_spots(Places(reading, mentions), strand, "exercise", lead=True, taken=set(), dated=set()) == []

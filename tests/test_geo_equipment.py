"""Equipment in reports: codes in two alphabets, names, common nouns, and weighed goods."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.equipment import find_equipment

CASES = """
Russian T-72B3 tanks next to Tajik T-72s | T-72B3, T-72
BTR-82A and BTR-80s | BTR-82A, BTR-80
танки Т-72Б3М, БТР-82А и БМП-2 | T-72B3M, BTR-82A, BMP-2
2S3 Akatsiya howitzers, BM-21 Grad and 9P140 Uragan launchers | 2S3 Akatsiya, BM-21 Grad, 9P140 Uragan
САУ 2С3 «Акация», РСЗО «Град» и «Ураган» | 2S3 Akatsiya, BM-21 Grad, 9P140 Uragan
Mi-8MTV5-1 and Mi-24 helicopters | Mi-8MTV5-1, Mi-24
вертолёты Ми-8АМТШ и штурмовики Су-25, истребители Су-30СМ | Mi-8AMTSh, Su-25, Su-30SM
Orlan-10 and Supercam reconnaissance drones | Orlan-10, Supercam
БПЛА «Орлан-10» | Orlan-10
FPV-Drones Piranhas and Piranha FPV drones | FPV drones, FPV Piranha
an M16 rifle and Kalashnikov rifles | M16, Kalashnikov rifles
hashish 153 kilograms, raw opium 62.5 kilograms, cannabis eight kilograms | 153 kg hashish, 62.5 kg raw opium, 8 kg cannabis
15 кг гашиша и 62,5 килограмма опия-сырца | 15 kg hashish, 62.5 kg raw opium
1,100 kilograms of drugs | 1100 kg drugs
3 тысячи тонн муки | 3000 t flour
Tanks and armored carriers | tanks, armoured vehicles
беспилотники и миномёты | drones, mortars
K2 tanks and F-35A jets | K2, F-35A
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_equipment(line: str) -> None:
    """Every system, under one Latin name; a common noun beside a named system is left out."""
    text, names = (part.strip() for part in line.split("|"))
    assert list(dict.fromkeys(p.name for p in find_equipment(text))) == names.split(", ")


@pytest.mark.parametrize(
    "text",
    [
        "the M41 highway",
        "route A-380",
        "град побил посевы",
        "от 17 до 22 мая",
        "programme 2S",
        "exercise 2021",
        "5 мин",
    ],
)
def test_roads_weather_and_numbers_are_no_equipment(text: str) -> None:
    """A letter and a number alone are no weapon, and hail is no rocket launcher."""
    assert find_equipment(text) == []


@given(st.text(alphabet="Tт-72BБsS3ми8 кгheroin,.", max_size=60))
def test_spans_hold_their_words_and_do_not_overlap(text: str) -> None:
    """Spans are in order, without overlaps, and hold their words."""
    found = find_equipment(text)
    assert all(text[p.start : p.end] == p.text for p in found)
    assert all(a.end <= b.start for a, b in pairwise(found))

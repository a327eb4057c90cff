"""What was used, given or seized: systems by code and name, common nouns, and weighed goods, with their words."""

import re
from functools import cache

from geo.clauses import fold_text
from geo.phrases import PhraseFinder, read_sections
from geo.records import Phrase
from geo.toponym_words import LEXICON

# Cyrillic letters of military codes in Latin, as the makers write them ("Т-72Б3" is "T-72B3").
_LATIN = {
    "а": "A", "б": "B", "в": "V", "г": "G", "д": "D", "е": "E", "ж": "Zh", "з": "Z", "и": "I", "к": "K", "л": "L",
    "м": "M", "н": "N", "о": "O", "п": "P", "р": "R", "с": "S", "т": "T", "у": "U", "ф": "F", "х": "Kh", "ц": "Ts",
    "ч": "Ch", "ш": "Sh", "щ": "Shch", "э": "E", "ю": "Yu", "я": "Ya",
}  # fmt: skip

# Letters before the number -> (canonical letters, numbers that exist; None: any). Keeps road M-41 and route A-380 out.
_FAMILIES: dict[str, tuple[str, frozenset[str] | None]] = {
    **dict.fromkeys(("t", "т"), ("T", frozenset("34 54 55 62 64 72 80 90".split()))),
    **dict.fromkeys(("btr", "бтр"), ("BTR", None)),
    **dict.fromkeys(("bmp", "бмп"), ("BMP", None)),
    **dict.fromkeys(("bmd", "бмд"), ("BMD", None)),
    **dict.fromkeys(("brdm", "брдм"), ("BRDM", None)),
    **dict.fromkeys(("su", "су"), ("Su", frozenset("7 17 22 24 25 27 30 33 34 35 57".split()))),
    **dict.fromkeys(("mig", "миг"), ("MiG", None)),
    **dict.fromkeys(("mi", "ми"), ("Mi", frozenset("2 4 6 8 17 24 25 26 28 35 38 171".split()))),
    **dict.fromkeys(("ka", "ка"), ("Ka", frozenset("27 28 29 31 32 50 52 60 226".split()))),
    **dict.fromkeys(("an", "ан"), ("An", frozenset("2 12 24 26 30 72 74 124".split()))),
    **dict.fromkeys(("il", "ил"), ("Il", frozenset("18 20 22 28 38 62 76 78 86 96 112".split()))),
    **dict.fromkeys(("tu", "ту"), ("Tu", frozenset("22 95 134 142 154 160 214".split()))),
    **dict.fromkeys(("s", "с"), ("S", frozenset("60 75 125 200 300 350 400 500".split()))),
    **dict.fromkeys(("ak", "ак", "akm", "акм"), ("AK", frozenset("47 74 12 101 103 104 105".split()))),
    **dict.fromkeys(("rpg", "рпг"), ("RPG", None)),
    **dict.fromkeys(("spg", "спг"), ("SPG", None)),
    **dict.fromkeys(("zu", "зу"), ("ZU", frozenset(("23",)))),
    **dict.fromkeys(("zsu", "зсу"), ("ZSU", None)),
    **dict.fromkeys(("d", "д"), ("D", frozenset("20 30 44".split()))),
    **dict.fromkeys(("orlan", "орлан"), ("Orlan", None)),
    **dict.fromkeys(("l", "л"), ("L", frozenset(("39",)))),
    **dict.fromkeys(("m",), ("M", frozenset("4 16 109 113 777".split()))),
    **dict.fromkeys(("f",), ("F", frozenset("4 5 14 15 16 18 22 35".split()))),
    **dict.fromkeys(("c",), ("C", frozenset("17 27 130 295".split()))),
    **dict.fromkeys(("j", "jf", "y", "z", "ch", "uh", "ah", "mq", "rq", "kc"), ("", None)),
    **dict.fromkeys(("k",), ("K", frozenset(("2", "9")))),
}  # fmt: skip
_WITH_HYPHEN = frozenset(
    "t т s с d д l л m f c k j jf y z ch uh ah mq rq kc an ан il ил su су ka ка mi ми ак zu зу".split()
)
_CODE = re.compile(
    r"(?<![\w-])("
    + "|".join(sorted(map(re.escape, _FAMILIES), key=len, reverse=True))
    + r")([ -]?)(\d{1,3})((?:[a-zа-я]{1,6}\d{0,2}){0,2}(?:-\d{1,2})?)(?!\w)"
)
_NAMED_CODES = {
    "BM-21": "BM-21 Grad",
    "Orlan-10": "Orlan-10",
    "M-16": "M16",
    "M-4": "M4",
    "M-113": "M113",
    "M-109": "M109",
    "M-777": "M777",
    "K-9": "K9",
    "K-2": "K2",
}

# What is weighed -> how its name begins, English and Russian.
_DRUGS = {
    "heroin": ("heroin", "героин"),
    "raw opium": ("raw opium", "опия-сырц"),
    "opium": ("opium", "опи[йяюе]м?(?!с)", "опиум"),
    "hashish": ("hashish", "гашиш"),
    "cannabis": ("cannabis", "каннабис", "анаш", "конопл"),
    "marijuana": ("marijuana", "марихуан"),
    "methamphetamine": ("methamphetamine", "meth(?!od)", "метамфетамин"),
    "cocaine": ("cocaine", "кокаин"),
    "drugs": ("narcotic", "drugs?", "наркотич", "наркотик", "наркосредств"),
    "precursors": ("precursor", "прекурсор"),
    "explosives": ("explosives", "взрывчат", "тротил"),
    "ammunition": ("ammunition", "боеприпас"),
    "cigarettes": ("cigarettes", "сигарет"),
    "fuel": ("fuel", "топлив", "гсм"),
    "relief goods": ("relief", "humanitarian", "гуманитарн"),
    "flour": ("flour", "мук[иау]"),
    "food": ("food", "продовольств", "продукт"),
    "medicines": ("medicine", "медикамент", "лекарств"),
}
_GOODS = "|".join(f"(?P<g{i}>{'|'.join(words)})" for i, words in enumerate(_DRUGS.values()))
_NUMBER = (
    r"(?P<n>\d{1,3}(?:[ ,]\d{3})+|\d+(?:[.,]\d+)?|half a|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?P<k>\s+(?:тысяч\w*|тыс\.?|thousand))?"
)
_UNIT = (
    r"(?P<u>kilogram(?:me)?s?|kilos?|kgs?|gram(?:me)?s?|tonnes?|tons?|metric tons|"
    r"килограмм\w*|кило|кг|грамм\w*|гр|тонн\w*|т)(?!\w)"
)
_AMOUNT_FIRST = re.compile(
    rf"(?<![\w.,]){_NUMBER}\s*{_UNIT}\.?\s+(?:of\s+)?(?:the\s+|[a-zа-я-]+\s+){{0,2}}?(?:{_GOODS})\w*"
)
_GOODS_FIRST = re.compile(
    rf"(?<!\w)(?:{_GOODS})\w*(?:\s*[-,:(]\s*|\s+(?:about\s+|some\s+|over\s+|более\s+|около\s+)?){_NUMBER}\s*{_UNIT}"
)
_HAS_UNIT = re.compile(r"kilo|grams|\bkg|\btons?\b|tonne|кило|кг|грамм|тонн")  # spares most texts the search
_WORDS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "half a": "0.5",
}
_UNITS = (("kg", ("kilo", "kg", "кило", "кг")), ("g", ("gram", "грамм", "гр")), ("t", ("ton", "metric", "тонн", "т")))

_BESIDE = re.compile(
    r"[\s\"'()-]*(?:(?:the|with|reconnaissance|self-propelled|main|battle|attack|combat|military|scout|rocket|multiple|multirole|fighter|transport|assault|armou?red|russian|tajik)\b[\s\"'-]*){0,3}"
)


@cache
def _finder() -> PhraseFinder:
    groups, sections = read_sections(LEXICON / "equipment.txt")
    return PhraseFinder(sections.items(), groups)


def find_equipment(text: str, *, language: str = "en") -> list[Phrase]:  # noqa: ARG001 - as the other finders are called
    """
    Find weapons, vehicles, aircraft and weighed goods.

    Codes are written one way whatever their alphabet («Т-72Б3» is "T-72B3"); a common noun beside a named system
    ("Mi-24 helicopters") is left out.

    Returns
    -------
    equipment
        By start, without overlaps. `role` is system, generic or amount ("153 kg hashish").

    Examples
    --------
    >>> [p.name for p in find_equipment("Т-72 tanks, BM-21 Grad launchers and 15 kilograms of raw opium")]
    ['T-72', 'BM-21 Grad', 'BM-21 Grad', '15 kg raw opium']
    """
    folded = fold_text(text)
    found = [*_codes(text, folded), *_amounts(text, folded)]
    for start, end, label in _finder().find(folded):
        kind, _, name = label.partition(" ")
        if kind == "system" and not (text[start].isupper() or text[max(0, start - 1)] in "«\"“'„"):
            continue
        found.append(Phrase(text[start:end], start, end, name, "generic" if kind == "generic" else "system"))
    return _drop_beside(_no_overlaps(found), folded)


def _no_overlaps(found: list[Phrase]) -> list[Phrase]:
    """Keep amounts before systems before common nouns, and the longer of two that overlap."""
    order = {"amount": 0, "system": 1, "generic": 2}
    kept: list[Phrase] = []
    for phrase in sorted(found, key=lambda p: (p.start, order[p.role], -p.end)):
        if kept and phrase.start < kept[-1].end:
            if order[phrase.role] < order[kept[-1].role]:
                kept[-1] = phrase
            continue
        kept.append(phrase)
    return kept


def _drop_beside(found: list[Phrase], folded: str) -> list[Phrase]:
    """Leave out common nouns that only say what kind of thing a named system beside them is."""
    kept = []
    for i, phrase in enumerate(found):
        if phrase.role == "generic" and any(_is_beside(found, folded, i, step) for step in (-1, 1)):
            continue
        kept.append(phrase)
    return kept


def _is_beside(found: list[Phrase], folded: str, i: int, step: int) -> bool:
    """Say whether a named system stands next to the common noun `found[i]`, over other common nouns beside it."""
    j = i + step
    while 0 <= j < len(found):
        left, right = (found[j], found[j - step]) if step < 0 else (found[j - step], found[j])
        between = folded[left.end : right.start]
        if not _BESIDE.fullmatch(between):
            return False
        if found[j].role == "system":
            return True
        if found[j].role == "amount":
            return False
        j += step
    return False


def _codes(text: str, folded: str) -> list[Phrase]:
    found = []
    for match in _CODE.finditer(folded):
        letters, gap, number, tail = match.groups()
        family, numbers = _FAMILIES[letters]
        if (numbers is not None and number not in numbers) or (not gap and letters in _WITH_HYPHEN - {"m", "k"}):
            continue
        if not text[match.start()].isupper() or (gap == " " and letters in _WITH_HYPHEN):
            continue
        end = match.end()
        original = text[match.start(4) : end]
        if original.endswith("s") and (len(original) == 1 or not original[:-1].islower()):
            end, tail = end - 1, tail[:-1]
        name = f"{family or letters.upper()}-{number}{_latin(tail)}"
        found.append(Phrase(text[match.start() : end], match.start(), end, _NAMED_CODES.get(name, name), "system"))
    return found


def _latin(tail: str) -> str:
    """Return a code's last letters in Latin capitals ("мтв5-1": "MTV5-1")."""
    return "".join(_LATIN.get(c, c.upper()) for c in tail)


def _amounts(text: str, folded: str) -> list[Phrase]:
    found: list[Phrase] = []
    if _HAS_UNIT.search(folded) is None:
        return found
    for pattern in (_AMOUNT_FIRST, _GOODS_FIRST):
        for match in pattern.finditer(folded):
            unit = next((short for short, starts in _UNITS if match["u"].startswith(starts)), "kg")
            name = next(name for i, name in enumerate(_DRUGS) if match[f"g{i}"])
            words = match[0]
            if name == "opium" and ("raw" in words or "сырц" in words):
                name = "raw opium"
            number = _WORDS.get(match["n"]) or _plain(match["n"])
            if match["k"]:
                number = f"{float(number) * 1000:g}"
            found.append(
                Phrase(
                    text[match.start() : match.end()], match.start(), match.end(), f"{number} {unit} {name}", "amount"
                )
            )
    return _no_overlaps(found)


def _plain(number: str) -> str:
    """Return a number with a decimal point and no thousands marks: "1,100" is 1100, «62,5» is 62.5."""
    if re.fullmatch(r"\d{1,3}(?:[ ,]\d{3})+", number):
        return re.sub(r"[ ,]", "", number)
    return number.replace(",", ".")

"""Finding border expressions: "the Tajik-Afghan border", "border between X and Y", «таджикско-афганская граница»."""

import re
from dataclasses import dataclass
from functools import cache

from geo.toponym_words import demonyms


@dataclass(frozen=True, slots=True)
class BorderPhrase:
    """A border in text; `countries` are one or two names or ISO codes, in the order of the words."""

    start: int
    end: int
    countries: tuple[str, ...]


_NOUN = (
    r"(?:state\s+|land\s+|common\s+|shared\s+|international\s+)?(?:[Bb]orders?|[Ff]rontiers?|BORDER|[Bb]orderline)\b"
)
# "Tajik border guards" are people.
_NO_WHO = (
    r"(?!\s+(?:guards?|guardsm[ae]n|services?|troops|forces?|police|patrols?|officers?|officials?|agency|agencies|"
    r"authorit\w+|command\w*|detachments?|units?|chiefs?|soldiers?|representatives?|ministr\w+|force)\b)"
)
_DASH = r"\s*[-–—/‑]\s*"
_CAP = r"[A-Z][a-zA-Z.]+(?:\s[A-Z][a-zA-Z]+)?"
_RU_END = r"(?:ой|ая|ую|ые|ых|ою|ий|ого|ом|ому|ым|ими|ем|им|их|ие)"
_RU_NOUN = (
    r"(?:(?:участк\w+|отрезк\w+)\s+)?(?:гос(?:ударственн\w+\s+)?)?(?:государственн\w+\s+)?"
    r"(?:госграниц\w+|границ\w+|рубеж\w*)"
)

# First halves of a pair that are no stem with «о»: «афгано-пакистанская граница».
_RU_SHORT = {
    "афгано": "AF",
    "армяно": "AM",
    "азербайджано": "AZ",
    "грузино": "GE",
    "ирано": "IR",
    "ирако": "IQ",
    "индо": "IN",
    "китайско": "CN",
    "турко": "TR",
    "сиро": "SY",
    "германо": "DE",
    "финно": "FI",
    "эстоно": "EE",
    "латвийско": "LV",
    "франко": "FR",
    "англо": "GB",
    "сербо": "RS",
    "японо": "JP",
    "корейско": "KR",
}


@cache
def _english() -> re.Pattern[str]:
    forms = "|".join(sorted(map(re.escape, demonyms("en")), key=len, reverse=True))
    country = rf"(?:{forms}|{_CAP})"
    return re.compile(
        rf"\b(?P<a>{country}){_DASH}(?P<b>{country})\s+{_NOUN}{_NO_WHO}"
        rf"|\b(?P<one>{forms})\s+{_NOUN}{_NO_WHO}"
        rf"|\b(?:[Bb]order|[Ff]rontier)s?\s+(?:between|of)\s+(?:the\s+)?(?P<c>{_CAP})\s+and\s+(?:the\s+)?(?P<d>{_CAP})"
    )


@cache
def _russian() -> re.Pattern[str]:
    stems = "|".join(sorted(map(re.escape, demonyms("ru")), key=len, reverse=True))
    short = "|".join(_RU_SHORT)
    return re.compile(
        rf"\b(?:(?P<a>{stems})о|(?P<short>{short})){_DASH}(?P<b>{stems}){_RU_END}\s+{_RU_NOUN}"
        rf"|\b(?P<one>{stems}){_RU_END}\s+{_RU_NOUN}"
        rf"|\bграниц\w*\s+(?:между\s+)(?P<c>[А-Я]\w+)\s+и\s+(?P<d>[А-Я]\w+)",
        re.IGNORECASE,
    )


def find_border_phrases(text: str, *, language: str) -> list[BorderPhrase]:
    """Return the border expressions of a text, in order, with the countries as words or ISO codes."""
    pattern = _russian() if language == "ru" else _english()
    word = "границ" if language == "ru" else "order"
    if word not in text.lower() and "rontier" not in text:
        return []
    found = []
    for match in pattern.finditer(text):
        groups = match.groupdict()
        sides = [groups[g] for g in ("a", "short", "b", "one", "c", "d") if groups.get(g)]
        countries = tuple(_code(side, language) for side in sides)
        if len(sides) == 2 and not all(_plausible(side, language) for side in sides):
            continue
        found.append(BorderPhrase(match.start(), match.end(), countries))
    return found


def _code(word: str, language: str) -> str:
    table = demonyms(language)
    if word.lower() in _RU_SHORT:
        return _RU_SHORT[word.lower()]
    return table.get(word) or table.get(word.lower()) or word


def _plausible(word: str, language: str) -> bool:
    return language == "ru" or word[0].isupper()

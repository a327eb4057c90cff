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
_DASH = r"\s*[-–—/‑]\s*"
_CAP = r"[A-Z][a-zA-Z.]+(?:\s[A-Z][a-zA-Z]+)?"
_RU_END = r"(?:ой|ая|ую|ые|ых|ою|ий|ого|ом|ому|ым|ими|ем|им|их|ие)"
_RU_NOUN = (
    r"(?:(?:участк\w+|отрезк\w+)\s+)?(?:гос(?:ударственн\w+\s+)?)?(?:государственн\w+\s+)?"
    r"(?:госграниц\w+|границ\w+|рубеж\w*)"
)


@cache
def _english() -> re.Pattern[str]:
    forms = "|".join(sorted(map(re.escape, demonyms("en")), key=len, reverse=True))
    country = rf"(?:{forms}|{_CAP})"
    return re.compile(
        rf"\b(?P<a>{country}){_DASH}(?P<b>{country})\s+{_NOUN}"
        rf"|\b(?P<one>{forms})\s+{_NOUN}"
        rf"|\b(?:[Bb]order|[Ff]rontier)s?\s+(?:between|of)\s+(?:the\s+)?(?P<c>{_CAP})\s+and\s+(?:the\s+)?(?P<d>{_CAP})"
    )


@cache
def _russian() -> re.Pattern[str]:
    stems = "|".join(sorted(map(re.escape, demonyms("ru")), key=len, reverse=True))
    return re.compile(
        rf"\b(?P<a>{stems})о{_DASH}(?P<b>{stems}){_RU_END}\s+{_RU_NOUN}"
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
        sides = [match[g] for g in ("a", "b", "one", "c", "d") if match[g]]
        countries = tuple(_code(side, language) for side in sides)
        if len(sides) == 2 and not all(_plausible(side, language) for side in sides):
            continue
        found.append(BorderPhrase(match.start(), match.end(), countries))
    return found


def _code(word: str, language: str) -> str:
    table = demonyms(language)
    return table.get(word) or table.get(word.lower()) or word


def _plausible(word: str, language: str) -> bool:
    return language == "ru" or word[0].isupper()

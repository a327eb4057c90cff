"""Military units, districts, commands and border units in a report, with their words and one name in both languages."""

import re
from collections.abc import Callable

from geo.clauses import fold_text
from geo.records import Phrase

_RU_NOUNS = (
    ("авиабаз", "Air Base"),
    ("баз", "Military Base"),
    ("бригад", "Brigade"),
    ("дивизи", "Division"),
    ("полк", "Regiment"),
    ("арми", "Army"),
    ("батальон", "Battalion"),
    ("корпус", "Corps"),
)
_RU_SIDES = {
    "центральн": "Central",
    "западн": "Western",
    "южн": "Southern",
    "восточн": "Eastern",
    "северн": "Northern",
    "московск": "Moscow",
    "ленинградск": "Leningrad",
    "юго-восточн": "South-Eastern",
    "юго-западн": "South-Western",
    "северо-западн": "North-Western",
    "ташкентск": "Tashkent",
    "цво": "Central",
    "зво": "Western",
    "юво": "Southern",
    "вво": "Eastern",
    "лво": "Leningrad",
}
_SIDES = "central|western|southern|eastern|northern|moscow|leningrad|south-eastern|south-western|north-western|tashkent"
_RU_STEMS = "|".join(stem for stem in _RU_SIDES if len(stem) > 3)

Namer = Callable[[re.Match[str], str], str]  # takes the match in the folded text and the text, returns a name


def _ordinal(number: str) -> str:
    last = int(number) % 100
    return number + ("th" if last in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(last % 10, "th"))


def _numbered(match: re.Match[str], _: str) -> str:
    noun = "military base" if match[2] == "base" else match[2]
    return f"{_ordinal(match[1])} {noun.title()}"


def _numbered_ru(match: re.Match[str], _: str) -> str:
    return f"{_ordinal(match[1])} {next(english for stem, english in _RU_NOUNS if stem in match[2])}"


def _sided_ru(match: re.Match[str], _: str) -> str:
    noun = "Command" if "командов" in match[0] else "Military District"
    return f"{_RU_SIDES[match[1]]} {noun}"


# What must stand somewhere in the text, the pattern, and how a match is named. The first spares the others a search.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str], Namer], ...] = (
    (
        ("base", "brigade", "division", "regiment", "army", "battalion", "corps"),
        re.compile(
            r"(?<!\w)(\d{1,4})(?:st|nd|rd|th)\s+(?:[a-z]+\s+){0,2}?"
            r"(military base|base|brigade|division|regiment|army|battalion|corps|air base|airbase)(?!\w)"
        ),
        _numbered,
    ),
    (
        ("201st military base", "201st russian military base"),
        re.compile(r"(?<=the )(201)(st)(?!\w)(?!\s+[a-z]*\s*(?:military|base|motor))"),
        lambda match, _: f"{_ordinal(match[1])} Military Base",
    ),
    (
        ("баз", "бригад", "дивизи", "полк", "арми", "батальон", "корпус"),
        re.compile(
            r"(?<!\w)(\d{1,4})-?(?:й|я|ой|ая|ую|го|му|м|ю|е)\s+(?:[а-я-]+\s+){0,4}?"
            r"(военн\w+ баз\w+|баз\w+|бригад\w+|дивизи\w+|полк\w*|арми\w+|батальон\w*|корпус\w*|авиабаз\w+)(?!\w)"
        ),
        _numbered_ru,
    ),
    (
        ("military district", " command"),
        re.compile(
            rf"(?<!\w)({_SIDES})\s+"
            r"(military district|operational command|theater command|theatre command|command)(?!\w)"
        ),
        lambda match, _: f"{match[1].title()} {match[2].title()}",
    ),
    (
        ("округ", "командовани"),
        re.compile(rf"(?<!\w)({_RU_STEMS})\w+\s+(?:военн\w+ округ\w*|командовани\w+)(?!\w)"),
        _sided_ru,
    ),
    (
        ("regional command", "командовани"),
        re.compile(r"(?<!\w)(?:регионально\w+ командовани\w+|regional command)\s+\"(\w+)\""),
        lambda match, text: f"Regional Command {text[match.start(1) : match.end(1)]}",
    ),
    (("цво", "зво", "юво", "вво", "лво"), re.compile(r"(?<!\w)(цво|зво|юво|вво|лво)(?!\w)"), _sided_ru),
    (
        ('" ',),
        re.compile(
            r"(?<!\w)\"([\w-]{3,20})\"\s+(?:border\s+)?"
            r"(?:detachment|outpost|frontier post|border post|border unit|unit|post)(?!\w)"
        ),
        lambda match, text: f"{text[match.start(1) : match.end(1)]} border unit",
    ),
    (
        ("погран", "застав"),
        re.compile(r"(?<!\w)(?:погранотряд\w*|погранзастав\w*|застав\w*|пограничн\w+ отряд\w*)\s+\"([\w-]{3,25})\""),
        lambda match, text: f"{text[match.start(1) : match.end(1)]} border unit",
    ),
)


def find_units(text: str) -> list[Phrase]:
    """
    Find units by number, military districts and commands, and border units by name, in no order.

    >>> [p.name for p in find_units("201-я российская военная база и ЦВО")]
    ['201st Military Base', 'Central Military District']
    """
    folded = fold_text(text)
    found = []
    for needles, pattern, named in _PATTERNS:
        if not any(needle in folded for needle in needles):
            continue
        for match in pattern.finditer(folded):
            surface = text[match.start() : match.end()]
            if len(surface) > 3 or surface.isupper():  # ЦВО is written in capitals
                found.append(Phrase(surface, match.start(), match.end(), named(match, text), "unit"))
    return found

"""Telling in which role a toponym stands: place, dateline, metonym or organisation."""

import re
from typing import Protocol

from geo.gazetteer import Hit
from geo.toponym_words import METONYM_BEFORE, METONYM_VERBS

# Seats of government that stand for their state in the news, as the gazetteer folds them.
CAPITALS = frozenset(
    "moscow washington beijing london paris berlin kyiv kiev minsk warsaw ankara tehran kabul islamabad delhi dushanbe "
    "tashkent bishkek astana ashgabat baku yerevan tbilisi seoul pyongyang tokyo helsinki tallinn riga vilnius "
    "chisinau damascus baghdad riyadh doha cairo jerusalem brussels canberra ottawa caracas bogota belgrade pristina "
    "sofia athens москва вашингтон пекин киев минск анкара тегеран кабул душанбе ташкент бишкек астана ашхабад баку "
    "ереван тбилиси лондон париж берлин варшава сеул пхеньян дели исламабад".split()
) | {"new delhi"}
_LOCATIVE_BEFORE = re.compile(
    r"\b(?:in|at|near|to|from|around|outside|into|visit\w*|в|во|из|под|около)\s+$", re.IGNORECASE
)
_MOOD_BEFORE = re.compile(r"\b(?:concern|worr|fear|alarm|anger|unease|anxiet|suspicion|irritation)\w*\s+in\s+$")
_DATELINE_AFTER = re.compile(
    r"(?:,\s*(?:[A-Z][\w.]+|[A-Z]{2,})){0,2}(?:,?\s*(?:\d{1,2}\s+)?[A-Z][a-z]+\.?\s*\d{0,2}(?:,?\s*\d{4})?)?"
    r"\s*(?:\([^)\n]{2,60}\)\s*)?(?:--|[—–:]|\s-\s|\.\s|,\s+(?:Yesterday|Today)\b|,\s+[A-Z][a-z]+\.?\s+\d{1,2}|\s*/)"
)
_CLAUSE_BEFORE = re.compile(r"(?:^|[.!?;:]\s+|[”\"»]\s+|\b(?:and|but|while|that|as)\s+|,\s+)$", re.IGNORECASE)
_ACTS = re.compile(
    r"(?!(?:its|as|was|hours|days|times|news|this|us|yes|less|across|besides|perhaps|always)$)[a-z]{3,}(?:[^aious]s|ies|es)"
)
_STAMP_LINE = re.compile(r"^[\d\s:.,/]*(?:\d{1,2}\s+\w+\s+\d{4})?[\d\s:.,/]*$")


class _Item(Protocol):
    surface: str
    start: int
    end: int
    role: str
    name: str
    hits: tuple[Hit, ...]


def mark_roles(text: str, items: list[_Item]) -> None:
    """Set the role of each toponym in place; organisations were already marked by the words after them."""
    for previous, item in zip([None, *items], items, strict=False):
        if item.role != "place" or not item.hits:
            continue
        twin = previous is not None and previous.role == "dateline" and text[previous.end : item.start] == "/"
        if twin or _is_dateline(text, item):
            item.role = "dateline"
        elif _is_unit_name(text, item) or _MOVEMENT_BEFORE.search(text[max(0, item.start - 50) : item.start]):
            item.role = "organisation"
        elif _is_metonym(text, item):
            item.role = "metonym"


def _is_dateline(text: str, item: _Item) -> bool:
    """Say whether a place opens the text (or a line of it) as the desk it was written at."""
    line_start = text.rfind("\n", 0, item.start) + 1
    head = text[line_start : item.start].strip()
    if line_start > 600 or item.start - line_start > 40:
        return False
    line_end = text.find("\n", item.end)
    tail = text[item.end : line_end if line_end >= 0 else len(text)]
    if head:
        return not tail.strip(" .") and bool(_STAMP_LINE.match(head)) and any(c.isdigit() for c in head)
    if not tail.strip(" :"):
        return item.surface.isupper()
    match = _DATELINE_AFTER.match(tail)
    if not match:
        return False
    return item.surface.isupper() or match[0].strip().endswith(("--", "—", "–", "-")) or "(" in match[0]


_MOVEMENT_BEFORE = re.compile(
    r"(?:Islamic State|Islamic Emirate|al-Qa(?:e|i)da|Qaeda|ISIS|ISIL|IS|Movement|Front"
    r"|Исламск\w+ государств\w+|Аль-Каид\w+)"
    r"[”\"»]?(?: (?:in|of|for|в|на|стран))? (?:the )?(?:(?:Greater|Islamic|исламского|Большой) )?$"
)
_UNIT_AFTER = re.compile(r"[”\"»]?\s+(?:unit|regiment|brigade|battalion|division|detachment|погранотряд\w*)\b")
_UNIT_BEFORE = re.compile(
    r"(?:command|regiment|brigade|battalion|division|group|командовани\w*|полк\w*|бригад\w*|групп\w*)\s*[“\"«„]$",
    re.IGNORECASE,
)


def _is_unit_name(text: str, item: _Item) -> bool:
    """Say whether a place names a unit: Regional Command “Astana”, the “Panj” unit."""
    return bool(_UNIT_AFTER.match(text, item.end) or _UNIT_BEFORE.search(text[max(0, item.start - 40) : item.start]))


def _opens_and_acts(text: str, item: _Item, word: str) -> bool:
    """Say whether a capital begins a clause and acts in it: "Tehran charges", "Amman blames"."""
    opens = _CLAUSE_BEFORE.search(text[max(0, item.start - 12) : item.start])
    return opens is not None and _ACTS.fullmatch(word) is not None


def _is_metonym(text: str, item: _Item) -> bool:
    """Say whether a capital stands for its government: "Moscow fears", "helping Dushanbe"."""
    if item.name not in CAPITALS:
        return False
    before, after = text[max(0, item.start - 40) : item.start], text[item.end : item.end + 60]
    if _MOOD_BEFORE.search(before):
        return True
    if _LOCATIVE_BEFORE.search(before):
        return False
    following = re.match(r"(?:,[^,.\n]{1,30},)?(?:['’]s)?\s+(?:also\s+|has\s+)?([A-Za-z]+)", after)
    if following and (following[1].lower() in METONYM_VERBS or _opens_and_acts(text, item, following[1])):
        return True
    previous = re.search(r"([A-Za-z]+)\s+$", before)
    return bool(previous and previous[1].lower() in METONYM_BEFORE)

"""Lone words that are dates only where they stand: "May" in "in May", "2015" in "in 2015", «среду» in «в среду»."""

from __future__ import annotations

import re

from geo.date_parts import Part
from geo.date_tokens import COUNTED

_NAMES_TOO = {"may", "march", "april", "june", "august"}  # also a verb, given names or an adjective
_PREPOSITION = re.compile(
    r"\b(?:in|of|during|since|for|around|about|until|till|by|before|after|from|through|between|mid|within"
    r"|в|во|за|на|до|с|со|к|ко|после|от|около)[\s-]+$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:by|for|of|from)\s+$")  # "a speech by May"
_EVERY = re.compile(r"\b(?:every|each|ms|mrs|mr|theresa|aunt|кажд\w+)\.?\s+$", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:the|its|their|his|her|two|three|four|five|joint)\s+$", re.IGNORECASE)
_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_LOWER_NEXT = re.compile(r"\s+[a-z]{3,}")
_YEAR_AFTER = re.compile(r"\b(?:in|of|during|since|until|till|by|before|after|from|в|во|к|до|после)\s+$", re.IGNORECASE)
_RU_PREPOSITION = re.compile(r"\b(?:в|во|на|до|с|со|к|ко|после|вечером|утром|ночью|днём|днем)\s+$", re.IGNORECASE)
_TO_NUMBER = re.compile(r"\s*(?:to|till|until|[-\u2013\u2014])\s*[0-9]")  # "from 2000 to 2245": clock times
_ERA = re.compile(r"\s*\(?(?:BC|B\.C|AD\b|до н)")
_SURROUNDINGS = re.compile(r"\s+(?:обитания|обитание)")  # «среда обитания» is no Wednesday
_EVE_OF = re.compile(  # «накануне выборов»: on the eve of the elections, not yesterday
    r"\s+(?:выбор|визит|саммит|учени|войн|праздник|встреч|переговор|нов|дня|открыти|закрыти|заседани|годовщин|рамадан"
    r"|навруз|референдум|старт|начал|сесси|прибыти|приезд)",
)


def _month_stands(word: str, before: str, after: str) -> bool:
    if _EVERY.search(before):
        return False
    if _PREPOSITION.search(before):
        return not (word == "may" and _PERSON.search(before))
    if word.isascii() and word not in _NAMES_TOO and _DETERMINER.search(before):
        return _LOWER_NEXT.match(after) is not None  # "the October exercises", not "the October Revolution"
    return False


def _year_stands(before: str, after: str) -> bool:
    if _ERA.match(after) or COUNTED.match(after) or _TO_NUMBER.match(after):
        return False
    if _YEAR_AFTER.search(before):
        return True
    return _THE.search(before) is not None and _LOWER_NEXT.match(after) is not None  # "the 2010 clashes"


def stands(part: Part, before: str, after: str) -> bool:
    """
    Tell whether a part is a date where it stands.

    Parameters
    ----------
    part
        Its `weak` names why its words alone are no date; an empty one always stands.
    before, after
        Some thirty characters on each side of it.
    """
    if not part.weak:
        return True
    if part.weak == "year":
        return _year_stands(before, after)
    if part.weak == "weekday":
        return _RU_PREPOSITION.search(before) is not None and _SURROUNDINGS.match(after) is None
    if part.weak == "daydot":
        return False
    if part.weak == "abbreviation":
        return after.startswith(".") and _PREPOSITION.search(before) is not None
    return _month_stands(part.weak, before, after)


def is_name(surface: str, before: str, after: str) -> bool:
    """Tell whether "Today" belongs to a name («Russia Today») or «накануне» to what follows it."""
    if surface == "Today":
        return before[-1:] == " " and before[-2:-1].isalpha()
    return surface.lower() == "накануне" and _EVE_OF.match(after) is not None

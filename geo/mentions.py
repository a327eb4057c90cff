"""Finding toponyms in a report: which words name a place, and in what role, before any place is chosen."""

from bisect import bisect_right

from geo.border_phrases import find_border_phrases
from geo.gazetteer import Gazetteer
from geo.mentions_en import EnglishReader
from geo.mentions_ru import RussianReader
from geo.names import fold
from geo.roles import mark_roles
from geo.toponym import Toponym


def find_toponyms(text: str, gazetteer: Gazetteer, *, language: str = "en") -> list[Toponym]:
    """Return the toponyms of a text, in order and without overlaps, with their roles and candidates."""
    borders = [
        Toponym(text[p.start : p.end], p.start, p.end, "place", name=fold(text[p.start : p.end]), countries=p.countries)
        for p in find_border_phrases(text, language=language)
    ]
    found = (RussianReader(text, gazetteer) if language == "ru" else EnglishReader(text, gazetteer)).find()
    ends = [item.end for item in borders]  # borders come in order and do not overlap
    after = [bisect_right(ends, item.start) for item in found]
    found = [item for item, k in zip(found, after, strict=True) if k == len(ends) or item.end <= borders[k].start]
    items = sorted(borders + found, key=lambda item: item.start)
    mark_roles(text, items)
    return items

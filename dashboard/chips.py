"""The filters in force in words, one chip each, with the key that removes it."""

from collections.abc import Callable

from dashboard import names, words
from dashboard.i18n import number, tr
from dashboard.style import kind_label, precision_label, status_label
from geo.filters import WORDS
from geo.query import Query

# Field of a list of values: the words for one of them.
LABELS: dict[str, Callable[[str], str]] = {
    "kinds": kind_label,
    "statuses": status_label,
    "countries": names.country,
    "precisions": precision_label,
    "sources": words.plain,
    "actors": words.plain,
    "equipment": words.plain,
    "places": lambda name: names.place(words.plain(name)),
    "datasets": words.plain,
}


def chips(query: Query) -> list[dict[str, str]]:
    """Return the filters in force as key and words, for the chips that remove them one by one."""
    found = []
    if query.text:
        found.append({"key": "text", "text": tr("“{text}”", text=words.plain(query.text, limit=40))})
    if query.start or query.end:
        found.append({"key": "dates", "text": words.range_of(query.start, query.end)})
    return [*found, *_chosen(query), *_border(query), *_others(query)]


def _chosen(query: Query) -> list[dict[str, str]]:
    """Return a chip for every value that is asked for, and for every one that is left out."""
    found = []
    for field, label in LABELS.items():
        found += [{"key": f"{WORDS[field]}={v}", "text": label(v)} for v in getattr(query, field)]
        left_out = getattr(query, f"not_{field}")
        words_of = {v: tr("Not: {value}", value=label(v)) for v in left_out}
        found += [{"key": f"not_{WORDS[field]}={v}", "text": text, "tone": "not"} for v, text in words_of.items()]
    return found


def _border(query: Query) -> list[dict[str, str]]:
    if not query.border or query.within_km is None:
        return []
    pair = names.border_pairs().get(query.border, query.border)
    found = [
        {
            "key": "border",
            "text": tr("Within {distance} of {border}", distance=words.kilometres(query.within_km), border=pair),
        }
    ]
    ends = [query.border_from_km, query.border_to_km]
    if ends != [None, None]:
        found.append({"key": "stretch", "text": _stretch(*ends)})
    return found


def _stretch(first: float | None, last: float | None) -> str:
    begin, end = (None if at is None else number(at) for at in (first, last))
    if last is None:
        return tr("Beyond km {begin} along the border", begin=begin)
    if first is None:
        return tr("Up to km {end} along the border", end=end)
    return tr("km {begin}–{end} along the border", begin=begin, end=end)


def _others(query: Query) -> list[dict[str, str]]:
    told = {
        "bbox": query.bbox and tr("Only an area of the map"),
        "area": query.area and tr("Inside a drawn area"),
        "possible": not query.possible and tr("Without possible matches"),
        "background": query.background and tr("With background events"),
    }
    return [{"key": key, "text": text} for key, text in told.items() if text]

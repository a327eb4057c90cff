"""The filters in force in words, one chip each, with the key that removes it."""

from collections.abc import Callable

from dashboard import names, words
from dashboard.i18n import tr
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
    "places": words.plain,
    "datasets": words.plain,
}


def chips(query: Query) -> list[dict[str, str]]:
    """Return the filters in force as key and words, for the chips that remove them one by one."""
    found = []
    if query.text:
        found.append({"key": "text", "text": f"“{words.plain(query.text, limit=40)}”"})
    if query.start or query.end:
        found.append({"key": "dates", "text": words.range_of(query.start, query.end)})
    return [*found, *_chosen(query), *_border(query), *_others(query)]


def _chosen(query: Query) -> list[dict[str, str]]:
    """Return a chip for every value that is asked for, and for every one that is left out."""
    found = []
    for field, label in LABELS.items():
        found += [{"key": f"{WORDS[field]}={v}", "text": label(v)} for v in getattr(query, field)]
        left_out = getattr(query, f"not_{field}")
        found += [{"key": f"not_{WORDS[field]}={v}", "text": f"Not: {label(v)}", "tone": "not"} for v in left_out]
    return found


def _border(query: Query) -> list[dict[str, str]]:
    if not query.border or query.within_km is None:
        return []
    pair = names.border_pairs().get(query.border, query.border)
    found = [{"key": "border", "text": f"Within {words.kilometres(query.within_km)} of {pair}"}]
    ends = [query.border_from_km, query.border_to_km]
    if ends != [None, None]:
        first, last = (None if end is None else f"{end:,.0f}" for end in ends)
        text = f"Beyond km {first}" if last is None else f"Up to km {last}" if first is None else f"km {first}–{last}"
        found.append({"key": "stretch", "text": f"{text} along the border"})
    return found


def _others(query: Query) -> list[dict[str, str]]:
    told = {
        "bbox": query.bbox and "Only an area of the map",
        "area": query.area and tr("Inside a drawn area"),
        "possible": not query.possible and "Without possible matches",
        "background": query.background and "With background events",
    }
    return [{"key": key, "text": text} for key, text in told.items() if text]

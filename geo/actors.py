"""Who acts and with what: forces, bodies, groups and countries, weapons, vehicles and goods, each with its words."""

import csv
import re
from collections.abc import Iterable
from functools import cache

from geo.clauses import fold_text
from geo.phrases import PhraseFinder, read_sections
from geo.records import Phrase
from geo.toponym_words import LEXICON, demonyms
from geo.units import find_units

AREAS = LEXICON.parent / "areas.csv"

Hit = tuple[int, int, str]  # start, end, label

# Between two adjectives of one noun ("Russian and Tajik troops"), and between adjective and noun.
_JOINT = re.compile(r"(?:\s*(?:,|-|/|\band\b|\bи\b|\bas well as\b|\bа также\b)\s*(?:the\s+|of\s+the\s+)?|\s+)")
_TO_NOUN = re.compile(r"[\s-]+(?:[\w-]+[\s-]+){0,2}?\"?")
_OF = re.compile(
    r"(?:\s+(?:and|и)\s+[\w-]+\s+[\w-]+)?\"?\s+(?:(?:of|from|in|из|от|стран|республики|республик)\s+)?"
    r"(?:(?:both|the|the republic of|republic of|республики)\s+)*"
)
_AND = re.compile(r"\s*(?:,|\band\b|\bи\b|,\s*а также)\s*(?:the\s+|from\s+|из\s+)?(?:republic of\s+|республики\s+)?")
_LOCATIVE = re.compile(
    r"(?:\b(?:in|at|near|to|from|into|inside|of|with|across|against|outside|for|via|between|bordering|neighbouring|"
    r"в|во|на|из|с|со|от|до|через|около|близ|к|ко|для|у|между|по|под|внутри)(?:\s+the)?)\s*$"
)
_ACTS_EN = re.compile(
    r"(?:\s+also|\s+has|\s+have|\s+had|\s+will|\s+is|\s+are|\s+was|\s+were)?\s+(?:and\s+\w+\s+)?\w+(?:s|ed|ld|nt|ot|ut|ew|an|it|un|ok)\b"
)
# A Russian noun in the nominative has one of these forms left of its end; the stem is the name without them.
_RU_ENDINGS = "(а|у|ом|е|ы|и|ю|я|ей|ой|ем|й|ам|ами|ах|ии|ией|ию|ия)?"


@cache
def countries() -> dict[str, str]:
    """Return ISO code -> English name of every country."""
    with AREAS.open(encoding="utf-8", newline="") as lines:
        return {row["country"]: row["name"] for row in csv.DictReader(lines) if row["kind"] == "country"}


def _country_patterns() -> Iterable[tuple[str, str]]:
    with AREAS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] != "country":
                continue
            for name in (row["name"], *row["names"].split("|")):
                pattern = _country_pattern(name)
                if pattern:
                    yield f"country {row['country']}", pattern


def _country_pattern(name: str) -> str | None:
    folded = fold_text(name).strip().removeprefix("the ")
    if len(folded) < 2 or not re.fullmatch(r"[a-zа-я][a-zа-я. '-]+", folded):
        return None
    if not re.search(r"[а-я]", folded) or " " in folded or name.isupper():
        return folded
    stem = re.sub(r"(?:ия|[аяыиейь])$", lambda m: "и" if m[0] == "ия" else "", folded)
    return stem + _RU_ENDINGS if len(stem) > 2 else folded


@cache
def _actor_finder() -> PhraseFinder:
    groups, sections = read_sections(LEXICON / "actors.txt")
    adjectives = [(f"adj {code}", fold_text(form)) for form, code in demonyms("en").items() if len(form) > 3]
    stems = [(f"adj {code}", fold_text(form) + "*") for form, code in demonyms("ru").items() if len(form) > 2]
    return PhraseFinder([*sections.items(), *_country_patterns(), *adjectives, *stems], groups)


def find_actors(text: str, *, language: str = "en") -> list[Phrase]:  # noqa: ARG001 - as the other finders are called
    """
    Find forces, bodies, units, groups and acting countries.

    "Russian and Tajik troops" gives two actors, "Armed Forces of Russia" and "Armed Forces of Tajikistan"; names are
    English in both languages, so that reports in either can be filtered together.

    Returns
    -------
    actors
        By start; spans may overlap. `role` is force, body, unit, group or country (one that acts by itself).
    """
    folded = fold_text(text)
    hits = _longest([h for h in _actor_finder().find(folded) if not h[2].startswith("country") or _is_name(text, h)])
    found: list[Phrase] = []
    used: set[int] = set()
    for index, (start, end, label) in enumerate(hits):
        kind, _, name = label.partition(" ")
        if kind == "force":
            found.extend(_force(text, folded, hits, index, used))
        elif kind in ("body", "group") and (end - start > 5 or text[start:end].isupper() or name == "Taliban"):
            found.append(Phrase(text[start:end], start, end, _with_country(folded, hits, index, name), kind))
    found.extend(find_units(text))
    found.extend(_acting_countries(text, folded, hits, used))
    return sorted(found, key=lambda phrase: (phrase.start, phrase.end))


def _is_name(text: str, hit: Hit) -> bool:
    """Say whether a country's name is written as one: "Chad" with a capital, "US" with two."""
    return text[hit[0]].isupper() and (hit[1] - hit[0] > 3 or text[hit[0] : hit[1]].isupper())


def _longest(hits: list[Hit]) -> list[Hit]:
    """Keep the longest hit at each word, and none that lies inside one kept before."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h[0], -h[1], not h[2].startswith(("force", "body")))):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


# ---- forces and their countries ------------------------------------------------------------------------------------
def _force(text: str, folded: str, hits: list[Hit], index: int, used: set[int]) -> list[Phrase]:
    """Return the force at `hits[index]` once for each country it is said to be of."""
    start, end, label = hits[index]
    name = label.split(" ", 1)[1]
    owners = _owners_before(folded, hits, index) or _owners_after(folded, hits, index)
    used.update(owners)
    codes = list(dict.fromkeys(hits[i][2].split()[1] for i in owners))
    first, last = min([start, *(hits[i][0] for i in owners)]), max([end, *(hits[i][1] for i in owners)])
    if not codes:
        return [] if name in _NEEDS_COUNTRY else [Phrase(text[start:end], start, end, name, "force")]
    if name == "Country":
        return [Phrase(text[first:last], first, last, countries().get(code, code), "country") for code in codes]
    return [Phrase(text[first:last], first, last, f"{name} of {_country(code)}", "force") for code in codes]


_NEEDS_COUNTRY = frozenset(
    (
        "Armed Forces",
        "Government",
        "President",
        "Embassy",
        "Security Service",
        "Navy",
        "Police",
        "General Staff",
        "Country",
        "Citizens",
    )
)


def _country(code: str) -> str:
    name = countries().get(code, code)
    return f"the {name}" if name.startswith("United ") else name


def _owners_before(folded: str, hits: list[Hit], index: int) -> list[int]:
    """Return the adjectives (or "Tajikistan's") that stand before a force, nearest last."""
    owners: list[int] = []
    edge = hits[index][0]
    for i in range(index - 1, max(-1, index - 7), -1):
        start, end, label = hits[i]
        if not label.startswith(("adj", "country")) or "-" in label:
            break
        between = folded[end:edge]
        genitive = label.startswith("country")
        rule = _JOINT if owners else _TO_NOUN
        if genitive and not owners:
            attributive = end - start < 5 and not folded[start:end].isalpha()  # "U.S. forces"
            if not re.fullmatch(
                r"'s?\s+(?:[\w-]+\s+){0,2}?" + ("|\\s+" if attributive or end - start == 2 else ""), between
            ):
                break
        elif not rule.fullmatch(between):
            break
        owners.insert(0, i)
        edge = start
    return owners


def _owners_after(folded: str, hits: list[Hit], index: int) -> list[int]:
    """Return the countries after a force: "of Russia and Tajikistan", «ГКНБ Таджикистана», "of the Tajik army"."""
    owners: list[int] = []
    edge = hits[index][1]
    for i in range(index + 1, min(len(hits), index + 8)):
        start, end, label = hits[i]
        between = folded[edge:start]
        rule = _AND if owners else _OF
        if label.startswith("body") and not owners and rule.fullmatch(between):
            edge = end
            continue
        if not label.startswith("country") or not rule.fullmatch(between):
            break
        owners.append(i)
        edge = end
    return owners


def _with_country(folded: str, hits: list[Hit], index: int, name: str) -> str:
    """Add the country to a body that several countries have: the State Committee for National Security."""
    if name not in ("State Committee for National Security", "Drug Control Agency"):
        return name
    owners = _owners_before(folded, hits, index) or _owners_after(folded, hits, index)
    return f"{name} of {_country(hits[owners[0]][2].split()[1])}" if owners else name


def _acting_countries(text: str, folded: str, hits: list[Hit], used: set[int]) -> list[Phrase]:
    """Return countries that act: subjects of a verb in English, the nominative outside prepositions in Russian."""
    found = []
    for i, (start, end, label) in enumerate(hits):
        if not label.startswith("country") or i in used or _LOCATIVE.search(folded, max(0, start - 14), start):
            continue
        if folded[end : end + 1] == "'" or folded[end : end + 1] == "-":
            continue
        if _is_subject(folded, hits, i):
            name = countries().get(label.split()[1], label.split()[1])
            found.append(Phrase(text[start:end], start, end, name, "country"))
    return found


def _is_subject(folded: str, hits: list[Hit], i: int) -> bool:
    start, end, _ = hits[i]
    surface = folded[start:end]
    if re.search(r"[а-я]", surface):
        return surface in _nominatives()
    if _ACTS_EN.match(folded, end):
        return True
    joined = i + 1 < len(hits) and hits[i + 1][2].startswith("country") and _AND.fullmatch(folded, end, hits[i + 1][0])
    return bool(joined) and bool(_ACTS_EN.match(folded, hits[i + 1][1]))


@cache
def _nominatives() -> frozenset[str]:
    with AREAS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == "country"]
    return frozenset(fold_text(name) for row in rows for name in row["names"].split("|"))

"""Choosing a place for every toponym of a report, with the candidates and the reason kept; refusing where none fits."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from geo.border_phrases import find_border_phrases
from geo.context import Candidate, Context, distance_km, fits, is_spot, key_of
from geo.gazetteer import Gazetteer, Hit
from geo.names import fold, is_cyrillic, melody, skeleton
from geo.namesakes import name_only
from geo.records import Decision, Mention, Place
from geo.toponym import Toponym
from geo.toponym_words import demonyms

if TYPE_CHECKING:
    from geo.borders import Borders

_NAMED = 5  # candidates kept in a decision for the reader
_LIKE_KM = 120.0  # a small place found by likeness must lie this near to a place the report names rightly
_KNOWN_ABROAD = 1_000_000.0  # the same for a place that goes by this name only among others
_SHORT_NAME = 4  # letters; so short a foreign spelling fits something anywhere
_SMALL = 20_000.0  # a smaller place in a country the report never mentions is not believed


def resolve(
    toponyms: list[Toponym],
    gazetteer: Gazetteer,
    borders: Borders | None = None,
    *,
    text: str = "",
    home: str | None = None,
    online: Sequence[Any] = (),
) -> list[Mention]:
    """
    Choose a place for every toponym of a report together, or refuse, and say why.

    Parameters
    ----------
    toponyms
        As `geo.mentions.find_toponyms` returns them, of one report.
    borders
        Border lines; None: every border expression is refused.
    text
        The report's body, for what it says outright ("Town, Region").
    home
        Country of the report's source, a weak hint; None: no hint.
    online
        Network geocoders that were switched on, asked in order for names the gazetteer refused.

    Returns
    -------
    mentions
        One per toponym, in their order; `Mention.place` is None where the name was refused.
    """
    for item in toponyms:
        item.countries = tuple(filter(None, (_country_code(word, gazetteer) for word in item.countries)))
    context = Context(toponyms, gazetteer, text, borders=borders, home=home)
    context.run()
    decisions = [name_only(item, _decide(item, context, borders), text) for item in toponyms]
    if online:
        decisions = [
            _ask_online(item, decision, context, online) for item, decision in zip(toponyms, decisions, strict=True)
        ]
    return [_mention(item, decision) for item, decision in zip(toponyms, decisions, strict=True)]


def _ask_online(item: Toponym, decision: Decision, context: Context, online: Sequence[Any]) -> Decision:
    """Ask network geocoders for what was refused, country by country of those the report speaks of."""
    if decision.choice is not None or item.countries or item.role == "demonym":
        return decision
    for geocoder in online:
        for country, weight in context.countries.most_common(3):
            answer = geocoder.decide(item.surface, country=country) if weight >= 1 else None
            if answer is not None and answer.choice is not None and _near_others(answer.choice, context):
                return answer
    return decision


def _mention(item: Toponym, decision: Decision) -> Mention:
    return Mention(item.surface, item.start, item.end, item.role, decision)


def _decide(item: Toponym, context: Context, borders: Borders | None) -> Decision:
    if item.countries:
        return border_decision(item.countries, context, borders)
    options = context.options[key_of(item)]
    if item.unit in ("admin1", "admin2") and not any(fits(option.place, item.unit) for option in options):
        similar = _similar(item, context)
        if similar is not None or not options:
            return similar or _unknown(item)
    if not options:
        return _similar(item, context) or _unknown(item)
    best = options[0]
    places = tuple(option.place for option in options[:_NAMED])
    reason = _doubt(item, best, context)
    if reason:
        return Decision(places, None, reason)
    return Decision(places, best.place, _reason(item, best, options))


def _unknown(item: Toponym) -> Decision:
    return Decision((), None, f"No place called {item.surface!r} is in the gazetteer.")


def _doubt(item: Toponym, best: Candidate, context: Context) -> str | None:
    """Return why the best candidate is not believed, or None."""
    place = best.place
    if place.source != "GeoNames" or item.role == "demonym":
        return None
    known = sum(context.countries.values()) - 0.5
    enough = _SMALL if best.rank == 0 else _KNOWN_ABROAD if len(item.name) > _SHORT_NAME else math.inf
    own = 0.5 * sum(key_of(other) == key_of(item) for other in context.toponyms)  # a name is no witness for itself
    spoken = context.countries[place.country] - own if place.country else 0.0
    if known >= 1.5 and place.country and spoken <= 0 and place.importance < enough:
        return f"The best known {place.name} lies in {place.country}, a country the report does not speak of."
    return None


def _reason(item: Toponym, best: Candidate, options: list[Candidate]) -> str:
    place = best.place
    others = len(options) - 1
    words = [f"{item.surface!r} is {place.name}" + (f", {place.country}" if place.country else "")]
    if best.rank >= 2:
        words.append("a foreign spelling")
    words += list(dict.fromkeys(best.why))[:2]
    if others:
        words.append(f"chosen among {others + 1} places of that name")
    return "; ".join(words) + "."


def _similar(item: Toponym, context: Context) -> Decision | None:
    """Try names with the same consonants in the countries the report speaks of; refuse unless one stands out."""
    name = item.name
    for country, weight in context.countries.most_common(4):
        if weight <= 0:
            continue
        hits = context.gazetteer.similar(name, country)
        if item.unit:
            hits = tuple(hit for hit in hits if fits(hit.place, item.unit))
        chosen = clear_winner(name, hits)
        if chosen is not None and _near_others(chosen, context):
            places = tuple(hit.place for hit in hits[:_NAMED])
            return Decision(
                places, chosen, f"{item.surface!r} is spelt like {chosen.name}, {country}, and no other name there."
            )
    return None


def _near_others(place: Place, context: Context) -> bool:
    """Say whether a place found by likeness lies where the report is: near one of its places in that country."""
    if place.source.startswith("data/") or place.lat is None:
        return True
    others = [spot for spot in context.anchors.values() if is_spot(spot) and spot.country == place.country]
    return any(distance_km(place, spot) <= _LIKE_KM for spot in others)


def clear_winner(name: str, hits: Sequence[Hit]) -> Place | None:
    """Return the place whose name differs least, if the next one differs clearly more and the first but little."""
    if not hits or len(skeleton(name)) < 3:
        return None
    vowels = len(melody(name).replace("-", ""))
    hits = [hit for hit in hits if not any(_is_seat(o.place, hit.place) and o.apart <= hit.apart for o in hits)]
    first = hits[0]
    if first.apart > max(1, vowels // 3):
        return None
    for other in hits[1:]:
        place = other.place
        away = first.place.lat is None or place.lat is None or distance_km(first.place, place) > 20
        if away and other.apart == first.apart and place.importance * 5 > first.place.importance:
            return None
    return first.place


# ---- borders ------------------------------------------------------------------------------------------------------
def _country_code(word: str, gazetteer: Gazetteer) -> str | None:
    """Turn a side of a border expression, a word or a code, into an ISO 3166-1 alpha-2 code."""
    if len(word) == 2 and word.isupper():
        return word
    code = demonyms("en").get(word) or demonyms("ru").get(word.lower())
    if code and len(code) == 2:
        return code
    return next((place.country for place in gazetteer.find(word) if place.kind == "country"), None)


def border_decision(countries: tuple[str, ...], context: Context | None, borders: Borders | None) -> Decision:
    """Resolve a border expression to its line; with one side named, the report's other countries tell the pair."""
    if borders is None:
        return Decision((), None, "No border lines are loaded.")
    if len(countries) == 1:
        return _one_side(countries[0], context, borders)
    pair = borders.between(*countries[:2])
    if pair is None:
        return Decision((), None, f"{countries[0]} and {countries[1]} share no land border.")
    place = border_place(countries[0], countries[1], pair)
    return Decision((place,), place, f"The words name both sides of the border {pair}.")


def _one_side(country: str, context: Context | None, borders: Borders) -> Decision:
    neighbours = borders.neighbours(country)
    counts = context.countries if context else {}
    likely = sorted((code for code in neighbours if counts.get(code)), key=lambda code: -counts[code])
    candidates = tuple(border_place(code, country, borders.between(code, country)) for code in likely[:_NAMED])
    if not likely:
        return Decision((), None, f"Which border of {country} is meant is not said.")
    if len(likely) > 1 and counts[likely[1]] > 0.8 * counts[likely[0]]:
        return Decision(candidates, None, f"The border of {country} with {likely[0]} or with {likely[1]} may be meant.")
    return Decision(candidates, candidates[0], f"The report speaks of {likely[0]}, a neighbour of {country}.")


def border_place(one: str, other: str, pair: str) -> Place:
    """Return a border as a place: a line without a point."""
    name = f"{country_name(one)}–{country_name(other)} border"
    return Place(name, None, None, None, None, "line", kind="border", source="data/borders.parquet", border=pair)


def country_name(code: str) -> str:
    """Return a country's English name (GeoNames), or the code itself."""
    from geo.gazetteer import country_names  # noqa: PLC0415

    return country_names().get(code, code)


# ---- one name -----------------------------------------------------------------------------------------------------
_GENERIC = re.compile(
    r"\s+(?:(?P<range>(?:training\s+|firing\s+|shooting\s+)?(?:range|ground|grounds|field))|(?P<post>(?:border\s+)?(?:post|outpost))"
    r"|(?P<crossing>(?:border\s+)?(?:crossing|checkpoint))|(?P<base>(?:military\s+|air\s*)?base)"
    r"|(?P<admin1>province|region|oblast|вилоят|область)|(?P<admin2>district|rayon|raion|район))$",
    re.IGNORECASE,
)
_KINDS = {
    "range": ("training_ground", "range"),
    "post": ("border_post", "detachment", "crossing"),
    "crossing": ("crossing", "bridge", "border_post"),
    "base": ("base", "airfield"),
    "admin1": ("admin1",),
    "admin2": ("admin2",),
}


def locate(
    name: str,
    geocoders: Sequence[Any],
    *,
    borders: Borders | None = None,
    country: str | None = None,
    near: tuple[float, float] | None = None,
) -> Decision:
    """
    Find one place by name, outside any report.

    Parameters
    ----------
    name
        A toponym or a border expression ("Afghan border").
    geocoders
        The gazetteer first; further geopy geocoders are asked, in order, only for what it refused.
    country
        ISO 3166-1 alpha-2 code: a filter for places; for a border, its other side.
    near
        ``(lat, lon)`` in WGS 84 degrees; the nearest candidate wins. None: the best known wins.
    """
    gazetteer = geocoders[0]
    border = _named_border(name, gazetteer, borders, country)
    if border is not None:
        return border
    decision = _from_gazetteer(name, gazetteer, country, near)
    for geocoder in geocoders[1:]:
        if decision.choice is None:
            decision = geocoder.decide(name, country=country, near=near) or decision
    return decision


def _named_border(name: str, gazetteer: Gazetteer, borders: Borders | None, country: str | None) -> Decision | None:
    phrases = find_border_phrases(name, language="ru" if is_cyrillic(name) else "en")
    if not phrases or borders is None:
        return None
    sides = tuple(filter(None, (_country_code(word, gazetteer) for word in phrases[0].countries)))
    if len(sides) == 1 and country and country != sides[0]:
        sides = (country, *sides)
    return border_decision(sides, None, borders) if sides else None


def _from_gazetteer(name: str, gazetteer: Gazetteer, country: str | None, near: tuple[float, float] | None) -> Decision:
    found = gazetteer.exact_hits(name, country=country)
    generic = _GENERIC.search(name)
    if not found and generic:
        bare = name[: generic.start()]
        named = gazetteer.exact_hits(bare, country=country)
        found = [hit for hit in named if hit.place.kind in _KINDS[generic.lastgroup]]
        if not found:
            candidates = tuple(hit.place for hit in named[:_NAMED])
            return Decision(candidates, None, f"No {generic[0].strip()} called {bare!r} is known.")
    if found:
        if near is None and not _UNIT.search(name):
            found = [*found, *_seats(found, gazetteer)]
        return _pick(name, found, near, country)
    hits = gazetteer.similar(fold(name), country) if country else ()
    chosen = clear_winner(fold(name), hits)
    candidates = tuple(hit.place for hit in hits[:_NAMED])
    if chosen is None:
        return Decision(
            candidates, None, f"No place called {name!r} is in the gazetteer" + (f" for {country}." if country else ".")
        )
    return Decision(candidates, chosen, f"{name!r} is spelt like {chosen.name}, {country}, and no other name there.")


_UNIT = re.compile(
    r"\b(?:oblast|region|province|district|raion|rayon|county|governorate|viloyat|velayat|wilayat|nohiya|tuman)"
    r"|област|вилоят|облус|район|райын|край\b|провинци|ноҳия|туман|ولایت|ولسوالی",
    re.IGNORECASE,
)  # words that ask for an administrative unit, not for the town it is named after


def _seats(hits: Sequence[Hit], gazetteer: Gazetteer) -> list[Hit]:
    """Return the towns that gave a name's administrative units theirs, for spellings listed only with the unit."""
    areas = [hit.place for hit in hits if hit.place.kind in ("admin1", "admin2")]
    named = {area: gazetteer.exact_hits(_UNIT_END.sub("", area.name), country=area.country) for area in areas}
    known = {hit.place for hit in hits}
    return [
        hit for area, found in named.items() for hit in found if hit.place not in known and _is_seat(hit.place, area)
    ]


_UNIT_END = re.compile(r"\s+(?:Oblast|Region|Province|District|City)$")


def _pick(name: str, hits: list[Hit], near: tuple[float, float] | None, country: str | None) -> Decision:
    if near is not None:
        here = Place("here", None, near[0], near[1], 1, "exact")
        places = [hit.place for hit in hits]
        places.sort(key=lambda place: distance_km(here, place) if place.lat is not None else 1e9)
        return Decision(tuple(places[:_NAMED]), places[0], f"The nearest of {len(places)} places called {name!r}.")
    ranked = sorted(hits, key=lambda hit: -_fame(hit, hits, country))
    places = [hit.place for hit in ranked]
    if len(places) == 1:
        return Decision(tuple(places), places[0], f"The only place called {name!r}.")
    return Decision(tuple(places[:_NAMED]), places[0], f"The best known of {len(places)} places called {name!r}.")


_RANK_WEIGHT = (1.0, 0.1, 0.03, 0.03, 0.03)  # a place's usual name counts more than another language's name for it
_SEAT_KM = 0.7  # share of its unit's radius within which the seat lies
_SEAT_SHARE = 0.03  # a town with this share of its region's people is what the region is named after


def _fame(hit: Hit, hits: list[Hit], country: str | None) -> float:
    """Grade namesakes without context: a curated place is what the news means, a town before its district."""
    place = hit.place
    if place.kind == "country":
        return 1e12
    if any(_is_seat(other.place, place) for other in hits):
        return 0.0
    rank = min([hit.rank, *(other.rank for other in hits if _is_seat(place, other.place))])
    weight = _RANK_WEIGHT[rank] * {"admin1": 0.2, "admin2": 0.1}.get(place.kind, 1.0)
    if country is not None and place.country is None and len({other.place.country for other in hits}) > 1:
        return weight  # a place of the country asked for comes before a river through several
    return weight * place.importance + (1e9 if place.source.startswith("data/places") and hit.rank < 2 else 0)


def _is_seat(town: Place, area: Place) -> bool:
    """Say whether a namesake is the town that gave an administrative unit its name."""
    if town.kind not in ("settlement", "capital") or area.kind not in ("admin1", "admin2"):
        return False
    if town.country != area.country:
        return False
    return town.importance >= _SEAT_SHARE * area.importance and distance_km(town, area) <= _SEAT_KM * area.radius_km


def place_to_json(place: Place) -> dict[str, Any]:
    """Return a place as the command line prints it."""
    fields = ("name", "country", "lat", "lon", "radius_km", "precision", "source", "kind", "border", "derivation")
    return {key: getattr(place, key) for key in fields if key not in ("border", "derivation") or getattr(place, key)}

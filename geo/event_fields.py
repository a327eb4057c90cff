"""The fields of an event besides its days: place and geometry, actors and equipment, title, all with their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from geo.actors import find_actors
from geo.cues import Reading, find_named
from geo.equipment import find_equipment
from geo.event_places import Spot, container_of, rank_of, widened_km
from geo.records import Mention, Phrase, Place, Report
from geo.strands import Strand

if TYPE_CHECKING:
    from geo.borders import Borders

_SIMPLER_DEGREES = 0.02  # about 2 km: small enough to store with every event, coarse enough to be no survey
_TITLE_LENGTH = 96
_CANDIDATES_KEPT = 5
_NEAR_SENTENCES = 6  # how far after its last sentence a main event's equipment may be listed
_CUT = re.compile(
    r"[;(]|:\s|\s[–—-]\s|,\s(?:and|but|while|which|who|where|although|а|но|который|которая|которые|когда|где|сообщ\w+|заяв\w+|said|according)"
)
_LEADING = re.compile(r"^[\s\"«“(,–—-]+")
_DATELINE = re.compile(r"^[A-ZА-ЯЁ][\w .,'-]{1,40}?(?:,\s*\w+\.?\s+\d{1,2})?\s*(?:\([^)]{1,30}\))?\s*(?:--|–|—|:)\s+")
_SPOKE = re.compile(
    r"\s*(?:[\w-]+\s+){0,3}?(?:said|says|told|announced|reported|stated|added|wrote|сообщ\w+|заяв\w+|рассказ\w+|отмет\w+|уточн\w+)"
)
_BEFORE_SPEECH = re.compile(
    r"(?:according to|said|told|сообщил\w*|сообщают|заявил\w*|по данным|по сведениям|по словам|говорится в \w+|в)\s+(?:the\s+|в\s+)?(?:\w+\s+)?$"
)
_OFFICES = ("Ministry", "Government", "President", "Embassy", "General Staff")
_OFFICE_KINDS = frozenset(("agreement", "visit", "aid", "other", "border_closure"))


def quote(report: Report, start: int, end: int) -> dict[str, Any]:
    """Return one piece of evidence: the report, the span and the words there."""
    return {"report": report.id, "start": start, "end": end, "quote": report.body[start:end]}


# ---- place -----------------------------------------------------------------------------------------------------
def place_fields(
    report: Report, spots: list[Spot], mentions: list[Mention], borders: Borders | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Return an event's location fields and their evidence.

    A spot that was refused is shown as the district or region it is said to lie in, under its own name. In
    ``evidence["places"]`` the parts of the geometry come first, in its order; places without one follow.
    """
    if not spots:
        return {}, {"place": [], "places": []}
    located = [_locate(spot, mentions, borders) for spot in spots]
    located.sort(key=lambda item: item.geometry is None)
    parts = [item for item in located if item.geometry is not None]
    first = next(item for item in located if item.spot is spots[0])
    place = first.place
    radii = [item.radius_km for item in located if item.radius_km is not None]
    fields = {
        "place": place.name if place is not None and first.spot.place is not None else first.spot.mention.surface,
        "country": next((i.place.country for i in (first, *located) if i.place is not None and i.place.country), None),
        "geometry": _together([item.geometry for item in parts if item.geometry is not None]),
        "radius_km": max(radii, default=None),
        "location_precision": first.precision,
        "border": place.border if place is not None and place.precision == "line" else None,
    }
    evidence = {
        "place": [quote(report, s.mention.start, s.mention.end) for s in spots],
        "places": [_place_evidence(report, item) for item in located],
    }
    return fields, evidence


@dataclass(slots=True)
class _Located:
    """A spot with what is drawn for it; `place` is its container where it was refused itself."""

    spot: Spot
    place: Place | None
    geometry: BaseGeometry | None
    radius_km: float | None
    precision: str
    reason: str


def _locate(spot: Spot, mentions: list[Mention], borders: Borders | None) -> _Located:
    place, reason = spot.place, spot.mention.decision.reason
    if place is None:
        holder = container_of(spot, mentions)
        if holder is None or holder.place is None or rank_of(spot.mention) < rank_of(holder):
            return _Located(spot, None, None, None, "unknown", reason or "No place of this name is known.")
        place = holder.place
        why = f"No place named {spot.mention.surface!r} is known; shown as {place.name}, where the report puts it."
        return _Located(spot, place, _point(place), widened_km(place), place.precision, why)
    if place.border is not None and place.lat is None:
        return _Located(spot, place, _line(place.border, borders), None, "line", reason)
    return _Located(spot, place, _point(place), place.radius_km, place.precision, reason)


def _point(place: Place) -> Point | None:
    return None if place.lat is None or place.lon is None else Point(place.lon, place.lat)  # geometry is lon, lat


def _line(pair: str, borders: Borders | None) -> BaseGeometry | None:
    return None if borders is None else borders.line(pair).simplify(_SIMPLER_DEGREES)


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    """Return one geometry of all parts: a point, a line, many points, or a collection."""
    if len(parts) < 2:
        return parts[0] if parts else None
    if all(isinstance(p, Point) for p in parts):
        return MultiPoint(parts)
    if all(isinstance(p, LineString) for p in parts):
        return MultiLineString(parts)
    return GeometryCollection(parts)


def _place_evidence(report: Report, item: _Located) -> dict[str, Any]:
    place, mention = item.place, item.spot.mention
    return {
        "name": place.name if place is not None and item.spot.place is not None else mention.surface,
        "country": place.country if place is not None else None,
        "lat": place.lat if place is not None else None,
        "lon": place.lon if place is not None else None,
        "radius_km": item.radius_km,
        "precision": item.precision,
        "border": place.border if place is not None else None,
        "area": place.area if place is not None else None,
        "reason": item.reason,
        "source": place.source if place is not None else "",
        "derivation": place.derivation if place is not None else None,
        "candidates": [_candidate(c) for c in mention.decision.candidates[:_CANDIDATES_KEPT]],
        **quote(report, mention.start, mention.end),
    }


def _candidate(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "radius_km": place.radius_km,
        "precision": place.precision,
        "source": place.source,
    }


# ---- actors and equipment --------------------------------------------------------------------------------------
@dataclass(slots=True)
class Cast:
    """Everyone and everything named in a report, by sentence."""

    reading: Reading
    actors: dict[int, list[Phrase]] = field(default_factory=dict)
    equipment: dict[int, list[Phrase]] = field(default_factory=dict)
    named: dict[int, list[Phrase]] = field(default_factory=dict)
    strands: list[Strand] = field(default_factory=list)

    def exercises(self, strand: Strand, *, lead: bool) -> list[Phrase]:
        """Return the named exercises of a strand's sentences, once each ("Poisk 2021")."""
        found: dict[str, Phrase] = {}
        for number in self._sentences(strand, lead=lead):
            for phrase in self.named.get(number, []):
                found.setdefault(phrase.name.lower(), phrase)
        return list(found.values())

    def of(
        self, report: Report, strand: Strand, kind: str, country: str | None, *, lead: bool
    ) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, Any]]:
        """Return a strand's actors and equipment by name, and the evidence for both."""
        people = self._actors(strand, kind)
        things = self._equipment(strand, lead=lead)
        roles = _roles(people, kind, country)
        evidence = {
            "actors": [quote(report, p.start, p.end) | {"name": p.name, "role": roles[p.name]} for p in people],
            "equipment": [quote(report, p.start, p.end) | {"name": p.name} for p in things],
        }
        return tuple(dict.fromkeys(p.name for p in people)), tuple(dict.fromkeys(p.name for p in things)), evidence

    def told(self, strand: Strand) -> set[int]:
        """Return the sentences that tell other events of a strand's family."""
        return {n for s in self.strands if s is not strand and s.family == strand.family for n in s.sentences}

    def states(self) -> int:
        """Return how many countries' forces the report names."""
        forces = (p.name for found in self.actors.values() for p in found if p.role == "force" and " of " in p.name)
        return len({name.rsplit(" of ", 1)[1] for name in forces})

    def _actors(self, strand: Strand, kind: str) -> list[Phrase]:
        core = [n for n in _core(strand) if n in strand.sentences or n - 1 in strand.sentences]
        found = [p for n in core for p in self.actors.get(n, []) if self._acts(p, kind)]
        forces = {p.name.rsplit(" of ", 1)[-1].removeprefix("the ") for p in found if p.role == "force"}
        kept = [p for p in found if p.role != "country" or p.name not in forces]
        named = {p.name for p in kept}
        return [p for p in kept if not any(other.startswith(f"{p.name} of ") for other in named)]

    def _acts(self, phrase: Phrase, kind: str) -> bool:
        """Leave out who only speaks, and imagined enemies of an exercise."""
        if kind == "exercise" and phrase.role == "group":
            return False
        if phrase.name.startswith(_OFFICES) and kind not in _OFFICE_KINDS:
            return False
        folded = self.reading.folded
        office = phrase.role in ("force", "body") and not phrase.name.startswith("Armed")
        before = folded[max(0, phrase.start - 36) : phrase.start]
        speaks = _SPOKE.match(folded, phrase.end, phrase.end + 40) or _BEFORE_SPEECH.search(before)
        return not (office and phrase.name.startswith(_OFFICES) and speaks)

    def _equipment(self, strand: Strand, *, lead: bool) -> list[Phrase]:
        return [p for n in self._sentences(strand, lead=lead) for p in self.equipment.get(n, [])]

    def _sentences(self, strand: Strand, *, lead: bool) -> list[int]:
        """Return a strand's sentences; the main event also has those near it that tell no other event."""
        numbers = {*strand.sentences, *strand.follow}
        if lead:
            owned = {n for s in self.strands for n in (*s.sentences, *s.follow)}
            numbers |= {n for n in range(min(numbers), max(numbers) + _NEAR_SENTENCES) if n not in owned}
        return sorted(numbers)


def _core(strand: Strand) -> list[int]:
    """Return the sentences that plainly belong to a strand: its first, and others without a long gap."""
    numbers = sorted({*strand.sentences, *strand.follow})
    core = numbers[:1]
    for number in numbers[1:]:
        if number - core[-1] > 3:
            break
        core.append(number)
    return core


def _roles(people: list[Phrase], kind: str, country: str | None) -> dict[str, str]:
    """Return each actor's role: host and partners of what is done together, sides of what is done to one another."""
    from geo.actors import countries  # noqa: PLC0415 - read only when an event has actors

    home = countries().get(country or "", "")
    roles: dict[str, str] = {}
    sides = iter(("side a", "side b"))
    for phrase in people:
        if phrase.name in roles:
            continue
        if kind in ("exercise", "agreement", "visit", "aid", "patrol"):
            roles[phrase.name] = "host" if home and phrase.name.endswith(home) else "partner"
        elif kind in ("border_incident", "attack"):
            roles[phrase.name] = next(sides, "other")
        else:
            roles[phrase.name] = "actor"
    return roles


def name_cast(reading: Reading) -> Cast:
    """Find the actors, equipment and named exercises of a text, by sentence."""
    cast = Cast(reading)
    for phrase in find_actors(reading.text):
        cast.actors.setdefault(reading.sentence_at(phrase.start), []).append(phrase)
    for phrase in find_equipment(reading.text):
        cast.equipment.setdefault(reading.sentence_at(phrase.start), []).append(phrase)
    for phrase in find_named(reading.text):
        cast.named.setdefault(reading.sentence_at(phrase.start), []).append(phrase)
    return cast


# ---- title -----------------------------------------------------------------------------------------------------
def title_of(
    report: Report, reading: Reading, strand: Strand, kind: str, name: Phrase | None, *, lead: bool
) -> tuple[str, list[dict[str, Any]]]:
    """Return a short title: the exercise's name, the report's own title for its main event, else its own words."""
    if name is not None:
        return name.name, [quote(report, name.start, name.end)]
    if lead and report.title.strip():
        return report.title.strip(), []
    cue = next((c for c in strand.cues if c.kind == kind and c.strength == strand.strength), strand.cues[0])
    start, end = _clause(reading, cue.start)
    return shorten(report.body[start:end]), [quote(report, start, end)]


def shorten(text: str) -> str:
    """Return a text cut at a word to the length of a title, with an ellipsis where it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= _TITLE_LENGTH else text[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _clause(reading: Reading, position: int) -> tuple[int, int]:
    """Return the clause of a sentence that holds a position, without dateline and trailing marks."""
    sentence = reading.sentences[reading.sentence_at(position)]
    start, end = sentence.start, sentence.end
    dateline = _DATELINE.match(reading.text, start, position)
    if dateline is not None:
        start = dateline.end()
    for cut in _CUT.finditer(reading.text, start, sentence.end):
        if cut.end() <= position:
            start = cut.end()
        elif cut.start() > position and cut.start() - start > 25:
            end = cut.start()
            break
    lead = _LEADING.match(reading.text[start:end])
    start += lead.end() if lead else 0
    while end > start + 1 and reading.text[end - 1] in ' .,;:–—-!"':
        end -= 1
    return start, end

"""Who took part in an event and with what: the actors, equipment and named exercises of its sentences."""

import re
from dataclasses import dataclass, field
from typing import Any

from geo.actors import countries, find_actors
from geo.cues import Reading, find_named
from geo.equipment import find_equipment
from geo.event_words import quote
from geo.records import Phrase, Report
from geo.tellings import Strand

_NEAR_SENTENCES = 6  # how far after its last sentence a main event's equipment may be listed
_SPOKE = re.compile(
    r"\s*(?:[\w-]+\s+){0,3}?(?:said|says|told|announced|reported|stated|added|wrote|"
    r"сообщ\w+|заяв\w+|рассказ\w+|отмет\w+|уточн\w+)"
)
_BEFORE_SPEECH = re.compile(
    r"(?:according to|said|told|сообщил\w*|сообщают|заявил\w*|по данным|по сведениям|по словам|говорится в \w+|в)"
    r"\s+(?:the\s+|в\s+)?(?:\w+\s+)?$"
)
_OFFICES = ("Ministry", "Government", "President", "Embassy", "General Staff")
_OFFICE_KINDS = frozenset(("agreement", "visit", "aid", "other", "border_closure"))


@dataclass(slots=True)
class Cast:
    """Everyone and everything named in a report, by sentence."""

    reading: Reading
    actors: dict[int, list[Phrase]] = field(default_factory=dict)
    equipment: dict[int, list[Phrase]] = field(default_factory=dict)
    named: dict[int, list[Phrase]] = field(default_factory=dict)
    owned: set[int] = field(default_factory=set)  # sentences that tell an event

    def exercises(self, strand: Strand, *, lead: bool) -> list[Phrase]:
        """Return the named exercises of a strand's sentences, once each ("Poisk 2021")."""
        found: dict[str, Phrase] = {}
        for number in self._sentences(strand, lead=lead):
            for phrase in self.named.get(number, []):
                found.setdefault(phrase.name.lower(), phrase)
            if found:  # a later sentence names another to compare with
                break
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

    def who(self) -> list[Phrase]:
        """Return all actors but offices, whose country may be where an agreement was made."""
        return [p for found in self.actors.values() for p in found if not p.name.startswith(_OFFICES)]

    def states(self) -> int:
        """Return how many countries' forces the report names."""
        forces = (p.name for found in self.actors.values() for p in found if p.role == "force" and " of " in p.name)
        return len({name.rsplit(" of ", 1)[1] for name in forces})

    def _actors(self, strand: Strand, kind: str) -> list[Phrase]:
        close = {m for n in strand.sentences for m in (n, n + 1)}
        near = [p for n in _core(strand) for p in self.actors.get(n, []) if n in close or p.role in ("force", "unit")]
        found = [p for p in near if self._acts(p, kind)]
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
            numbers |= {n for n in range(min(numbers), max(numbers) + _NEAR_SENTENCES) if n not in self.owned}
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

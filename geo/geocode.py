"""Choosing a place for every toponym of a report together, with the reasons kept; refusing where none fits."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from geo.borders import Borders
from geo.gazetteer import Gazetteer, Hit
from geo.mentions import Toponym
from geo.records import Decision, Mention, Place

_KEPT = 40  # candidates weighed per name; the rest are tiny namesakes
_NAMED = 5  # candidates kept in the decision for the reader
_NEAR_KM = 120.0  # two places of one report within this distance support each other
_COARSE = frozenset(("country", "admin1", "world_region", "continent", "sea", "range", "river"))


@dataclass(slots=True)
class _Candidate:
    place: Place
    prior: float
    score: float = 0.0


class _Report:
    """The toponyms of one report, resolved together."""

    def __init__(self, toponyms: list[Toponym], home: str | None) -> None:
        self.toponyms = toponyms
        self.home = home
        self.by_name: dict[tuple, list[_Candidate]] = {}
        self.countries: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        self.anchors: dict[tuple, Place] = {}
        self.wanted: dict[tuple, Counter[str]] = defaultdict(Counter)
        for item in toponyms:
            key = _key(item)
            if key not in self.by_name:
                self.by_name[key] = _candidates(item)

    def collect(self) -> None:
        """Gather what is certain: countries, subdivisions, and names that only one place of note bears."""
        self.countries.clear()
        self.units.clear()
        if self.home:
            self.countries[self.home] += 1
        for item in self.toponyms:
            for code in item.countries:
                self.countries[code] += 1
            place = self.anchors.get(_key(item))
            if place is None:
                continue
            if place.country:
                weight = 1.0 if place.precision in ("country", "region") else 0.5
                self.countries[place.country] += 0.6 * weight if item.role in ("demonym", "dateline") else weight
            unit = _unit_of(place)
            if unit:
                self.units[unit] += 1

    def seed(self) -> None:
        """Choose the names that need no context."""
        for key, options in self.by_name.items():
            if not options:
                continue
            first = options[0]
            second = options[1].prior if len(options) > 1 else -9.0
            if first.place.kind in _COARSE or first.prior - second >= 2.0 or len(options) == 1:
                self.anchors[key] = first.place

    def rescore(self) -> None:
        """Weigh every candidate by country, subdivision, nearness to the other places and what the text says."""
        total = sum(self.countries.values()) or 1.0
        for key, options in self.by_name.items():
            near = [place for other, place in self.anchors.items() if other[0] != key[0] and _is_spot(place)]
            for option in options:
                option.score = option.prior + self._context(key, option.place, total, near)
            options.sort(key=lambda option: -option.score)
            if options:
                self.anchors[key] = options[0].place

    def _context(self, key: tuple, place: Place, total: float, near: list[Place]) -> float:
        score = 0.0
        if place.country and place.kind != "country":
            score += 3.0 * math.sqrt(self.countries[place.country] / total) if self.countries[place.country] else -0.8
        unit = _unit_of(place)
        if unit and place.kind not in ("country", "admin1"):
            score += 1.2 * min(2.0, self.units[unit])
        if _is_spot(place) and near:
            score += _support(place, near)
        for code, weight in self.wanted[key].items():
            score += weight if _inside(place, code) else -weight / 2
        return score


def _key(item: Toponym) -> tuple:
    return (item.name, item.unit, item.role == "demonym")


def _candidates(item: Toponym) -> list[_Candidate]:
    hits = sorted(item.hits, key=lambda hit: (hit.rank > 1, -hit.place.importance))[:_KEPT]
    options = [_Candidate(hit.place, _prior(hit, item)) for hit in hits]
    return sorted(options, key=lambda option: -option.prior)


def _prior(hit: Hit, item: Toponym) -> float:
    """Grade a candidate without context: its size, how usual the name is for it, and the kind the text asks for."""
    place = hit.place
    score = math.log10(place.importance + 10)
    score += {"country": 3.0, "admin1": 1.5, "world_region": 1.5}.get(place.kind, 0.0)
    score -= (0.0, 0.7, 1.5, 1.5)[hit.rank]
    if item.unit:
        score += 4.0 if _fits(place, item.unit) else -1.0
    return score


def _fits(place: Place, unit: str) -> bool:
    if unit == "admin2":
        return place.kind in ("admin2", "district")
    if unit == "admin1":
        return place.kind == "admin1"
    return place.kind == unit or (unit == "settlement" and place.precision == "settlement")


def _unit_of(place: Place) -> str | None:
    """Return the first-level subdivision of a place as ``"US-TX"``; None where it is not known by code."""
    if place.kind == "admin1" and place.area:
        return place.area
    if place.country and place.admin1 and len(place.admin1) <= 3:
        return f"{place.country}-{place.admin1}"
    return None


def _inside(place: Place, code: str) -> bool:
    return code == place.country if len(code) == 2 else _unit_of(place) == code


def _is_spot(place: Place) -> bool:
    return place.lat is not None and place.kind not in _COARSE


def _support(place: Place, near: list[Place]) -> float:
    """Add up how near the other places of the report are; two close ones are as good as ten."""
    total = 0.0
    for other in near:
        distance = distance_km(place, other)
        if distance < 4 * _NEAR_KM:
            total += math.exp(-distance / _NEAR_KM)
    return min(2.6, 1.6 * total)


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance between two points in kilometres (haversine, mean radius 6371 km)."""
    a, b, c, d = map(math.radians, (one.lat, one.lon, other.lat, other.lon))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(h)))


def resolve(
    toponyms: list[Toponym], gazetteer: Gazetteer, borders: Borders | None = None, *, text: str = "", home: str | None = None
) -> list[Mention]:
    """
    Choose a place for every toponym, or refuse, and say why.

    Parameters
    ----------
    toponyms
        As `geo.mentions.find_toponyms` returns them.
    home
        Country of the report's source, a weak hint; None: no hint.
    """
    report = _Report(toponyms, home)
    _say_wanted(report, text)
    report.seed()
    for _ in range(3):
        report.collect()
        report.rescore()
    return [_decide(item, report, gazetteer, borders) for item in toponyms]


def _say_wanted(report: _Report, text: str) -> None:
    """Note what the text says outright: "Town, State", "Town in Region"."""
    for one, other in zip(report.toponyms, report.toponyms[1:], strict=False):
        between = text[one.end : other.start]
        if between.strip() in (",", "(", "in", ", in") and other.hits and len(between) <= 5:
            for option in report.by_name[_key(other)][:2]:
                place = option.place
                if place.kind in ("country", "admin1"):
                    code = place.area or place.country
                    if code:
                        report.wanted[_key(one)][code] += 4.0
                    break


def _decide(item: Toponym, report: _Report, gazetteer: Gazetteer, borders: Borders | None) -> Mention:
    options = report.by_name[_key(item)]
    if not options:
        return _mention(item, Decision((), None, f"No place called {item.surface!r} is in the gazetteer."))
    best = options[0]
    places = tuple(option.place for option in options[:_NAMED])
    return _mention(item, Decision(places, best.place, "best"))


def _mention(item: Toponym, decision: Decision) -> Mention:
    role = item.role if item.role in ("place", "demonym", "metonym", "organisation", "dateline") else "place"
    return Mention(item.surface, item.start, item.end, role, decision)

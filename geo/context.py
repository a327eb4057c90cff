"""Weighing the candidates of all toponyms of one report together: country, subdivision, nearness, the text's words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.gazetteer import Gazetteer, Hit
from geo.records import Place
from geo.roles import CAPITALS
from geo.toponym import Toponym
from geo.toponym_words import demonyms

if TYPE_CHECKING:
    from geo.borders import Borders

_KEPT = 40  # candidates weighed per name; the rest are tiny namesakes
_RARE = 4.0  # a name with no more namesakes than this weighs fully when candidates are paired
_KIN_WEIGHT = 0.6  # set on development texts
_VILLAGE_SHARE, _VILLAGE_MALUS = 0.07, 3.0  # a village with a region's name and so few of its people is not meant
_BESIDE_KM = 50.0  # a place this near to a border that the report names is favoured
_NEAR_KM = 100.0  # two places of one report at this distance support each other by 1/e
COARSE = frozenset(("country", "admin1", "world_region", "continent", "sea", "range", "river", "desert", "ocean"))


@dataclass(slots=True)
class Candidate:
    """One place a name may stand for, with what speaks for it."""

    place: Place
    rank: int
    prior: float
    score: float = 0.0
    why: list[str] = field(default_factory=list)


def key_of(item: Toponym) -> tuple[str, str | None, bool]:
    """Return what toponyms of one report must share to be given one place."""
    return (item.name, item.unit, item.role == "demonym")


class Context:
    """The toponyms of one report and what they tell about each other."""

    def __init__(
        self,
        toponyms: list[Toponym],
        gazetteer: Gazetteer,
        text: str,
        *,
        borders: Borders | None = None,
        home: str | None = None,
    ) -> None:
        self.toponyms = toponyms
        self.gazetteer = gazetteer
        self.home = home
        self.lines = _lines(toponyms, borders)
        self.borders = borders
        self.countries: Counter[str] = Counter()
        self.units: Counter[str] = Counter()
        self.anchors: dict[tuple, Place] = {}
        self.options: dict[tuple, list[Candidate]] = {}
        self.wanted: dict[tuple, list[Place]] = defaultdict(list)
        for item in toponyms:
            key = key_of(item)
            if key not in self.options:
                self.options[key] = self._candidates(item)
        self.kin = self._find_kin()
        self._read_words(text)

    def run(self) -> None:
        """Choose what needs no context first, then let every choice weigh on the others, three times."""
        for key, options in self.options.items():
            if options and (len(options) == 1 or options[0].prior - options[1].prior >= 2.0):
                self.anchors[key] = options[0].place
        for _ in range(3):
            self._collect()
            self._rescore()

    # ---- candidates -------------------------------------------------------------------------------------------
    def _candidates(self, item: Toponym) -> list[Candidate]:
        hits = self._demonym(item) if item.role == "demonym" else item.hits
        hits = sorted(hits, key=lambda hit: (hit.rank > 1, -hit.place.importance))[:_KEPT]
        if any(hit.rank == 0 and hit.place.kind == "country" for hit in hits):
            hits = [hit for hit in hits if hit.rank == 0 or hit.place.kind != "settlement"]
        if item.unit in ("admin1", "admin2"):
            fitting = [hit for hit in hits if fits(hit.place, item.unit)]
            if any(hit.rank == 0 and hit.place.kind in ("world_region", "continent", "country") for hit in hits):
                return []  # "the Middle East District" of an office, "the U.S. District Court"
            least = 0 if item.unit == "admin1" else 1  # a state is not called by a town's foreign name
            towns = [hit for hit in hits if hit.place.precision in ("settlement", "exact", "unknown")]
            hits = fitting or [hit for hit in towns if hit.rank <= least]
        options = [Candidate(hit.place, hit.rank, _prior(hit, item)) for hit in hits]
        _prefer_city(options, item)
        return sorted(options, key=lambda option: -option.prior)

    def _find_kin(self) -> dict[Place, float]:
        """
        Grade each candidate by how many other names of the report have a candidate beside it.

        A county and its town are told among twenty namesakes each because only one pair lies together. Candidates
        are compared by one-degree cells with their neighbours; a name with many namesakes counts less.
        """
        cells: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
        for key, options in self.options.items():
            for option in options:
                if is_spot(option.place):
                    weight = min(1.0, _RARE / len(options))
                    cells[round(option.place.lat), round(option.place.lon)][key[0]] = weight
        kin: dict[Place, float] = {}
        for key, options in self.options.items():
            for option in options if len(options) > 1 else ():
                if is_spot(option.place):
                    kin[option.place] = _beside(cells, option.place, key[0])
        return kin

    def _demonym(self, item: Toponym) -> tuple[Hit, ...]:
        target = demonyms("en").get(item.surface) or demonyms("ru").get(item.surface.lower()) or ""
        if len(target) == 2:
            country = self.gazetteer.country(target)
            return (Hit(country, 0),) if country else ()
        return tuple(hit for hit in self.gazetteer.hits(target.lower()) if hit.place.kind in COARSE or hit.rank == 0)

    def _read_words(self, text: str) -> None:
        """Note what the text says outright: "Town, State", "Town in Region", "Region's Town"."""
        for one, other in zip(self.toponyms, self.toponyms[1:], strict=False):
            between = text[one.end : other.start].strip()
            if between in (",", "(", "in", ", in", "of", "of the", "in the", ", a village in the", "в", ", в"):
                self._want(one, other)
            if between in ("’s", "'s", "’s", ""):
                self._want(other, one)

    def _want(self, inner: Toponym, outer: Toponym) -> None:
        for option in self.options[key_of(outer)][:3]:
            if option.place.kind in ("country", "admin1", "admin2") and option.place.lat is not None:
                self.wanted[key_of(inner)].append(option.place)
                return

    # ---- weighing ---------------------------------------------------------------------------------------------
    def _collect(self) -> None:
        """Count how much of the report speaks of each country and first-level subdivision."""
        self.countries.clear()
        self.units.clear()
        if self.home:
            self.countries[self.home] += 1
        for item in self.toponyms:
            for code in item.countries:
                self.countries[code] += 1
            place = self.anchors.get(key_of(item))
            if place is None:
                continue
            if place.country:
                weight = 1.0 if place.precision in ("country", "region") else 0.5
                self.countries[place.country] += 0.6 * weight if item.role in ("demonym", "dateline") else weight
            unit = unit_of(place)
            if unit:
                self.units[unit] += 1

    def _rescore(self) -> None:
        total = sum(self.countries.values()) or 1.0
        spots = [(key, place) for key, place in self.anchors.items() if is_spot(place)]
        for key, options in self.options.items():
            near = [place for other, place in spots if other[0] != key[0]]
            for option in options:
                option.why.clear()
                option.score = option.prior + self._weigh(key, option, total, near)
            options.sort(key=lambda option: -option.score)
            if options:
                self.anchors[key] = options[0].place

    def _weigh(self, key: tuple, option: Candidate, total: float, near: list[Place]) -> float:
        place = option.place
        score = self._weigh_country(option, total) + self._weigh_unit(key, option)
        score += _KIN_WEIGHT * self.kin.get(place, 0.0) + self._weigh_line(option)
        if near and is_spot(place):
            support = _support(place, near)
            score += support
            if support > 0.5:
                option.why.append("it is near other places of the report")
        for outer in self.wanted[key]:
            within = inside(place, outer)
            score += 4.0 if within else -2.0
            if within:
                option.why.append(f"the text says it is in {outer.name}")
        return score

    def _weigh_country(self, option: Candidate, total: float) -> float:
        place = option.place
        if not place.country or place.kind == "country":
            return 0.0
        share = self.countries[place.country] / total
        if share >= 0.2:
            option.why.append("the report speaks of its country")
        return 3.0 * math.sqrt(share) if share else -0.8

    def _weigh_line(self, option: Candidate) -> float:
        """Favour a place beside a border the report names."""
        place = option.place
        if self.borders is None or not is_spot(place):
            return 0.0
        for pair in self.lines:
            if place.country in pair.split("-") and self.borders.locate(pair, place.lat, place.lon)[0] <= _BESIDE_KM:
                option.why.append(f"it is beside the border {pair}")
                return 1.5
        return 0.0

    def _weigh_unit(self, key: tuple, option: Candidate) -> float:
        place = option.place
        unit = unit_of(place)
        if not unit or place.kind in ("country", "admin1"):
            return 0.0
        others = self.units[unit] - (1 if self.anchors.get(key) == place else 0)
        if others > 0:
            option.why.append("other places of the report lie in the same region")
        return 1.2 * min(2.0, others)


def _lines(toponyms: list[Toponym], borders: Borders | None) -> list[str]:
    """Return the borders that the report names, as country pairs."""
    if borders is None:
        return []
    pairs = {borders.between(*item.countries) for item in toponyms if len(item.countries) == 2}
    pairs |= {hit.place.border for item in toponyms for hit in item.hits[:1] if hit.place.border}
    return sorted(pair for pair in pairs if pair)


def _beside(cells: dict[tuple[int, int], dict[str, float]], place: Place, name: str) -> float:
    """Add up the weights of the other names that have a candidate in the cells around a place; 2 at most."""
    row, column = round(place.lat), round(place.lon)
    found: dict[str, float] = {}
    for i in (row - 1, row, row + 1):
        for j in (column - 1, column, column + 1):
            found |= cells.get((i, j), {})
    found.pop(name, None)
    return min(2.0, sum(found.values()))


def _prefer_city(options: list[Candidate], item: Toponym) -> None:
    """Prefer a town to the region or district named after it, and a capital to a namesake, unless a unit is named."""
    if item.unit:
        return
    regions = [option for option in options if option.place.kind in ("admin1", "admin2")]
    _demote_villages(options, regions)
    for option in options if regions else []:
        city = option.place
        if city.precision != "settlement" or option.rank > 1:
            continue
        for region in regions:
            if city.kind == "capital" or (
                city.importance >= 0.2 * region.place.importance and inside(city, region.place)
            ):
                option.prior = max(option.prior, region.prior + (0.6 if city.kind == "capital" else 0.3))


def _demote_villages(options: list[Candidate], regions: list[Candidate]) -> None:
    """Put a village behind the region that has its name and far more people."""
    for village in options if regions else []:
        for region in regions:
            small = village.place.importance < _VILLAGE_SHARE * region.place.importance
            if small and region.place.kind == "admin1" and village.place.kind == "settlement":
                village.prior = min(village.prior, region.prior - _VILLAGE_MALUS)


def _prior(hit: Hit, item: Toponym) -> float:
    """Grade a candidate without context: its size, how usual the name is for it, and the kind the text asks for."""
    place = hit.place
    score = math.log10(place.importance + 10)
    score += {"country": 3.0, "admin1": 1.0, "world_region": 1.5, "capital": 0.5}.get(place.kind, 0.0)
    if place.source.startswith("data/places"):
        score += 1.5
    if place.kind == "capital" and item.name in CAPITALS:
        score += 4.0  # in the news a capital's name is the capital
    score -= (0.0, 0.7, 1.5, 1.5, 0.0)[hit.rank]
    if item.unit:
        score += 4.0 if fits(place, item.unit) else -1.0
    return score


def fits(place: Place, unit: str) -> bool:
    """Say whether a place is of the kind a generic word asks for."""
    if unit == "settlement":
        return place.precision in ("settlement", "exact") or place.kind == "village"
    if unit == "spot":
        return place.kind not in ("settlement", "admin1", "admin2", "country")
    return place.kind == unit


def unit_of(place: Place) -> str | None:
    """Return the first-level subdivision of a place as ``"US-TX"``; None where it is not known by code."""
    if place.kind == "admin1" and place.area:
        return place.area
    if place.country and place.admin1 and len(place.admin1) <= 3:
        return f"{place.country}-{place.admin1}"
    return None


def inside(place: Place, outer: Place) -> bool:
    """Say whether a place may lie in a country, region or district: by code, else by the area's radius."""
    if outer.kind == "country":
        return place.country == outer.country
    if outer.country and place.country and outer.country != place.country:
        return False
    one, other = unit_of(place), unit_of(outer)
    if place.country == "US" and one and other:
        return one == other
    if place.lat is None or outer.lat is None or outer.radius_km is None:
        return False
    return distance_km(place, outer) <= outer.radius_km + 10


def is_spot(place: Place) -> bool:
    """Say whether a place is small enough to be near another."""
    return place.lat is not None and place.kind not in COARSE


def _support(place: Place, near: list[Place]) -> float:
    """Add up how near the other places of the report are; two close ones are as good as ten."""
    total = 0.0
    for other in near:
        if abs(place.lat - other.lat) < 4:
            distance = distance_km(place, other)
            if distance < 4 * _NEAR_KM:
                total += math.exp(-distance / _NEAR_KM)
    return min(2.6, 1.6 * total)


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance between two points in kilometres."""
    return great_circle_km((one.lat, one.lon), (other.lat, other.lon))


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance between two ``(lat, lon)`` in degrees, in km (haversine, mean radius 6371 km)."""
    a, b, c, d = map(math.radians, (*one, *other))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742.0 * math.asin(min(1.0, math.sqrt(h)))

"""Finding toponyms in English text: candidates from the gazetteer, weighed by the words beside them."""

from geo.build import SHORT
from geo.gazetteer import Hit
from geo.names import fold
from geo.tokens import Token
from geo.toponym import Toponym
from geo.toponym_words import (
    CUE_BEFORE,
    DIRECTIONS,
    FEATURES,
    LOCATIVE,
    MONTHS_DAYS,
    NOT_PLACE,
    ORGANISATION,
    SPEECH,
    STREETS,
    TITLES,
    UNITS,
)
from geo.unknown_names import UnknownNames
from geo.walker import MAJOR

_ACCEPT = 0.5  # least score of a toponym; the weights below are ours, set on development texts


class EnglishReader(UnknownNames):
    """One pass over one English text; learns its persons, then weighs every candidate."""

    def find(self) -> list[Toponym]:
        """Return the accepted toponyms of the text, in order."""
        found = self._candidates()
        several = [item for item in found if item.hits and item.last > item.first]
        self.learn_persons({k for item in several for k in range(item.first, item.last + 1)})
        for item in found:
            item.score = self._score(item)
        self._support(found)
        sure = {item.name for item in found if item.score >= 1.5 and item.role != "demonym"}
        kept = []
        for item in found:
            if item.name in sure and item.score > -2:
                item.score += 1.2
            if item.score >= _ACCEPT:
                kept.append(self._modified(item) if item.hits else item)
        kept += self._in_lists(kept)
        return sorted([*kept, *self._repeated(kept)], key=lambda item: item.start)

    def _support(self, found: list[Toponym]) -> None:
        """Favour names that a country or state of the text has a place for."""
        there = self._spoken_of(found)
        for item in found:
            if not item.hits or self._is_major(item):
                continue
            usual = [hit.place for hit in item.hits if hit.rank <= 1]
            if any(f"{place.country}-{place.admin1}" in there for place in usual):
                item.score += 0.7
            elif any(place.country in there and place.country != "US" for place in usual):
                item.score += 0.5

    def _spoken_of(self, found: list[Toponym]) -> set[str | None]:
        """Return the countries and subdivisions that the sure names and the demonyms of the text speak of."""
        there: set[str | None] = set()
        for item in found:
            if item.role == "demonym":
                there.add(self.demonyms[item.surface])
            elif item.hits and item.score >= 1.5:
                place = item.hits[0].place
                there |= {place.area, place.country if place.kind in ("country", "admin1") else None}
        return there - {None}

    def _candidates(self) -> list[Toponym]:
        found: list[Toponym] = []
        i = 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if not token.word or not token.capital:
                line = self._lower_line(i) if token.word else None
                if line is not None:
                    found.append(line)
                i = line.last + 1 if line is not None else i + 1
                continue
            match = self.match(i)
            item = self._extended(i, match) if match or self._street(i) else self._unknown(i)
            if item is None:
                i += 1
                continue
            found.append(item)
            if CUE_BEFORE.search(self.text, max(0, item.start - 60), item.start):
                self._listed = item.end
            i = item.last + 1
        return found

    def _lower_line(self, i: int) -> Toponym | None:
        """Take a line that is often written small: "the military demarcation line", "the line of control"."""
        if self.tokens[i].lower not in ("military", "line", "demilitarized", "demilitarised", "northern", "blue"):
            return None
        for words in (4, 3, 2):
            j = i + words - 1
            if j < len(self.tokens) and self.tokens[j].lower in ("line", "zone", "control"):
                surface = self.text[self.tokens[i].start : self.tokens[j].end]
                hits = tuple(hit for hit in self.gazetteer.hits(fold(surface)) if hit.place.kind == "border_line")
                if hits:
                    return self._make(i, j, "place", hits)
        return None

    def _modified(self, item: Toponym) -> Toponym:
        """Take "southern" into "southern Uzbekistan": a part of a country is meant."""
        i = item.first
        previous = self.before(i)
        if previous is None or previous.capital or previous.lower not in _PARTS or item.hits[0].place.kind != "country":
            return item
        item.start = previous.start
        item.surface = self.text[item.start : item.end]
        return item

    def _street(self, i: int) -> bool:
        j = i
        while j + 1 < len(self.tokens) and j - i < 3 and self.tokens[j + 1].capital and self.gap(j + 1) == " ":
            j += 1
            if self.tokens[j].lower in STREETS:
                return True
        return False

    def _extended(self, i: int, match: tuple[int, tuple[Hit, ...], str] | None) -> Toponym | None:
        """Widen a match by the generic word that belongs to it: "Main Street", "Khatlon province"."""
        j, hits, role = match or (i, (), "place")
        if role == "demonym":
            return self._region(i, j) or self._make(i, j, role)
        k = j
        while k + 1 < len(self.tokens) and k - j < 2 and self.gap(k + 1) == " " and self.tokens[k + 1].capital:
            k += 1
            word = self.tokens[k].lower
            if word in STREETS and word not in ("court", "square", "place", "way", "circle"):
                return self._make(i, k, "street")
        following = self.after(j)
        if following is not None and following.lower in _GENERIC and match:
            return self._unit(i, j, hits, following)
        return self._make(i, j, role, hits) if match else None

    def _region(self, i: int, j: int) -> Toponym | None:
        """Read "Central Asian region" as the region itself."""
        target = self.demonyms[self.text[self.tokens[i].start : self.tokens[j].end]]
        following = self.after(j)
        if (
            len(target) == 2
            or following is None
            or following.lower not in ("region", "regions", "states", "republics", "countries", "nations")
        ):
            return None
        hits = self.gazetteer.hits(fold(target))
        return self._make(i, j + 1, "place", hits) if following.lower.startswith("region") and hits else None

    def _unit(self, i: int, j: int, hits: tuple[Hit, ...], word: Token) -> Toponym:
        """Take the generic word into the surface where custom does, and note which kind is meant."""
        unit = UNITS.get(word.lower)
        whole = self._make(i, j + 1, "place", hits)
        whole.hits = self.gazetteer.hits(whole.name) or hits
        whole.unit = unit
        if word.capital and word.lower not in _TAKEN_CAPITAL and word.lower not in UNITS:
            return self._make(i, j, "place", hits)
        if unit == "settlement" and word.lower not in ("jamoat", "mahalla"):
            return self._make(i, j, "place", hits)
        if unit is None and not word.capital:
            return self._make(i, j, "place", hits)
        return whole

    def _score(self, item: Toponym) -> float:
        """Add up what speaks for a place and what against; the weights are ours, set on development texts."""
        if item.role == "demonym":
            return 1.0
        if item.role == "street":
            item.role = "place"
            return 1.0
        if not item.hits:
            return 1.0
        return self._prior(item) + self._left(item) + self._right(item)

    def _prior(self, item: Toponym) -> float:
        top = item.hits[0].place
        words = item.last - item.first + 1
        token = self.tokens[item.first]
        rank = min(hit.rank % SHORT for hit in item.hits)
        if top.kind in MAJOR:
            score = 2.5
        elif words > 1:
            score = 1.6
        else:
            score = _size(max(hit.place.importance for hit in item.hits if hit.rank <= max(rank, 1)))
        if item.unit:
            score += 2
        if any(hit.rank == 0 and hit.place.source.startswith("data/places") for hit in item.hits):
            score = max(score, 1.2)
        score -= (0.0, 0.6, 1.2)[min(rank, 2)]
        if words == 1:
            score -= self._ordinary(token, major=top.kind in MAJOR)
        elif all(
            self.tokens[k].lower in self.common or not self.tokens[k].word for k in range(item.first, item.last + 1)
        ):
            score -= 0.8
        return score

    def _ordinary(self, token: Token, *, major: bool) -> float:
        """Return how far a single word is likely to be something else: a common word, a given or family name."""
        cost = 0.0
        if token.lower in self.common and not (major and len(token.text) > 4):
            cost += 2.4 if token.opens else 1.4
        if not major:
            if token.lower in self.given:
                cost += 0.8
            elif token.lower in self.surnames:
                cost += 0.5
        if token.lower in self.families:
            cost += 1.0 if major else 2.5
        return cost

    def _left(self, item: Toponym) -> float:
        i = item.first
        if i in self.persons and item.first == item.last:
            return -3.0
        previous = self.before(i)
        if previous is None:
            return self._left_mark(item)
        if previous.capital and not previous.opens:
            return self._left_capital(item, previous)
        small = 1.6 if previous.lower in LOCATIVE else 1.2 if previous.lower in DIRECTIONS else 0.0
        if small or previous.lower == "of":
            return small or 0.8
        return self._left_capital(item, previous) if previous.capital else 0.0

    def _left_capital(self, item: Toponym, previous: Token) -> float:
        """Weigh a capitalised word before the name: a title, "North", a demonym, or part of something else."""
        word = previous.lower
        if word in TITLES:
            return -4.0
        if word in DIRECTIONS or previous.text in self.demonyms:
            return 0.6
        if word in LOCATIVE or self._is_major(item) or (previous.opens and word in self.common):
            return 0.0
        return -1.5

    def _left_mark(self, item: Toponym) -> float:
        """Weigh a mark before the name: "Town, State" and "R-Marshall"."""
        i = item.first
        if i >= 2 and self.tokens[i - 1].text == "," and self.tokens[i - 2].capital and self._is_major(item):
            return 1.0
        if i >= 1 and self.tokens[i - 1].text == "-" and self.gap(i) == "":
            return 1.0 if i >= 2 and self.tokens[i - 2].text in ("R", "D", "DFL", "I") else -1.5
        return 0.0

    def _right(self, item: Toponym) -> float:
        j = item.last
        if self._comma_state(j):
            return 2.5
        following = self.after(j)
        if following is None:
            return self._right_mark(item)
        word = following.lower
        if following.capital:
            return self._right_capital(item, word)
        if word in SPEECH and not self._is_major(item):
            return -1.5
        return 0.0

    def _right_capital(self, item: Toponym, word: str) -> float:
        major = self._is_major(item)
        if word in NOT_PLACE:
            return -3.5 if not major else -3.0
        if word in ORGANISATION:
            item.role = "organisation"
            return 0.4
        if word in FEATURES:
            return -0.5 if not major else -0.3
        if major or word in TITLES or word in MONTHS_DAYS:
            return 0.0
        return -1.5

    def _right_mark(self, item: Toponym) -> float:
        j = item.last
        if (
            j + 2 < len(self.tokens)
            and self.tokens[j + 1].text == "-"
            and self.gap(j + 1) == ""
            and self.gap(j + 2) == ""
        ):
            return 0.0 if not self.tokens[j + 2].capital else -1.5
        return 0.0

    def _is_major(self, item: Toponym) -> bool:
        return item.hits[0].place.kind in MAJOR


def _size(population: float) -> float:
    """Grade a single-word name by the largest place that bears it."""
    for least, grade in ((1_000_000, 1.6), (200_000, 1.2), (50_000, 0.7), (15_000, 0.3), (3_000, -0.1)):
        if population >= least:
            return grade
    return -0.5


_PARTS = frozenset("northern southern eastern western northeastern northwestern southeastern southwestern".split())
_GENERIC = frozenset(UNITS) | FEATURES
_TAKEN_CAPITAL = FEATURES - {"city", "state", "airport", "base", "village"}

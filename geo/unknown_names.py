"""Names that no gazetteer lists, taken for places because the words around them say so."""

import re
from dataclasses import replace

from geo.build import SHORT
from geo.gazetteer import Gazetteer, Hit
from geo.names import fold
from geo.toponym import Toponym
from geo.toponym_words import (
    AT_BEFORE,
    CUE_AFTER,
    CUE_BEFORE,
    DOTTED,
    LISTED_NAME,
    MONTHS_DAYS,
    NAME_LIST,
    NEAR_BEFORE,
    NOT_PLACE,
    UNITS,
    word_list,
)
from geo.walker import Walker


class UnknownNames(Walker):
    """The part of the English reader that accepts names without a candidate; most stay unplaced."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        super().__init__(text, gazetteer)
        self.surnames = word_list("surnames_us")
        self._listed = 0  # where a list of places that a cue opened has come to

    def _make(self, i: int, j: int, role: str, hits: tuple[Hit, ...] = ()) -> Toponym:
        start, end = self.tokens[i].start, self.tokens[j].end
        surface = self.text[start:end]
        if self.text[end : end + 1] == "." and (
            self._abbreviation(surface, hits) or (role == "street" and len(self.tokens[j].text) < 5)
        ):
            end += 1
            surface += "."
        return Toponym(surface, start, end, role, hits, fold(surface), first=i, last=j)

    def _abbreviation(self, surface: str, hits: tuple[Hit, ...]) -> bool:
        """Say whether a full stop belongs to a name such as "Ky." or "Calif."."""
        return bool(hits) and (surface in DOTTED or any(hit.rank == SHORT for hit in hits))

    def _unknown(self, i: int) -> Toponym | None:
        """Take a name the gazetteer lacks when its words say it is a place: "Bahor mahalla", "Elk Creek"."""
        ends = self.spans(i)
        for j in ends:
            if not all(self.tokens[k].capital or self.tokens[k].text == "-" for k in range(i, j + 1)):
                break
            if all(self.tokens[k].lower in self.common or not self.tokens[k].word for k in range(i, j + 1)):
                continue
            word = self.after(j)
            if word is not None and word.lower in _GENERIC_UNKNOWN and self.gap(j + 1) == " ":
                token = self.tokens[i]
                if (
                    (token.opens and token.lower in self.common)
                    or token.lower in _NEVER
                    or (word.lower in _NEEDS_CAPITAL and not word.capital)
                ):
                    return None
                item = self._make(i, j + 1, "place")
                item.unit = UNITS.get(word.lower)
                item.hits = self.gazetteer.hits(item.name)
                item.name = fold(self.text[self.tokens[i].start : self.tokens[j].end])
                return item
        last = next((j for j in reversed(ends) if self._capital_run(i, j)), i)  # "Tort-Kocho in Batken" is two names
        return self._cued(i, last) or self._before_state(i, last)

    def _capital_run(self, i: int, j: int) -> bool:
        return all(self.tokens[k].capital or not self.tokens[k].word for k in range(i, j + 1))

    def _before_state(self, i: int, j: int) -> Toponym | None:
        """Take an unknown name before ", State"."""
        if self._nameable(i, j) and i not in self.persons and self._comma_state(j):
            return self._make(i, j, "place")
        return None

    def _nameable(self, i: int, j: int) -> bool:
        """Say whether a run of words can be a name: capitals only, not led by an ordinary word."""
        first = self.tokens[i]
        plain = all(self.tokens[k].capital or self.tokens[k].text == "-" for k in range(i, j + 1))
        return plain and first.lower not in _NEVER and not (first.opens and first.lower in self.common)

    def _cued(self, i: int, j: int) -> Toponym | None:
        """Take an unknown name that its neighbours call a place: "the Sasoli border post", "posts at X, Y and Z"."""
        start, end = self.tokens[i].start, self.tokens[j].end
        after = CUE_AFTER.match(self.text, end)
        listed = self._listed and _LIST_GAP.fullmatch(self.text, self._listed, start)
        governor = self.tokens[i - 1].lower if i else ""
        before = governor in _CUES and CUE_BEFORE.search(self.text, max(0, start - 60), start)
        ordinary = all(self.tokens[k].lower in self.common for k in range(i, j + 1) if self.tokens[k].word)
        near = governor in _NEAR and self._near_unknown(i, j)
        if not (after or before or listed or near) or ordinary or not self._nameable(i, j):
            return None
        if before or listed:
            self._listed = end
        item = self._make(i, j, "place")
        item.unit = "spot" if after else None
        return item

    def _near_unknown(self, i: int, j: int) -> bool:
        """Say whether "near" stands before a name that no person bears: "near Tort-Kocho"."""
        words = [self.tokens[k].lower for k in range(i, j + 1) if self.tokens[k].word]
        usual = [w in self.given or w in self.surnames or w in self.common or w in NOT_PLACE for w in words]
        known = all(usual) if "-" in self.text[self.tokens[i].start : self.tokens[j].end] else any(usual)
        start = self.tokens[i].start
        at = AT_BEFORE.search(self.text, max(0, start - 12), start) is not None and not self.tokens[i].text.isupper()
        if not known and at and len(words[0]) > 3 and not self._names_something(j):
            return True
        return not known and NEAR_BEFORE.search(self.text, max(0, start - 30), start) is not None

    def _names_something(self, j: int) -> bool:
        """Say whether a capital or "'s" follows: "at Kessler's", "in Hamlet House"."""
        following = self.after(j)
        return self.text[self.tokens[j].end : self.tokens[j].end + 1] in "’'" or (
            following is not None and following.capital
        )

    def _in_lists(self, kept: list[Toponym]) -> list[Toponym]:
        """Return unknown names in a list of places: "Bahorak, Bogh, Shogun, Yol and Takhti Sangin"."""
        starts = {item.start: item for item in kept if item.role == "place"}
        at = {token.start: i for i, token in enumerate(self.tokens)}
        found = []
        for listing in NAME_LIST.finditer(self.text):
            names = [m.start() for m in LISTED_NAME.finditer(self.text, listing.start(), listing.end())]
            if sum(start in starts for start in names) < 2:
                continue
            for start in names:
                i = at.get(start)
                if start not in starts and i is not None and i not in self.persons and self._nameable(i, i):
                    j = self.spans(i)[-1]
                    ordinary = any(self.tokens[k].lower in self.common for k in range(i, j + 1))
                    if not ordinary and self.match(i) is None:
                        found.append(self._make(i, j, "place"))
        return found

    def _repeated(self, kept: list[Toponym]) -> list[Toponym]:
        """Return further mentions of the unknown names that their neighbours called places once."""
        taken = {k for item in kept for k in range(item.first, item.last + 1)}
        names = {
            item.surface: item for item in kept if not item.hits and item.role == "place" and len(item.surface) > 3
        }
        found = []
        for i, token in enumerate(self.tokens if names else ()):
            for j in self.spans(i) if token.capital and i not in taken else ():
                item = names.get(self.text[token.start : self.tokens[j].end])
                if item is not None and taken.isdisjoint(range(i, j + 1)):
                    found.append(replace(item, start=token.start, end=self.tokens[j].end, first=i, last=j))
                    taken.update(range(i, j + 1))
        return found


_CUES = frozenset("of at in near called named".split())  # one stands before a name wherever CUE_BEFORE matches
_NEAR = frozenset("in at near outside to from of".split())  # the same for AT_BEFORE and NEAR_BEFORE
_LIST_GAP = re.compile(r",? and |, (?:and )?")
_GENERIC_UNKNOWN = frozenset(
    "county parish township district province region oblast river creek lake jamoat mahalla rayon raion valley pass "
    "gorge dam island islands governorate prefecture reservoir bay canyon peninsula mountains hills village "
    "beach".split()
)
_NEEDS_CAPITAL = frozenset(
    "river creek lake valley pass gorge dam island islands bay canyon peninsula mountains hills village beach county "
    "parish township".split()
)
_NEVER = (
    frozenset(
        "the a an this that these those every each no some other another its his her their our my your one two three "
        "school police congressional federal military state local national public new old same".split()
    )
    | MONTHS_DAYS
)

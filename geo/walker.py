"""Walking over the words of an English text and matching runs of them with the gazetteer."""

import re

from geo.build import SHORT
from geo.gazetteer import Gazetteer, Hit
from geo.names import fold
from geo.tokens import Token, tokenise
from geo.toponym_words import (
    CONNECTORS,
    DIRECTIONS,
    FEATURES,
    LOCATIVE,
    MONTHS_DAYS,
    NOT_PLACE,
    ORGANISATION,
    STREETS,
    TITLES,
    demonyms,
    word_list,
)

MAJOR = frozenset(("country", "admin1", "world_region", "continent"))
_MAX_WORDS = 6


class Walker:
    """One English text as tokens, with what stands beside each and which runs the gazetteer knows."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self.text = text
        self.gazetteer = gazetteer
        self.tokens = tokenise(text)
        self.demonyms = demonyms("en")
        self.given = word_list("given_names")
        self.common = word_list("common_en")
        self.families: set[str] = set()
        self.persons: set[int] = set()

    def gap(self, i: int) -> str:
        """Return the text between token i-1 and token i."""
        return self.text[self.tokens[i - 1].end : self.tokens[i].start]

    def before(self, i: int) -> Token | None:
        """Return the word right before token i, over a title's full stop; None where something else stands."""
        if i == 0:
            return None
        token = self.tokens[i - 1]
        if token.text == "." and i >= 2 and self.tokens[i - 2].capital and not self.tokens[i].opens:
            return self.tokens[i - 2]
        if token.text == "." and i >= 2 and self.tokens[i - 2].lower in TITLES and self.tokens[i - 2].capital:
            return self.tokens[i - 2]
        return token if token.word and "\n" not in self.gap(i) else None

    def after(self, j: int) -> Token | None:
        """Return the word right after token j; None where something else stands."""
        if j + 1 >= len(self.tokens):
            return None
        token = self.tokens[j + 1]
        return token if token.word and "\n" not in self.gap(j + 1) else None

    def spans(self, i: int) -> list[int]:
        """Return the last tokens of the name-like runs that begin at token i, shortest first."""
        ends, words, j = [i], 1, i
        if len(self.tokens[i].text) == 1 and i + 1 < len(self.tokens) and self.tokens[i + 1].text == "-":
            return ends  # "R-Elbow Lake": a party, then a place
        while words < _MAX_WORDS and j + 1 < len(self.tokens):
            step = self._step(j)
            if step is None:
                break
            j = step
            words += 1
            if self.tokens[j].capital or self.tokens[j].text.isdigit():
                ends.append(j)
        return ends

    def _step(self, j: int) -> int | None:
        """Return the token that may continue a name after token j, or None."""
        token = self.tokens[j + 1]
        if token.text in "-–‑" and j + 2 < len(self.tokens) and self.tokens[j + 2].word:
            tight = self.gap(j + 1) == "" and self.gap(j + 2) == ""
            return j + 2 if tight else None
        if token.text == "." and self.tokens[j].lower in _ABBREVIATED and j + 2 < len(self.tokens):
            return j + 2 if self.tokens[j + 2].capital else None
        if not token.word or len(self.gap(j + 1)) != 1:
            return None
        return j + 1 if token.capital or token.lower in CONNECTORS else None

    def match(self, i: int) -> tuple[int, tuple[Hit, ...], str] | None:
        """Return the longest run from token i that the gazetteer or the demonyms know."""
        bracketed = self._bracketed(i)
        if bracketed is not None:
            return bracketed
        for j in reversed(self.spans(i)):
            surface = self.text[self.tokens[i].start : self.tokens[j].end]
            if surface in self.demonyms:
                return j, (), "demonym"
            key = fold(surface)
            hits = self._meant(i, j, self.gazetteer.hits(key) or self._run_together(i, j, key))
            if hits and self._usable(i, j, hits) and not self._civic(i, j):
                return j, hits, "place"
        return None

    def _meant(self, i: int, j: int, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Leave out short forms ("TX", "Miss.") that do not stand after a place and a comma."""
        if not any(hit.rank == SHORT for hit in hits):
            return hits
        after_place = i >= 2 and self.tokens[i - 1].text in ",(" and self.tokens[i - 2].capital
        dotted = self.text[self.tokens[j].end : self.tokens[j].end + 1] == "."
        if after_place or (dotted and self.tokens[i].text not in _WORDS_TOO):
            return hits
        return tuple(hit for hit in hits if hit.rank != SHORT)

    def _run_together(self, i: int, j: int, key: str) -> tuple[Hit, ...]:
        """Try a name of two words as one: "Qurghon Teppa", "W. Va."; both must be no ordinary words."""
        words = key.split(" ")
        if len(words) != 2 or i == j or any(word in self.common for word in words):
            return ()
        joined = "".join(words)
        return self.gazetteer.hits(joined) if len(joined) >= 9 or self.tokens[j - 1].text == "." else ()

    def _civic(self, i: int, j: int) -> bool:
        """Say whether "City" or "State" belongs to what follows: "Dublin City Council", not a city of that name."""
        if j == i or self.tokens[j].lower not in ("city", "state"):
            return fold(self.text[self.tokens[i].start : self.tokens[j].end]) in _NO_PLACE
        following = self.after(j)
        known = self.gazetteer.hits(fold(self.text[self.tokens[i].start : self.tokens[j - 1].end]))
        return bool(known) and following is not None and following.capital and following.lower in _CIVIC

    def _bracketed(self, i: int) -> tuple[int, tuple[Hit, ...], str] | None:
        """Match a name with its short or second form: "Demilitarized Zone (DMZ)", "Andijan (Kempir-Abad) reservoir"."""
        found = _BRACKETED.match(self.text, self.tokens[i].start)
        if found is None:
            return None
        for end in sorted({found.end(), found.end(1)}, reverse=True):
            hits = self.gazetteer.hits(fold(self.text[self.tokens[i].start : end]))
            if hits:
                j = next(k for k in range(i, len(self.tokens)) if self.tokens[k].end >= end)
                return j, hits, "place"
        return None

    def _usable(self, i: int, j: int, hits: tuple[Hit, ...]) -> bool:
        """Leave out names that cannot be meant: foreign spellings of small places, initials, months."""
        token = self.tokens[i]
        if i == j:
            if token.lower in _NEVER_ALONE or len(token.text) < 2:
                return False
            if self.text[token.end : token.end + 1] == "$":
                return False
            short = any(hit.rank == SHORT for hit in hits)
            if len(token.text) == 2 and not (short or (hits[0].place.kind in MAJOR and token.text.isupper())):
                return False
        if any(hit.place.source.startswith("data/places") for hit in hits):
            return True
        best = min(hit.rank % SHORT for hit in hits)
        return best == 0 or max(hit.place.importance for hit in hits) >= (15_000 if best == 1 else 200_000)

    def _comma_state(self, j: int) -> bool:
        """Say whether ", State" or ", Country" follows token j."""
        tokens = self.tokens
        if j + 2 >= len(tokens) or tokens[j + 1].text != "," or not tokens[j + 2].capital:
            return False
        match = self.match(j + 2)
        if match is None or not match[1] or match[1][0].place.kind not in MAJOR:
            return False
        return tokens[j + 2].lower not in self.families

    def learn_persons(self, covered: set[int]) -> None:
        """Collect family names: what follows a title or a given name and is no place known by several words."""
        for i, token in enumerate(self.tokens[:-1]):
            if not token.capital or i in covered or token.lower in CONNECTORS or token.lower in LOCATIVE:
                continue
            title = token.lower in TITLES
            if not title and (token.lower not in self.given or (token.opens and token.lower in self.common)):
                continue
            self._person_from(i, title=title)

    def _person_from(self, i: int, *, title: bool) -> None:
        k = i + 1
        if self.tokens[k].text == "." and title:
            k += 1
        names = [] if title else [i]
        while k < len(self.tokens) and len(names) < 4:
            token = self.tokens[k]
            if token.capital and token.word and "\n" not in self.gap(k) and not (token.opens and not title):
                names.append(k)
            elif not (token.text == "." and self.tokens[k - 1].capital and len(self.tokens[k - 1].text) == 1):
                break
            k += 1
        names = [n for n in names if self.tokens[n].lower not in TITLES]
        least = 1 if title else 2
        if len(names) < least or any(self.tokens[n].lower in _NOT_IN_PERSON for n in names):
            return
        if not title and len(names) > 3:
            return
        self.persons.update(names)
        last = self.tokens[names[-1]].lower
        if len(last) > 2:
            self.families.add(last)


_WORDS_TOO = frozenset(
    "Miss Man Mass Ill Ind Pa Ore Me Wash Mo Cal La Ma Mich Sask Alta De Id".split()
)  # may be words or names
_NEVER_ALONE = MONTHS_DAYS | TITLES | DIRECTIONS | frozenset("middle new saint christmas easter".split())
_NO_PLACE = frozenset(
    ("white house", "red cross", "santa claus", "supreme court", "united nations", "county road", "main road")
)
_CIVIC = frozenset(
    "council police hall board commission department schools public school attorney manager government university "
    "college patrol".split()
)
_BRACKETED = re.compile(r"([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,2} \([A-Z][\w’' -]{1,30}\))(?: [a-z]{3,12}\b)?")
_ABBREVIATED = frozenset("w st ste ft mt pt mts sts".split())
_NOT_IN_PERSON = (FEATURES | ORGANISATION | NOT_PLACE | STREETS | MONTHS_DAYS) - {
    "forest",
    "lake",
    "bay",
    "church",
    "hill",
    "hills",
    "springs",
    "rice",
    "guard",
    "glen",
    "dale",
    "banks",
    "price",
    "cole",
}

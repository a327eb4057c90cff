"""Finding toponyms in Russian text: case endings undone, units such as «Хатлонской области» taken whole."""

import re
from functools import cache, lru_cache
from itertools import product

from geo.gazetteer import Gazetteer, Hit
from geo.names import fold, nominatives
from geo.tokens import Token, tokenise
from geo.toponym import Toponym
from geo.toponym_words import word_list

# What stands before a place: prepositions of place and nouns that govern a place's name.
_BEFORE = frozenset(
    "в во на из под близ около возле у через до к от над за между вблизи недалеко неподалёку мимо внутри вне "
    "территории территорию территория город города городе городом городами городов село селе села кишлак кишлаке "
    "кишлака посёлок "
    "поселок посёлке поселке деревня деревне аул ауле станция станции перевал перевале перевала река реки реке "
    "столица столице столицы юге севере западе востоке юг север запад восток центре центр окрестностях район гор "
    "долине долина ущелье ущелья ущелий водохранилище аэродром аэродроме".split()
)
_CUE = re.compile(
    r"(?:застав\w*|полигон\w*|пункт\w* пропуска|кпп|погранпост\w*|пост\w*|переход\w*|аэродром\w*|авиабаз\w*|"
    r"баз\w*|погранзастав\w*|комендатур\w*|мост\w*|перевал\w*|урочищ\w*|местност\w*|участк\w*|пропуска)"
    r"[^.!?\n«»\"]{0,40}$",
    re.IGNORECASE,
)
_LIST = re.compile(r"[»\"“”](?:,| и| или| -| –|,? а также)? ?[«\"“„]?$|[»\"][^.!?\n«»]{0,60}[«\"]$")
_UNIT_AFTER = {
    "област": "admin1",
    "провинци": "admin1",
    "кра": "admin1",
    "вилаят": "admin1",
    "вилоят": "admin1",
    "район": "admin2",
    "уезд": "admin2",
    "джамоат": "settlement",
    "республик": "country",
}
_GENERIC = re.compile(
    r"(?P<noun>област|провинци|вилаят|вилоят|район|уезд|джамоат|республик|кра)(?P<end>[а-яё]{0,4})$", re.IGNORECASE
)
_ENDINGS = frozenset("ь и ью ей ям ями ях я ю ий ией ии е ё а у ом ы ов ам ами ах ой ую й ем ''".split()) | {""}
_ADJECTIVE = re.compile(r"(?:ск|цк|н)(?:ой|ая|ую|ом|ого|ий|ому|ие|их|ою)$")
_VILLAGE = re.compile(
    r"(?:сел|кишлак|местечк|деревн|аул|посёлк|поселк|населённ|урочищ|хутор)\w{0,3}|сёл|село|деревень|посёлок|поселок"
    r"|местностях?|местности|полигон(?:е|а|у|ом|ах)?|(?:погран)?застав(?:а|ы|е|у|ой)|ущель(?:е|я|ю|ем)|урочищ(?:е|а)"
    r"|погранпост(?:а|у|е|ом)?"
)
_MAX_WORDS = 4
_SURNAME = re.compile(
    r"(?:ов|ев|ёв|ин|ова|ева|ина|ову|еву|овым|евым|овой|евой|зода|заде|вич|вича|вичем|вна|ский|ского)$"
)


@cache
def _analyser():  # noqa: ANN202
    """Load the Russian dictionary (pymorphy3, OpenCorpora) when Russian text is met."""
    import pymorphy3  # noqa: PLC0415  # 0.3 s and 30 MB that English reports need not pay

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=32768)
def _class(word: str) -> str:
    """Say what a word can be: ``geo``, ``person``, ``word`` (an ordinary one) or ``unknown``."""
    parses = [parse for parse in _analyser().parse(word.lower()) if parse.is_known]
    if not parses:
        return "unknown"
    tags = [str(parse.tag) for parse in parses]
    if any("Geox" in tag for tag in tags):
        return "geo" if "Geox" in tags[0] or not any("Name" in tag or "Surn" in tag for tag in tags) else "person"
    if any(mark in tag for tag in tags[:2] for mark in ("Name", "Surn", "Patr")):
        return "person"
    return "word"


class RussianReader:
    """One pass over one Russian text."""

    def __init__(self, text: str, gazetteer: Gazetteer) -> None:
        self.text = text
        self.gazetteer = gazetteer
        self.tokens = tokenise(text)
        self.given = word_list("given_names")
        self._listed = 0  # where a list of villages has come to

    def find(self) -> list:
        """Return the accepted toponyms of the text, in order."""
        found = []
        i = 0
        while i < len(self.tokens):
            item = self._at(i)
            if item is None:
                i += 1
                continue
            found.append(item)
            i = item.last + 1
        known = {item.name for item in found if item.score >= 1}
        return [item for item in found if item.score >= 1 or item.name in known]

    def _at(self, i: int) -> Toponym | None:
        token = self.tokens[i]
        if not token.word:
            return None
        if not token.capital:
            return self._generic_first(i)
        if self._is_person(i):
            return None
        return self._adjective_unit(i) or self._plain(i)

    # ---- units ------------------------------------------------------------------------------------------------
    def _generic_first(self, i: int) -> Toponym | None:
        """Read «района Шамсиддини Шохин», «провинции Тахор»."""
        match = _GENERIC.match(self.tokens[i].lower)
        if not match or match["end"] not in _ENDINGS or i + 1 >= len(self.tokens):
            return None
        following = self.tokens[i + 1]
        if not following.capital or following.start - self.tokens[i].end != 1:
            return None
        unit = _UNIT_AFTER[match["noun"]]
        ends = self._ends(i + 1)
        for j in reversed(ends):
            hits, form = self._hits(i + 1, j)
            if hits and hits[0].place.kind == "country" and unit != "country":
                return None  # «областей Казахстана»: the country is named, not a region
            if hits:
                return self._make(i, j, hits, unit, form, 2.0)
        if unit == "country":
            return None
        return self._make(
            i, ends[min(1, len(ends) - 1)], (), unit, self._slice(i + 1, ends[min(1, len(ends) - 1)]), 1.0
        )

    def _adjective_unit(self, i: int) -> Toponym | None:
        """Read «Хатлонской области», «Ишкашимского района», and each of «Ошской, Баткенской и Нарынской областях»."""
        j = self._compound(i)
        if not _ADJECTIVE.search(self.tokens[j].lower):
            return None
        k = j + 2 if self._word(j + 1).startswith("автономн") else j + 1
        match = _GENERIC.match(self._word(k))
        if match and match["end"] in _ENDINGS:
            return self._unit_item(i, j, k, match)
        while self._word(k) == "и" or (k < len(self.tokens) and self.tokens[k].text == ","):
            following = k + 1
            if following >= len(self.tokens) or not self.tokens[following].capital:
                return None
            following = self._compound(following)
            if not _ADJECTIVE.search(self.tokens[following].lower):
                return None
            k = following + 1
            match = _GENERIC.match(self._word(k))
            if match and match["end"] in _ENDINGS:
                return self._unit_item(i, j, j, match)
        return None

    def _compound(self, i: int) -> int:
        """Return the last token of a word with hyphens: «Восточно-Казахстанской»."""
        tokens = self.tokens
        while i + 2 < len(tokens) and tokens[i + 1].text in "-‑" and tokens[i + 1].start == tokens[i].end:
            if tokens[i + 2].start != tokens[i + 1].end:
                break
            i += 2
        return i

    def _word(self, k: int) -> str:
        """Return a token in lower case, empty beyond the end or where more than a blank stands before it."""
        if k >= len(self.tokens) or not self.tokens[k].word or self.tokens[k].start - self.tokens[k - 1].end > 1:
            return ""
        return self.tokens[k].lower

    def _unit_item(self, i: int, j: int, last: int, match: re.Match[str]) -> Toponym | None:
        """Make the toponym of tokens i to last, whose adjective ends at token j."""
        base = self._slice(i, j)
        stem = _ADJECTIVE.sub("", base)
        noun, unit = match["noun"], _UNIT_AFTER[match["noun"]]
        feminine = noun in ("област", "провинци", "республик")
        mark = re.search(r"(ск|цк|н)(?:ой|ая|ую|ом|ого|ий|ому|ие|их|ою)$", base)[1]
        full = {"област": "область", "провинци": "провинция", "республик": "Республика", "кра": "край"}.get(noun, noun)
        forms = [
            f"{stem}{mark}ая автономная {full}" if last > j + 1 else "",
            f"{stem}{mark}{'ая' if feminine else 'ий'} {full}",
            f"{stem}{mark}{'ая' if feminine else 'ый'} {full}",
            *(stem + end for end in ("", "а", "ь", "я", "й", "ия")),
            *(re.sub("(ий|ин|н|ов)$", "", stem) + end for end in ("", "а", "ь", "я", "ия", "о")),
            stem + mark,
        ]
        for form in filter(None, forms):
            hits = self.gazetteer.hits(fold(form))
            if hits and (unit != "country" or hits[0].place.kind in ("country", "admin1")):
                return self._make(i, last, hits, unit, form, 2.5)
        if unit == "country":
            return None
        return self._make(i, last, (), unit, stem, 1.2)

    # ---- plain names ------------------------------------------------------------------------------------------
    def _plain(self, i: int) -> Toponym | None:
        whole = self._suffix(i)
        if whole > i:
            hits = self.gazetteer.hits(fold(self._slice(i, whole)))
            hits = hits or self._hits(i, i)[0]
            return self._make(i, whole, hits, "spot", self._slice(i, whole), 2.0)
        for j in reversed(self._ends(i)):
            hits, form = self._hits(i, j)
            if hits and (i < j or len(self.tokens[i].text) > 2 or self._short(i, hits)):
                score = self._score(i, j, hits)
                if score > 0:
                    return self._make(i, j, hits, None, form, score)
        if self._quoted(i) and self._cue(i):
            j = self._close(i)
            if j is not None:
                return self._make(i, j, (), "spot", self._slice(i, j), 1.0)
        return self._village(i)

    def _village(self, i: int) -> Toponym | None:
        """Take an unknown name after «село», «местечка» or in the list that follows: «сёл Дондар Гушчу, Вахидли»."""
        start = self.tokens[i].start
        listed = self._listed and re.fullmatch(r", | и |, и ", self.text[self._listed : start])
        if not listed and not _VILLAGE.fullmatch(self._before(i)):
            return None
        j = next((k for k in reversed(self._ends(i)[:3]) if k == i or not _ADJECTIVE.search(self.tokens[k].lower)), i)
        self._listed = self.tokens[j].end
        return self._make(i, j, (), None, self._slice(i, j), 1.0)

    def _suffix(self, j: int) -> int:
        """Take « - Автодорожный» into the name of a crossing."""
        tokens, k = self.tokens, j
        while k + 2 < len(tokens) and tokens[k + 1].text in "-‑" and tokens[k + 1].start == tokens[k].end:
            k += 2  # «Ак-Жол - Автодорожный»
        if k + 2 < len(tokens) and tokens[k + 1].text in "-–—":
            return k + 2 if tokens[k + 2].lower.startswith(("автодорож", "железнодорож")) else j
        return j

    def _short(self, i: int, hits: tuple[Hit, ...]) -> bool:
        """Say whether a word of two letters is a place: РФ, or a city after a word that asks for one («город Ош»)."""
        return self.tokens[i].text == "РФ" or (hits[0].place.importance >= 100_000 and self._before(i) in _BEFORE)

    def _score(self, i: int, j: int, hits: tuple[Hit, ...]) -> float:
        token, top = self.tokens[i], hits[0].place
        major = top.kind in ("country", "admin1", "world_region", "continent", "sea", "range", "river")
        quoted = self._quoted(i)
        if quoted and not major:
            if top.source.startswith("data/places") and self._close(i) in (j, self._suffix(j)):
                return 1.5
            return 1.5 if self._cue(i) or (self._before(i) in _BEFORE and self._close(i) == j) else 0.4
        score = 1.5 if major or j > i else 0.0
        if hits[0].rank == 0 and top.source.startswith("data/places"):
            score += 1.0
        kind = _class(token.text) if i == j else "unknown"
        score += {"geo": 1.5, "unknown": 0.2, "person": -1.5, "word": -1.2 if not token.opens else -2.5}[kind]
        if i == j and kind != "geo" and _SURNAME.search(token.lower) and not major:
            score -= 1.0
        if self._before(i) in _BEFORE:
            score += 1.2
        if top.importance >= 100_000:
            score += 0.6
        return score

    def _hits(self, i: int, j: int) -> tuple[tuple[Hit, ...], str]:
        """Return the places known under a run of words in any case, and the nominative that found them."""
        words = [self.tokens[k].text for k in range(i, j + 1) if self.tokens[k].word]
        surface = self._slice(i, j)
        hits = self.gazetteer.hits(fold(surface))
        if hits:
            return hits, surface
        options = [nominatives(word)[:12] for word in words]
        if len(words) > 2:
            options = [(word,) for word in words[:-1]] + [options[-1]]
        best: tuple[float, tuple[Hit, ...], str] = (-1.0, (), surface)
        for forms in product(*options):
            found = self.gazetteer.hits(fold(" ".join(forms)))
            if found:
                weight = found[0].place.importance - 1e7 * min(hit.rank for hit in found)
                if weight > best[0] or not best[1]:
                    best = (weight, found, " ".join(forms))
        return best[1], best[2]

    # ---- neighbours -------------------------------------------------------------------------------------------
    def _slice(self, i: int, j: int) -> str:
        return self.text[self.tokens[i].start : self.tokens[j].end]

    def _ends(self, i: int) -> list[int]:
        """Return the last tokens of the capitalised runs that begin at token i, shortest first."""
        ends, j = [i], i
        while len(ends) < _MAX_WORDS and j + 1 < len(self.tokens):
            token = self.tokens[j + 1]
            if token.text in "-‑–" and j + 2 < len(self.tokens) and token.start == self.tokens[j].end:
                following = self.tokens[j + 2]
                if not following.word or following.start != token.end:
                    break
                j += 2
            elif token.capital and token.start - self.tokens[j].end == 1:
                j += 1
            else:
                break
            ends.append(j)
        return ends

    def _before(self, i: int) -> str:
        k = i - 1
        while k >= 0 and self.tokens[k].text in '«"„“':
            k -= 1
        return self.tokens[k].lower if k >= 0 and self.tokens[k].word else ""

    def _quoted(self, i: int) -> bool:
        return i > 0 and self.tokens[i - 1].text in '«"„“'

    def _close(self, i: int) -> int | None:
        """Return the last word before the closing quotation mark."""
        for k in range(i, min(i + 6, len(self.tokens))):
            if self.tokens[k].text in '»"“”':
                return k - 1
            if self.tokens[k].text.isdigit():
                return None
        return None

    def _cue(self, i: int) -> bool:
        start = self.tokens[i].start
        left = self.text[max(0, start - 120) : start]
        return bool(_CUE.search(left.rstrip('«"„“ '))) or (
            bool(_LIST.search(left)) and bool(_CUE.search(left.split("«")[0]))
        )

    def _is_person(self, i: int) -> bool:
        """Say whether a given name with a family name begins here, or a patronymic follows."""
        token = self.tokens[i]
        following: Token | None = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if following is None or not following.capital or following.start - token.end != 1:
            previous = self.tokens[i - 1] if i else None
            return bool(
                previous and previous.capital and _class(previous.text) == "person" and _SURNAME.search(token.lower)
            )
        if token.lower in self.given or _class(token.text) == "person":
            return not self._hits(i, i + 1)[0]
        return False

    def _make(self, i: int, j: int, hits: tuple[Hit, ...], unit: str | None, name: str, score: float) -> Toponym:
        start, end = self.tokens[i].start, self.tokens[j].end
        return Toponym(self.text[start:end], start, end, "place", hits, fold(name), unit, score=score, first=i, last=j)

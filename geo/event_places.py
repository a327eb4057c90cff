"""Choosing where an event was: which toponyms of its sentences name its place, and which only go past."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from geo import place_words as words
from geo.context import great_circle_km
from geo.cues import CASUALTY, Cue, Reading
from geo.records import Mention, Phrase, Place
from geo.tellings import Strand

_SAME_AS_DAY = 0.9  # for a place in the sentence that gives the day
_LEADS_IN = 0.9  # for a place that the report names before it says in plain words what happened there
_NEIGHBOURS_KM = 5.0  # one incident spreads over neighbouring villages
_SPOT_RANK = 3.3  # a district and what is smaller
_FLOOR = 0.9  # a weaker candidate is no place of the event
_EXCLUDED = -1.5  # "from X", "embassy in X": named, but not as the place
_COARSE = 1.5  # a country alone lets the main event look further
_SAME_RANK = 0.9  # places of one list are of about one kind
_REACH = 7  # words looked back over for what governs a toponym
_UNPLACED_KM = 25.0  # an unknown village shown as its district is no pin: a wider circle says so
_HOLDER_CHARS = 400  # how far from an unknown name the region it lies in may be named


@dataclass(frozen=True, slots=True)
class Spot:
    """A toponym weighed as the place of an event; `syntax` is what the words before it say."""

    mention: Mention
    score: float = 0.0
    rank: float = 0.0
    syntax: float = 0.0

    @property
    def place(self) -> Place | None:
        """Return its place, or None where it was refused."""
        return self.mention.place


def is_elsewhere(one: Spot, other: Spot) -> bool:
    """Say whether two small places are certainly not one in the other: too far apart, or two unknown villages."""
    here, there = one.place, other.place
    if here is None and there is None:
        return one.mention.surface != other.mention.surface
    if here is None or there is None or here.lat is None or there.lat is None:
        return False
    reach = (here.radius_km or 0.0) + (there.radius_km or 0.0) + _NEIGHBOURS_KM
    return great_circle_km((here.lat, here.lon), (there.lat, there.lon)) > reach


class Places:
    """The toponyms of a report that may be places of events, by sentence; made once per report."""

    def __init__(self, reading: Reading, mentions: Iterable[Mention], actors: Iterable[Phrase] = ()) -> None:
        self.reading = reading
        owned = {at for p in actors if p.role in ("force", "body") for at in range(p.start, p.end)}
        # "Tajik border" in "Tajik border guards" and "Tajikistan" in "the army of Tajikistan" tell who, not where
        self.mentions = [m for m in mentions if m.role == "place" and not (m.start in owned and m.end - 1 in owned)]
        self.counts = Counter(_key(m) for m in self.mentions)
        self._spots: dict[int, tuple[Spot, ...]] = {}
        self.by_sentence: dict[int, list[Mention]] = {}
        for mention in self.mentions:
            self.by_sentence.setdefault(reading.sentence_at(mention.start), []).append(mention)

    def near(self, strand: Strand, *, lead: bool) -> list[Mention]:
        """Return the toponyms of a strand's sentences and of the one before; for the main event, all."""
        if lead:
            return self.mentions
        numbers = sorted({min(strand.sentences) - 1, *strand.sentences, *strand.follow})
        return [m for n in numbers for m in self.by_sentence.get(n, [])]

    def spots_at(self, number: int) -> tuple[Spot, ...]:
        """Return the small places that a sentence says something happened at."""
        found = self._spots.get(number)
        if found is None:
            spots: dict[str, Spot] = {}
            for mention in self.by_sentence.get(number, ()):
                if rank_of(mention) >= _SPOT_RANK and _syntax(self.reading, "border_incident", mention) >= 1:
                    spots.setdefault(_key(mention), Spot(mention))
            found = self._spots[number] = tuple(spots.values())
        return found

    def holder_of(self, spot: Spot) -> Mention | None:
        """Return the region or district an unplaced spot is said to lie in: the nearest, best right after it."""
        around = [
            m
            for m in self.mentions
            if m.place is not None
            and m.place.lat is not None
            and m.place.precision in ("district", "region")
            and abs(m.start - spot.mention.start) < _HOLDER_CHARS
        ]
        return min(
            around,
            key=lambda m: (not 0 <= m.start - spot.mention.end < 60, abs(m.start - spot.mention.start)),
            default=None,
        )


def choose_spots(
    places: Places, strand: Strand, kind: str, *, lead: bool, taken: set[int], dated: set[int]
) -> list[Spot]:
    """
    Return where an event was, in the order of the text: the best place, and others of its kind listed beside it.

    Parameters
    ----------
    lead
        The report's main event may take its place from any sentence; the others only from their own, or from the one
        before.
    taken
        Sentences that tell other events of the same kind, and so places of their own.
    dated
        Sentences that give the event its days; what they name is near.

    Returns
    -------
    spots
        Empty when the report names no place for it.
    """
    own: list[Spot] = []
    far: list[Spot] = []
    cues = _by_sentence(strand)
    states: list[Spot] = []  # who acts, for want of a place: a country's area claims no spot
    for mention in places.near(strand, lead=lead):
        near, mine = _nearness(places.reading, cues, strand, mention)
        number = places.reading.sentence_at(mention.start)
        if lead and number < strand.sentences[0] and number not in taken:
            near, mine = max(near, _LEADS_IN), True
        if mine and places.reading.sentence_at(mention.start) in dated:
            near += _SAME_AS_DAY
        spot = _weigh(places, kind, mention, near)
        if spot.score > _FLOOR and spot.syntax > _EXCLUDED:
            (own if mine else far).append(spot)
        elif mine and spot.place is not None and spot.place.precision == "country":
            states.append(spot)
    coarse = all(s.rank < _COARSE for s in own) and kind not in ("agreement", "visit")
    beside = [s for s in far if lead or _is_just_before(places.reading, strand, s, taken)]
    spots = [*own, *beside] if coarse else own or beside
    if not spots:
        return (_border_of(places, kind) or states[:1]) if lead else []
    best = max(spots, key=lambda s: (s.score, -s.mention.start))
    return _once(sorted([best, *_beside(places.reading, best, spots)], key=lambda s: s.mention.start))


def _border_of(places: Places, kind: str) -> list[Spot]:
    """Return the border a report speaks of, for an incident that it puts nowhere."""
    if kind not in ("border_incident", "patrol", "seizure", "border_closure"):
        return []
    lines = [m for m in places.mentions if m.place is not None and m.place.kind in ("border", "border_line")]
    return [Spot(lines[0])] if len({_key(m) for m in lines}) == 1 else []


def _is_just_before(reading: Reading, strand: Strand, spot: Spot, taken: set[int]) -> bool:
    """Say whether a place stands in the sentence before a strand's first, in the same paragraph."""
    at, first = reading.sentences[reading.sentence_at(spot.mention.start)], reading.sentences[min(strand.sentences)]
    return at.number == first.number - 1 and at.paragraph == first.paragraph and at.number not in taken


def _key(mention: Mention) -> str:
    return mention.place.name if mention.place is not None else mention.surface


# ---- weighing one toponym --------------------------------------------------------------------------------------
def _weigh(places: Places, kind: str, mention: Mention, near: float) -> Spot:
    rank, syntax = rank_of(mention), _syntax(places.reading, kind, mention)
    often = min(0.6, 0.2 * (places.counts[_key(mention)] - 1))
    return Spot(mention, 0.8 * rank + near + often + syntax + _affinity(kind, mention), rank, syntax)


def _by_sentence(strand: Strand) -> dict[int, tuple[int, list[Cue]]]:
    """Return for each sentence with cues its place among a strand's, and the cues."""
    found: dict[int, tuple[int, list[Cue]]] = {n: (i, []) for i, n in enumerate(strand.sentences)}
    for cue in strand.cues:
        if cue.sentence in found:
            found[cue.sentence][1].append(cue)
    return found


def _nearness(
    reading: Reading, cues: dict[int, tuple[int, list[Cue]]], strand: Strand, mention: Mention
) -> tuple[float, bool]:
    """Return the weight for a strand of the sentence a toponym stands in, and whether the sentence is the strand's."""
    number = reading.sentence_at(mention.start)
    if number in cues:
        order, beside = cues[number]
        span = (mention.start, mention.end)
        away = min((reading.clauses.distance((c.start, c.end), span) for c in beside), default=100.0)
        counted = bool(beside) and all(CASUALTY.match(c.text.lower()) for c in beside)  # the hurt lie elsewhere
        return ((-0.4 if order > 1 else 0.4) if counted and order else 1.6) - 0.5 * min(order, 3) - min(
            1.5, away / 150
        ), True
    if number in strand.follow:
        return 0.9, True
    return -1.2, False


def rank_of(mention: Mention) -> float:
    """Return how precisely a mention says where something was."""
    place = mention.place
    if place is None:
        return 4.0 if words.SMALL_PLACE.search(mention.surface.lower()) else 3.0
    return words.RANK.get(place.kind, words.RANK_BY_PRECISION[place.precision])


def _affinity(kind: str, mention: Mention) -> float:
    """Return how well a kind of place goes with a kind of event: exercises and ranges, closures and crossings."""
    place = mention.place.kind if mention.place is not None else ""
    if kind == "exercise":
        return 1.5 if place == "training_ground" else 0.0
    if kind in ("border_closure", "other"):
        return 1.2 if place in ("crossing", "bridge") else 0.0
    if kind in ("border_incident", "patrol", "seizure") and place in ("border", "border_line", "line", "border_post"):
        return 0.5
    if kind in ("visit", "agreement") and place in ("crossing", "training_ground", "border_post", "reservoir", "river"):
        return -3.0
    return 0.0


def _syntax(reading: Reading, kind: str, mention: Mention) -> float:
    """Return what the words around a toponym say: "in" and "at" for it, "from" and "embassy in" against."""
    sentence = reading.sentences[reading.sentence_at(mention.start)]
    before = reading.folded[max(sentence.start, mention.start - 90) : mention.start]
    country = mention.place is not None and mention.place.precision == "country"
    passing = _passing(reading, kind, mention, before)
    if passing is not None:
        return passing
    score = _governed(before, kind, country=country)
    if kind == "agreement" and not country and score < 1:
        return -3.0  # what an agreement is about is not where it was made
    if country and reading.folded.startswith(("'s", "'"), mention.end):
        return 0.2 if kind == "agreement" else -1.5
    return score


def _passing(reading: Reading, kind: str, mention: Mention, before: str) -> float | None:
    """Weigh a toponym that is only named in passing: "save X", "embassy in X", "20 km from X", "X said"."""
    if words.BUT.search(before):
        return -20.0
    if words.ASIDE.search(before[-70:]) and kind != "deployment":
        return -1.0 if words.PEOPLE.search(before) else -6.0
    if words.KM_FROM.search(before) or (kind not in ("deployment", "aid", "visit") and words.ROUTE.search(before)):
        return -2.0
    if kind != "visit" and _speaks(reading, kind, mention, before):
        return -5.0
    return None


def _speaks(reading: Reading, kind: str, mention: Mention, before: str) -> bool:
    """Say whether a toponym tells who speaks, or where: "according to X", "X said", "In X the minister said"."""
    if words.ACCORDING.search(before) or words.SPEAKS.match(reading.folded, mention.end):
        return True
    if kind == "agreement" or not words.SPOKE_THERE.match(before):
        return False
    end = reading.sentences[reading.sentence_at(mention.start)].end
    return words.SPEECH_AFTER.match(reading.folded[mention.end : min(end, mention.end + 120)]) is not None


def _governed(before: str, kind: str, *, country: bool) -> float:
    """Weigh what governs a toponym: the nearest preposition or noun on its left, over words of its own phrase."""
    left = words.WORD.findall(words.NEXT_TO.sub("near", before))[-_REACH:]
    for passed, word in enumerate(reversed(left)):
        if word in words.STOPS or (word == "," and country and passed == 0):
            break
        if word in words.IN or word in words.TOWARDS or word in words.AWAY:
            return _prepositional(word, kind, country=country)
        if word == "of":
            noun = left[-passed - 2] if passed + 2 <= len(left) else ""
            return _owned(noun, kind, country=country)
        if _owns(word, first=passed == 0):
            owner = left[-passed - 2] if passed + 2 <= len(left) else ""
            acting = words.ACTOR_NOUN.fullmatch(owner) is not None  # «пограничникам заставы X»
            return _owned(owner if acting else word, kind, country=country)
    return -2.5 if country else -0.1


def _prepositional(word: str, kind: str, *, country: bool) -> float:
    if word in words.IN:
        return -3.0 if kind == "agreement" and word in words.ABOUT else 1.3
    if word in words.TOWARDS:
        return 0.9 if kind in ("visit", "deployment", "aid") else 0.1
    if word in words.SOURCES and kind != "aid":
        return -2.0
    return -2.5 if country and kind == "agreement" else -0.9


def _owns(word: str, *, first: bool) -> bool:
    """Say whether a Russian noun governs the toponym by its genitive: «войска X», «в районе X»."""
    russian = "а" <= word[0] <= "я"
    return russian and bool(words.ACTOR_NOUN.fullmatch(word) or (first and words.PLACE_NOUN.fullmatch(word)))


def _owned(noun: str, kind: str, *, country: bool) -> float:
    """Weigh "… of X" by what is of X: a district is a place, a ministry acts."""
    if words.PLACE_NOUN.fullmatch(noun):
        return 1.0
    if words.ACTOR_NOUN.fullmatch(noun):
        return 0.4 if kind == "agreement" and country else -1.8
    return -0.6 if country else -0.2


# ---- several places --------------------------------------------------------------------------------------------
def _beside(reading: Reading, best: Spot, spots: list[Spot]) -> list[Spot]:
    """Return the places listed with the best one in a run, and all sites of its kind in its sentence; some twice."""
    number = reading.sentence_at(best.mention.start)
    same = sorted((s for s in spots if reading.sentence_at(s.mention.start) == number), key=lambda s: s.mention.start)
    kind = best.place.kind if best.place is not None else ""
    found = [s for s in same if kind in words.SITES and s.place is not None and s.place.kind == kind and s is not best]
    for step in (-1, 1):
        i = same.index(best) + step
        while 0 <= i < len(same) and _listed(reading, same[min(i, i - step)], same[max(i, i - step)], best):
            found.append(same[i])
            i += step
    return found


def _listed(reading: Reading, left: Spot, right: Spot, best: Spot) -> bool:
    """Say whether two neighbours stand in one list: about as precise, and nothing but a list's words between."""
    apart = max(abs(left.rank - best.rank), abs(right.rank - best.rank)) > _SAME_RANK
    if apart or left.mention.end > right.mention.start:
        return False
    between = reading.folded[left.mention.end : right.mention.start]
    return words.JOINED.search(between) is not None and words.LIST_GAP.fullmatch(between) is not None


def _once(spots: list[Spot]) -> list[Spot]:
    """Keep the first of several mentions of one place."""
    seen: dict[str, Spot] = {}
    for spot in spots:
        seen.setdefault(_key(spot.mention), spot)
    return list(seen.values())


def widened_km(place: Place) -> float:
    """Return the radius for an unknown spot inside a place: never as small as a pin."""
    return max(place.radius_km or 0.0, _UNPLACED_KM)

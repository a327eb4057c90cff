"""Choosing where an event was: which toponyms of its sentences name its place, and which only go past."""

import re
from collections import Counter
from dataclasses import dataclass

from geo.cues import Reading
from geo.records import Mention, Place
from geo.strands import Strand

# How precisely a place of this kind says where an event was; the scale is ours, set on development reports.
_RANK = {
    "training_ground": 5.4, "base": 4.8, "border_post": 5.0, "detachment": 4.4, "crossing": 5.2, "bridge": 5.0, "pass": 4.6,
    "airfield": 4.6, "exclave": 3.8, "village": 4.5, "settlement": 4.2, "canal": 4.2, "reservoir": 3.6, "lake": 3.2,
    "river": 2.6, "mountain": 3.6, "area": 3.4, "district": 3.6, "admin2": 3.6, "admin3": 4.0, "region": 2.7, "admin1": 2.7,
    "range": 2.6, "border": 2.1, "border_line": 2.1, "line": 2.1, "sea": 1.6, "country": 0.9, "world_region": -1.5, "continent": -2.0,
}  # fmt: skip
_RANK_BY_PRECISION = {
    "exact": 4.6,
    "settlement": 4.2,
    "district": 3.6,
    "region": 2.7,
    "line": 2.1,
    "country": 0.9,
    "unknown": 3.4,
}
_SITES = frozenset(("training_ground", "crossing", "border_post", "base", "bridge", "airfield", "detachment"))
_FLOOR = 0.9  # a weaker candidate is no place of the event
_EXCLUDED = -1.5  # "from X", "embassy in X": named, but not as the place
_COARSE = 1.5  # a country alone lets the main event look further
_UNPLACED_KM = 25.0  # an unknown village shown as its district is no pin: a wider circle says so

_IN = re.compile(
    r"in|at|on|near|inside|outside|around|within|off|along|across|above|by|where|over|beside|under|в|во|на|около|возле|близ|вблизи|под|у|вдоль|неподалеку|недалеко|через"
)
_TOWARDS = re.compile(r"to|into|toward|towards|for|onto|к|ко|за")
_AWAY = re.compile(r"from|with|against|via|since|из|с|со|от|до|между|between|about|о|об|про|против|by way of|без")
_SOURCES = frozenset("from из с со от".split())
_WORD = re.compile(r"[\w'-]*\w|[,.;:()]")
_REACH = 7  # words looked back over
_STOPS = frozenset(".;:()")
_OF_PLACE = re.compile(
    r"(?:district|province|region|area|village|town|city|settlement|community|jamoat|mahalla|territory|sector|section|stretch|part|north|south|east|west|"
    r"mountain|mountains|outskirts|suburb|hills|border|frontier|post|outpost|ground|grounds|range|field|base|garrison|banks?|side|corner|waters|"
    r"northeast|northwest|southeast|southwest|centre|center|vicinity|crossing|checkpoint|gate|port|desert|valley|highlands?|oblast|place|edge|"
    r"район\w*|област\w*|провинци\w*|сел[аоеу]|село\w*|поселк\w*|город\w*|кишлак\w*|джамоат\w*|участк\w*|территори\w*|част[ьию]|север\w*|юг\w*|восток\w*|запад\w*|"
    r"полигон\w*|застав\w*|пост\w*|отряд\w*|кпп|пункт\w*|пропуска|переход\w*|окрестност\w*|пригород\w*|зон[аеы]|границ\w*|рубеж\w*|долин\w*|ущель\w*|перевал\w*|"
    r"уезд\w*|берег\w*|аэродром\w*|гарнизон\w*|баз[аеы]|мост\w*|сторон[аеы]|столиц\w*|направлени\w*)$"
)
_OF_ACTOR = re.compile(
    r"(?:ministry|minister|ministers|government|president|presidents|parliament|forces|force|troops|army|armies|guards?|service|services|police|citizens?|authorities|leader|leaders|leaderships?|"
    r"embassy|chief|head|heads|officials?|agency|committee|council|members?|soldiers|servicemen|residents?|people|nationals?|defence|defense|affairs|staff|representatives?|spokes\w+|foreign|prime|consul\w*|"
    r"delegations?|state|states|borders?|units|part|participation|support|help|invitation|request|use|"
    r"министерств\w*|минобороны|министр\w*|правительств\w*|президент\w*|парламент\w*|войск\w*|сил\w*|арми\w*|служб\w*|полици\w*|милици\w*|гражда\w*|власт\w*|лидер\w*|посольств\w*|посол\w*|посла|"
    r"гкнб|кнб|мид|мвд|мчс|комитет\w*|агентств\w*|военнослужащ\w*|военны\w*|солдат\w*|жител\w*|делегаци\w*|глав\w*|представител\w*|госграниц\w*|пограничник\w*|погранвойск\w*|контингент\w*|служба|обороны|дел|безопасности|"
    r"подразделени\w*|участи\w*|помощи|системы|республики|сторон[аыуе]|штаб\w*|вс)$"
)
_ASIDE = re.compile(
    r"(?<!\w)(?:(?:embass\w+|consulate\w*|hospital\w*|clinic\w*|headquarter\w*|based|reporters?|correspondents?|journalists?|newspapers?|broadcasters?|spokes\w+|"
    r"press conference|news conference|briefing|born|native|natives|home of|home to|lives|its seat|capital|посольств\w*|больниц\w*|госпитал\w*|корреспондент\w*|журналист\w*|"
    r"урожен\w*|родом|штаб-квартир\w*|брифинг\w*|пресс-конференци\w*)\s+(?:(?!that |said |says |when |where |что |где |как )[\w'\"-]+\s+){0,5}"
    r"|(?:brought|taken|flown|rushed|evacuated|airlifted|доставлен\w*|эвакуирован\w*|госпитализирован\w*)\s+(?:[\w'-]+\s+){0,3}(?:to|в)\s+(?:the\s+)?"
    r"|(?:residents?|citizens?|nationals?|villagers|people|workers|officials?|farmers|жител\w*|гражда\w*|проживающ\w*|чиновник\w*)\s+(?:of|from|in|из|в)?\s*(?:the\s+)?)\"?$"
)
_PEOPLE = re.compile(r"(?:resident|villager|people|farmer|жител|проживающ)\w*\s+(?:of|from|in|из|в)?\s*(?:the\s+)?\"?$")
_BUT = re.compile(
    r"(?<!\w)(?:(?:except|save|other than|apart from|rather than|instead of|bar|кроме|за исключением|помимо)\s+(?:for\s+)?(?:the\s+)?(?:\w+\s+)?|"
    r"(?:not|не)\s+(?:in\s+|at\s+|в\s+|на\s+)?)\"?$"
)
_NEXT_TO = re.compile(
    r"(?<!\w)(?:close|next|adjacent|near) to(?!\w)|(?<!\w)(?:north|south|east|west|northeast|northwest|southeast|southwest|kilometers|kilometres|km) of(?!\w)"
)
_SPEAKS = re.compile(
    r"\W{0,3}(?:said|says|reports?|reported|announced|announces|stated|confirmed|told|wrote|writes|сообщил\w*|сообщают|заявил\w*|заявляют|"
    r"опроверг\w*|подтвердил\w*|рассказал\w*|отметил\w*|называют|назвали|считают|объявил\w*)(?!\w)"
)
_KM_FROM = re.compile(
    r"(?:\d|kilomet\w+|km|miles|км|километр\w*)\s+(?:\w+\s+){0,2}(?:from|to|of|от|до)\s+(?:the\s+|город\w*\s+)?\"?$"
)
_LIST_GAP = re.compile(
    r"[\s,;\"'()/-]*(?:(?:and|or|и|а|или|&|as well as|а также|also|еще|the|in|at|on|в|на|near|both|districts?|villages?|crossings?|checkpoints?|posts?|ranges?|training|fields?|grounds?|"
    r"район\w*|сел\w*|кпп|полигон\w*|стоящ\w*|напротив|that|of|он)(?=\W|$)[\s,;\"'()/-]*){0,5}"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A toponym weighed as the place of an event."""

    mention: Mention
    score: float = 0.0
    rank: float = 0.0
    syntax: float = 0.0

    @property
    def place(self) -> Place | None:
        """Return its place, or None where it was refused."""
        return self.mention.place


def choose_spots(
    reading: Reading, strand: Strand, kind: str, mentions: list[Mention], *, lead: bool, taken: set[int]
) -> list[Spot]:
    """
    Return where an event was: the best place first, then others of its kind listed beside it.

    Parameters
    ----------
    lead
        The report's main event may take its place from any sentence; the others only from their own, or from the one
        before.
    taken
        Sentences that tell other events of the same kind, and so places of their own.

    Returns
    -------
    spots
        Empty when the report names no place for it.
    """
    counts = Counter(_key(m) for m in mentions)
    own: list[Spot] = []
    far: list[Spot] = []
    states: list[Spot] = []  # who acts, for want of a place: a country's area claims no spot
    for mention in mentions:
        if mention.role == "place":
            near, mine = _nearness(reading, strand, mention)
            spot = _weigh(reading, kind, mention, near, counts[_key(mention)])
            if spot.score > _FLOOR and spot.syntax > _EXCLUDED:
                (own if mine else far).append(spot)
            elif mine and mention.place is not None and mention.place.precision == "country":
                states.append(spot)
    coarse = all(s.rank < _COARSE for s in own) and kind not in ("agreement", "visit")
    beside = [s for s in far if lead or _is_just_before(reading, strand, s, taken)]
    spots = [*own, *beside] if coarse else own or beside
    if not spots:
        return states[:1] if lead else []
    best = max(spots, key=lambda s: (s.score, -s.mention.start))
    return _once(sorted([best, *_beside(reading, best, spots)], key=lambda s: s.mention.start))


def _is_just_before(reading: Reading, strand: Strand, spot: Spot, taken: set[int]) -> bool:
    """Say whether a place stands in the sentence before a strand's first, in the same paragraph."""
    at, first = reading.sentences[reading.sentence_at(spot.mention.start)], reading.sentences[min(strand.sentences)]
    return at.number == first.number - 1 and at.paragraph == first.paragraph and at.number not in taken


def _key(mention: Mention) -> str:
    return mention.place.name if mention.place is not None else mention.surface


def _nearness(reading: Reading, strand: Strand, mention: Mention) -> tuple[float, bool]:
    """Return the weight for a strand of the sentence a toponym stands in, and whether the sentence is the strand's."""
    number = reading.sentence_at(mention.start)
    if number in strand.sentences:
        order = strand.sentences.index(number)
        cue = min(
            (
                reading.clauses.distance((c.start, c.end), (mention.start, mention.end))
                for c in strand.cues
                if c.sentence == number
            ),
            default=100.0,
        )
        return 1.6 - 0.5 * min(order, 3) - min(1.5, cue / 150), True
    if number in strand.follow:
        return 0.9, True
    return -1.2, False


def _weigh(reading: Reading, kind: str, mention: Mention, near: float, count: int) -> Spot:
    rank, syntax = rank_of(mention), _syntax(reading, kind, mention)
    score = 0.8 * rank + near + min(0.6, 0.2 * (count - 1)) + syntax + _affinity(kind, mention)
    return Spot(mention, score, rank, syntax)


def rank_of(mention: Mention) -> float:
    """Return how precisely a mention says where something was."""
    place = mention.place
    if place is None:
        return (
            4.0 if re.search(r"mahalla|village|jamoat|махалл|сел[оае]|кишлак|джамоат", mention.surface.lower()) else 3.0
        )
    return _RANK.get(place.kind, _RANK_BY_PRECISION[place.precision])


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
    """Return what the words before a toponym say: "in" and "at" for it, "from" and "embassy in" against."""
    sentence = reading.sentences[reading.sentence_at(mention.start)]
    before = reading.folded[max(sentence.start, mention.start - 90) : mention.start]
    after = reading.folded[mention.end : mention.end + 20]
    if _BUT.search(before):
        return -20.0
    if _ASIDE.search(before[-70:]) and kind != "deployment":
        return -1.0 if _PEOPLE.search(before) else -6.0
    if _KM_FROM.search(before):
        return -2.0
    if _SPEAKS.match(reading.folded, mention.end) and kind != "visit":
        return -5.0
    country = mention.place is not None and mention.place.precision == "country"
    score = _preposition(before, kind, country=country)
    if kind == "agreement" and not country and score < 1:
        return -3.0  # what an agreement is about is not where it was made
    if country and after.startswith(("'s", "'")):
        return 0.2 if kind == "agreement" else -1.5
    return score


def _preposition(before: str, kind: str, *, country: bool) -> float:
    """Weigh what governs a toponym: the nearest preposition or noun on its left, over words of its own phrase."""
    words = _WORD.findall(_NEXT_TO.sub("near", before))[-_REACH:]
    for passed, word in enumerate(reversed(words)):
        if word in _STOPS or (word == "," and country and passed == 0):
            break
        if _IN.fullmatch(word):
            return 1.3
        if _TOWARDS.fullmatch(word):
            return 0.9 if kind in ("visit", "deployment", "aid") else 0.1
        if _AWAY.fullmatch(word):
            if word in _SOURCES and kind != "aid":
                return -2.0
            return -2.5 if country and kind == "agreement" else -0.9
        if word == "of":
            noun = words[-passed - 2] if passed + 2 <= len(words) else ""
            return _owned(noun, kind, country=country)
        if _is_cyrillic(word) and (_OF_ACTOR.match(word) or (passed == 0 and _OF_PLACE.match(word))):
            return _owned(word, kind, country=country)
    return -2.5 if country else -0.1


def _owned(noun: str, kind: str, *, country: bool) -> float:
    """Weigh "… of X" by what is of X: a district is a place, a ministry acts."""
    if _OF_PLACE.match(noun):
        return 1.0
    if _OF_ACTOR.match(noun):
        return 0.4 if kind == "agreement" and country else -1.8
    return -0.6 if country else -0.2


def _is_cyrillic(word: str) -> bool:
    return "а" <= word[0] <= "я"


def _beside(reading: Reading, best: Spot, spots: list[Spot]) -> list[Spot]:
    """Return the places listed with the best one in a run, and all sites of its kind in its sentence; some twice."""
    number = reading.sentence_at(best.mention.start)
    same = sorted((s for s in spots if reading.sentence_at(s.mention.start) == number), key=lambda s: s.mention.start)
    kind = best.place.kind if best.place is not None else ""
    sites = [s for s in same if kind in _SITES and s.place is not None and s.place.kind == kind]
    at = same.index(best)
    found = [s for s in sites if s is not best]
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(same) and _listed(reading, same[min(i, i - step)], same[max(i, i - step)], best):
            found.append(same[i])
            i += step
    return found


def _listed(reading: Reading, left: Spot, right: Spot, best: Spot) -> bool:
    if max(abs(left.rank - best.rank), abs(right.rank - best.rank)) > 0.9 or left.mention.end > right.mention.start:
        return False
    between = reading.folded[left.mention.end : right.mention.start]
    joined = re.search(r",|(?<!\w)(?:and|и|а также|или|or)(?!\w)", between)
    return joined is not None and _LIST_GAP.fullmatch(between) is not None


def _once(spots: list[Spot]) -> list[Spot]:
    """Keep the first of several mentions of one place."""
    seen: dict[str, Spot] = {}
    for spot in spots:
        seen.setdefault(_key(spot.mention), spot)
    return list(seen.values())


def container_of(spot: Spot, mentions: list[Mention]) -> Mention | None:
    """Return the region or district an unplaced spot is said to lie in: the nearest that follows or precedes it."""
    around = [
        m
        for m in mentions
        if m.role == "place" and m.place is not None and m.place.lat is not None and m.place.precision in ("district", "region")
        and abs(m.start - spot.mention.start) < 400
    ]  # fmt: skip
    return min(
        around,
        key=lambda m: (0 if 0 <= m.start - spot.mention.end < 60 else 1, abs(m.start - spot.mention.start)),
        default=None,
    )


def widened_km(place: Place) -> float:
    """Return the radius for an unknown spot inside a place: never as small as a pin."""
    return max(place.radius_km or 0.0, _UNPLACED_KM)

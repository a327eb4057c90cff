"""Event cues in a report: which words name an event, of what kind, and whether they say it happened."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from geo.clauses import Clauses, Sentence, fold_text, split_sentences
from geo.phrases import PhraseFinder, read_sections
from geo.records import Phrase
from geo.toponym_words import LEXICON

# Kinds that last: "started" and "closed" leave them open. The others are over when they are told.
LASTING = frozenset(("exercise", "patrol", "border_closure", "deployment", "visit", "other"))
# What a denial can deny; a negated agreement or seizure is no news of one.
DENIABLE = frozenset(("border_incident", "attack", "exercise", "patrol", "deployment", "border_closure"))
# Fighting told inside an exercise is its scenario.
STAGED = frozenset(("border_incident", "attack", "seizure", "patrol", "deployment", "border_closure"))

SPEECH = re.compile(
    r"(?<!\w)(?<!had )(?<!has )(?:said|says|say|told|tells|announce[ds]?|report(?:ed|s)?|stated|added|wrote|writes|"
    r"stressed|noted|confirm(?:ed|s)?|insist(?:ed|s)|сообщ\w+|заяв\w+|рассказ\w+|сказал\w*|говор\w+|уточн\w+|отмет\w+|подтверд\w+|"
    r"пояснил\w*|подчеркн\w+|указал\w*|объявил\w*|добавил\w*|информир\w+)(?!\w)"
)
_PLUPERFECT = re.compile(
    r"(?<!who )(?<!which )(?<!that )(?<!after )(?<!as )(?<!\w)had (?:already |also |earlier |been |since )*"
    r"\w+(?:ed|en|wn|ne|un|nt|ck|ld|de|ht|ut|et|id|ft|st|ot|me|ge)\b"
)
_IS_MAY = re.compile(
    r"(?:\d(?:st|nd|rd|th)?|\b(?:in|on|of|since|until|by|from|early|late|mid|last|this|next|and|to))[ -]may\b"
    r"|\bmay,? \d"
)
_GATE = re.compile(
    r"(?<!\w)(?:border|frontier|crossing|checkpoint|check post|gate|bridge|"
    r"границ|кпп|пункт\w* пропуска|переход|пропускн)"
)
_EXERCISING = re.compile(
    r"(?<!\w)(?:phase|stage|ranges?|train(?:s|ing)?|troops|полигон|этап|фаз|трениру|военнослужащ)(?:\w*)"
)
_COUNTED = re.compile(
    r"(?<!\w)(?:\d+|two|three|four|five|six|seven|eight|nine|ten|dozens of|several|many|двое|трое|троих|четверо|пятеро|"
    r"дв[ае]|три|четыре|пять|шесть|семь|десять|один|одного|несколько)\s+(?:[\w-]+\s+){0,4}$"
)
_NOT_ONLY = re.compile(r"\s+(?:only|just|far|until|только|просто|позднее|позже|менее|больше|более)(?!\w)")
CASUALTY = re.compile(r"kill|wound|dead|died|injur|hurt|убит|погиб|ранен|пострада|ликвидир|уничтож")
_NOT_NAMES = frozenset(
    "January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug "
    "Sep Sept Oct Nov Dec In On Since By Until From During Before After The Of And Summer Autumn Winter Spring".split()
)
_NAMED = re.compile(
    r"[«“\"](?P<quoted>[A-ZА-ЯЁ][^»”\"\n]{2,40}?)[\s–—-]{0,3}(?:19|20)\d\d[»”\"]"
    r"|(?<!\w)(?P<name>[A-ZА-ЯЁ][\w’]{0,30}[a-zа-яё](?:-\w{1,30}| (?:[A-ZА-ЯЁ][\w’]{0,30}[a-zа-яё]|of|and|и)){0,4})"
    r"\s?(?:\([A-Z][^()\d]{2,30}\))?[\s–—-]{0,3}(?:19|20)\d\d(?!\d)(?:[»”\"]?\s?\([A-ZА-ЯЁ][^()]{2,40}\))?"
)
_OFFICIAL = re.compile(
    r"(?<!\w)(?:spokes\w+|ministry|committee|directorate|press (?:office|service|cent\w+)|commander|minister|statement)"
)
_DENIAL_CLAUSES = 2  # clauses over which a denial reaches: "reports that …, which …, are untrue"
# (marker, whether the kind lasts) -> status; all others are over when they are told.
_TIMES = {
    ("cancelled", True): "denied",
    ("cancelled", False): "denied",
    ("planned", True): "planned",
    ("planned", False): "planned",
    ("begun", True): "ongoing",
}
_WILL = re.compile(r"(?<!\w)(?:will|would|shall|to|будут|будет)\s+$")  # "will start": not begun yet
_JOINS = re.compile(r"[,;]|(?<!\w)(?:and|but|while|и|но|а)\s+(?:\w+\s+)?$")
_OFFICERS = re.compile(
    r"(?<!\w)(?:army|military|defen[cs]e|ministry|official|government|police|security)(?:'s)? sources?(?!\w)"
)
_ARTICLE = re.compile(r"(?<!\w)(?:a|an|the|one|its|their|our|each|another)\s+$")
_NEGATION_REACH = 28  # characters: "no", up to three words, the cue
_IRREALIS_REACH = 34  # "to prevent possible armed", the cue
_STATUS_MARKERS = ("planned", "begun", "ended", "cancelled")


@dataclass(frozen=True, slots=True)
class Cue:
    """
    Words that name an event: ``body[start:end] == text``.

    Attributes
    ----------
    kind
        One of `geo.records.KINDS`.
    strength
        3 names an event; 2 usually does; 1 only supports what else the report says.
    sentence
        Number of its sentence, from 0.
    status
        One of `geo.records.STATUSES`, as the words around say; ``completed`` when they say nothing else.
    reason
        The words that set the status, and ``(start, end)`` of them in `marker`; None: nothing but the tense.
    background
        Told as history: "earlier", "back in", «напомним», a pluperfect.
    total
        A running count over a period: "so far this month".
    staged
        Imagined: an exercise's scenario, a threat, a possibility.
    """

    kind: str
    text: str
    start: int
    end: int
    strength: int
    sentence: int
    status: str = "completed"
    reason: str | None = None
    marker: tuple[int, int] | None = None
    background: bool = False
    total: bool = False
    staged: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """Words that say how cues near them are meant: planned, begun, ended, denied, alleged, background, total, ..."""

    label: str
    start: int
    end: int
    sentence: int


@dataclass(slots=True)
class Reading:
    """A text taken apart once: sentences, cues and markers in order, and clause distances."""

    text: str
    folded: str
    sentences: list[Sentence]
    clauses: Clauses
    cues: list[Cue]
    markers: list[list[Marker]]
    official: bool = False  # officials are quoted, so that "reportedly" is a habit of the agency's and no doubt

    def sentence_at(self, position: int) -> int:
        """Return the number of the sentence that holds a position (of the one before, between two)."""
        return max(0, bisect_right(self.sentences, position, key=lambda s: s.start) - 1)


@cache
def _finder() -> PhraseFinder:
    groups, labelled = read_sections(LEXICON / "cues.txt")
    return PhraseFinder(labelled.items(), groups)


def read_cues(text: str) -> Reading:
    """Take a text apart into sentences, cues and markers; its language needs no telling, the scripts differ."""
    folded = fold_text(text)
    sentences = split_sentences(text)
    official = "reportedly" in folded and _OFFICIAL.search(folded) is not None
    reading = Reading(text, folded, sentences, Clauses(folded), [], [[] for _ in sentences], official)
    raw: list[tuple[int, int, str]] = []
    stopped = 0
    number = 0
    for start, end, label in _without_stops(_finder().find(folded)):
        while number + 1 < len(sentences) and sentences[number + 1].start <= start:
            number += 1
        if label == "marker stop":
            stopped = max(stopped, end)
        elif not label.startswith("marker"):
            if start >= stopped and (not raw or not _inside(raw[-1], (start, end, label))):
                raw.append((start, end, label))
        elif label != "marker may" or not _IS_MAY.search(folded, max(0, start - 12), end + 4):
            name = "irrealis" if label == "marker may" else label.removeprefix("marker ")
            reading.markers[number].append(Marker(name, start, end, number))
    if any(label.startswith("exercise") for _, _, label in raw) or _EXERCISING.search(folded):
        raw.extend((p.start, p.end, "exercise 3") for p in find_named(text))
        raw.sort()
    reading.cues.extend(_judge(reading, item) for item in raw)
    return reading


def find_named(text: str) -> list[Phrase]:
    """Return names with a year as exercises bear them: "Rubezh-2021", "Kanzhar (Dagger) 2023", «Щит – 2019»."""
    found = []
    for match in _NAMED.finditer(text):
        start = match.start()
        words = (match["quoted"] or match["name"]).split()
        while words and words[0] in _NOT_NAMES:  # "In Poisk 2021"
            start = text.index(words.pop(0), start)
            start = text.index(words[0], start) if words else start
        if not words or words[-1] in _NOT_NAMES:
            continue
        surface = text[start : match.end()]
        shown = " ".join(surface.strip('«»“”"').replace("»", "").replace("”", "").split())
        found.append(Phrase(surface, start, match.end(), shown, "exercise"))
    return found


def find_cues(text: str, *, language: str = "en") -> list[Cue]:  # noqa: ARG001 - as the other finders are called
    """Return the event cues of a text in order, each judged by the words around it; they may overlap."""
    return read_cues(text).cues


def _without_stops(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Put a stop phrase before what it stops at the same word, and drop it where a longer phrase begins there."""
    longest: dict[int, int] = {}
    for start, end, label in found:
        if label != "marker stop":
            longest[start] = max(longest.get(start, 0), end)
    kept = [(s, e, label) for s, e, label in found if label != "marker stop" or e >= longest.get(s, 0)]
    return sorted(kept, key=lambda item: (item[0], item[2] != "marker stop", -item[1]))


def _inside(outer: tuple[int, int, str], inner: tuple[int, int, str]) -> bool:
    """Say whether a cue lies in another of its kind, or begins with it and is shorter."""
    same_kind = outer[2].split()[0] == inner[2].split()[0]
    return inner[1] <= outer[1] and (same_kind or inner[0] == outer[0])


# ---- judging one cue -----------------------------------------------------------------------------------------------
def _judge(reading: Reading, item: tuple[int, int, str]) -> Cue:
    start, end, label = item
    kind, strength = label.split()
    number = reading.sentence_at(start)
    near = reading.markers[number]
    status, marker = _status(reading, (start, end), kind, near)
    staged = _is_staged(reading, (start, end), kind, near)
    if marker is not None and marker.label == "bare" and (kind not in DENIABLE or strength == "1"):
        staged = True  # "no agreement was signed", "nobody was hurt": no event, and no denial of one
    if (
        strength == "1"
        and CASUALTY.match(reading.folded, start)
        and _COUNTED.search(reading.folded, max(0, start - 45), start)
    ):
        strength = "2"  # "three guards were killed" is news, "killed" alone may be anything
    if kind == "patrol" and strength == "3" and _is_who(reading, start, end):
        strength = "1"
    if strength == "1" and kind == "border_closure" and _GATE.search(reading.folded, *_bounds(reading, number)):
        strength = "2"
    return Cue(
        kind=kind,
        text=reading.text[start:end],
        start=start,
        end=end,
        strength=int(strength),
        sentence=number,
        status=status,
        reason=None if marker is None else reading.text[marker.start : marker.end],
        marker=None if marker is None else (marker.start, marker.end),
        background=_is_background(reading, (start, end), near),
        total=any(m.label == "total" for m in near),
        staged=staged,
    )


def _is_who(reading: Reading, start: int, end: int) -> bool:
    """Say whether "police patrol" or "Border Patrol" is who acts, not what is done."""
    words = reading.text[start:end].split()
    if len(words) != 2 or words[1].lower() != "patrol" or words[0].lower() in ("joint", "coordinated", "combat"):
        return False
    return words[1] == "Patrol" or _ARTICLE.search(reading.folded, max(0, start - 12), start) is not None


def _bounds(reading: Reading, number: int) -> tuple[int, int]:
    return reading.sentences[number].start, reading.sentences[number].end


def _status(reading: Reading, span: tuple[int, int], kind: str, near: list[Marker]) -> tuple[str, Marker | None]:
    """Return what the sentence says of a cue, and the words that say so; denial first, then doubt, then time."""
    denial = _nearest(reading, span, [m for m in near if m.label == "denied"])
    if denial is None or reading.clauses.between(denial.start, span[0])[0] > _DENIAL_CLAUSES:
        denial = _negation(reading, span, near)
    if denial is not None:
        return "denied", denial
    doubt = _nearest(reading, span, [m for m in near if m.label == "alleged" and not _is_habit(reading, m)])
    if doubt is not None:
        return "reported", doubt
    time = _nearest(reading, span, [m for m in near if _tells_time(reading, m, span)])
    if time is not None and time.label == "begun" and _WILL.search(reading.folded, max(0, time.start - 12), time.start):
        return "planned", time
    return _TIMES.get((time.label, kind in LASTING), "completed") if time is not None else "completed", time


def _is_habit(reading: Reading, marker: Marker) -> bool:
    if _OFFICERS.search(reading.folded, max(0, marker.start - 30), marker.start + 8):
        return True  # "army sources say" is how an army speaks
    return reading.official and reading.folded.startswith("reportedly", marker.start)


def _tells_time(reading: Reading, marker: Marker, span: tuple[int, int]) -> bool:
    """Say whether a marker may tell when a cue was: in its clause or the next one, and no part of its name."""
    inside = marker.start >= span[0] and marker.end <= span[1]
    if marker.label == "planned" and _JOINS.search(reading.folded[span[1] : max(span[1], marker.start)]):
        return False  # "has been shut and will stay so", "it was agreed, will do"
    if marker.label not in _STATUS_MARKERS or (inside and marker.label == "ended"):
        return False
    return reading.clauses.between(marker.start, span[0])[0] <= 1


def _nearest(reading: Reading, span: tuple[int, int], markers: list[Marker]) -> Marker | None:
    return min(markers, key=lambda m: reading.clauses.distance(span, (m.start, m.end)), default=None)


def _negation(reading: Reading, span: tuple[int, int], near: list[Marker]) -> Marker | None:
    """Return the "no" or «не» that governs a cue: shortly before it, in the same clause."""
    for marker in near:
        gap = span[0] - marker.end
        if (
            marker.label == "bare"
            and not _NOT_ONLY.match(reading.folded, marker.end)
            and 0 <= gap <= _NEGATION_REACH
            and reading.clauses.between(marker.end, span[0]) == (0, 0)
        ):
            return marker
    return None


def _is_staged(reading: Reading, span: tuple[int, int], kind: str, near: list[Marker]) -> bool:
    """Say whether a cue is imagined: told by a scenario, or shortly after "to prevent", "possible", «угроза»."""
    for marker in near:
        if marker.label == "scenario" and kind in STAGED:
            return True
        gap = span[0] - marker.end
        if (
            marker.label == "irrealis"
            and 0 <= gap <= _IRREALIS_REACH
            and not any(reading.clauses.between(marker.end, span[0]))
        ):
            return True
    return False


def _is_background(reading: Reading, span: tuple[int, int], near: list[Marker]) -> bool:
    """Say whether a cue is told as history."""
    if any(m.label == "background" and reading.clauses.between(m.start, span[0])[0] <= 1 for m in near):
        return True
    sentence = reading.sentences[reading.sentence_at(span[0])]
    if (
        sentence.number == 0
        or _PLUPERFECT.search(reading.folded, sentence.start, min(sentence.end, span[1] + 40)) is None
    ):
        return False
    return SPEECH.search(reading.folded, sentence.start, sentence.end) is None

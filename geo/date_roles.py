"""What a date in a text is for: page furniture, the day something was said, or an event, and whether it lies ahead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from geo.date_grammar import Expression

_REACH = 300  # characters looked at on each side of a date; longer sentences are cut there
_WRAPPED = 50  # a shorter line ends a sentence; a longer one may be wrapped text

# A sentence ends at .!?… before a capital, not after an initial or a common abbreviation, and at most line breaks.
_ABBREVIATIONS = (
    r"[A-ZА-ЯЁ]",
    "U.S",
    "Gen",
    "Col",
    "Lt",
    "Maj",
    "Mr",
    "Mrs",
    "Dr",
    "St",
    "No",
    "a.m",
    "p.m",
    "г",
    "ул",
    "им",
)
_SENTENCE_END = re.compile(
    r"\n|[.!?…]"
    + "".join(rf"(?<!\b{word}\.)" for word in _ABBREVIATIONS)
    + r"[\"»”’)\]]{0,3}\s{1,20}(?=[\"«“(]?[A-ZА-ЯЁ])"
)

# --- saying ---------------------------------------------------------------------------------------------------------

_SAY = (
    "said|says|saying|wrote|writes|stated|states|noted|added|adds|claimed|posted|tweeted|revealed|disclosed|commented"
    "|explained|warned|announced|announces|declared|reported|reports|acknowledged|recalled|insisted|speaking"
)
_TELL = "told|tells|informed|quoted|cited|confirmed|denied"  # with an object: "told reporters on Friday"
_PUBLISH = "released|issued|published"  # of a document; released prisoners are an event
_SAY_RU = (
    r"сообщ(?:ил|ает|ают|ается|алось|ив)\w*|заяв(?:ил|ля)\w*|рассказал\w*|объявил\w*|написал\w*|пиш[еу]т|отмети?[лч]\w*|уточн\w+"
    r"|подтверд\w+|опроверг\w*|проинформировал\w*|информиру\w+|переда(?:ёт|ет|ют|л\w*)|добавил\w*|сказал\w*|говорится"
    r"|опубликова\w+|распростран\w+"
)
_SAYING = re.compile(
    rf"\b(?:(?P<say>{_SAY})|(?P<tell>{_TELL})|(?P<publish>{_PUBLISH})|(?P<ru>{_SAY_RU}))\b", re.IGNORECASE
)
_PASSIVE = re.compile(r"(?<!\bit )(?<!\bIt )\b(?:is|are|was|were|be|been)\s+(?:\w+ly\s+)?$")
_DOCUMENT = re.compile(
    r"\b(?:reports?|statements?|figures|data|study|survey|videos?|footage|communiqu[eé]|photos?|images?|lists?|interview"
    r"|article|decree|order|notice|bulletin|review|release)\b"
)
_ADVERBIAL = {"in", "at", "to", "on", "late", "early", "via", "during", "over", "by", "through", "again", "it", "this"}
_LIGHT = {"on", "late", "early", "earlier", "later", "from", "dated", "в", "во", "вечером", "утром"}
_EVENT_WORDS = {
    *("that", "who", "which", "was", "were", "is", "are", "has", "have", "had", "will", "would", "be", "been", "began"),
    *("took", "killed", "fell", "died", "came", "left", "went", "met", "held", "fired", "shot", "hit", "broke", "sent"),
    *("что", "чтобы", "о", "об", "про", "как", "которые", "который", "которая", "если", "был", "была", "были", "было"),
}
_SAYING_NOUN = re.compile(
    r"\b(?:statement|briefing|(?:press|news) conference|interview|communiqu[eé]|press release|tweet|message|speech"
    r"|заявлени\w+|сообщени\w+|брифинг\w*|интервью|пресс-релиз\w*|пресс-конференци\w+)"
    r"(?:\s+(?:on|of|from|dated|late on|early on|от|в|во))?\s+$",
    re.IGNORECASE,
)
_GAVE = re.compile(
    r"\bg[ai]v(?:e|ing|en)\s+(?:[^\s,.;:]+\s+){0,3}(?:tally|figures?|details?|account|briefing|interview|number|count)\s+$"
)
_SAYS_NEXT = re.compile(
    rf"\s+(?:said|told|reported|announced|stated|confirmed|wrote|denied|{_SAY_RU})\b"
    r"|['’]s\s+(?:statement|announcement|report|briefing|press conference|communiqu)",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    rf"(?:\s+(?:morning|afternoon|evening|night|вечером|утром))?,?(?P<subject>(?:\s+[^\s,.;:]+){{1,8}}?)"
    rf"\s+(?:said|told|reported|stated|wrote|says|{_SAY_RU})\b",
)
_PREPOSITIONS = re.compile(r"(?:\b(?:on|in|late|early|в|во)\s+){0,3}$", re.IGNORECASE)
_OPENS_CLAUSE = (*'.!?…»”"\n', " as", "As", " как", "Как", "об этом", "Об этом")
_BREAKS = re.compile(r"[,;:!?\"“”«»()]|\.(?!m\b)|\s[-\u2013\u2014]\s")

# --- ahead or past --------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_WILL = {"will", "shall", "would", "won't", "won’t", "he'll", "they'll", "it'll"}
_AHEAD = {
    *(
        "due",
        "slated",
        "upcoming",
        "forthcoming",
        "scheduled",
        "schedules",
        "planned",
        "planning",
        "expected",
        "expects",
    ),
    *(
        "intend",
        "intends",
        "preparing",
        "prepares",
        "begins",
        "starts",
        "opens",
        "returns",
        "airing",
        "plans",
        "enters",
    ),
    *("будет", "будут", "пройдёт", "пройдет", "пройдут", "состоится", "состоятся", "начнётся", "начнется", "начнутся"),
    *("завершится", "завершатся", "закончится", "закончатся", "продлится", "продлятся", "ожидается", "ожидаются"),
    *("проведёт", "проведет", "проведут", "прибудет", "прибудут", "откроется", "откроются", "закроется", "закроются"),
    *("стартует", "стартуют", "готовится", "готовятся", "примет", "примут", "намерен", "намерена", "намерены"),
}
_AHEAD_STEMS = ("намечен", "заплан", "планиру", "предсто", "должн", "назначен")
_AHEAD_PAIRS = {
    *(
        ("is", "to"),
        ("are", "to"),
        ("set", "to"),
        ("set", "for"),
        ("ahead", "of"),
        ("takes", "place"),
        ("kicks", "off"),
    ),
    *(("plan", "to"), ("plan", "for"), ("about", "to"), ("takes", "effect"), ("comes", "into"), ("goes", "into")),
    *(("to", "hold"), ("to", "host"), ("to", "visit"), ("was", "to"), ("were", "to")),
    *((have, plan) for have in ("has", "have", "had") for plan in ("plans", "planned")),
}
# What was due, or was postponed, may lie on either side of the publication.
_EITHER = {"due", "scheduled", "set", "expected", "planned", "supposed", "slated"}
_POSTPONED = {"postponed", "rescheduled", "delayed", "перенесли", "перенесён", "перенесен", "перенесены", "перенесено"}
_AUXILIARY = {"was", "were", "had", "has", "have", "did", "been", "был", "была", "было", "были"}
_PAST = {
    *(
        "took",
        "began",
        "came",
        "fell",
        "died",
        "shot",
        "met",
        "held",
        "went",
        "saw",
        "fought",
        "broke",
        "hit",
        "struck",
    ),
    *("sent", "brought", "got", "lost", "left", "led", "прошёл", "прошел"),
    *(
        "drove",
        "ran",
        "flew",
        "rose",
        "fled",
        "threw",
        "spoke",
        "grew",
        "built",
        "bought",
        "paid",
        "won",
        "stole",
        "gave",
    ),
    *("chose", "drew", "stood", "swept", "tore", "became", "blew", "caught", "dug", "fed", "felt", "froze", "kept"),
    *(
        "laid",
        "lay",
        "lit",
        "made",
        "sold",
        "shook",
        "sought",
        "sank",
        "spent",
        "slept",
        "taught",
        "found",
        "put",
        "burst",
    ),
}
_PAST_ENDINGS_RU = (
    *(v + end for v in "аиеяыуо" for end in ("л", "ла", "ло", "ли", "лся", "лась", "лось", "лись")),
    *("шла", "шло", "шли", "шёл", "ёрли", "ерли"),
)
_NO_VERB = {
    *("hundred", "red", "need", "indeed", "united", "shed"),
    *("канал", "генерал", "материал", "персонал", "сигнал", "журнал", "капитал", "терминал", "арсенал", "металл"),
    *(
        "дела",
        "дело",
        "дел",
        "села",
        "село",
        "начала",
        "начало",
        "числа",
        "число",
        "тыла",
        "около",
        "или",
        "если",
        "мало",
    ),
}
_NEAR = 110  # a verb of saying that governs a date stands within this many characters before it


class Setting:
    """A text with its sentences, asked about one date expression at a time."""

    def __init__(self, text: str, expressions: Sequence[Expression]) -> None:
        self.text = text
        self.expressions = expressions
        self._breaks = list(_find_breaks(text))

    def _around(self, expression: Expression) -> tuple[str, str]:
        """What stands before and after an expression in its sentence, cut at `_REACH` characters."""
        at = bisect_right(self._breaks, expression.start)
        start = self._breaks[at - 1] if at else 0
        end = self._breaks[at] if at < len(self._breaks) else len(self.text)
        before = self.text[max(start, expression.start - _REACH) : expression.start]
        return before, self.text[expression.end : min(end, expression.end + _REACH)]

    def is_reported(self, expression: Expression) -> bool:
        """Tell whether a verb or noun of saying governs the date: when it was said, not when it happened."""
        before, after = self._around(expression)
        near = before[-_NEAR:]
        if _SAYING_NOUN.search(near) or _GAVE.search(near) or _SAYS_NEXT.match(after):
            return True
        clause = near[: _PREPOSITIONS.search(near).start()].rstrip(" ")  # type: ignore[union-attr] - it matches nothing, too
        fronted = _FRONTED.match(after) if not clause or clause.endswith(_OPENS_CLAUSE) else None
        if fronted is not None and not any(map(_is_event_word, fronted["subject"].lower().split())):
            return True
        verbs = list(_SAYING.finditer(near))
        return bool(verbs) and _governs(verbs[-1], near)

    def direction(self, expression: Expression) -> str:
        """Return "past", "ahead" or "" by the nearest verb before the date in its sentence, else the nearest after."""
        before, after = self._around(expression)
        cues = list(_read_cues(before))
        cue = cues[-1] if cues else next(_read_cues(after), "")
        return "" if cue == "either" else cue


def _find_breaks(text: str) -> Iterator[int]:
    line = 0
    for found in _SENTENCE_END.finditer(text):
        if found.group() != "\n":
            yield found.end()
            continue
        closed = text[max(line, found.start() - 3) : found.start()].rstrip()[-1:] in (*".!?…:»”\"'’)", "")
        if closed or found.start() - line < _WRAPPED or text[found.end() : found.end() + 1] == "\n":
            yield found.end()
        line = found.end()


def _is_event_word(word: str) -> bool:
    return word in _EVENT_WORDS or (word.endswith("ed") and _SAYING.fullmatch(word) is None)


def _governs(verb: re.Match[str], before: str) -> bool:
    """Tell whether nothing but an object or an adverbial of up to six words stands between the verb and the date."""
    between = before[verb.end() :]
    if _BREAKS.search(between) or (verb.group().lower() == "reported" and _PASSIVE.search(before[: verb.start()])):
        return False
    words = between.lower().split()
    while words and words[-1] in _LIGHT:
        words.pop()
    if len(words) > 6 or any(map(_is_event_word, words)):
        return False
    if verb["publish"]:
        return _DOCUMENT.search(between) is not None or _DOCUMENT.search(before[: verb.start()][-40:]) is not None
    if verb["ru"]:
        return len(words) <= 4
    return not words or bool(verb["tell"]) or words[0] in _ADVERBIAL


def _read_cues(text: str) -> Iterator[str]:
    """Yield "past", "ahead" or "either" for each verb; saying counts for none, as what is said may lie either way."""
    words = _WORD.findall(text.lower())
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        cue = _read_cue(word, following)
        if cue:
            yield cue
        at += 1
        if word in _WILL or word in ("is", "are") or (word in _AUXILIARY and cue) or (word, following) == ("to", "be"):
            at = _skip_verb(words, at)


@lru_cache(maxsize=4096)
def _read_cue(word: str, following: str) -> str:
    """Return what a word and the next one say of the time of a date beside them: "past", "ahead", "either" or ""."""
    pair = (word, following)
    if word in _WILL or word in _AHEAD or pair in _AHEAD_PAIRS or word.startswith(_AHEAD_STEMS) or pair == ("to", "be"):
        return "ahead"
    if word in ("is", "are"):
        return "ahead" if following in _EITHER or following in _AHEAD or following in ("going", "likely") else ""
    if word in _POSTPONED or (word in _AUXILIARY and (following in _POSTPONED or following in _EITHER)):
        return "either"
    saying = _SAYING.fullmatch(following if word in _AUXILIARY and word != "had" else word) is not None
    return "past" if _is_past(word) and not saying and word not in _NO_VERB else ""


def _is_past(word: str) -> bool:
    regular = word.endswith("ed") and len(word) > 4
    return word in _AUXILIARY or word in _PAST or regular or word.endswith(_PAST_ENDINGS_RU)


def _skip_verb(words: list[str], at: int) -> int:
    """Step over the rest of a compound verb: "not be held", "first reported"."""
    while at < len(words) and (words[at] in ("not", "to", "be", "been", "also") or words[at].endswith("ly")):
        at += 1
    return at + 1


# --- page furniture and datelines -----------------------------------------------------------------------------------

_CLOCK = re.compile(r"\b[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?\b")
_FURNITURE = re.compile(
    r"\b(?:[ap]\.?m\.?|GMT|UTC|MSK|МСК|EST|EDT|CET|published|updated|posted|modified|last|first|created|date|on|at|by|time"
    r"|local|hrs?|опубликовано|обновлено|дата|публикации|год[а]?|г|время|местное|today|сегодня)\b|[+-]\d{1,2}:?\d{0,2}",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:^|[|·•\n(.!?])\s*(?:Published|Updated|Last updated|Posted|Last modified|Modified|Date|Опубликовано|Обновлено"
    r"|Дата(?: публикации)?)\s*:?\s*(?:on|at)?\s*(?:[A-Z][a-z]{2,8},?\s*)?$",
    re.IGNORECASE,
)
_DATELINE_BEFORE = re.compile(r"\W*(?:[A-ZА-ЯЁ][\w.'’-]*[,./]?\s+(?:\([^)\n]{2,30}\)\s*)?){1,5}[-\u2013\u2014,:.(\s]*")
_NO_DATELINE = re.compile(
    r"\b(?:On|In|The|By|Since|From|Last|After|Before|Until|As|At|This|Between|During|Late|Early|Back|Earlier|And|But|Then"
    r"|В|Во|С|Со|На|По|До|К|Как|Об|После|Утром|Вечером|Ночью|А|И|Но)\b"
)
_DATELINE_AFTER = re.compile(
    r"\)?(?:\s*\([^)\n]{2,40}\)|,\s*[A-ZА-Я]{3,}[\w. ]{0,20})?\s*(?:[.:/]|--|[-\u2013\u2014]|,?\s*/)"
    r"(?=\s|/|[A-ZА-ЯЁ«“\"]|$)"
)
_DATE_FIRST = re.compile(
    r"(?:,\s*[A-ZА-ЯЁ][\w-]+\s*(?:[/(]|--|[\u2013\u2014]|-\s)|\s*\([A-Z][\w ]{1,30}\)\s*[-\u2013\u2014])"
)
# "10:00, 16 сентября 2022, Bishkek - agency, author": a clock time beside a full date opens the line.
_CLOCK_BEFORE = re.compile(r"\W*[0-2]?\d:[0-5]\d(?::[0-5]\d)?[\s,/|]*")
_CLOCK_AFTER = re.compile(r"[\s,/|]*(?:at\s+|в\s+)?[0-2]?\d:[0-5]\d\b")
_LINE = 200  # page furniture is shorter than this


def find_stamps(text: str, expressions: Sequence[Expression]) -> dict[int, str]:
    """Find the expressions that are page furniture ("page") or a dateline ("dateline"), by their number."""
    out = {}
    for number, expression in enumerate(expressions):
        if expression.how != "single" or not expression.first.has_day:
            continue
        start = text.rfind("\n", max(0, expression.start - _LINE), expression.start) + 1
        if start == 0 and expression.start > _LINE:
            continue
        before, after = text[start : expression.start], text[expression.end : expression.end + 60]
        if _PUBLISHED.search(before) or _is_furniture(text, expressions, number, start):
            out[number] = "page"
        elif _is_dateline(before, after):
            out[number] = "dateline"
    return out


def _is_dateline(before: str, after: str) -> bool:
    if not before.strip():
        return _DATE_FIRST.match(after) is not None
    if _NO_DATELINE.search(before) or not _DATELINE_BEFORE.fullmatch(before):
        return False
    return _DATELINE_AFTER.match(after) is not None


def _is_furniture(text: str, expressions: Sequence[Expression], number: int, start: int) -> bool:
    """Tell whether a line holds only dates, times, a few capitalised words (a city, an author) and furniture words."""
    expression = expressions[number]
    end = text.find("\n", expression.end, expression.end + _LINE)
    end = end if end >= 0 else len(text)
    if end - start > _LINE:
        return False
    part = expression.first
    full = part.year is not None or part.readings or part.weekday is not None
    if not full and not _CLOCK.search(text, start, end):
        return False
    opens = _CLOCK_BEFORE.fullmatch(text, start, expression.start) is not None
    opens = opens or (start == expression.start and _CLOCK_AFTER.match(text, expression.end, end) is not None)
    if opens and text[start:end].rstrip()[-1:] not in tuple(".!?"):
        return True
    rest = text[expression.end : end] + " | " + text[start : expression.start]
    for other in expressions[max(0, number - 2) : number + 3]:
        if other is not expression and start <= other.start < end:
            rest = rest.replace(text[other.start : other.end], " ")
    words = re.findall(r"[^\W\d_]+", _FURNITURE.sub(" ", _CLOCK.sub(" ", rest)))
    return len(words) <= 4 and all(w[0].isupper() for w in words)

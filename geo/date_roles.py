"""What a date in a text is for: page furniture, the day something was said, or an event, and whether it lies ahead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from geo.date_grammar import Expression

_REACH = 300  # characters looked at on each side of a date; longer sentences are cut there
_WRAPPED = 50  # a shorter line ends a sentence; a longer one may be wrapped text

# A sentence ends at .!?… before a capital, not after an initial or a common abbreviation.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-ZА-ЯЁ])(?<!\bU\.S)(?<!\bGen)(?<!\bCol)(?<!\bLt)(?<!\bMaj)(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bNo)(?<!\bMrs)"
    r"(?<!\bг)(?<!\bул)(?<!\bим)(?<!\b[ap]\.m)[.!?…][\"»”’)\]]{0,3}\s+(?=[\"«“(]?[A-ZА-ЯЁ])|\n"
)

# --- saying ---------------------------------------------------------------------------------------------------------

_SAY = (
    "said|says|saying|wrote|writes|stated|states|noted|added|adds|claimed|posted|tweeted|revealed|disclosed|commented"
    "|explained|warned|announced|announces|declared|reported|reports|acknowledged|recalled|insisted|speaking"
)
_TELL = "told|tells|informed|quoted|cited|confirmed|denied"  # with an object: "told reporters on Friday"
_PUBLISH = "released|issued|published"  # of a document; released prisoners are an event
_SAY_RU = (
    r"сообщ(?:ил|ает|ают|ается|ив)\w*|заяв(?:ил|ля)\w*|рассказал\w*|объявил\w*|написал\w*|пиш[еу]т|отмети?[лч]\w*|уточн\w+"
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
_CLAUSE_START = re.compile(
    r"(?:^|[.!?…»”\"\n]\s*|\bas\s+|\bкак\s+|\bоб этом\s+)(?:on\s+|in\s+|late\s+|early\s+|в\s+|во\s+)*$", re.IGNORECASE
)
_BREAKS = re.compile(r"[,;:!?\"“”«»()]|\.(?!m\b)|\s[-\u2013\u2014]\s")

# --- ahead or past --------------------------------------------------------------------------------------------------

_CUES = re.compile(
    r"(?P<ahead>(?:\b(?:will|shall|would|to|won['’]t)|['’]ll)\s+(?:not\s+)?(?:\w+ly\s+)?be\s+\w+"
    r"|(?:\b(?:will|shall|would|won['’]t)|['’]ll)\s+(?:\w+ly\s+)?\w+|\b(?:was|were)\s+to\s+(?!have\b)\w+"
    r"|\b(?:is|are)\s+(?:due|set|scheduled|expected|slated|planned|supposed|about|going|likely|to)\b"
    r"|\b(?:have|has|had)?\s?plan(?:s|ned|ning)?\s+(?:to|for)\b|\bto\s+(?:hold|host|take place|visit)\b"
    r"|\b(?:begins|starts|opens|kicks off|takes place|returns|airing|due|slated|upcoming|forthcoming|ahead of)\b"
    r"|\bset\s+(?:for|to)\b|\bschedul(?:ed|es|ing)\b|\bplann(?:ed|ing)\b|\bexpect(?:ed|s)?\b|\bintends?\b"
    r"|\bprepar(?:es|ing)\b"
    r"|\b(?:буд(?:ет|ут)|прой(?:дёт|дет|дут)|состо(?:ится|ятся)|намечен\w*|намерен\w*|заплан\w+|планиру\w+|предсто\w+"
    r"|начн(?:ётся|ется|утся)|заверш(?:ится|атся)|законч(?:ится|атся)|продл(?:ится|ятся)|ожида[ею]тся|прове(?:дёт|дет|дут)"
    r"|прибуд(?:ет|ут)|(?:от|за)кро(?:ется|ются)|старту[ею]т|должн\w+|назначен\w*|готовится|готовятся|примет|примут)\b)"
    r"|(?P<past>\b(?:was|were|had been|has been|have been|had|has|have|did)\s+(?:\w+ly\s+)?\w+|\bбыл[аио]?\s+\w+"
    r"|\b(?:took|began|came|fell|died|shot|met|held|went|saw|fought|broke|hit|struck|sent|brought|got|lost|left|led"
    r"|\w{2,}ed|прошёл|прошел|\w+(?:[аиеяыу]л[аио]?|[аиеяыу]л(?:ся|ась|ось|ись)|(?:ш|ёр|ер)л[аио]))\b)",
    re.IGNORECASE,
)
_NO_VERB = {"канал", "генерал", "материал", "персонал", "сигнал", "журнал", "капитал", "терминал", "арсенал", "металл"}
_NO_VERB |= {"дела", "села", "начала", "hundred", "red", "need", "indeed"}


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
        if _SAYING_NOUN.search(before) or _GAVE.search(before) or _SAYS_NEXT.match(after):
            return True
        fronted = _FRONTED.match(after) if _CLAUSE_START.search(before) else None
        if fronted is not None and not any(map(_is_event_word, fronted["subject"].lower().split())):
            return True
        verbs = list(_SAYING.finditer(before))
        return bool(verbs) and _governs(verbs[-1], before)

    def direction(self, expression: Expression) -> str:
        """Return "past", "ahead" or "" by the nearest verb before the date in its sentence, else the nearest after."""
        before, after = self._around(expression)
        cues = list(_read_cues(before))
        return cues[-1] if cues else next(_read_cues(after), "")


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
    for found in _CUES.finditer(text):
        word = found.group().lower()
        if found.lastgroup == "past" and (word in _NO_VERB or _SAYING.search(word)) and not word.startswith("had "):
            continue  # saying lies in the past of what is said, whichever way that lies
        yield str(found.lastgroup)


# --- page furniture and datelines -----------------------------------------------------------------------------------

_CLOCK = re.compile(r"\b[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?\b")
_FURNITURE = re.compile(
    r"\b(?:[ap]\.?m\.?|GMT|UTC|MSK|МСК|EST|EDT|CET|published|updated|posted|modified|last|first|created|date|on|at|by|time"
    r"|local|hrs?|опубликовано|обновлено|дата|публикации|год[а]?|г|время|местное|today|сегодня)\b|[+-]\d{1,2}:?\d{0,2}",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:^|[|·•\n(])\s*(?:Published|Updated|Last updated|Posted|Last modified|Modified|Date|Опубликовано|Обновлено"
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

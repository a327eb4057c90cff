"""Where a date stands: in page furniture, in a dateline, or in a sentence whose words around it tell what it dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from geo.date_grammar import Expression
from geo.date_words import listed

_REACH = 300  # characters looked at on each side of a date; longer sentences are cut there
_WRAPPED = 50  # a shorter line ends a sentence; a longer one may be wrapped text

# A sentence ends at .!?… before a capital, not after an initial or a common abbreviation; line breaks are judged apart.
_SENTENCE_END = re.compile(
    r"\n|[.!?…]"
    + "".join(rf"(?<!\b{w}\.)" for w in listed("[A-ZА-ЯЁ] U.S Gen Col Lt Maj Mr Mrs Dr St No a.m p.m г ул им"))
    + r"[\"»”’)\]]{0,3}\s{1,20}(?=[\"«“(]?[A-ZА-ЯЁ])"
)


class Sentences:
    """A text cut into sentences."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._breaks = list(_find_breaks(text))

    def around(self, expression: Expression) -> tuple[str, str]:
        """Return what stands before and after an expression in its sentence, cut at `_REACH` characters."""
        at = bisect_right(self._breaks, expression.start)
        start = self._breaks[at - 1] if at else 0
        end = self._breaks[at] if at < len(self._breaks) else len(self.text)
        before = self.text[max(start, expression.start - _REACH) : expression.start]
        return before, self.text[expression.end : min(end, expression.end + _REACH)]


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

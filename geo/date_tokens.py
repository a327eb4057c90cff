"""The lexer of dates: turns a text into a string of one-letter token kinds, with spans and values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from geo.date_words import CAPITAL, KIND, WORDS

# A number directly followed by one of these counts things, it is no year: "2000 troops", "at 2015 hours".
COUNTED = re.compile(
    r"\s{1,3}(?:%|per ?cent|troops|soldiers|people|personnel|(?:service)?men\b|women|fighters|militants|rebels|refugees"
    r"|families|residents|civilians|citizens|workers|guards|officers|police|hours?\b|hrs?\b|local time|GMT|UTC|k?m\b"
    r"|kilomet|met(?:er|re)s|miles|feet|kg\b|kilogram|kilos|tons|tonnes|gram|lit(?:er|re)s|pieces|units|vehicles|tanks"
    r"|trucks|houses|homes|cases|dollars|euros|rubles|rounds|hectares|процент|человек|военн|солдат|бойц|пограничник"
    r"|единиц|километр|км\b|метр|м\b|кг\b|килограмм|тонн|тыс|долл|евро|руб|сомони|сом\b|гектар|штук|чел\b|час)"
)

_SUFFIX = r"(?:[sS][tT]|[nN][dD]|[rR][dD]|[tT][hH]|s|г|-?(?:го|ого|е|ое|й|ый|я|м|му|х|ых))"
_CLOSED = re.compile(r"\s*(?:[.,;:)\u2013\u2014-]|$|г\.|год)")  # "October 3, 1863:" is a year, "May 5, 1800 men" is not
_HOUR = re.compile(r"\s?(?:[ap]\.?\s?m\b|o['’]clock|hrs?\b|час(?:ов|а)?\b)", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+(?:[.,:/][0-9]+)*")
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015"
_JOINED_WORD = re.compile(rf"([^\W\d_]{{1,12}})[{_HYPHENS}]$")
_FULL = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"|[0-9]{4}(?P<s>[./])[0-9]{1,2}(?P=s)[0-9]{1,2}"
    r"|[0-9]{1,2}(?P<t>[./-])[0-9]{1,2}(?P=t)(?:[0-9]{4}|[0-9]{2})"
)
_TOKEN = re.compile(
    r"(?P<url>(?:https?://|www\.)\S+)|\n"
    rf"|(?P<full>(?<![\w./+-])(?:{_FULL})(?![0-9A-Za-z_/]|[.,:-][0-9]))"
    rf"|(?P<num>[0-9]+(?:[.,:/][0-9]+)*(?:{_SUFFIX}(?![^\W_]))?)"
    r"|(?P<qh>\b[QH][1-4]\b)"
    # Zero-width and direction marks are neither words nor punctuation: text around them stays together.
    r"|[^\W\d_]+|[^\w\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
_BULLETS = "-\u2013\u2014\u2022*\u00b7"
_WRAPPED = 50  # a line shorter than this ends on purpose; longer ones may have been wrapped inside a date


@dataclass(slots=True)
class Tokens:
    """The tokens of a text: `codes[i]` is the kind letter of token `i`, with its span and value."""

    text: str
    codes: str
    starts: list[int]
    ends: list[int]
    values: list[Any]


class _Reader:
    """Collects the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.values: list[Any] = []
        self.line = 0

    def add(self, kind: str, start: int, end: int, value: object = None) -> None:
        self.codes.append(kind)
        self.starts.append(start)
        self.ends.append(end)
        self.values.append(value)

    def special(self, found: re.Match[str]) -> None:
        """Add a token that is no plain word or sign: an address, a number, a numeric date, "Q3"."""
        group, start, end = found.lastgroup, found.start(), found.end()
        if group == "num":
            self.number(start, end)
        elif group == "qh":
            self.add(KIND["QH"], start, end, found.group())
        elif group == "full":
            readings = _read_full(found.group())
            self.add(KIND["FULL"] if readings else KIND["NUMBER"], start, end, readings)
        else:
            self.add(KIND["WORD"], start, end)

    def newline(self, at: int) -> None:
        """A line break ends an expression, unless the line looks wrapped."""
        if at - self.line < _WRAPPED or self.text[at + 1 : at + 4].lstrip(" \t")[:1] in _BULLETS:
            self.add(KIND["BREAK"], at, at + 1)
        self.line = at + 1

    def number(self, start: int, end: int) -> None:
        """Add a number with its ordinal ending; one glued to letters, a currency or a unit is no part of a date."""
        digits = _DIGITS.match(self.text, start, end)
        stop = digits.end() if digits is not None else end
        both = re.fullmatch(r"([0-9]{1,2}),([0-9]{4})", self.text[start:stop])  # "May 5,2021"
        if both is not None and 1 <= int(both[1]) <= 31:
            self.add(KIND["DAY"], start, start + len(both[1]), int(both[1]))
            self.add(KIND["COMMA"], start + len(both[1]), start + len(both[1]) + 1)
            self.number(end - 4, end)
        elif _is_glued_after(self.text, end) or _is_glued_before(self.text, start):
            self.add(KIND["NUMBER"], start, end)
        else:
            kind, value = _read_number(self.text, start, stop, suffix=self.text[stop:end])
            self.add(KIND[kind], start, end, value)


def _is_glued_after(text: str, end: int) -> bool:
    """Tell whether letters or a unit follow without a space: 2S3, 15-year-old, 40%; but 15-April is a date."""
    after = text[end : end + 14]
    if after[:1] != "-":
        return after[:1].isalpha() or after[:1] in tuple("_%°‰")
    word = re.match(r"-([^\W\d_]{1,12})", after) if after[1:2].isalpha() else None
    return word is not None and not _is_time_word(word[1])


def _is_time_word(word: str) -> bool:
    kind = WORDS.get(word.lower(), ("", None))[0]
    return kind in {KIND[k] for k in ("MONTH", "MABBR", "RUGEN", "RUNOM", "RUABBR", "WEEKDAY", "PART")}


def _is_glued_before(text: str, start: int) -> bool:
    """Tell whether a number belongs to a code, an amount of money or a name: T-72, $ 15, «Рубеж-2021», №15."""
    before = text[max(0, start - 16) : start]
    last = before[-1:]
    if last.isalnum() or (last and last in "_$€£¥₽#№@+°~'’"):
        return True
    if last == " " and before[-2:-1] and before[-2] in "$€£¥₽№":
        return True
    if not last or last not in _HYPHENS or not before[-2:-1].isalpha():
        return False
    joined = _JOINED_WORD.search(before)
    return joined is not None and not _is_time_word(joined[1])


def _read_number(text: str, start: int, end: int, *, suffix: str) -> tuple[str, Any]:
    """Tell days of a month, years, decades and ``15.04`` from other numbers."""
    digits, count = text[start:end], end - start
    daydot = re.fullmatch(r"([0-3]?[0-9])\.([01][0-9])", digits)
    if daydot is not None and 1 <= int(daydot[1]) <= 31 and 1 <= int(daydot[2]) <= 12:
        return "DAYDOT", (int(daydot[1]), int(daydot[2]))
    if not digits.isdigit():
        return "NUMBER", None
    if count <= 2 and 1 <= int(digits) <= 31 and suffix not in ("s", "S"):
        return ("NUMBER" if _HOUR.match(text, end) else "DAY"), int(digits)
    if count == 4 and 1900 <= int(digits) <= 2099:
        return _read_year(text, start, end, suffix=suffix)
    if count == 4 and 1500 <= int(digits) < 1900 and not suffix and _CLOSED.match(text, end):
        return "OLDYEAR", int(digits)
    return "NUMBER", int(digits) if count <= 4 and not suffix else None


def _read_year(text: str, start: int, end: int, *, suffix: str) -> tuple[str, Any]:
    year = int(text[start:end])
    if suffix in ("s", "S", "-х", "-е", "-ых"):
        return ("DECADE", year) if year % 10 == 0 else ("NUMBER", None)
    if text[max(0, start - 3) : start].lower() == "at " or COUNTED.match(text, end):  # "at 2015", "2000 troops"
        return "NUMBER", None
    return ("YEAR", year) if suffix.lower() not in ("st", "nd", "rd", "th") else ("NUMBER", None)


def _read_full(digits: str) -> tuple[tuple[int, int, int], ...] | None:
    """Return the possible (year, month, day) readings of a numeric date, day-first before month-first."""
    a, b, c = (int(x) for x in re.split(r"[./-]", digits.split("T", maxsplit=1)[0])[:3])
    if a >= 1000:
        readings = [(a, b, c)]
    else:
        # POSIX: two-digit years 69-99 are 19xx.
        year = c if c >= 100 else c + (1900 if c >= 69 else 2000)
        readings = [(year, b, a)] if a == b else [(year, b, a), (year, a, b)]
        if "." in digits and b <= 12:
            readings = readings[:1]  # with dots the day comes first everywhere this product reads
    found = tuple(r for r in readings if 1900 <= r[0] <= 2099 and 1 <= r[1] <= 12 and 1 <= r[2] <= 31)
    return found or None


def _read_word(surface: str) -> tuple[str, Any]:
    lower = surface.lower()
    if lower in CAPITAL and not surface[0].isupper():
        return KIND["WORD"], None
    return WORDS.get(lower, (KIND["WORD"], None))


def read_tokens(text: str) -> Tokens:
    """Split a text into the tokens of dates; a run of other words becomes one WORD. Linear in the text's length."""
    reader, word = _Reader(text), KIND["WORD"]
    seen: dict[str, tuple[str, Any]] = {}
    previous = ""
    for found in _TOKEN.finditer(text):
        if found.lastgroup is not None:
            reader.special(found)
            previous = ""
            continue
        surface = found.group()
        if surface == "\n":
            reader.newline(found.start())
            previous = ""
            continue
        known = seen.get(surface)
        if known is None:
            known = seen[surface] = _read_word(surface)
        kind, value = known
        if kind != word or previous != word:
            reader.add(kind, found.start(), found.end(), value)
        previous = kind
    return Tokens(text, "".join(reader.codes), reader.starts, reader.ends, reader.values)

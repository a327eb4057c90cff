"""Where sentences, paragraphs and clauses of a report begin and end, in English and Russian."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

# One character for one character, so that spans in the folded text are spans in the report.
_SAME = str.maketrans(
    {
        "ё": "е",
        "–": "-",
        "—": "-",
        "−": "-",
        "‑": "-",
        "‐": "-",
        "’": "'",
        "ʻ": "'",
        "ʼ": "'",
        "‘": "'",
        "`": "'",
        "„": '"',
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\t": " ",
    }
)

# Runs are bounded, so that a megabyte of dots is read in linear time.
_END = re.compile(r"[.!?…]{1,6}[\"»”’)\]]{0,3}(?=[ \u00a0\t]+\S)|\n")
_WORD_BEFORE = re.compile(r"[\w.]+$")
_OPENS = re.compile(r"[\s\"«“„(\[—–-]{0,12}(\w)")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen lt col maj capt sgt cpl pvt adm brig hon rev st mt ft no nos vs etc jan feb mar apr jun jul "
    "aug sep sept oct nov dec mon tue wed thu fri sat sun km kg approx dept inc ltd co corp gov sen rep "
    "т д п тыс млн млрд им ул обл р-н пос дер с см стр руб сом тел проф ген полк подполк кап лейт мин сек янв февр авг "
    "сент окт нояб дек напр др".split()
)
_INITIALS = re.compile(r"(?:^|[^\w])(?:\w\.)*\w$")
_WRAPPED = range(58, 111)  # a line this long without a closing mark was broken by a page width, not by its writer
_LONGEST = 1200  # characters: what goes on longer without an end is a table or an attack, and is cut at a blank
_CLOSED = re.compile(r"[.!?…:;)\]\"»”’]\s*$")

# Between two of these marks stands another statement; a bare comma is a weaker sign (lists, appositions).
_BREAK = re.compile(
    r"[;:()]|\s-\s|,?\s(?:while|when|whereas|although|though|but|after|before|because|которы\w+|котор\w+|когда|но|однако|хотя|пока)\s"
    r"|,\s(?:and|who|which|where|а|и|где|что|чтобы)\s"
)
_COMMA = re.compile(r",")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a report: ``body[start:end]``, its number and the number of its paragraph, both from 0."""

    start: int
    end: int
    number: int
    paragraph: int


@lru_cache(maxsize=8)  # cues, actors and equipment of one report are found in the same text
def fold_text(text: str) -> str:
    """
    Return the text in lower case with one kind of dash, quote and blank, character for character.

    >>> fold_text("Учёба – «Щит»")
    'учеба - "щит"'
    """
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals have a longer lower case: İ
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_SAME)


def _is_abbreviation(text: str, at: int) -> bool:
    """Say whether the full stop at `at` belongs to an abbreviation, an initial or a numbered list."""
    match = _WORD_BEFORE.search(text, max(0, at - 14), at)
    if match is None:
        return False
    word = match[0].lower()
    if word in ("г", "гг", "в"):  # «в 2021 г. Он» ends a sentence, «г. Душанбе» does not
        return not text[max(0, match.start() - 2) : match.start()].strip()[-1:].isdigit()
    if word.replace(".", "") in ("us", "uk", "un", "eu", "dc", "am", "pm"):
        return "." in word
    return (
        word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or re.fullmatch(r"(?:\w\.)+\w", word) is not None
    )


def _ends_line(text: str, line_start: int, at: int) -> bool:
    """Say whether the line break at `at` ends a sentence; one inside a wrapped paragraph does not."""
    if text[at + 1 : at + 2] in ("\n", "\r", ""):
        return True
    line = text[line_start:at]
    following = _OPENS.match(text, at + 1)
    if following is not None and following[1].islower():
        return False
    return bool(_CLOSED.search(line[-3:])) or len(line) not in _WRAPPED


def _breaks(text: str) -> list[tuple[int, bool]]:
    """Return where sentences end, each with whether a paragraph ends too."""
    found, line_start = [], 0
    for match in _END.finditer(text):
        at = match.start()
        if text[at] == "\n":
            if _ends_line(text, line_start, at):
                found.append((match.end(), True))
            line_start = match.end()
            continue
        opener = _OPENS.match(text, match.end())
        if (opener is None or not opener[1].islower()) and not (match[0][0] == "." and _is_abbreviation(text, at)):
            found.append((match.end(), False))
    return [*found, (len(text), True)]


def _cut_long(text: str, breaks: list[tuple[int, bool]]) -> list[tuple[int, bool]]:
    """Add breaks so that no sentence is longer than `_LONGEST`, at the last blank before where there is one."""
    cut: list[tuple[int, bool]] = []
    start = 0
    for end, closes in breaks:
        while end - start > _LONGEST:
            blank = text.rfind(" ", start + 1, start + _LONGEST)
            start = blank + 1 if blank > start else start + _LONGEST
            cut.append((start, False))
        cut.append((end, closes))
        start = end
    return cut


def split_sentences(text: str) -> list[Sentence]:
    """
    Return the sentences of a text in order, without surrounding blanks.

    Full stops of abbreviations, initials, "U.S." and «г. Душанбе» end none; a line break ends one unless the line was
    wrapped. What goes on for more than 1,200 characters is cut.

    >>> [(s.start, s.end) for s in split_sentences("Gen. Ali left. He came back on Aug. 5.")]
    [(0, 14), (15, 38)]
    """
    sentences: list[Sentence] = []
    start = paragraph = 0
    for end, closes in _cut_long(text, _breaks(text)):
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            sentences.append(Sentence(left, start + len(piece.rstrip()), len(sentences), paragraph))
        if closes and sentences and sentences[-1].paragraph == paragraph:
            paragraph += 1
        start = end
    return sentences


class Clauses:
    """How many clause boundaries lie between two places of a text; made once per text."""

    def __init__(self, folded: str) -> None:
        self._breaks = [m.start() for m in _BREAK.finditer(folded)]
        self._commas = [m.start() for m in _COMMA.finditer(folded)]

    def between(self, a: int, b: int) -> tuple[int, int]:
        """Return the numbers of clause breaks and of commas between two positions, in either order."""
        low, high = min(a, b), max(a, b)
        return (
            bisect_left(self._breaks, high) - bisect_left(self._breaks, low),
            bisect_left(self._commas, high) - bisect_left(self._commas, low),
        )

    def distance(self, a: tuple[int, int], b: tuple[int, int]) -> float:
        """Return how far two spans stand apart, in characters, with a price for every clause boundary between."""
        (low, high) = (a[1], b[0]) if a[0] <= b[0] else (b[1], a[0])
        if high <= low:
            return 0.0
        breaks, commas = self.between(low, high)
        return high - low + 60.0 * breaks + 12.0 * commas  # prices set on development reports

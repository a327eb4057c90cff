"""Splitting text into words with their spans, and telling where sentences begin."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?:[A-ZА-Я]\.){2,}(?:[A-Z]\b)?"  # U.S., D.C.
    r"|[^\W\d_]+(?:[’'ʻʼ‘`](?=[^\W\d_])[^\W\d_]+)*"  # words, with inner apostrophes
    r"|\d[\d.,:]*\d|\d"
    r"|\n+"
    r"|[^\w\s]|_"
)
_POSSESSIVE = re.compile(r"[’']s$|[’']S$")
_ENDS = frozenset('.!?…:;"“”«»')


@dataclass(slots=True)
class Token:
    """A word, number or mark; `glued`: only blanks, a hyphen or an abbreviation's full stop stand before it."""

    text: str
    start: int
    end: int
    lower: str
    capital: bool
    word: bool
    opens: bool = False  # first word of a sentence or line


def tokenise(text: str) -> list[Token]:
    """Split a text into tokens; a possessive "'s" is left out of its word's span."""
    tokens: list[Token] = []
    opens = True
    for match in _TOKEN.finditer(text):
        word, start = match[0], match.start()
        first = word[0]
        if first.isalpha():
            if len(word) > 2 and word[-1] in "sS" and _POSSESSIVE.search(word):
                word = word[:-2]
            tokens.append(Token(word, start, start + len(word), word.lower(), first.isupper(), True, opens))
            opens = False
        else:
            tokens.append(Token(word, start, match.end(), word, False, False, opens))
            if first in _ENDS or first == "\n":
                opens = True
            elif first.isdigit():
                opens = False
    return tokens

"""A small notation for word patterns, and finding thousands of them in one pass over a text."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_WORD = re.compile(r"\w+")
_KEY = 3  # patterns are filed under the first letters of their first word; 3 keep the files short
_GAP = r"(?:[\s,\"'(/$-]{1,6}\w+(?:[.,]\d+)*%?\)?){0,7}?[\s,\"'()-]{1,6}"
_BLANK = r"[\s-]{1,6}\"?"
_HEADING = re.compile(r"\[(.+)\]")


class PhraseFinder:
    """
    Labelled word patterns, ready to be found.

    The notation, on text folded by `geo.clauses.fold_text`: ``*`` any word ending; ``-`` a hyphen, a blank or nothing;
    `` ~ `` up to seven words between; ``(a|b)`` alternatives, ``(a)?`` optional; ``<name>`` one of the groups; ``;`` ends a
    pattern. A pattern begins and ends at a word's edge.
    """

    def __init__(self, labelled: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> None:
        self._files: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for label, patterns in labelled:
            for raw in patterns.split(";"):
                notation = " ".join(_expand(raw, groups).split())
                if notation:
                    compiled = re.compile(to_regex(notation))
                    for head in sorted(first_letters(notation)):
                        self._files.setdefault(head, []).append((compiled, label))

    def find(self, folded: str) -> list[tuple[int, int, str]]:
        """Return (start, end, label) of all matches by start, the longest of each label at each word; they may overlap."""
        found: list[tuple[int, int, str]] = []
        files = self._files
        for word in _WORD.finditer(folded):
            start = word.start()
            file = files.get(folded[start : min(start + _KEY, word.end())])
            if file is None:
                continue
            best: dict[str, int] = {}
            for pattern, label in file:
                match = pattern.match(folded, start)
                if match is not None and match.end() > best.get(label, 0):
                    best[label] = match.end()
            found.extend((start, end, label) for label, end in best.items())
        return found


def read_sections(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the groups of alternatives and the patterns by label of a lexicon file: lines under ``[headings]``."""
    groups: dict[str, list[str]] = {}
    labelled: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            name = heading[1]
            kind, _, rest = name.partition(" ")
            lines = groups.setdefault(rest, []) if kind == "alternatives" else labelled.setdefault(name, [])
        elif line and not line.startswith("#"):
            lines.append(line)
    joined = {k: "(" + "|".join(a.strip() for a in " ".join(v).split("|")) + ")" for k, v in groups.items()}
    return joined, {k: ";".join(v) for k, v in labelled.items()}


def _expand(notation: str, groups: Mapping[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda m: groups[m[1]], notation)


def to_regex(notation: str) -> str:
    """
    Return the regular expression of one pattern.

    >>> to_regex("open* fire")
    'open\\\\w*[\\\\s-]+\\\\"?fire(?!\\\\w)'
    """
    regex = (
        notation.replace(".", r"\.")
        .replace(" ~ ", "\x00")
        .replace("*", r"\w*")
        .replace("-", "\x01")
        .replace(" ", _BLANK)
    )
    regex = regex.replace("\x00", _GAP).replace("\x01", r"[\s-]?").replace("(", "(?:").replace("(?:?", "(?")
    return regex + r"(?!\w)"


def first_letters(notation: str) -> set[str]:
    """
    Return the letters under which a pattern is filed: the first three of its first word, or all of a shorter word.

    >>> sorted(first_letters("(open|no)? fire"))
    ['fir', 'no', 'ope']
    """
    if not notation.startswith("("):
        head = re.match(r"\w{1,3}", notation)
        if head is None or (
            len(head[0]) < _KEY and notation[len(head[0]) : len(head[0]) + 1] not in ("", " ", "-", "'", ".")
        ):
            raise ValueError(f"Pattern {notation!r} begins with too few letters; expected {_KEY}, or a whole word.")
        joined = notation.replace("-", "", 1)[:_KEY] if notation[len(head[0]) : len(head[0]) + 1] == "-" else head[0]
        return {head[0], joined}
    inner, rest = _split_group(notation)
    heads = {h for option in _options(inner) for h in first_letters(option + _until_blank(rest))}
    if rest.startswith("?"):
        heads |= first_letters(rest[1:].lstrip())
    return heads


def _split_group(notation: str) -> tuple[str, str]:
    """Return what stands in the first pair of parentheses, and what follows it."""
    depth = 0
    for i, char in enumerate(notation):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return notation[1:i], notation[i + 1 :]
    raise ValueError(f"Pattern {notation!r} has an open parenthesis.")


def _options(inner: str) -> list[str]:
    """Split alternatives at the bars that stand in no inner parentheses."""
    options, depth, start = [], 0, 0
    for i, char in enumerate(inner):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            options.append(inner[start:i])
            start = i + 1
    return [o.strip() for o in [*options, inner[start:]]]


def _until_blank(rest: str) -> str:
    return "" if rest.startswith("?") else rest.split(" ", 1)[0] if rest[:1].isalpha() else ("" if not rest else " ")

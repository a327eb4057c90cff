"""A small notation for word patterns, and finding thousands of them in one pass over a text."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

_WORD = re.compile(r"\w+")
_LEAST, _MOST = 3, 5  # patterns are filed under the first letters of their first word: as many as it has, from 3 to 5
_GAP = r"(?:[\s,\"'(/$-]{1,6}\w+(?:[.,]\d+)*%?\)?){0,7}?[\s,\"'()-]{1,6}"
_BLANK = r"[\s-]{1,6}\"?"
_REMEMBERED = 20_000  # words whose patterns are kept at hand; a few megabytes
_HEADING = re.compile(r"\[(.+)\]")


class PhraseFinder:
    """
    Labelled word patterns, ready to be found.

    The notation, on text folded by `geo.clauses.fold_text`: ``*`` any word ending; ``-`` a hyphen, a blank or nothing;
    `` ~ `` up to seven words between; ``(a|b)`` alternatives, ``(a)?`` optional; ``<name>`` one of the groups; ``;``
    ends a pattern. A pattern begins and ends at a word's edge.
    """

    def __init__(self, labelled: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> None:
        together: dict[tuple[str, str], list[str]] = {}
        for label, patterns in labelled:
            for raw in patterns.split(";"):
                notation = " ".join(_expand(raw, groups).split())
                for head in first_letters(notation) if notation else ():
                    together.setdefault((head, label), []).append(notation)
        # first three letters -> longer heads -> [notations, label]: most words of a text are settled by one look-up
        self._files: dict[str, dict[str, list[_Entry]]] = {}
        for (head, label), notations in together.items():
            self._files.setdefault(head[:_LEAST], {}).setdefault(head, []).append(_Entry(label, notations))
        self._known: dict[str, tuple[_Entry, ...]] = {}

    def find(self, folded: str) -> list[tuple[int, int, str]]:
        """Return (start, end, label) of all matches by start, the longest of each label at a word; they may overlap."""
        found: list[tuple[int, int, str]] = []
        known = self._known
        for word in _WORD.finditer(folded):
            entries = known.get(word[0])
            if entries is None:
                entries = self._look_up(word[0])
            if entries:
                found.extend(_longest(entries, folded, word.start()))
        return found

    def _look_up(self, word: str) -> "tuple[_Entry, ...]":
        """Return the entries whose head begins a word, and remember them: texts repeat their words."""
        file = self._files.get(word[:_LEAST], {})
        entries = tuple(entry for head, found in file.items() if word.startswith(head) for entry in found)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = entries
        return entries


class _Entry:
    """The patterns of one label under one head, compiled when their head is first met: few texts meet all."""

    __slots__ = ("_notations", "_pattern", "label")

    def __init__(self, label: str, notations: list[str]) -> None:
        self.label = label
        self._notations = notations
        self._pattern: re.Pattern[str] | None = None

    def match(self, folded: str, start: int) -> re.Match[str] | None:
        """Return the match of the longest notation that fits at `start`, or None."""
        if self._pattern is None:
            longest_first = sorted(dict.fromkeys(self._notations), key=lambda n: (-len(n), n))
            self._pattern = re.compile("|".join(map(to_regex, longest_first)))
        return self._pattern.match(folded, start)


def _longest(entries: tuple[_Entry, ...], folded: str, start: int) -> list[tuple[int, int, str]]:
    """Return the longest match of each label at one word."""
    best: dict[str, int] = {}
    for entry in entries:
        match = entry.match(folded, start)
        if match is not None and match.end() > best.get(entry.label, 0):
            best[entry.label] = match.end()
    return [(start, end, label) for label, end in best.items()]


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
    r"""
    Return the regular expression of one pattern.

    >>> to_regex("fire*")
    'fire\\w*(?!\\w)'
    """
    regex = notation.replace(".", r"\.").replace(" ~ ", "\x00").replace("*", r"\w*").replace("-", "\x01")
    regex = regex.replace(" ", _BLANK).replace("\x00", _GAP).replace("\x01", r"[\s-]?")
    return regex.replace("(", "(?:").replace("(?:?", "(?") + r"(?!\w)"


def first_letters(notation: str) -> set[str]:
    """
    Return the letters under which a pattern is filed: up to five of its first word; a short word must be whole.

    >>> sorted(first_letters("(opened|no)? fire"))
    ['fire', 'no', 'opene']
    """
    if not notation.startswith("("):
        head = re.match(rf"\w{{1,{_MOST}}}", notation)
        after = notation[head.end() : head.end() + 1] if head is not None else ""
        if head is None or (head.end() < _LEAST and after not in ("", " ", "-", "'", ".")):
            raise ValueError(f"Pattern {notation!r} begins with too few letters; expected {_LEAST}, or a whole word.")
        joined = re.match(r"\w+", notation.replace("-", "", 1)) if after == "-" else head
        return {head[0], (joined or head)[0][:_MOST]}
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

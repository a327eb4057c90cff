"""Find what the interface says in its sources: the English sentences given to `tr`, `trn`, `t`, `tn` and `count`."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LEFT_OUT = {"ogc"}  # an interface for programs: it speaks English
# Function: where its sentences stand among its arguments, singular before plural.
PYTHON = {"tr": (0,), "later": (0,), "trn": (0, 1)}
SCRIPT = {"t": (0,), "later": (0,), "tn": (1, 2), "count": (1, 2)}
_NAMES = "|".join(SCRIPT)
_CALL = re.compile(rf"(?<![\w.])(?:function\s+)?({_NAMES})\(")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
Said = tuple[str, ...]  # a sentence, or its singular and plural


class NotConstant(ValueError):
    """A sentence is put together at run time, so that no catalogue can hold it."""


def find_all() -> dict[Said, list[str]]:
    """
    Return every sentence with the files that say it, paths relative to the project.

    Raises
    ------
    NotConstant
        Naming the file and the line where a sentence is no literal.
    """
    found: dict[Said, list[str]] = {}
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.js")]):
        if LEFT_OUT & set(path.relative_to(ROOT).parts):
            continue
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT.parent).as_posix()
        for said in find_in_python(text, name) if path.suffix == ".py" else find_in_script(text, name):
            places = found.setdefault(said, [])
            if name not in places:
                places.append(name)
    return found


def find_in_python(text: str, name: str) -> Iterator[Said]:
    """Yield the sentences of a Python source; a name or a look-up given to `tr` is marked with `later` elsewhere."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PYTHON):
            continue
        said = [node.args[place] for place in PYTHON[node.func.id] if place < len(node.args)]
        if all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in said):
            yield tuple(str(part.value) for part in said if isinstance(part, ast.Constant))
        elif node.func.id != "tr" or isinstance(said[0], ast.JoinedStr | ast.BinOp):
            raise NotConstant(f"{name}:{node.lineno}: {ast.unparse(node)[:80]} has no constant sentence.")


def find_in_script(text: str, name: str) -> Iterator[Said]:
    """Yield the sentences of one of our scripts; a name or a look-up given to `t` is marked with `later` elsewhere."""
    for call in _CALL.finditer(_without_comments(text)):
        if call[0].startswith("function"):
            continue
        given = split_arguments(text, call.end())
        said = [given[place] for place in SCRIPT[call[1]] if place < len(given)]
        if all(re.fullmatch(r'"(?:[^"\\]|\\.)*"', part, re.DOTALL) for part in said) and said:
            words = [json.loads(part) for part in said]
            yield tuple(f"{{n}} {part}" for part in words) if call[1] == "count" else tuple(words)
        elif call[1] != "t" or "`" in said[0] or '"' in said[0]:
            line = text.count("\n", 0, call.start()) + 1
            raise NotConstant(f"{name}:{line}: {call[0]}{', '.join(given)[:80]} has no constant sentence.")


def _without_comments(text: str) -> str:
    """Blank out the lines that are comments, every character in its place."""
    return re.sub(r"(?m)^\s*//.*$", lambda line: " " * len(line[0]), text)


def split_arguments(text: str, start: int) -> list[str]:
    """Return the arguments of a call whose bracket opened just before `start`."""
    found, closers, begun, at = [], [")"], start, start
    while closers:
        sign = text[at]
        if sign in "\"'`":
            at = _end_of_text(text, at)
        elif sign in _PAIRS:
            closers.append(_PAIRS[sign])
        elif sign == closers[-1]:
            closers.pop()
        if (sign == "," and len(closers) == 1) or not closers:
            found.append(text[begun:at].strip())
            begun = at + 1
        at += 1
    return [part for part in found if part]


def _end_of_text(text: str, start: int) -> int:
    """Return where the text that begins at `start` ends; what a template computes is part of it."""
    at = start + 1
    while text[at] != text[start]:
        if text[at] == "\\":
            at += 1
        elif text[start] == "`" and text[at : at + 2] == "${":
            at = _end_of_template(text, at + 2)
        at += 1
    return at


def _end_of_template(text: str, start: int) -> int:
    depth, at = 1, start
    while True:
        if text[at] in "\"'`":
            at = _end_of_text(text, at)
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1

"""CQL2 text, OGC's language of filters, to a condition over the columns of `events` with every value bound."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import cql2

from geo.errors import InvalidQuery
from geo.features import DATES, NUMBERS, TEXTS
from geo.sql import Statement

MAX_FILTER = 4_000  # characters; what a URL carries through most proxies
MAX_BRACKETS = 10  # the parser's time doubles with each level where the text is wrong: 13 ms at most with ten
MAX_DEPTH = 30  # of operators within operators, far below where a database's own parser gives up

PROPERTIES = {
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(NUMBERS, "number"),
    "main": "boolean",
}
LISTS = ("actors", "equipment", "countries")  # properties with several values
_SIGNS = ("=", "<>", "<", "<=", ">", ">=")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_ESCAPE = "!"  # of LIKE, instead of CQL2's backslash, which databases read in different ways


class _Operand(NamedTuple):
    """A side of a comparison: a column as SQL, or a value still to be bound; `lower` compares it without case."""

    kind: str
    column: str | None = None
    value: Any = None
    lower: bool = False


def read_filter(text: str) -> Statement:
    """
    Translate a filter in CQL2 text.

    Understood are and, or, not; ``= <> < <= > >=``, ``LIKE``, ``BETWEEN``, ``IN``, ``IS NULL``; ``CASEI``;
    ``DATE('…')`` and ``TIMESTAMP('…')``; ``A_OVERLAPS`` and ``A_CONTAINS`` for the lists of `LISTS`.

    Parameters
    ----------
    text
        At most `MAX_FILTER` characters; its properties are those of `PROPERTIES` and `LISTS`.

    Returns
    -------
    statement
        A condition for `where` of the engine's methods. No word of the text is in it but as a bound value.

    Raises
    ------
    InvalidQuery
        Naming what is not understood.
    """
    _check(len(text) <= MAX_FILTER, text, f"at most {MAX_FILTER} characters")
    _check("\0" not in text, text, "text without the character NUL")
    _check_brackets(text)
    try:
        tree = cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        raise InvalidQuery(f"filter={_show(text)} is not CQL2 text: {_first_fault(error)}") from error
    writer = _Writer()
    return Statement(writer.condition(tree, MAX_DEPTH), writer.values)


def _check_brackets(text: str) -> None:
    """Refuse what would keep the parser busy or run it out of its stack: it follows brackets without a limit."""
    depth = deepest = 0
    for sign in re.findall(r"[()\[\]'\"]", _QUOTED.sub("", text)):
        _check(sign not in "'\"", text, "every quotation mark closed")
        depth += 1 if sign in "([" else -1
        deepest = max(deepest, depth)
        _check(depth >= 0, text, "every bracket opened before it is closed")
    _check(depth == 0, text, "every bracket closed")
    _check(deepest <= MAX_BRACKETS, text, f"at most {MAX_BRACKETS} brackets within one another")


def _first_fault(error: Exception) -> str:
    """Return the parser's own words, which stand behind the last "=" of a drawing of the text."""
    return str(error).rsplit("\n  = ", 1)[-1][:200]


def _show(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return repr(text[:60]).encode("utf-8", "backslashreplace").decode()


def _check(ok: bool, value: object, rule: str) -> None:
    if not ok:
        raise InvalidQuery(f"filter has {_show(value)}; expected {rule}.")


class _Writer:
    """Writes the SQL of a tree in CQL2 JSON and collects the values to bind."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def condition(self, node: Any, depth: int) -> str:  # noqa: ANN401 - JSON
        _check(depth > 0, "…", f"at most {MAX_DEPTH} operators within one another")
        if isinstance(node, bool):
            return "TRUE" if node else "FALSE"
        _check(isinstance(node, dict) and "op" in node, node, "a condition, such as kind = 'patrol'")
        op, args = node["op"].lower(), node["args"]
        if op in ("and", "or"):
            return "(" + f" {op.upper()} ".join(self.condition(arg, depth - 1) for arg in args) + ")"
        if op == "not":
            return f"(NOT {self.condition(args[0], depth - 1)})"
        if op in _SIGNS:
            return self._compare(op, args)
        _check(not op.startswith("s_"), op, "the parameter bbox for what lies in a box, instead of a spatial function")
        _check(op in _PREDICATES, op, f"one of and, or, not, {', '.join((*_SIGNS, *_PREDICATES))}")
        return _PREDICATES[op](self, args)

    def _bind(self, value: object) -> str:
        name = f"cql{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _compare(self, sign: str, args: list[Any]) -> str:
        left, right = self._sides(args)
        kind = left.kind if left.column else right.kind
        _check(kind != "boolean" or sign in ("=", "<>"), sign, "= or <> for a property that is true or false")
        return f"({self._write(left)} {sign} {self._write(right)})"

    def _like(self, args: list[Any]) -> str:
        left, right = self._sides(args)
        _check(left.kind == "text" and right.column is None, args, "a text property LIKE a pattern")
        right = right._replace(value=_to_pattern(right.value))
        return f"({self._write(left)} LIKE {self._write(right)} ESCAPE '{_ESCAPE}')"

    def _between(self, args: list[Any]) -> str:
        left, low = self._sides(args[:2])
        left_too, high = self._sides([args[0], args[2]])
        _check(left.kind in ("number", "date"), args[0], "a number or a date BETWEEN two others")
        return f"({self._write(left)} >= {self._write(low)} AND {self._write(left_too)} <= {self._write(high)})"

    def _in(self, args: list[Any]) -> str:
        _check(len(args) == 2 and isinstance(args[1], list) and args[1], args, "a property IN a list of values")
        sides = [self._sides([args[0], item]) for item in args[1]]
        timed = next((left for left, _ in sides if left.kind == "timestamp"), None)
        _check(timed is None, args[0], "a list of dates for a property that is a date")
        return f"({self._write(sides[0][0])} IN ({', '.join(self._write(item) for _, item in sides)}))"

    def _is_null(self, args: list[Any]) -> str:
        return f"({self._write(_column(args[0]))} IS NULL)"

    def _list(self, args: list[Any], *, every: bool) -> str:
        name = args[0].get("property") if len(args) == 2 and isinstance(args[0], dict) else None
        _check(name in LISTS, args[0] if args else "", f"one of {', '.join(LISTS)}, which are lists")
        wanted = args[1] if isinstance(args[1], list) else None
        _check(wanted and all(isinstance(item, str) for item in wanted), args[1], "a list of texts in brackets")
        names = [self._bind(item) for item in wanted]
        groups = names if every else [", ".join(names)]
        return "(" + " AND ".join(f"lists_meet({name}, {group})" for group in groups) + ")"

    def _sides(self, args: list[Any]) -> tuple[_Operand, _Operand]:
        """Return two operands of one kind, one of them a column."""
        _check(len(args) == 2, args, "two sides")
        left, right = (_operand(arg) for arg in args)
        _check(bool(left.column or right.column), args, "a property on one side")
        if left.column and right.column:
            _check(left.kind == right.kind, args, "properties of one kind on both sides")
            return left, right
        if left.column:
            return _match(left, right)
        return _match(right, left)[::-1]

    def _write(self, side: _Operand) -> str:
        text = side.column or self._bind(side.value)
        return f"lower({text})" if side.lower else text


_PREDICATES = {
    "like": _Writer._like,  # noqa: SLF001 - the table of its own methods
    "between": _Writer._between,  # noqa: SLF001
    "in": _Writer._in,  # noqa: SLF001
    "isnull": _Writer._is_null,  # noqa: SLF001
    "a_overlaps": lambda writer, args: writer._list(args, every=False),  # noqa: SLF001
    "a_contains": lambda writer, args: writer._list(args, every=True),  # noqa: SLF001
}


def _operand(node: Any) -> _Operand:  # noqa: ANN401 - JSON
    if isinstance(node, bool):
        return _Operand("boolean", value=node)
    if isinstance(node, int | float):
        _check(math.isfinite(node), str(node), "a number that is finite")
        return _Operand("number", value=float(node))
    if isinstance(node, str):
        return _Operand("text", value=node)
    _check(isinstance(node, dict), node, "a property or a value")
    if node.get("op") == "casei" and len(node["args"]) == 1:
        inner = _operand(node["args"][0])
        _check(inner.kind == "text", node["args"], "text for CASEI")
        return inner._replace(lower=True)
    for kind, read in (("date", _day), ("timestamp", _moment)):
        if kind in node:
            return _Operand(kind, value=read(node[kind]))
    return _column(node)


def _column(node: Any) -> _Operand:  # noqa: ANN401 - JSON
    name = node.get("property") if isinstance(node, dict) else None
    _check(name is not None, node, "a property or a value, without arithmetic or other functions")
    _check(name not in LISTS, name, f"A_OVERLAPS or A_CONTAINS with the list {name}")
    _check(name in PROPERTIES, name, f"a property among {', '.join((*PROPERTIES, *LISTS))}")
    return _Operand(PROPERTIES[name], column=f'"{name}"')


def _match(column: _Operand, value: _Operand) -> tuple[_Operand, _Operand]:
    """Bring a value to the kind of its column; a moment is compared with a day's beginning (UTC)."""
    if column.kind == "date" and value.kind == "timestamp":
        return _Operand("timestamp", column=f"CAST({column.column} AS TIMESTAMP)"), value
    if column.kind == "date" and value.kind == "text":
        return column, _Operand("date", value=_day(value.value))
    _check(column.kind == value.kind, str(value.value), f"a {column.kind} to compare with {column.column}")
    return column, value


def _day(text: Any) -> date:  # noqa: ANN401 - JSON
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except (TypeError, ValueError) as error:
        raise InvalidQuery(f"filter has {_show(text)}; expected a day such as 2024-04-15.") from error


def _moment(text: Any) -> datetime:  # noqa: ANN401 - JSON
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo is None else found.astimezone(UTC)).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidQuery(f"filter has {_show(text)}; expected a time such as 2024-04-15T00:00:00Z.") from error


def _to_pattern(pattern: str) -> str:
    """Rewrite a LIKE pattern from CQL2's escape character to ours."""
    parts = re.findall(r"\\.|\\$|[^\\]", pattern, re.DOTALL)
    return "".join(_escaped(part[1]) if len(part) == 2 else part.replace(_ESCAPE, _ESCAPE * 2) for part in parts)


def _escaped(sign: str) -> str:
    return _ESCAPE + sign if sign in ("%", "_", _ESCAPE) else sign

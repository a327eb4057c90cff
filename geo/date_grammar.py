"""The grammar of date expressions: parts joined to ranges, lists and open intervals; which lone words are dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from geo.date_parts import Part, Unit
from geo.date_tokens import COUNTED, Tokens, read_tokens
from geo.date_units import find_parts
from geo.date_weak import is_name, stands
from geo.date_words import KIND, compile_kinds


@dataclass(frozen=True, slots=True)
class Expression:
    """
    A date expression in a text, unresolved.

    Attributes
    ----------
    how
        single, range, night, week, until, by, before, after, as_of, since.
    first, last
        The part, or the two ends of a range; ``last`` is None for all but ranges.
    """

    start: int
    end: int
    how: str
    first: Part
    last: Part | None = None


@dataclass(frozen=True, slots=True)
class _Items:
    """Tokens with the parts folded: one letter per item, a `Unit` or a token index for each."""

    tokens: Tokens
    codes: str
    members: list[Unit | int]

    def unit(self, at: int) -> Unit:
        """The part at an item; a bare number is a day whose month stands elsewhere."""
        member = self.members[at]
        if isinstance(member, Unit):
            return member
        day = self.tokens.values[member]
        return Unit(Part("calendar", months=(0, 0), days=(day, day)), member, member + 1)

    def start(self, at: int) -> int:
        member = self.members[at]
        return self.tokens.starts[member.first if isinstance(member, Unit) else member]

    def end(self, at: int) -> int:
        member = self.members[at]
        return self.tokens.ends[(member.last if isinstance(member, Unit) else member + 1) - 1]

    def before(self, at: int) -> str:
        """Up to 32 characters before an item."""
        start = self.start(at)
        return self.tokens.text[max(0, start - 32) : start]

    def after(self, at: int) -> str:
        """Up to 32 characters after an item."""
        end = self.end(at)
        return self.tokens.text[end : end + 32]

    def stands(self, at: int) -> bool:
        """Tell whether a part whose words alone are no date is one here."""
        return stands(self.unit(at).part, self.before(at), self.after(at))


def _fold(tokens: Tokens) -> _Items:
    codes: list[str] = []
    members: list[Unit | int] = []
    at = 0
    for unit in find_parts(tokens):
        codes.append(tokens.codes[at : unit.first])
        members.extend(range(at, unit.first))
        codes.append(KIND["WEAK" if unit.part.weak else "UNIT"])
        members.append(unit)
        at = unit.last
    codes.append(tokens.codes[at:])
    members.extend(range(at, len(tokens.codes)))
    return _Items(tokens, "".join(codes), members)


# --- ranges, lists and edges ----------------------------------------------------------------------------------------

# A bare day after "and", a comma or a spaced dash may count things instead: "on 5 May - 18 people died".
_GOES_ON = re.compile(
    r"\s*(?:$|[.,;:)!?»”\n\u2013\u2014-]|(?:in|at|on|near|by|with|when|while|as|for|the|to|from|along|of|a|under|and"
    r"|after|before|around|inside|about|between|в|на|у|во|при|около|из|с|под|и|близ|вблизи|недалеко|по)\b)"
)
_SPACED_DASH = re.compile(r"\s[-\u2010-\u2015\u2212]\s")
_ORIGIN = re.compile(
    r"\b(?:dat(?:e|es|ed|ing)(?: back)?|footage|videos?|photos?|photographs?|pictures?|images?|statements?|reports?"
    r"|letter|data|figures|agreement|resolution|law|decree|treaty|clip|order|deal|quote)\s+$",
    re.IGNORECASE,
)
_THE_THING = re.compile(r"\s+[a-z]{3,}")
_POSSESSIVE = re.compile(r"['’]s\b")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LAST_YEAR_OF_RANGE = 2040  # "from 2000 to 2045" with a later end are clock times
_FAMILY = {"calendar": 0, "numeric": 0, "weekday": 1, "relative_day": 2, "ago": 2, "relative_unit": 2}


def _spell(items: _Items, first: int, last: int, how: str, *parts: Part) -> Expression:
    return Expression(items.start(first), items.end(last), how, *parts)


def _inherit(a: Part, b: Part) -> tuple[Part, Part] | None:
    """Let a bare day take the month and year of the other end."""
    bare = (0, 0)
    if b.months == bare and a.has_day and a.shape == "calendar":
        if a.year is not None and b.year is None:
            return None  # "5 May 2021 - 10": the year closed the date
        b = replace(b, months=a.months, year_shift=a.year_shift, same_year=a.same_year)
    elif a.months == bare and b.has_day and b.shape == "calendar":
        a = replace(a, months=b.months, year=b.year, year_shift=b.year_shift, same_year=b.same_year)
    elif a.months == bare and b.has_day:
        a = replace(a, shape="numeric", readings=tuple((y, m, a.days[0]) for y, m, _ in b.readings), months=(1, 12))
    return None if bare in (a.months, b.months) else (a, b)


def _can_pair(a: Part, b: Part) -> bool:
    """Tell whether two parts can be the ends of one range."""
    if a.shape not in _FAMILY or b.shape not in _FAMILY or _FAMILY[a.shape] != _FAMILY[b.shape]:
        return False
    if "year" in (a.precision, b.precision) and a.year is not None and b.year is not None:
        return a.year <= b.year <= _LAST_YEAR_OF_RANGE
    return True


def _pair_stands(items: _Items, at: int, found: re.Match[str], pair: tuple[Part, Part]) -> bool:
    """Tell whether weak ends (lone months, years, 15.04) make a range: after "from", by a dash, or where they stand."""
    weak = [p.weak for p in pair if p.weak]
    if not weak:
        return True
    if "daydot" in weak:
        proper = weak == ["daydot"] * 2 and found["by"] in KIND["DASH"] + KIND["PO"]
        return proper and bool(_CYRILLIC.search(items.before(at) + items.after(found.end() - 1)))
    if found["from"] or found["by"] == KIND["DASH"]:
        return True
    return (len(weak) == 1 and weak[0] != "weekday") or items.stands(at)


def _counts_things(items: _Items, found: re.Match[str], last: int) -> bool:
    """Tell whether the bare day that ends a range counts things: "on April 15 - 18 people died"."""
    after = items.after(last)
    if COUNTED.match(after):
        return True
    joint = items.tokens.text[items.end(found.start("a")) : items.start(last)]
    doubtful = found["from"] is None and (_SPACED_DASH.fullmatch(joint) is not None or found["by"] == KIND["AND"])
    return doubtful and _GOES_ON.match(after) is None


def _written_year(items: _Items, found: re.Match[str]) -> Part | None:
    """The year that closes "April 15 to 18, 2024", or None when what stands there is no plain year."""
    year = items.unit(found.start("year")).part if "year" in found.re.groupindex and found["year"] else None
    return year if year is not None and year.precision == "year" and year.year is not None else None


def _joined(items: _Items, found: re.Match[str]) -> bool:
    """Tell whether the words around two ends fit: "between A and B", "from A to B", "the night of 3 to 4 May"."""
    between = KIND["BETWEEN"] in (found["from"] or "") + (found["night"] or "")
    if (found["by"] == KIND["AND"]) != between or (found["by"] == KIND["NA"] and not found["night"]):
        return False
    shape = items.unit(found.start("a")).part.shape
    if found["by"] == KIND["DASH"] and shape not in ("calendar", "numeric", "weekday"):
        return False  # a sentence dash: "yesterday - on Monday ..."
    return found["comma"] is None or found["from"] is not None


def _range(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    if not _joined(items, found):
        return None
    first, last = found.start("a"), found.start("b")
    a, b = items.unit(first).part, items.unit(last).part
    if b.months == (0, 0):
        year = _written_year(items, found)
        if year is None and ("year" in found.re.groupindex or _counts_things(items, found, last)):
            return None
        b = replace(b, year=year.year if year is not None else None)
    pair = _inherit(a, b)
    if pair is None or not _can_pair(*pair) or not _pair_stands(items, first, found, pair):
        return None
    begin = next((found.start(n) for n in ("night", "from") if found[n]), first)
    return [_spell(items, begin, found.end() - 1, "range", *pair)]


def _list(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "3, 5 and 7 May", "April 15 and 18, 2024": consecutive pairs are one range, others separate days."""
    places = [at for at in range(*found.span("list")) if items.codes[at] in KIND["DAY"] + KIND["UNIT"]]
    parts = [items.unit(at).part for at in places]
    full = next((p for p in parts if p.months != (0, 0)), None)
    if full is None or not full.has_day or full.shape != "calendar" or full.weekday is not None:
        return None
    if parts[-1].months == (0, 0):
        year = _written_year(items, found)
        if year is None and (found["year"] or full.year or not _GOES_ON.match(items.after(places[-1]))):
            return None
        full = full if year is None else replace(full, year=year.year)
    parts = [replace(full, days=p.days, today=None) for p in parts]
    if len(parts) == 2 and parts[1].days[0] - parts[0].days[0] == 1:
        return [_spell(items, places[0], found.end() - 1, "range", *parts)]
    ends = [*places[:-1], found.end() - 1]
    return [_spell(items, at, end, "single", part) for at, end, part in zip(places, ends, parts, strict=True)]


def _coarse_list(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "in May and June 2021", "in 2010, 2014 and 2016": the preposition stands for all."""
    places = [at for at in range(*found.span()) if items.codes[at] in KIND["WEAK"] + KIND["UNIT"]]
    parts = [items.unit(at).part for at in places]
    if len({(p.shape, p.precision) for p in parts}) > 1 or parts[0].shape != "calendar" or not items.stands(places[0]):
        return None
    if parts[0].precision == "month":
        parts = [
            replace(p, year=parts[-1].year, year_shift=parts[-1].year_shift) if p.year is None else p for p in parts
        ]
        step = parts[1].months[0] - parts[0].months[1]
    else:
        step = (parts[1].year or 0) - (parts[0].year or 0)
    if len(parts) == 2 and step == 1:
        return [_spell(items, places[0], places[1], "range", *parts)]
    return [_spell(items, at, at, "single", part) for at, part in zip(places, parts, strict=True)]


def _night(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "в ночь на 4 мая" (3 to 4 May), "overnight on Sunday", and "overnight" alone (the night to publication)."""
    if not found["a"]:
        adjective = re.search(r"\b(?:an?|the|their|its)\s+$", items.before(found.start()), re.IGNORECASE)
        part = Part("relative_day", shift=0)
        return None if adjective else [_spell(items, found.start(), found.start(), "night", part)]
    part = replace(items.unit(found.start("a")).part, weak="")
    how = "single" if found["on"] is not None else "night"
    return [_spell(items, found.start(), found.end() - 1, how, part)]


def _since_morning(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "since midnight" and "с утра": from the day of the report on; "from morning" is no date."""
    text = items.tokens.text[items.start(found.start()) : items.end(found.end() - 1)].lower()
    if text.startswith("from"):
        return None
    return [_spell(items, found.start(), found.end() - 1, "since", Part("relative_day", shift=0))]


def _week_of(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "the week of May 5"."""
    part = items.unit(found.start("a")).part
    return [_spell(items, found.start(), found.end() - 1, "week", part)] if part.has_day else None


def _until_range(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "by October 28-29": the later day ends it."""
    part, last = items.unit(found.start("a")).part, items.unit(found.start("b")).part
    if not part.has_day or part.shape != "calendar" or _counts_things(items, found, found.start("b")):
        return None
    return [_spell(items, found.start(), found.end() - 1, "until", replace(part, days=last.days))]


_IS_OUT = re.compile(r"\s+(?:is|was|has) (?:out|over|up|ended)\b")  # "before the month is out": by its end
_EDGES = {"UNTIL": "until", "PO": "until", "BY": "by", "BEFORE": "before", "AFTER": "after", "AS": "as_of"}


def _edge(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    """Read "until 16 August", "since 1992", "as of 17 September": one end of an interval."""
    at = found.start("a")
    part, after = items.unit(at).part, items.after(at)
    kind = next((name for name in _EDGES if KIND[name] == found["edge"][0]), "SINCE")
    adjectival = bool(found["the"]) and not part.bound and _THE_THING.match(after) is not None
    if adjectival or _POSSESSIVE.match(after) or not items.stands(at):
        return None  # "since the May 5 attack" only names the day of the attack
    if kind == "PO" and part.shape not in ("calendar", "numeric"):
        return None
    if kind == "SINCE" and not _opens(items, found, part):
        return None
    if kind == "SINCE" and part.bound == "early" and part.shift == 0:
        return [_spell(items, found.start(), at, "single", replace(part, bound="to_date"))]
    how = "by" if kind == "BEFORE" and _IS_OUT.match(after) else _EDGES.get(kind, "since")
    return [_spell(items, found.start(), at, how, part)]


def _opens(items: _Items, found: re.Match[str], part: Part) -> bool:
    """Tell whether "from D" opens an interval; "footage from D", "down from last year", "from 1974-75" do not."""
    if found["edge"][0] == KIND["FROM"]:
        origin = _ORIGIN.search(items.before(found.start())) is not None
        if origin or part.years > 1 or (part.shape in ("relative_unit", "later", "ago") and part.bound != "early"):
            return False
    following = items.codes[found.end() : found.end() + 2]
    return not (following[:1] in tuple(KIND[k] for k in ("TO", "DASH", "PO", "UNTIL")) and KIND["NUMBER"] in following)


def _single(items: _Items, found: re.Match[str]) -> list[Expression] | None:
    at = found.start()
    surface = items.tokens.text[items.start(at) : items.end(at)]
    if is_name(surface, items.before(at), items.after(at)) or not items.stands(at):
        return None
    return [_spell(items, at, at, "single", items.unit(at).part)]


_ENDS = (
    "(?P<night>THE?NIGHT(?:OF|FROM|BETWEEN)?|OVERNIGHT(?:FROM|BETWEEN)?)?(?P<from>[FROM SINCE BETWEEN])?THE?"
    "(?P<a>[ANY DAY])(?:DOT|(?P<comma>COMMA))?(?P<by>[TO PO UNTIL DASH NA AND])(?:THE|NIGHT|ON)?(?P<b>{last})"
)
_Build = Callable[[_Items, re.Match[str]], list[Expression] | None]
_LISTED = "{0,6}COMMA?AND THE?"
_RULES: tuple[tuple[str, _Build], ...] = (
    (_ENDS.format(last="DAY") + "COMMA?(?P<year>[ANY])", _range),
    (_ENDS.format(last="[ANY DAY]"), _range),
    (f"(?P<list>DAY(?:COMMA DAY){_LISTED}UNIT)(?P<year>WEAK)?", _list),
    (f"(?P<list>UNIT(?:COMMA DAY){_LISTED}DAY)(?:COMMA?(?P<year>[ANY]))?", _list),
    (f"(?P<list>UNIT(?:COMMA DAY){_LISTED}DAY)(?P<year>)", _list),
    (f"WEAK(?:COMMA WEAK){_LISTED}[ANY]", _coarse_list),
    ("(?:THE?NIGHT NA|OVERNIGHT(?:INTO|TO|(?P<on>ON?)))(?P<a>[ANY])", _night),
    ("(?P<from>UNTIL|PO|BY)THE?(?P<a>UNIT)(?P<by>DASH)(?P<b>DAY)", _until_range),
    ("(?P<edge>UNTIL|PO|BY|BEFORE|AFTER|AS OF|SINCE FROM?ON?|FROM FROM?ON?)(?P<the>THE)?(?P<a>[ANY])", _edge),
    ("OVERNIGHT(?P<on>)(?P<a>)", _night),
    ("[SINCE FROM]THE?MORNING", _since_morning),
    ("THE?WEEKS OF(?P<a>UNIT)", _week_of),
    ("[ANY]", _single),
)
_EACH = [(compile_kinds(source), build) for source, build in _RULES]
_ANY_RULE = compile_kinds("|".join(re.sub(r"\?P<\w+>", "?:", source) for source, _ in _RULES))
# Every rule needs a part (or "overnight"); it begins with one of these.
_MAY_BEGIN = compile_kinds(
    "[ANY OVERNIGHT WEEKS]|[THE NIGHT FROM SINCE BETWEEN UNTIL PO BY BEFORE AFTER AS](?=[^ WORD BREAK])"
    "|DAY(?=[TO PO UNTIL DASH NA AND COMMA DOT])"
)


def _read(items: _Items, at: int) -> tuple[list[Expression], int] | None:
    for rule, build in _EACH:
        found = rule.match(items.codes, at)
        expressions = build(items, found) if found is not None else None
        if found is not None and expressions:
            return expressions, found.end()
    return None


def find_expressions(text: str) -> Iterator[Expression]:
    """Yield the date expressions of a text, in order and without overlap; nothing is resolved yet."""
    items, at = _fold(read_tokens(text)), 0
    while (found := _MAY_BEGIN.search(items.codes, at)) is not None:
        at = found.start()
        read = _read(items, at) if _ANY_RULE.match(items.codes, at) is not None else None
        at += 1
        if read is not None:
            yield from read[0]
            at = read[1]

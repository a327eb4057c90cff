"""The single parts of date expressions: "15 April", "mid-March", "last Friday", "неделю назад", as rules over kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from geo.date_parts import Part, Take, Unit
from geo.date_tokens import COUNTED, Tokens
from geo.date_words import KIND, compile_kinds

# "today, 9 September", "on Monday (May 5)": a relative word or weekday that goes with a day.
_LEAD = (
    "(?:(?:(?P<today>RELDAY)MORNING?|DIR?(?P<weekday>WDAY)(?:(?<=[WABBR])DOT)?)"
    "(?:COMMA|(?P<lpar>LPAR))?(?:THE|ON|IN)?){0,2}"
)
_CLOSE = "(?(lpar)RPAR)(?:LPAR(?P<weekday2>WDAY)RPAR)?"
# The year after a day or month: "2021", "2021 года", "of last year", "прошлого года", "того же года", "с.г."
_TAIL = (
    "(?:DOT?(?:COMMA|OF|DASH)?(?P<year>[YEAR OLDYEAR])(?:YEARS)?|LPAR(?P<yearin>YEAR)(?:YEARS)?RPAR"
    "|(?:OF|COMMA)?THE?(?P<ydir>DIR)YEARS|OF?THE?(?P<same>SAME|THAT)ZHE?YEARS|(?P<tg>TE|FROM)DOT YEARS)?"
)
_SEASON_YEAR = "(?:OF?(?P<year>YEAR)(?:DASH(?P<year2>[YEAR DAY]))?(?:YEARS)?|OF?(?P<ydir>DIR)YEARS)?"
_BOUND = "(?:(?P<sofar>SO)FAR|(?P<earlier>EARLIER)|(?P<later>LATER)|THE?(?P<part>PART)OF?)?"
_LONG = "(?P<unit>[WEEKS MONTHS YEARS WEEKEND QUARTER])"
_MONTHS_OF_SEASON = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
# Ten-day thirds of a month (the "decades" of the WMO and of Russian usage); four-month thirds of a year.
_THIRD_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 0), "": (1, 0)}
_THIRD_OF_YEAR = {"early": (1, 4), "mid": (5, 8), "late": (9, 12), "": (1, 12)}
_NEEDS_OF = {"beginning", "start", "outset", "end", "middle", "midway"}
_SEPARATE_AFTER = re.compile(r"\s*(?:[.,;:)!?»”\n]|$)")
_ONCE_AGO = {"неделю", "месяц", "год", "день", "сутки"}
_PREVIOUS = {"previous", "предыдущий"}
_NEXT_OR_PREVIOUS = {*_PREVIOUS, "next", "следующий", "этот"}
_ONCE_LATER = {"днём", "днем", "неделей", "месяцем", "годом"}
_NOT_ONCE = re.compile(r"(?:полтор\w+|полугод\w*|\d|кажды\w+)\s*$")
_ROLLING = re.compile(r"\b(?:over|in|during|for|within|through)\s+the\s+$", re.IGNORECASE)
_PLURAL = {"weeks", "months", "years", "weekends", "годы", "годов", "годах", "годам", "лет", "гг", "недель", "месяцев"}
_NOT_EVERY = re.compile(  # recurring days, named days
    r"(?:\b(?:every|each|first|second|third|fourth|last|black|bloody|good|easter|palm|man)|кажд\w{2,3}|кажд\w{2,3} \w+)"
    r"\s+$",
    re.IGNORECASE,
)
_COMING = ("coming", "upcoming", "ближайш", "предстоящ")
_AT = re.compile(r"\b(?:over|at|on|during|throughout|в|на)\s+(?:the\s+)?$", re.IGNORECASE)
_ROUGHLY = re.compile(r"(?:more than|over|nearly|almost|about|some|around|less than|около|более|почти)\s+$")
_ATTACKS = re.compile(r"\s+(?:terror\w*\s+)?attack")
_NEWSPAPER = re.compile(r"\s+(?:Times|Telegraph|Mail|Express|Mirror|Herald|Post|Tribune)\b")


Build = Callable[[Take], Part | tuple[Part, int] | None]


def _full(take: Take) -> Part:
    part = Part("numeric", readings=take["full"])
    return replace(take.tail(part), year=None)


def _day(take: Take) -> Part | tuple[Part, int] | None:
    month, day = take["month"], take["day"]
    part = take.tail(Part("calendar", months=(month, month), days=(day, day)))
    plain = part.year is None and part.weekday is None and part.today is None
    if plain and take.at("month") < take.at("day"):
        if take.before.lower().endswith("in ") and COUNTED.match(take.tokens.text, take.end):
            weak = Part("calendar", months=(month, month), precision="month", weak="month")
            return weak, take.at("month") + 1
        if (month, day) == (9, 11) and _ATTACKS.match(take.tokens.text, take.end):
            return None  # the name of the attacks of 2001, not the latest 11 September
    return part


def _daydot(take: Take) -> Part:
    day, month = take["daydot"]
    weak = "" if "today" in take or "weekday" in take else "daydot"
    return take.tail(Part("calendar", months=(month, month), days=(day, day), weak=weak))


def _month(take: Take) -> Part | None:
    month, part = take["month"], take["part"] or ""
    if take.word("part") in _NEEDS_OF and take.at("month") - take.at("part") < 2:
        return None  # "beginning July 1" opens an interval
    if take.before.lower().endswith("pre-"):
        return None
    out = Part("calendar", months=(month, month), days=_THIRD_OF_MONTH[part], precision="month", shift=take["mdir"])
    out = replace(take.tail(out), weekday=None, today=None)
    said = part or take["mdir"] is not None or out.year or out.year_shift is not None or out.same_year
    abbreviated = take.kind("month") in (KIND["MABBR"], KIND["RUABBR"])
    return out if said else replace(out, weak="abbreviation" if abbreviated else take.word("month"))


def _piece_of_month(take: Take) -> Part | None:
    month, ordinal = take["month"], take["ord"]
    ordinal = 0 if take.kind("ord") == KIND["DIR"] and ordinal == -1 else ordinal
    unit, word = take.kind("unit"), take.word("unit")
    last = ordinal == 0
    if unit == KIND["HALF"]:
        days, precision = ((1, 15) if ordinal == 1 else (16, 0)), "month"
    elif unit == KIND["WEEKS"]:
        days, precision = ((-6, 0) if last else (7 * ordinal - 6, min(7 * ordinal, 28))), "week"
    elif unit == KIND["TENDAYS"]:
        days, precision = _THIRD_OF_MONTH[{1: "early", 2: "mid"}.get(ordinal, "late")], "month"
    elif word in ("day", "день"):
        days, precision = ((0, 0) if last else (1, 1)), "day"
    else:
        days, precision = _THIRD_OF_MONTH["late" if last else "early"], "month"
    if take.kind("ord") == KIND["DIR"] and not last:
        return None
    return replace(take.tail(Part("calendar", months=(month, month), days=days, precision=precision)), weekday=None)


def _piece(take: Take) -> Part | None:
    if "qh" in take:
        letter, number = take["qh"][0], int(take["qh"][1])
        size = 3 if letter == "Q" else 6
    else:
        number = take["ord"]
        size = 3 if take.kind("unit") == KIND["QUARTER"] else 6
        if not ("year" in take or "years" in take or take["unit"] in ("half-year", "квартал")):
            return None
    if not 1 <= number <= 12 // size:
        return None
    shift = (take["ydir"] or 0) if take["year"] is None and "years" in take else None
    months = (size * (number - 1) + 1, size * number)
    return Part("calendar", year=take["year"], year_shift=shift, months=months, precision="month")


def _first_months(take: Take) -> Part | None:
    count = take["n"]
    if not 1 <= count <= 12:
        return None
    shift = (take["ydir"] or 0) if take["year"] is None else None
    return Part("calendar", year=take["year"], year_shift=shift, months=(1, count), precision="month")


def _season(take: Take) -> Part | None:
    year, season = take["year"], take["season"]
    months, precision = _MONTHS_OF_SEASON[season], "month"
    if year is None and take["ydir"] is None and take["shift"] is None:
        return None
    if season == "winter" and year is not None and "year2" not in take:
        months, precision = (1, 12), "year"  # "winter 2021" began in 2020 or in 2021: only the year is sure
    return Part("calendar", year=year, year_shift=take["ydir"], months=months, precision=precision, shift=take["shift"])


def _year(take: Take) -> Part:
    months = _THIRD_OF_YEAR[take["part"] or ""]
    if "decade" in take:
        first, size = {"early": (0, 4), "mid": (4, 3), "late": (7, 3)}.get(take["part"] or "", (0, 10))
        return Part("calendar", year=take["decade"] + first, years=size, precision="year")
    sure = "part" in take or "years" in take
    return Part("calendar", year=take["year"], months=months, precision="year", weak="" if sure else "year")


def _short_years(take: Take) -> Part | None:
    """Read "2017-18"."""
    year, short = take["year"], take["short"]
    glued = take.tokens.ends[take.at("year")] + 1 == take.tokens.starts[take.at("short")]
    if not glued or not isinstance(short, int) or not year % 100 < short < 100:
        return None
    return Part("calendar", year=year, years=short - year % 100 + 1, precision="year", weak="year")


def _weekday(take: Take) -> Part | None:
    if _NOT_EVERY.search(take.before) or _NEWSPAPER.match(take.tokens.text, take.end):
        return None
    if "wdir" in take:
        return Part("weekday", weekday=take["weekday"], shift=take["wdir"], unit="week")
    russian = not take.word("weekday").isascii() and "shift" not in take
    return Part("weekday", weekday=take["weekday"], shift=take["shift"], weak="weekday" if russian else "")


def _relative_day(take: Take) -> Part:
    if "beside" in take:
        return Part("relative_day", shift=take["today"] * 2)
    return Part("relative_day", shift=take["today"])


def _part_of_day(take: Take) -> Part | None:
    text, night = take.word("shift"), take.kind("time") == KIND["NIGHT"]
    if text == "last" and night:
        return Part("relative_day", shift=-1)
    if text in ("минувшей", "прошлой", "этой") and night:
        return Part("relative_day", shift=-1, bound="night")
    return Part("relative_day", shift=0) if text == "this" else None


def _relative_unit(take: Take) -> Part | None:
    shift = take["shift"] or 0
    if take.word("unit") in _PLURAL:
        return None
    unit = {KIND["WEEKEND"]: "weekend", KIND["QUARTER"]: "quarter"}.get(take.kind("unit"), take["unit"])
    bound = "to_date" if "sofar" in take or "sofar2" in take else take["part"] or ""
    bound = "earlier" if "earlier" in take else "later" if "later" in take else bound
    if unit == "weekend" and take.word("shift").startswith(_COMING):
        shift = 0
    if bound or take.word("shift") not in ("last", "past"):
        return Part("relative_unit", shift=shift, unit=unit, bound=bound)
    if _ROLLING.search(take.before + ("the " if "the" in take else "")):  # "over the last week"
        return Part("rolling", shift=-1, unit=unit) if unit in ("week", "month") else None
    return Part("relative_unit", shift=shift, unit=unit) if take.word("shift") == "last" else None


def _weekend(take: Take) -> Part | None:
    """Read "over the weekend", «в выходные»."""
    return Part("relative_unit", shift=0, unit="weekend") if _AT.search(take.before) else None


def _ago(take: Take) -> Part | None:
    if "n" not in take:
        once = take.word("unit") in _ONCE_AGO and not _NOT_ONCE.search(take.before)
        return Part("ago", shift=-1, unit=take["unit"]) if once else None
    count = take["n2"] if "n2" in take and take["n"] == 1 else take["n"]
    if count is None or (take["unit"] == "year" and _ROUGHLY.search(take.before)):
        return None
    return Part("ago", shift=-count or None, unit=take["unit"])


def _later(take: Take) -> Part | None:
    sign = -1 if take.kind("sign") == KIND["EARLIER"] else 1
    if "n" not in take:
        once = "sp" in take or take.word("unit") in _ONCE_LATER
        return Part("later", shift=sign, unit=take["unit"]) if once and not _NOT_ONCE.search(take.before) else None
    count = take["n2"] if "n2" in take and take["n"] == 1 else take["n"]
    if count is None or ("sp" in take and take["unit"] == "year" and count > 3):
        return None
    return Part("later", shift=sign * count or None, unit=take["unit"])


def _beside(take: Take) -> Part | None:
    """Read "the day after" where nothing follows it."""
    sign = 1 if take.kind("besides") == KIND["AFTER"] else -1
    separate = _SEPARATE_AFTER.match(take.tokens.text, take.end)
    return Part("later", shift=sign, unit="day") if separate else None


def _next_day(take: Take) -> Part | None:
    """Read "the next day", "the same day", "that year", «на следующий день», «того же дня»."""
    word, kind, unit = take.word("near"), take.kind("near"), take.word("unit")
    if unit in _PLURAL or unit == "days":
        return None
    if kind == KIND["DIR"]:
        of_day = take["unit"] == "day" and word in _NEXT_OR_PREVIOUS
        return Part("later", shift=-1 if word in _PREVIOUS else take["near"], unit="day") if of_day else None
    if kind == KIND["THAT"] and not word.isascii() and "zhe" not in take:
        return None  # «тот» alone only points at a noun
    return Part("later", shift=take["near"], unit=take["unit"])


def _day_of_month(take: Take) -> Part | None:
    ordinal = not take.word("day").isdigit()
    if take.word("word") == "числа" or (ordinal and _SEPARATE_AFTER.match(take.tokens.text, take.end)):
        return Part("day_of_month", days=(take["day"], take["day"]))
    return None


_YEAR = "(?P<year>YEAR)(?:YEARS)?"
_RULES: tuple[tuple[str, Build], ...] = tuple(
    ("".join(pieces), build)
    for *pieces, build in (
        (_LEAD, "(?P<full>FULL)(?:YEARS)?", _CLOSE, _full),
        (_LEAD, "(?P<day>DAY)(?:OF|DASH)?(?P<month>MONTHNAME)", _TAIL, _CLOSE, _day),
        (_LEAD, "(?P<day>DAY)(?P<month>RUNOM)", _YEAR, _day),
        ("(?P<weekday>WDAY)DOT?COMMA?(?P<day>DAY)COMMA(?P<month>MONTHNAME)COMMA?", _YEAR, _day),
        (_LEAD, "(?P<month>[MONTH MABBR])DOT?THE?(?P<day>DAY)", _TAIL, _CLOSE, _day),
        (_LEAD, "(?P<daydot>DAYDOT)", _daydot),
        ("THE?(?P<ord>[ORD DIR])(?P<unit>[HALF WEEKS DAYS TENDAYS])OF?(?P<month>MONTHNAME)", _TAIL, _piece_of_month),
        ("(?:THE?(?P<part>PART)(?:DASH|OF)?)?(?P<mdir>DIR)?(?P<month>[MONTHNAME RUNOM])", _TAIL, _month),
        ("THE?(?P<ord>ORD)(?P<unit>[QUARTER HALF])", f"(?:OF?THE?(?:{_YEAR}|(?P<ydir>DIR)?(?P<years>YEARS)))?", _piece),
        ("(?P<qh>QH)(?:OF|COMMA)?", _YEAR, _piece),
        ("THE?ORD(?P<n>[COUNT DAY])MONTHS OF?", f"(?:{_YEAR}|THE?(?P<ydir>DIR)?YEARS)", _first_months),
        ("(?P<n>[COUNT DAY])MONTHS(?:(?P<year>YEAR)|(?P<ydir>DIR))YEARS", _first_months),
        ("(?P<shift>DIR)?(?P<season>SEASON)", _SEASON_YEAR, _season),
        ("THE?(?P<part>PART)(?:DASH|OF)?THE?", f"(?:{_YEAR}|(?P<decade>DECADE)(?:YEARS)?)", _year),
        ("THE?(?P<decade>DECADE)(?:YEARS)?", _year),
        ("(?P<year>YEAR)DASH(?P<short>[DAY NUMBER])", _short_years),
        ("(?P<year>YEAR)(?P<years>YEARS)?", _year),
        ("(?P<weekday>WEEKDAY)COMMA?(?:OF|NA|IN)?(?P<wdir>DIR)WEEKS", _weekday),
        ("(?P<shift>DIR)?(?P<weekday>WEEKDAY)", _weekday),
        ("THE?DAYS(?P<beside>[BEFORE AFTER])(?P<today>RELDAY)", _relative_day),
        ("(?P<today>RELDAY)(?:MORNING?COMMA?(?:ON|IN)?WEEKDAY(?!AND))?", _relative_day),
        ("(?P<shift>DIR)(?P<time>[MORNING NIGHT])", _part_of_day),
        (_BOUND, "(?P<the>THE)?(?P<shift>DIR)", _LONG, "(?:(?P<sofar2>SO)FAR)?", _relative_unit),
        ("(?:(?P<earlier>EARLIER)|(?P<later>LATER))IN THE", _LONG, _relative_unit),
        ("THE?(?P<part>PART)OF?THE?", _LONG, _relative_unit),
        ("(?:(?P<n>DIGITS)(?P<n2>COUNT)?OF?)?(?P<unit>SPAN)AGO", _ago),
        ("THE?(?P<near>NEAR)(?P<zhe>ZHE)?(?P<unit>SPAN)", _next_day),
        ("THE?WEEKEND", _weekend),
        ("THE[DAYS MORNING NIGHT](?P<besides>[BEFORE AFTER])", _beside),
        ("(?:(?P<n>DIGITS)(?P<n2>COUNT)?OF?)?(?P<unit>SPAN)(?P<sign>[LATER EARLIER SPUSTYA])", _later),
        ("(?P<sp>SPUSTYA)(?P<n>[COUNT DAY])?(?P<unit>SPAN)", _later),
        ("THE(?P<day>DAY)", _day_of_month),
        ("(?P<day>DAY)(?P<word>DAYS)", _day_of_month),
    )
)


def _with_suffix(source: str, number: int) -> str:
    return re.sub(r"\(\?(P<|\()(\w+)([>)])", rf"(?\1\2_{number}\3", source)


_SOURCES = [_with_suffix(source, i) for i, (source, _) in enumerate(_RULES)]
_EACH = [compile_kinds(source) for source in _SOURCES]
_ANY_RULE = compile_kinds("|".join(f"(?:{source})" for source in _SOURCES))


def _read_unit(tokens: Tokens, at: int) -> Unit | None:
    """Read the part that begins at a token, by the first rule that accepts it."""
    for number, (_, build) in enumerate(_RULES):
        found = _EACH[number].match(tokens.codes, at)
        if found is None:
            continue
        built = build(Take(tokens, found, f"_{number}"))
        if isinstance(built, tuple):
            return Unit(built[0], at, built[1])
        if built is not None:
            return Unit(built, at, found.end())
    return None


# Most tokens cannot begin a part; of those that can, most need a second token that is none of the ordinary ones.
_MAY_BEGIN = compile_kinds(
    "[MONTHNAME RUNOM WDAY RELDAY YEAR DECADE FULL DAYDOT WEEKEND]|DIGITS(?=[MONTHNAME RUNOM OF DASH SPAN COUNT])"
    "|[ORD QH SEASON PART DIR SPAN NEAR SO EARLIER LATER SPUSTYA THE]"
    "(?=[^ WORD BREAK COMMA LPAR RPAR AND TO PO BY FROM SINCE NA UNTIL BETWEEN])"
)


def find_parts(tokens: Tokens) -> Iterator[Unit]:
    """Yield the parts of date expressions in a text, in order and without overlap."""
    at, codes = 0, tokens.codes
    while (found := _MAY_BEGIN.search(codes, at)) is not None:
        at = found.start()
        unit = _read_unit(tokens, at) if _ANY_RULE.match(codes, at) is not None else None
        if unit is not None:
            yield unit
        at = unit.last if unit is not None else at + 1

"""The vocabulary of dates, English and Russian: each word with its kind (one letter) and its value."""

from __future__ import annotations

import re
import string
from typing import Any


def listed(words: str) -> list[str]:
    """Split words written in one line."""
    return words.split()


# Every kind of token gets one letter, so that the grammar can be plain regular expressions over kinds, not characters:
# linear time, one grammar for both languages, and no guessing about spaces and case inside the rules.
# Not plain from the name: MABBR, WABBR, RUABBR abbreviated months and weekdays; RUGEN a Russian month in the genitive,
# RUNOM in another case; RELDAY "today"; PART "early"; DIR "last, this, next"; QH "Q3"; DAYDOT 15.04; OLDYEAR before
# 1900; PO, NA, ZHE, TE the Russian «по», «на», «же», «т.»; SPUSTYA «через»; UNIT, WEAK a part already read.
_NAMES = listed(
    "WORD BREAK DAY YEAR NUMBER FULL DAYDOT DECADE MONTH MABBR RUGEN RUNOM RUABBR WEEKDAY WABBR RELDAY SEASON PART ORD "
    "HALF QUARTER QH DIR COUNT DAYS WEEKS MONTHS YEARS WEEKEND AGO EARLIER LATER SPUSTYA SAME THAT ZHE FOLLOWING FROM "
    "SINCE TO PO UNTIL BY BETWEEN AND IN ON NA OF THE AS BEFORE AFTER NIGHT OVERNIGHT INTO MORNING SO FAR TE COMMA DOT "
    "DASH LPAR RPAR TENDAYS OLDYEAR UNIT WEAK"
)
_LETTERS = string.ascii_letters + string.digits + "αβγδεζηθικλμν"
KIND = dict(zip(_NAMES, _LETTERS[: len(_NAMES)], strict=True))

_EN_MONTHS = listed("january february march april may june july august september october november december")
_EN_ABBR = listed("jan feb mar apr may jun jul aug sep oct nov dec")
_RU_STEMS = listed("январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр")
_RU_ABBR = listed("янв фев мар апр май июн июл авг сен окт ноя дек")
_EN_WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
_RU_WEEKDAYS = (
    "понедельник понедельника понедельнику понедельником",
    "вторник вторника вторнику вторником",
    "среда среды среду среде средой",
    "четверг четверга четвергу четвергом",
    "пятница пятницы пятницу пятнице пятницей",
    "суббота субботы субботу субботе субботой",
    "воскресенье воскресенья воскресенью воскресеньем",
)
_WABBR = ("mon пн", "tue tues вт", "wed ср", "thu thur thurs чт", "fri пт", "sat сб", "sun вс")
_COUNTS = (
    "several few несколько couple пару",  # 0: some, the number is not said
    "a an one один одна одну одно одним одной",
    "two два две двумя двух",
    "three три тремя трёх трех",
    "four четыре четырьмя четырёх четырех",
    "five пять пятью пяти",
    "six шесть шестью шести",
    "seven семь семи",
    "eight восемь восьми",
    "nine девять девяти",
    "ten десять десяти",
    "eleven одиннадцать",
    "twelve двенадцать",
    "thirteen",
    "fourteen четырнадцать",
)
_ORDS = (
    "последний последнем последнего последняя последней последнюю последние последних",  # 0: counted from the end
    "first первый первом первого первая первой первую первые первых i",
    "second второй втором второго вторая вторую ii",
    "third третий третьем третьего третья третьей третью iii",
    "fourth четвёртый четвертый четвёртом четвертом четвёртого четвертого четвёртая четвертая четвёртой четвертой iv",
)

# kind -> {value: words}. Words are lower case; those in `CAPITAL` count only with a capital letter.
_TABLE: dict[str, dict[Any, str]] = {
    "RELDAY": {
        -2: "позавчера",
        -1: "yesterday вчера вчерашнего накануне",
        0: "today tonight сегодня сегодняшнего",
        1: "tomorrow завтра завтрашнего",
        2: "послезавтра",
    },
    "SEASON": {
        "spring": "spring весна весны весну весной весне",
        "summer": "summer лето лета летом лету",
        "autumn": "autumn осень осени осенью",
        "fall": "fall",  # needs a year or "last": "the fall of Kabul" is no season
        "winter": "winter зима зимы зиму зимой зиме",
    },
    "PART": {
        "early": "early beginning start outset начало начала начале началу",
        "mid": "mid middle midway середина середины середине середину середине",
        "late": "late end конец конца конце концу концом",
    },
    "HALF": {"half": "half половина половине половины половину", "half-year": "полугодие полугодии полугодия"},
    "QUARTER": {"quarter": "quarter", "квартал": "квартал квартале квартала"},
    "TENDAYS": {10: "декада декаде декаду декады"},
    "DIR": {
        -1: "last past previous прошлой прошлую прошлом прошлого прошлый прошлым прошлое прошлые прошлых "
        "минувшей минувшую минувшем минувшего минувший минувшим минувшее минувшие минувших предыдущей предыдущем",
        0: "this current эта эту это этой этот этом этого этим эти этих текущей текущую текущем текущего текущий "
        "нынешней нынешнюю нынешнем нынешнего нынешний нынешним",
        1: "next coming upcoming forthcoming следующей следующую следующем следующего следующий будущей будущую "
        "будущем будущего ближайшую ближайший ближайшее ближайшие предстоящей предстоящую предстоящий",
    },
    "FOLLOWING": {1: "following"},
    "DAYS": {"day": "day days день дня дней дню днём днем дни днями сутки суток числах числа"},
    "WEEKS": {"week": "week weeks неделя недели неделю недель неделе неделей неделями"},
    "MONTHS": {"month": "month months месяц месяца месяцев месяце месяцем месяцами"},
    "YEARS": {"year": "year years год года году годом годы годов годах годам лет г гг"},
    "WEEKEND": {"weekend": "weekend выходные выходных выходными"},
    "AGO": {-1: "ago назад"},
    "EARLIER": {-1: "earlier previously ранее раньше"},
    "LATER": {1: "later позже позднее"},
    "SPUSTYA": {1: "спустя через"},
    "SAME": {0: "same"},
    "THAT": {0: "that тот того том ту той тем"},
    "ZHE": {0: "же"},
    "FROM": {0: "from с со начиная"},
    "SINCE": {0: "since starting effective"},
    "TO": {0: "to"},
    "PO": {0: "по"},
    "UNTIL": {0: "until till through thru до"},
    "BY": {0: "by к ко"},
    "BETWEEN": {0: "between между"},
    "AND": {0: "and & и"},
    "IN": {0: "in during в во за"},
    "ON": {0: "on"},
    "NA": {0: "на"},
    "OF": {0: "of"},
    "THE": {0: "the"},
    "AS": {0: "as"},
    "BEFORE": {0: "before"},
    "AFTER": {0: "after после"},
    "NIGHT": {0: "night ночь ночью"},
    "OVERNIGHT": {0: "overnight"},
    "INTO": {0: "into"},
    "MORNING": {0: "morning afternoon evening midnight dawn daybreak noon утра полуночи рассвета"},
    "SO": {0: "so"},
    "FAR": {0: "far"},
    "TE": {0: "т"},
    "COMMA": {0: ","},
    "DOT": {0: "."},
    "DASH": {0: "- \u2010 \u2011 \u2012 \u2013 \u2014 \u2015 \u2212"},
    "LPAR": {0: "("},
    "RPAR": {0: ")"},
}


def _read_table() -> dict[str, tuple[str, Any]]:
    """Index the vocabulary by word: word -> (kind letter, value)."""
    out = {w: (KIND[kind], value) for kind, rows in _TABLE.items() for value, ws in rows.items() for w in ws.split()}
    out["beginning"] = (KIND["PART"], "early")
    for kind, table in (("WEEKDAY", _RU_WEEKDAYS), ("WABBR", _WABBR)):
        out.update({w: (KIND[kind], i) for i, ws in enumerate(table) for w in ws.split()})
    for kind, table in (("ORD", _ORDS), ("COUNT", _COUNTS)):
        out.update({w: (KIND[kind], i) for i, ws in enumerate(table) for w in ws.split()})
    out.update({w: (KIND["WEEKDAY"], i) for i, w in enumerate(_EN_WEEKDAYS)})
    for i, stem in enumerate(_RU_STEMS, 1):
        hard, soft = ("а", ("", "е", "у", "ом")), ("я", ("ь", "е", "ю", "ём", "ем"))
        genitive, others = hard if i in (3, 8) else ("я", ("й", "е", "ю", "ем")) if i == 5 else soft
        out.update({stem + end: (KIND["RUNOM"], i) for end in others})
        out[stem + genitive] = (KIND["RUGEN"], i)
    for kind, names in (("RUABBR", _RU_ABBR), ("MABBR", _EN_ABBR), ("MONTH", _EN_MONTHS)):
        out.update({w: (KIND[kind], i) for i, w in enumerate(names, 1)})
    out.update({"sept": (KIND["MABBR"], 9), "сент": (KIND["RUABBR"], 9), "нояб": (KIND["RUABBR"], 11)})
    out["май"], out["март"] = (KIND["RUNOM"], 5), (KIND["RUNOM"], 3)
    return out


WORDS = _read_table()
# "may", "march", "sun", "sat", "mar" in lower case are other words.
CAPITAL = {"may", "march", *_EN_ABBR, "sept", *(w for ws in _WABBR for w in ws.split() if w.isascii())}

# Names that stand for several kinds of token.
_ALIASES = {
    "MONTHNAME": "MONTH MABBR RUGEN RUABBR",
    "WDAY": "WEEKDAY WABBR",
    "SPAN": "DAYS WEEKS MONTHS YEARS",
    "DIGITS": "COUNT DAY NUMBER",
    "NEAR": "DIR FOLLOWING SAME THAT",
    "ANY": "UNIT WEAK",
}


def compile_kinds(source: str) -> re.Pattern[str]:
    """Compile a rule: words in capitals are token kinds or aliases, everything else is an ordinary regex."""

    def letters(names: str) -> str:
        return "".join(KIND[k] for name in names.split() for k in _ALIASES.get(name, name).split())

    source = re.sub(r"\[(\^ ?)?([A-Z ]{2,})\]", lambda m: f"[{m[1] or ''}{letters(m[2])}]", source)
    # What stands inside the classes just made must not be read again as names.
    pieces = re.split(r"(\[[^\]]*\])", source)
    named = re.compile(r"[A-Z]{2,}")
    pieces[::2] = [
        named.sub(lambda m: f"[{letters(m[0])}]" if m[0] in _ALIASES else KIND[m[0]], p).replace(" ", "")
        for p in pieces[::2]
    ]
    return re.compile("".join(pieces))

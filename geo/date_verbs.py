"""The verbs around a date: whether it says when something was said, and whether what it dates lies ahead or past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from geo.date_words import listed

# --- saying ---------------------------------------------------------------------------------------------------------

_SAY = (
    "said|says|saying|wrote|writes|stated|states|noted|added|adds|claimed|posted|tweeted|revealed|disclosed|commented"
    "|explained|warned|announced|announces|declared|reported|reports|acknowledged|recalled|insisted|speaking"
)
# With an object: "told reporters on Friday".
_TELL = "told|tells|informed|quoted|cited|confirmed|denied|reminded|reminds|advised|notified"
_PUBLISH = "released|issued|published"  # of a document; released prisoners are an event
_SAY_RU = (
    r"сообщ(?:ил|ает|ают|ается|алось|ив)\w*|заяв(?:ил|ля)\w*|рассказал\w*|объявил\w*|написал\w*|пиш[еу]т|отмети?[лч]\w*"
    r"|уточн\w+"
    r"|подтверд\w+|опроверг\w*|проинформировал\w*|информиру\w+|переда(?:ёт|ет|ют|л\w*)|добавил\w*|сказал\w*|говорится"
    r"|опубликова\w+|распростран\w+|подв[её]л\w*|напомн\w+|предупред\w+"
)
_SAYING = re.compile(
    rf"\b(?:(?P<say>{_SAY})|(?P<tell>{_TELL})|(?P<publish>{_PUBLISH})|(?P<ru>{_SAY_RU}))\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_PASSIVE = re.compile(r"(?<!\bit )(?<!\bIt )\b(?:is|are|was|were|be|been)\s+(?:\w+ly\s+)?$")
_DOCUMENT = re.compile(
    r"\b(?:reports?|statements?|figures|data|study|survey|videos?|footage|communiqu[eé]|photos?|images?|lists?|interview"
    r"|article|decree|order|notice|bulletin|review|release)\b"
)
_ADVERBIAL = set(listed("in at to on late early via during over by through again it this"))
_LIGHT = set(listed("on late early earlier later from dated в во вечером утром"))
_EVENT_WORDS = set(
    listed(
        "that who which was were is are has have had will would be been began took killed fell died came left went met"
        " held fired shot hit broke sent что чтобы о об про как которые который которая если был была были было"
    )
)
_SAYING_NOUN = re.compile(
    r"\b(?:statement|briefing|(?:press|news) conference|interview|communiqu[eé]|press release|tweet|message|speech"
    r"|заявлени\w+|сообщени\w+|брифинг\w*|интервью|пресс-релиз\w*|пресс-конференци\w+)"
    r"(?:\s+(?:on|of|from|dated|late on|early on|от|в|во))?\s+$",
    re.IGNORECASE,
)
_GAVE = re.compile(
    r"\bg[ai]v(?:e|ing|en)\s+(?:[^\s,.;:]+\s+){0,3}(?:tally|figures?|details?|account|briefing|interview|number|count)\s+$"
)
_SAYS_NEXT = re.compile(
    r"\s+(?:said|says|told|wrote|reported|announced|stated|confirmed|denied|quoted|cited|informed|warned|declared)\b"
    rf"|\s+(?:{_SAY_RU})\b"
    r"|['’]s\s+(?:statement|announcement|report|briefing|press conference|communiqu)",
    re.IGNORECASE,
)
_FRONTED = re.compile(
    rf"(?:\s+(?:morning|afternoon|evening|night|вечером|утром))?,?(?P<subject>(?:\s+[^\s,.;:]+){{1,8}}?)"
    rf"\s+(?:said|told|reported|stated|wrote|says|{_SAY_RU})\b",
)
_PREPOSITIONS = re.compile(r"(?:\b(?:on|in|late|early|в|во)\s+){0,3}$", re.IGNORECASE)
_OPENS_CLAUSE = (*'.!?…»”"\n', " as", "As", " как", "Как", "об этом", "Об этом")
_QUOTED_NAME = re.compile(r"[\"«“]([^\"»”]{1,30})[\"»”]")  # «сообщили РИА "Новости" в понедельник»
_BREAKS = re.compile(r"[,;:!?\"“”«»()]|\.(?!m\b)|\s[-\u2013\u2014]\s")
_NEAR = 110  # a verb of saying that governs a date stands within this many characters before it


def is_said(before: str, after: str) -> bool:
    """
    Tell whether a verb or noun of saying governs a date, so that it dates what was said and not what happened.

    Parameters
    ----------
    before, after
        What stands before and after the date in its sentence.
    """
    near = before[-_NEAR:]
    if _SAYING_NOUN.search(near) or _GAVE.search(near) or _SAYS_NEXT.match(after):
        return True
    preposition = _PREPOSITIONS.search(near)
    clause = (near[: preposition.start()] if preposition else near).rstrip(" ")
    fronted = _FRONTED.match(after) if not clause or clause.endswith(_OPENS_CLAUSE) else None
    if fronted is not None and not any(map(_is_event_word, fronted["subject"].lower().split())):
        return True
    for word in reversed(list(_WORD.finditer(near))):
        kind = _saying(word.group().lower())
        if kind:
            return _governs(kind, near[: word.start()], near[word.end() :], reported=word.group() == "reported")
    return False


@lru_cache(maxsize=4096)
def _saying(word: str) -> str:
    """Return the kind of a verb of saying ("say", "tell", "publish", "ru"), "" for any other word."""
    found = _SAYING.fullmatch(word)
    return "" if found is None else str(found.lastgroup)


def _is_event_word(word: str) -> bool:
    return word in _EVENT_WORDS or (word.endswith("ed") and not _saying(word))


def _governs(kind: str, before: str, between: str, *, reported: bool) -> bool:
    """Tell whether nothing but an object or an adverbial of up to six words stands between the verb and the date."""
    between = _QUOTED_NAME.sub(r"\1", between)
    if _BREAKS.search(between) or (reported and _PASSIVE.search(before)):
        return False
    words = between.lower().split()
    while words and words[-1] in _LIGHT:
        words.pop()
    if len(words) > 6 or any(map(_is_event_word, words)):
        return False
    if kind == "publish":
        return _DOCUMENT.search(between) is not None or _DOCUMENT.search(before[-40:]) is not None
    if kind == "ru":
        return len(words) <= 5
    return not words or kind == "tell" or words[0] in _ADVERBIAL


# --- ahead or past --------------------------------------------------------------------------------------------------

_WILL = set(listed("will shall would won't won’t he'll they'll it'll"))
_AHEAD = set(
    listed(
        "due slated upcoming forthcoming scheduled schedules planned planning expected expects intend intends preparing"
        " prepares begins starts opens returns airing plans enters runs lasts applies"
        " будет будут пройдёт пройдет пройдут состоится состоятся начнётся начнется начнутся завершится завершатся"
        " закончится закончатся продлится продлятся ожидается ожидаются проведёт проведет проведут прибудет прибудут"
        " откроется откроются закроется закроются стартует стартуют готовится готовятся примет примут"
        " намерен намерена намерены"
    )
)
_AHEAD_STEMS = ("намечен", "заплан", "планиру", "предсто", "должн", "назначен")
_AHEAD_PAIRS = {
    tuple(pair.split("_"))
    for pair in listed(
        "is_to are_to was_to were_to set_to set_for ahead_of takes_place takes_effect kicks_off comes_into goes_into"
        " plan_to plan_for about_to to_hold to_host to_visit to_be has_plans have_plans had_plans has_planned"
        " have_planned had_planned is_going are_going is_likely are_likely begin_on start_on kick_off"
    )
}
# What was due, or was postponed, may lie on either side of the publication.
_EITHER = set(listed("due scheduled set expected planned supposed slated"))
_POSTPONED = set(listed("postponed rescheduled delayed перенесли перенесён перенесен перенесены перенесено"))
_AUXILIARY = set(listed("was were had has have did been был была было были"))
_PAST = set(
    listed(
        "took began came fell died shot met held went saw fought broke hit struck sent brought got lost left led drove"
        " ran flew rose fled threw spoke grew built bought paid won stole gave chose drew stood swept tore became blew"
        " caught dug fed felt froze kept laid lay lit made sold shook sought sank spent slept taught found put burst"
        " прошёл прошел"
    )
)
_PAST_ENDINGS_RU = (
    *(v + end for v in "аиеяыуо" for end in ("л", "ла", "ло", "ли", "лся", "лась", "лось", "лись")),
    *("шла", "шло", "шли", "шёл", "ёрли", "ерли"),
)
_NO_VERB = set(
    listed(
        "hundred red need indeed united shed канал генерал материал персонал сигнал журнал капитал терминал арсенал"
        " металл дела дело дел села село начала начало числа число тыла около или если мало"
    )
)


def read_direction(before: str, after: str) -> str:
    """
    Return "past" or "ahead" by the nearest verb before a date in its sentence, else the nearest after; "" for neither.

    Parameters
    ----------
    before, after
        What stands before and after the date in its sentence.
    """
    cues = list(_read_cues(before))
    cue = cues[-1] if cues else next(_read_cues(after), "")
    return "" if cue == "either" else cue


def _read_cues(text: str) -> Iterator[str]:
    """Yield "past", "ahead" or "either" for each verb; saying counts for none, as what is said may lie either way."""
    words = _WORD.findall(text.lower())
    at = 0
    while at < len(words):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        cue = _read_cue(word, following)
        if cue:
            yield cue
        at += 1
        if word in _WILL or word in ("is", "are") or (word in _AUXILIARY and cue) or (word, following) == ("to", "be"):
            at = _skip_verb(words, at)


@lru_cache(maxsize=4096)
def _read_cue(word: str, following: str) -> str:
    """Return what a word and the next one say of the time of a date beside them: "past", "ahead", "either" or ""."""
    pair = (word, following)
    if word in _WILL or word in _AHEAD or pair in _AHEAD_PAIRS or word.startswith(_AHEAD_STEMS):
        return "ahead"
    if word in ("is", "are"):
        return "ahead" if following in _EITHER or following in _AHEAD else ""
    if word in _POSTPONED or (word in _AUXILIARY and (following in _POSTPONED or following in _EITHER)):
        return "either"
    if word in _NO_VERB or _saying(following if word in _AUXILIARY and word != "had" else word):
        return ""
    return "past" if _is_past(word) else ""


def _is_past(word: str) -> bool:
    regular = word.endswith("ed") and len(word) > 4
    return word in _AUXILIARY or word in _PAST or regular or word.endswith(_PAST_ENDINGS_RU)


def _skip_verb(words: list[str], at: int) -> int:
    """Step over the rest of a compound verb: "not be held", "first reported"."""
    while at < len(words) and (words[at] in ("not", "to", "be", "been", "also") or words[at].endswith("ly")):
        at += 1
    return at + 1

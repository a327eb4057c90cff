"""The words around a toponym that make it the place of an event, or only someone's home, office or name."""

import re


def _any(words: str) -> str:
    """Return the alternatives of a list: blanks between words, "_" for a blank inside one, "*" for any ending."""
    return "(?:" + "|".join(re.escape(w).replace(r"\*", r"\w*").replace("_", r"\s+") for w in words.split()) + ")"


# How precisely a place of this kind says where an event was; the scale is ours, set on development reports.
RANK = {
    **dict.fromkeys(("training_ground",), 5.4),
    **dict.fromkeys(("crossing",), 5.2),
    **dict.fromkeys(("border_post", "bridge"), 5.0),
    **dict.fromkeys(("base",), 4.8),
    **dict.fromkeys(("pass", "airfield"), 4.6),
    **dict.fromkeys(("village",), 4.5),
    **dict.fromkeys(("detachment",), 4.4),
    **dict.fromkeys(("settlement", "capital", "canal"), 4.2),
    **dict.fromkeys(("admin3",), 4.0),
    **dict.fromkeys(("exclave",), 3.8),
    **dict.fromkeys(("reservoir", "mountain", "district", "admin2"), 3.6),
    **dict.fromkeys(("area",), 3.4),
    **dict.fromkeys(("lake",), 3.2),
    **dict.fromkeys(("region", "admin1"), 2.7),
    **dict.fromkeys(("river", "range"), 2.6),
    **dict.fromkeys(("border", "border_line", "line"), 2.1),
    **dict.fromkeys(("sea",), 1.6),
    **dict.fromkeys(("country",), 0.9),
    **dict.fromkeys(("world_region",), -1.5),
    **dict.fromkeys(("continent",), -2.0),
}
RANK_BY_PRECISION = {
    "exact": 4.6,
    "settlement": 4.2,
    "district": 3.6,
    "unknown": 3.4,
    "region": 2.7,
    "line": 2.1,
    "country": 0.9,
}
SITES = frozenset(("training_ground", "crossing", "border_post", "base", "bridge", "airfield", "detachment"))

WORD = re.compile(r"[\w'-]*\w|[,.;:()]")
STOPS = frozenset(".;:()")
IN = frozenset(
    "in at on near inside outside around within off along across above by where over beside under в во на "
    "около возле близ вблизи под у вдоль неподалеку недалеко через".split()
)
TOWARDS = frozenset("to into toward towards for onto к ко за".split())
ABOUT = frozenset(("on",))  # "an agreement on X" was not made there
SOURCES = frozenset("from из с со от".split())
AWAY = SOURCES | frozenset("with against via since between about до между о об про против без".split())

PLACE_NOUN = re.compile(
    _any(
        "district province region area village town city settlement community jamoat mahalla territory sector "
        "section stretch part north south east west mountain mountains outskirts suburb hills border frontier "
        "mosque monastery commune municipality camp gorge plant market bazaar canton subdistrict "
        "post outpost ground grounds range field base garrison bank banks side corner waters northeast northwest "
        "southeast southwest centre center vicinity crossing checkpoint gate port desert valley highland "
        "highlands oblast place edge район* област* провинци* село* села селе селу поселк* город* кишлак* "
        "джамоат* участк* территори* часть частью север* юг* восток* запад* полигон* застав* пост* отряд* кпп "
        "пункт* пропуска переход* окрестност* пригород* зона зоне зоны границ* рубеж* долин* ущель* перевал* "
        "уезд* берег* аэродром* гарнизон* база базе базы мост* сторона стороне стороны столиц* направлени* "
        "местност*"
    )
)
ACTOR_NOUN = re.compile(
    _any(
        "ministry minister ministers government president presidents parliament forces force troops army armies "
        "guard guards service services police citizen citizens authorities leader leaders leadership leaderships "
        "embassy chief head heads official officials agency committee council member members soldiers servicemen "
        "resident residents people nationals defence defense affairs staff representative representatives spokes* "
        "foreign prime consul* delegation delegations state states units participation support help invitation "
        "request use министерств* минобороны министр* правительств* президент* парламент* войск* сил* арми* "
        "служб* полици* милици* гражда* власт* лидер* посольств* посол* посла гкнб кнб мид мвд мчс комитет* "
        "агентств* военнослужащ* военны* солдат* жител* делегаци* глава главы главу главе главой представител* "
        "госграниц* пограничник* "
        "погранвойск* контингент* обороны дел безопасности подразделени* участи* помощи системы республики штаб* "
        "вс"
    )
)
_OFFICE = _any(
    "embass* consulate* ministr* headquarters directorate* command department* office bureau mission press_service "
    "hospital* clinic* headquarter* based reporter* correspondent* journalist* newspaper* "
    "broadcaster* spokes* press_conference news_conference briefing born native natives home_of home_to lives "
    "its_seat capital посольств* больниц* госпитал* корреспондент* журналист* урожен* родом штаб-квартир* "
    "брифинг* пресс-конференци*"
)
_TAKEN = _any("brought taken flown rushed evacuated airlifted доставлен* эвакуирован* госпитализирован*")
_PERSON = _any(
    "resident residents citizen citizens national nationals villagers people workers official officials "
    "farmers жител* гражда* проживающ* чиновник*"
)
# Right before a toponym: an office or a person is there, or someone was taken there; the event was not.
ASIDE = re.compile(
    rf"(?<!\w)(?:{_OFFICE}\s+(?:(?!that |said |says |when |where |что |где |как )[\w'\"-]+\s+){{0,5}}"
    rf"|{_TAKEN}\s+(?:[\w'-]+\s+){{0,3}}(?:to|в)\s+(?:the\s+)?"
    rf"|{_PERSON}\s+(?:of|from|in|из|в)?\s*(?:the\s+)?)\"?$"
)
PEOPLE = re.compile(r"(?:resident|villager|people|farmer|жител|проживающ)\w*\s+(?:of|from|in|из|в)?\s*(?:the\s+)?\"?$")
BUT = re.compile(
    rf"(?<!\w)(?:{_any('except save other_than apart_from rather_than instead_of bar кроме за_исключением помимо')}"
    r"\s+(?:for\s+)?(?:the\s+)?(?:\w+\s+)?|(?:not|не)\s+(?:in\s+|at\s+|в\s+|на\s+)?)\"?$"
)
NEXT_TO = re.compile(
    r"(?<!\w)(?:close|next|adjacent|near) to(?!\w)|(?<!\w)(?:north|south)?(?:east|west|north|south) of(?!\w)"
)
SPEAKS = re.compile(
    r"\W{0,3}"
    + _any(
        "said says report reports reported announced announces stated confirmed told wrote writes сообщил* "
        "сообщают заявил* заявляют опроверг* подтвердил* рассказал* отметил* называют назвали считают объявил*"
    )
    + r"(?!\w)"
)
# "from A to B", "the road to B": the way leads there, nothing happened there.
ROUTE = re.compile(
    r"(?<!\w)(?:from|из|от)\s+\"?[\w'-]+(?:\s[\w'-]+){0,2}\"?\s+(?:to|into|в|во|до|на)\s+\"?$"
    r"|(?<!\w)(?:road|roads|route|highway|railway|way|leads?|led|дорог\w*|трасс\w*|путь)\s+(?:(?:on|runs|goes)\s+)?"
    r"(?:to|towards|into|в|на|к)\s+\"?$"
)
ACCORDING = re.compile(r"(?<!\w)(?:according to|in the words of|по (?:данным|словам|сведениям|версии))\s+(?:\w+\s+)?$")
SPOKE_THERE = re.compile(r"\W*(?:in|в|во)\s+$")  # "In Tallinn the prime minister called it ..."
SPEECH_AFTER = re.compile(
    r"\s*,?(?:\s+[^\s,.;:]+){1,8}?,?\s+(?:said|says|called|calls|spoke|told|announced|stated|declared|denied|offered|"
    r"promised|demanded|condemned|confirmed|reckons|сказал\w*|заявил\w*|назвал\w*|сообщил\w*|осудил\w*)(?!\w)"
)
KM_FROM = re.compile(
    r"(?:\d|kilomet\w+|km|miles|км|километр\w*)\s+(?:\w+\s+){0,2}(?:from|to|of|от|до)\s+(?:the\s+|город\w*\s+)?\"?$"
)
LIST_GAP = re.compile(
    r"[\s,;\"'()/-]*(?:"
    + _any(
        "and or и а или & as_well_as also еще the in at on в на near both district districts village villages "
        "crossing crossings checkpoint checkpoints post posts ranges training field fields ground grounds район* "
        "сел* кпп полигон* стоящ* напротив that of также"
    )
    + r"(?=\W|$)[\s,;\"'()/-]*){0,5}"
)
JOINED = re.compile(r",|(?<!\w)(?:and|и|а также|или|or)(?!\w)")
SMALL_PLACE = re.compile(r"mahalla|village|jamoat|махалл|сел[оае]|кишлак|джамоат|местност")

"""The words that tell a toponym from a person, an organisation or an ordinary word, English and Russian."""

import csv
import re
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent / "data" / "lexicon"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def word_list(name: str) -> frozenset[str]:
    """Return one of the shipped word lists (origin in data/SOURCES.md), all in lower case."""
    return frozenset((LEXICON / f"{name}.txt").read_text(encoding="utf-8").split())


@cache
def demonyms(language: str) -> dict[str, str]:
    """Return form -> ISO country code or area name; English whole words, Russian lower-case stems."""
    with (LEXICON / "demonyms.csv").open(encoding="utf-8", newline="") as lines:
        return {row["form"]: row["place"] for row in csv.DictReader(lines) if row["language"] == language}


# Words before a name that make it a place: "in Kulob", "near the Panj".
LOCATIVE = _words(
    "in at near from to into toward towards around outside inside across throughout through via across between "
    "beyond off along leaving left visiting visited reached entered entering within over outside-of beside above below"
)
DIRECTIONS = _words(
    "north south east west northern southern eastern western central northeast northwest southeast southwest "
    "northeastern northwestern southeastern southwestern upper lower downtown greater mainland nearby suburban rural "
    "inner outer metro metropolitan old"
)
# Titles and roles that stand before a person's name.
TITLES = _words(
    "mr mrs ms dr prof professor gov governor sen senator rep representative president minister premier mayor sheriff "
    "capt captain lt lieutenant sgt sergeant gen general col colonel maj major cpl pvt judge justice rev reverend "
    "father sister brother pastor bishop pope saint king queen prince princess sir lady lord coach chief officer "
    "detective deputy director chairman chairwoman chairperson secretary ambassador councilman councilwoman "
    "commissioner superintendent principal attorney lawyer spokesman spokeswoman spokesperson author actor actress "
    "singer quarterback pitcher forward guard manager ceo cfo editor columnist reporter analyst economist "
    "congressman congresswoman delegate alderman trustee trooper agent inspector commander admiral marshal "
    "chancellor sultan emir sheikh imam ayatollah mullah rabbi cardinal archbishop vice-president mp"
)
# Words after a name that make the two an organisation whose name holds a place.
ORGANISATION = _words(
    "police sheriff sheriffs department dept fire council city county state high school schools district board "
    "commission committee government govt ministry embassy consulate court courts university college hospital "
    "church cathedral airport station legislature assembly senate house parliament national public public-schools "
    "chamber authority agency association federation union bureau office administration force forces army navy "
    "guard troops town township village detachment garrison port water utilities transit metro metropolitan "
    "elementary middle community "
    "symphony museum zoo theatre theater library stadium arena convention medical health center centre supreme "
    "superior circuit municipal regional civic"
)
# Words after a name that make the two something that is not a place.
NOT_PLACE = _words(
    "times post globe news tribune herald journal gazette daily express press chronicle examiner dispatch inc corp "
    "co ltd llc plc company companies corporation group bank insurance motor motors airlines airways energy "
    "foundation fund trust award awards cup bowl marathon open classic series fc united rovers lions bears eagles "
    "giants jets patriots steelers cowboys packers braves cubs sox yankees mets rangers bulldogs tigers wildcats "
    "magazine records pictures studios avenue model accords protocol convention agreement syndrome virus fever "
    "act code theory effect "
    "jr sr ii iii iv capital partners holdings systems technologies electric steel "
    "quartet band orchestra rifles scouts levies committee-on code institute institution institutes"
)
STREETS = _words(
    "street st avenue ave road rd boulevard blvd drive lane highway hwy parkway pkwy turnpike expressway freeway "
    "circle court plaza square terrace way pike alley trail"
)
FEATURES = _words(
    "county parish township borough river creek lake bay valley island islands mountain mountains beach park peninsula "
    "canyon harbor harbour forest desert sea ocean strait gulf coast province region oblast district prefecture "
    "governorate territory municipality republic heights hills springs falls reservoir dam canal bridge pass range "
    "glacier plateau plain basin delta cape archipelago airport base city village hamlet borough crossing corridor "
    "jamoat mahalla rayon raion "
    "krai okrug aimag viloyat vilayat wilaya voivodeship canton state plains pond swamp marsh bayou point ridge"
)
# Generic words that turn a name into an administrative unit, and the kinds of place that are then meant.
UNITS = {
    **dict.fromkeys(
        "province region oblast governorate prefecture state krai viloyat vilayat wilaya voivodeship".split(), "admin1"
    ),
    **dict.fromkeys("district rayon raion county parish township borough municipality".split(), "admin2"),
    **dict.fromkeys("jamoat mahalla village hamlet town city".split(), "settlement"),
    "republic": "country",
}
CONNECTORS = _words(
    "of the and de la le los las del da do dos di du des el al and-the on upon sur en an der den am im à e y in ob ul"
)
SPEECH = _words(
    "said says told added noted explained wrote writes asked replied recalled joked testified argued insisted "
    "pleaded admitted died graduated married attended scored threw pitched"
)
# What a government does, in its capital's name: "Moscow fears".
METONYM_VERBS = _words(
    "fears feared says said wants wanted hopes hoped blames blamed accuses accused denies denied warns warned urges "
    "urged insists insisted rejects rejected claims claimed believes believed sees saw seeks sought considers "
    "views viewed plans planned agrees agreed refuses refused vows vowed pledges pledged demands demanded "
    "condemns condemned supports supported would will has had is was does did may might can could should must "
    "signed signs announced announces responds responded answers answered expects expected argues argued thinks "
    "added adds maintains maintained continues continued remains tells told"
)
METONYM_BEFORE = _words(
    "courting help helps helping pressure pressures pressured convince assure reassure urging urged urge accuse "
    "accused accusing tell told telling warn warned warning ask asked asking between with against support supports "
    "supported backed by"
)
# Abbreviations that end in a full stop inside a name.
ABBREVIATED = _words("st ste ft mt pt mts sts u.s d.c")
MONTHS_DAYS = _words(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov dec"
)
# Abbreviations of states and countries whose full stop belongs to the name.
DOTTED = frozenset(
    "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa "
    "Tenn Tex Va Vt Wash Wis Wyo Ont Que Alta Sask Man N.C S.C N.D S.D N.H N.J N.M N.Y R.I W.Va B.C U.S U.K".split()
)
# Words right after an unknown name that make it a place: "the Sasoli border post", "Banjska, a village in".
CUE_AFTER = re.compile(
    r"\s+(?:(?:border|frontier|customs|police)\s+)?(?:outpost|checkpoint|crossing|village)\b"
    r"|\s+(?:border|frontier|customs|police)\s+post\b|\s+(?:border\s+)?detachment\b"
    r"|\s+(?:training|firing|shooting|proving|test)\s+(?:ground|range|area|site|field)s?\b"
    r"|,\s+(?:a|an|the)\s+(?:last\s+|first\s+)?(?:(?!in |of |on )[a-z-]+\s+){0,2}"
    r"(?:village|hamlet|town|settlement|commune|outpost|checkpoint|base|camp|island)\b|,\s+in\s+(?:the\s+)?(?=[A-Z])"
)
# The same before it: "posts at X, Y and Z", "the rural commune of X".
CUE_BEFORE = re.compile(
    r"\b(?:outposts?|posts?|checkpoints?|crossings?|villages?|hamlets?|settlements?|communes?|"
    r"stations?|garrisons?|barracks|camps?|bases?|training (?:grounds?|ranges?))\s+(?:of|at|in|near|called|named)\s+$"
    r"|\b(?:mosque|monastery|gas (?:field|plant)|gorge|district|municipality|sub-district|tehsil|town)\s+of\s+$"
)
# Prepositions that only places follow.
NEAR_BEFORE = re.compile(
    r"\b(?:near|outside|close to|not far from|(?:north|south)?-?(?:north|south|east|west) of"
    r"|(?:km|kilomet(?:er|re)s|miles) from)\s+$"
)
AT_BEFORE = re.compile(r"(?<![\w-])(?:in|at)\s+$")
LISTED_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}")
NAME_LIST = re.compile(rf"(?:{LISTED_NAME.pattern}(?:, and |, | and )){{2,15}}{LISTED_NAME.pattern}")

"""GDELT 1.0 and 2.0 event files: columns by position, places as FIPS codes and centroids, kinds from CAMEO codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from geo.importers.columns import Days, Text, by_value, filled, join_some, none_if_empty, texts, to_lists
from geo.importers.countries import from_fips
from geo.importers.draft import Draft, Fault, check_dates, constant, cut_titles, read_points, unread
from geo.importers.places import COUNTRY_KM, REGION_KM, Spot, find_spots

DATASET = "gdelt"
SOURCE_NAME = "GDELT"
LICENCE = "free use with attribution to the GDELT Project"
ATTRIBUTION = "The GDELT Project, gdeltproject.org"
REMEMBERED = 1 << 16  # names; the same few thousand come again in every batch


def _geo(who: str) -> list[str]:
    return [f"{who}Geo_{part}" for part in "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID".split()]


def _actor(who: str) -> list[str]:
    parts = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code"
    return [who + part for part in parts.split()]


COLUMNS_2 = [
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(*_actor("Actor1"), *_actor("Actor2")),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(*_geo("Actor1"), *_geo("Actor2"), *_geo("Action")),
    *("DATEADDED", "SOURCEURL"),
]
COLUMNS_1 = [name for name in COLUMNS_2 if not name.endswith("ADM2Code")]
LAYOUTS = {61: COLUMNS_2, 58: COLUMNS_1, 57: COLUMNS_1[:-1]}  # GDELT 2.0; 1.0 from April 2013; 1.0 before

# ActionGeo_Type, by GDELT's codebook: 1, 2 and 5 are centroids of what is named; the radius of towns is ours.
SPOTS = {
    "1": Spot("country", COUNTRY_KM, "country", "ActionGeo_Type 1: only the country is known"),
    "2": Spot("region", REGION_KM, "region", "ActionGeo_Type 2: only the US state is known"),
    "3": Spot("settlement", 10, "", "ActionGeo_Type 3: a US city or landmark, found by machine"),
    "4": Spot("settlement", 10, "", "ActionGeo_Type 4: a city or landmark, found by machine"),
    "5": Spot("region", REGION_KM, "region", "ActionGeo_Type 5: only the first-level region is known"),
    "": Spot("unknown", 25, "", "no precision given"),
}

# CAMEO 1.1b3 code -> kind, status, words for the title. The longest beginning of a code counts, so 0312 is looked up
# as 0312, 031, 03. What a machine found in one news text is "reported"; an intention is "planned". Reasons per line.
CAMEO = {
    "01": ("other", "reported", "Statement"),
    "02": ("other", "reported", "Appeal"),
    "03": ("agreement", "planned", "Intent to cooperate"),  # offers and promises
    "0312": ("exercise", "planned", "Intent to cooperate militarily"),  # the codebook's example: joint manoeuvres
    "033": ("aid", "planned", "Intent to give aid"),
    "0332": ("aid", "planned", "Intent to give military aid"),
    "036": ("visit", "planned", "Intent to meet or negotiate"),
    "04": ("other", "reported", "Consultation"),
    "042": ("visit", "reported", "Visit"),  # 042 makes, 043 hosts, 044 meets in a third place
    "043": ("visit", "reported", "Visit hosted"),
    "044": ("visit", "reported", "Meeting"),
    "05": ("other", "reported", "Diplomatic cooperation"),  # praise, recognition, apology: nothing is agreed
    "050": ("agreement", "reported", "Diplomatic cooperation"),
    "057": ("agreement", "reported", "Agreement signed"),
    "06": ("agreement", "reported", "Material cooperation"),  # carrying out what was agreed
    "062": ("exercise", "reported", "Military cooperation"),  # the codebook's example: joint military games, manoeuvres
    "07": ("aid", "reported", "Aid"),
    "072": ("aid", "reported", "Military aid"),
    "073": ("aid", "reported", "Humanitarian aid"),
    "074": ("deployment", "reported", "Military protection or peacekeeping"),  # forces come
    "08": ("other", "reported", "Yielding"),
    "0871": ("agreement", "reported", "Truce"),
    "0874": ("deployment", "reported", "Military retreat"),  # forces leave
    "09": ("other", "reported", "Investigation"),
    "10": ("other", "reported", "Demand"),
    "11": ("other", "reported", "Disapproval"),
    "12": ("other", "reported", "Rejection"),
    "13": ("other", "reported", "Threat"),
    "14": ("other", "reported", "Protest"),
    "15": ("deployment", "reported", "Show of force"),  # forces on alert or mobilised
    "151": ("other", "reported", "Police alert"),  # police, not forces
    "153": ("other", "reported", "Police mobilised"),
    "155": ("other", "reported", "Cyber forces mobilised"),  # nothing happens at a place
    "16": ("other", "reported", "Reduced relations"),
    "17": ("other", "reported", "Coercion"),
    "1711": ("seizure", "reported", "Property confiscated"),
    "175": ("attack", "reported", "Violent repression"),
    "18": ("attack", "reported", "Assault"),
    "19": ("attack", "reported", "Fighting"),
    "191": ("border_closure", "reported", "Blockade or closed routes"),  # restriction of movement
    "192": ("attack", "reported", "Occupation of territory"),
    "20": ("attack", "reported", "Mass violence"),
}
_OTHER = ("other", "reported", "Event")


def matches(names: set[str]) -> bool:
    """Return whether columns (in lower case) are GDELT's, for files that somebody gave a header."""
    return "globaleventid" in names and bool(names & {"eventcode", "actiongeo_lat"})


def matches_row(cells: Sequence[str]) -> bool:
    """Return whether a file's first row is an event in one of GDELT's layouts, which have no header."""
    return len(cells) in LAYOUTS and bool(re.fullmatch(r"\d+", cells[0]) and re.fullmatch(r"\d{8}", cells[1]))


def look_up(code: str) -> tuple[str, str, str]:
    """
    Return kind, status and words of a CAMEO code, which is text: the root is its first two digits.

    >>> look_up("0312")[0], look_up("190")[0]
    ('exercise', 'attack')
    """
    found = (CAMEO[code[:size]] for size in range(len(code), 1, -1) if code[:size] in CAMEO)
    return next(found, _OTHER)


def draft(columns: Mapping[str, pa.Array], rows: int, days: Days) -> Draft:
    """Return the events of a batch; columns by name in lower case."""
    country = by_value(texts(columns, "actiongeo_countrycode", rows=rows), from_fips, pa.string())
    points = read_points(texts(columns, "actiongeo_lat", rows=rows), texts(columns, "actiongeo_long", rows=rows))
    code = texts(columns, "eventcode", rows=rows)
    place = by_value(texts(columns, "actiongeo_fullname", rows=rows), _first, pa.string())
    actors = [by_value(texts(columns, name, rows=rows), _name, pa.string()) for name in ("actor1name", "actor2name")]
    kind, status, words = _parts(code)
    title = join_some(words, join_some(join_some(*actors, between=" – "), place, between=", "), between=": ")
    native = texts(columns, "globaleventid", rows=rows)
    day_text = texts(columns, "sqldate", rows=rows)
    day = days.read(day_text)
    geo_type = texts(columns, "actiongeo_type", rows=rows)
    added = pc.utf8_slice_codeunits(texts(columns, "dateadded", rows=rows), 0, 8)
    return Draft(
        native=native,
        title=cut_titles(title),
        kind=kind,
        status=status,
        dates=check_dates(day, day, constant("day", rows), [unread(day, day_text)], text=day_text),
        points=points,
        spots=find_spots(geo_type, SPOTS, lon=points.lon, lat=points.lat, country=country),
        place=none_if_empty(place),
        country=country,
        actors=to_lists(*actors),
        source_name=constant(SOURCE_NAME, rows),
        source_url=none_if_empty(texts(columns, "sourceurl", rows=rows)),
        published=days.read(added),
        faults=[Fault(~filled(native), "no id", native)],
    )


def _parts(code: Text) -> list[Text]:
    """Return kinds, statuses and words of CAMEO codes."""
    encoded = code.dictionary_encode()
    found = [look_up(value) for value in encoded.dictionary.to_pylist()]
    return [pa.array([parts[number] for parts in found], pa.string()).take(encoded.indices) for number in range(3)]


@lru_cache(REMEMBERED)
def _first(full: str) -> str:
    return full.split(",", maxsplit=1)[0].strip()


@lru_cache(REMEMBERED)
def _name(shouted: str) -> str:
    """Return a name as people write it; GDELT has capitals only."""
    return shouted.title() if len(shouted) > 3 else shouted

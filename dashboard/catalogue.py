"""
The catalogue of a language: its sentences, plural forms, months and numbers, and what the sources say of it.

``python -m dashboard.catalogue`` brings the ``.po`` files up to date with the sources: new sentences are added without
a translation, those that nothing says any more are dropped, and what is left to translate is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import sentences

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDER = Path(__file__).resolve().parent / "locale"
DOMAIN = "borderwatch"
# The plural categories (Unicode CLDR) of a language in the order of its catalogue's forms.
PLURALS = {"ru": ("one", "few", "many")}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WIDTH = 120  # characters of a line in the files


@dataclass(frozen=True)
class Words:
    """Sentences by their English, plural forms by their English singular, and the same for the scripts alone."""

    words: Mapping[str, str]
    forms: Mapping[str, tuple[str, ...]]
    scripts: Mapping[str, str | tuple[str, ...]]


def path_of(code: str) -> Path:
    """Return the file of a language."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def open_catalogue(code: str) -> "Catalog":
    """Read the file of a language as Babel's catalogue."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - an English reader needs none of it

    with path_of(code).open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


@cache
def read(code: str) -> Words:
    """Return the sentences of a language; those without a translation are left out."""
    words, forms, scripts = {}, {}, {}
    for message in open_catalogue(code):
        if not message.id or not message.string:
            continue
        spoken_by_script = any(name.endswith(".js") for name, _ in message.locations)
        if isinstance(message.id, str):
            words[message.id] = message.string
        elif all(message.string):
            forms[message.id[0]] = tuple(message.string)
        else:
            continue
        if spoken_by_script:
            key = message.id if isinstance(message.id, str) else message.id[0]
            scripts[key] = message.string
    return Words(words, forms, scripts)


def to_client(code: str) -> dict[str, object]:
    """Return what the browser needs to speak a language; English is in its scripts."""
    if code not in PLURALS:
        return {"language": "en", "words": {}, "plurals": []}
    return {"language": code, "words": read(code).scripts, "plurals": PLURALS[code]}


@cache
def _locale(code: str):  # noqa: ANN202 - Babel is imported where it is needed
    from babel import Locale  # noqa: PLC0415

    return Locale.parse(code)


def choose_form(code: str, n: int) -> int:
    """Return the number of the plural form that goes with `n`."""
    return PLURALS[code].index(_locale(code).plural_form(n))


def write_number(code: str, value: float, digits: int) -> str:
    """Write a number as a language does, with so many decimals."""
    if code == "en":
        return f"{value:,.{digits}f}"
    from babel.numbers import format_decimal  # noqa: PLC0415

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(round(value, digits), format=pattern, locale=_locale(code))


@cache
def month_names(code: str, alone: bool) -> Mapping[int, str]:
    """Return the names of the months by their numbers, as they stand after a day or `alone`."""
    if code == "en":
        return dict(enumerate(MONTHS, 1))
    return _locale(code).months["stand-alone" if alone else "format"]["wide"]


@cache
def territories(code: str) -> Mapping[str, str]:
    """Return the names of countries by ISO 3166-1 alpha-2 code."""
    return dict(_locale(code).territories)


@cache
def cities(code: str) -> Mapping[str, str]:
    """Return the names of the cities that Unicode CLDR knows a time zone by, by their English ones."""
    zones = _locale(code).time_zones
    return {zone.split("/")[-1].replace("_", " "): told["city"] for zone, told in zones.items() if "city" in told}


def update(code: str) -> list[str]:
    """Bring a language's file up to date with the sources; return the English of what is not translated."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415
    from babel.messages.pofile import write_po  # noqa: PLC0415

    old = open_catalogue(code)
    new = Catalog(code, domain=DOMAIN, project="Borderwatch", version="", fuzzy=False, charset="utf-8")
    new.last_translator, new.language_team, new.msgid_bugs_address = "", code, ""
    new.header_comment = (
        f"# Borderwatch in another language ({code}). Brought up to date by: python -m dashboard.catalogue"
    )
    new.creation_date = new.revision_date = old.creation_date
    open_ones = []
    for said, places in sorted(sentences.find_all().items(), key=lambda item: (item[1][0], item[0])):
        identity = said if len(said) > 1 else said[0]
        known = old.get(identity)
        new.add(identity, known.string if known else "", locations=[(place, 0) for place in places])
        if known is None or not known.string or (len(said) > 1 and not all(known.string)):
            open_ones.append(said[0])
    with path_of(code).open("wb") as file:
        write_po(file, new, width=WIDTH, include_lineno=False)
    return open_ones


if __name__ == "__main__":
    for _code in PLURALS:
        _left = update(_code)
        print(f"{path_of(_code)}: {len(_left)} to translate", *_left, sep="\n  ")

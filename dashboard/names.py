"""Names of countries, borders and sources in words, as filters and cards show them."""

import csv
from functools import cache

from dashboard import catalogue, place_names
from dashboard.i18n import language
from dashboard.project import DATA, open_project


def countries() -> dict[str, str]:
    """Return the names of countries in the reader's language by ISO 3166-1 alpha-2 code."""
    return _countries(language())


@cache
def _countries(code: str) -> dict[str, str]:
    if code != "en":
        known = catalogue.territories(code)
        return {country: known.get(country, name) for country, name in _countries("en").items()}
    with (DATA / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["country"]: row["name"] for row in csv.DictReader(file) if row["kind"] == "country"}


def country(code: str) -> str:
    """Return a country's name, or the code itself when it has none."""
    return countries().get(code, code)


def border_pairs() -> dict[str, str]:
    """Return every border in words by its pair, ordered by the words: ``"Afghanistan – Tajikistan"``."""
    return _border_pairs(language())


@cache
def _border_pairs(_code: str) -> dict[str, str]:
    pairs = open_project().borders.pairs()
    found = {pair: " – ".join(sorted(country(code) for code in pair.split("-"))) for pair in pairs}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def place(name: str) -> str:
    """Return a place's name in the reader's language, or as it is."""
    return place_names.tell(language(), name)

"""Names of countries, borders and sources in words, as filters and cards show them."""

import csv
from functools import cache

from dashboard.project import DATA, open_project


@cache
def countries() -> dict[str, str]:
    """Return English names by ISO 3166-1 alpha-2 code."""
    with (DATA / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["country"]: row["name"] for row in csv.DictReader(file) if row["kind"] == "country"}


def country(code: str) -> str:
    """Return a country's name, or the code itself when it has none."""
    return countries().get(code, code)


@cache
def border_pairs() -> dict[str, str]:
    """Return every border in words by its pair, ordered by the words: ``"Afghanistan – Tajikistan"``."""
    pairs = open_project().borders.pairs()
    found = {pair: " – ".join(sorted(country(code) for code in pair.split("-"))) for pair in pairs}
    return dict(sorted(found.items(), key=lambda item: item[1]))

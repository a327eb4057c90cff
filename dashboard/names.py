"""Names of countries, borders and sources in words, as filters and cards show them."""

from functools import cache

from dashboard.basemap import FOLDER, read_layer
from dashboard.project import open_project


@cache
def countries() -> dict[str, str]:
    """Return English names by ISO 3166-1 alpha-2 code."""
    found = {}
    for feature in read_layer(FOLDER / "countries.json.gz"):
        code, name = feature["properties"].get("iso2"), feature["properties"].get("name_en")
        if code and name:
            found[code] = name
    return found


def country(code: str) -> str:
    """Return a country's name, or the code itself when it has none."""
    return countries().get(code, code)


@cache
def border_pairs() -> dict[str, str]:
    """Return every border in words by its pair, ordered by the words: ``"Afghanistan – Tajikistan"``."""
    pairs = open_project().borders.pairs()
    found = {pair: " – ".join(sorted(country(code) for code in pair.split("-"))) for pair in pairs}
    return dict(sorted(found.items(), key=lambda item: item[1]))

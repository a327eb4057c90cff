"""The rows of a query as columns for the table view: words and numbers, nothing that a browser would interpret."""

from typing import Any

from dashboard import names, words
from dashboard.card import safe_link
from dashboard.drawing import to_records
from dashboard.style import kind_label, precision_label, status_label

ROWS = 1000  # lines a table shows at once; filters narrow the rest down, the export has all

ORDERS = {
    "Newest first": "-start",
    "Oldest first": "start",
    "Title": "title",
    "Kind": "kind",
    "Place": "place",
    "Nearest to a border": "border_km",
    "Latest published": "-published",
}


def _border(pair: str | None) -> str | None:
    return names.border_pairs().get(pair, pair) if pair else None


def to_table(rows: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - a GeoDataFrame as `Engine.rows` gives it
    """Return the columns of the table in the order of the rows; ``id`` comes last and is not shown."""
    table: dict[str, list[Any]] = {
        name: []
        for name in (
            "When", "Title", "Kind", "Status", "Place", "Known to", "± km", "Country", "Border", "Border km", "Match",
            "Source", "Report", "id",
        )
    }  # fmt: skip
    for row in to_records(rows):
        values = (
            words.dates(row["start"], row["end"], row["date_precision"]),
            words.plain(row["title"]),
            kind_label(row["kind"]),
            status_label(row["status"]),
            words.plain(row["place"], limit=120) or None,
            precision_label(row["location_precision"]),
            row["radius_km"],
            names.country(row["country"]) if row["country"] else None,
            _border(row["border"]),
            row["border_km"],
            "yes" if row["match"] == "yes" else "possible",
            words.plain(row["source_name"], limit=80) or None,
            safe_link(row["source_url"]),
            row["id"],
        )
        for name, value in zip(table, values, strict=True):
            table[name].append(value)
    return table

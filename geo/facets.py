"""How many of what is seen has which value, for every filter's list of choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from geo import sql

if TYPE_CHECKING:
    from geo.engines import Session
    from geo.filters import Query

FACET_LIMITS = {"actor": 50}  # what a list can show; the others are short by nature
FACET_LIMIT = 1_000
PLAIN_FACETS = ("kind", "status", "precision", "dataset")  # one value each, of few: counted in one pass


def count_facets(session: Session, query: Query, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count some facets; those whose own filter is not set, and whose values are few, in one pass."""
    plain = [name for name in PLAIN_FACETS if name in names and not getattr(query, sql.FACETS[name][0])]
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for number, value, n in sorted(session.rows(sql.facets(query, plain)), key=_by_count) if plain else ():
        if value is not None:
            found[plain[number]][value] = int(n)
    for name in found.keys() - set(plain):
        found[name] = as_counts(session.rows(sql.facet(query, name, limit=FACET_LIMITS.get(name, FACET_LIMIT))))
    return found


def _by_count(row: tuple[int, str | None, int]) -> tuple[int, str]:
    return -row[2], row[1] or ""


def as_counts(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return (value, n) as a dict, in the same order."""
    return {value: int(n) for value, n in rows}

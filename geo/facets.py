"""How many of what is seen has which value, for every filter's list of choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from geo import sql
from geo.errors import InvalidQuery
from geo.features import check_text

if TYPE_CHECKING:
    from geo.engines import Session
    from geo.filters import Query

FACET_LIMITS = {"actor": 50}  # what a list can show; the others are short by nature
FACET_LIMIT = 1_000
PLAIN_FACETS = ("kind", "status", "precision", "dataset")  # one value each, of few: counted in one pass


def count_facets(session: Session, query: Query, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Count some facets; those whose own filter is not set, and whose values are few, in one pass."""
    plain = [name for name in PLAIN_FACETS if name in names and not _is_set(query, sql.FACETS[name][0])]
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for number, value, n in sorted(session.rows(sql.facets(query, plain)), key=_by_count) if plain else ():
        if value is not None:
            found[plain[number]][value] = int(n)
    for name in found.keys() - set(plain):
        found[name] = as_counts(session.rows(sql.facet(query, name, limit=FACET_LIMITS.get(name, FACET_LIMIT))))
    return found


def find_values(session: Session, query: Query, name: str, *, part: str, limit: int) -> dict[str, int]:
    """Count the values of one filter that contain a text in any case; the commonest first."""
    known = sql.FACETS | sql.SEARCHED
    if name not in known or check_text(part) or not 1 <= limit <= FACET_LIMIT:
        shown = f"{name[:80]!r} with limit={limit}"
        raise InvalidQuery(f"Values cannot be listed of {shown}; expected {', '.join(known)}, and 1 to {FACET_LIMIT}.")
    statement = sql.facet(query, name, limit=limit, part=part.lower())
    key = ("values", statement.text, tuple(statement.values.items()))
    if key not in session.cache:
        session.keep(key, as_counts(session.rows(statement)))
    return dict(session.cache[key])


def _is_set(query: Query, field: str) -> bool:
    return bool(getattr(query, field) or getattr(query, f"not_{field}"))


def _by_count(row: tuple[int, str | None, int]) -> tuple[int, str]:
    return -row[2], row[1] or ""


def as_counts(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return (value, n) as a dict, in the same order."""
    return {value: int(n) for value, n in rows}

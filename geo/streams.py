"""Cutting a long answer into stretches of days, so that it can be sorted piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from geo import sql
from geo.bins import make_bins
from geo.features import DATES
from geo.sql import Statement

if TYPE_CHECKING:
    from geo.engines import Session
    from geo.filters import Query

STRETCH = 100_000  # rows that are sorted at once for a stream, about 100 MB


def cut_stream(
    session: Session, query: Query, order: str | None, where: Statement | None
) -> Iterator[Statement | None]:
    """Yield conditions that cut an answer into stretches of days, in its order, each small enough to be sorted."""
    column = (order or "").removeprefix("-")
    if column not in DATES or session.total <= STRETCH:
        yield where
        return
    found = {month: int(n) for month, n in session.rows(sql.spread(query, column, where))}
    undated = found.pop(None, 0)
    months = sorted(found.items(), reverse=order.startswith("-"))
    total = sum(found.values())
    more = Statement(f" AND ({where.text})" if where else "", where.values if where else {})
    stretches = _cut_months(months, -(-total // STRETCH))
    between = f'"{column}" >= :stretch_first AND "{column}" <= :stretch_last'
    unknown = f'"{column}" IS NULL'
    for number, taken in enumerate(stretches, 1):
        bounds = {"stretch_first": min(taken), "stretch_last": make_bins(max(taken), max(taken), by="month")[0][1]}
        text = between
        if number == len(stretches) and undated <= STRETCH // 4:  # nulls come last; one more look costs more than they
            text, undated = f"({between} OR {unknown})", 0
        yield Statement(text + more.text, more.values | bounds)
    if undated:
        yield Statement(unknown + more.text, more.values)


def _cut_months(months: Sequence[tuple[date, int]], parts: int) -> list[list[date]]:
    """Cut months with their numbers of rows into about so many stretches of about as many rows."""
    stretches: list[list[date]] = [[] for _ in range(parts)]
    total, before = sum(n for _, n in months), 0
    for month, n in months:
        stretches[min(parts - 1, (before + n // 2) * parts // total)].append(month)
        before += n
    return [taken for taken in stretches if taken]

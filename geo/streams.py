"""Cutting a long answer into stretches of days, so that it can be sorted piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
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
    if column not in DATES:
        yield where
        return
    found = {month: int(n) for month, n in session.rows(sql.spread(query, column, where))}
    undated = found.pop(None, 0)
    size = min(STRETCH, max(STRETCH // 4, sum(found.values()) // 2))  # so that one is sorted while another is used
    months = sorted(found.items())
    months = months[::-1] if order.startswith("-") else months
    more = Statement(f" AND ({where.text})" if where else "", where.values if where else {})
    while months:
        taken, rows = [], 0
        while months and (not taken or rows + months[0][1] <= size):
            month, n = months.pop(0)
            taken, rows = [*taken, month], rows + n
        bounds = {"stretch_first": min(taken), "stretch_last": make_bins(max(taken), max(taken), by="month")[0][1]}
        between = f'"{column}" >= :stretch_first AND "{column}" <= :stretch_last'
        yield Statement(between + more.text, more.values | bounds)
    if undated:
        yield Statement(f'"{column}" IS NULL{more.text}', more.values)

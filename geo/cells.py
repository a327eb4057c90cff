"""What a map draws in a view: events one by one while they are few, counts on the world's grid when they are many."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo import sql_places
from geo.engines.cube import cube_view, is_whole_months
from geo.filters import asks_details
from geo.grid import Viewport, cell_key, merge_cells

if TYPE_CHECKING:
    from geo.engines import Session
    from geo.filters import Query

MANY = "many"  # whether the last view held more than could be drawn one by one
TITLE_SHOWN = 200  # characters of a title that the map gets


def is_counted(query: Query) -> bool:
    """Tell whether what was counted beforehand by month, cell, kind and dataset can answer a query."""
    return is_whole_months(query) and not asks_details(query)


def find_cells(
    session: Session, query: Query, view: Viewport, coarse: Viewport, *, zoom: float, limit: int, many: bool = False
) -> list:
    """
    Return what `geo.query.Engine.cells` gives.

    Parameters
    ----------
    view, coarse
        The grid for `limit` cells, and the one for when known lines and areas come on top of them.
    """
    cube = cube_view(view.shift) if session.has_cube and is_counted(query) else None
    counted = cube or many or session.cache.get(MANY)  # as one pans, the next view mostly holds as many as the last
    cells, grid, areas = _count(session, query, view, areas=True, cube=cube) if counted else [], view, True
    if sum(cell["parts"] for cell in cells) <= limit:  # circles that reach into the view are not among these
        few = _find_few(session, query, view, limit)
        if few is not None:
            session.keep(MANY, False)
            return [_drawn(part, zoom) for part in sorted(few, key=_paint_order)]
        cells = cells or _count(session, query, view, areas=True, cube=None)
    session.keep(MANY, True)
    for finer, again in ((coarse, True), (view, False)):  # the last has at most `limit` cells
        if len(cells) <= limit:
            break
        cells, grid, areas = _count(session, query, finer, areas=again, cube=cube), finer, again
    alone = {cell["key"]: cell for cell in cells if cell["n"] == 1}
    first = {}
    for part in sorted(session.fetch_parts([cell["spot"] for cell in alone.values()]), key=lambda part: -part["part"]):
        first[cell_key(part, grid.shift, areas=areas)] = part  # the event's first place in the cell wins
    return [
        _drawn(first[cell["key"]] | {"verdict": "shown" if cell["shown"] else "possible"}, zoom)
        if cell["key"] in alone
        else _cluster(cell)
        for cell in cells
    ]


def _find_few(session: Session, query: Query, view: Viewport, limit: int) -> list[dict[str, Any]] | None:
    """Return every part that reaches into the view, or None when they are too many."""
    keys = session.rows(sql_places.drawn(query, view, limit=limit + 1))
    if len(keys) > limit:
        return None
    whole = sql_places.drawn(query, view, limit=limit, whole=True)
    parts = {(part["spot"], part["part"]): part for part in session.fetch_parts([key[0] for key in keys], whole)}
    return [parts[spot, part] | {"verdict": verdict} for spot, part, verdict in keys]


def _count(session: Session, query: Query, view: Viewport, *, areas: bool, cube: str | None) -> list[dict[str, Any]]:
    """Count by cell; without the cube where that would name an event alone in its cell that an edit replaced."""
    cells = merge_cells(session.rows(sql_places.clusters(query, view, areas=areas, cube=cube)))
    if cube and session.is_replaced([cell["spot"] for cell in cells if cell["n"] == 1]):
        return _count(session, query, view, areas=areas, cube=None)
    return cells


def _paint_order(part: dict[str, Any]) -> tuple[Any, ...]:
    """Areas and wide circles first, so that the small lies on top; then by time, the same on every machine."""
    return -(part["part_radius_km"] or 0), part["start"] or date.min, part["id"], part["part"]


def _drawn(part: dict[str, Any], zoom: float) -> dict[str, Any]:
    """Return what the map needs of one event at one of its places."""
    names = ("kind", "status", "part", "parts")
    titled = part["title"] if len(part["title"]) <= TITLE_SHOWN else part["title"][: TITLE_SHOWN - 1] + "…"
    shown = part["verdict"] == "shown"
    found = {"n": 1, "shown": int(shown), "possible": int(not shown), "match": "yes" if shown else "possible"}
    found |= {"id": part["id"], "title": titled} | {name: part[name] for name in names}
    for name in ("lon", "lat", "radius_km", "place", "border", "area"):
        found[name] = part[f"part_{name}"]
    found["location_precision"] = part["part_precision"]
    geometry = shapely.from_wkb(part["part_geometry"])
    if geometry.geom_type not in ("Point", "MultiPoint") and not (found["border"] or found["area"]):
        found["shape"] = shapely.geometry.mapping(shapely.simplify(geometry, 360 / 256 / 2**zoom))  # within a pixel
    return found


def _cluster(cell: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cell.items() if name not in ("key", "spot", "parts")}

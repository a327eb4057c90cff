"""The texts of the queries that ask where: what a map draws, and which events need their geometry measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.flat import PARTS_SCHEMA
from geo.grid import Box, Viewport
from geo.outline import Area
from geo.sql import Statement, judged, seen
from geo.sql_boxes import area_conditions, bind_box, meets

if TYPE_CHECKING:
    from geo.query import Query

PART_NAMES = tuple(name for name in PARTS_SCHEMA.names if name != "event_id")
DRAWN = ", ".join(["id", "title", "kind", "status", '"start"', *PART_NAMES])
WORLD = (-180.0, -90.0, 180.0, 90.0)
_AREA = "(part_border IS NOT NULL OR part_area IS NOT NULL)"  # drawn as a known line or area, not at a point
_SUMS = """sum(part_lon) AS lon_sum, sum(part_lat) AS lat_sum, min(part_lon) AS lon_min, min(part_lat) AS lat_min,
    max(part_lon) AS lon_max, max(part_lat) AS lat_max, min(spot) AS a_spot"""
# How each view is counted: n, shown, parts, then sums and extremes. An event may have several parts in one cell.
_AGGREGATES = {
    "singles": f"""count(*) AS n, count(CASE WHEN verdict = 'shown' THEN 1 END) AS shown, count(*) AS parts_in,
        {_SUMS}""",
    "multiples": f"""count(DISTINCT spot) AS n, count(DISTINCT CASE WHEN verdict = 'shown' THEN spot END) AS shown,
        count(*) AS parts_in, {_SUMS}""",
    "cube": """sum(n) AS n, sum(CASE WHEN verdict = 'shown' THEN n ELSE 0 END) AS shown, sum(n) AS parts_in,
        sum(lon_sum) AS lon_sum, sum(lat_sum) AS lat_sum, min(lon_min) AS lon_min, min(lat_min) AS lat_min,
        max(lon_max) AS lon_max, max(lat_max) AS lat_max, min(spot) AS a_spot""",
}
_PICKED = {
    "singles": "part_lon, part_lat, spot",
    "multiples": "part_lon, part_lat, spot",
    "cube": "n, lon_sum, lat_sum, lon_min, lat_min, lon_max, lat_max, spot",
}


_PLACES = ("singles", "multiples")


def drawn(query: Query, view: Viewport, *, limit: int, whole: bool = False) -> Statement:
    """
    Select the parts of what is seen whose envelope, circle included, meets the view: (spot, part, verdict), `limit`.

    With `whole`, everything that a map needs of all parts of these events: `DRAWN` and spot.
    """
    columns = f"spot, {DRAWN}" if whole else "spot, part"
    each = [judged(query, columns=columns, view=name, where=_reaching(view)) for name in _PLACES]
    inner = " UNION ALL ".join(s.text for s in each)
    text = f"SELECT * FROM ({inner}) AS judged WHERE {seen(query)} LIMIT {limit:d}"  # noqa: S608
    return Statement(text, each[0].values | bind_box(view.bounds))


def _reaching(view: Viewport) -> str:
    """Return the condition that a part's envelope meets the view, circle included."""
    return "part_mx IS NOT NULL" if view.bounds == WORLD else meets(view.bounds, "part_")


def clusters(query: Query, view: Viewport, *, areas: bool, cube: str | None = None) -> Statement:
    """
    Count what is seen by grid cell (or by border and area, when those stand for themselves) and by kind.

    With `cube`, the view that counts the events with one place. Gives (cx, cy, border, area, kind, n, shown, parts,
    sum of lon, sum of lat, west, south, east, north, a spot); a key may come twice, once for events with one place
    and once for those with several.
    """
    across = " OR ".join(f"part_mx BETWEEN {first:d} AND {last:d}" for first, last in view.columns)
    within = f"({across}) AND part_my BETWEEN {view.rows[0]:d} AND {view.rows[1]:d}"
    within = "part_mx IS NOT NULL" if view.bounds == WORLD else within
    each = []
    for name in (cube, "multiples") if cube else _PLACES:
        if not areas:
            each.append(_clusters(query, view, name, where=within))
        elif name == "singles" and not query.bbox:  # areas apart, so that points can be found by their cells alone
            each.append(_clusters(query, view, name, where=f"NOT {_AREA} AND {within}"))
            each.append(_clusters(query, None, name, where=f"{_AREA} AND {_reaching(view)}"))
        else:
            where = f"CASE WHEN {_AREA} THEN {_reaching(view)} ELSE {within} END"
            each.append(_clusters(query, view, name, where=where, areas=True))
    text = " UNION ALL ".join(s.text for s in each)
    return Statement(text, each[0].values | bind_box(view.bounds))


def _clusters(query: Query, view: Viewport | None, name: str, *, where: str, areas: bool = False) -> Statement:
    """Count by the cells of a view, by border and area (no view), or each by what it is (`areas`)."""
    cell = [f"part_m{axis} >> {view.shift:d}" for axis in "xy"] if view else ["CAST(NULL AS INTEGER)"] * 2
    known = ["CAST(NULL AS VARCHAR(9))"] * 2 if view and not areas else ["part_border", "part_area"]
    if areas:
        cell = [f"CASE WHEN NOT {_AREA} THEN {axis} END" for axis in cell]
    keys = dict(zip(("cx", "cy", "border_key", "area_key"), (*cell, *known), strict=True))
    grouped = [name for name, text in keys.items() if not text.startswith("CAST(NULL")]
    picked = ", ".join(f"{keys[name]} AS {name}" for name in grouped)
    shown = ", ".join(name if name in grouped else f"{text} AS {name}" for name, text in keys.items())
    sort = name if name in _PLACES else "cube"
    inner = judged(query, columns=f"kind, {_PICKED[sort]}, {picked}", view=name, where=where)
    text = f"""SELECT {shown}, kind, {_AGGREGATES[sort]}
        FROM ({inner.text}) AS judged WHERE {seen(query)} GROUP BY {", ".join(grouped)}, kind"""  # noqa: S608
    return Statement(text, inner.values)


# Places of which nothing stored tells how far from a border they are: those of reports, lines, areas, several at once.
ODD = Statement("SELECT spot, part_geometry, part_radius_km FROM odd", {})


def points_near(pair: str, box: Box, within_km: float) -> Statement:
    """Select points near a box that lie nearer to another border than to this one, or to none: (spot, lat, lon, km)."""
    text = f"""SELECT spot, lat, lon, coalesce(reach_km, 0) AS reach_km FROM events
        WHERE pointlike AND (border IS NULL OR border_km IS NULL OR border <> :pair)
        AND (border IS NULL OR border_km IS NULL OR border_km - coalesce(reach_km, 0) <= :within_km)
        AND {meets(box, "reach_", "near")}"""  # noqa: S608
    return Statement(text, {"pair": pair, "within_km": within_km} | bind_box(box, "near"))


def points_around(area: Area) -> Statement:
    """Select points that may reach into a drawn area and do not surely lie in it: (spot, lon, lat, km)."""
    around, inside, values = area_conditions(area)
    text = f"""SELECT spot, lon, lat, coalesce(reach_km, 0) AS reach_km FROM events
        WHERE pointlike AND {around} AND NOT {inside}"""  # noqa: S608
    return Statement(text, values)


def straddling(bbox: Box) -> Statement:
    """Select lines, areas and scattered points whose envelope meets a box without lying inside: (spot, geometry)."""
    text = f"SELECT spot, geometry FROM shapes WHERE (west < east OR south < north) AND {meets(bbox, '')}"  # noqa: S608
    return Statement(text, bind_box(bbox))


def nearest_borders(query: Query, within_km: float, *, limit: int) -> Statement:
    """Count what is seen by its nearest border, where that is as near as asked: (pair, n), the commonest first."""
    near = Statement("border IS NOT NULL AND border_km <= :near_km", {"near_km": within_km})
    inner = judged(query, columns="border", where=near)
    text = f"""SELECT border, count(*) AS n FROM ({inner.text}) AS judged WHERE {seen(query)}
        GROUP BY border ORDER BY n DESC, border LIMIT {limit:d}"""  # noqa: S608
    return Statement(text, inner.values)


def extent(query: Query) -> Statement:
    """Select west, south, east and north of all that is seen and has a place; nulls for nothing."""
    inner = judged(query, columns="west, south, east, north")
    across = "west > east"  # over the antimeridian: such a shape lies on both ends of the map
    text = f"""SELECT min(CASE WHEN {across} THEN -180 ELSE west END), min(south),
        max(CASE WHEN {across} THEN 180 ELSE east END), max(north)
        FROM ({inner.text}) AS judged WHERE {seen(query)}"""  # noqa: S608
    return Statement(text, inner.values)

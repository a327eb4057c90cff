"""The SQL of boxes: which envelopes meet one, and which lie in a drawn area or may reach into it."""

from __future__ import annotations

from geo.grid import Box
from geo.outline import Area, inner_boxes, to_polygon

ENVELOPE_SLACK = 0.4  # degrees: envelopes are calculated on a sphere, up to 1 % short (40 km for the widest circle)
_INSIDE = """reach_west - (reach_east - reach_west) / 100 >= :inner{0}_w
    AND reach_east + (reach_east - reach_west) / 100 <= :inner{0}_e
    AND reach_south - (reach_north - reach_south) / 100 >= :inner{0}_s
    AND reach_north + (reach_north - reach_south) / 100 <= :inner{0}_n"""  # the same slack, for these in per cent


def meets(bounds: Box, prefix: str, box: str = "view") -> str:
    """Return the condition that an envelope meets the bound box (see `bind_box`), which may cross the antimeridian."""
    w, s, e, n = (f"{prefix}{side}" for side in ("west", "south", "east", "north"))
    link = "AND" if bounds[0] <= bounds[2] else "OR"
    return f"({w} <= :{box}_e {link} {e} >= :{box}_w) AND {s} <= :{box}_n AND {n} >= :{box}_s"


def bind_box(bounds: Box, box: str = "view") -> dict[str, float]:
    """Return the values that `meets` refers to."""
    return dict(zip((f"{box}_w", f"{box}_s", f"{box}_e", f"{box}_n"), bounds, strict=True))


def area_conditions(area: Area) -> tuple[str, str, dict[str, float]]:
    """Return the conditions that an event may reach into a drawn area, that it surely lies in it, and their values."""
    west, south, east, north = to_polygon(area).bounds
    box = (west - ENVELOPE_SLACK, south - ENVELOPE_SLACK, east + ENVELOPE_SLACK, north + ENVELOPE_SLACK)
    around = """reach_south <= :area_n AND reach_north >= :area_s
        AND ((reach_west <= :area_e AND reach_east >= :area_w) OR reach_west < -180 OR reach_east > 180)"""
    boxes = inner_boxes(area)
    inside = " OR ".join(f"({_INSIDE.format(number)})" for number in range(len(boxes)))
    bound = [bind_box(inner, f"inner{number}") for number, inner in enumerate(boxes)]
    values = {name: value for some in bound for name, value in some.items()}
    text = f"(pointlike AND ({inside}))" if boxes else "FALSE"
    return around, text, values | bind_box(box, "area")

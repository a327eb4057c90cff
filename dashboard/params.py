"""Reading the words of an address that are no filter: the box of a view, whole numbers within limits."""

import re
from collections.abc import Mapping

from geo.errors import InvalidQuery

WHOLE_EVENTS = 300  # up to so many events in view are drawn one by one; more come as cells with counts
CELLS = 500  # the greatest number of cells
View = tuple[float, float, float, float]


def read_view(text: str) -> View:
    """Read ``west,south,east,north`` in degrees; raise InvalidQuery when it is not that."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InvalidQuery(f"view={text!r} is not west,south,east,north in degrees.") from error
    if not (west < east and south < north and abs(south) <= 90 and abs(north) <= 90 and abs(west) + abs(east) < 2000):
        raise InvalidQuery(f"view={text!r} is not a box on the world; expected west,south,east,north in degrees.")
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def read_integer(params: Mapping[str, str], name: str, low: int, high: int, default: int) -> int:
    """Read a whole number and keep it within limits; raise InvalidQuery when it is not one."""
    text = params.get(name, str(default))
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise InvalidQuery(f"{name}={text!r} is not a whole number.")
    return min(max(int(text), low), high)


def overlap(box: View | None, view: View) -> View | None:
    """Return what a box and a view have in common, or None where they do not meet; no box is the whole world."""
    if box is None:
        return view
    west, south, east, north = (max(box[0], view[0]), max(box[1], view[1]), min(box[2], view[2]), min(box[3], view[3]))
    return (west, south, east, north) if west < east and south < north else None

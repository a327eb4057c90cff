"""What the map draws of an event: a spot per place, honest about how well it is known."""

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from dashboard import names, words

WIDE = {"region", "country"}  # known only as an area: drawn as one, never as a pin
# The columns of an event that a line of the list needs, and those that the map does.
LISTED = ("id", "title", "kind", "status", "start", "end", "date_precision", "place", "location_precision")
DRAWN = (*LISTED, "country", "border", "radius_km", "geometry", "evidence")


def _place_spot(place: Mapping[str, Any]) -> dict[str, Any] | None:
    name = names.place(words.plain(place.get("name"), limit=80))
    if place.get("precision") == "line" and place.get("border"):
        return {"type": "line", "border": place["border"], "name": name}
    if place.get("lat") is None or place.get("lon") is None:
        return None
    spot = {"type": "point", "lon": round(place["lon"], 5), "lat": round(place["lat"], 5), "name": name}
    if place.get("radius_km") is not None:
        spot["km"] = round(place["radius_km"], 2)
    if place.get("precision") in WIDE:
        spot["type"] = "area"
        spot["area"] = place.get("area") or (place.get("country") if place["precision"] == "country" else None)
    return spot


def _part_spots(geometry: BaseGeometry | None, event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return spots of a geometry that comes without a description of its parts, as imported data does."""
    spots: list[dict[str, Any]] = []
    for part in shapely.get_parts(geometry) if geometry is not None else ():
        if part.geom_type == "Point":
            place = {**event, "name": event["place"], "precision": event["location_precision"]}
            spots += filter(None, [_place_spot({**place, "lon": part.x, "lat": part.y})])
        elif event["location_precision"] == "line" and event["border"]:
            return [
                {"type": "line", "border": event["border"], "name": names.place(words.plain(event["place"], limit=80))}
            ]
        else:
            shape = shapely.simplify(part, 0.002)  # degrees; about 200 m, less than a pixel up to zoom 9
            spots.append({"type": "shape", "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 1e-5))})
    return spots


def to_spots(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    Return where an event is drawn: one spot per place.

    A spot is a ``point`` (lon, lat, and its radius of uncertainty in km), an ``area`` (a region or country: outline
    or circle, no pin), a ``line`` (a border by its pair) or a ``shape`` (any other geometry, as GeoJSON).
    """
    places = (event.get("evidence") or {}).get("places") or []
    spots = [spot for spot in map(_place_spot, places) if spot]
    return spots or _part_spots(event.get("geometry"), event)


def to_line(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list shows of an event in one line."""
    start, end = event["start"], event["end"]
    return {
        "id": event["id"],
        "title": words.plain(event["title"]),
        "kind": event["kind"],
        "status": event["status"],
        "match": event.get("match", "yes"),
        "when": words.dates(start, end, event["date_precision"]),
        "place": names.place(words.plain(event["place"], limit=80)),
        "precision": event["location_precision"],
    }


def to_feature(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the map needs of an event: its line and its spots."""
    return {**to_line(event), "spots": to_spots(event)}


def to_records(rows: Any) -> Iterable[dict[str, Any]]:  # noqa: ANN401 - a GeoDataFrame
    """Iterate over the one table's rows as plain mappings with None for nothing."""
    columns = [str(name) for name in rows.columns]
    for values in zip(*(rows[name] for name in columns), strict=True):
        yield {n: None if isinstance(v, float) and v != v else v for n, v in zip(columns, values, strict=True)}  # noqa: PLR0124


def split_cells(cells: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the engine's cells as events that stand alone, each with all its spots in view, and the larger groups."""
    alone: dict[str, dict[str, Any]] = {}
    many = []
    for cell in cells:
        if cell["n"] > 1:
            many.append({name: value for name, value in cell.items() if value is not None})
            continue
        shared = ("id", "title", "kind", "status", "match", "place")
        event = alone.setdefault(cell["id"], {**{name: cell[name] for name in shared}, "when": "", "spots": []})
        event["title"], event["place"] = words.plain(cell["title"]), names.place(words.plain(cell["place"], limit=80))
        if cell.get("shape"):
            event["spots"].append({"type": "shape", "geometry": cell["shape"]})
        else:
            place = {**cell, "name": cell["place"], "precision": cell["location_precision"]}
            event["spots"] += filter(None, [_place_spot(place)])
    return list(alone.values()), many

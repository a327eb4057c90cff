"""What the map can show besides events: borders, regions, districts and the curated places, cut to a view."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from dashboard import names, place_names, words
from dashboard.basemap import AREAS
from dashboard.i18n import language, tr
from dashboard.params import View
from dashboard.project import DATA
from geo.borders import read_border_table

MOST = 300  # features of one answer; the rest is counted, and comes as one zooms in
MARGIN = 0.15  # of the view's width and height, so that a short drag shows no edge
SPECK_PX = 3  # an outline smaller than this on the screen is left out

# Which kinds of `data/places.csv` a layer shows.
PLACES: dict[str, tuple[str, ...]] = {
    "crossings": ("crossing", "bridge", "pass"),
    "posts": ("border_post", "detachment"),
    "bases": ("base", "airfield"),
    "ranges": ("training_ground", "range"),
    "districts": ("district",),
}
FROM_ZOOM = {"areas": 4, "districts": 6}  # below, a view holds more of them than can be read

Feature = dict[str, Any]


class Spots(NamedTuple):
    """Curated places column by column, the best known first."""

    lon: np.ndarray
    lat: np.ndarray
    rows: list[Mapping[str, str]]


class Shapes(NamedTuple):
    """Outlines or lines with what is said of each, and an index."""

    shapes: np.ndarray
    tree: shapely.STRtree
    rows: list[dict[str, Any]]


def kind_name(kind: str) -> str:
    """Return the words for a kind of place, as the gazetteer and the curated tables have it."""
    known = {
        "crossing": tr("Border crossing"),
        "bridge": tr("Bridge"),
        "pass": tr("Mountain pass"),
        "border_post": tr("Border post"),
        "detachment": tr("Border detachment"),
        "base": tr("Military base"),
        "airfield": tr("Airfield"),
        "training_ground": tr("Training ground"),
        "test_range": tr("Training range"),
        "district": tr("District"),
        "admin2": tr("District"),
        "admin1": tr("Region"),
        "country": tr("Country"),
        "capital": tr("Capital"),
        "settlement": tr("Town or village"),
        "village": tr("Village"),
        "exclave": tr("Exclave"),
        "range": tr("Mountains"),
        "river": tr("River"),
        "lake": tr("Lake"),
        "sea": tr("Sea"),
        "reservoir": tr("Reservoir"),
        "canal": tr("Canal"),
        "valley": tr("Valley"),
        "world_region": tr("Part of the world"),
    }
    return known.get(kind) or tr("Area")


@cache
def _spots(layer: str) -> Spots:
    rows = [row for row in _places() if row["kind"] in PLACES[layer]]
    rows.sort(key=lambda row: float(row["radius_km"]))
    lon, lat = (np.array([float(row[name]) for row in rows]) for name in ("lon", "lat"))
    return Spots(lon, lat, rows)


@cache
def _places() -> list[dict[str, str]]:
    """Read the curated places that have a point, with the districts and counties of the other tables."""
    return [row for row in _rows() if row["lat"] and row["radius_km"]]


def _rows() -> Iterator[dict[str, str]]:
    for file in ("places.csv", "areas.csv"):
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if file == "places.csv" or row["kind"] == "district":
                    yield row
    about = {"kind": "district", "country": "US", "precision": "district", "derivation": ""}
    with (DATA / "us_counties.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {**row, **about, "source": "US Census Bureau, cartographic boundaries (public domain)"}


def find_spots(layer: str, view: View) -> list[Feature]:
    """Return the curated places of a layer in a view, the best known first, each with how well it is known."""
    west, south, east, north = view
    spots = _spots(layer)
    inside = (spots.lon >= west) & (spots.lon <= east) & (spots.lat >= south) & (spots.lat <= north)
    return [_spot(layer, spots.rows[index]) for index in np.flatnonzero(inside)]


def _spot(layer: str, row: Mapping[str, str]) -> Feature:
    radius = float(row["radius_km"])
    derived = row["derivation"] if row["precision"] == "unknown" else None
    kind = "test_range" if layer == "ranges" and row["kind"] == "range" else row["kind"]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(float(row["lon"]), 5), round(float(row["lat"]), 5)]},
        "properties": {
            "name": names.place(words.plain(row["name"], limit=80)),
            "kind": kind_name(kind),
            "country": names.country(row["country"]) if row["country"] else "",
            "km": radius,
            "known": words.extent({"precision": row["precision"], "radius_km": radius, "derivation": derived}),
            "derivation": words.plain(row["derivation"], limit=300),
            "source": words.plain(row["source"], limit=600),
        },
    }


@cache
def _borders() -> Shapes:
    table = read_border_table()
    shapes = shapely.force_2d(table.geometry.to_numpy())
    columns = [table[name].to_list() for name in ("pair", "length_km", "disputed", "note", "source")]
    keys = ("pair", "length", "disputed", "note", "source")
    return Shapes(shapes, shapely.STRtree(shapes), [dict(zip(keys, row, strict=True)) for row in zip(*columns)])  # noqa: B905 - of one table


def find_borders(view: View, zoom: int) -> list[Feature]:
    """Return the border lines in a view: their countries, length, and the source's note where a line is disputed."""
    lines = _borders()
    features = []
    for index, geometry in _cut(lines, view, zoom):
        row = lines.rows[index]
        about = {"pair": row["pair"], "name": names.border_pairs().get(row["pair"], row["pair"])}
        about |= {"length": words.kilometres(row["length"]), "disputed": bool(row["disputed"])}
        about |= {"note": words.plain(row["note"], limit=300), "source": words.plain(row["source"], limit=200)}
        features.append({"type": "Feature", "geometry": geometry, "properties": about})
    return sorted(features, key=lambda feature: feature["properties"]["disputed"])  # the disputed on top


@cache
def _areas() -> Shapes:
    """Read the regions' boundaries; lines, because a region cut to the view would show the cut."""
    if not AREAS.exists():
        return Shapes(np.array([]), shapely.STRtree([]), [])
    columns = ["name", "country", "lat", "lon", "geometry"]
    table = pq.read_table(AREAS, columns=columns, filters=[("kind", "==", "admin1")])
    lines = shapely.boundary(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
    rows = table.drop_columns(["geometry"]).to_pylist()
    del table
    pa.default_memory_pool().release_unused()
    return Shapes(lines, shapely.STRtree(lines), rows)


def find_areas(view: View, zoom: int) -> list[Feature]:
    """Return the outlines of first-level regions in a view, the largest first, with a point for the name."""
    areas = _areas()
    found = []
    for index, geometry in _cut(areas, view, zoom):
        row = areas.rows[index]
        about = {"name": place_names.tell(language(), words.plain(row["name"], limit=80), "admin1")}
        about |= {"country": names.country(row["country"])}
        about |= {"lat": row["lat"], "lon": row["lon"]}
        found.append((index, {"type": "Feature", "geometry": geometry, "properties": about}))
    size = shapely.length(areas.shapes)
    return [feature for _, feature in sorted(found, key=lambda entry: -size[entry[0]])]


def _cut(layer: Shapes, view: View, zoom: int) -> Iterable[tuple[int, dict[str, Any]]]:
    """Yield the number and the GeoJSON of each line in a view, cut to it and as fine as the zoom shows."""
    pixel = 360 / 256 / 2**zoom  # degrees of longitude
    for index in sorted(layer.tree.query(shapely.box(*view))):
        west, south, east, north = shapely.bounds(layer.shapes[index])
        if max(east - west, north - south) < SPECK_PX * pixel:
            continue
        line = shapely.simplify(shapely.clip_by_rect(layer.shapes[index], *view), pixel / 2)
        if not shapely.is_empty(line) and shapely.get_dimensions(line) == 1:
            yield int(index), shapely.geometry.mapping(shapely.transform(line, lambda points: np.round(points, 4)))


def widen(view: View) -> View:
    """Return a view with the margin around it."""
    west, south, east, north = view
    x, y = MARGIN * (east - west), MARGIN * (north - south)
    return max(west - x, -180.0), max(south - y, -90.0), min(east + x, 180.0), min(north + y, 90.0)


def find_features(layer: str, view: View, zoom: int) -> dict[str, Any] | None:
    """
    Return a layer's features in a view as a GeoJSON FeatureCollection.

    Returns
    -------
    features
        ``features``, at most `MOST`; ``more``, how many were left out; ``from_zoom``, the zoom from which the layer
        is drawn (below it there are none). None when there is no layer of that name.
    """
    finders: dict[str, Callable[[], list[Feature]]] = {
        "borders": lambda: find_borders(widen(view), zoom),
        "areas": lambda: find_areas(widen(view), zoom),
        **{name: lambda name=name: find_spots(name, widen(view)) for name in PLACES},
    }
    if layer not in finders:
        return None
    first = FROM_ZOOM.get(layer, 0)
    found = finders[layer]() if zoom >= first else []
    more = max(0, len(found) - MOST)
    return {"type": "FeatureCollection", "features": found[:MOST], "more": more, "from_zoom": first}

"""The base map's layers and names: compiled once from the shipped files into `data/build`, then read in a moment."""

import gzip
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from dashboard.project import DATA
from geo.borders import read_border_table

FOLDER = DATA / "basemap"
BUILD = DATA / "build"
GAZETTEER = BUILD / "gazetteer.sqlite"
FORMAT = 4  # raise when what is compiled changes, so that an older file is made anew

MAX_LATITUDE = 85.0511  # where Web Mercator's square ends
SHAPES = ("land", "lakes", "rivers", "admin1")
LEVELS = (3, 6, 99)  # map zooms up to which a level of detail is used; the last is the data as shipped

# Smallest population named from a zoom on, so that about a name per finger's width is left to choose from.
_POPULATION = {3: 4e6, 4: 1.5e6, 5: 5e5, 6: 1.2e5, 7: 4e4, 8: 1.2e4, 9: 2e3, 10: 0.0}
KINDS = ("country", "sea", "admin1", "place")
_ZOOMS = {"country": (2, 7), "sea": (2, 9), "admin1": (7, 9), "place": (3, 99)}  # first and last zoom
_WEIGHT = {"country": 1e9, "sea": 1e8, "admin1": 1e5}  # against the population of a town


@dataclass(frozen=True)
class Layer:
    """Single parts of one layer in Web Mercator's unit square (y grows to the south), with an index."""

    parts: np.ndarray
    tree: shapely.STRtree


@dataclass(frozen=True)
class Names:
    """Names in order of importance, column by column; `first` and `last` are the zooms between which one is written."""

    lon: np.ndarray
    lat: np.ndarray
    first: np.ndarray
    last: np.ndarray
    text: list[str]
    kind: list[str]


@dataclass(frozen=True)
class Basemap:
    """The layers by level and name, and the names."""

    levels: dict[int, dict[str, Layer]]
    names: Names


def to_unit(geometries: np.ndarray) -> np.ndarray:
    """Project EPSG:4326 geometries to Web Mercator's unit square: x to the east, y to the south."""

    def project(points: np.ndarray) -> np.ndarray:
        lon, lat = points[:, 0], np.clip(points[:, 1], -MAX_LATITUDE, MAX_LATITUDE)
        return np.column_stack(((lon + 180) / 360, 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)))

    return shapely.transform(shapely.force_2d(geometries), project)


def _read(name: str) -> str:
    """Return the text of a layer's GeoJSON; an absent layer is empty, and the map is drawn without it."""
    path = FOLDER / f"{name}.json.gz"
    if not path.exists():
        return '{"type":"FeatureCollection","features":[]}'
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read()


def _shapes() -> Iterator[tuple[str, np.ndarray]]:
    """Yield every layer with its single parts in the unit square."""
    for name in SHAPES:
        parts = shapely.get_parts(shapely.get_parts(shapely.from_geojson(_read(name))))
        yield name, to_unit(parts[shapely.get_dimensions(parts) > 0])  # regions bring points for their names along
    lines = read_border_table()
    for name, disputed in (("borders", False), ("disputed", True)):
        chosen = lines.geometry.to_numpy()[lines["disputed"].to_numpy() == disputed]
        yield name, shapely.get_parts(to_unit(chosen))


def simplify(parts: np.ndarray, zoom: int) -> np.ndarray:
    """Return what can be told apart at a zoom: half a pixel of tolerance, specks left out."""
    tolerance = 0.5 / (256 * 2**zoom)
    west, south, east, north = shapely.bounds(parts).reshape(-1, 4).T
    big = (east - west > 2 * tolerance) | (north - south > 2 * tolerance)
    return shapely.simplify(parts[big], tolerance)


def _area_names() -> Iterator[tuple[float, float, str, str, float, float]]:
    for file, kind in (("countries", "country"), ("seas", "sea"), ("admin1", "admin1")):
        for feature in json.loads(_read(file))["features"]:
            values: dict[str, Any] = feature["properties"]
            if not values.get("name_en"):
                continue
            at = (
                (values["label_lon"], values["label_lat"])
                if "label_lon" in values
                else feature["geometry"]["coordinates"]
            )
            first = float(values.get("min_zoom", _ZOOMS[kind][0]))
            yield at[0], at[1], values["name_en"], kind, _WEIGHT[kind], max(first, _ZOOMS[kind][0])


def _town_names() -> Iterator[tuple[float, float, str, str, float, float]]:
    """Yield towns and villages of the compiled gazetteer; none before it is compiled."""
    if not GAZETTEER.exists():
        return
    sql = "SELECT lon, lat, name, importance FROM place WHERE kind IN ('settlement', 'capital') AND lat IS NOT NULL"
    with sqlite3.connect(f"file:{GAZETTEER}?mode=ro", uri=True) as db:
        for lon, lat, name, people in db.execute(sql):
            first = next((zoom for zoom, least in _POPULATION.items() if people >= least), 10)
            yield lon, lat, name, "place", people, float(first)


def _compile() -> tuple[pa.Table, pa.Table]:
    shapes: dict[str, list[Any]] = {"level": [], "layer": [], "wkb": []}
    for layer, parts in _shapes():
        for level in LEVELS:
            kept = parts if level == LEVELS[-1] else simplify(parts, level)
            shapes["wkb"] += shapely.to_wkb(kept).tolist()
            shapes["level"] += [level] * len(kept)
            shapes["layer"] += [layer] * len(kept)
    names = sorted([*_area_names(), *_town_names()], key=lambda name: -name[4])
    columns = list(zip(*names, strict=True)) if names else [()] * 6
    keys = ("lon", "lat", "text", "kind", "weight", "first")
    return pa.table(shapes), pa.table({key: list(column) for key, column in zip(keys, columns, strict=True)})


def fingerprint(paths: Iterable[Path]) -> str:
    """Return a text that changes when a source is replaced; names, sizes and times are enough for files of ours."""
    digest = hashlib.blake2b(str(FORMAT).encode(), digest_size=8)
    for path in sorted(paths):
        if path.exists():
            digest.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def write_table(table: pa.Table, path: Path) -> None:
    """Write beside and move: a reader never sees half. A folder that cannot be written costs time, no more."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            pq.write_table(table, file, compression="zstd")
        os.chmod(file.name, 0o644)  # noqa: PTH101
        os.replace(file.name, path)  # noqa: PTH105 - the one call that is atomic
    except OSError:
        return


def read_tables(build: Path = BUILD) -> tuple[pa.Table, pa.Table]:
    """Return the compiled shapes and names from a folder, compiling them first when a source changed (seconds)."""
    mark = fingerprint([*FOLDER.glob("*.json.gz"), GAZETTEER, DATA / "borders.parquet"])
    paths = [build / f"basemap-{kind}-{mark}.parquet" for kind in ("shapes", "names")]
    if all(path.exists() for path in paths):
        return pq.read_table(paths[0]), pq.read_table(paths[1])
    tables = _compile()
    for old in build.glob("basemap-*.parquet"):
        old.unlink(missing_ok=True)
    for table, path in zip(tables, paths, strict=True):
        write_table(table, path)
    return tables


def _names(table: pa.Table) -> Names:
    kind = table["kind"].to_pylist()
    numbers = {name: table[name].to_numpy().astype(float) for name in ("lon", "lat", "first")}
    last = np.array([_ZOOMS[name][1] for name in kind], dtype=float)
    return Names(**numbers, last=last, text=table["text"].to_pylist(), kind=kind)


@cache
def load_basemap() -> Basemap:
    """Read everything once per process."""
    shapes, names = read_tables()
    level, layer = shapes["level"].to_numpy(), shapes["layer"].to_numpy(zero_copy_only=False)
    parts = shapely.from_wkb(shapes["wkb"].to_numpy(zero_copy_only=False))
    levels: dict[int, dict[str, Layer]] = {}
    for number in LEVELS:
        chosen = {name: parts[(level == number) & (layer == name)] for name in (*SHAPES, "borders", "disputed")}
        levels[number] = {name: Layer(some, shapely.STRtree(some)) for name, some in chosen.items() if len(some)}
    found = Basemap(levels, _names(names))
    del shapes, names
    pa.default_memory_pool().release_unused()
    return found

"""A synthetic world of events around border towns, 1990 to 2026, straight into the layout of imported data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.borders import load_borders
from geo.flat import EVENTS_SCHEMA, KM_PER_DEGREE, PLAIN, choose_compression
from geo.grid import to_hilbert, to_mercator
from geo.records import KINDS, STATUSES

YEARS = range(1990, 2027)
TOWNS = 120  # towns on border lines; their sizes fall off as 1/rank, as those of towns do
SPREAD_KM = 40.0  # how far the events of a town scatter
ROW_GROUP = 16 * 1024  # as geo.importers.write
DAY_0 = np.datetime64("1970-01-01")

PART_FIELDS = [
    *(("parts", pa.int32()), ("part_place", pa.string()), ("part_radius_km", pa.float64())),
    *((name, pa.string()) for name in ("part_precision", "part_border", "part_area")),
    *((f"part_{side}", pa.float64()) for side in ("west", "south", "east", "north")),
]
BOX = pa.struct([(side, pa.float64()) for side in ("xmin", "ymin", "xmax", "ymax")])
SCHEMA = pa.schema([*EVENTS_SCHEMA, *(pa.field(*field) for field in PART_FIELDS), pa.field("bbox", BOX)])
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB",
            "geometry_types": [],
            "covering": {"bbox": {side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")}},
        }
    },
}


def write_world(folder: Path, count: int, *, dataset: str = "world", seed: int = 1) -> int:
    """
    Write about `count` events below ``folder/events/<dataset>``; the same numbers give the same world.

    94 % lie at points with a radius, 3 % stand for a whole country, 3 % are nowhere; 5 % are known by month only, 3 %
    last over more than a month, 1 % are undated, 2 % are background.

    Returns
    -------
    count
        How many were written.
    """
    towns, written = _make_towns(np.random.default_rng(seed)), 0
    shares = np.linspace(1, 3, len(YEARS))  # later years are told more densely
    sizes = np.round(count * 0.99 * shares / shares.sum()).astype(int)
    for year, size in [*zip(YEARS, sizes, strict=True), ("undated", count - int(sizes.sum()))]:
        rng = np.random.default_rng([seed, 0 if year == "undated" else year])
        table = _make_year(rng, towns, None if year == "undated" else year, int(size), first=written, dataset=dataset)
        target = folder / "events" / dataset / f"year={year}" / "part-0.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        codecs = choose_compression(table.schema)
        packed = [path for path in codecs if path not in PLAIN]
        pq.write_table(table, target, row_group_size=ROW_GROUP, compression=codecs, use_dictionary=packed)
        written += len(table)
    (folder / "events" / dataset / "_dataset.json").write_text(json.dumps({"name": dataset, "rows": written}))
    return written


def _make_towns(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Choose towns on the longest border lines, with how often each is in the news."""
    borders = load_borders()
    pairs = sorted(borders.pairs(), key=borders.length_km, reverse=True)[:TOWNS]
    spots = np.array([borders.line(pair).interpolate(rng.random(), normalized=True).coords[0] for pair in pairs])
    weight = 1 / (1 + rng.permutation(TOWNS))
    return {"pair": np.array(pairs), "spot": spots, "weight": weight / weight.sum()}


def _make_year(
    rng: np.random.Generator, towns: dict[str, np.ndarray], year: int | None, size: int, *, first: int, dataset: str
) -> pa.Table:
    """Make the events of one year (None: undated), in Hilbert order."""
    town = rng.choice(TOWNS, size, p=towns["weight"])
    where = _make_places(rng, towns, town, size)
    place = np.where(where["sort"] == 2, -1, to_hilbert(where["mx"], where["my"]))  # what is nowhere comes first
    order = np.argsort(place, kind="stable")
    where, town = {name: values[order] for name, values in where.items()}, town[order]
    pair = pa.array(towns["pair"]).take(pa.array(town))
    country = pc.utf8_slice_codeunits(pair, 0, 2)
    columns = _columns_of_place(where, country, pair) | _columns_of_time(rng, year, size)
    columns |= _columns_of_words(rng, town, country, np.arange(first, first + size), dataset)
    columns["countries"] = pa.ListArray.from_arrays(np.arange(size + 1, dtype="int32"), country)
    metadata = {"geo": json.dumps(GEO)}
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA.with_metadata(metadata))


def _make_places(
    rng: np.random.Generator, towns: dict[str, np.ndarray], town: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """Scatter the events around their towns; `sort` is 0 for a point, 1 for a whole country, 2 for nowhere."""
    sort = rng.choice(3, size, p=[0.94, 0.03, 0.03])
    offset = rng.normal(0, SPREAD_KM / KM_PER_DEGREE, (2, size)) * (sort == 0)
    lon = np.round(np.clip(towns["spot"][town, 0] + offset[0], -179.9, 179.9), 5)
    lat = np.round(np.clip(towns["spot"][town, 1] + offset[1], -85, 85), 5)
    mx, my = to_mercator(lon, lat)
    radius = np.where(sort == 1, 300.0, rng.choice([1.0, 5.0, 25.0], size, p=[0.5, 0.3, 0.2]))
    km = np.round(np.hypot(*offset) * KM_PER_DEGREE, 3)  # near enough for a made-up world
    return {"sort": sort, "lon": lon, "lat": lat, "mx": mx, "my": my, "radius": radius, "km": km}


def _columns_of_place(where: dict[str, np.ndarray], country: pa.Array, pair: pa.Array) -> dict[str, pa.Array]:
    nowhere, whole = where["sort"] == 2, where["sort"] == 1
    lon, lat, radius = where["lon"], where["lat"], where["radius"]
    reach = radius / KM_PER_DEGREE
    wide = reach / np.cos(np.radians(np.minimum(89, abs(lat) + reach)))
    fields = {"lon": lon, "lat": lat, "mx": where["mx"], "my": where["my"], "radius_km": radius}
    fields |= {"west": lon, "south": lat, "east": lon, "north": lat, "border_km": where["km"]}
    fields |= {"part_west": lon - wide, "part_south": lat - reach, "part_east": lon + wide, "part_north": lat + reach}
    columns = {name: pa.array(values, mask=nowhere) for name, values in fields.items()}
    columns["part_radius_km"] = columns["radius_km"]
    columns["border_at_km"] = pc.multiply(columns["border_km"], 7.0)
    precision = pa.array(np.array(["settlement", "exact", "district", "country", "unknown"]))
    level = np.where(nowhere, 4, np.where(whole, 3, np.searchsorted([1.0, 5.0], radius)))
    columns["location_precision"] = precision.take(pa.array(level))
    none = pa.nulls(len(lon), pa.string())
    columns["part_precision"] = pc.if_else(pa.array(nowhere), none, columns["location_precision"])
    columns |= {"border": pc.if_else(pa.array(nowhere), none, pair), "part_border": none}
    columns |= {"country": country, "part_area": pc.if_else(pa.array(whole), country, none)}
    columns["parts"] = pa.array((~nowhere).astype("int32"))
    columns["geometry"] = pc.if_else(pa.array(nowhere), pa.nulls(len(lon), pa.binary()), _points(lon, lat))
    sides = [columns[side].fill_null(np.nan) for side in ("west", "south", "east", "north")]
    columns["bbox"] = pa.StructArray.from_arrays(sides, fields=list(BOX), mask=pa.array(nowhere))
    return columns


def _points(lon: np.ndarray, lat: np.ndarray) -> pa.Array:
    """Return points as little-endian WKB."""
    points = np.empty(len(lon), dtype=[("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
    points["order"], points["type"], points["x"], points["y"] = 1, 1, lon, lat
    offsets = pa.py_buffer((np.arange(len(lon) + 1) * points.itemsize).astype("int32"))
    return pa.BinaryArray.from_buffers(pa.binary(), len(lon), [None, offsets, pa.py_buffer(points.tobytes())])


def _columns_of_time(rng: np.random.Generator, year: int | None, size: int) -> dict[str, pa.Array]:
    if year is None:
        none = pa.nulls(size, pa.date32())
        return {"start": none, "end": none, "published": none, "date_precision": _repeat("unknown", size)}
    first, last = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31")
    start = first + rng.integers(0, (last - first).astype(int) + 1, size)
    lasting = rng.choice([0, 2, 45], size, p=[0.9, 0.07, 0.03])
    coarse = rng.random(size) < 0.05
    months = start.astype("datetime64[M]")
    start = np.where(coarse, months.astype("datetime64[D]"), start)
    end = np.where(coarse, (months + 1).astype("datetime64[D]") - 1, start + lasting)
    columns = {"start": start, "end": end, "published": end + rng.integers(0, 30, size)}
    days = {name: pa.array((values - DAY_0).astype("int32")).cast(pa.date32()) for name, values in columns.items()}
    return days | {"date_precision": pa.array(np.where(coarse, "month", "day"))}


def _columns_of_words(
    rng: np.random.Generator, town: np.ndarray, country: pa.Array, number: np.ndarray, dataset: str
) -> dict[str, pa.Array]:
    size = len(town)
    weights = 1 / np.arange(1, len(KINDS) + 1)
    kind = pa.array(KINDS).take(pa.array(rng.choice(len(KINDS), size, p=weights / weights.sum())))
    places = pa.array([f"Town {index:03}" for index in range(TOWNS)]).take(pa.array(town))
    actors = pa.array([f"Group {index:03}" for index in range(500)])
    actor = actors.take(pa.array(np.minimum(499, (rng.pareto(1.0, size) * 5).astype(int))))
    source = pa.array([f"Agency {index}" for index in range(20)]).take(pa.array(rng.integers(0, 20, size)))
    title = pc.binary_join_element_wise(kind, places, actor, " ")
    columns = {"id": _ids(number), "title": title, "kind": kind, "place": places, "part_place": places}
    columns["status"] = pa.array(STATUSES).take(pa.array(rng.choice(5, size, p=[0.02, 0.03, 0.85, 0.08, 0.02])))
    columns["actors"] = pa.ListArray.from_arrays(np.arange(size + 1, dtype="int32"), actor)
    columns["equipment"] = pa.ListArray.from_arrays(np.zeros(size + 1, dtype="int32"), pa.array([], pa.string()))
    columns |= {"source_name": source, "source_url": _repeat("https://example.org/world", size)}
    columns |= {"dataset": _repeat(dataset, size), "licence": _repeat("CC0-1.0", size)}
    columns |= {"main": pa.array(rng.random(size) >= 0.02), "review": _repeat("machine", size)}
    row = pc.binary_join_element_wise('{"row": ', pa.array(number).cast(pa.string()), "}", "")
    columns |= {"evidence": _repeat("{}", size), "extra": row}
    columns["search"] = pc.utf8_lower(pc.binary_join_element_wise(title, source, country, " "))
    return columns


def _ids(number: np.ndarray) -> pa.Array:
    """Return 16 hexadecimal digits that look random and never repeat (the finaliser of SplitMix64, a bijection)."""
    mixed = number.astype("uint64") + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    digits = np.frombuffer(b"0123456789abcdef", dtype="u1")
    octets = (mixed ^ (mixed >> np.uint64(31))).view("u1").reshape(-1, 8)
    text = np.stack((digits[octets >> 4], digits[octets & 15]), axis=-1)
    return pa.array(np.ascontiguousarray(text).reshape(-1, 16).view("S16").ravel()).cast(pa.string())


def _repeat(text: str, size: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(size, dtype="int32")))

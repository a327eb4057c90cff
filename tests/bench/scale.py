"""Millions of events: our engine against GeoPandas by masks and by its spatial index, ratios in one run."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.engines.covering import build_covering
from geo.engines.cube import build_cube
from geo.grid import Box, Viewport
from geo.query import Engine, Query
from geo.store import Store
from tests.bench import peak_mb
from tests.bench.world import write_world

SIZES = (1_000_000, 10_000_000)
LIMIT = 500
WORLD = (-180.0, -90.0, 180.0, 90.0)
KINDS = ("exercise", "patrol", "aid")
SECTOR, REGION = (67.0, 36.0, 75.0, 39.0), (45.0, 30.0, 85.0, 50.0)
# name -> filter, view, zoom. A sector and a region count what is on this map area; the world has whole months and kinds.
ASKED: dict[str, tuple[Query, Box, float]] = {
    "sector": (Query(start=date(2020, 1, 1), end=date(2021, 12, 31), kinds=KINDS, bbox=SECTOR), SECTOR, 8),
    "region": (Query(start=date(2015, 3, 10), end=date(2021, 10, 20), bbox=REGION), REGION, 5),
    "world": (Query(start=date(2000, 1, 1), end=date(2019, 12, 31), kinds=KINDS), WORLD, 2),
}
COLUMNS = ["start", "end", "date_precision", "kind", "main", "parts", "mx", "my", "part_area", "geometry"]
REACH = [f"part_{side}" for side in ("west", "south", "east", "north")]


def measure_scale() -> None:
    """Print p50 in ms, the ratios, and the memory of each, for every size."""
    sizes = (*SIZES, 100_000_000) if os.environ.get("BENCH") == "100M" else SIZES
    for size in sizes:
        folder = Path(tempfile.mkdtemp(prefix="borderwatch-bench-"))
        try:
            started = time.perf_counter()
            write_world(folder, size)
            build_covering(folder / "events" / "world")
            build_cube(folder / "events" / "world")
            print(
                f"{size:,} events written, with covering file and cube, in {time.perf_counter() - started:.0f} s",
                flush=True,
            )
            _compare(_ask("engine", folder), _ask("geopandas", folder) if size <= SIZES[-1] else None)
        finally:
            shutil.rmtree(folder)


def _ask(what: str, folder: Path) -> dict[str, Any]:
    """Measure in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.bench.scale", what, str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def _compare(ours: dict[str, Any], theirs: dict[str, Any] | None) -> None:
    print(f"{'p50, ms':24}{'ours':>8}{'masks':>10}{'ratio':>7}{'sindex':>10}{'ratio':>7}  total")
    for name, (ms, total) in ours["answers"].items():
        line = f"{name:24}{ms:8.0f}"
        for way in ("masks", "sindex") if theirs else ():
            other, expected = theirs["answers"][f"{name} {way}"]
            if total != expected:
                raise SystemExit(f"{name}: ours gives {total}, GeoPandas by {way} gives {expected}.")
            line += f"{other:10.0f}{other / ms:7.1f}"
        print(f"{line}  {total}", flush=True)
    print(f"opened in {ours['open_s']:.1f} s, peak memory {ours['peak_mb']:.0f} MB", end="")
    if theirs:
        ratio = theirs["peak_mb"] / ours["peak_mb"]
        print(f"; GeoPandas {theirs['open_s']:.1f} s, {theirs['peak_mb']:.0f} MB: {ratio:.1f} times as much", end="")
    print(flush=True)


def _median(work: Callable[[int], Any], times: int) -> tuple[float, Any]:
    """Return the median time in ms after a first run, whose answer is returned."""
    answer, spent = work(0), []
    for number in range(1, times + 1):
        started = time.perf_counter()
        work(number)
        spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1000, answer


def _measure_engine(folder: Path) -> dict[str, Any]:
    """Ask our engine; every time for a box moved by a hair, so that no answer is one it remembers."""
    started = time.perf_counter()
    with Store(folder) as store:
        engine = Engine(store)
        engine.counts(Query())
        opened, answers = time.perf_counter() - started, {}

        def moved(query: Query, number: int) -> Query:
            if query.bbox is None:
                engine._backend.snapshot().cache.clear()
                return query
            return replace(query, bbox=tuple(side + number * 1e-6 for side in query.bbox))

        for name, (query, view, zoom) in ASKED.items():
            asked: dict[str, Callable[[Query], Any]] = {
                "count": lambda q: list(engine.counts(q)),
                "cells": lambda q, view=view, zoom=zoom: sum(c["n"] for c in engine.cells(q, bbox=view, zoom=zoom)),
                "histogram": lambda q: [
                    sum(n) for n in zip(*((b.shown, b.possible) for b in engine.histogram(q)), strict=True)
                ],
            }
            for what, ask in asked.items():
                answers[f"{name} {what}"] = _median(lambda number, q=query, ask=ask: ask(moved(q, number)), 15)
    return {"answers": answers, "open_s": opened, "peak_mb": peak_mb()}


def _measure_geopandas(folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    files = sorted(folder.glob("events/world/year=*/*.parquet"))
    frames = [gpd.read_parquet(path, columns=[*COLUMNS, *REACH]) for path in files]
    table = pd.concat(frames, ignore_index=True)
    del frames
    table["kind"] = table["kind"].astype("category")
    for name in ("start", "end"):
        table[name] = pd.to_datetime(table[name])
    table.sindex  # noqa: B018 - built once, as when a file is opened
    opened, answers = time.perf_counter() - started, {}
    codes = _Codes(table)
    for name, (query, view, zoom) in ASKED.items():
        grid = Viewport.of(view, zoom=zoom, limit=LIMIT)
        ways: dict[str, Callable[[], Any]] = {
            "count masks": lambda q=query: _count(table, _mask(table, q), q),
            "cells masks": lambda q=query, grid=grid: _cells(table, _mask(table, replace(q, bbox=None)), q, grid),
            "histogram masks": lambda q=query: _histogram(table, _mask(table, replace(q, start=None, end=None))),
            "count sindex": lambda q=query: codes.count(q),
            "cells sindex": lambda q=query, grid=grid: codes.cells(q, grid),
            "histogram sindex": lambda q=query: codes.histogram(q),
        }
        for what, ask in ways.items():
            answers[f"{name} {what}"] = _median(lambda _, ask=ask: ask(), 3)
    return {"answers": answers, "open_s": opened, "peak_mb": peak_mb()}


# --- GeoPandas by masks: what one writes first --------------------------------------------------------------------


def _mask(table: gpd.GeoDataFrame, query: Query) -> pd.Series:
    """Return which rows no filter hides; rows without a date or a place stay."""
    keep = table["main"].astype(bool)
    if query.start:
        undated = table["start"].isna() & table["end"].isna()
        since, until = pd.Timestamp(query.start), pd.Timestamp(query.end)
        keep &= undated | ((table["start"] <= until) & (table["end"] >= since))
    if query.kinds:
        keep &= table["kind"].isin(query.kinds)
    if query.bbox:
        west, south, east, north = query.bbox
        inside = (table.geometry.x >= west) & (table.geometry.x <= east)
        keep &= table.geometry.isna() | (inside & (table.geometry.y >= south) & (table.geometry.y <= north))
    return keep


def _possible(rows: pd.DataFrame, query: Query) -> pd.Series:
    within = (rows["start"] >= pd.Timestamp(query.start)) & (rows["end"] <= pd.Timestamp(query.end))
    return (rows["date_precision"] != "day") & ~within


def _count(table: gpd.GeoDataFrame, keep: pd.Series, query: Query) -> list[int]:
    rows = table.loc[keep, ["start", "end", "date_precision", "parts"]]
    undated = rows["start"].isna()
    unplaced = ~undated & (rows["parts"] == 0)
    possible = ~undated & ~unplaced & _possible(rows, query)
    numbers = [int(n.sum()) for n in (possible, undated, unplaced)]
    return [len(rows) - sum(numbers), *numbers, len(table) - len(rows), len(table)]


def _cells(table: gpd.GeoDataFrame, keep: pd.Series, query: Query, grid: Viewport) -> int:
    """Return how many are drawn: all whose circle meets the view if they are few, else those whose cell is in it."""
    if query.bbox:
        keep &= _mask(table, Query(bbox=query.bbox, background=True))
    rows = table.loc[keep & table["start"].notna() & (table["parts"] > 0), [*COLUMNS, *REACH]]
    west, south, east, north = grid.bounds
    reach = (rows["part_west"] <= east) & (rows["part_east"] >= west)
    rows = rows[reach & (rows["part_south"] <= north) & (rows["part_north"] >= south)]
    if len(rows) <= LIMIT:
        return len(rows)
    area = rows["part_area"].notna()
    ((left, right),) = grid.columns
    rows = rows[area | (rows["mx"].between(left, right) & rows["my"].between(*grid.rows))]
    cx, cy = (rows[name].astype("int64") // (1 << grid.shift) for name in ("mx", "my"))
    grouped = rows.groupby([rows["part_area"].fillna(""), cx, cy, "kind"], observed=True).size()
    return int(grouped.sum())


def _histogram(table: gpd.GeoDataFrame, keep: pd.Series) -> list[int]:
    """Return how often an event is shown, and possible, in a month."""
    rows = table.loc[keep & table["start"].notna() & (table["parts"] > 0), ["start", "end", "kind", "date_precision"]]
    first, last = (rows[name].dt.to_period("M") for name in ("start", "end"))
    alone = rows.groupby([first[first == last], "kind"], observed=True).size()
    several = rows[first != last]
    months = last[first != last].astype("int64") - first[first != last].astype("int64") + 1
    certain = several["date_precision"] == "day"
    return [int(alone.sum() + months[certain].sum()), int(months[~certain].sum())]


# --- GeoPandas with its spatial index, and numbers for everything: what one writes after profiling ------------------


class _Codes:
    def __init__(self, table: gpd.GeoDataFrame) -> None:
        self.table = table
        self.start, self.end = (table[name].to_numpy("datetime64[D]") for name in ("start", "end"))
        self.kind, self.names = table["kind"].cat.codes.to_numpy(), list(table["kind"].cat.categories)
        self.main, self.placed = table["main"].to_numpy(bool), (table["parts"] > 0).to_numpy()
        self.coarse = (table["date_precision"] != "day").to_numpy()
        area = table["part_area"].astype("category")
        self.area = area.cat.codes.to_numpy()
        self.mx, self.my = (table[name].fillna(-1).to_numpy("int64") for name in ("mx", "my"))
        self.reach = table[REACH].to_numpy()
        self.nowhere = np.flatnonzero(~self.placed)

    def _rows(self, query: Query, *, dated: bool, placed: bool) -> np.ndarray:
        """Return the numbers of the rows that no filter hides."""
        if query.bbox:
            rows = self.table.sindex.query(shapely.box(*query.bbox), predicate="intersects")
            rows = rows if placed else np.concatenate((rows, self.nowhere))
        else:
            rows = np.flatnonzero(self.placed) if placed else np.arange(len(self.table))
        rows = rows[self.main[rows]]
        if query.kinds:
            rows = rows[np.isin(self.kind[rows], [self.names.index(kind) for kind in query.kinds])]
        if dated and query.start:
            start, end = self.start[rows], self.end[rows]
            overlap = (start <= np.datetime64(query.end)) & (end >= np.datetime64(query.start))
            rows = rows[overlap | np.isnat(start)]
        return rows

    def count(self, query: Query) -> list[int]:
        rows = self._rows(query, dated=True, placed=False)
        start, end = self.start[rows], self.end[rows]
        undated = np.isnat(start)
        within = (start >= np.datetime64(query.start)) & (end <= np.datetime64(query.end))
        unplaced = ~undated & ~self.placed[rows]
        possible = ~undated & ~unplaced & self.coarse[rows] & ~within
        numbers = [int(n.sum()) for n in (possible, undated, unplaced)]
        return [len(rows) - sum(numbers), *numbers, len(self.table) - len(rows), len(self.table)]

    def cells(self, query: Query, grid: Viewport) -> int:
        rows = self._rows(query, dated=True, placed=True)
        rows = rows[~np.isnat(self.start[rows])]
        west, south, east, north = grid.bounds
        reach = self.reach[rows]
        meets = (reach[:, 0] <= east) & (reach[:, 2] >= west) & (reach[:, 1] <= north) & (reach[:, 3] >= south)
        rows = rows[meets]
        if len(rows) <= LIMIT:
            return len(rows)
        ((left, right),) = grid.columns
        mx, my, area = self.mx[rows], self.my[rows], self.area[rows]
        inside = (mx >= left) & (mx <= right) & (my >= grid.rows[0]) & (my <= grid.rows[1])
        keep = inside | (area >= 0)
        key = np.where(area >= 0, -1 - area, ((mx >> grid.shift) << 32) + (my >> grid.shift)) * 16 + self.kind[rows]
        return int(np.unique(key[keep], return_counts=True)[1].sum())

    def histogram(self, query: Query) -> list[int]:
        rows = self._rows(query, dated=False, placed=True)
        start, end = self.start[rows], self.end[rows]
        dated = ~np.isnat(start)
        rows, first = rows[dated], start[dated].astype("datetime64[M]").astype("int64")
        last = end[dated].astype("datetime64[M]").astype("int64")
        alone = np.bincount(((first - first.min()) * 16 + self.kind[rows])[first == last])
        months, coarse = last - first + 1, self.coarse[rows]
        several = first != last
        return [int(alone.sum() + months[several & ~coarse].sum()), int(months[several & coarse].sum())]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps((_measure_engine if sys.argv[1] == "engine" else _measure_geopandas)(Path(sys.argv[2]))))
    else:
        measure_scale()

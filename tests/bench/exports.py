"""Exports against GeoPandas in one run: ``python -m tests.bench.exports [ROWS]``; read the ratio, not the seconds."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd

from geo.exports import FORMATS, write
from geo.features import COLUMNS, LISTS, OBJECTS
from geo.query import Engine, Query
from geo.store import Store
from tests.bench import peak_mb
from tests.bench.world import write_world

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 100_000
TURNS = 5  # of both ways in turn, so that a busy moment of the machine hits both; the medians are compared


def _say(what: str, figure: str) -> None:
    print(f"{what:58} {figure}", flush=True)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _plain(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame as GDAL takes it: lists and objects as JSON text. This is not timed."""
    texts = {name: [json.dumps(value, ensure_ascii=False) for value in rows[name]] for name in (*LISTS, *OBJECTS)}
    return rows[[*COLUMNS, "match"]].assign(**texts)


def measure_geojson(folder: Path, engine: Engine) -> None:
    """Compare the whole export, query included, with writing a frame that is in memory already."""
    frame = _plain(engine.rows(Query()))
    spent: dict[str, list[float]] = {"GeoDataFrame.to_file": [], "our export": []}
    ways: dict[str, Callable[[], object]] = {
        "GeoDataFrame.to_file": lambda: frame.to_file(folder / "theirs.geojson", driver="GeoJSON"),
        "our export": lambda: write(folder / "ours.geojson", engine, Query(), format="geojson", now=NOW),
    }
    for _ in range(TURNS):
        for name, way in ways.items():
            spent[name].append(_seconds(way))
    theirs, ours = (sorted(times)[TURNS // 2] for times in spent.values())
    for name, took in (
        ("GeoDataFrame.to_file, frame in memory", theirs),
        ("our export, query and fsync included", ours),
    ):
        _say(f"GeoJSON of {len(frame):,} events: {name}", f"{len(frame) / took:,.0f} rows/s")
    _say("  ratio (median of 5 in turn); at least 5 is the goal", f"{theirs / ours:.1f} x")


def measure_formats(folder: Path, engine: Engine, formats: Iterable[str]) -> None:
    """Rows a second of every format, and the peak of the process after it."""
    for name in formats:
        path = folder / f"out.{name}"
        started = time.perf_counter()
        events = write(path, engine, Query(), format=name, now=NOW).events
        took = time.perf_counter() - started
        peak = peak_mb()
        size = path.stat().st_size / 1e6
        path.unlink()
        _say(f"export {name} of {events:,}", f"{events / took:,.0f} rows/s, {size:,.0f} MB, peak so far {peak:,.0f} MB")


def measure_exports(rows: int = ROWS) -> None:
    """Print every figure for a synthetic world of so many events."""
    with tempfile.TemporaryDirectory() as name, Store(Path(name)) as store:
        folder = Path(name)
        write_world(folder, rows)
        engine = Engine(store)
        engine.counts(Query())
        if rows > 10 * ROWS:  # a frame of more does not fit every machine, nor do all formats its disk
            measure_formats(folder, engine, ["geojsonseq"])
            return
        measure_geojson(folder, engine)
        measure_formats(folder, engine, FORMATS)


if __name__ == "__main__":
    measure_exports(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)

"""The brush against a plain st_folium app that draws its map anew: same events, same machine, one run."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from dashboard.assets import leaflet_folder
from geo.store import Store
from tests.bench import timeline
from tests.bench.world import write_world

EVENTS = 10_000
STEPS = 5
# What both show: about a year in thirty-six, and nearly all of them.
WINDOWS = {"one year": ("2010-01-01", "2010-12-31"), "thirty years": ("1992-01-01", "2021-12-31")}

# What one writes first: a slider, a folium map, a marker per event. Leaflet comes from a folder, as there is no network.
APP = """
import os
from datetime import date, timedelta
import folium, geopandas as gpd, pandas as pd, streamlit as st
from pathlib import Path
from streamlit_folium import st_folium

folium.Map.default_js = [("leaflet", "../../app/static/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "../../app/static/leaflet.css")]

@st.cache_resource
def load():
    files = sorted(Path(os.environ["BENCH_FOLDER"]).glob("events/world/year=*/*.parquet"))
    table = pd.concat([gpd.read_parquet(path, columns=["start", "end", "kind", "title", "geometry"]) for path in files])
    table = table[table.geometry.notna() & table["start"].notna()]
    return table.assign(start=pd.to_datetime(table["start"]), end=pd.to_datetime(table["end"]))

first = date.fromisoformat(os.environ["BENCH_FROM"])
length = (date.fromisoformat(os.environ["BENCH_TO"]) - first).days
days = st.slider("First day", 0, 400, 0)
since = pd.Timestamp(first + timedelta(days=days))
rows = load()
rows = rows[(rows["start"] <= since + pd.Timedelta(days=length)) & (rows["end"] >= since)]
shown = folium.Map(location=(30, 40), zoom_start=2, tiles=None)
for row in rows.itertuples():
    point = row.geometry.representative_point()
    folium.CircleMarker((point.y, point.x), radius=5, tooltip=row.title).add_to(shown)
st.text(f"step {days} shows {len(rows)}")
st_folium(shown, key="map", height=560, use_container_width=True, returned_objects=[])
"""
_STEP = """() => { const text = [...document.querySelectorAll('[data-testid="stText"]')].map((n) => n.textContent)
    .find((t) => t.startsWith("step ")); return text && text.match(/\\d+/g).map(Number); }"""
_MARKS = '() => document.querySelectorAll("path.leaflet-interactive").length'


def measure_plain() -> None:
    """Print the median of a step in both, and how many times as fast ours is."""
    from _pytest.outcomes import Skipped

    try:
        from tests import test_browser as browser_tests
    except Skipped as reason:
        print(f"against a plain st_folium app: not measured: {reason}", flush=True)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Store(folder).close()
        write_world(folder, EVENTS)
        for words, (first, last) in WINDOWS.items():
            ours, theirs = (
                _measure_ours(browser_tests, folder, first, last),
                _measure_theirs(browser_tests, folder, first, last),
            )
            what = (
                f"brush of {words} over {EVENTS:,} events, a step: ours {ours:.0f} ms, plain st_folium {theirs:,.0f} ms"
            )
            print(f"{what}, {theirs / ours:.0f} times", flush=True)


def _measure_ours(tests: Any, folder: Path, first: str, last: str) -> float:
    """Return the median ms from a range that leaves the brush to the map painted with it."""
    server = timeline.open_server(tests, folder)
    try:
        for browser in tests.browser.__wrapped__():
            visit = tests.Visit(browser, server)
            visit.context.unroute_all()
            visit.context.add_init_script(timeline.WATCH)
            visit.open(f"/?from={first}&to={last}&at=30,40,2")
            page = visit.page
            page.locator(".timeline .window").wait_for()
            page.wait_for_timeout(3000)
            box = page.locator(".timeline .window").bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + 12
            page.mouse.move(x, y)
            page.mouse.down()
            page.evaluate("() => { window.benchLog.length = 0; }")
            for step in range(1, 4 * STEPS + 1):
                page.mouse.move(x + 4 + 2 * step, y)
                visit.until(timeline.DRAWN)
            spent = statistics.median(timeline.steps(page.evaluate("() => window.benchLog")))
            visit.context.close()
    finally:
        server.close()
    return spent


def _measure_theirs(tests: Any, folder: Path, first: str, last: str) -> float:
    """Return the median ms from a key on the slider to as many marks on the map as there are events."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "plain.py").write_text(APP, encoding="utf-8")
        shutil.copytree(leaflet_folder(), Path(name) / "static")
        port = 8931
        command = [sys.executable, "-m", "streamlit", "run", "plain.py", "--server.port", str(port)]
        command += ["--server.headless", "true", "--server.enableStaticServing", "true"]
        env = {**os.environ, "BENCH_FOLDER": str(folder), "BENCH_FROM": first, "BENCH_TO": last}
        running = subprocess.Popen(command, cwd=name, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            for browser in tests.browser.__wrapped__():
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"http://127.0.0.1:{port}")
                _until_drawn(page, 0)
                page.get_by_role("slider").focus()
                spent = []
                for step in range(1, STEPS + 1):
                    started = time.perf_counter()
                    page.keyboard.press("ArrowRight")
                    _until_drawn(page, step)
                    spent.append((time.perf_counter() - started) * 1000)
        finally:
            running.terminate()
            running.wait(15)
    return statistics.median(spent)


def _wait(address: str) -> None:
    for _ in range(300):
        with suppress(OSError):
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - our own
            return
        time.sleep(0.1)
    raise SystemExit("The plain app did not start.")


def _until_drawn(page: Any, step: int) -> None:
    """Wait until the page speaks of this step and its map has that many marks."""
    end = time.monotonic() + 180
    while time.monotonic() < end:
        with suppress(Error):  # the frame may be on its way out
            told = page.evaluate(_STEP)
            frame = next((frame for frame in page.frames if "streamlit_folium" in frame.url), None)
            if told and told[0] == step and frame and frame.evaluate(_MARKS) == told[1]:
                return
        page.wait_for_timeout(20)
    raise SystemExit(f"The plain app did not draw step {step}.")


if __name__ == "__main__":
    measure_plain()

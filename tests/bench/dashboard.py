"""The dashboard in Chromium, on the shipped reports and on the same with a million events beside them, in one run."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.engines.covering import build_covering
from geo.engines.cube import build_cube
from geo.extract import Atlas, load_atlas, understand
from geo.reports import find_reports, read_report
from geo.store import Store
from tests.bench.world import write_world

EVENTS = 1_000_000
SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VISITS, PANS = 5, 8
PAN_PX = 220
# What is clicked or typed one after the other: every query is new to the server.
TOGGLES = ("Background events", "Possible matches", "Background events")
KINDS = ("Patrol", "Aid")
CHANGES = 200  # of a filter, for what the browser and the server hold on to
GOALS = "goals: first map 1.5 x seeds, 3 s with timeline, reload 1.5 s, page 1.5 MB, change 500 ms, pan 300 ms, "
GOALS += "websocket 20 kB, map body 100 kB, 200 changes 10 MB in the browser and 20 MB in the server"

# The moment of the last press or key in the page, by the same clock as the moment of painting.
_WATCH = """() => { for (const type of ["pointerdown", "keydown"])
    window.addEventListener(type, () => { window.pressedAt = performance.now(); }, true); }"""
_PAINTED = "(version) => window.borderwatchMap.version > version && window.borderwatchMap"
_TIMELINE = """() => {
    const answers = performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/api/summary"));
    return answers.length && Math.max(...answers.map((entry) => entry.responseEnd)); }"""
_PAN = """(x) => { const start = window.parent.performance.now();
    window.borderwatch.map.panBy([x, 0], { animate: false }); return start; }"""


def measure_dashboard_at_scale(atlas: Atlas | None = None) -> None:
    """Print the figures of both, side by side."""
    from _pytest.outcomes import Skipped

    try:
        from tests import test_browser
    except Skipped as reason:
        print(f"dashboard at scale: not measured: {reason}", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        stores = [Path(folder) / name for name in ("seeds", "world")]
        for store in stores:
            store.mkdir()
            _fill(store, atlas or load_atlas())
        write_world(stores[1], EVENTS)
        build_covering(stores[1] / "events" / "world")
        build_cube(stores[1] / "events" / "world")
        compare(test_browser, *stores)


def compare(test_browser: Any, seeds: Path, world: Path) -> None:
    """Measure two stores and print a line per figure."""
    figures = [_measure(test_browser, folder) for folder in (seeds, world)]
    print(f"{'dashboard in Chromium, median':48}{'seeds':>10}{'1 M':>10}   ({GOALS})")
    for name, small in figures[0].items():
        print(f"{name:48}{small:10,.0f}{figures[1][name]:10,.0f}", flush=True)


def _fill(folder: Path, atlas: Atlas) -> None:
    with Store(folder) as store:
        for path in find_reports([SEEDS]):
            report = read_report(path)
            store.add(report, understand(report, atlas).events, now=NOW)


def _measure(test_browser: Any, folder: Path) -> dict[str, float]:
    server = test_browser.Server(folder, fill=lambda _: [])
    try:
        for browser in test_browser.browser.__wrapped__():

            def guest(browser: Any = browser) -> Any:
                visit = test_browser.Visit(browser, server)
                visit.context.unroute_all()  # looking at every request would be part of every figure
                return visit

            figures = _measure_first(guest)
            visit = guest()
            figures |= _measure_visit(visit)
            figures |= _measure_growth(visit, server)
            visit.context.close()
    finally:
        server.close()
    return figures


def _measure_first(guest: Callable[[], Any]) -> dict[str, float]:
    """Measure new visitors of a warm server, one after the other, and a reload."""
    each = [_first_visit(guest()) for _ in range(VISITS + 1)][1:]
    maps, whole, again, weight = (statistics.median(values) for values in zip(*each, strict=True))
    return {
        "new visitor to first map painted, ms": maps,
        "  to map and timeline, ms": whole,
        "  reload to map painted, ms": again,
        "  everything the page fetched, as sent, kB": weight / 1000,
    }


def _first_visit(visit: Any) -> tuple[float, float, float, float]:
    """Return ms to the first map, to map and timeline, to the map after a reload, and the bytes of the first page."""
    sent, wire = [0], visit.context.new_cdp_session(visit.page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda message: sent.append(int(message["encodedDataLength"])))
    visit.open()
    at = visit.page.evaluate("window.borderwatchMap.at")
    visit.page.locator(".timeline .window").wait_for(state="attached")
    whole = visit.until(_TIMELINE)
    visit.page.wait_for_timeout(1_500)
    weight = sum(sent)
    visit.page.reload()
    visit.until("() => window.borderwatchMap?.version > 0", seconds=60)
    again = visit.page.evaluate("window.borderwatchMap.at")
    visit.context.close()
    return at, max(at, whole), again, weight


def _measure_growth(visit: Any, server: Any) -> dict[str, float]:
    """Change a filter many times, and return by how much the browser's heap and the server's memory have grown."""
    wire = visit.context.new_cdp_session(visit.page)
    toggle = visit.page.get_by_test_id("stSidebarUserContent").get_by_text("Background events")
    wire.send("HeapProfiler.enable")

    def held() -> tuple[float, float]:
        wire.send("HeapProfiler.collectGarbage")
        heap = wire.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
        return heap, int(status.split("VmRSS:")[1].split()[0]) / 1e3

    def change(times: int) -> None:
        for _ in range(times):
            version = visit.page.evaluate("window.borderwatchMap.version")
            toggle.click()
            visit.until(_PAINTED, value=version)
        visit.page.wait_for_timeout(1_500)

    change(20)  # caches fill
    before = held()
    change(CHANGES)
    heap, memory = (now - then for now, then in zip(held(), before, strict=True))
    return {"browser's heap after 200 changes, MB more": heap, "server's memory after 200 changes, MB more": memory}


def _measure_visit(visit: Any) -> dict[str, float]:
    traffic = _Traffic(visit.page)
    visit.open()
    visit.page.evaluate(_WATCH)
    visit.page.wait_for_timeout(2_000)  # list and timeline are there too
    changes = [traffic.of(lambda act=act: _change(visit, act)) for act in _acts(visit)]
    visit.open()
    visit.page.wait_for_timeout(2_000)
    pans = [traffic.of(lambda: _pan(visit)) for _ in range(PANS)]
    ms, websocket, body = (list(each) for each in zip(*changes, strict=True))
    return {
        "filter changed to map painted, ms": statistics.median(ms),
        "  the slowest change": max(ms),
        "  websocket, the largest, bytes": max(websocket),
        "  body of the map, the largest, bytes": max(body),
        "map moved to map painted, ms": statistics.median(pan[0] for pan in pans),
        "  the slowest move": max(pan[0] for pan in pans),
        "  body of the map when moved, the largest, bytes": max(pan[2] for pan in pans),
    }


def _acts(visit: Any) -> Iterator[Callable[[], None]]:
    """Yield what changes the filter, each once."""
    sidebar = visit.page.get_by_test_id("stSidebarUserContent")
    for words in TOGGLES:
        yield lambda words=words: sidebar.get_by_text(words).click()
    for kind in KINDS:
        yield lambda kind=kind: visit.page.locator(".facets").get_by_text(kind, exact=True).first.click()


def _change(visit: Any, act: Callable[[], object]) -> float:
    version = visit.page.evaluate("window.borderwatchMap.version")
    act()
    at = visit.until(_PAINTED, value=version)["at"]
    return at - visit.page.evaluate("window.pressedAt")


def _pan(visit: Any) -> float:
    version = visit.page.evaluate("window.borderwatchMap.version")
    start = visit.map().evaluate(_PAN, PAN_PX)
    return visit.until(_PAINTED, value=version)["at"] - start


class _Traffic:
    """What comes over the wire: through the websocket, and as bodies of the map."""

    def __init__(self, page: Any) -> None:
        self.page, self.websocket, self.body = page, 0, 0
        self._asked: set[str] = set()
        page.on("websocket", lambda socket: socket.on("framereceived", self._frame))
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.responseReceived", self._response)
        wire.on("Network.loadingFinished", self._finished)

    def _frame(self, payload: str | bytes) -> None:
        self.websocket += len(payload)

    def _response(self, message: dict[str, Any]) -> None:
        if "/api/events?" in message["response"]["url"]:
            self._asked.add(message["requestId"])

    def _finished(self, message: dict[str, Any]) -> None:
        if message["requestId"] in self._asked:
            self.body = max(self.body, int(message["encodedDataLength"]))

    def of(self, act: Callable[[], float]) -> tuple[float, int, int]:
        """Return what an act returns, and the bytes that came until all was quiet again."""
        self.websocket = self.body = 0
        spent = act()
        self.page.wait_for_timeout(1_000)
        return spent, self.websocket, self.body


if __name__ == "__main__":
    if len(sys.argv) == 3:
        from tests import test_browser as browser_tests

        compare(browser_tests, *map(Path, sys.argv[1:]))
    else:
        measure_dashboard_at_scale()

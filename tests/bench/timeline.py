"""The brush and its map in a browser: ``python -m tests.bench.timeline [EVENTS ...]``; medians of one run."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from geo.engines.covering import build_covering
from geo.engines.cube import build_cube
from geo.store import Store
from tests.bench.world import write_world

SIZES = (10_000, 1_000_000)
STEPS = 40  # positions of the brush, each waited for until the map is painted with it
PLAY_S = 8
WORLD_VIEW = "from=2010-01-01&to=2010-12-31"

# Writes down, in the page's own clock, when a range left the timeline and when the map had painted one.
WATCH = """
(() => {
  const log = (window.parent.benchLog ??= []);
  const send = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = function (message) {
    if (message?.type === "range" || message?.type === "painted") {
      const asked = new URLSearchParams(message.query);
      const range = message.type === "range" ? message : { from: asked.get("from"), to: asked.get("to"), final: false };
      log.push({ type: message.type, range: `${range.from} ${range.to}`, final: range.final, at: window.parent.performance.now() });
    }
    return send.call(this, message);
  };
})();
"""

# Whether the last range that was sent is on the map.
DRAWN = """
() => {
  const range = window.benchLog.findLast((entry) => entry.type === "range");
  return !range || window.benchLog.some((e) => e.type === "painted" && e.range === range.range && e.at > range.at);
}
"""


def _say(what: str, figure: str) -> None:
    print(f"{what:58} {figure}", flush=True)


def measure_timeline(sizes: tuple[int, ...] = SIZES) -> None:
    """Print brush step to painted map, frames a second of playback, and websocket bytes while dragging."""
    from _pytest.outcomes import Skipped

    try:
        from tests import test_browser as browser_tests
    except Skipped as reason:
        _say("timeline in a browser", f"not measured: {reason}")
        return
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            Store(folder).close()
            write_world(folder, size)
            build_covering(folder / "events" / "world")
            build_cube(folder / "events" / "world")
            _measure_size(browser_tests, folder, size)


def _measure_size(tests: Any, folder: Path, size: int) -> None:
    server = open_server(tests, folder)
    try:
        for browser in tests.browser.__wrapped__():
            visit = tests.Visit(browser, server)
            visit.context.unroute_all()  # looking at every request would be part of every step
            visit.context.add_init_script(WATCH)
            sent = _listen(visit.page)
            visit.open(f"/?{WORLD_VIEW}")
            visit.page.locator(".timeline .window").wait_for()
            visit.page.wait_for_timeout(3000)
            _measure_brush(visit, sent, size)
            _measure_playback(visit, sent, size)
            visit.context.close()
    finally:
        server.close()


def open_server(tests: Any, folder: Path) -> Any:
    """Return the dashboard of the browser tests over this store, without their events."""
    fill, tests._fill = tests._fill, lambda _store: []
    try:
        return tests.Server(folder)
    finally:
        tests._fill = fill


def _listen(page: Any) -> list[int]:
    """Collect the sizes of all websocket frames, in both directions."""
    sizes: list[int] = []

    def take(frame: str | bytes) -> None:
        sizes.append(len(frame))

    def listen(socket: Any) -> None:
        for direction in ("framesent", "framereceived"):
            socket.on(direction, take)

    page.on("websocket", listen)
    return sizes


def _measure_brush(visit: Any, sent: list[int], size: int) -> None:
    """Drag the window step by step; a step is over when the map is painted with the range it sent."""
    page = visit.page
    box = page.locator(".timeline .window").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => { window.benchLog.length = 0; }")
    sent.clear()
    before = _cpu_ms(visit.server)
    for step in range(1, STEPS + 1):
        page.mouse.move(x + 4 + 5 * step, y)
        visit.until(DRAWN)
    log = page.evaluate("() => window.benchLog")
    dragging, busy = sum(sent), (_cpu_ms(visit.server) - before) / STEPS
    page.mouse.up()
    spent = steps(log)
    _say(
        f"timeline, {size:,} events: brush step to painted map",
        f"{statistics.median(spent):.0f} ms median of {len(spent)}, {max(spent):.0f} worst",
    )
    _say("  processor time of the server for a step", f"{busy:.0f} ms")
    _say("  websocket while dragging", f"{dragging} bytes")
    page.wait_for_timeout(2500)


def _cpu_ms(server: Any) -> float:
    """Return the processor time of the server so far: on a busy machine it says more than the clock."""
    ticks = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, ticks)) * 1000 / os.sysconf("SC_CLK_TCK")


def steps(log: list[dict[str, Any]]) -> list[float]:
    """Return the milliseconds from each range that was sent to the first painting of it."""
    spent = []
    for index, entry in enumerate(log):
        if entry["type"] == "range" and not entry["final"]:
            done = next((e["at"] for e in log[index:] if e["type"] == "painted" and e["range"] == entry["range"]), None)
            if done is not None:
                spent.append(done - entry["at"])
    return spent


def _measure_playback(visit: Any, sent: list[int], size: int) -> None:
    """Play at four times the speed, where a step is due ten times a second."""
    page = visit.page
    page.get_by_label("Playback speed").select_option("4")
    page.get_by_label("Snap dates to").select_option("month")
    page.evaluate("() => { window.benchLog.length = 0; }")
    sent.clear()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(PLAY_S * 1000)
    log = page.evaluate("() => window.benchLog")
    playing = sum(sent)
    if page.get_by_role("button", name="Pause").count():  # it stops by itself at the end of the data
        page.get_by_role("button", name="Pause").click()
    painted = [entry for entry in log if entry["type"] == "painted"]
    seconds = (painted[-1]["at"] - painted[0]["at"]) / 1000
    _say(f"timeline, {size:,} events: playback at 4×", f"{(len(painted) - 1) / seconds:.1f} frames a second of 10")
    _say("  step to painted map while playing", f"{statistics.median(steps(log)):.0f} ms median")
    _say("  websocket while playing", f"{playing} bytes")


if __name__ == "__main__":
    measure_timeline(tuple(int(size) for size in sys.argv[1:]) or SIZES)

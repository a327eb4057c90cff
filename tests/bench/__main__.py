"""Measurements of one machine in one run: ``make bench``. Read ratios, not seconds; nothing here is a test."""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from geo.build import GAZETTEER, build_gazetteer
from geo.extract import Atlas, load_atlas, understand
from geo.gazetteer import Gazetteer
from geo.records import Report, stable_id
from geo.reports import find_reports, read_report
from geo.store import Store
from tests.bench import borders, imports, peak_mb
from tests.bench.dashboard import measure_dashboard_at_scale
from tests.bench.exports import measure_exports
from tests.bench.plain import measure_plain
from tests.bench.scale import measure_scale
from tests.bench.timeline import measure_timeline

SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    """Return the median time of some work in seconds."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def _say(what: str, figure: str) -> None:
    print(f"{what:58} {figure}", flush=True)


def measure_gazetteer() -> None:
    """Look-ups per second of cached and new names, size of the file, memory that opening it costs."""
    build_gazetteer()
    before = peak_mb()
    gazetteer = Gazetteer()
    names = [place[0] for place in gazetteer._query("SELECT name FROM place ORDER BY id LIMIT 5000", ())]
    fresh = _seconds(lambda: [gazetteer.find(name) for name in names])
    cached = _seconds(lambda: [gazetteer.find(name) for name in names])
    missing = _seconds(lambda: [gazetteer.find(f"qwerty {number}") for number in range(5000)])
    _say("gazetteer file", f"{GAZETTEER.stat().st_size / 1e6:.0f} MB")
    _say("gazetteer look-ups, new names", f"{len(names) / fresh:,.0f} a second")
    _say("gazetteer look-ups, the same names again", f"{len(names) / cached:,.0f} a second")
    _say("gazetteer look-ups, names it lacks", f"{5000 / missing:,.0f} a second")
    _say("memory that it costs to open and use", f"{peak_mb() - before:.0f} MB")


def measure_reading(atlas: Atlas) -> None:
    """Characters per second of the whole reading, and reports per second into a store."""
    reports = [read_report(path) for path in find_reports([SEEDS])]
    characters = sum(len(report.body) for report in reports)
    [understand(report, atlas) for report in reports]
    spent = _seconds(lambda: [understand(report, atlas) for report in reports], 3)
    _say("reading: toponyms, dates, places and events", f"{characters / spent:,.0f} characters a second")
    hundred = [_copy(report, number) for number, report in enumerate(reports * 5)]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:

        def ingest() -> None:
            for report in hundred:
                store.add(report, understand(report, atlas).events, now=NOW)

        spent = _seconds(ingest)
        _say("ingest of 100 reports into a new store", f"{len(hundred) / spent:,.0f} reports a second")
        again = _seconds(ingest)
        _say("  the same again, nothing to change", f"{len(hundred) / again:,.0f} reports a second")


def _copy(report: Report, number: int) -> Report:
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return Report(**{**values, "id": stable_id(report.id, number)})


def measure_dashboard() -> None:
    """Cold start to the first painted map, and from a filter change to the map painted with it."""
    from _pytest.outcomes import Skipped

    try:
        from tests import test_browser as browser_tests
    except Skipped as reason:
        _say("dashboard in a browser", f"not measured: {reason}")
        return
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        server = browser_tests.Server(Path(folder))
        try:
            for browser in browser_tests.browser.__wrapped__():
                visit = browser_tests.Visit(browser, server)
                visit.open()
                _say("cold start: server, first visitor, map painted", f"{time.perf_counter() - started:.1f} s")
                _measure_visit(browser_tests, browser, server)
                visit.context.close()
        finally:
            server.close()


def _measure_visit(browser_tests: object, browser: object, server: object) -> None:
    visit = browser_tests.Visit(browser, server)
    warm = _seconds(visit.open)
    _say("warm server, new visitor, map painted", f"{warm:.1f} s")
    sidebar = visit.page.get_by_test_id("stSidebarUserContent")
    spent = []
    for query in ("background=1", "") * 3:
        started = time.perf_counter()
        sidebar.get_by_text("Background events").click()
        visit.until_query(query)
        spent.append(time.perf_counter() - started)
    _say("filter changed by a click to map painted (median of 6)", f"{statistics.median(spent) * 1000:.0f} ms")
    visit.context.close()


def main() -> int:
    """Print every figure."""
    _say("Python", sys.version.split()[0])
    measure_gazetteer()
    measure_reading(load_atlas())
    failed = borders.main()
    imports.main()
    measure_scale()
    measure_exports()
    measure_dashboard()
    measure_timeline()
    measure_plain()
    measure_dashboard_at_scale()
    return failed


if __name__ == "__main__":
    sys.exit(main())

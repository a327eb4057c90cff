"""The dashboard in a real browser: painted without the network, filtered, exported, and deaf to hostile text."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, sync_playwright
from shapely import MultiPoint, Point

from dashboard.words import plain
from geo.borders import load_borders
from geo.errors import InvalidRecord
from geo.query import Engine, Query
from geo.records import Event, Report, stable_id
from geo.store import Store
from tests import hostile

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("BORDERWATCH_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOSTILE_DAY = date(2020, 1, 1)
START_S, STEP_S = 90, 20  # how long to wait on a busy machine: for the server, for the page to follow

if not Path(CHROMIUM).exists():
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is required when CI=true; install the package chromium.", pytrace=False)
    pytest.skip("no Chromium; install the package chromium to run the browser tests", allow_module_level=True)

pytestmark = pytest.mark.browser

TEXT = (
    "Russian and Tajik troops held an exercise at Kharb-Maidon from April 15 to 18, 2024. "
    "T-72 tanks of the 201st base took part; Dushanbe lies 150 km away."
)


def _quote(report: str, words: str) -> list[dict[str, Any]]:
    start = TEXT.index(words)
    return [{"report": report, "start": start, "end": start + len(words), "quote": words}]


def _place(name: str, lat: float | None, lon: float | None, radius_km: float | None, precision: str) -> dict[str, Any]:
    return {"name": name, "country": "TJ", "lat": lat, "lon": lon, "radius_km": radius_km, "precision": precision,
            "border": "AF-TJ" if precision == "line" else None, "reason": "the only place of that name", "source": "GeoNames",
            "derivation": None}  # fmt: skip


def _event(title: str, kind: str = "exercise", **values: Any) -> Event:
    place = _place("Kulob", 37.91, 69.78, 10.0, "settlement")
    defaults = {
        "status": "completed", "start": date(2024, 4, 10), "end": date(2024, 4, 10), "date_precision": "day",
        "place": "Kulob", "country": "TJ", "geometry": Point(69.78, 37.91), "radius_km": 10.0,
        "location_precision": "settlement", "border": "AF-TJ", "border_km": 20.0, "source_name": "Test",
        "published": date(2024, 4, 19), "evidence": {"places": [place]},
    }  # fmt: skip
    return Event(stable_id(title), title, kind, **{**defaults, **values})


def _main_event() -> Event:
    place = _place("Kharb-Maidon", 37.40, 69.16, 25.0, "unknown") | {"derivation": "About 20 km from the border."}
    return _event(
        "Exercise at Kharb-Maidon", start=date(2024, 4, 15), end=date(2024, 4, 18), place="Kharb-Maidon",
        geometry=Point(69.16, 37.40), radius_km=25.0, location_precision="unknown", actors=("201st base",),
        equipment=("T-72",), source_url="https://example.org/report",
        evidence={"places": [place | _quote("main", "Kharb-Maidon")[0]], "dates": _quote("main", "from April 15 to 18, 2024"),
                  "actors": _quote("main", "201st base"), "equipment": _quote("main", "T-72")},
    )  # fmt: skip


MAIN = _main_event()
LINE = _place("Tajik–Afghan border", None, None, None, "line")
OTHERS = [
    _event("Patrols in the Panj valley", "patrol", start=date(2024, 5, 1), end=date(2024, 5, 31), date_precision="month"),
    _event("Border closed", "border_closure", status="ongoing", start=date(2024, 5, 20), end=None, place="Tajik–Afghan border",
           geometry=load_borders().line("AF-TJ"), radius_km=None, location_precision="line", evidence={"places": [LINE]}),
    _event("Undated seizure", "seizure", start=None, end=None, date_precision="unknown"),
    _event("Drill without a place", geometry=None, radius_km=None, place=None, evidence={"places": []}),
    _event("Two ranges", status="planned", geometry=MultiPoint([(68.67, 38.31), (69.8, 40.3)]), radius_km=15.0,
           evidence={"places": [_place("Lyaur", 38.31, 68.67, 15.0, "district"), _place("Chorukh", 40.3, 69.8, 15.0, "district")]}),
    _event("Aid since 1992", "aid", main=False, start=date(1992, 1, 1), end=None, date_precision="year"),
    _event("Attack denied", "attack", status="denied", start=date(2024, 4, 16), end=date(2024, 4, 16)),
]  # fmt: skip


def _hostile_events() -> list[Event]:
    """Return an event per hostile text, with the text in every field that is shown, far from the others."""
    events = []
    for number, (name, text) in enumerate({**hostile.TEXTS, "long-line": "x" * hostile.MEGABYTE}.items()):
        lon, lat = 20 + number % 20, 50 + number // 20
        place = _place(text, lat, lon, 5.0, "settlement") | {"derivation": text, "reason": text, "source": text}
        shown = {"title": text, "place": text, "actors": (text,), "equipment": (text,), "source_name": text}
        evidence = {"places": [place], "date_reason": text, "status_reason": text}
        day = {"start": HOSTILE_DAY, "end": HOSTILE_DAY}
        events.append(replace(_event(name, "other", **day, geometry=Point(lon, lat), evidence=evidence), **shown))
    return events


def _fill(store: Store) -> list[str]:
    """Store the events of these tests; return the hostile titles that the store did not refuse."""
    store.add(Report("main", "Exercise at Kharb-Maidon", TEXT, date(2024, 4, 19)), [MAIN, *OTHERS], now=NOW)
    kept = []
    for event in _hostile_events():
        try:
            store.add(Report(event.id, "Hostile", f"A body: {event.title}"), [event], now=NOW)
        except InvalidRecord:
            continue
        kept.append(event.title)
    return kept


class Server:
    """A running dashboard: its address, its store's folder, and the hostile titles in it."""

    def __init__(self, folder: Path, fill: Callable[[Store], list[str]] = _fill) -> None:
        self.folder = folder
        with Store(folder) as store:
            self.titles = fill(store)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = (folder / "server.log").open("wb")
        command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
        environment = {**os.environ, "BORDERWATCH_STORE": str(folder)}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as answer:  # noqa: S310 - our own
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text(errors="replace"))

    def close(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(15)
        self.log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the dashboard over a store made here."""
    running = Server(tmp_path_factory.mktemp("project"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Debian's Chromium without a sandbox, as containers need it."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


class Visit:
    """One visitor: a page whose every request to another host is written down and refused."""

    def __init__(self, browser: Browser, server: Server, *, width: int = 1440, height: int = 900) -> None:
        self.server, self.outside, self.errors = server, [], []
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.context.route("**/*", self._guard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _guard(self, route: Route) -> None:
        if route.request.url.startswith((self.server.address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, path: str = "/") -> Visit:
        """Go to an address of the app and wait until its map is painted."""
        self.page.goto(self.server.address + path)
        self.until("() => window.borderwatchMap && window.borderwatchMap.version > 0", seconds=START_S)
        return self

    def until(self, script: str, seconds: float = STEP_S, value: object = None) -> Any:
        """Wait until a script says something true, and return it; the page forbids `eval`, so we poll."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.page.evaluate(script, value)
            if found:
                return found
            self.page.wait_for_timeout(40)
        raise AssertionError(f"not within {seconds} s: {script} (at {self.page.url})")

    def until_query(self, query: str) -> dict[str, Any]:
        """Wait until the map is painted for a query string."""
        return self.until("(q) => window.borderwatchMap.query === q && window.borderwatchMap", value=query)

    def map(self) -> Frame:
        """Return the map's frame."""
        return next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)

    def type_day(self, field: str, digits: str) -> None:
        """Type a day into a date field, as year, month and day, and leave the field."""
        self.page.locator(f".st-key-{field}").get_by_role("spinbutton").first.click()
        self.page.keyboard.type(digits, delay=20)
        self.page.keyboard.press("Escape")
        self.page.locator(".counts").click()

    def counts(self) -> dict[str, int]:
        """Return the five counts and their total as the page shows them."""
        words = self.page.locator(".counts").inner_text()
        numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= )", words)]
        assert len(numbers) == 6, words
        return dict(zip(("shown", "possible", "undated", "unplaced", "hidden", "total"), numbers, strict=True))

    def wait_counts(self, **expected: int) -> dict[str, int]:
        """Wait until the page shows these counts."""
        script = "(e) => Object.entries(e).every(([k, n]) => COUNTS?.getAttribute('data-' + k) === String(n))"
        counts = "[...document.querySelectorAll('*')].map((n) => n.shadowRoot?.querySelector('.counts')).find(Boolean)"
        self.until(script.replace("COUNTS", f"({counts})"), value=expected)
        return self.counts()

    def executed(self) -> bool:
        """Say whether any hostile script ran in any frame."""
        return any(frame.evaluate("() => window.executed !== undefined") for frame in self.page.frames)

    def check_clean(self) -> None:
        """Assert that nothing ran, nothing was asked of another host, and no script of ours failed."""
        assert not self.executed()
        assert self.outside == []
        assert self.errors == []


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return a new visitor at desktop size."""
    guest = Visit(browser, server)
    yield guest
    guest.context.close()


APRIL, MAY = "from=2024-04-01&to=2024-04-30", "from=2024-05-01&to=2024-05-31"


def test_the_map_is_painted_and_nothing_outside_is_asked(visit: Visit) -> None:
    """With every other host refused, base map and events appear, and no request went elsewhere."""
    visit.open()
    frame = visit.map()
    frame.locator("canvas").first.wait_for()
    assert MAIN.id in visit.page.evaluate("window.borderwatchMap.events")
    visit.check_clean()


def test_an_event_is_a_marker_with_a_name(visit: Visit) -> None:
    """The exercise stands on the map and says to a screen reader what, when and how exactly where it is."""
    visit.open(f"/?{APRIL}&kind=exercise&text=Kharb-Maidon")
    name = visit.map().locator("[data-event]").first.get_attribute("aria-label")
    assert name == "Exercise at Kharb-Maidon. Exercise, completed. 15–18 April 2024. Kharb-Maidon, within 25 km."


def test_moving_the_range_to_may_hides_the_event_and_the_counts_add_up(visit: Visit) -> None:
    """Typing other dates changes map, list, counts and address; the five counts still add up to the total."""
    visit.open(f"/?{APRIL}")
    total = len(visit.server.titles) + 1 + len(OTHERS)
    before = visit.wait_counts(total=total)
    assert MAIN.id in visit.until_query(APRIL)["events"]
    visit.type_day("to", "20240531")
    visit.until_query("from=2024-04-01&to=2024-05-31")
    visit.type_day("from", "20240501")
    assert MAIN.id not in visit.until_query(MAY)["events"]
    after = visit.wait_counts(shown=2, total=total)
    assert sum(before.values()) == sum(after.values()) == 2 * total
    assert visit.page.url.endswith(f"/?{MAY}")


def test_dragging_the_brush_sets_the_dates(visit: Visit) -> None:
    """A drag over the histogram moves the map at once and the address on release."""
    visit.open()
    picture = visit.page.locator(".picture")
    picture.wait_for()
    box = picture.bounding_box()
    assert box is not None
    visit.page.mouse.move(box["x"] + box["width"] * 0.93, box["y"] + 30)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 30)
    visit.page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 30)
    visit.until("() => window.borderwatchMap.query.startsWith('from=')")
    assert "from=" not in visit.page.url
    visit.page.mouse.up()
    visit.until("() => window.location.search.includes('from=')")
    assert visit.page.locator(".range").inner_text() != "All dates"


def test_the_download_is_what_the_command_line_exports(visit: Visit, tmp_path: Path) -> None:
    """The button and ``python -m geo export`` write the same bytes, but for the receipt's time."""
    visit.open(f"/?{APRIL}&kind=exercise")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Export GeoJSON").click()
    ours = Path(download.value.path()).read_bytes()
    target = tmp_path / "cli.geojson"
    arguments = ["--from", "2024-04-01", "--to", "2024-04-30", "--kind", "exercise"]
    command = [
        sys.executable,
        "-m",
        "geo",
        "export",
        *arguments,
        "--store",
        str(visit.server.folder),
        "-o",
        str(target),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    def timeless(raw: bytes) -> bytes:
        return re.sub(rb'"generated": ?"[^"]*"', b'"generated":""', raw)

    assert timeless(ours) == timeless(target.read_bytes())
    titles = [feature["properties"]["title"] for feature in json.loads(ours)["features"]]
    assert sorted(titles) == ["Exercise at Kharb-Maidon", "Two ranges"]


def test_the_list_opens_the_card(visit: Visit) -> None:
    """A line of the list opens the card: dates, radius and why, actors, and the quoted words marked."""
    visit.open(f"/?{APRIL}")
    visit.page.locator(f'.row[data-id="{MAIN.id}"]').click()
    card = visit.page.locator(".card")
    card.get_by_text("15–18 April 2024").first.wait_for()
    words = card.inner_text()
    assert "Somewhere within 25 km of this point; no coordinates are published." in words
    assert "About 20 km from the border with Afghanistan" in words
    assert card.locator("mark.of-date").inner_text() == "from April 15 to 18, 2024"
    assert card.get_by_role("link").first.get_attribute("rel") == "noopener noreferrer nofollow"
    assert f"event={MAIN.id}" in visit.page.url


def test_a_marker_is_chosen_by_keyboard_and_let_go(visit: Visit) -> None:
    """Enter on a marker opens its card, Escape closes it; the address follows both."""
    visit.open(f"/?{APRIL}&text=Kharb-Maidon")
    visit.map().locator("[data-event]").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.locator(".card h2").get_by_text("Exercise at Kharb-Maidon").wait_for()
    visit.until("() => window.location.search.includes('event=')")
    visit.page.keyboard.press("Escape")
    visit.until("() => !window.location.search.includes('event=')")


def test_the_table_opens_the_card(visit: Visit) -> None:
    """Choosing a row of the table opens the same card."""
    visit.open(f"/?{APRIL}&text=Kharb-Maidon")
    visit.page.get_by_role("link", name="Table").click()
    visit.page.locator(".table tbody tr").first.click()
    visit.page.locator(".card h2").get_by_text("Exercise at Kharb-Maidon").wait_for()


def test_an_address_restores_everything(visit: Visit) -> None:
    """Filters and the chosen event come back from the address alone."""
    address = f"/?{APRIL}&kind=exercise,attack&possible=0&event={MAIN.id}"
    visit.open(address)
    visit.page.locator(".card h2").get_by_text("Exercise at Kharb-Maidon").wait_for()
    assert visit.until_query(f"{APRIL}&kind=attack,exercise&possible=0")["total"] == 3
    assert "possible=0" in visit.page.url
    assert f"event={MAIN.id}" in visit.page.url


def test_a_broken_address_is_explained_and_the_rest_kept(visit: Visit) -> None:
    """A value that cannot be used is left out; the good ones still hold."""
    visit.open("/?from=yesterday&kind=exercise")
    assert visit.until_query("kind=exercise")["total"] >= 2
    assert visit.page.get_by_text("yesterday").first.is_visible()


def test_nothing_matching_says_what_to_do(visit: Visit) -> None:
    """An empty map and list say what to change, and one press brings everything back."""
    visit.open("/?text=nosuchword")
    visit.map().get_by_text("Widen the dates").wait_for()
    visit.page.locator(".panel").get_by_role("button", name="Clear all filters").click()
    assert visit.until_query("")["total"] > 2


def test_the_dark_theme_reaches_the_map(visit: Visit) -> None:
    """The switch changes page and map without loading anew."""
    visit.open()
    visit.page.get_by_role("button", name="Use the dark theme").click()
    visit.page.get_by_role("button", name="Use the light theme").wait_for()
    assert visit.map().evaluate("() => document.documentElement.classList.contains('dark')")


def test_a_phone_shows_the_map_first_and_never_scrolls_sideways(browser: Browser, server: Server) -> None:
    """At 390 px the map takes about 60 % of the height, and the page is no wider than the screen."""
    guest = Visit(browser, server, width=390, height=844).open(f"/?{APRIL}")
    frame = guest.page.locator(".st-key-mapbox iframe").bounding_box()
    assert frame is not None
    assert 0.55 * 844 < frame["height"] < 0.65 * 844
    assert guest.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    guest.check_clean()
    guest.context.close()


def test_a_layer_survives_a_reload_and_a_place_is_found(visit: Visit) -> None:
    """A layer that was switched on is in the address; the search moves the map, in any script; nothing asks outside."""
    visit.open(f"/?{APRIL}&at=40,69,6")
    visit.map().get_by_role("button", name="Layers").click()
    assert visit.map().locator(".layers").get_by_text("BORDERWATCH_TILES").is_visible()
    visit.map().get_by_role("checkbox", name="Border posts").check()
    visit.map().locator(".place-mark").first.wait_for()
    visit.until("() => window.location.search.includes('layers=posts')")
    visit.open(visit.page.url.removeprefix(visit.server.address))
    visit.map().locator(".place-mark").first.wait_for()
    field = visit.map().get_by_role("combobox", name="Find a place")
    for typed, lat, lon in (("Хорог", 37.49, 71.55), ("Ishkashim", 36.7, 71.6)):
        field.fill(typed)
        visit.map().get_by_role("option").first.wait_for()
        field.press("Enter")
        visit.until("() => window.location.search.includes('at=')")
        at = f"([lat, lon]) => {_AT} && Math.hypot({_AT}[0] - lat, {_AT}[1] - lon) < 0.3"
        visit.until(at, value=[lat, lon])
        field.press("Escape")
    visit.check_clean()


_AT = "new URLSearchParams(window.location.search).get('at')?.split(',').map(Number)"


def test_hostile_texts_are_shown_as_text_in_list_map_and_cards(visit: Visit) -> None:
    """Every hostile title appears letter for letter; no script runs in list, tooltips or cards, nothing is asked."""
    visit.open(f"/?from={HOSTILE_DAY}&to={HOSTILE_DAY}")
    rows, titles = visit.page.locator(".row"), visit.page.locator(".row .title")
    rows.first.wait_for()
    while rows.count() < len(visit.server.titles):
        before = rows.count()
        visit.page.get_by_role("button", name="Show more").click()
        rows.nth(before).wait_for()
    shown = titles.all_text_contents()
    assert sorted(shown) == sorted(plain(title) for title in visit.server.titles)
    visit.map().evaluate("() => document.querySelectorAll('[role=button]').forEach((n) => n.focus())")
    for row in rows.all():
        row.dispatch_event("click")
        visit.until("() => CARD && !CARD.hidden && CARD.querySelector('h2')".replace("CARD", _CARD))
        visit.page.locator(".card .back").dispatch_event("click")
    visit.check_clean()


_CARD = "[...document.querySelectorAll('*')].map((n) => n.shadowRoot?.querySelector('.card')).find(Boolean)"


def test_hostile_texts_are_deaf_in_the_table(visit: Visit) -> None:
    """The table shows hostile rows without running them."""
    visit.open(f"/?from={HOSTILE_DAY}&to={HOSTILE_DAY}")
    visit.page.get_by_role("link", name="Table").click()
    visit.page.locator(".table tbody tr").nth(99).wait_for()
    shown = visit.page.locator(".table tbody .title").all_text_contents()
    visit.page.get_by_role("button", name="Last page").click()
    visit.until("() => window.location.search.includes('page=2')")
    visit.page.locator(".table tbody tr").nth(99).wait_for(state="detached")
    shown += visit.page.locator(".table tbody .title").all_text_contents()
    assert sorted(shown) == sorted(plain(title) or "Open" for title in visit.server.titles)  # a title of blanks
    visit.check_clean()


HOSTILE_REPORTS = ("script-end", "jinja-product", "template-literal", "link-javascript", "rtl-override", "deep-json")


@pytest.mark.parametrize("name", HOSTILE_REPORTS)
def test_a_hostile_report_is_read_as_text_on_the_page_that_adds(visit: Visit, name: str) -> None:
    """A pasted report that tries to run is shown as what it is."""
    text = hostile.TEXTS[name]
    visit.page.goto(visit.server.address + "/add")
    field = visit.page.get_by_label("Text of the report")
    field.fill(hostile.report_text(text))
    visit.page.get_by_role("button", name="Read it").click()
    visit.page.locator(".reading h2").first.wait_for(timeout=START_S * 1000)
    assert " ".join(text.split()) in " ".join(visit.page.locator(".reading blockquote").inner_text().split())
    assert hostile.PRODUCT_DONE not in visit.page.locator(".reading").inner_text()
    visit.check_clean()


def test_an_unreadable_upload_is_explained(visit: Visit) -> None:
    """A file in another encoding is refused with its name and the encoding it seems to have."""
    visit.page.goto(visit.server.address + "/add")
    visit.page.get_by_label("Text of the report").wait_for()
    file = {"name": "notes.txt", "mimeType": "text/plain", "buffer": hostile.FILES["cp1251"].raw}
    visit.page.locator('input[type="file"]').set_input_files([file])
    visit.page.get_by_text("notes.txt").first.wait_for()
    visit.page.get_by_role("button", name="Read it").click()
    visit.page.get_by_text("Windows-1251").wait_for()
    visit.check_clean()


def test_a_report_is_read_and_added(visit: Visit) -> None:
    """Paste, look, add: the event is on the map, and its card opens."""
    visit.page.goto(visit.server.address + "/add")
    visit.page.get_by_label("Text of the report").fill(f"{TEXT} A second drill followed near Khorog on 3 June 2024.")
    visit.page.get_by_role("button", name="Read it").click()
    visit.page.locator(".reading .events li").first.wait_for(timeout=START_S * 1000)
    visit.page.get_by_role("button", name="Add to the map").click()
    visit.page.get_by_text("The report was added.").wait_for()
    with Store(visit.server.folder) as store:
        assert any("second drill" in report.body for report in store.reports())
        added = Engine(store).rows(Query(text="Khorog"))
    assert len(added) >= 1
    visit.page.get_by_role("link", name="Map").click()
    visit.page.locator(".card h2").wait_for()
    visit.check_clean()


IMPORTED = "x1,headline,when,breite,laenge\n" + "".join(
    f'{number},"{text.replace(chr(34), chr(34) * 2)}",2019-03-0{number % 9 + 1},50.{number:03},25\n'
    for number, text in enumerate(hostile.TEXTS.values())
    if text.isprintable()
)


def _choose(visit: Visit, label: str, column: str) -> None:
    visit.page.get_by_role("combobox", name=label).click()
    visit.page.get_by_role("option", name=column, exact=True).click()


def test_data_is_imported_and_removed(visit: Visit) -> None:
    """Upload, correct the columns, import: the rows are counted on the map, their texts stay texts, and they can go."""
    visit.page.goto(visit.server.address + "/import")
    file = {"name": "a <b>table.csv", "mimeType": "text/csv", "buffer": (IMPORTED + "z,Never,some day,1,1\n").encode()}
    visit.page.locator('input[type="file"]').set_input_files([file])
    visit.page.get_by_text("fields found").click(timeout=START_S * 1000)
    _choose(visit, "Latitude", "breite")
    _choose(visit, "Longitude", "laenge")
    visit.page.get_by_role("textbox", name="Dataset").fill("mine")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("button", name="Import", exact=True).click()
    visit.page.get_by_text("Imported into mine.").wait_for(timeout=START_S * 1000)
    with visit.page.expect_download() as rejected:
        visit.page.get_by_role("button", name="Download the rejected rows").click()
    assert "some day" in Path(rejected.value.path()).read_text(encoding="utf-8")
    with Store(visit.server.folder) as store:
        rows = Engine(store).rows(Query(datasets=("mine",)))
    assert len(rows) == IMPORTED.count("\n") - 1
    assert rows.geometry.y.between(50, 51).all()
    visit.page.get_by_test_id("stPopover").get_by_role("button", name="Remove").click()
    visit.page.get_by_role("button", name="Remove for good").click()
    visit.page.get_by_text("Remove for good").wait_for(state="detached")
    with Store(visit.server.folder) as store:
        assert Engine(store).datasets.list() == []
    visit.check_clean()


def test_the_view_can_be_a_filter(visit: Visit) -> None:
    """Only on demand does the map area filter, and its chip takes it away."""
    visit.open(f"/?{APRIL}")
    visit.map().get_by_label("Filter: only this map area").click()
    visit.until("() => window.borderwatchMap.query.includes('bbox=')")
    visit.page.get_by_role("button", name="Remove filter: Only an area of the map").click()
    visit.until_query(APRIL)


def test_a_rectangle_drawn_on_the_map_is_a_filter(visit: Visit) -> None:
    """Counts, address and chip say it, a reload restores it, and its chip takes it away."""
    visit.open(f"/?{APRIL}&at=38.1,69.9,7")
    before = visit.wait_counts(undated=1)  # other tests may have added events
    visit.map().get_by_role("button", name="Draw a rectangle to filter").click()
    box = visit.page.locator("iframe").first.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.mouse.move(middle[0] - 60, middle[1] - 60)
    visit.page.mouse.down()
    visit.page.mouse.move(middle[0], middle[1] + 20)
    visit.page.mouse.move(middle[0] + 60, middle[1] + 140)
    visit.page.mouse.up()
    area = visit.until("() => new URLSearchParams(location.search).get('area')")
    assert len(area.split(";")) == 4
    visit.page.get_by_role("button", name="Remove filter: Inside a drawn area").wait_for()
    hidden = "[...document.querySelectorAll('*')].map((n) => n.shadowRoot?.querySelector('.counts')).find(Boolean).dataset.hidden"
    visit.until(f"(n) => Number({hidden}) > n", value=before["hidden"])
    here = visit.counts()
    assert here["possible"] > before["possible"]
    assert 0 < here["shown"] < before["shown"]
    assert sum(here.values()) == 2 * here["total"] == sum(before.values())
    visit.page.reload()
    visit.wait_counts(**here)
    visit.until("() => document.querySelector('iframe').contentDocument.querySelectorAll('path.area').length === 1")
    visit.page.get_by_role("button", name="Remove filter: Inside a drawn area").click()
    visit.wait_counts(**before)
    visit.until("() => !location.search.includes('area=')")
    visit.check_clean()

"""The dashboard for everyone: axe on every view, the keyboard alone, the map in words, and a phone's narrow screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from tests.test_browser import APRIL, MAIN, START_S, Server, Visit, browser, server, visit

__all__ = ["browser", "server", "visit"]  # fixtures of the other browser tests

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations, passes } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    const inFrame = passes.some((rule) => rule.nodes.some((node) => node.target.length > 1 && /iframe/.test(node.target[0])));
    return { inFrame, violations: violations.flatMap(({ id, impact, nodes }) => nodes.map((node) =>
        ({ id, impact, html: node.html.slice(0, 200), why: node.failureSummary }))) };
}"""

# View: its path, and a script that is true once it is drawn. `SHADOWS` are the roots of our components.
SHADOWS = "[...document.querySelectorAll('*')].map((node) => node.shadowRoot).filter(Boolean)"
HAS = f"(selector) => {SHADOWS}.some((root) => root.querySelector(selector))"
VIEWS = {
    "map": ("/", ".row, .card h2"),
    "border": ("/border", ".profile .picture .ticks"),
    "table": ("/table", "tbody tr"),
    "statistics": ("/statistics", ".tables table"),
    "report": ("/report", ".report h1"),
    "add": ("/add", ".note-box.empty"),
    "import": ("/import", ".note-box.empty"),
}
RESTS = f"() => !{SHADOWS}.some((root) => root.querySelector('[aria-busy]'))"  # what is being fetched anew is paler
THEMES, LANGUAGES = ("light", "dark"), ("en", "ru")
NEAR = "border=AF-TJ&within_km=20"
PHONE = {"width": 390, "height": 844}

# The node with the focus, through shadow roots and the map's frame: its words, where it is, and how it is shown.
FOCUS = """() => {
    let [node, x, y, framed] = [document.activeElement, 0, 0, false];
    for (;;) {
        if (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
        else if (node?.tagName === 'IFRAME') {
            const frame = node.getBoundingClientRect();
            [x, y, framed, node] = [x + frame.x, y + frame.y, true, node.contentDocument.activeElement];
        } else break;
    }
    const box = node.getBoundingClientRect();
    const words = (node.getAttribute('aria-label') || node.innerText || node.textContent || '').trim();
    return { words: words.slice(0, 120), tag: node.tagName.toLowerCase(), framed, class: String(node.className?.baseVal ?? node.className),
        event: node.dataset?.event || null, box: [box.x + x, box.y + y, box.width, box.height] };
}"""


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return a new visitor with a phone."""
    guest = Visit(browser, server, **PHONE)
    yield guest
    guest.context.close()


def open_view(visit: Visit, view: str, query: str = "") -> None:
    """Go to a view and wait until it is drawn."""
    path, drawn = VIEWS[view]
    visit.page.goto(f"{visit.server.address}{path}{query and f'?{query}'}")
    if view in ("map", "border"):
        visit.until("() => window.borderwatchMap?.version > 0", seconds=START_S)
    visit.until(HAS, seconds=START_S, value=drawn)
    visit.until("() => !document.querySelector('[data-testid=stSkeleton]')")


def look(visit: Visit, *, framed: bool = False) -> list[str]:
    """
    Return axe's serious and critical findings in all frames; `framed` asserts that the map's frame was seen.

    The size of targets is not asked of marks and of what lies over them: WCAG 2.2, 2.5.8, excepts what has its place
    on a map.
    """
    visit.until(RESTS)
    visit.page.wait_for_timeout(150)  # and comes back to its colour in a tenth of a second
    for frame in visit.page.frames:
        frame.evaluate(AXE)  # as text: the policy of the page forbids scripts from elsewhere
    found: dict[str, Any] = visit.page.evaluate(RUN)
    assert found["inFrame"] or not framed
    return [
        f"{hit['id']} ({hit['impact']}): {hit['html']} {hit['why']}"
        for hit in found["violations"]
        if hit["impact"] in ("serious", "critical") and not (hit["id"] == "target-size" and "leaflet-" in hit["html"])
    ]


def press(visit: Visit, *keys: str) -> dict[str, Any]:
    """Press keys one after the other and return what has the focus then."""
    for key in keys:
        visit.page.keyboard.press(key)
    return visit.page.evaluate(FOCUS)


def tab_to(visit: Visit, words: str, most: int = 90) -> list[str]:
    """Press Tab until something whose words begin so has the focus; return the words of all stops on the way."""
    stops = []
    for _ in range(most):
        stops.append(press(visit, "Tab")["words"])
        if stops[-1].startswith(words):
            return stops
    raise AssertionError(f"no {words!r} in {stops}")


def test_axe_finds_nothing_serious_on_the_map_with_a_card(visit: Visit) -> None:
    """Map, filters, timeline and card pass, the map's frame included."""
    open_view(visit, "map", f"{NEAR}&event={MAIN.id}")
    assert look(visit, framed=True) == []
    assert press(visit, "Tab")["words"] == "Skip to the map"
    assert "leaflet-container" in press(visit, "Enter")["class"]


@pytest.mark.journey
def test_the_map_can_be_read_in_words(visit: Visit) -> None:
    """A text beside the legend says what is in view, and describes the map to a screen reader."""
    visit.open(f"/?{APRIL}&kind=exercise")
    frame = visit.map()
    frame.locator("summary", has_text="In words").click()
    text = frame.locator("#map-words")
    text.filter(has_text="By kind: Exercise").wait_for()
    assert text.inner_text().startswith("2 of the 2 events shown are in this view.")
    assert "Kharb-Maidon" in text.inner_text()
    assert frame.locator(".leaflet-container").get_attribute("aria-describedby") == "map-words"


@pytest.mark.journey
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(visit: Visit, view: str, theme: str, language: str) -> None:
    """Every view passes in both themes and languages, without and with a chosen event, on a desk and on a phone."""
    words = f"theme={theme}&lang={language}"
    queries = [words, f"{words}&{NEAR}"]
    if view in ("map", "border", "table"):
        queries.append(f"{words}&event={MAIN.id}")
    found = {}
    for query in queries:
        visit.page.set_viewport_size({"width": 1440, "height": 900})
        open_view(visit, view, query)
        for width, height in ((1440, 900), tuple(PHONE.values())):
            visit.page.set_viewport_size({"width": width, "height": height})
            visit.until(
                "() => innerWidth > 767 || !document.querySelector('[data-testid=stSidebar][data-collapsed=false]')"
            )
            visit.until(
                "(dark) => (getComputedStyle(document.querySelector('.stApp')).backgroundColor !== 'rgb(255, 255, 255)') === dark",
                value=theme == "dark",
            )
            found[width, query] = look(visit, framed=view in ("map", "border"))
    assert {place: hits for place, hits in found.items() if hits} == {}


@pytest.mark.journey
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_what_opens(visit: Visit, theme: str) -> None:
    """The lists of filters, a calendar, the menus, the legend, the words and a list of events on the map pass too."""
    open_view(visit, "map", f"theme={theme}")
    page, frame = visit.page, visit.map()
    closed = page.locator(".facet .head[aria-expanded=false]")
    while closed.count():
        closed.first.click()
    assert look(visit) == []
    for summary in frame.locator(".legend > summary").all():
        summary.click()
    assert look(visit, framed=True) == []
    page.get_by_role("button", name="Other formats").click()
    assert look(visit) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Choose date").first.click()
    assert look(visit) == []
    page.keyboard.press("Escape")
    frame.locator(".group").first.press("Enter")
    assert look(visit, framed=True) == []
    open_view(visit, "table", f"theme={theme}")
    page.locator("summary", has_text="Columns").click()
    assert look(visit) == []
    open_view(visit, "border", f"theme={theme}&{NEAR}")
    page.get_by_role("button", name="As a table").click()
    assert look(visit) == []


def test_the_three_tasks_by_keyboard_alone(visit: Visit) -> None:
    """Without a pointer an event of the map is opened and closed, dates are set, and the result is exported."""
    open_view(visit, "map", APRIL)
    assert tab_to(visit, "year, To")[:3] == ["Skip to the map", "Skip to the list of events", "Search"]
    visit.page.keyboard.type("20240531", delay=20)
    tab_to(visit, "Kind")
    press(visit, "Enter")  # closes the list, which is not needed here
    visit.until("() => location.search.includes('to=2024-05-31')")
    assert tab_to(visit, "Copy a link")[-8:-1] == [
        "Map",
        "Border",
        "Table",
        "Statistics",
        "Report",
        "Add a report",
        "Import",
    ]
    with visit.page.expect_download() as download:
        while not visit.page.evaluate(FOCUS)["words"].endswith("Export GeoJSON"):
            press(visit, "Tab")
        visit.page.keyboard.press("Enter")
    assert download.value.suggested_filename == "borderwatch.geojson"
    tab_to(visit, "Past the marks")
    mark = press(visit, "Tab")
    assert mark["framed"]
    visit.page.keyboard.press("Enter")
    if not mark["event"]:  # a group: its list opens, and its first event has the focus
        visit.map().locator(".pick:focus").wait_for()
        visit.page.keyboard.press("Enter")
    visit.page.locator("article.card:focus h2").wait_for()
    chosen = visit.until("() => new URLSearchParams(location.search).get('event')")
    visit.page.keyboard.press("Escape")
    visit.until(f"() => ({FOCUS})().framed")
    assert visit.page.evaluate(FOCUS)["event"] in (chosen, None)  # its own mark, or the group it lies in again


@pytest.mark.journey
def test_every_stop_of_the_tab_key_is_seen_and_in_order(visit: Visit) -> None:
    """From the first link to the list each stop changes the picture where it is, and none is hidden behind another."""
    open_view(visit, "map", APRIL)
    stops: list[dict[str, Any]] = []
    shots: list[Image.Image] = []
    for _ in range(110):
        stops.append(press(visit, "Tab"))
        visit.page.wait_for_timeout(120)
        shots.append(Image.open(io.BytesIO(visit.page.screenshot())))
        if "row" in stops[-1]["class"].split():
            break
    unseen = []
    for stop, now, later in zip(stops, shots, shots[1:], strict=False):
        x, y, wide, high = stop["box"]
        area = tuple(int(n) for n in (max(0, x - 24), max(0, y - 8), min(1440, x + wide + 24), min(900, y + high + 8)))
        if (
            area[0] >= area[2]
            or area[1] >= area[3]
            or not ImageChops.difference(now.crop(area).convert("RGB"), later.crop(area).convert("RGB")).getbbox()
        ):
            unseen.append(stop)
    assert unseen == []
    words = [stop["words"] for stop in stops]
    order = [
        "Skip to the map",
        "Search",
        "year, From",
        "Kind",
        "Map",
        "Copy a link to this view",
        "Map of events",
        "Zoom in",
        "Play",
        "First day",
    ]
    places = [next(i for i, told in enumerate(words) if told.startswith(name)) for name in order]
    assert places == sorted(places)


@pytest.mark.journey
def test_a_phone_shows_its_pages_filters_and_export(phone: Visit) -> None:
    """At 390 px nothing runs out of the bar; pages are a menu, filters a sheet that takes and gives back the focus."""
    open_view(phone, "map", "kind=exercise")
    page = phone.page
    wide = page.evaluate(
        "() => [...document.querySelectorAll('.st-key-topbar button, .st-key-pagebar')].map((n) => n.getBoundingClientRect().right)"
    )
    assert max(wide) <= PHONE["width"]
    assert page.evaluate("() => document.scrollingElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Export GeoJSON").wait_for()
    page.get_by_role("button", name="Filters, 1 in force").click()
    phone.until(f"() => ({FOCUS})().words === 'Close the filters'")
    page.keyboard.press("Escape")
    phone.until(f"() => ({FOCUS})().words === 'Filters, 1 in force'")
    page.get_by_role("button", name="Map", exact=True).click()
    assert page.evaluate(FOCUS)["words"] == "Map"
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Table").click()
    phone.until(HAS, value="tbody tr")
    page.get_by_role("button", name="Table", exact=True).wait_for()
    page.get_by_role("row", name="Exercise at Kharb-Maidon").wait_for()
    scroll = page.locator(".table > .scroll")
    assert scroll.evaluate(
        "(n) => n.scrollWidth <= n.clientWidth + 1 || n.querySelector('tbody').scrollWidth <= n.clientWidth + 1"
    )


@pytest.mark.journey
def test_what_is_only_possible_does_not_look_certain(visit: Visit) -> None:
    """An event without an end is a hatched band on the timeline; the bars in colour are the certain ones alone."""
    visit.open("/?kind=border_closure")
    visit.page.locator(".bars path.possible").wait_for(state="attached")
    fills = visit.page.eval_on_selector_all(".bars path.shown", "(nodes) => nodes.map((n) => n.getAttribute('fill'))")
    assert fills == ["#7A6A00"]
    assert visit.page.locator(".bars path.possible").get_attribute("fill") == "url(#hatch)"

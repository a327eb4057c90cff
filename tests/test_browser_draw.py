"""Drawing by mouse, keyboard and finger, measuring, coordinates and the whole screen, in a real browser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser
from pyproj import Geod

from tests.test_browser import Server, Visit, browser, server, visit

__all__ = ["browser", "server", "visit"]  # fixtures of the other browser tests

pytestmark = [pytest.mark.browser, pytest.mark.journey]

HERE = "/?from=2024-04-01&to=2024-05-31&at=38.1,69.9,7"
RECTANGLE, POLYGON, RULER = "Draw a rectangle to filter", "Draw a polygon to filter", "Measure a distance"


def _spot(visit: Visit, x: float, y: float) -> tuple[float, float]:
    """Return where on the page a place of the map is, in shares of its size."""
    box = visit.page.locator("iframe").first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def _start(visit: Visit, name: str) -> None:
    visit.map().get_by_role("button", name=name).click()


def _click(visit: Visit, *places: tuple[float, float]) -> None:
    for place in places:
        visit.page.mouse.click(*_spot(visit, *place))


def _area(visit: Visit) -> list[list[float]]:
    """Wait for an area in the address, and return its corners."""
    visit.until("() => location.search.includes('area=')")
    text = parse_qs(urlsplit(visit.page.url).query)["area"][0]
    return [[float(number) for number in corner.split(",")] for corner in text.split(";")]


def _hint(visit: Visit) -> str:
    return visit.map().locator(".hint:visible [role=status]").inner_text()


@pytest.fixture
def finger(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return a visitor with a phone."""
    guest = Visit(browser, server, width=390, height=844)
    guest.context.close()
    guest.context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    guest.page = guest.context.new_page()
    yield guest
    guest.context.close()


def test_a_polygon_is_closed_by_a_double_click(visit: Visit) -> None:
    """The map neither zooms nor chooses an event on the way; marks under the corners do not stand in it."""
    visit.open(HERE)
    _start(visit, POLYGON)
    _click(visit, (0.3, 0.2), (0.6, 0.3), (0.7, 0.7))
    visit.page.mouse.dblclick(*_spot(visit, 0.4, 0.9))
    assert len(_area(visit)) == 4
    assert visit.map().evaluate("() => window.borderwatch.map.getZoom()") == 7
    assert "event=" not in visit.page.url
    visit.page.get_by_role("button", name="Undo the last change").click()
    visit.until("() => !location.search.includes('area=')")
    visit.check_clean()


def test_corners_are_set_by_keyboard(visit: Visit) -> None:
    """Arrows move the map under the cross; Enter sets a corner, and closes at the last one; Escape gives up."""
    visit.open(HERE)
    frame = visit.map()
    frame.get_by_role("button", name=POLYGON).press("Enter")
    frame.locator(".cross:visible").wait_for()
    for keys in ("", "ArrowRight ArrowRight", "ArrowDown ArrowDown"):
        for key in (*keys.split(), "Enter"):
            visit.page.keyboard.press(key)
            visit.page.wait_for_timeout(400)  # the map glides
    visit.page.keyboard.press("Enter")
    (west, north), (east, also_north), (also_east, south) = _area(visit)
    assert (north, east) == (pytest.approx(also_north, abs=0.01), pytest.approx(also_east, abs=0.01))
    assert west < east
    assert south < north
    frame.get_by_role("button", name=POLYGON).press("Enter")
    visit.page.keyboard.press("Escape")
    assert frame.locator(".pointing").count() == 0


def test_an_area_that_cannot_be_is_refused_with_a_reason(visit: Visit) -> None:
    """Edges that cross are said to; Backspace takes the last corner back."""
    visit.open(HERE)
    _start(visit, POLYGON)
    _click(visit, (0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6))
    visit.page.keyboard.press("Enter")
    assert _hint(visit) == "The edges cross each other. Take corners back, or begin anew."
    visit.page.keyboard.press("Backspace")
    visit.page.keyboard.press("Enter")
    assert len(_area(visit)) == 3


def test_a_finger_draws(finger: Visit) -> None:
    """The tools unfold; taps set corners and the first one closes; a rectangle takes two taps."""
    finger.open(HERE)
    frame = finger.map()
    assert not frame.get_by_role("button", name=POLYGON).is_visible()
    frame.get_by_role("button", name="More tools").tap()
    frame.get_by_role("button", name=POLYGON).tap()
    for place in ((0.2, 0.3), (0.6, 0.3), (0.5, 0.6), (0.2, 0.3)):
        finger.page.touchscreen.tap(*_spot(finger, *place))
    assert len(_area(finger)) == 3
    frame.get_by_role("button", name=RECTANGLE).tap()
    for place in ((0.2, 0.3), (0.6, 0.6)):
        finger.page.touchscreen.tap(*_spot(finger, *place))
    finger.until("() => (location.search.match(/;/g) || location.search.match(/%3B/g) || []).length === 3")


def test_distances_are_those_of_the_ellipsoid(visit: Visit) -> None:
    """Any two places, near, far or opposite, within a metre of PROJ; the tool tells legs and total."""
    visit.open(HERE)
    chance = random.Random(5)  # noqa: S311 - no secret
    pairs = [tuple(chance.uniform(-1, 1) * most for most in (180, 90, 180, 90)) for _ in range(300)]
    pairs += [(x, y, (x + 360) % 360 - 180 + chance.uniform(-0.5, 0.5), -y) for x, y, *_ in pairs[:40]]
    pairs += [(0, 0, 180, 0), (0, 0, 179.6, 0), (10, 90, 20, -90), (69, 38, 69, 38), (179.9, 1, -179.9, 1)]
    script = "(pairs) => pairs.map(([a, b, c, d]) => geodesicKm({lng: a, lat: b}, {lng: c, lat: d}))"
    expected = [Geod(ellps="WGS84").inv(*pair)[2] / 1000 for pair in pairs]
    assert visit.map().evaluate(script, pairs) == pytest.approx(expected, abs=0.001)
    _start(visit, RULER)
    _click(visit, (0.3, 0.3), (0.6, 0.5))
    visit.page.mouse.dblclick(*_spot(visit, 0.45, 0.75))
    legs = [float(text.removesuffix(" km")) for text in visit.map().locator(".leg").all_inner_texts()]
    assert len(legs) == 2
    total = float(_hint(visit).removeprefix("Total ").split(" km")[0])
    assert total == pytest.approx(sum(legs), abs=0.2)
    visit.page.keyboard.press("Escape")
    assert visit.map().locator(".leg").count() == 0


def test_coordinates_are_told_and_copied(visit: Visit) -> None:
    """They follow the mouse, and a right click offers to copy them."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open(HERE)
    visit.page.mouse.move(*_spot(visit, 0.5, 0.5))
    lat, lon = (float(part) for part in visit.map().locator(".readout").inner_text().split(", "))
    assert (lat, lon) == (pytest.approx(38.1, abs=0.02), pytest.approx(69.9, abs=0.02))
    visit.page.mouse.click(*_spot(visit, 0.5, 0.5), button="right")
    visit.map().get_by_role("button", name="Copy coordinates").click()
    visit.map().get_by_text("Copied").wait_for()
    assert visit.page.evaluate("() => navigator.clipboard.readText()") == f"{lat:.4f}, {lon:.4f}"


def test_the_map_takes_the_whole_screen(visit: Visit) -> None:
    """Where the browser refuses that, it takes the window, and Escape gives it back."""
    visit.open(HERE)
    _start(visit, "Full screen")
    visit.until("() => document.fullscreenElement?.matches('.st-key-stage')")
    _start(visit, "Full screen")
    visit.until("() => !document.fullscreenElement")
    visit.page.evaluate("() => { document.querySelector('.st-key-stage').requestFullscreen = undefined; }")
    _start(visit, "Full screen")
    visit.until("() => document.querySelector('iframe').getBoundingClientRect().width === innerWidth")
    visit.page.keyboard.press("Escape")
    visit.until("() => document.querySelector('iframe').getBoundingClientRect().width < innerWidth")
    visit.check_clean()

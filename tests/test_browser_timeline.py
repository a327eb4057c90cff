"""The timeline in a real browser: keys, presets, steps, playback, zoom, and words for those who do not see it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.test_browser import APRIL, MAIN, Server, Visit, browser, server, visit

__all__ = ["browser", "server", "visit"]  # fixtures of the browser tests

pytestmark = [pytest.mark.browser, pytest.mark.journey]
JANUARY = "from=2023-01-01&to=2023-01-31"


def _end(visit: Visit, name: str) -> Locator:
    """Return a slider: an end of the brush, the window between them, the bars, or the part of the time shown."""
    return visit.page.locator(f'.timeline [data-end="{name}"]')


def _until_address(visit: Visit, query: str) -> None:
    visit.until("(q) => window.location.search === `?${q}`", value=query)


def _press(visit: Visit, name: str, *keys: str) -> None:
    _end(visit, name).focus()
    for key in keys:
        visit.page.keyboard.press(key)


def _choose(visit: Visit, label: str, value: str) -> None:
    visit.page.get_by_label(label).select_option(value)


def test_an_arrow_key_moves_an_end_and_every_place_says_so(visit: Visit) -> None:
    """The map follows the key; address, list, date field and the slider's words follow when the keys rest."""
    visit.open(f"/?{APRIL}")
    visit.wait_counts(undated=1)
    _press(visit, "from", "ArrowLeft")
    query = "from=2024-03-01&to=2024-04-30"
    visit.until_query(query)
    _until_address(visit, query)
    assert _end(visit, "from").get_attribute("aria-valuetext") == "from 1 March 2024"
    assert visit.page.locator(".range").inner_text() == "1 March – 30 April 2024"
    assert "20240301" in "".join(filter(str.isdigit, visit.page.locator(".st-key-from").inner_text()))
    visit.check_clean()


def test_an_end_that_is_let_go_is_open(visit: Visit) -> None:
    """Home on the first day takes it away, End on it goes as far as the last day allows."""
    visit.open(f"/?{APRIL}")
    visit.wait_counts(undated=1)
    _press(visit, "from", "Home")
    _until_address(visit, "to=2024-04-30")
    assert _end(visit, "from").get_attribute("aria-valuetext") == "from the beginning, no first day set"
    _press(visit, "from", "End")
    _until_address(visit, APRIL)


def test_the_window_keeps_its_size(visit: Visit) -> None:
    """Keys move both ends alike: by a month, by twelve with Shift, to the first and the last month of the data."""
    visit.open(f"/?{JANUARY}")
    visit.wait_counts(undated=1)
    for key, query in (
        ("ArrowRight", "from=2023-02-01&to=2023-02-28"),
        ("Shift+ArrowRight", "from=2024-02-01&to=2024-02-29"),
        ("Home", "from=2020-01-01&to=2020-01-31"),
        ("End", "from=2024-05-01&to=2024-05-31"),
    ):
        _press(visit, "window", key)
        visit.until_query(query)
        _until_address(visit, query)


def test_nothing_goes_to_the_server_page_while_dragging(visit: Visit) -> None:
    """The window follows the pointer, the map the window; the websocket is silent until the release."""
    frames: list[object] = []

    def listen(socket: object) -> None:
        for direction in ("framesent", "framereceived"):
            socket.on(direction, lambda frame: frames.append(frame))  # type: ignore[attr-defined]  # noqa: PLW0108 - Playwright marks its listeners

    visit.page.on("websocket", listen)
    visit.open(f"/?{JANUARY}")
    visit.wait_counts(undated=1)
    visit.page.wait_for_timeout(800)
    box = _end(visit, "window").bounding_box()
    assert box is not None
    frames.clear()
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 12)
    visit.page.mouse.down()
    for step in range(1, 12):
        visit.page.mouse.move(box["x"] + box["width"] / 2 + 14 * step, box["y"] + 12)
    visit.until("() => window.borderwatchMap.query > 'from=2023-09'")
    assert frames == []
    assert visit.page.url.endswith(JANUARY)
    visit.page.mouse.up()
    visit.until("() => window.location.search > '?from=2023-09'")
    assert frames


def test_presets_choose_by_the_data(visit: Visit) -> None:
    """Thirty days and a year end with the data, all is all, and the month of a chosen event is one press away."""
    visit.open(f"/?{APRIL}")
    visit.wait_counts(undated=1)
    tools = visit.page.locator(".tools")
    assert not tools.get_by_role("button", name="Event’s month").is_visible()
    for name, query in (
        ("Last 30 days", "from=2024-05-02&to=2024-05-31"),
        ("Last year", "from=2023-06-01&to=2024-05-31"),
    ):
        tools.get_by_role("button", name=name).click()
        _until_address(visit, query)
        assert tools.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"
    tools.get_by_role("button", name="All", exact=True).click()
    visit.until("() => window.location.search === ''")
    visit.page.locator(f'.row[data-id="{MAIN.id}"]').click()
    tools.get_by_role("button", name="Event’s month").click()
    _until_address(visit, f"{APRIL}&event={MAIN.id}")


def test_steps_keep_to_the_chosen_unit(visit: Visit) -> None:
    """A day is a day, a week begins on Monday, and years are whole; the choice stays after a reload."""
    visit.open("/?from=2023-03-10&to=2024-04-30")
    visit.wait_counts(undated=1)
    for unit, key, first in (
        ("day", "ArrowLeft", "2023-03-09"),
        ("week", "ArrowLeft", "2023-03-06"),
        ("year", "ArrowLeft", "2023-01-01"),
        ("month", "ArrowRight", "2023-02-01"),
    ):
        _choose(visit, "Snap dates to", unit)
        _press(visit, "from", key)
        _until_address(visit, f"from={first}&to=2024-04-30")
    visit.open("/")
    visit.page.locator(".timeline .chip").first.wait_for()
    assert visit.page.get_by_label("Snap dates to").input_value() == "month"


def test_playback_moves_the_window_and_pausing_keeps_it(visit: Visit) -> None:
    """While it plays only the map changes; on pause the address has the month that is shown."""
    visit.open(f"/?{JANUARY}")
    visit.wait_counts(undated=1)
    _choose(visit, "Playback speed", "4")
    visit.page.get_by_role("button", name="Play", exact=True).click()
    visit.until("() => window.borderwatchMap.query >= 'from=2023-04'")
    assert visit.page.url.endswith(JANUARY)
    visit.page.get_by_role("button", name="Pause").click()
    visit.until("() => window.location.search >= '?from=2023-04'")
    first, last = (part.split("=")[1] for part in visit.page.url.split("?")[1].split("&"))
    assert first.endswith("-01")
    assert first[:7] == last[:7]
    visit.check_clean()


def test_playback_ends_with_the_data(visit: Visit) -> None:
    """It stops by itself at the last month, and begins anew from the first."""
    visit.open("/?from=2024-03-01&to=2024-03-31")
    visit.wait_counts(undated=1)
    _choose(visit, "Playback speed", "4")
    play = visit.page.get_by_role("button", name="Play", exact=True)
    play.click()
    _until_address(visit, "from=2024-05-01&to=2024-05-31")
    play.click()
    visit.until("() => /from=202[0-2]/.test(window.borderwatchMap.query)")


def test_a_bar_of_few_events_names_them(visit: Visit) -> None:
    """Walking along the bars says each in words; Enter chooses its days."""
    visit.open("/")
    visit.wait_counts(undated=0)
    _press(visit, "bar", "End")
    tip = visit.page.locator(".timeline .tip")
    tip.get_by_role("button", name="Border closed").wait_for()
    words = _end(visit, "bar").get_attribute("aria-valuetext") or ""
    assert words.startswith("May 2024: 2 events")
    assert "Patrols in the Panj valley" in words
    visit.page.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    visit.page.keyboard.press("Enter")
    _until_address(visit, "from=2024-05-01&to=2024-05-31")


def test_zooming_shows_finer_bars_and_the_whole_stays_in_sight(visit: Visit) -> None:
    """Plus and minus, the wheel and the strip change what part is shown; the filter does not change."""
    visit.open(f"/?{APRIL}")
    visit.wait_counts(undated=1)
    part, whole = _end(visit, "frame"), visit.page.get_by_role("button", name="Show the whole time")
    assert whole.is_disabled()
    before = part.get_attribute("aria-valuetext")
    _press(visit, "frame", "+", "+")
    visit.page.get_by_role("button", name="Zoom in on time").click()
    visit.page.locator(".picture").hover()
    for _ in range(3):
        visit.page.mouse.wheel(0, -400)
    visit.page.get_by_label("Snap dates to").get_by_text("auto (day)").wait_for(state="attached")
    assert part.get_attribute("aria-valuetext") != before
    whole.click()
    visit.page.get_by_label("Snap dates to").get_by_text("auto (month)").wait_for(state="attached")
    expect(part).to_have_attribute("aria-valuetext", before or "")
    assert visit.page.url.endswith(APRIL)
    visit.check_clean()


def test_the_scale_lifts_what_is_few(visit: Visit) -> None:
    """On the logarithmic scale the bars of two events stand higher beside the bar of fifty."""
    visit.open("/")
    visit.wait_counts(undated=0)
    patrols = visit.page.locator('.bars path[fill="#0072B2"]').first
    low = patrols.bounding_box()
    _choose(visit, "Scale of the bars", "log")
    high = patrols.bounding_box()
    assert low is not None
    assert high is not None
    assert high["height"] > 2 * low["height"]


def test_on_a_phone_the_controls_are_one_row(browser: Browser, server: Server) -> None:
    """At 390 px the controls scroll sideways in their row, the page does not, and every control can be hit."""
    guest = Visit(browser, server, width=390, height=844).open(f"/?{APRIL}")
    guest.page.locator(".tools .chip").first.wait_for()
    heights = [
        box["height"] for node in guest.page.locator(".tools button:visible").all() if (box := node.bounding_box())
    ]
    row = guest.page.locator(".tools").bounding_box()
    assert row is not None
    assert row["height"] < 50
    assert min(heights) >= 24
    assert guest.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    guest.context.close()

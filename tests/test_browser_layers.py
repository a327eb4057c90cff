"""Layers, base maps and lists of events at one place in a real browser, by keyboard, over many events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Frame
from shapely import Point

from geo.records import Event
from tests.reference import write_dataset
from tests.test_browser import Server, Visit, browser, visit

__all__ = ["browser", "server", "visit"]  # fixtures, two of them of the other browser tests

pytestmark = [pytest.mark.browser, pytest.mark.journey]

AT_ONE_SPOT, AROUND = 320, 400
SPOT = (69.16, 37.40)


def _many() -> list[Event]:
    """Make events at one spot and around it, one a day, with a title that would be markup."""
    events = []
    for number in range(AT_ONE_SPOT + AROUND):
        day = date(2015, 1, 1) + timedelta(days=number)
        step = 0 if number < AT_ONE_SPOT else number - AT_ONE_SPOT + 40
        where = Point(SPOT[0] + step % 20 / 10, SPOT[1] + step // 20 / 20)
        events.append(
            Event(f"many-{number:04}", f"Patrol {number:04} <img src=x onerror=executed()>", "patrol", "reported", day, day, "day",
                  geometry=where, radius_km=2.0, location_precision="exact", country="TJ", dataset="many")
        )  # fmt: skip
    return events


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the dashboard over many events, with two network base maps switched on."""
    folder: Path = tmp_path_factory.mktemp("layers")
    write_dataset(folder, "many", _many())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BORDERWATCH_TILES", "OpenStreetMap.Mapnik,Esri.WorldImagery")
        running = Server(folder)
    yield running
    running.close()


def _focused(frame: Frame) -> str:
    return frame.evaluate("() => document.activeElement.innerText || document.activeElement.getAttribute('aria-label')")


def test_events_at_one_spot_open_as_a_list_of_any_length(visit: Visit) -> None:
    """Enter opens the list, its end asks for more, Escape goes back to the mark; titles stay text."""
    visit.open("/?dataset=many&at=37.4,69.16,13")
    frame = visit.map()
    mark = frame.get_by_role("button", name=f"{AT_ONE_SPOT} events here")
    mark.focus()
    visit.page.keyboard.press("Enter")
    lines = frame.locator(".offer-list li")
    lines.nth(49).wait_for()
    assert frame.locator(".offer-head").inner_text() == f"{AT_ONE_SPOT} events"
    assert _focused(frame).startswith("Patrol 0319 <img")
    visit.page.keyboard.press("End")
    visit.page.keyboard.press("Enter")
    lines.nth(99).wait_for()
    assert _focused(frame).startswith("Patrol 0269")
    visit.page.keyboard.press("Escape")
    lines.first.wait_for(state="detached")
    assert _focused(frame).startswith(str(AT_ONE_SPOT))
    visit.page.keyboard.press("Enter")
    lines.nth(49).wait_for()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.until("() => window.location.search.includes('event=many-0318')")
    visit.check_clean()


def test_a_cluster_says_what_is_in_it_and_opens_by_zooming_where_that_helps(visit: Visit) -> None:
    """From afar, Enter on a large group zooms in; nothing is listed."""
    visit.open("/?dataset=many&at=38,70,5")
    frame = visit.map()
    mark = frame.locator(".group").last
    assert "Patrol. Press Enter to open." in (mark.get_attribute("aria-label") or "")
    mark.focus()
    visit.page.keyboard.press("Enter")
    visit.until(
        "() => !window.location.search.includes(',5&') && /at=[^&]*,([6-9]|1.)(&|$)/.test(window.location.search)"
    )
    assert frame.locator(".offer").count() == 0


def test_a_network_map_is_asked_only_when_chosen_and_remembered(visit: Visit) -> None:
    """The offline map is the default; a choice is in the address and survives a reload, and our own takes it back."""
    visit.open("/?dataset=many")
    assert visit.outside == []
    visit.map().get_by_role("button", name="Layers").click()
    visit.map().get_by_role("radio", name="Streets (OpenStreetMap)").check()
    visit.until("() => window.location.search.includes('base=OpenStreetMap.Mapnik')")
    visit.map().get_by_text("cannot be reached").wait_for()  # the guard of these tests refuses every other host
    assert visit.outside
    assert all(address.startswith("https://tile.openstreetmap.org/") for address in visit.outside)
    assert "OpenStreetMap contributors" in visit.map().locator(".leaflet-control-attribution").inner_text().replace(
        "©", ""
    )
    visit.open(visit.page.url.removeprefix(visit.server.address))
    visit.map().get_by_role("button", name="Layers").click()
    assert visit.map().get_by_role("radio", name="Streets (OpenStreetMap)").is_checked()
    visit.map().get_by_role("radio", name="Our own map, offline").check()
    visit.until("() => !window.location.search.includes('base=')")


def test_a_border_and_a_place_say_how_they_are_known(visit: Visit) -> None:
    """The disputed line says why, by keyboard; a training ground says its radius and names its sources."""
    visit.open("/?dataset=many&at=36.5,70.5,7&layers=borders,ranges")
    frame = visit.map()
    line = frame.get_by_role("img", name="Durand Line").first
    line.wait_for()
    line.focus()
    frame.get_by_text("Disputed or not agreed").wait_for()
    place = frame.get_by_role("button", name="Kharb-Maidon. Training ground").first
    place.focus()
    visit.page.keyboard.press("Enter")
    note = frame.locator(".leaflet-popup .place-note")
    note.wait_for()
    assert "no coordinates are published" in note.inner_text()
    assert note.get_by_role("link").first.get_attribute("rel") == "noopener noreferrer nofollow"
    visit.check_clean()


def test_heat_follows_the_filter(visit: Visit) -> None:
    """The legend counts the densest spot of what is shown, and a filter changes it."""
    visit.open("/?dataset=many&at=37.4,69.16,8&layers=heat")
    visit.map().locator(".heat-key").get_by_text("Densest here: about 3").wait_for()
    visit.open("/?text=nosuchword&at=37.4,69.16,8&layers=heat")
    visit.map().locator(".heat-key").get_by_text("No event in this view has a place.").wait_for()

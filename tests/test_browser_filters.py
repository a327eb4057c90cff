"""Facets, chips, undo, the address and the table in a real browser, over a store of 10,000 events and some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator
from shapely import Point

from geo.records import KINDS, Event
from tests.reference import write_dataset
from tests.test_browser import APRIL, MAIN, Server, Visit, browser, visit

__all__ = ["browser", "server", "visit"]  # fixtures, two of them of the other browser tests

pytestmark = [pytest.mark.browser, pytest.mark.journey]

MANY = 10_000
FIRST = date(2001, 1, 1)
QUIET = "dataset=many"


def _make(number: int) -> Event:
    day = FIRST + timedelta(days=number % 7000)
    return Event(
        f"many-{number:05}", f"Event number {number:05}", KINDS[number % len(KINDS)], "reported", day, day, "day",
        geometry=Point(66 + number % 97 / 10, 36 + number % 53 / 10), radius_km=5.0, location_precision="settlement",
        place=("Khorog", "Kulob", "Panj")[number % 3], country="TJ", source_name=("AP", "TASS", None)[number % 3],
        actors=("CSTO",) if number % 2 else ("Taliban",), equipment=("T-72",) if number % 5 == 0 else (), dataset="many",
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the dashboard over the events of the other browser tests and 10,000 more."""
    folder: Path = tmp_path_factory.mktemp("many")
    write_dataset(folder, "many", [_make(number) for number in range(MANY)])
    running = Server(folder)
    yield running
    running.close()


def _search(visit: Visit) -> str:
    return visit.page.evaluate("() => window.location.search")


def _until_search(visit: Visit, search: str) -> None:
    visit.until("(s) => window.location.search === s", value=search)


def _reload(visit: Visit) -> None:
    visit.page.reload()
    visit.until("() => window.borderwatchMap && window.borderwatchMap.version > 0", seconds=60)


def _chips(visit: Visit) -> list[str]:
    return [text.removesuffix("×").strip() for text in visit.page.locator(".strip .chip").all_inner_texts()]


def _value(visit: Visit, facet: str, name: str) -> Locator:
    """Return the line of a value in a list of choices, opening the list."""
    section = visit.page.locator(f'.facet[data-facet="{facet}"]')
    head = section.locator(".head")
    head.wait_for()
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    line = section.locator(".value").filter(has=visit.page.locator(f'.pick[aria-label^="{name}, "]'))
    line.wait_for()
    return line


def _open_table(visit: Visit, path: str) -> None:
    visit.page.goto(visit.server.address + path)
    visit.page.locator(".table tbody tr").first.wait_for(timeout=60_000)


def _first_title(visit: Visit) -> str:
    return visit.page.locator(".table tbody tr .open").first.inner_text()


# --- facets and chips ---------------------------------------------------------------------------------------------


def test_a_chip_removes_its_filter_alone(visit: Visit) -> None:
    """Each filter in force is a button that says what it removes; the others stay, and one press clears the rest."""
    visit.open(f"/?{APRIL}&kind=attack,exercise&not_status=planned")
    visit.page.get_by_role("button", name="Remove filter: Exercise").wait_for()
    assert _chips(visit) == ["1–30 April 2024", "Attack", "Exercise", "Not: Planned"]
    visit.page.get_by_role("button", name="Remove filter: Exercise").click()
    visit.until_query(f"{APRIL}&kind=attack&not_status=planned")
    visit.page.get_by_role("button", name="Remove filter: Not: Planned").press("Enter")
    visit.until_query(f"{APRIL}&kind=attack")
    _until_search(visit, f"?{APRIL}&kind=attack")
    visit.page.locator(".strip").get_by_role("button", name="Clear all filters").click()
    visit.until_query("")
    visit.page.get_by_text("No filter: all events are shown").wait_for()


def test_a_value_is_left_out_and_the_counts_still_add_up(visit: Visit) -> None:
    """Leaving a source out keeps the events that have none; the list goes on saying how many it would bring back."""
    visit.open(f"/?{QUIET}")
    before = visit.wait_counts(shown=MANY)
    line = _value(visit, "source", "TASS")
    assert line.locator(".n").inner_text() == "3,333"
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    line.get_by_role("button", name="Leave out TASS").click()
    visit.until_query(f"{QUIET}&not_source=TASS")
    assert sum("/api/events?" in url for url in asked) == 1, (
        "the map asks at once, and not again when the server agrees"
    )
    after = visit.wait_counts(shown=MANY - 3333)
    assert sum(before.values()) == sum(after.values()) == 2 * after["total"]
    assert _value(visit, "source", "TASS").locator(".n").inner_text() == "3,333"
    assert _value(visit, "kind", "Aid").locator(".n").inner_text() == "606"
    visit.page.get_by_role("button", name="Take TASS back in").click()
    visit.until_query(QUIET)


def test_counts_of_a_list_respect_the_other_filters(visit: Visit) -> None:
    """With one kind chosen, the actors are counted within it, and the kinds as if none were."""
    visit.open(f"/?{QUIET}&kind=patrol")
    expected = sum(KINDS[n % len(KINDS)] == "patrol" and n % 2 for n in range(MANY))
    line = _value(visit, "actor", "CSTO")
    assert line.locator(".n").inner_text() == str(expected)
    line.locator(".pick").click()
    visit.until_query(
        f"{QUIET}&kind=patrol&actor=CSTO".replace(
            "dataset=many&kind=patrol&actor=CSTO", "kind=patrol&actor=CSTO&dataset=many"
        )
    )
    assert visit.wait_counts(shown=expected)


def test_places_and_equipment_are_searched(visit: Visit) -> None:
    """A part of a name in any case finds values of long lists, with their counts."""
    visit.open(f"/?{QUIET}")
    _value(visit, "place", "Khorog")
    visit.page.get_by_label("Search in Place").fill("KUL")
    visit.page.locator('.facet[data-facet="place"] .value').filter(has_text="Khorog").wait_for(state="detached")
    _value(visit, "place", "Kulob").locator(".pick").click()
    visit.wait_counts(shown=3333)
    _value(visit, "equipment", "T-72").locator(".pick").click()
    visit.wait_counts(shown=sum(n % 3 == 1 and n % 5 == 0 for n in range(MANY)))
    assert _chips(visit) == ["T-72", "Kulob", "many"]


# --- undo, the address, back --------------------------------------------------------------------------------------


def test_filters_have_their_own_undo(visit: Visit) -> None:
    """Buttons and keys go back and forth through the filters, even after a reload; a field keeps its own undo."""
    visit.open(f"/?{QUIET}")
    undo = visit.page.get_by_role("button", name="Undo the last change of the filters")
    assert undo.is_disabled()
    _value(visit, "kind", "Aid").locator(".pick").click()
    visit.until_query(f"kind=aid&{QUIET}")
    _value(visit, "kind", "Visit").locator(".pick").click()
    visit.until_query(f"kind=aid,visit&{QUIET}")
    undo.click()
    visit.until_query(f"kind=aid&{QUIET}")
    visit.page.keyboard.press("Control+z")
    visit.until_query(QUIET)
    visit.page.keyboard.press("Control+y")
    visit.until_query(f"kind=aid&{QUIET}")
    _reload(visit)
    visit.until_query(f"kind=aid&{QUIET}")
    visit.page.get_by_role("button", name="Redo the change of the filters").click()
    visit.until_query(f"kind=aid,visit&{QUIET}")
    field = visit.page.get_by_label("Search", exact=True)
    field.fill("drill")
    field.press("Control+z")
    visit.page.wait_for_timeout(400)
    assert "kind=aid,visit" in _search(visit)


def test_filter_changes_replace_the_address_and_back_leaves_for_the_view_before(visit: Visit) -> None:
    """Map, then table, then back: one step, to the map, with the filters as they are."""
    visit.open(f"/?{QUIET}")
    entries = visit.page.evaluate("() => window.history.length")
    _value(visit, "kind", "Aid").locator(".pick").click()
    visit.until_query(f"kind=aid&{QUIET}")
    assert visit.page.evaluate("() => window.history.length") == entries
    visit.page.get_by_role("link", name="Table").click()
    visit.page.locator(".table tbody tr").first.wait_for()
    visit.until("() => window.location.pathname === '/table' && window.location.search.includes('kind=aid')")
    _value(visit, "kind", "Visit").locator(".pick").click()
    visit.until("() => window.location.search.includes('kind=aid,visit')")
    visit.page.go_back()
    visit.page.locator(".st-key-mapbox iframe").wait_for()
    visit.until("() => window.location.pathname !== '/table' && window.location.search.includes('kind=aid,visit')")
    visit.page.go_forward()
    visit.page.locator(".table tbody tr").first.wait_for()


def test_reload_keeps_every_control(visit: Visit) -> None:
    """Filters, the place of the map, the chosen event and the theme are as before; another visitor sees the same."""
    visit.open(f"/?{APRIL}&not_kind=attack&possible=0&background=1&event={MAIN.id}")
    visit.page.get_by_role("button", name="Use the dark theme").click()
    visit.page.get_by_role("button", name="Use the light theme").wait_for()
    visit.map().evaluate("() => { window.borderwatch.map.setView([38.5, 68.25], 7, { animate: false }); }")
    visit.until("() => window.location.search.includes('at=38.5')")
    address = visit.page.url
    for word in ("from=2024-04-01", "not_kind=attack", "possible=0", "background=1", f"event={MAIN.id}", "theme=dark"):
        assert word in address
    _reload(visit)
    visit.page.locator(".card h2").wait_for()
    visit.page.get_by_role("button", name="Use the light theme").wait_for()
    centre = visit.map().evaluate("() => [window.borderwatch.map.getCenter().lat, window.borderwatch.map.getZoom()]")
    assert centre == pytest.approx([38.5, 7], abs=0.01)
    assert visit.page.url == address
    assert (
        visit.page.get_by_role("switch", name="Possible matches")
        .or_(visit.page.get_by_label("Possible matches"))
        .first.is_checked()
        is False
    )


def test_a_link_shows_another_visitor_the_same(browser: Browser, visit: Visit) -> None:
    """Two views at one address have the same counts, chips, event, theme and place of the map."""
    address = f"/?{APRIL}&kind=exercise&event={MAIN.id}&at=38.5000,68.2500,7&theme=dark"
    views = []
    for guest in (visit, Visit(browser, visit.server)):
        guest.open(address)
        guest.page.locator(".card h2").wait_for()
        guest.page.get_by_role("button", name="Use the light theme").wait_for()
        painted = guest.until_query(f"{APRIL}&kind=exercise")
        place = guest.map().evaluate("() => window.borderwatch.map.getBounds().toBBoxString()")
        views.append((guest.counts(), _chips(guest), sorted(painted["events"]), place, guest.page.url))
    assert views[0] == views[1]
    guest.context.close()


# --- the table ----------------------------------------------------------------------------------------------------


def test_the_second_page_of_ten_thousand(visit: Visit) -> None:
    """Pages come from the server: the second follows on the first, the last holds the rest."""
    _open_table(visit, f"/table?{QUIET}&order=title")
    visit.page.get_by_text("10,000 events").first.wait_for()
    assert _first_title(visit) == "Event number 00000"
    visit.page.get_by_role("button", name="Next page").click()
    visit.page.get_by_role("button", name="Event number 00100").wait_for()
    assert _search(visit) == f"?{QUIET}&order=title&page=2"
    visit.page.reload()
    visit.page.get_by_role("button", name="Event number 00100").wait_for(timeout=60_000)
    visit.page.get_by_label("Page", exact=True).fill("100")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("button", name="Event number 09999").wait_for()
    assert visit.page.get_by_role("button", name="Next page").is_disabled()


def test_order_and_columns_are_in_the_address(visit: Visit) -> None:
    """A heading sorts, the menu chooses columns, and both survive a reload."""
    _open_table(visit, f"/table?{QUIET}")
    visit.page.get_by_role("button", name="Title").click()
    visit.page.get_by_role("button", name="Event number 00000").wait_for()
    visit.page.get_by_role("button", name="Title").click()
    visit.page.get_by_role("button", name="Event number 09999").wait_for()
    visit.page.get_by_text("Columns", exact=True).click()
    visit.page.get_by_label("Actors").check()
    visit.page.get_by_label("When").uncheck()
    visit.page.reload()
    visit.page.get_by_role("button", name="Event number 09999").wait_for(timeout=60_000)
    heads = visit.page.locator(".table th").all_inner_texts()
    assert "Actors" in heads
    assert not any(head.startswith("When") for head in heads)
    assert visit.page.locator('.table th[aria-sort="descending"]').inner_text().startswith("Title")


def test_an_event_chosen_elsewhere_is_found_in_the_table(visit: Visit) -> None:
    """The page of the chosen event is shown and its row marked; a row chosen here is chosen on the map."""
    visit.open(f"/?{QUIET}&event=many-00000")
    visit.page.locator(".card h2").get_by_text("Event number 00000").wait_for()
    visit.page.get_by_role("link", name="Table").click()
    row = visit.page.locator(".table tr.chosen")
    row.wait_for(timeout=60_000)
    assert row.get_attribute("data-id") == "many-00000"
    assert int(re.search(r"page=(\d+)", _search(visit))[1]) > 50
    visit.page.locator(".table tbody tr:not(.chosen)").first.click()
    chosen = visit.page.locator(".table tr.chosen").get_attribute("data-id")
    assert chosen != "many-00000"
    visit.page.get_by_role("link", name="Map").click()
    visit.until("(id) => window.location.pathname !== '/table' && window.location.search.includes(id)", value=chosen)
    visit.until(
        "(id) => document.querySelector('.st-key-mapbox iframe')?.contentWindow.borderwatch?.view.event === id",
        seconds=60,
        value=chosen,
    )


def test_a_phone_shows_chips_and_table_without_scrolling_sideways(browser: Browser, server: Server) -> None:
    """At 390 px the strip scrolls by itself, and the page is no wider than the screen."""
    guest = Visit(browser, server, width=390, height=844)
    for path in (f"/?{APRIL}&kind=attack,exercise,patrol&not_source=AP", f"/table?{QUIET}"):
        guest.page.goto(server.address + path)
        guest.page.locator(".strip .chip").first.wait_for(timeout=60_000)
        assert guest.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    guest.check_clean()
    guest.context.close()

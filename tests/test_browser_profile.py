"""The border profile and the statistics in a real browser: brushed, read as a table, and true to the filtered view."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from shapely import Point

from geo.bands import find_posts
from geo.borders import load_borders
from geo.records import Event
from tests.reference import write_dataset
from tests.test_browser import MAIN, Server, Visit, browser, visit

__all__ = ["browser", "server", "visit"]  # fixtures, two of them of the other browser tests

pytestmark = [pytest.mark.browser, pytest.mark.journey]

MANY = 3_000
ONE_BY_ONE, COUNTED = "/border?dataset=reports", "/border?dataset=many"


def _many() -> list[Event]:
    """Make events at the posts of the border, one a day."""
    posts = find_posts(load_borders(), "AF-TJ", every_km=50)
    events = []
    for number in range(MANY):
        post, day = posts[number % len(posts)], date(2015, 1, 1) + timedelta(days=number)
        events.append(
            Event(f"many-{number:04}", f"Patrol {number:04}", "patrol", "reported", day, day, "day",
                  geometry=Point(post.lon, post.lat), radius_km=2.0, location_precision="exact", country="TJ",
                  border="AF-TJ", border_km=0.0, border_at_km=post.at_km, dataset="many")
        )  # fmt: skip
    return events


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the dashboard over the events of the other browser tests and 3,000 along the border."""
    folder: Path = tmp_path_factory.mktemp("profile")
    write_dataset(folder, "many", _many())
    running = Server(folder)
    yield running
    running.close()


def _open(visit: Visit, path: str) -> dict[str, float]:
    """Open the profile and return the box of its picture."""
    visit.open(path)
    visit.page.locator(".profile .ticks .name").first.wait_for(timeout=60_000)
    box = visit.page.locator(".profile .picture").bounding_box()
    assert box is not None
    return box


def _drag(visit: Visit, box: dict[str, float], start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at a share of the box and move to another; the button stays down."""
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    visit.page.mouse.move(*spots[0])
    visit.page.mouse.down()
    visit.page.mouse.move(*spots[1], steps=4)


def test_places_stand_in_their_order_along_the_border(visit: Visit) -> None:
    """Panji Poyon, Khorog and Ishkashim are named from the western end at the top down."""
    _open(visit, ONE_BY_ONE)
    names = visit.page.locator(".profile .ticks .name")
    tall = {}
    for index in range(names.count()):
        label = names.nth(index)
        tall[label.locator("title").text_content() or ""] = float(label.get_attribute("y") or 0)
    order = [
        next(y for title, y in tall.items() if title.startswith(name)) for name in ("Panji", "Khorog", "Ishkashim")
    ]
    assert order == sorted(order)


def test_a_drag_down_the_border_filters_by_stretch(visit: Visit) -> None:
    """While it lasts only the map follows; on release the address, the chips and the list do."""
    box = _open(visit, ONE_BY_ONE)
    _drag(visit, box, (0.06, 0.12), (0.06, 0.4))
    visit.until("() => window.borderwatchMap.query.includes('border_to_km=')")
    assert "border_to_km" not in visit.page.url
    visit.page.mouse.up()
    visit.until(
        "() => window.location.search.includes('border=AF-TJ') && window.location.search.includes('border_to_km=')"
    )
    visit.page.locator(".strip .chip").filter(has_text="along the border").wait_for()
    assert re.search(r"within_km=50", visit.page.url)


def test_a_drag_across_filters_by_date(visit: Visit) -> None:
    """A level drag leaves the border alone and sets the dates the timeline shows too."""
    box = _open(visit, ONE_BY_ONE)
    _drag(visit, box, (0.4, 0.5), (0.7, 0.5))
    visit.page.mouse.up()
    visit.until("() => /from=.*to=/.test(window.location.search)")
    assert "border" not in visit.page.url.split("?")[1]


def test_kilometres_can_be_typed(visit: Visit) -> None:
    """Two number fields say the same as the brush, and a button takes it back."""
    _open(visit, ONE_BY_ONE)
    fields = visit.page.locator(".profile input")
    fields.first.fill("100")
    fields.first.press("Enter")
    visit.until("() => window.location.search.includes('border_from_km=100')")
    visit.page.get_by_role("button", name="Whole border").click()
    visit.until("() => !window.location.search.includes('border_from_km')")


def test_the_table_says_the_same_and_opens_events(visit: Visit) -> None:
    """Every event is in it with its kilometre, and its title opens its card."""
    _open(visit, ONE_BY_ONE)
    visit.page.get_by_role("button", name="As a table").click()
    row = visit.page.locator(".profile tbody tr").filter(has_text=MAIN.title)
    assert "km 164 ± 25" in row.inner_text()
    row.get_by_role("button").click()
    visit.until("(id) => window.location.search.includes(`event=${id}`)", value=MAIN.id)


def test_too_many_events_are_counted(visit: Visit) -> None:
    """Above 2,000 the picture has counts by stretch and month, and says so; a drag filters as before."""
    box = _open(visit, COUNTED)
    visit.page.locator(".profile .cells rect").first.wait_for()
    assert "too many to draw one by one" in visit.page.locator(".profile .note").inner_text()
    _drag(visit, box, (0.5, 0.3), (0.8, 0.6))
    visit.page.mouse.up()
    visit.until("() => /from=/.test(window.location.search) && /border_from_km=/.test(window.location.search)")


def test_the_map_has_the_band_and_the_kilometres(visit: Visit) -> None:
    """The chosen border is marked on the map as soon as the filter names it, and no longer when it does not."""
    visit.open("/?border=AF-TJ&within_km=30&dataset=reports")
    visit.map().locator(".band").wait_for(state="attached")
    assert "200" in visit.map().locator(".post").all_inner_texts()
    visit.page.locator(".strip .chip").filter(has_text="Within").click()
    visit.map().locator(".band").wait_for(state="detached")


@pytest.mark.parametrize("address", ["/statistics", "/statistics?from=2016-01-01&to=2016-12-31"])
def test_a_number_opens_the_events_it_counts(visit: Visit, address: str) -> None:
    """The first number of kinds, months, borders and countries is what the view it links to counts."""
    visit.page.goto(visit.server.address + address)
    visit.page.get_by_role("heading", name=re.compile("By border, within")).wait_for(timeout=60_000)
    links = visit.page.locator(".statistics .tables section")
    asked = []
    for index in range(links.count()):
        link = links.nth(index).locator("td a").first
        if link.count():
            asked.append((int(re.sub(r"\D", "", link.inner_text())), link.get_attribute("href") or ""))
    assert len(asked) >= 3
    for number, target in asked:
        visit.open("/" + target.removeprefix(visit.server.address).lstrip("/"))
        counts = visit.page.evaluate(
            "(q) => fetch(`api/summary?${q}`).then((a) => a.json()).then((a) => a.counts)", target.partition("?")[2]
        )
        assert counts["shown"] + counts["possible"] == number


def test_the_change_has_its_denominators(visit: Visit) -> None:
    """Both periods are as long, and both numbers are said with their days."""
    visit.page.goto(visit.server.address + "/statistics?from=2016-01-01&to=2016-12-31&dataset=many")
    big = visit.page.locator(".statistics .big")
    big.wait_for(timeout=60_000)
    assert big.inner_text().replace("\n", "") == "366 in 366 days, 365 in the 366 days before+1"

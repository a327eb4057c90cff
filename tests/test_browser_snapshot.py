"""A saved snapshot and a picture of the map in a real browser: from disk, with the network cut, deaf to hostile text."""

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, TimeoutError  # noqa: A004 - playwright's own

from dashboard import i18n, snapshot
from tests import documents
from tests.test_browser import Server, Visit, browser  # noqa: F401 - the fixture

pytestmark = pytest.mark.browser
AT = {"at": "38.1,69.9,6", "size": "900,640"}
COLOURS = 200  # a painted map has at least so many; an empty one has one


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Save a snapshot and a picture page of a small project."""
    folder = tmp_path_factory.mktemp("saved")
    with documents.project(tmp_path_factory.mktemp("project")):
        found = {}
        for name, make in (("snapshot", snapshot.snapshot), ("picture", snapshot.picture)):
            found[name] = folder / f"{name}.html"
            found[name].write_bytes(make(AT).body)
        i18n.use("ru")
        found["russian"] = folder / "russian.html"
        found["russian"].write_bytes(snapshot.snapshot(AT).body)
        i18n.use("en")
        yield found


@pytest.fixture
def page(browser: object) -> Iterator[Page]:  # noqa: F811 - the fixture
    """Return a page without a network that writes down what it asks for and what fails."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True, accept_downloads=True)
    opened = context.new_page()
    opened.asked, opened.failed = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("pageerror", lambda error: opened.failed.append(str(error)))
    opened.on("console", lambda message: message.type == "error" and opened.failed.append(message.text))
    yield opened
    assert [url for url in opened.asked if not url.startswith("blob:")] == [opened.url]
    assert opened.failed == []
    assert opened.evaluate("window.executed") is None
    context.close()


def _colours(image: bytes) -> int:
    return len(Image.open(io.BytesIO(image)).convert("RGB").getcolors(1 << 24))


def test_a_snapshot_opens_from_disk_and_is_filtered(page: Page, files: dict[str, Path]) -> None:
    """The map is painted, dates filter map and list, a row opens the card with its sentence; nothing is asked for."""
    page.goto(files["snapshot"].as_uri())
    page.wait_for_selector("html[data-painted]")
    assert _colours(page.locator("canvas").screenshot()) > COLOURS
    page.get_by_label("From").fill("2024-04-16")
    page.get_by_label("To").fill("2024-04-16")
    page.wait_for_selector('html[data-painted="1"]')
    assert page.locator(".list .row").count() == 1
    assert "1 undated left out" in page.locator(".list-head").inner_text()
    page.get_by_role("button", name="Exercise at Kharb-Maidon").click()
    card = page.locator(".card")
    assert "Russian troops held an exercise at Kharb-Maidon" in card.inner_text()
    assert card.get_by_role("link", name="Example News").get_attribute("href") == "https://example.org/report"
    page.keyboard.press("Escape")
    page.get_by_label("To").fill("2024-05-10")
    page.wait_for_selector('html[data-painted="2"]')
    assert page.locator(".row.possible").count() == 1
    page.get_by_role("button", name="All dates").click()
    page.wait_for_function("document.querySelectorAll('.list .row').length > 50")


def test_a_russian_snapshot_speaks_russian_without_a_server(page: Page, files: dict[str, Path]) -> None:
    """Words, plural forms and dates."""
    page.goto(files["russian"].as_uri())
    page.wait_for_selector("html[lang=ru][data-painted]")
    page.get_by_label("С", exact=True).fill("2024-04-16")
    page.get_by_label("По", exact=True).fill("2024-04-16")
    page.wait_for_selector('html[data-painted="1"]')
    assert page.locator(".list-head").inner_text().split("\n")[0] == "1 событие"
    assert "16 апреля 2024\xa0г. · 1 без даты не вошло" in page.locator(".list-head").inner_text()


def test_a_press_on_the_map_opens_the_card(page: Page, files: dict[str, Path]) -> None:
    """And the keyboard moves and magnifies it."""
    page.goto(files["snapshot"].as_uri())
    page.wait_for_selector("html[data-painted]")
    where = "() => { const m = snapshot.scene.marks.find((m) => m.events.length === 1 && m.events[0].id === 'main-event'); return [m.x, m.y]; }"
    x, y = page.evaluate(where)
    page.locator("canvas").click(position={"x": x, "y": y})
    assert page.locator(".card h2").inner_text() == "Exercise at Kharb-Maidon"
    page.locator("canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("snapshot.camera.zoom") == pytest.approx(
        page.evaluate("snapshot.data.scene.at.zoom") + 1, abs=0.6
    )


def test_a_picture_is_as_large_as_it_says_and_not_blank(page: Page, files: dict[str, Path]) -> None:
    """Saved as PNG, three pixels to one of the picture's own."""
    page.goto(files["picture"].as_uri())
    page.wait_for_selector("html[data-painted]")
    page.get_by_label("Width").select_option("2")
    page.wait_for_selector('html[data-painted^="2000,"]')
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    saved = Path(download.value.path()).read_bytes()
    image = Image.open(io.BytesIO(saved))
    assert (image.format, image.width) == ("PNG", 2000)
    assert image.height == int(page.get_attribute("html", "data-painted").split(",")[1]) > 1000
    assert _colours(saved) > COLOURS


def _open_menu(guest: Visit) -> None:
    """Press the menu's button again where the first press fell into a redrawing of the page."""
    link = guest.page.locator("a[href*='snapshot.html']").first
    for _ in range(3):
        guest.page.locator(".st-key-formats button").first.click()
        with suppress(TimeoutError):
            link.wait_for(timeout=12_000)
            return
    raise AssertionError("the menu does not open")


@pytest.mark.journey
def test_the_menu_saves_what_the_map_shows(browser: object, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    """The links of the menu know where the map is; the report reads and cites the same view."""
    server = Server(tmp_path, fill=lambda store: documents.fill(store.path.parent))
    try:
        guest = Visit(browser, server).open("/?kind=exercise&at=38.5,68.8,7")
        guest.until_query("kind=exercise")
        guest.wait_counts(shown=1)
        _open_menu(guest)
        with guest.page.expect_download() as download:
            guest.page.locator("a[href*='snapshot.html']").first.click()
        text = Path(download.value.path()).read_text()
        assert '"zoom":7.0' in text
        assert '"lat":38.5,"lon":68.8' in text
        guest.page.goto(server.address + "/report?kind=exercise")
        guest.until(
            "() => [...document.querySelectorAll('*')].some((n) => n.shadowRoot?.querySelector('canvas[data-painted]'))"
        )
        words = guest.page.locator(".report").inner_text()
        assert "Exercise at Kharb-Maidon" in words
        assert f"{server.address}/report?kind=exercise" in words
        guest.check_clean()
    finally:
        server.close()

"""The interface in Russian in a real browser: by the address, over a reload, and back to English by its button."""

from __future__ import annotations

import pytest

from tests.test_browser import STEP_S, Visit, browser, server, visit

__all__ = ["browser", "server", "visit"]  # fixtures of the other browser tests

pytestmark = pytest.mark.browser

SAID = "() => [document.documentElement.lang, document.querySelector('[data-testid=stPageLink-NavLink]')?.textContent.trim()].join()"


def _check_russian(visit: Visit) -> None:
    visit.until(f"() => ({SAID})() === 'ru,Карта'", seconds=STEP_S)
    visit.page.get_by_role("heading", name="событ").wait_for()
    visit.page.get_by_text("апреля 2024 г.").first.wait_for()
    assert visit.map().locator(".legend summary").all_text_contents() == ["Легенда", "Словами"]


def test_the_address_chooses_the_language_and_the_button_changes_it(visit: Visit) -> None:
    """Russian after a reload too; English again at the press of a button, with the filters as they were."""
    visit.open("/?lang=ru&kind=exercise")
    _check_russian(visit)
    visit.page.reload()
    visit.until("() => window.borderwatchMap && window.borderwatchMap.version > 0", seconds=60)
    _check_russian(visit)
    visit.page.get_by_role("button", name="EN: In English").click()
    visit.until(f"() => ({SAID})() === 'en,Map'", seconds=60)
    visit.until("() => window.borderwatchMap && window.borderwatchMap.version > 0", seconds=60)
    assert visit.page.url.endswith("?kind=exercise")
    visit.check_clean()

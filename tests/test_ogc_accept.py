"""The header Accept decides between data and a page."""

import pytest

from dashboard.ogc.accept import choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("", False),
        ("*/*", False),
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("application/geo+json, application/json", False),
        ("application/json", False),
        ("application/*", False),
        ("text/html;q=0.5, application/json;q=0.4", True),
        ("text/html;q=0, */*", False),
        ("application/geo+json;q=0, text/*", True),
        ("application/json;q=x", None),
        ("image/png", None),
        ("text/csv, application/xml", None),
        (";;,,q=", None),
    ],
)
def test_the_most_welcome_format_is_chosen(accept: str | None, html: bool | None) -> None:
    """Data wins a draw; None when nothing fits."""
    assert choose(accept, ("application/geo+json", "application/json"), "text/html") is html

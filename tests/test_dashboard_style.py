"""Colours, symbols and labels: complete, distinct and legible."""

import re
from pathlib import Path

from dashboard.style import KIND_STYLE, PRECISION_LABEL, REVIEW_LABEL, ROLE_LABEL, STATUS_LABEL, to_client
from geo.records import KINDS, LOCATION_PRECISIONS, REVIEWS, ROLES, STATUSES

STATIC = Path(__file__).resolve().parent.parent / "dashboard" / "static"


def _luminance(colour: str) -> float:
    """Return relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_value_of_the_records_has_words() -> None:
    """Nothing is shown under its code name."""
    assert set(KIND_STYLE) == set(KINDS)
    assert set(STATUS_LABEL) == set(STATUSES)
    assert set(PRECISION_LABEL) == set(LOCATION_PRECISIONS)
    assert set(REVIEW_LABEL) == set(REVIEWS)
    assert set(ROLE_LABEL) == set(ROLES)


def test_no_two_kinds_share_a_colour_or_a_shape() -> None:
    """Colour is never alone: a reader who sees none tells kinds apart by shape."""
    assert len({colour for _, colour, _ in KIND_STYLE.values()}) == len(KINDS)
    assert len({shape for _, _, shape in KIND_STYLE.values()}) == len(KINDS)


def test_every_shape_is_drawn() -> None:
    """Each shape has its outline in symbols.js."""
    script = (STATIC / "symbols.js").read_text(encoding="utf-8")
    assert all(re.search(rf"^  {shape}: ", script, re.MULTILINE) for _, _, shape in KIND_STYLE.values())


def test_symbols_stand_out_from_the_land() -> None:
    """WCAG 1.4.11: 3 to 1 against the light ground, or the white rim's 2 to 1 with a dark edge for the brightest."""
    ground = _luminance("#f4f5f3")
    ratios = {kind: (ground + 0.05) / (_luminance(colour) + 0.05) for kind, (_, colour, _) in KIND_STYLE.items()}
    assert min(ratios.values()) >= 2
    assert sum(ratio >= 3 for ratio in ratios.values()) >= 6


def test_the_browser_gets_the_same_style() -> None:
    """Map, timeline and list draw from this one table, in the fixed order of the kinds."""
    client = to_client()
    assert list(client["kinds"]) == list(KINDS)
    assert client["kinds"]["exercise"] == {"label": "Exercise", "colour": "#0072B2", "shape": "triangle"}

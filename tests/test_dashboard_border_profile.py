"""What the border profile draws: marks with their reach, in or out of the brush, or counts when there are many."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shapely import Point

from dashboard import border_profile, profile_routes
from dashboard.border_profile import around, count_cells, find_pair, to_guide
from dashboard.project import open_project
from geo.bands import find_posts
from geo.borders import load_borders
from geo.errors import InvalidQuery
from geo.query import Query
from geo.records import Event
from tests.projects import showing

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BORDERS = load_borders()
POSTS = {round(post.at_km): post for post in find_posts(BORDERS, "AF-TJ")}


def _event(name: str, at_km: int, day: int | None, radius_km: float = 5.0, *, east: float = 0.0) -> Event:
    when = None if day is None else date(2024, 4, day)
    spot = Point(POSTS[at_km].lon + east, POSTS[at_km].lat)
    near = BORDERS.nearest(spot)
    return Event(name, f"Event {name}", "patrol", "reported", when, when, "day" if day else "unknown", geometry=spot,
                 radius_km=radius_km, place=name, country="TJ", location_precision="settlement", border=near.border,
                 border_km=near.border_km, border_at_km=near.border_at_km)  # fmt: skip


LINE = Event("line", "Border closed", "border_closure", "ongoing", date(2024, 4, 1), None, "day", place="border",
             country="TJ", geometry=BORDERS.line("AF-TJ"), location_precision="line", border="AF-TJ")  # fmt: skip
EVENTS = [
    _event("east", 1200, 3),
    _event("west", 100, 20),
    _event("wide", 300, 5, 60.0),
    _event("undated", 500, None),
    LINE,
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Iterator[None]:
    """Let the routes answer for a small store made here."""
    with showing(tmp_path, EVENTS):
        yield


def _marks(**params: str) -> dict[str, dict]:
    return {mark["id"]: mark for mark in profile_routes.profile(params)["marks"]}


def test_marks_stand_in_order_along_the_border_with_their_reach() -> None:
    """From the western end; a radius reaches that far either way; what may be anywhere on it comes last."""
    marks = _marks()
    assert list(marks) == ["west", "wide", "undated", "east", "line"]
    assert (marks["wide"]["low"], marks["wide"]["at"], marks["wide"]["high"]) == (240.0, 300.0, 360.0)
    assert (marks["line"]["at"], marks["line"]["low"]) == (None, 0.0)
    assert (marks["undated"]["first"], marks["line"]["open"]) == (None, True)


def test_a_mark_says_whether_it_is_near_enough() -> None:
    """With 60 km of doubt one cannot tell whether a place on the line is within 50 km of it."""
    marks = _marks()
    assert {name: mark["near"] for name, mark in marks.items()} == {
        "west": "yes", "east": "yes", "undated": "yes", "line": "yes", "wide": "maybe",
    }  # fmt: skip


def test_what_is_brushed_away_stays_as_context() -> None:
    """Dates and stretch leave every mark in the picture, and say which of them still match."""
    near = {"border": "AF-TJ", "within_km": "50"}
    by_date = _marks(**{**near, "from": "2024-04-10", "to": "2024-04-30"})
    assert {name: mark["match"] for name, mark in by_date.items()} == {
        "west": "yes", "wide": "no", "undated": "no", "east": "no", "line": "possible",
    }  # fmt: skip
    by_stretch = _marks(**near, border_to_km="310")
    assert {name: mark["match"] for name, mark in by_stretch.items()} == {
        "west": "yes", "wide": "possible", "undated": "no", "east": "no", "line": "possible",
    }  # fmt: skip


def test_the_profile_is_of_the_filters_border_or_of_the_one_asked_for() -> None:
    """The filter wins; then the page's own choice; then the Tajik-Afghan border."""
    assert find_pair(Query(border="KG-TJ", within_km=7.0), {"pair": "AF-TJ"}) == ("KG-TJ", 7.0)
    assert find_pair(Query(), {"pair": "KG-TJ", "km": "30"}) == ("KG-TJ", 30.0)
    assert find_pair(Query(), {}) == ("AF-TJ", border_profile.DEFAULT_KM)
    with pytest.raises(InvalidQuery, match="no land border"):
        find_pair(Query(), {"pair": "PT-TJ"})


def test_many_events_are_counted_by_stretch_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit there are cells instead of marks; each event that has a place on the border is in one."""
    monkeypatch.setattr(border_profile, "MOST_MARKS", 2)
    found = profile_routes.profile({})
    assert "marks" not in found
    assert (found["by"], found["step"]) == ("month", 50)
    assert [(cell[0], cell[2], cell[3] + cell[4]) for cell in found["cells"]] == [
        ("2024-04-01", 100.0, 1), ("2024-04-01", 300.0, 1), ("2024-04-01", 1200.0, 1),
    ]  # fmt: skip
    project = open_project()
    context = around(Query(), "AF-TJ", 50.0)
    assert count_cells(context, "AF-TJ", project.engine, project.borders)["cells"] == found["cells"]


def test_the_guide_has_the_band_and_the_posts() -> None:
    """The band is a polygon around every post; it is the same text for the same question."""
    guide = json.loads(to_guide("AF-TJ", 20.0))
    assert [post[0] for post in guide["posts"]] == [100.0 * number for number in range(14)]
    assert guide["band"]["type"] == "Polygon"
    assert profile_routes.guide({"pair": "AF-TJ", "km": "20"}).body.decode() == to_guide("AF-TJ", 20.0)


def test_the_context_leaves_out_only_what_is_brushed() -> None:
    """Kind and text stay; dates and stretch go."""
    query = Query(kinds=("aid",), start=date(2024, 1, 1), border="AF-TJ", within_km=5.0, border_to_km=9.0)
    assert around(query, "AF-TJ", 5.0) == replace(Query(kinds=("aid",)), border="AF-TJ", within_km=5.0)

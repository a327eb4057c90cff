"""Where along a border events may be: three answers, whether measured for the query or stored with the event."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shapely import MultiPoint, Point

from geo.bands import find_posts
from geo.borders import load_borders
from geo.errors import InvalidQuery
from geo.query import Engine, Query
from geo.records import Event, Report
from geo.store import Store
from tests.reference import write_dataset

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
BORDERS = load_borders()
POSTS = {round(post.at_km): Point(post.lon, post.lat) for post in find_posts(BORDERS, "AF-TJ")}
NEAR = Query(border="AF-TJ", within_km=20.0)


def _event(name: str, at_km: int, radius_km: float | None, **values: object) -> Event:
    spot = POSTS[at_km]
    nearest = BORDERS.nearest(spot)
    return replace(
        Event(name, name, "patrol", "completed", geometry=spot, radius_km=radius_km, location_precision="settlement",
              border=nearest.border, border_km=nearest.border_km, border_at_km=nearest.border_at_km),
        **values,
    )  # fmt: skip


def _verdict(folder: Path, event: Event, query: Query, *, imported: bool) -> str:
    if imported:
        write_dataset(folder, "set", [replace(event, dataset="set")])
    with Store(folder) as store:
        if not imported:
            store.add(Report("r", "A report", "A text."), [event], now=NOW)
        counts = Engine(store, BORDERS).counts(query)
    return next(name for name, n in counts._asdict().items() if n == 1)


STRETCHES = [
    (90.0, 110.0, "shown"),  # the post at 100 km, give or take 5
    (97.0, 110.0, "possible"),
    (90.0, 103.0, "possible"),
    (103.0, 200.0, "possible"),
    (106.0, 200.0, "hidden"),
    (0.0, 94.0, "hidden"),
    (None, 110.0, "shown"),
    (90.0, None, "shown"),
    (None, 97.0, "possible"),
]


@pytest.mark.parametrize("imported", [False, True], ids=["report", "dataset"])
@pytest.mark.parametrize(("low", "high", "expected"), STRETCHES)
def test_a_stretch_has_three_answers(
    tmp_path: Path, low: float | None, high: float | None, expected: str, imported: bool
) -> None:
    """An event at km 100, give or take 5, is on a stretch of the border, is not, or cannot be told."""
    query = replace(NEAR, border_from_km=low, border_to_km=high)
    assert _verdict(tmp_path, _event("e", 100, 5.0), query, imported=imported) == expected


@pytest.mark.parametrize("imported", [False, True], ids=["report", "dataset"])
def test_an_exact_place_is_on_a_stretch_or_not(tmp_path: Path, imported: bool) -> None:
    """Without a radius there is nothing that cannot be told."""
    query = replace(NEAR, border_from_km=99.0, border_to_km=101.0)
    assert _verdict(tmp_path, _event("e", 100, None), query, imported=imported) == "shown"


def test_a_place_nearer_to_another_border_is_measured_along_this_one(tmp_path: Path) -> None:
    """At the three-country point the stored kilometre is another border's; the filter asks along its own."""
    west = POSTS[0]
    spot = Point(west.x - 0.02, west.y)
    nearest = BORDERS.nearest(spot)
    assert nearest.border != "AF-TJ"
    event = _event("e", 0, 0.5, geometry=spot, border=nearest.border, border_km=nearest.border_km, border_at_km=900.0)
    for ends, expected in (((None, 10.0), "shown"), ((800.0, 1000.0), "hidden")):
        query = replace(NEAR, border_from_km=ends[0], border_to_km=ends[1])
        folder = tmp_path / str(ends[0])
        folder.mkdir()
        assert _verdict(folder, event, query, imported=True) == expected


def test_distance_and_stretch_must_hold_of_one_place(tmp_path: Path) -> None:
    """A place near the border elsewhere and one far from it on the stretch do not add up to a match."""
    far = Point(POSTS[800].x - 1.5, POSTS[800].y)
    km, at_km = BORDERS.locate("AF-TJ", far.y, far.x)
    assert km > 22
    assert abs(at_km - 100) > 50
    places = [{"name": "near", "radius_km": 1.0}, {"name": "far", "radius_km": 1.0}]
    both = MultiPoint([POSTS[100], far])
    event = _event("e", 100, None, geometry=both, evidence={"places": places})
    query = replace(NEAR, border_from_km=at_km - 20, border_to_km=at_km + 20)
    assert _verdict(tmp_path, event, query, imported=False) == "hidden"


def test_a_closure_of_the_whole_line_is_perhaps_on_any_stretch(tmp_path: Path) -> None:
    """The report names no point on it; on the whole border it certainly is."""
    line = _event("e", 100, None, geometry=BORDERS.line("AF-TJ"), location_precision="line", border_at_km=None)
    query = replace(NEAR, border_from_km=300.0, border_to_km=400.0)
    assert _verdict(tmp_path, line, query, imported=False) == "possible"
    with Store(tmp_path) as store:
        assert Engine(store, BORDERS).counts(NEAR).shown == 1


def test_what_is_without_a_place_stays_so(tmp_path: Path) -> None:
    """A stretch says nothing of an event that is nowhere."""
    nowhere = _event("e", 100, None, geometry=None, border=None, border_km=None, border_at_km=None)
    assert _verdict(tmp_path, nowhere, replace(NEAR, border_from_km=50.0), imported=False) == "unplaced"


@pytest.mark.parametrize(
    ("params", "rule"),
    [
        ({"border_from_km": "10"}, "together with border"),
        ({"border": "AF-TJ", "within_km": "20", "border_from_km": "-1"}, "from 0"),
        ({"border": "AF-TJ", "within_km": "20", "border_to_km": "1e3"}, "a number"),
        ({"border": "AF-TJ", "within_km": "20", "border_from_km": "30", "border_to_km": "20"}, "not beyond"),
    ],
)
def test_an_impossible_stretch_is_refused(params: dict[str, str], rule: str) -> None:
    """A stretch needs its border, lies on it, and ends after it begins."""
    with pytest.raises(InvalidQuery, match=rule):
        Query.from_params(params)


def test_a_stretch_survives_the_address() -> None:
    """Its two ends are words of their own; one may be open."""
    params = {"border": "AF-TJ", "within_km": "20", "border_from_km": "100", "border_to_km": "250.5"}
    assert Query.from_params(params).to_params() == params
    assert Query.from_params(params | {"border_to_km": ""}).border_to_km is None

"""What a drawn area holds: yes, no and cannot tell, of points, circles, lines, regions and several places."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geo.held import MAYBE, NO, YES, judge_points, judge_shapes
from geo.query import Engine, Query
from geo.records import Event, Report
from geo.store import Store
from tests.reference import area_answer, write_dataset

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
AREA = ((68.0, 37.0), (70.0, 37.0), (70.0, 39.0), (69.5, 39.0), (68.0, 38.0))
QUERY = Query(area=AREA)


def _event(name: str, **values: object) -> Event:
    return replace(Event(name, name, "patrol", "completed", location_precision="settlement"), **values)


def _places(*radii: float) -> dict[str, object]:
    return {"places": [{"name": str(number), "radius_km": km} for number, km in enumerate(radii)]}


CASES = {
    "a point inside": (_event("e", geometry=Point(69, 37.5)), "shown"),
    "a point on a corner": (_event("e", geometry=Point(70, 37)), "shown"),
    "a point outside": (_event("e", geometry=Point(70.01, 37.5)), "hidden"),
    "a point in the box, beyond the slanting edge": (_event("e", geometry=Point(68.2, 38.8)), "hidden"),
    "a circle inside": (_event("e", geometry=Point(69, 37.5), radius_km=25.0), "shown"),
    "a circle over the edge, its middle inside": (_event("e", geometry=Point(69.9, 37.5), radius_km=25.0), "possible"),
    "a circle over the edge, its middle outside": (_event("e", geometry=Point(70.2, 37.5), radius_km=25.0), "possible"),
    "a circle outside": (_event("e", geometry=Point(70.4, 37.5), radius_km=25.0), "hidden"),
    "a circle around the area": (_event("e", geometry=Point(69, 38), radius_km=500.0), "possible"),
    "a line inside": (_event("e", geometry=LineString([(68.5, 37.5), (69.5, 38.2)])), "shown"),
    "a line that leaves": (_event("e", geometry=LineString([(69, 37.5), (72, 37.5)])), "possible"),
    "a line past a corner": (_event("e", geometry=LineString([(67, 38), (69, 39.5)])), "hidden"),
    "a line near enough": (_event("e", geometry=LineString([(70.1, 37.2), (70.1, 38)]), radius_km=12.0), "possible"),
    "a line too far": (_event("e", geometry=LineString([(70.2, 37.2), (70.2, 38)]), radius_km=12.0), "hidden"),
    "a line inside, give or take too much": (_event("e", geometry=LineString([(69.95, 37.2), (69.95, 38)]), radius_km=12.0), "possible"),
    "a region inside": (_event("e", geometry=box(68.5, 37.2, 69, 37.8)), "shown"),
    "a region in part": (_event("e", geometry=box(69.5, 37.2, 71, 37.8)), "possible"),
    "a region around the area": (_event("e", geometry=box(60, 30, 80, 45)), "possible"),
    "a region in pieces": (_event("e", geometry=MultiPolygon([box(68.5, 37.2, 69, 37.8), box(75, 37, 76, 38)])), "possible"),
    "a region outside": (_event("e", geometry=box(71, 37, 72, 38)), "hidden"),
    "several places, one inside": (_event("e", geometry=MultiPoint([(75, 40), (69, 37.5)]), evidence=_places(5.0, 5.0)), "shown"),
    "several places, one perhaps": (_event("e", geometry=MultiPoint([(75, 40), (70.1, 37.5)]), evidence=_places(5.0, 25.0)), "possible"),
    "several places, none": (_event("e", geometry=MultiPoint([(75, 40), (60, 37.5)]), evidence=_places(5.0, 5.0)), "hidden"),
    "no place": (_event("e", location_precision="unknown"), "unplaced"),
}  # fmt: skip


@pytest.mark.parametrize("imported", [False, True], ids=["report", "dataset"])
def test_every_place_is_judged(tmp_path: Path, imported: bool) -> None:
    """A report's events and imported ones get the same answers, which are those of circles laid out on the map."""
    events = {name: replace(event, id=name, title=name) for name, (event, _) in CASES.items()}
    if imported:
        write_dataset(tmp_path, "set", [replace(event, dataset="set") for event in events.values()])
    with Store(tmp_path) as store:
        if not imported:
            store.add(Report("r", "A report", "A text."), list(events.values()), now=NOW)
        engine = Engine(store)
        rows = engine.rows(QUERY)
        found = dict(zip(rows["id"], rows["match"], strict=True))
        counts = engine.counts(QUERY)
    told = {"shown": "yes", "possible": "possible"}
    assert found == {name: told[verdict] for name, (_, verdict) in CASES.items() if verdict in told}
    names = [verdict for _, verdict in CASES.values()]
    assert counts._asdict() == {n: names.count(n) for n in ("shown", "possible", "undated", "unplaced", "hidden")} | {
        "total": len(names)
    }
    for name, (event, verdict) in CASES.items():
        if event.geometry is not None and (event.geometry.geom_type == "Point" or event.radius_km is None):
            assert area_answer(event, QUERY) == told.get(verdict, "no"), name


def test_circles_are_judged_on_the_ellipsoid() -> None:
    """Ten metres decide: along a meridian, along a parallel, and far in the north."""
    geod = Geod(ellps="WGS84")
    for area, lon, lat in ((AREA, 69.0, 37.5), (((10.0, 69.0), (40.0, 69.0), (40.0, 71.0), (10.0, 71.0)), 38.0, 70.0)):
        east = max(x for x, _ in area)
        edge = np.linspace(lat - 1, lat + 1, 200_001)
        away = (
            geod.inv(np.full_like(edge, lon), np.full_like(edge, lat), np.full_like(edge, east), edge)[2].min() / 1000
        )
        south = min(y for _, y in area)
        away = min(away, geod.inv(lon, lat, lon, south)[2] / 1000)
        lons, lats = np.full(2, lon), np.full(2, lat)
        assert judge_points(area, lons, lats, np.array([away - 0.01, away + 0.01])).tolist() == [YES, MAYBE]


def test_a_circle_reaches_across_the_antimeridian() -> None:
    """The way round the earth is not asked about."""
    area = ((175.0, -5.0), (179.99, -5.0), (179.99, 5.0), (175.0, 5.0))
    lon, lat = np.array([-179.9, -179.9, -178.0]), np.zeros(3)
    assert judge_points(area, lon, lat, np.array([25.0, 5.0, 25.0])).tolist() == [MAYBE, NO, NO]
    corner = Polygon([(-179.9, 0), (-179.8, 0), (-179.8, 1)])
    assert judge_shapes(area, [(corner.wkb, None), (corner.wkb, 20.0)]) == [NO, MAYBE]


def test_a_circle_across_the_antimeridian_is_found_in_a_dataset(tmp_path: Path) -> None:
    """The rough look at envelopes does not lose it."""
    write_dataset(tmp_path, "set", [_event("e", geometry=Point(-179.9, 0), radius_km=25.0, dataset="set")])
    area = ((175.0, -5.0), (179.99, -5.0), (179.99, 5.0), (175.0, 5.0))
    with Store(tmp_path) as store:
        assert Engine(store).counts(Query(area=area)).possible == 1


def test_answers_follow_the_data(tmp_path: Path) -> None:
    """An event that is stored later is judged too, and several areas do not mix."""
    with Store(tmp_path) as store:
        engine = Engine(store)
        assert engine.counts(QUERY).shown == 0
        store.add(Report("r", "A report", "A text."), [_event("e", geometry=Point(69, 37.5))], now=NOW)
        assert engine.counts(QUERY).shown == 1
        for step in range(6):
            west = 60.0 + 2 * step
            area = ((west, 37.0), (west + 2, 37.0), (west + 2, 38.0), (west, 38.0))
            assert engine.counts(Query(area=area)).shown == int(west <= 69 <= west + 2)

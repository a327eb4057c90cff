"""What the map draws: spots that are as exact as the report, never more."""

from datetime import date

import pytest
from shapely import LineString, MultiPoint, Point, box

from dashboard.drawing import split_cells, to_feature, to_records, to_spots
from geo.features import to_features
from geo.records import Event


def _row(**values: object) -> dict[str, object]:
    event = Event("e", "A title", "exercise", "completed", **values)  # type: ignore[arg-type]
    return {name: getattr(event, name) for name in Event.__dataclass_fields__}


def test_a_point_carries_its_radius() -> None:
    """The circle on the map is the radius of the record."""
    row = _row(place="Kulob", geometry=Point(69.78, 37.91), radius_km=5.0, location_precision="settlement")
    assert to_spots(row) == [{"type": "point", "lon": 69.78, "lat": 37.91, "name": "Kulob", "km": 5.0}]


@pytest.mark.parametrize(
    ("precision", "country", "area"), [("country", "TJ", "TJ"), ("region", "TJ", None), ("country", None, None)]
)
def test_regions_and_countries_are_areas(precision: str, country: str | None, area: str | None) -> None:
    """What is known only as an area has no pin."""
    place = {"name": "x", "country": country, "lat": 38.5, "lon": 71.0, "radius_km": 300.0, "precision": precision}
    (spot,) = to_spots(_row(evidence={"places": [place]}))
    assert spot["type"] == "area"
    assert spot["area"] == area


def test_an_area_with_a_key_is_drawn_as_its_outline() -> None:
    """The key of the shipped polygon comes along."""
    place = {"name": "Khatlon", "lat": 37.8, "lon": 69.0, "radius_km": 120.0, "precision": "region", "area": "TJ-KT"}
    assert to_spots(_row(evidence={"places": [place]}))[0]["area"] == "TJ-KT"


def test_a_border_is_a_line() -> None:
    """A border is drawn as the line, with no point on it."""
    place = {"name": "border", "lat": None, "lon": None, "precision": "line", "border": "AF-TJ"}
    assert to_spots(_row(evidence={"places": [place]})) == [{"type": "line", "border": "AF-TJ", "name": "border"}]


def test_several_places_are_several_spots() -> None:
    """An event at two ranges is drawn at both."""
    row = _row(geometry=MultiPoint([(68.6, 38.3), (69.8, 40.3)]), radius_km=15.0, location_precision="district")
    assert [spot["lat"] for spot in to_spots(row)] == [38.3, 40.3]


def test_imported_shapes_are_drawn_as_themselves() -> None:
    """A polygon that is no area of ours travels as GeoJSON."""
    (spot,) = to_spots(_row(geometry=box(68, 37, 69, 38), location_precision="region"))
    assert spot["type"] == "shape"
    assert spot["geometry"]["type"] == "Polygon"


def test_a_line_without_description_is_its_border() -> None:
    """The geometry of a border event is not sent a second time."""
    row = _row(geometry=LineString([(67, 37), (68, 37)]), location_precision="line", border="AF-TJ", place="border")
    assert to_spots(row) == [{"type": "line", "border": "AF-TJ", "name": "border"}]


def test_nothing_is_drawn_without_a_place() -> None:
    """No place, no spot: such events are counted, not invented."""
    assert to_spots(_row()) == []


def test_a_feature_has_its_line_in_words() -> None:
    """The tooltip's words are made here, once."""
    feature = to_feature(_row(start=date(2024, 4, 15), end=date(2024, 4, 18), date_precision="day"))
    assert (feature["title"], feature["when"], feature["match"]) == ("A title", "15–18 April 2024", "yes")


def test_records_have_none_for_nothing() -> None:
    """NaN of the table never reaches JSON."""
    (record,) = to_records(to_features([Event("e", "t", "other", "reported")]))
    assert record["radius_km"] is None


def test_cells_are_told_apart_from_single_events() -> None:
    """A cell of one is the event itself, with all its places in one record."""
    one = {"n": 1, "id": "a", "title": "T", "kind": "aid", "status": "reported", "match": "yes", "place": "P", "lon": 1.0,
           "lat": 2.0, "radius_km": 5.0, "location_precision": "settlement", "border": None, "area": None}  # fmt: skip
    alone, many = split_cells([one, {**one, "lon": 3.0}, {"n": 7, "lon": 5.0, "lat": 6.0, "kinds": {"aid": 7}}])
    assert [(event["id"], len(event["spots"])) for event in alone] == [("a", 2)]
    assert [cell["n"] for cell in many] == [7]

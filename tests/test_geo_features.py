"""The one table: Event records and frames are the same thing, and a broken table says everything that is wrong."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from geo.errors import InvalidRecord
from geo.features import COLUMNS, check_features, tidy_geometry, to_events, to_features
from geo.records import Event
from tests.export_events import DRILL

EXERCISE = replace(DRILL, equipment=("Т-72", "Su-25"))
BARE = Event(id="bare", title="Something happened", kind="other", status="reported")


def faults(event: Event) -> str:
    """Return what is said about a table of one event."""
    with pytest.raises(InvalidRecord) as caught:
        check_features(to_features([event]))
    return str(caught.value)


def test_records_survive_the_table() -> None:
    """Events put into the table and taken out are equal, with and without every optional field."""
    assert to_events(to_features([EXERCISE, BARE])) == [EXERCISE, BARE]


def test_columns_are_those_of_the_design() -> None:
    """The table has the documented columns, in EPSG:4326."""
    features = to_features([EXERCISE])
    assert tuple(features.columns) == COLUMNS
    assert features.crs.to_epsg() == 4326


def test_empty_table_has_the_same_columns_and_types() -> None:
    """No event still gives a whole table, so that nothing downstream needs a special case."""
    empty, full = to_features([]), to_features([EXERCISE])
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert to_events(empty) == []


def test_tidy_geometry_rounds_to_seven_decimals() -> None:
    """Coordinates are kept to a centimetre."""
    (point,) = tidy_geometry(to_features([replace(EXERCISE, geometry=Point(69.123456789, -0.00000001))]).geometry)
    assert (point.x, str(point.y)) == (69.1234568, "0.0")


def test_tidy_geometry_follows_the_right_hand_rule_and_drops_height() -> None:
    """Outer rings run counter-clockwise and a third dimension goes."""
    clockwise = Polygon([(0, 0, 5), (0, 1, 5), (1, 1, 5), (1, 0, 5)])
    (area,) = tidy_geometry(to_features([replace(EXERCISE, geometry=clockwise)]).geometry)
    assert area.exterior.is_ccw
    assert not area.has_z


def test_tidy_geometry_twice_is_once() -> None:
    """What is tidy stays as it is, byte for byte."""
    shapes = [Point(1.23456789, 2), None, LineString([(0, 0), (1 / 3, 2 / 3)]), MultiPoint([(9.99999999, 0), (1, 1)])]
    once = tidy_geometry(to_features([replace(BARE, id=str(i), geometry=s) for i, s in enumerate(shapes)]).geometry)
    assert shapely.to_wkb(tidy_geometry(once).to_numpy()).tolist() == shapely.to_wkb(once.to_numpy()).tolist()


def test_all_faults_are_told_at_once() -> None:
    """One message names every broken rule of every row, with value, rule and subject."""
    features = to_features([EXERCISE, replace(BARE, country="tj", border="TJ")])
    features.loc[0, "kind"] = "party"
    features.loc[1, "border_km"] = -1.0
    with pytest.raises(InvalidRecord) as caught:
        check_features(features)
    told = str(caught.value)
    assert "4 faults" in told
    assert "Event 'e0' has kind='party'; expected one of exercise," in told
    assert "Event 'bare' has country='tj'; expected a code such as TJ" in told
    assert "Event 'bare' has border='TJ'; expected a code such as AF-TJ" in told
    assert "Event 'bare' has border_km=-1.0; expected kilometres of 0 or more" in told


def test_long_lists_of_faults_are_counted() -> None:
    """A table with thousands of faults gives a message of a hundred lines and the number of the others."""
    with pytest.raises(InvalidRecord) as told:
        check_features(to_features([replace(BARE, id=str(i), country="x") for i in range(150)]))
    assert str(told.value).endswith("... and 50 more.")


@pytest.mark.parametrize(
    "geometry",
    [Point(float("nan"), 1), Point(), Point(180.1, 0), Point(0, -91), Polygon([(0, 0), (1, 1), (0, 1), (1, 0)])],
)
def test_impossible_geometry_is_refused(geometry: shapely.Geometry) -> None:
    """A place off the globe, an empty geometry and a self-crossing area are faults."""
    assert "geometry=" in faults(replace(EXERCISE, geometry=geometry))


@pytest.mark.parametrize("name", ["id", "title", "place", "source_name", "licence"])
def test_lone_surrogates_are_refused(name: str) -> None:
    """Text that UTF-8 cannot hold never reaches a file, and the message itself can be printed."""
    told = faults(replace(EXERCISE, **{name: "x\ud800"}))
    assert f"{name}='x\\ud800'; expected text without lone surrogates (found one at character 1)" in told
    told.encode()


def test_surrogates_inside_evidence_are_refused() -> None:
    """Nor do they come in through a quote."""
    assert "lone surrogates" in faults(replace(EXERCISE, evidence={"title": [{"quote": "\udfff"}]}))


@pytest.mark.parametrize("extra", [{"a": float("nan")}, {"a": object()}, {"a": {1: 2, "b": 3}}])
def test_what_json_cannot_hold_is_refused(extra: dict) -> None:
    """Extra columns must be JSON."""
    assert "JSON can hold" in faults(replace(EXERCISE, extra=extra))


def test_endless_nesting_is_refused() -> None:
    """A structure that refers to itself is a fault, not a crash."""
    loop: dict = {}
    loop["again"] = loop
    assert "JSON can hold" in faults(replace(EXERCISE, extra=loop))


def test_a_time_of_day_is_no_day() -> None:
    """Days are dates; a datetime would compare wrongly with them."""
    features = to_features([EXERCISE])
    features.at[0, "start"] = datetime(2024, 4, 15, 12)  # noqa: DTZ001 - the fault under test, in one cell
    with pytest.raises(InvalidRecord, match="expected a day"):
        check_features(features)


def test_reversed_days_are_refused() -> None:
    """An event cannot end before it starts, however the table was made."""
    features = to_features([EXERCISE])
    features.at[0, "end"] = date(2024, 4, 1)
    with pytest.raises(InvalidRecord, match="ends on 2024-04-01 before it starts on 2024-04-15"):
        check_features(features)


def test_repeated_ids_are_refused() -> None:
    """Ids are unique in a table."""
    with pytest.raises(InvalidRecord, match="Event 'bare' comes 2 times"):
        check_features(to_features([BARE, BARE]))


def test_missing_columns_are_named() -> None:
    """A table without a column of ours says which."""
    with pytest.raises(InvalidRecord, match="lacks the columns review, extra"):
        check_features(to_features([BARE]).drop(columns=["review", "extra"]))


def test_other_reference_systems_are_refused() -> None:
    """Metres are not degrees."""
    with pytest.raises(InvalidRecord, match="expected EPSG:4326"):
        check_features(to_features([EXERCISE]).to_crs(3857))


def test_hostile_text_is_data() -> None:
    """Markup, template code, NUL, right-to-left overrides and a megabyte are kept as they are."""
    nasty = "<img onerror=1>{{ 7*7 }}{% x %}`${1}`</script>\x00\u202e" + "ы" * 1_000_000
    (event,) = to_events(to_features([replace(EXERCISE, title=nasty)]))
    assert event.title == nasty


def test_numbers_that_numpy_gives_are_numbers() -> None:
    """Kilometres from NumPy count as kilometres."""
    (event,) = to_events(to_features([replace(EXERCISE, border_km=np.float64(3.5))]))
    assert event.border_km == 3.5

"""The words of an address: read as the standard says, or refused."""

from datetime import date

import pytest

from dashboard.ogc.params import (
    MAX_LIMIT,
    Place,
    check_words,
    read_box,
    read_cursor,
    read_datetime,
    read_items,
    write_cursor,
)
from geo.errors import InvalidQuery
from geo.query import Query


def test_the_words_are_those_of_the_query() -> None:
    """What the dashboard writes into its address means the same here."""
    query = Query(
        kinds=("aid", "patrol"), countries=("TJ",), border="AF-TJ", within_km=20, text="drill", possible=False
    )
    assert read_items(query.to_params()).query == query


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("68,37,70,39", (68, 37, 70, 39)),
        ("68,37,-5,70,39,8000", (68, 37, 70, 39)),
        ("170,60,-170,70", (170, 60, -170, 70)),
        ("-1.5e1,.5,+3.,4", (-15, 0.5, 3, 4)),
    ],
)
def test_a_box_has_four_or_six_numbers(text: str, box: tuple[float, ...]) -> None:
    """Heights are left out; west may be greater than east."""
    assert read_box(text) == box
    assert read_items({"bbox": text}).query.bbox == box


@pytest.mark.parametrize(
    "text",
    ["1,2,3", "1,2,3,4,5", "1,2,3,4,5,6,7", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "1,2,9,3,4,8", "1_0,2,3,4", "1,2,,4"],
)
def test_what_is_no_box_is_refused(text: str) -> None:
    """Not three, five or seven numbers, nor anything but numbers, nor heights upside down."""
    with pytest.raises(InvalidQuery, match="bbox="):
        read_box(text)


@pytest.mark.parametrize("text", ["-181,0,0,1", "0,0,181,1", "0,-91,0,1", "0,0,0,91", "0,5,1,4"])
def test_a_box_outside_the_world_is_refused(text: str) -> None:
    """South above north, or beyond the poles or the antimeridian."""
    with pytest.raises(InvalidQuery, match="bbox="):
        read_items({"bbox": text})


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2024-04-15", (date(2024, 4, 15), date(2024, 4, 15))),
        ("2024-04-15T23:30:00-02:00", (date(2024, 4, 16), date(2024, 4, 16))),
        ("2024-04-15t10:00:00.5z", (date(2024, 4, 15), date(2024, 4, 15))),
        ("2024-04-15T", (date(2024, 4, 15), date(2024, 4, 15))),
        ("2024-04-15/2024-04-18T00:00:00Z", (date(2024, 4, 15), date(2024, 4, 18))),
        ("../2024-04-18", (None, date(2024, 4, 18))),
        ("/2024-04-18", (None, date(2024, 4, 18))),
        ("2024-04-15/..", (date(2024, 4, 15), None)),
        ("2024-04-15/", (date(2024, 4, 15), None)),
    ],
)
def test_a_time_is_an_instant_or_an_interval(text: str, days: tuple[date | None, date | None]) -> None:
    """It stands for whole days in UTC; a side may be open."""
    assert read_datetime(text) == days


@pytest.mark.parametrize(
    "text",
    [
        *("..", "../..", "/", "2024", "2024-04", "2024-02-30", "2024-04-15T25:00:00Z", "2024-04-15T10:00:00", "x"),
        *("2024-04-18/2024-04-15", "2024-04-15/2024-04-16/2024-04-17", "9999-12-31T23:59:59-14:00", "2024-04-15 "),
        "٢٠٢٤-04-15",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """Reversed, unreal, open on both sides, or without a zone."""
    with pytest.raises(InvalidQuery, match="datetime"):
        read_datetime(text)


def test_the_limit_is_clipped_and_never_nothing() -> None:
    """Too many become the most there are; none at all is refused."""
    assert read_items({"limit": "999999999999999999999"}).limit == MAX_LIMIT
    for text in ("0", "-1", "1.5", "x", "1e3", "٣"):
        with pytest.raises(InvalidQuery, match="limit="):
            read_items({"limit": text})


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "war"}, {"status": ""}, {"from": "2024-13-01"}, {"country": "tj"}, {"border": "AFTJ"}, {"within_km": "5"},
        {"border": "AF-TJ", "within_km": "-5"}, {"possible": "yes"}, {"datetime": "2024-04-15", "from": "2024-04-15"},
        {"offset": "-1"}, {"offset": "9999999999"}, {"cursor": "abc"}, {"filter": "x y"},
        {"cursor": "WzEsMiwzXQ", "offset": "1"},
    ],
)  # fmt: skip
def test_impossible_values_are_refused(params: dict[str, str]) -> None:
    """Every filter says what it takes."""
    with pytest.raises(InvalidQuery):
        read_items(params)


@pytest.mark.parametrize(
    "given",
    [
        [("foo", "1")],
        [("kind", "aid"), ("kind", "aid")],
        [("kind", "\0")],
        [("f", "xml")],
        [("Kind", "aid")],
        [("crs", "EPSG:3857")],
    ],
)
def test_unknown_and_repeated_words_are_refused(given: list[tuple[str, str]]) -> None:
    """The standard asks for it, so that no misspelt filter is silently left out."""
    with pytest.raises(InvalidQuery, match="Parameter"):
        check_words(given, ("kind", "f", "crs"))


def test_a_border_without_a_distance_is_the_nearest_one() -> None:
    """So GDAL asks when a border is compared with a value; a filter may come beside it."""
    asked = read_items({"border": "AF-TJ", "filter": "kind = 'aid' OR kind = 'visit'"})
    assert asked.query == Query()
    assert asked.where is not None
    assert asked.where.text == 'border = :own_border AND (("kind" = :cql0) OR ("kind" = :cql1))'


@pytest.mark.parametrize("place", [Place(100, date(2024, 4, 15), "a/b ü'"), Place(0, None, "")])
def test_a_cursor_is_read_back(place: Place) -> None:
    """It is a word that needs no quoting."""
    text = write_cursor(place)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert read_cursor(text) == place


@pytest.mark.parametrize(
    "text", ["", "a", "é", "e30", "WzEsMl0", "W251bGwsbnVsbCxudWxsXQ", "Wy0xLG51bGwsImEiXQ", "W1tbW1tb" * 999]
)
def test_a_cursor_of_somebody_else_is_refused(text: str) -> None:
    """Whatever it decodes to."""
    with pytest.raises(InvalidQuery, match="cursor="):
        read_cursor(text)

"""CQL2 text becomes a condition with bound values, and means what the standard says."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from geo.cql import MAX_BRACKETS, MAX_FILTER, read_filter
from geo.errors import InvalidQuery
from geo.query import Engine, Query
from tests import ogc_world


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open a small project."""
    folder = tmp_path_factory.mktemp("project")
    ogc_world.fill(folder)
    with ogc_world.engine(folder) as found:
        yield found


def test_values_are_bound_and_names_are_ours() -> None:
    """No word of the filter is in the text but the names of columns."""
    found = read_filter("kind = 'patrol; DROP' AND (start >= DATE('2024-01-02') OR NOT radius_km < 5)")
    assert found.text == '(("kind" = :cql0) AND (("start" >= :cql1) OR (NOT ("radius_km" < :cql2))))'
    assert found.values == {"cql0": "patrol; DROP", "cql1": date(2024, 1, 2), "cql2": 5.0}


def test_a_moment_is_compared_in_utc() -> None:
    """An offset is taken away; without one the time is UTC."""
    assert read_filter("start > TIMESTAMP('2024-01-01T00:00:00Z')").values == {"cql0": datetime(2024, 1, 1)}  # noqa: DTZ001
    assert "CAST" in read_filter("start > TIMESTAMP('2024-01-01T00:00:00Z')").text


def test_a_pattern_is_rewritten_to_our_escape() -> None:
    """A backslash before a wildcard makes it plain, whatever the database takes for its escape."""
    assert read_filter(r"title LIKE '100\% !a\\_'").values == {"cql0": "100!% !!a\\_"}


SAME = {
    "kind = 'patrol'": lambda row: row["kind"] == "patrol",
    "'patrol' = kind": lambda row: row["kind"] == "patrol",
    "kind <> 'patrol' AND border_km < 20": lambda row: row["kind"] != "patrol" and row["border_km"] < 20,
    "kind IN ('patrol', 'aid') OR NOT status = 'completed'": lambda row: (
        row["kind"] in ("patrol", "aid") or row["status"] != "completed"
    ),
    r"title LIKE '100\%%!'": lambda row: row["title"].startswith("100%"),
    "CASEI(title) LIKE CASEI('eVENT 1_')": lambda row: row["title"].startswith("Event 1") and len(row["title"]) == 8,
    "border_km BETWEEN 3 AND 7": lambda row: 3 <= row["border_km"] <= 7,
    "start BETWEEN DATE('2024-01-05') AND DATE('2024-01-09')": lambda row: (
        row["start"] is not None and date(2024, 1, 5) <= row["start"] <= date(2024, 1, 9)
    ),
    "start > '2024-02-01'": lambda row: row["start"] is not None and row["start"] > date(2024, 2, 1),
    "start >= TIMESTAMP('2024-01-31T12:00:00Z')": lambda row: (
        row["start"] is not None and row["start"] > date(2024, 1, 31)
    ),
    "start IS NULL": lambda row: row["start"] is None,
    "border IS NOT NULL": lambda row: row["border"] is not None,
    "main = TRUE": lambda _: True,
    "start <> \"end\"": lambda row: None not in (row["start"], row["end"]) and row["start"] != row["end"],
    "A_CONTAINS(actors, ('Border guard', 'Unit 1'))": lambda row: "Unit 1" in row["actors"],
    "A_OVERLAPS(actors, ('Unit 0', 'Unit 1', 'none'))": lambda row: bool({"Unit 0", "Unit 1"} & set(row["actors"])),
    "A_OVERLAPS(countries, ('AF'))": lambda row: "AF" in (row["border"] or "") and row["location_precision"] == "line",
    "title = 'it''s'": lambda _: False,
    "FALSE OR TRUE": lambda _: True,
}  # fmt: skip


@pytest.mark.parametrize("text", SAME)
def test_a_filter_selects_what_it_says(engine: Engine, text: str) -> None:
    """The engine gives the events that plain Python gives, and counts as many."""
    rows = [row for _, row in engine.rows(Query()).iterrows()]
    expected = [row["id"] for row in rows if SAME[text](row)]
    where = read_filter(text)
    assert list(engine.rows(Query(), where=where)["id"]) == expected
    counts = engine.counts(Query(), where=where)
    assert counts.shown + counts.possible == len(expected)


REFUSED = {
    "": "expected Expr",
    "kind =": "not CQL2 text",
    "kind = 'patrol": "every quotation mark closed",
    "(kind = 'patrol'": "every bracket closed",
    "kind = 'patrol') OR (TRUE": "opened before it is closed",
    "secret = 'x'": "a property among",
    "geometry = 'x'": "a property among",
    "kind": "a condition",
    "'a' = 'b'": "a property on one side",
    "kind = 3": "a text to compare",
    "radius_km = 'x'": "a number to compare",
    "main > TRUE": "= or <>",
    "start = 'yesterday'": "expected a day",
    "start = DATE('2024-02-30')": "expected a day",
    "start = TIMESTAMP('0001-01-01T00:00:00+14:00')": "expected a time",
    "radius_km < 1e999": "finite",
    "radius_km + 1 > 2": "without arithmetic",
    "pg_sleep(9) = 1": "without arithmetic or other functions",
    "S_INTERSECTS(geometry, POINT(1 2))": "the parameter bbox",
    "T_AFTER(start, DATE('2024-01-01'))": "expected one of and, or, not",
    "actors = 'x'": "A_OVERLAPS or A_CONTAINS",
    "A_CONTAINS(kind, ('x'))": "which are lists",
    "A_CONTAINS(actors, (1))": "a list of texts",
    "title LIKE kind": "LIKE a pattern",
    "radius_km LIKE 'x'": "a number to compare",
    "kind BETWEEN 'a' AND 'b'": "BETWEEN two others",
    "kind = 'a' OR kind = border_km": "properties of one kind",
    "start IN (TIMESTAMP('2024-01-01T00:00:00Z'))": "a list of dates",
    "CASEI(radius_km) = 'x'": "text for CASEI",
    "kind = 'a\0'": "NUL",
    "(" * (MAX_BRACKETS + 1) + "TRUE" + ")" * (MAX_BRACKETS + 1): "brackets within",
    "(" * 5000: "at most 4000",
    "(" * 1000 + "TRUE" + ")" * 1000: "brackets within",
    "NOT " * 900 + "TRUE": "operators within",
    "kind = '" + "x" * MAX_FILTER + "'": "at most 4000 characters",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_a_filter_that_is_not_understood_is_refused(text: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(InvalidQuery) as refused:
        read_filter(text)
    assert REFUSED[text] in str(refused.value)
    assert len(str(refused.value)) < 500

"""The reader's language: Russian words, plurals, dates and numbers, and English for what is not known."""

from collections.abc import Iterator
from datetime import date

import pytest

from dashboard import chips, i18n, names, words
from dashboard.i18n import month, number, tr, trn
from geo.query import Query
from geo.records import Event

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Speak Russian during a test, and English after it."""
    i18n.use("ru")
    yield
    i18n.use(None)


def test_an_unknown_language_or_sentence_is_english() -> None:
    """Nothing of an address is believed, and nothing is left empty."""
    assert tr("Words that nobody translated {n}", n=1) == "Words that nobody translated 1"
    for code in (None, "", "xx", "../en"):
        i18n.use(code)
        assert (i18n.language(), tr("Map")) == ("en", "Map")


@pytest.mark.parametrize(
    ("n", "told"), [(1, "1 строка"), (3, "3 строки"), (11, "11 строк"), (1000, f"1{NBSP}000 строк")]
)
def test_a_number_takes_its_form(n: int, told: str) -> None:
    """Three forms, and thousands apart."""
    assert trn("{n} row", "{n} rows", n) == told


def test_numbers_are_written_as_russians_do() -> None:
    """A comma for the decimals, a space between the thousands."""
    assert (number(1344), number(1344.25, 1)) == (f"1{NBSP}344", f"1{NBSP}344,2")
    assert words.kilometres(0.64) == f"0,6{NBSP}км"


@pytest.mark.parametrize(
    ("start", "end", "precision", "told"),
    [
        (date(2024, 4, 15), date(2024, 4, 18), "day", "15–18 апреля 2024 г."),
        (date(2024, 3, 30), date(2024, 4, 2), "day", "30 марта – 2 апреля 2024 г."),
        (date(2023, 12, 30), date(2024, 1, 2), "day", "30 декабря 2023 г. – 2 января 2024 г."),
        (date(2024, 4, 1), date(2024, 4, 30), "month", "апрель 2024 г."),
        (date(2024, 3, 1), date(2024, 4, 30), "month", "март – апрель 2024 г."),
        (date(2024, 4, 1), None, "month", "С апреля 2024 г."),
        (date(1992, 1, 1), date(1997, 12, 31), "year", "1992–1997 гг."),
        (None, None, "unknown", "Дата неизвестна"),
    ],
)
def test_dates_read_as_russians_write_them(start: date | None, end: date | None, precision: str, told: str) -> None:
    """Months in their case, "г." after the year."""
    assert words.dates(start, end, precision) == told.replace(" г", f"{NBSP}г")


def test_months_stand_alone_in_another_case() -> None:
    """Апрель, but 15 апреля."""
    assert (month(4), month(4, alone=True)) == ("апреля", "апрель")


def test_countries_and_borders_have_russian_names() -> None:
    """Sorted by them; English is untouched by it."""
    assert names.country("TJ") == "Таджикистан"
    assert names.border_pairs()["AF-TJ"] == "Афганистан – Таджикистан"
    i18n.use("en")
    assert names.border_pairs()["AF-TJ"] == "Afghanistan – Tajikistan"


def test_a_filter_is_told_in_russian() -> None:
    """Chips speak the reader's language; their keys do not."""
    query = Query.from_params(
        {"text": "мост {text}", "kind": "exercise", "not_status": "denied", "border": "AF-TJ", "within_km": "20"}
    )
    assert [chip["text"] for chip in chips.chips(query)] == [
        "«мост {text}»",
        "Учения",
        "Кроме: Опровергается",
        f"До 20{NBSP}км от границы Афганистан – Таджикистан",
    ]
    assert chips.chips(query)[1]["key"] == "kind=exercise"


def test_a_distance_is_a_sentence() -> None:
    """With the border in brackets, so that no name need change its case."""
    event = Event("e", "E", "exercise", "completed", border="AF-TJ", border_km=12.0, radius_km=3.0)
    told = words.border_distance(event, "граница Афганистан – Таджикистан")
    assert told == f"Расстояние около 12{NBSP}км (граница Афганистан – Таджикистан), ± 3{NBSP}км."

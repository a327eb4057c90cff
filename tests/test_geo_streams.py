"""Long answers are cut into stretches of days that follow each other."""

from datetime import date

from geo.streams import _cut_months


def test_stretches_are_of_about_as_many_rows_and_lose_no_month() -> None:
    """Twelve months of which one holds half of all rows."""
    months = [(date(2020, month, 1), 110 if month == 6 else 10) for month in range(1, 13)]
    stretches = _cut_months(months, 3)
    assert [month for taken in stretches for month in taken] == [month for month, _ in months]
    assert len(stretches) == 3


def test_nothing_dated_gives_no_stretch() -> None:
    """Undated events alone come in a look of their own."""
    assert _cut_months([], 0) == []

"""What the words of a date say, not yet when: the record that the grammar makes and the calendar resolves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from geo.date_tokens import Tokens


@dataclass(frozen=True, slots=True)
class Part:
    """
    One point or period as the words say it, before any anchor is known.

    Attributes
    ----------
    shape
        calendar, numeric, weekday, day_of_month, relative_day, relative_unit, rolling, ago, later.
    year, year_shift
        Year as written; or relative to the anchor (0 this, -1 last). Both None: not said.
    months, days
        First and last month, first day and last day (0: the month's last). ``months=(12, 2)`` crosses the year.
    shift
        -1 last, 0 this, +1 next; for relative days and "N ago" the signed number of units; None: not said.
    bound
        Part of a relative unit: to_date, earlier, later, early, mid, late.
    weak
        Why the words alone are not yet a date ("May" needs "in May"); empty: they are.
    """

    shape: str
    year: int | None = None
    year_shift: int | None = None
    same_year: bool = False
    years: int = 1
    months: tuple[int, int] = (1, 12)
    days: tuple[int, int] = (1, 0)
    precision: str = "day"
    weekday: int | None = None
    today: int | None = None
    shift: int | None = None
    unit: str = ""
    bound: str = ""
    readings: tuple[tuple[int, int, int], ...] = ()
    weak: str = ""

    @property
    def has_day(self) -> bool:
        """Whether it names one day of one month."""
        return self.shape in ("calendar", "numeric") and self.precision == "day"


@dataclass(frozen=True, slots=True)
class Unit:
    """A part with its tokens ``first:last``."""

    part: Part
    first: int
    last: int


class Take:
    """What a rule matched: values and words by group name."""

    def __init__(self, tokens: Tokens, found: re.Match[str], suffix: str) -> None:
        self.tokens, self.found, self.suffix = tokens, found, suffix

    def at(self, name: str) -> int:
        """The token of a group, or -1."""
        if name + self.suffix not in self.found.re.groupindex:
            return -1
        return self.found.start(name + self.suffix)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - numbers and words alike
        at = self.at(name)
        return self.tokens.values[at] if at >= 0 else None

    def __contains__(self, name: str) -> bool:
        return self.at(name) >= 0

    def word(self, name: str) -> str:
        """The words of a token in lower case."""
        at = self.at(name)
        return self.tokens.text[self.tokens.starts[at] : self.tokens.ends[at]].lower() if at >= 0 else ""

    def kind(self, name: str) -> str:
        """The kind letter of a group's token."""
        at = self.at(name)
        return self.tokens.codes[at] if at >= 0 else ""

    @property
    def before(self) -> str:
        """Up to 40 characters before the match."""
        start = self.tokens.starts[self.found.start()]
        return self.tokens.text[max(0, start - 40) : start]

    @property
    def end(self) -> int:
        """Where the match ends in the text."""
        return self.tokens.ends[self.found.end() - 1]

    def tail(self, part: Part) -> Part:
        """Add what is said about year and weekday around a day or month."""
        weekday = self["weekday2"] if self["weekday"] is None else self["weekday"]
        year = self["yearin"] if self["year"] is None else self["year"]
        shift = 0 if "tg" in self else self["ydir"]
        same = "same" in self
        return replace(part, year=year, year_shift=shift, same_year=same, weekday=weekday, today=self["today"])

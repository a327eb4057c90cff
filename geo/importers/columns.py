"""Columns of text into columns of numbers, days and codes, a whole batch at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0)?")
_NUMERIC = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ,].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[- ]+([^\W\d]+)\.?[-, ]+(\d{4})(?: г\.?)?(?: \d.*)?")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_YEAR_ONLY = re.compile(r"(\d{4})(?:\.0)?")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan янв", "feb фев", "mar мар", "apr апр", "may мая май", "jun июн", "jul июл", "aug авг"),
            *("sep сен", "oct окт", "nov ноя", "dec дек"),
        ),
        1,
    )
    for name in names.split()
}

Text = pa.StringArray


def texts(columns: Mapping[str, pa.Array], *names: str, rows: int) -> Text:
    """Return the first of the named columns that is there, trimmed; otherwise empty texts."""
    found = next((columns[name] for name in names if name in columns), None)
    return pa.array([""], pa.string()).take(pa.array(np.zeros(rows, "int8"))) if found is None else trim(found)


def trim(column: Text) -> Text:
    """Return text without the white space around it."""
    return pc.utf8_trim_whitespace(column)


def none_if_empty(column: Text) -> Text:
    """Return null for empty text."""
    return pc.if_else(pc.equal(column, ""), None, column)


def by_value(column: pa.Array, of: Callable[[Any], Any], kind: pa.DataType) -> pa.Array:
    """Return a function's result for each cell, asking it once per distinct value."""
    encoded = column.dictionary_encode()
    return pa.array([of(value) for value in encoded.dictionary.to_pylist()], kind).take(encoded.indices)


def filled(text: Text) -> np.ndarray:
    """Return where text is not empty."""
    return pc.not_equal(text, "").to_numpy(zero_copy_only=False)


def to_numbers(text: Text) -> np.ndarray:
    """Return numbers, NaN where the text is none; a decimal comma is understood."""
    try:
        return _cast(none_if_empty(text))
    except pa.ArrowInvalid:
        return by_value(text, to_number, pa.float64()).to_numpy(zero_copy_only=False)


def _cast(text: pa.Array) -> np.ndarray:
    return pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)


def to_number(text: str) -> float:
    """Return the number a text says, NaN for anything else."""
    try:
        return float(text.replace("\u2212", "-").replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return float("nan")


def to_codes(text: Text) -> Text:
    """Return whole numbers as a spreadsheet did not spoil them: ``3.0`` as ``3``."""
    spoiled = pc.any(pc.match_substring(text, ".0")).as_py()
    return pc.replace_substring_regex(text, r"^(-?\d+)\.0+$", r"\1") if spoiled else text


def by_code(text: Text, of: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Return a function's result for each code, mended as `to_codes` does, asking it once per distinct one."""
    encoded = text.dictionary_encode()
    return pa.array([of(code) for code in to_codes(encoded.dictionary).to_pylist()], kind).take(encoded.indices)


class Days:
    """
    Reads days, remembering those it has read.

    Parameters
    ----------
    month_first
        How ``04/05/2024`` is meant; where one number is above 12 the other is the month.
    """

    def __init__(self, *, month_first: bool = False) -> None:
        self._month_first = month_first
        self._known: dict[str, tuple[date | None, str]] = {"": (None, "")}

    def read(self, text: Text) -> pa.Array:
        """Return days, null for none; a month or year as its first day."""
        quick = _read_iso(text)
        return quick if quick is not None else by_value(text, lambda value: self.parse(value)[0], pa.date32())

    def read_exactly(self, text: Text) -> tuple[pa.Array, Text]:
        """Return days, and how exact each was written: ``day``, ``month``, ``year``, or empty for none."""
        quick = _read_iso(text)
        if quick is not None:
            return quick, pc.if_else(pc.is_valid(quick), "day", "")
        return self.read(text), by_value(text, lambda value: self.parse(value)[1], pa.string())

    def parse(self, text: str) -> tuple[date | None, str]:
        """Return one day and its exactness; a month or year as its first day."""
        known = self._known  # another thread may put a new one in its place
        if text not in known:
            if len(known) > 100_000:  # 270 years of days; anything beyond is not worth its memory
                known = self._known = {"": (None, "")}
            try:
                known[text] = self._parse(text)
            except ValueError:
                known[text] = (None, "")
        return known[text]

    def _parse(self, text: str) -> tuple[date | None, str]:
        for pattern in (_ISO, _COMPACT):
            if found := pattern.fullmatch(text):
                return date(*map(int, found.groups()[:3])), "day"
        if found := _NUMERIC.fullmatch(text):
            one, two, year = map(int, found.groups())
            swap = one <= 12 and (self._month_first or two > 12)
            return date(year, one, two) if swap else date(year, two, one), "day"
        return self._parse_words(text)

    def _parse_words(self, text: str) -> tuple[date | None, str]:
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), _month(found[2]), int(found[1])), "day"
        if found := _MONTH_FIRST.fullmatch(text):
            return date(int(found[3]), _month(found[1]), int(found[2])), "day"
        if found := _YEAR_MONTH.fullmatch(text):
            return date(int(found[1]), int(found[2]), 1), "month"
        if found := _YEAR_ONLY.fullmatch(text):
            return date(int(found[1]), 1, 1), "year"
        return None, ""


def _read_iso(text: Text) -> pa.Array | None:
    """Return the days of a column that has nothing but ISO dates (and times after them), None for any other."""
    if len(text) and text[0].as_py()[4:5] not in ("", "-"):  # casting a whole column in vain is slow
        return None
    rest = pc.unique(pc.utf8_slice_codeunits(text, 10, 11)).to_pylist()
    if not set(rest) <= {"", " ", "T"}:
        return None
    try:
        return pc.cast(none_if_empty(pc.utf8_slice_codeunits(text, 0, 10)), pa.date32())
    except pa.ArrowInvalid:
        return None


def _month(word: str) -> int:
    number = _MONTHS.get(word.lower()[:3])
    if number is None:
        raise ValueError(word)
    return number


def month_bounds(day: date) -> tuple[date, date]:
    """Return the first and last day of a day's month."""
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.replace(day=1), last


def shift_days(day: pa.Array, by: int) -> pa.Array:
    """Return days that many days later."""
    return pc.cast(pc.add(pc.cast(day, pa.int32()), pa.scalar(by, pa.int32())), pa.date32())


def day_of(value: object) -> str:
    """Return a spreadsheet's cell as text: days without a time of day, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def join(*parts: pa.Array | str, between: str = "") -> Text:
    """Return texts put together cell by cell; a null makes the result null."""
    return pc.binary_join_element_wise(*parts, between)


def join_some(*parts: Text, between: str) -> Text:
    """Return the texts that are not empty put together cell by cell."""
    joined, *rest = (part.fill_null("") for part in parts)
    for part in rest:  # not null_handling="skip": pyarrow 26 leaves rows out in which all parts are null
        both = pc.and_(pc.not_equal(joined, ""), pc.not_equal(part, ""))
        joined = pc.binary_join_element_wise(joined, part, pc.if_else(both, between, ""))
    return joined


def to_lists(*columns: Text) -> pa.Array:
    """Return one list per row of the distinct texts that are not empty, in the order of the columns."""
    rows = len(columns[0])
    cells = np.array([filled(column) for column in columns])
    for n, column in enumerate(columns):
        for earlier in columns[:n]:
            cells[n] &= pc.not_equal(column, earlier).to_numpy(zero_copy_only=False)
    flat = pa.concat_arrays([*columns]).take(pa.array(_by_row(cells)))
    offsets = np.concatenate(([0], np.cumsum(cells.sum(axis=0)))).astype("int32")
    return pa.ListArray.from_arrays(pa.array(offsets), flat) if rows else pa.array([], pa.list_(pa.string()))


def _by_row(cells: np.ndarray) -> np.ndarray:
    """Return the flat positions (column after column) of the true cells, row by row."""
    row, column = np.nonzero(cells.T)
    return column * cells.shape[1] + row


def split_lists(text: Text) -> pa.Array:
    """Return the parts of texts divided by semicolons, as lists; nothing for an empty text."""
    lists = pc.split_pattern_regex(text.fill_null(""), pattern=r"\s*;\s*")
    flat = trim(lists.flatten())
    keep = filled(flat)
    offsets = np.concatenate(([0], np.cumsum(keep)))[lists.offsets.to_numpy()]
    return pa.ListArray.from_arrays(pa.array(offsets.astype("int32")), flat.filter(pa.array(keep)))

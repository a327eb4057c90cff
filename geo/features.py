"""The one table: its columns, its checks, and the way between Event records and a GeoDataFrame."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import InvalidRecord
from geo.records import DATE_PRECISIONS, KINDS, LOCATION_PRECISIONS, REVIEWS, STATUSES, Event

CRS = "EPSG:4326"
COORDINATE_DECIMALS = 7  # about 1 cm on the ground; RFC 7946 §11.2 advises against more
FAULTS_SHOWN = 100  # a longer list helps nobody; the number of the others is still given

TEXTS = (
    *("id", "dataset", "title", "kind", "status", "date_precision", "place", "country", "location_precision"),
    *("border", "source_url", "source_name", "licence", "review"),
)
REQUIRED_TEXTS = ("id", "dataset", "title", "kind", "status", "date_precision", "location_precision", "review")
DATES = ("start", "end", "published")
NUMBERS = ("radius_km", "border_km", "border_at_km")
LISTS = ("actors", "equipment")
OBJECTS = ("evidence", "extra")
COLUMNS = (
    *("id", "dataset", "title", "kind", "status", "start", "end", "date_precision", "actors", "equipment"),
    *("place", "country", "geometry", "radius_km", "location_precision", "border", "border_km", "border_at_km"),
    *("source_url", "source_name", "licence", "published", "main", "review", "evidence", "extra"),
)

_ALLOWED = {
    "kind": KINDS,
    "status": STATUSES,
    "date_precision": DATE_PRECISIONS,
    "location_precision": LOCATION_PRECISIONS,
    "review": REVIEWS,
}
Rule = Callable[[object], str | None]  # takes a value, returns the rule it breaks
_COUNTRY = re.compile(r"[A-Z]{2}")
_PAIR = re.compile(r"[A-Z]{2}-[A-Z]{2}")


def to_columns(events: Iterable[Event]) -> dict[str, list[Any]]:
    """Return the cells of the one table as plain lists by column; see `to_features` for what is in them."""
    rows = list(events)
    columns: dict[str, list[Any]] = {name: [getattr(event, name) for event in rows] for name in COLUMNS}
    for name in LISTS:
        columns[name] = [list(value) for value in columns[name]]
    for name in NUMBERS:
        columns[name] = [math.nan if value is None else value for value in columns[name]]
    return columns


def to_features(events: Iterable[Event]) -> gpd.GeoDataFrame:
    """
    Put events into the one table, a row each, in the order given.

    Parameters
    ----------
    events
        May be empty: the table then has every column and no row.

    Returns
    -------
    features
        EPSG:4326, columns `COLUMNS`. Texts and days are Python objects with None for nothing (days are `date`),
        kilometres are floats with NaN for nothing, lists are lists, evidence and extra are dicts. Nothing is
        rounded or checked here: see `tidy_geometry` and `check_features`.
    """
    return from_columns(to_columns(events))


def from_columns(columns: dict[str, list[Any]]) -> gpd.GeoDataFrame:
    """Build a table from plain lists by column (as a store or a file gives them); other columns come last."""
    names = [*COLUMNS, *(name for name in columns if name not in COLUMNS)]
    return gpd.GeoDataFrame({n: _column(n, columns[n]) for n in names}, geometry="geometry", crs=CRS)


def _column(name: str, values: list[Any]) -> pd.Series | gpd.GeoSeries:
    """Return the values with the column's one dtype, so that an empty table looks like a full one."""
    if name == "geometry":
        return gpd.GeoSeries(values, crs=CRS)
    if name in NUMBERS:
        return pd.Series(values, dtype="float64")
    if name == "main":
        return pd.Series(values, dtype="bool")
    return pd.Series(values, dtype="object")


def to_events(features: gpd.GeoDataFrame, *, checked: bool = False) -> list[Event]:
    """
    Turn rows of the one table back into Event records, in the table's order; other columns are ignored.

    Parameters
    ----------
    checked
        True for a table that `check_features` has passed already.

    Raises
    ------
    InvalidRecord
        When the table breaks its rules; the message lists every fault.
    """
    if not checked:
        check_features(features)
    columns = (_record_values(name, features[name]) for name in COLUMNS)
    return [Event(**dict(zip(COLUMNS, row, strict=True))) for row in zip(*columns, strict=True)]


def _record_values(name: str, values: pd.Series) -> Iterator[object]:
    """Yield a column's values as Event holds them: tuples, None for NaN, Python's own bool."""
    if name in LISTS:
        return map(tuple, values)
    if name in NUMBERS:
        return (None if np.isnan(value) else float(value) for value in values)
    return map(bool, values) if name == "main" else iter(values)


def tidy_geometry(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    Bring geometries into the form that is stored and exported.

    Two dimensions, coordinates rounded to 7 decimals, outer rings counter-clockwise (the right-hand rule of
    RFC 7946 §3.1.6). Doing it again changes nothing. Nulls stay null.
    """
    return gpd.GeoSeries(tidy_shapes(geometry.to_numpy()), index=geometry.index, crs=CRS)


def tidy_shapes(shapes: np.ndarray) -> np.ndarray:
    """Do what `tidy_geometry` does for an array of geometries."""
    flat = shapely.force_2d(shapes)
    rounded = shapely.transform(flat, lambda xy: np.round(xy, COORDINATE_DECIMALS) + 0.0)  # + 0.0: no "-0.0"
    return shapely.orient_polygons(rounded)


def check_features(features: gpd.GeoDataFrame) -> None:
    """
    Check a table against the rules of the one table, and report all its faults at once.

    Raises
    ------
    InvalidRecord
        One line per fault with the value, the rule and the event it concerns (the first 100; the rest are counted).
    """
    _report(list(_table_faults(features)))
    check_columns(features)


def check_columns(columns: Mapping[str, Iterable[Any]]) -> None:
    """Do what `check_features` does for the cells alone, as `to_columns` gives them."""
    _report(list(_row_faults(columns)))


def _report(faults: list[str]) -> None:
    if faults:
        more = f"\n... and {len(faults) - FAULTS_SHOWN} more." if len(faults) > FAULTS_SHOWN else ""
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidRecord(f"The table has {count}:\n" + "\n".join(faults[:FAULTS_SHOWN]) + more)


def _table_faults(features: gpd.GeoDataFrame) -> Iterator[str]:
    missing = [name for name in COLUMNS if name not in features.columns]
    if missing:
        yield f"The table lacks the columns {', '.join(missing)}; expected {', '.join(COLUMNS)}."
    elif features.crs is None or not features.crs.equals(CRS, ignore_axis_order=True):
        yield f"The table has crs={str(features.crs)!r}; expected {CRS}, degrees."


def _row_faults(columns: Mapping[str, Iterable[Any]]) -> Iterator[str]:
    ids = list(columns["id"])
    for name, fault in _CHECKS:
        for subject, value in zip(ids, columns[name], strict=True):
            rule = fault(value)
            if rule:
                yield f"Event {_show(subject)} has {name}={_show(value)}; expected {rule}."
    for value, count in Counter(value for value in ids if isinstance(value, str)).items():
        if count > 1:
            yield f"Event {_show(value)} comes {count} times; expected an id that is given once."
    for subject, start, end in zip(ids, columns["start"], columns["end"], strict=True):
        if _day(start) and _day(end) and start > end:
            yield f"Event {_show(subject)} ends on {end} before it starts on {start}."


def _show(value: object) -> str:
    """Quote a value for a message: printable (ascii for the unprintable), and never longer than a line."""
    text = repr(value[:60]) if isinstance(value, str) else str(value)
    return text.encode("utf-8", "backslashreplace").decode()[:80]


def check_text(value: str) -> str | None:
    """Return the rule that a text breaks, or None: it must be encodable, so that no store or file chokes on it."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return f"text without lone surrogates (found one at character {error.start})"
    return None


def _text(value: object) -> str | None:
    return None if value is None else _required(value)


def _required(value: object) -> str | None:
    return check_text(value) if isinstance(value, str) else "text"


def _identifier(value: object) -> str | None:
    fault = _required(value)
    return fault or (None if value.strip() and "\0" not in value else "a short unique text")


def _one_of(allowed: tuple[str, ...]) -> Rule:
    return lambda value: None if isinstance(value, str) and value in allowed else f"one of {', '.join(allowed)}"


def _matching(pattern: re.Pattern[str], example: str) -> Rule:
    def rule(value: object) -> str | None:
        ok = value is None or (isinstance(value, str) and pattern.fullmatch(value))
        return None if ok else f"a code such as {example}, or none"

    return rule


def _day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)  # a datetime is a date to isinstance


def _date(value: object) -> str | None:
    return None if value is None or _day(value) else "a day (datetime.date), or none"


def _kilometres(value: object) -> str | None:
    ok = isinstance(value, float | int | np.floating | np.integer) and (
        math.isnan(value) or (value >= 0 and math.isfinite(value))
    )
    return None if ok else "kilometres of 0 or more, or none"


def _radius(value: object) -> str | None:
    return _kilometres(value) or ("kilometres above 0, or none" if value == 0 else None)


def _texts(value: object) -> str | None:
    if not isinstance(value, list):
        return "a list of texts"
    return next((fault for fault in map(_required, value) if fault), None)


def _json(value: object) -> str | None:
    if not isinstance(value, dict):
        return "an object (dict)"
    try:
        return check_text(json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True))
    except (TypeError, ValueError, RecursionError) as error:
        return f"an object that JSON can hold ({error})"


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool | np.bool_) else "true or false"


def _geometry(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, shapely.Geometry):
        return "a geometry, or none"
    west, south, east, north = value.bounds or (np.nan,) * 4
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):  # also false for NaN and for empty
        return "coordinates (lon, lat) inside [-180, 180] and [-90, 90], and at least one"
    return None if value.is_valid else f"a valid geometry ({shapely.is_valid_reason(value)})"


_CHECKS: tuple[tuple[str, Rule], ...] = (
    ("id", _identifier),
    ("dataset", _identifier),
    ("title", _required),
    *((name, _one_of(allowed)) for name, allowed in _ALLOWED.items()),
    *((name, _date) for name in DATES),
    *((name, _texts) for name in LISTS),
    *((name, _text) for name in ("place", "source_url", "source_name", "licence")),
    ("country", _matching(_COUNTRY, "TJ")),
    ("border", _matching(_PAIR, "AF-TJ")),
    ("geometry", _geometry),
    ("radius_km", _radius),
    ("border_km", _kilometres),
    ("border_at_km", _kilometres),
    ("main", _flag),
    *((name, _json) for name in OBJECTS),
)

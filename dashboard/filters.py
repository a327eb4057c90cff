"""The filters and the query they make: read from the address once, changed by widgets and by what the browser tells."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from dashboard import bridge, names
from dashboard.chips import chips
from dashboard.i18n import date_format, language, tr
from dashboard.project import Project
from geo.errors import InvalidQuery
from geo.filters import WORDS
from geo.query import Query

__all__ = ["FIELDS", "chips", "clear", "current", "draw", "drop", "fill", "read_params", "start", "take_words"]

FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)  # what the date fields accept
WITHIN_KM = 20.0  # the limit offered first: the distance reports of the Tajik-Afghan border speak of

# Word of the address, and key of the session's state: the field of Query it sets.
FIELDS = {word: field for field, word in WORDS.items()}
# Words that mean something only together with the border.
_ALONG = ("within_km", "border_from_km", "border_to_km")


def read_params(params: Mapping[str, str]) -> tuple[Query, list[str]]:
    """
    Make a query of an address, leaving out what cannot be read.

    Returns
    -------
    query, faults
        Every parameter is tried by itself, so that one bad value does not cost the others; `faults` explains each.
    """
    good: dict[str, str] = {}
    faults = []
    for key in FIELDS:
        if key not in params:
            continue
        try:
            Query.from_params({**good, key: params[key]})
        except InvalidQuery as error:
            # A limit needs its border and the other way round: try them together before giving up.
            pair = {name: params[name] for name in ("border", "within_km") if name in params}
            if key == "border" and len(pair) == 2 and _is_good({**good, **pair}):
                good |= pair
            elif key not in good:
                faults.append(str(error))
        else:
            good[key] = params[key]
    return Query.from_params(good), faults


def _is_good(params: Mapping[str, str]) -> bool:
    try:
        Query.from_params(params)
    except InvalidQuery:
        return False
    return True


def _is_list(field: str) -> bool:
    return getattr(Query(), field) == ()


def fill(query: Query) -> None:
    """Put a query into the session's state, where the widgets find it."""
    for key, field in FIELDS.items():
        value = getattr(query, field)
        st.session_state[key] = list(value) if _is_list(field) else value
    st.session_state["within_km"] = query.within_km or WITHIN_KM


def start(params: Mapping[str, str]) -> None:
    """Fill the widgets from the address when a session begins."""
    if "filters_ready" in st.session_state:
        return
    query, faults = read_params(params)
    fill(query)
    if query.border is None:
        del st.session_state["border"]  # a set value would have the list of all borders sent once more
    st.session_state["filters_ready"] = True
    st.session_state["address_faults"] = faults
    st.session_state["event"] = params.get("event")


def clear() -> None:
    """Reset every filter."""
    fill(Query())
    st.session_state["address_faults"] = []


def _told(name: str) -> Any:  # noqa: ANN401 - what the browser sent; checked where it is used
    return (st.session_state.get("bridge") or {}).get(name)


def take_range() -> None:
    """Take the range of the timeline's brush into the date fields."""
    ends = _told("range")
    if isinstance(ends, list) and len(ends) == 2:
        days = zip(("from", "to"), ends, strict=True)
        query, _ = read_params({key: day for key, day in days if isinstance(day, str)})
        st.session_state["from"], st.session_state["to"] = query.start, query.end


def take_area() -> None:
    """Take the map's view as a filter: only what lies in it."""
    query, _ = read_params({"bbox": str(_told("area"))})
    st.session_state["bbox"] = query.bbox


def take_words() -> None:
    """Take some words of a query, as ``{"kind": "aid", "not_kind": ""}``: an empty one lifts its filter."""
    given = _told("words")
    if isinstance(given, dict):
        changed = {key: "" if text is None else str(text) for key, text in given.items() if key in FIELDS}
        params = {**_last().to_params(), **changed}
        fill(read_params(params)[0])


def take_query() -> None:
    """Take a whole query as the query string it was written as: what undo and redo go back to."""
    given = _told("query")
    if isinstance(given, str):
        fill(read_params(dict(parse_qsl(given)))[0])


def drop() -> None:
    """Remove the filter whose chip was pressed: ``dates``, ``border``, or one value of a list as ``kind=exercise``."""
    key, _, value = str(_told("drop")).partition("=")
    if key == "dates":
        st.session_state["from"] = st.session_state["to"] = None
    elif key == "stretch":
        st.session_state["border_from_km"] = st.session_state["border_to_km"] = None
    elif key in FIELDS and value and isinstance(st.session_state[key], list):
        st.session_state[key] = [kept for kept in st.session_state[key] if kept != value]
    elif key in FIELDS:
        st.session_state[key] = getattr(Query(), FIELDS[key])


def _last() -> Query:
    return st.session_state.get("last_query", Query())


def current() -> Query:
    """Return the query the session's state stands for; raise InvalidQuery for reversed dates."""
    state: Mapping[str, Any] = st.session_state
    values = {field: state.get(key, getattr(Query(), field)) for key, field in FIELDS.items()}
    for field, value in values.items():
        if isinstance(value, list):
            values[field] = tuple(value)
    if values["border"] is None:
        values |= dict.fromkeys(_ALONG)
    values["datasets"] = values["datasets"] or ()  # no widget, no value
    values["text"] = (values["text"] or "").strip()
    return Query(**values)


def _slide() -> None:
    first, last = st.session_state["slider"]
    low, high = st.session_state["slider_span"]
    st.session_state["from"] = None if first <= low else first
    st.session_state["to"] = None if last >= high else last


def _draw_dates(span: tuple[date, date] | None) -> None:
    left, right = st.columns(2, gap="small")
    limits = {"min_value": FIRST_DAY, "max_value": LAST_DAY, "format": date_format()}
    left.date_input(tr("From"), key="from", **limits)
    right.date_input(tr("To"), key="to", **limits)
    if span is None or span[0] == span[1]:
        return
    low, high = span
    st.session_state["slider_span"] = span
    first, last = (min(max(st.session_state[key] or edge, low), high) for key, edge in (("from", low), ("to", high)))
    st.session_state["slider"] = (min(first, last), max(first, last))
    months = "MMM YYYY" if language() == "en" else "MM.YYYY"  # the slider knows English names only
    label = tr("Date range")
    st.slider(label, low, high, key="slider", on_change=_slide, format=months, label_visibility="collapsed")


def _leave_border() -> None:
    st.session_state["border_from_km"] = st.session_state["border_to_km"] = None  # they were measured along the other


def _draw_border() -> None:
    pairs = names.border_pairs()
    with st.container(key="border_row"):
        left, right = st.columns([2.6, 1], gap="small")
        left.selectbox(
            tr("Near the border"),
            list(pairs),
            key="border",
            index=None,
            format_func=lambda pair: pairs.get(pair, pair),
            placeholder=tr("Any place"),
            on_change=_leave_border,
        )
        off = not st.session_state["border"]
        right.number_input(tr("Within km"), 1.0, 2000.0, key="within_km", step=5.0, format="%g", disabled=off)


def draw(project: Project) -> Query:
    """
    Draw the filters and return their query.

    A reversed range keeps the last good query on the screen and says what to change.
    """
    st.text_input(tr("Search"), key="text", placeholder=tr("Words in title, place, actor …"))
    _draw_dates(project.engine.span())
    _draw_border()
    bridge.draw_facets()
    maybe = tr("Dates or distances that may or may not fall within the filter.")
    passing = tr("What a report only mentions in passing, as “since 1992”.")
    st.toggle(tr("Possible matches"), key="possible", help=maybe)
    st.toggle(tr("Background events"), key="background", help=passing)
    try:
        query = current()
    except InvalidQuery:
        st.error(tr("The first day is after the last. Change one of them; the map keeps the dates from before."))
        query = _last()
    st.session_state["last_query"] = query
    return query

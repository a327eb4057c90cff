"""The one channel between Python and what the browser draws: the query goes out, choices come back."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import facets, table
from dashboard.assets import read_static
from dashboard.snapshot import DRAWING
from dashboard.style import to_client
from geo.filters import WORDS

_component = st.components.v2.component(
    "borderwatch_bridge",
    html='<div class="actions"></div>',
    css=read_static("bridge.css"),
    js=read_static("dom.js", "save.js", "bridge.js"),
)
_TIMELINE = ("_time", "_draw", "_tip", "_input", "_tools", "_counts", "")  # the last starts the others
_timeline = st.components.v2.component(
    "borderwatch_timeline",
    html='<div class="timeline"></div>',
    css=read_static("timeline.css"),
    js=read_static("dom.js", *(f"timeline{part}.js" for part in _TIMELINE)),
)
_panel = st.components.v2.component(
    "borderwatch_panel",
    html='<div class="panel"></div>',
    css=read_static("panel.css"),
    js=read_static("dom.js", "symbols.js", "panel.js"),
)
_facets = st.components.v2.component(
    "borderwatch_facets",
    html='<div class="facets"></div>',
    css=read_static("facets.css"),
    js=read_static("dom.js", "symbols.js", "facets.js"),
)
_chips = st.components.v2.component(
    "borderwatch_chips",
    html='<div class="strip"></div>',
    css=read_static("chips.css"),
    js=read_static("dom.js", "chips.js"),
)
_table = st.components.v2.component(
    "borderwatch_table",
    html='<div class="table"></div>',
    css=read_static("table.css"),
    js=read_static("dom.js", "symbols.js", "table.js"),
)
_profile = st.components.v2.component(
    "borderwatch_profile",
    html='<div class="profile"></div>',
    css=read_static("profile.css"),
    js=read_static("dom.js", "symbols.js", "profile.js"),
)
_statistics = st.components.v2.component(
    "borderwatch_statistics",
    html='<div class="statistics"></div>',
    css=read_static("statistics.css"),
    js=read_static("dom.js", "statistics.js"),
)
_report = st.components.v2.component(
    "borderwatch_report",
    html='<div class="report"></div>',
    css=read_static("canvas.css", "report.css"),
    js=read_static(*DRAWING, "report.js"),
)
_note = st.components.v2.component(
    "borderwatch_note",
    html='<div class="note-box"></div>',
    css=read_static("note.css"),
    js=read_static("dom.js", "note.js"),
)
_pages = st.components.v2.component(
    "borderwatch_pages",
    html='<div class="bar"></div>',
    css=read_static("pages.css"),
    js=read_static("dom.js", "pages.js"),
)
_reading = st.components.v2.component(
    "borderwatch_reading",
    html='<div class="reading"></div>',
    css=read_static("reading.css"),
    js=read_static("dom.js", "symbols.js", "reading.js"),
)


def channel() -> str:
    """Return the name of this session's channel: two browser tabs never hear each other."""
    return st.session_state.setdefault("channel", f"borderwatch-{uuid.uuid4().hex}")


def draft_channel() -> str:
    """Return the name of the channel between a report being added and its map."""
    return channel() + "-draft"


def connect(
    query: str,
    *,
    event: str | None,
    stamp: int,
    chips: list[dict[str, str]],
    calls: Mapping[str, Callable[[], None]],
    page: str,
) -> None:
    """
    Tell the browser what to show, and hear what the reader chose there.

    Parameters
    ----------
    query
        The filter as a query string, the words of `geo.query.Query.to_params`.
    event
        Id of the chosen event, or None.
    stamp
        A number that changes with the store, so that an unchanged query is asked again.
    chips
        The filters in force, in words.
    calls
        What to call when the browser tells of ``range`` (the timeline's brush was released), ``area`` (the view is
        to be a filter), ``words`` (parts of the query are to change), ``query`` (undo, redo), ``drop`` (a chip was
        pressed) and ``reset`` (all filters are to be cleared).
    page
        Path of the page, so that its address is written anew when it changes.
    """
    data = {"channel": channel(), "query": query, "event": event, "stamp": stamp, "chips": chips, "page": page}
    data["words"] = [*WORDS.values()]  # what else an address carries belongs to what the browser draws
    _component(key="bridge", data=data, **{f"on_{name}_change": call for name, call in calls.items()})


def draw_pages(page: str, title: str) -> None:
    """Draw what leads through the page: links past the filters, and on a phone the buttons for filters and pages."""
    _pages(key="pagebar", data={"channel": channel(), "page": page, "title": title})


def draw_timeline() -> None:
    """Draw the histogram with its brush and the line of counts."""
    _timeline(key="timeline", data={"channel": channel(), "style": to_client()}, height="stretch")


def draw_panel(*, only_card: bool = False) -> None:
    """Draw the list of what is shown, and the card of the chosen event; `only_card` leaves the list out."""
    _panel(key="panel", data={"channel": channel(), "style": to_client(), "only_card": only_card}, height="stretch")


def draw_facets() -> None:
    """Draw the lists of choices with their counts."""
    _facets(key="facets", data={"channel": channel(), "style": to_client(), "facets": facets.to_client()})


def draw_chips() -> None:
    """Draw the strip of the filters in force, with undo and redo."""
    _chips(key="chips", data={"channel": channel()})


def draw_table() -> None:
    """Draw the table, which fetches its pages by itself."""
    _table(key="table", data={"channel": channel(), "style": to_client(), "table": table.to_client()}, height="stretch")


def draw_profile() -> None:
    """Draw the border profile: distance along a border against time."""
    _profile(key="profile", data={"channel": channel(), "style": to_client()}, height="stretch")


def draw_statistics() -> None:
    """Draw the tables of counts, which fetch their numbers by themselves."""
    _statistics(key="statistics", data={"channel": channel(), "style": to_client()})


def draw_report() -> None:
    """Draw the report, which fetches its pages by itself."""
    _report(key="report", data={"channel": channel()})


def draw_heading(title: str, text: str) -> None:
    """Write a page's title and one sentence."""
    _note(data={"title": title, "text": text, "tone": "heading"})


def draw_notice(title: str, text: str, *, tone: str = "") -> None:
    """Write what happened and what to do; the words may come from a report, and stay words."""
    _note(data={"title": title, "text": text, "tone": tone})


def draw_reading(found: dict[str, Any], draft: list[dict[str, Any]]) -> None:
    """Show what was understood of a report, and give the map its places."""
    data = {"found": found, "draft": draft, "channel": draft_channel(), "style": to_client()}
    _reading(key="reading_view", data=data)

"""The one channel between Python and what the browser draws: the query goes out, choices come back."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import facets, table
from dashboard.assets import load_script, read_static
from dashboard.snapshot import DRAWING
from dashboard.style import to_client
from geo.filters import WORDS


def _draws(name: str, box: str, *scripts: str, styles: Sequence[str] = ()) -> Any:  # noqa: ANN401 - Streamlit's own type
    """
    Return a component: a box, its style, and a script that fetches the rest from us, once for every visitor.

    Streamlit sends a component's own script again whenever its data changes. The scripts begin when the words of the
    reader's language have come.
    """
    return st.components.v2.component(
        f"borderwatch_{name}",
        html=f'<div class="{box}"></div>',
        css=read_static(*(styles or (f"{name}.css",))),
        js=load_script(f"{name}.js", "dom.js", "wait.js", *(scripts or (f"{name}.js",))),
    )


_TIMELINE = ("_time", "_draw", "_tip", "_input", "_tools", "_counts", "")  # the last starts the others
_component = _draws("bridge", "actions", "save.js", "bridge.js")
_timeline = _draws("timeline", "timeline", *(f"timeline{part}.js" for part in _TIMELINE))
_panel = _draws("panel", "panel", "symbols.js", "panel.js")
_facets = _draws("facets", "facets", "symbols.js", "facets.js")
_chips = _draws("chips", "strip")
_table = _draws("table", "table", "symbols.js", "table.js")
_profile = _draws("profile", "profile", "symbols.js", "profile_words.js", "profile.js")
_statistics = _draws("statistics", "statistics")
_report = _draws("report", "report", *DRAWING[1:], "report.js", styles=("canvas.css", "report.css"))
_note = _draws("note", "note-box")
_pages = _draws("pages", "bar")
_reading = _draws("reading", "reading", "symbols.js", "reading.js")


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

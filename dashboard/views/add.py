"""Add a report: paste or upload it, see what was understood, then add or discard it."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import bridge, names, reading
from dashboard.map import draw_map
from dashboard.project import open_project
from geo.errors import BorderwatchError

PROMISE = "It is read on this machine; nothing is sent anywhere, and nothing is stored until you say so."
PREVIEW = "The text with its places and dates marked, a map, and the events found."


def _read() -> None:
    """Read what the form holds; an error is kept to be shown."""
    state = st.session_state
    state["reading"], state["reading_fault"] = None, None
    try:
        upload = state["report_file"]
        text, name = reading.read_upload(upload.getvalue(), upload.name) if upload else (state["report_text"], "pasted")
        given = {"published": state["report_published"], "source_name": state["report_source"] or None}
        state["reading"] = reading.read(text, name=name, **given, source_url=state["report_url"] or None)
    except BorderwatchError as error:
        state["reading_fault"] = str(error)


def _add() -> None:
    """Store what is shown; the map opens on its first event."""
    state, found = st.session_state, st.session_state["reading"]
    try:
        change = open_project().store.add(found.report, found.events, now=datetime.now(UTC), who="dashboard")
    except BorderwatchError as error:
        state["reading_fault"] = str(error)
        return
    state["reading"], state["added"] = None, (change, len(found.events))
    state["event"] = found.events[0].id if found.events else None


def _discard() -> None:
    st.session_state["reading"] = None


def _draw_form() -> None:
    with st.form("report", border=False):
        hint = "Paste a report in English or Russian …"
        st.text_area("Text of the report", key="report_text", height=300, placeholder=hint)
        st.file_uploader("… or a file (.md, .txt)", type=["md", "txt"], key="report_file")
        left, right = st.columns(2)
        help_ = "“Yesterday” counts from this day."
        left.date_input("Published", value=None, key="report_published", format="YYYY-MM-DD", help=help_)
        right.text_input("Source", key="report_source", placeholder="Name of the paper or agency")
        st.text_input("Address of the report", key="report_url", placeholder="https://…")
        st.form_submit_button("Read it", type="primary", on_click=_read)


def _draw_reading() -> None:
    found = st.session_state["reading"]
    with st.container(key="decide", horizontal=True, vertical_alignment="center"):
        st.button("Add to the map", type="primary", on_click=_add, disabled=not found.events)
        st.button("Discard", on_click=_discard)
        st.text(f"Events found: {len(found.events)}")
    with st.container(key="addmap"):
        draw_map(bridge.draft_channel(), key="draft")
    bridge.draw_reading(reading.to_reading(found, names.countries()), reading.to_draft(found))


with st.container(key="add"):
    with st.container(key="addform"):
        bridge.draw_heading("Add a report", PROMISE)
        if reading.may_edit():
            _draw_form()
        else:
            bridge.draw_notice("Adding is switched off.", "This server is shared: log in to add reports.")
        if st.session_state.get("reading_fault"):
            bridge.draw_notice("This could not be read.", st.session_state["reading_fault"], tone="error")
        if st.session_state.get("added"):
            change, count = st.session_state.pop("added")
            bridge.draw_notice(f"The report was {change}.", f"{count} event(s) are now on the map.")
    with st.container(key="addresult"):
        if st.session_state.get("reading"):
            _draw_reading()
        else:
            bridge.draw_notice("What was understood appears here.", PREVIEW, tone="empty")

"""Add a report: paste or upload it, see what was understood, then add or discard it."""

import streamlit as st

from dashboard import adding, bridge, names, reading
from dashboard.i18n import later, tr, trn
from dashboard.map import draw_map

CHANGES = {
    "added": later("The report was added."),
    "updated": later("The report was updated."),
    "unchanged": later("The report was unchanged."),
}
PROMISE = later("It is read on this machine; nothing is sent anywhere, and nothing is stored until you say so.")
PREVIEW = later("The text with its places and dates marked, a map, and the events found.")


def _draw_reading() -> None:
    found = st.session_state["reading"]
    with st.container(key="decide", horizontal=True, vertical_alignment="center"):
        st.button(tr("Add to the map"), type="primary", on_click=adding.add, disabled=not found.events)
        st.button(tr("Discard"), on_click=adding.discard)
        st.text(tr("Events found: {n}", n=len(found.events)))
    with st.container(key="addmap"):
        draw_map(bridge.draft_channel(), draft=True)
    bridge.draw_reading(reading.to_reading(found, names.countries()), reading.to_draft(found))


with st.container(key="add"):
    with st.container(key="addform"):
        bridge.draw_heading(tr("Add a report"), tr(PROMISE))
        if reading.may_edit():
            adding.draw_form()
        else:
            bridge.draw_notice(tr("Adding is switched off."), tr("This server is shared: log in to add reports."))
        if st.session_state.get("reading_fault"):
            bridge.draw_notice(tr("This could not be read."), st.session_state["reading_fault"], tone="error")
        if st.session_state.get("added"):
            change, count = st.session_state.pop("added")
            told = tr(CHANGES[change])
            bridge.draw_notice(told, trn("{n} event is now on the map.", "{n} events are now on the map.", count))
    with st.container(key="addresult"):
        if st.session_state.get("reading"):
            _draw_reading()
        else:
            bridge.draw_notice(tr("What was understood appears here."), tr(PREVIEW), tone="empty")

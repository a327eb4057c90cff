"""Adding a report: the form, and what its buttons do."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import reading
from dashboard.i18n import date_format, tr
from dashboard.project import open_project
from geo.errors import BorderwatchError


def read_form() -> None:
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


def add() -> None:
    """Store what is shown; the map opens on its first event."""
    state, found = st.session_state, st.session_state["reading"]
    if not reading.may_edit():
        return
    try:
        change = open_project().store.add(found.report, found.events, now=datetime.now(UTC), who="dashboard")
    except BorderwatchError as error:
        state["reading_fault"] = str(error)
        return
    state["reading"], state["added"] = None, (change, len(found.events))
    state["event"] = found.events[0].id if found.events else None


def discard() -> None:
    """Forget what was read."""
    st.session_state["reading"] = None


def draw_form() -> None:
    """Draw the form: text or file, day of publication, source."""
    with st.form("report", border=False):
        hint = tr("Paste a report in English or Russian …")
        st.text_area(tr("Text of the report"), key="report_text", height=300, placeholder=hint)
        st.file_uploader(tr("… or a file (.md, .txt)"), type=["md", "txt"], key="report_file", max_upload_size=8)
        left, right = st.columns(2)
        help_ = tr("“Yesterday” counts from this day.")
        left.date_input(tr("Published"), value=None, key="report_published", format=date_format(), help=help_)
        right.text_input(tr("Source"), key="report_source", placeholder=tr("Name of the paper or agency"))
        st.text_input(tr("Address of the report"), key="report_url", placeholder="https://…")
        st.form_submit_button(tr("Read it"), type="primary", on_click=read_form)

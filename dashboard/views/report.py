"""What the filters show as a text: in order of time, with places, reasons, quoted sentences and numbered sources."""

import streamlit as st

from dashboard import bridge

with st.container(key="reportbox"):
    bridge.draw_report()

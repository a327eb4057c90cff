"""The table of what is shown, with the card of the chosen row beside it."""

import streamlit as st

from dashboard import bridge

with st.container(key="stage"):
    with st.container(key="tablebox"):
        bridge.draw_table()
    with st.container(key="timebox"):
        bridge.draw_timeline()
    with st.container(key="panelbox"):
        bridge.draw_panel(only_card=True)

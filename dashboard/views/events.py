"""The map with its timeline, and the list or the chosen event's card beside it."""

import streamlit as st

from dashboard import bridge
from dashboard.map import draw_map

with st.container(key="stage"):
    with st.container(key="mapbox"):
        draw_map(bridge.channel())
    with st.container(key="timebox"):
        bridge.draw_timeline()
    with st.container(key="panelbox"):
        bridge.draw_panel()

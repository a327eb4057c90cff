"""The border profile under the map: distance along a border against time, with the list or card beside them."""

import streamlit as st

from dashboard import bridge
from dashboard.map import draw_map

with st.container(key="stage"):
    with st.container(key="mapbox"):
        draw_map(bridge.channel())
    with st.container(key="profilebox"):
        bridge.draw_profile()
    with st.container(key="timebox"):
        bridge.draw_timeline()
    with st.container(key="panelbox"):
        bridge.draw_panel()

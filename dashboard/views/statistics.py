"""Counts of what the filters show, by month, kind, actor, border and country, and how they changed."""

import streamlit as st

from dashboard import bridge

with st.container(key="statisticsbox"):
    bridge.draw_statistics()

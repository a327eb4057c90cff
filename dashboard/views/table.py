"""The table of what is shown, with the card of the chosen row beside it."""

import streamlit as st

from dashboard import bridge
from dashboard.project import open_project
from dashboard.table import ORDERS, ROWS, to_table

query = st.session_state["last_query"]
engine = open_project().engine

with st.container(key="stage"):
    with st.container(key="tablebox"):
        with st.container(key="tablehead", horizontal=True, vertical_alignment="center"):
            order = st.selectbox("Order", list(ORDERS), key="order", label_visibility="collapsed", width=190)
            st.text(f"Up to {ROWS:,} rows; the export has all.")
        rows = to_table(engine.rows(query, limit=ROWS, order=ORDERS[order]))
        chosen = st.dataframe(
            rows,
            key="table",
            height="stretch",
            hide_index=True,
            on_select="rerun",
            selection_mode="single-row",
            column_order=[name for name in rows if name != "id"],
            column_config={
                "Title": st.column_config.TextColumn(width=340),
                "± km": st.column_config.NumberColumn(format="%.4g"),
                "Border km": st.column_config.NumberColumn(format="%.3g"),
                "Report": st.column_config.LinkColumn(display_text="open"),
            },
        )
    with st.container(key="timebox"):
        bridge.draw_timeline()
    with st.container(key="panelbox"):
        bridge.draw_panel(only_card=True)

bridge.choose(rows["id"], chosen.selection.rows)

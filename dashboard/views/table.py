"""The table of what is shown."""
import streamlit as st
st.text("Table")

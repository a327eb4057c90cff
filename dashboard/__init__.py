"""The dashboard: Streamlit over the library in `geo`; no logic of the domain lives here."""

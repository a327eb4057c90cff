"""Import data: upload a file, see and correct how it is read, import it; and the datasets that are there."""

import streamlit as st

from dashboard import bridge, import_form, importing, reading
from dashboard.i18n import later, tr

PROMISE = later("Other people's event data: ACLED, UCDP GED, GDELT, GeoJSON, or any table with days or places in it.")
EMPTY = later(
    "The columns it was understood to have, and its first rows as events. Nothing is stored until you import it."
)

with st.container(key="add"):
    with st.container(key="addform"):
        bridge.draw_heading(tr("Import data"), tr(PROMISE))
        if reading.may_edit():
            import_form.draw_upload()
        else:
            bridge.draw_notice(tr("Importing is switched off."), tr("This server is shared: log in to import data."))
        import_form.draw_datasets()
    with st.container(key="addresult"):
        import_form.draw_summary()
        upload: importing.Upload | None = st.session_state.get("import_upload")
        if upload is not None and reading.may_edit():
            import_form.draw_preview(upload)
        elif "import_summary" not in st.session_state:
            bridge.draw_notice(tr("How the file is read appears here."), tr(EMPTY), tone="empty")

"""The page around every view: style, header, filters, and the bridge that tells the browser what to show."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import bridge, filters, i18n
from dashboard.assets import STATIC, read_static
from dashboard.i18n import later, tr
from dashboard.project import open_project
from dashboard.routes import export_bytes
from geo.errors import BorderwatchError
from geo.exports import FORMATS
from geo.query import Query

later("GeoJSON, line by line")  # the one label of geo.exports.FORMATS that has words
VIEWS = Path(__file__).resolve().parent / "views"
BRAND = '<div class="brand"><i></i>Borderwatch</div>'
ICON = STATIC / "icon.svg"


def main() -> None:
    """Draw the page."""
    _choose_language()
    st.set_page_config(page_title="Borderwatch", page_icon=str(ICON), layout="wide", initial_sidebar_state="locked")
    st.html(f"<style>{read_static('page.css')}</style>")
    pages = [
        st.Page(VIEWS / "events.py", title=tr("Map"), url_path="map", default=True),
        st.Page(VIEWS / "border.py", title=tr("Border"), url_path="border"),
        st.Page(VIEWS / "table.py", title=tr("Table"), url_path="table"),
        st.Page(VIEWS / "statistics.py", title=tr("Statistics"), url_path="statistics"),
        st.Page(VIEWS / "report.py", title=tr("Report"), url_path="report"),
        st.Page(VIEWS / "add.py", title=tr("Add a report"), url_path="add"),
        st.Page(VIEWS / "imports.py", title=tr("Import"), url_path="import"),
    ]
    page = st.navigation(pages, position="hidden")
    filters.start(st.query_params)
    try:
        project = open_project()
    except BorderwatchError as error:
        with st.container(key="alone"):
            st.html(BRAND)
            bridge.draw_notice(tr("The project cannot be shown."), str(error), tone="error")
        return
    with st.sidebar:
        st.html(BRAND)
        faults = st.session_state.get("address_faults")
        if faults:
            bridge.draw_notice(tr("Part of the address was left out."), "\n".join(faults))
        query = filters.draw(project)
    _draw_topbar(pages, page, query, stamp=project.version())
    with st.container(key="chipsbox"):
        bridge.draw_chips()
    page.run()


def _choose_language() -> None:
    """Speak the language of the address for the whole session; another one is a new session."""
    i18n.use(st.session_state.setdefault("language", st.query_params.get("lang", "en")))


def _draw_topbar(pages: list[StreamlitPage], page: StreamlitPage, query: Query, *, stamp: int) -> None:
    """Draw the brand, the views, the bridge to the browser, and the export of exactly what is shown."""
    with st.container(key="topbar", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="topbrand", width="content"):
            st.html(BRAND)
        bridge.draw_pages(page.url_path, page.title)
        with st.container(key="pages", horizontal=True, gap="small", width="content"):
            for entry in pages:
                st.page_link(entry, label=entry.title)
        st.space("stretch")
        bridge.connect(
            urlencode(query.to_params(), safe=","),
            event=st.session_state.get("event"),
            stamp=stamp,
            chips=filters.chips(query),
            page=page.url_path,
            calls={
                "range": filters.take_range,
                "area": filters.take_area,
                "words": filters.take_words,
                "query": filters.take_query,
                "drop": filters.drop,
                "reset": filters.clear,
            },
        )
        st.download_button(
            tr("Export GeoJSON"),
            lambda: export_bytes(query),
            "borderwatch.geojson",
            "application/geo+json",
            key="export",
            on_click="ignore",
            help=tr("Exactly what is shown, with a receipt of the filters and sources."),
            type="primary",
        )
        _draw_formats(query)


def _draw_formats(query: Query) -> None:
    """Draw the menu of the other formats; the browser gets them as a stream, however many events there are."""
    with st.container(key="formats", width="content"), st.popover(tr("Other formats"), help=tr("Other formats")):
        address = urlencode(query.to_params())
        for entry in FORMATS.values():
            st.link_button(tr(entry.label), f"api/export.{entry.extension}?{address}", type="tertiary")
        # The browser adds where the map is, see static/save.js.
        address = urlencode({**query.to_params(), **i18n.params()})
        st.link_button(tr("Snapshot (HTML)"), f"api/snapshot.html?{address}", type="tertiary")
        st.link_button(tr("Picture (PNG)"), f"api/picture.html?{address}", type="tertiary")


main()

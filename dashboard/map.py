"""The Folium map: constant from run to run, with one layer of ours that fetches what is in view."""

from typing import Any

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from streamlit_folium import st_folium

from dashboard import tiles
from dashboard.assets import UP, version
from dashboard.embed import CENTRE, ZOOM
from dashboard.i18n import language, tr

HEIGHT = 560  # pixels before our style sheet stretches the frame
_LINK = '<a href="https://{}" target="_blank" rel="noopener">{}</a>'
_SOURCES = (
    f"{{borders}} © {_LINK.format('www.openstreetmap.org/copyright', 'OpenStreetMap')} (ODbL)"
    f" · {{land}}: {_LINK.format('www.naturalearthdata.com', 'Natural Earth')}"
    f" · {{names}}: {_LINK.format('www.geonames.org', 'GeoNames')} (CC BY)"
)
_SCRIPTS = (
    *("dom.js", "symbols.js", "basemap.js", "controls.js", "room.js", "along.js", "mapwords.js"),
    *("bases.js", "heat.js", "layers.js", "search.js", "offer.js"),
    *("pointing.js", "geodesic.js", "draw.js", "measure.js", "marks.js", "frames.js", "viewport.js"),
)
_STYLES = ("map.css", "layers.css", "tools.css")


class BaseMap(folium.Map):
    """A Folium map that takes Leaflet from our own server and nothing else."""

    default_js = [("leaflet", f"{UP}assets/leaflet/leaflet.js")]  # noqa: RUF012 - folium's own interface
    default_css = [("leaflet_css", f"{UP}assets/leaflet/leaflet.css")]  # noqa: RUF012


class ViewportLayer(JSCSSMixin, MacroElement):
    """Starts our script on the map; its text is constant, no word of a report goes through it."""

    default_js = [(name, f"{UP}assets/own/{name}?v={version()}") for name in _SCRIPTS]  # noqa: RUF012
    default_css = [(name, f"{UP}assets/own/{name}?v={version()}") for name in _STYLES]  # noqa: RUF012
    _template = Template(
        "{% macro script(this, kwargs) %}"
        "startBorderwatch({{ this._parent.get_name() }}, {{ this.settings|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        self._name = "ViewportLayer"
        self.settings = settings


def _attribution() -> str:
    return _SOURCES.format(borders=tr("Borders"), land=tr("land and water"), names=tr("names"))


def build_map(channel: str, *, draft: bool = False) -> folium.Map:
    """Build the map of a session: the same text every time, so that its frame is never loaded anew."""
    base = BaseMap(location=CENTRE, zoom_start=ZOOM, tiles=None, zoom_control=False, min_zoom=2, max_zoom=13)
    base.options["maxZoom"] = 13
    base.options["worldCopyJump"] = True
    base.options["zoomSnap"] = 1
    settings = {"channel": channel, "attribution": _attribution(), "bases": tiles.to_client(), "draft": draft}
    settings["language"] = language()  # of the whole session
    ViewportLayer(settings).add_to(base)
    return base


def draw_map(channel: str, *, draft: bool = False) -> None:
    """Draw the map, or (as a draft) the one of a report being added; panning and zooming never reach Python."""
    st_folium(
        build_map(channel, draft=draft),
        key="draft" if draft else "map",
        use_container_width=True,
        height=HEIGHT,
        returned_objects=[],
    )

"""The network base maps that an operator may switch on by name: none of them is asked unless the reader chooses it."""

import os
from typing import Any

import xyzservices.providers
from xyzservices import TileProvider

from dashboard.i18n import tr
from geo.errors import MissingData

VARIABLE = "BORDERWATCH_TILES"
ALL_KNOWN = "all-known"
# Few and sensible: no key needed, and their terms allow an interactive map with attribution. Those of the second list
# bear no names or borders, so ours are drawn on them.
KNOWN = ("OpenStreetMap.Mapnik", "OpenTopoMap", "UN.ClearMap", "Esri.WorldGrayCanvas", "Esri.WorldImagery")
BARE = ("Esri.WorldGrayCanvas", "Esri.WorldImagery", "Esri.WorldShadedRelief")
MOST = 20  # providers in the chooser


def switched_on() -> dict[str, TileProvider]:
    """
    Return the providers named in ``BORDERWATCH_TILES`` by name: names of xyzservices with commas, or ``all-known``.

    Raises
    ------
    MissingData
        When xyzservices knows no provider of a name, or it needs a key.
    """
    text = os.environ.get(VARIABLE, "").strip()
    wanted = KNOWN if text == ALL_KNOWN else [name.strip() for name in text.split(",") if name.strip()]
    found: dict[str, TileProvider] = {}
    for name in wanted[:MOST]:
        provider = _find(name)
        found[provider.name] = provider
    return found


def _find(name: str) -> TileProvider:
    try:
        provider = xyzservices.providers.query_name(name)
    except ValueError as error:
        raise MissingData(f"{VARIABLE}={name!r} is no tile provider; see xyzservices for the names.") from error
    tile_address(provider)
    return provider


def tile_address(tiles: TileProvider) -> str:
    """Return the address of a provider's tiles as Leaflet takes it: ``{s}``, ``{z}``, ``{x}``, ``{y}`` left open."""
    if tiles.requires_token():
        raise MissingData(f"Tile provider {tiles.name} needs a key of its own; choose one that does not.")
    return tiles.build_url(fill_subdomain=False)


def tile_hosts() -> tuple[str, ...]:
    """Return the hosts that network tiles come from, for the Content-Security-Policy; empty by default."""
    hosts = [tile_address(tiles).split("/")[2] for tiles in switched_on().values()]
    return tuple(dict.fromkeys(f"https://{host.replace('{s}.', '*.')}" for host in hosts))


def _label(name: str) -> str:
    known = {
        "OpenStreetMap.Mapnik": tr("Streets (OpenStreetMap)"),
        "OpenTopoMap": tr("Relief (OpenTopoMap)"),
        "UN.ClearMap": tr("United Nations"),
        "Esri.WorldGrayCanvas": tr("Grey (Esri)"),
        "Esri.WorldImagery": tr("Satellite pictures (Esri)"),
    }
    return known.get(name, name.replace(".", " "))


def to_client() -> list[dict[str, Any]]:
    """Return what Leaflet needs of each network base map; the attribution is the provider's own, with its links."""
    return [
        {
            "name": name,
            "label": _label(name),
            "bare": name in BARE,
            "url": tile_address(tiles),
            "subdomains": tiles.get("subdomains", "abc"),
            "attribution": tiles.get("html_attribution", tiles.get("attribution", "")),
            "maxNativeZoom": tiles.get("max_zoom", 18),
        }
        for name, tiles in switched_on().items()
    ]

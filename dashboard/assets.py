"""Where the browser gets scripts and styles from: our own folder and installed packages, never the network."""

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

import xyzservices.providers
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from xyzservices import TileProvider

from geo.errors import MissingData

STATIC = Path(__file__).resolve().parent / "static"
UP = "../../"  # the map's frame lives at /component/streamlit_folium.st_folium/


def leaflet_folder() -> Path:
    """Return the folder of Leaflet's files as ``django-js-lib-leaflet`` installs them; Django itself is not needed."""
    spec = find_spec("js_lib_leaflet")
    if spec is None or spec.origin is None:
        raise MissingData("Leaflet is not installed; run `pip install django-js-lib-leaflet`.")
    return Path(spec.origin).parent / "static" / "js_lib_leaflet"


def version() -> str:
    """Return a short text that changes with our scripts and styles, so that no browser keeps an old one."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_static(*names: str) -> str:
    """Return the text of our own files, one after the other, for a component that takes one script or style."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def mounts() -> list[Mount]:
    """Return the routes that serve our files and Leaflet's."""
    return [
        Mount("/assets/leaflet", StaticFiles(directory=leaflet_folder())),
        Mount("/assets/own", StaticFiles(directory=STATIC)),
    ]


def network_tiles() -> TileProvider | None:
    """
    Return the tile provider named in ``BORDERWATCH_TILES`` (as in xyzservices: ``OpenStreetMap.Mapnik``), or None.

    Raises
    ------
    MissingData
        When xyzservices knows no provider of that name.
    """
    name = os.environ.get("BORDERWATCH_TILES", "").strip()
    if not name:
        return None
    try:
        return xyzservices.providers.query_name(name)
    except ValueError as error:
        raise MissingData(f"BORDERWATCH_TILES={name!r} is no tile provider; see xyzservices for the names.") from error


def tile_address(tiles: TileProvider) -> str:
    """Return the address of a provider's tiles as Leaflet takes it: ``{s}``, ``{z}``, ``{x}``, ``{y}`` left open."""
    try:
        return tiles.build_url(fill_subdomain=False)
    except ValueError as error:
        raise MissingData(f"Tile provider {tiles.name} needs a key of its own; choose one that does not.") from error


def tile_hosts() -> tuple[str, ...]:
    """Return the hosts that network tiles come from, for the Content-Security-Policy; empty by default."""
    tiles = network_tiles()
    if tiles is None:
        return ()
    host = tile_address(tiles).split("/")[2]
    return (f"https://{host.replace('{s}.', '*.')}",)

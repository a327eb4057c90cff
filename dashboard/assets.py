"""Where the browser gets scripts and styles from: our own folder and installed packages, never the network."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

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

"""Where the browser gets scripts and styles from: our own folder and installed packages, never the network."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
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


@cache
def version() -> str:
    """Return a short text that changes with our scripts and styles, so that no browser keeps an old one."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_static(*names: str) -> str:
    """Return the text of our own files, one after the other, for a component that takes one script or style."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


_bundles: dict[str, tuple[str, ...]] = {}
# What a component is given instead of its script. It may be gone before the script has come.
_LOADER = """const root = document.querySelector('script[src*="static/js/"]').src.split("static/js/")[0];
const parts = import(`${root}%s`);
export default function draw(given) {
  let [end, gone] = [null, false];
  parts.then((script) => { if (!gone) end = script.default(given); });
  return () => { gone = true; end?.(); };
}
"""


def load_script(name: str, *scripts: str) -> str:
    """Return a short script that stands for some of ours, which the browser fetches together and keeps."""
    _bundles[name] = scripts
    return _LOADER % f"assets/bundle/{name}?v={version()}"


async def _bundle(request: Request) -> Response:
    scripts = _bundles.get(request.path_params["name"])
    if scripts is None:
        return Response("There is no such script.", 404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(read_static(*scripts), 200, headers, "text/javascript")


def mounts() -> list[BaseRoute]:
    """Return the routes that serve our files and Leaflet's."""
    return [
        Route("/assets/bundle/{name}", _bundle),
        Mount("/assets/leaflet", StaticFiles(directory=leaflet_folder())),
        Mount("/assets/own", StaticFiles(directory=STATIC)),
    ]

"""The server: Streamlit's page, our JSON routes, the files they need, and the headers that keep it all local."""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit import config

# `streamlit run` puts dashboard/ on the path, where map.py and table.py would be top level; the root belongs there.
HERE = Path(__file__).resolve().parent
sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != HERE]
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.assets import mounts  # noqa: E402 - after the path is set
from dashboard.headers import SafeHeaders  # noqa: E402
from dashboard.ogc.routes import routes as ogc_routes  # noqa: E402
from dashboard.packing import PackedScripts  # noqa: E402
from dashboard.project import open_project  # noqa: E402
from dashboard.routes import routes  # noqa: E402
from dashboard.tiles import tile_hosts  # noqa: E402
from geo.errors import BorderwatchError  # noqa: E402

log = logging.getLogger("borderwatch")


def _warm() -> None:
    """Open the project and import what the first page needs, so that the first visitor does not wait for it."""
    import folium  # noqa: F401, PLC0415 - only to have it loaded; streamlit_folium must wait for a script run

    from dashboard.layers import load_basemap  # noqa: PLC0415

    try:
        project = open_project()
        load_basemap()
        project.warm()
    except BorderwatchError as error:
        log.error("%s", error)  # noqa: TRY400 - the message says what to do; the page shows it too
    gc.collect()
    gc.freeze()  # what stays for good need not be gone through by every later collection, 0.2 s of them


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Open the project before the first visitor comes and close its store when the server stops."""
    await anyio.to_thread.run_sync(_warm)
    yield {}
    with suppress(BorderwatchError):
        open_project().store.close()


app = st.App(
    "ui.py",
    lifespan=lifespan,
    routes=[*routes(), *ogc_routes(), *mounts()],
    middleware=[
        Middleware(PackedScripts),
        Middleware(SafeHeaders, image_hosts=tile_hosts()),
        Middleware(TrustedHostMiddleware, allowed_hosts=config.get_option("server.allowedHosts") or ["*"]),
    ],
)

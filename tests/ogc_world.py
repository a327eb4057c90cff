"""What the tests of the open API share: a small project with every kind of event, and a server over it."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import uvicorn
from shapely import LineString, MultiPoint, Point
from starlette.applications import Starlette

from dashboard.ogc.routes import routes
from geo.borders import load_borders
from geo.query import Engine
from geo.records import KINDS, Event, Report
from geo.store import Store

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIRST = date(2024, 1, 1)
START_S = 30


def _event(number: int, **values: Any) -> Event:
    day = FIRST + timedelta(days=number % 200)
    defaults = {
        "start": day, "end": day, "date_precision": "day", "geometry": Point(60 + number % 97 / 10, 36 + number % 31 / 10),
        "radius_km": 5.0, "location_precision": "settlement", "place": f"Place {number % 40}", "country": "TJ",
        "border": "AF-TJ", "border_km": float(number % 50), "published": day + timedelta(days=9), "source_name": "Test",
        "actors": ("Border guard", f"Unit {number % 3}"),
    }  # fmt: skip
    kind = KINDS[number % len(KINDS)]
    return Event(f"e{number:05d}", f"Event {number}", kind, "completed", **{**defaults, **values})


SPECIAL = (
    _event(90_001),
    _event(90_002, start=date(2024, 5, 1), end=date(2024, 5, 31), date_precision="month"),
    _event(90_003, start=date(2024, 5, 20), end=None),
    _event(90_004, start=None, end=None, date_precision="unknown"),
    _event(90_005, start=None, end=date(2024, 2, 2), date_precision="unknown"),
    _event(90_006, geometry=None, radius_km=None, place=None, location_precision="unknown"),
    _event(90_007, geometry=load_borders().line("AF-TJ"), radius_km=None, location_precision="line"),
    _event(90_008, geometry=MultiPoint([(60.5, 36.5), (69.0, 38.0)])),
    _event(90_009, geometry=LineString([(61, 37), (62, 38)]), radius_km=None, border=None, border_km=None),
    _event(90_010, main=False, start=date(1992, 1, 1), end=None, date_precision="year"),
    _event(90_011, geometry=Point(179.5, 66.0), country="RU", border=None, border_km=None),
    _event(90_012, geometry=Point(-179.5, 66.0), country="RU", border=None, border_km=None),
)
ODD = Event(
    "odd/id?&# ü%2F", "100% sure_thing: it's <b>bold</b>!", "other", "reported", geometry=Point(1.5, 2.5), radius_km=1.0,
    location_precision="exact", extra={"href": "javascript:alert(1)", "rel": "next"},
)  # fmt: skip


def fill(folder: Path, *, plain: int = 40) -> None:
    """Make a project with so many plain events, and the special ones."""
    with Store(folder) as store:
        events = [*map(_event, range(plain)), *SPECIAL, ODD]
        store.add(Report("r", "One", "One day of it."), events, now=NOW)


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """Open the project's engine in this process."""
    with Store(folder) as store:
        yield Engine(store, load_borders())


class Reply(NamedTuple):
    """A server's answer."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


def fetch(
    address: str, words: dict[str, object] | None = None, *, method: str = "GET", headers: dict[str, str] | None = None
) -> Reply:
    """Ask a server; an error's answer is an answer too."""
    address += "?" + urlencode(words) if words else ""
    request = urllib.request.Request(address, headers=headers or {}, method=method)  # noqa: S310 - our own
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


@contextmanager
def serve() -> Iterator[str]:
    """Serve the open API alone on a free port of the loopback; gives its landing page's address."""
    config = uvicorn.Config(Starlette(routes=routes()), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/ogc"
    finally:
        server.should_exit = True
        thread.join(START_S)

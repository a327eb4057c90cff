"""Geocoders that need the network, any of geopy's by name: off by default, throttled, retried, cached on disk."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from geopy.exc import (
    ConfigurationError,
    GeocoderNotFound,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import get_geocoder_for_service
from geopy.location import Location

from geo.build import DATA
from geo.errors import GeocoderError
from geo.records import Decision, Place

CACHE = DATA / "build" / "geocoded.sqlite"
PAUSE_S = 1.0  # Nominatim usage policy: at most one request a second
MAX_AGE_S = 90 * 86_400  # after 90 days an answer is asked for again; until that succeeds the old one serves
_USER_AGENT = "borderwatch/0.1 (offline-first border event map)"
_RETRIED = (GeocoderTimedOut, GeocoderUnavailable, GeocoderRateLimited, GeocoderQuotaExceeded, GeocoderServiceError)
_LICENCES = {"nominatim": "OpenStreetMap, ODbL 1.0", "photon": "OpenStreetMap, ODbL 1.0"}
_TABLE = """CREATE TABLE IF NOT EXISTS answer
  (service TEXT, name TEXT, at REAL, places TEXT, PRIMARY KEY (service, name))"""
_DEFAULT_RADIUS_KM = 25.0  # an answer without an extent is not believed to be more exact than a district


class OnlineGeocoder:
    """
    One network service behind the same door as the gazetteer: names in, candidate places out.

    Parameters
    ----------
    service
        A geopy service name such as ``"nominatim"``.
    cache
        SQLite file that keeps every answer with its age, empty ones too.
    config
        Passed to geopy's class: ``domain``, ``scheme``, ``api_key``, ``timeout`` in seconds ...
    pause_s
        Least time between two requests, in seconds.
    retries
        How often a request that failed for a passing reason is tried again; the wait doubles each time.
    clock, sleep
        Seconds since the epoch, and how to wait; given by tests.

    Raises
    ------
    GeocoderError
        When geopy has no such service, or it lacks something in `config`.
    """

    def __init__(
        self,
        service: str,
        *,
        cache: Path = CACHE,
        config: Mapping[str, Any] | None = None,
        pause_s: float = PAUSE_S,
        retries: int = 2,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        settings = {"timeout": 10, **(config or {})}
        if service == "nominatim":
            settings.setdefault("user_agent", _USER_AGENT)
        try:
            self._geocoder = get_geocoder_for_service(service)(**settings)
        except (GeocoderNotFound, ConfigurationError, TypeError) as error:
            raise GeocoderError(f"Geocoder {service!r} cannot be switched on: {error}") from error
        self._cache, self._pause_s, self._retries, self._clock, self._sleep = cache, pause_s, retries, clock, sleep
        self._lock = threading.Lock()
        self._last = 0.0
        cache.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(cache)) as db, db:
            db.execute(_TABLE)

    def find(self, name: str) -> list[Place]:
        """
        Return the service's candidates for a name, from the cache while it is fresh.

        When the service does not answer, an older cached answer is used.

        Raises
        ------
        GeocoderError
            When the service does not answer and nothing is cached; retrying later might help.
        """
        at, places = self._cached(name)
        if places is not None and self._clock() - at < MAX_AGE_S:
            return places
        try:
            fresh = [_place(location, self.service) for location in self._ask(name)]
        except GeocoderError:
            if places is not None:
                return places
            raise
        fresh = [place for place in fresh if place is not None]
        self._keep(name, fresh)
        return fresh

    def decide(
        self, name: str, *, country: str | None = None, near: tuple[float, float] | None = None
    ) -> Decision | None:
        """Choose by the same rules as for the gazetteer: the country is a filter, the nearest wins; None: no answer."""
        try:
            places = self.find(name)
        except GeocoderError as error:
            return Decision((), None, str(error))
        places = [place for place in places if country is None or place.country == country]
        if not places:
            return None
        if near is not None:
            places.sort(
                key=lambda place: math.hypot(
                    place.lat - near[0], (place.lon - near[1]) * math.cos(math.radians(near[0]))
                )
            )
        return Decision(
            tuple(places[:5]), places[0], f"{self.service} answered for {name!r}; the gazetteer has no such place."
        )

    def _ask(self, name: str) -> list[Location]:
        wait = self._pause_s
        for attempt in range(self._retries + 1):
            self._throttle()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", UserWarning)  # geopy warns of a latitude over 90, then raises
                    return self._geocoder.geocode(name, exactly_one=False, **self._options()) or []
            except _RETRIED as error:
                if attempt == self._retries:
                    raise GeocoderError(
                        f"{self.service} did not answer for {name!r}: {error or type(error).__name__}"
                    ) from error
                self._sleep(max(wait, getattr(error, "retry_after", 0) or 0))
                wait *= 2
            except (GeopyError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise GeocoderError(
                    f"{self.service} gave an answer for {name!r} that cannot be read: {error}"
                ) from error
        return []

    def _options(self) -> dict[str, Any]:
        return {"limit": 5, "addressdetails": True} if self.service == "nominatim" else {}

    def _throttle(self) -> None:
        """Wait until the last request is `pause_s` old; requests of all threads queue here."""
        with self._lock:
            rest = self._last + self._pause_s - self._clock()
            if rest > 0:
                self._sleep(min(rest, self._pause_s))
            self._last = self._clock()

    def _cached(self, name: str) -> tuple[float, list[Place] | None]:
        with closing(sqlite3.connect(self._cache)) as db:
            row = db.execute(
                "SELECT at, places FROM answer WHERE service = ? AND name = ?", (self.service, name)
            ).fetchone()
        return (row[0], [Place(**fields) for fields in json.loads(row[1])]) if row else (0.0, None)

    def _keep(self, name: str, places: list[Place]) -> None:
        text = json.dumps([{field: getattr(place, field) for field in place.__dataclass_fields__} for place in places])
        with closing(sqlite3.connect(self._cache)) as db, db:
            db.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", (self.service, name, self._clock(), text))


def _place(location: Location, service: str) -> Place | None:
    """Turn a service's answer into a place; its extent gives the radius. None: no usable point."""
    raw = location.raw if isinstance(location.raw, dict) else {}
    address = raw.get("address") if isinstance(raw.get("address"), dict) else {}
    code = str(address.get("country_code") or "").upper()
    name = str(raw.get("name") or location.address or "").split(",")[0].strip()[:200]
    if not name or not (abs(location.latitude) <= 90 and abs(location.longitude) <= 180):
        return None
    radius = _radius_km(raw.get("boundingbox"), location.latitude)
    source = f"{service} ({_LICENCES.get(service, 'see the terms of the service')})"
    return Place(
        name,
        code if len(code) == 2 and code.isalpha() and code.isascii() else None,
        round(location.latitude, 5),
        round(location.longitude, 5),
        radius,
        "settlement" if radius < 25 else "district" if radius < 60 else "region",
        kind=str(raw.get("addresstype") or raw.get("type") or "settlement")[:40],
        source=source,
    )


def _radius_km(box: Any, lat: float) -> float:  # noqa: ANN401
    """Return half the diagonal of a ``[south, north, west, east]`` box in kilometres, 1 km at least."""
    try:
        south, north, west, east = (float(value) for value in box)
    except (TypeError, ValueError):
        return _DEFAULT_RADIUS_KM
    height, width = (north - south) * 111.2, (east - west) * 111.2 * math.cos(math.radians(lat))
    radius = math.hypot(height, width) / 2
    return round(max(1.0, radius), 1) if math.isfinite(radius) else _DEFAULT_RADIUS_KM


def switched_on(environ: Mapping[str, str] = os.environ) -> list[OnlineGeocoder]:
    """
    Return the network geocoders named in ``BORDERWATCH_GEOCODERS`` (comma-separated), in order; none by default.

    ``BORDERWATCH_NOMINATIM_DOMAIN`` points to a Nominatim of one's own, with ``BORDERWATCH_NOMINATIM_SCHEME``.
    """
    names = [name.strip().lower() for name in environ.get("BORDERWATCH_GEOCODERS", "").split(",") if name.strip()]
    config = {}
    for key in ("domain", "scheme"):
        value = environ.get(f"BORDERWATCH_NOMINATIM_{key.upper()}")
        if value:
            config[key] = value
    return [OnlineGeocoder(name, config=config if name == "nominatim" else None) for name in names]

"""The JSON behind the map's layers and its search for places; read-only, and the same for every project."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from dashboard import names, overlays, words
from dashboard.answers import to_json
from dashboard.i18n import language
from dashboard.params import View, read_integer, read_view
from dashboard.style import precision_label
from geo.errors import InvalidQuery
from geo.gazetteer import Gazetteer
from geo.place_search import Found, find_places

MAX_ASKED = 100  # characters of a name asked for: no place has a longer one
MOST_PLACES = 12


def layer(params: Mapping[str, str]) -> bytes | None:
    """Return a layer's features in a view (``view``, ``zoom``) as GeoJSON, or None when there is no such layer."""
    view = read_view(params.get("view", "-180,-90,180,90"))
    return _layer(params["name"], view, read_integer(params, "zoom", 0, 20, 4), language())


@lru_cache(maxsize=128)
def _layer(name: str, view: View, zoom: int, _language: str) -> bytes | None:
    found = overlays.find_features(name, view, zoom)
    return found and to_json(found)


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


def places(params: Mapping[str, str]) -> dict[str, Any]:
    """
    Return the places that a name (``q``), or its beginning, may stand for; those near ``lat``, ``lon`` count more.

    Raises
    ------
    InvalidQuery
        When the name is too long or the point is none.
    MissingData
        While the gazetteer is not compiled.
    """
    asked = params.get("q", "")
    if len(asked) > MAX_ASKED:
        raise InvalidQuery(f"q has {len(asked)} characters; expected a name of at most {MAX_ASKED}.")
    found = find_places(_gazetteer(), asked, near=_point(params), limit=MOST_PLACES)
    return {"places": [_place(entry) for entry in found]}


def _point(params: Mapping[str, str]) -> tuple[float, float] | None:
    if "lat" not in params or "lon" not in params:
        return None
    try:
        lat, lon = float(params["lat"]), float(params["lon"])
    except ValueError as error:
        raise InvalidQuery(f"lat={params['lat'][:40]!r}, lon={params['lon'][:40]!r} are no degrees.") from error
    if not (abs(lat) <= 90 and abs(lon) <= 360):
        raise InvalidQuery(f"lat={lat}, lon={lon} is no point; expected degrees within 90 and 180.")
    return lat, (lon + 180) % 360 - 180


def _place(found: Found) -> dict[str, Any]:
    place = found.place
    kind = "test_range" if place.kind == "range" and place.source.startswith("data/places.csv") else place.kind
    name, form = names.place(words.plain(place.name, limit=80)), words.plain(found.form, limit=80)
    return {
        "name": name,
        "form": form if form and form != name else None,
        "similar": found.similar,
        "country": names.country(place.country) if place.country else "",
        "admin1": ""
        if (place.admin1 or "").isdigit()
        else names.place(words.plain(place.admin1, limit=80)),  # GeoNames' numbers
        "kind": overlays.kind_name(kind),
        "precision": precision_label(place.precision),
        "lat": place.lat,
        "lon": place.lon,
        "km": place.radius_km,
        "within": words.kilometres(place.radius_km or 0.0),
        "area": place.area or (place.country if place.kind == "country" else None),
    }


ANSWERS = {"/api/layer/{name}": layer, "/api/places": places}

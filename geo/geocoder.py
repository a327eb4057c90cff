"""The gazetteer as a geopy geocoder, like any other, without a network."""

from typing import Any

from geopy.geocoders.base import Geocoder
from geopy.location import Location

from geo.gazetteer import Gazetteer
from geo.records import Place


class GazetteerGeocoder(Geocoder):
    """
    A geopy geocoder over a `Gazetteer`; a module of its own, because geopy brings its network clients along.

    Parameters
    ----------
    gazetteer
        The compiled gazetteer; shared, never copied.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self.gazetteer = gazetteer

    def geocode(
        self, query: str, *, exactly_one: bool = True, country: str | None = None, limit: int = 10
    ) -> Location | list[Location] | None:
        """
        Answer like any geopy geocoder; ``Location.raw`` holds the `Place` as a dict, radius and source included.

        Places without a point (borders) are left out, because a geopy location is a point.
        """
        places = [place for place in self.gazetteer.find(query, country=country) if place.lat is not None][:limit]
        locations = [Location(place.name, (place.lat, place.lon), _raw(place)) for place in places]
        if exactly_one:
            return locations[0] if locations else None
        return locations or None


def _raw(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in place.__dataclass_fields__}

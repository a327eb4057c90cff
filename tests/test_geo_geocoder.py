"""The gazetteer as a geopy geocoder."""

from geopy.geocoders.base import Geocoder

from geo.gazetteer import Gazetteer
from geo.geocoder import GazetteerGeocoder


def test_it_is_a_geopy_geocoder(gazetteer: Gazetteer) -> None:
    """One location by default, a list on demand, None when nothing is known."""
    geocoder = GazetteerGeocoder(gazetteer)
    assert isinstance(geocoder, Geocoder)
    location = geocoder.geocode("Dushanbe")
    assert (round(location.latitude, 1), round(location.longitude, 1)) == (38.5, 68.8)
    assert location.raw["country"] == "TJ"
    assert len(geocoder.geocode("Springfield", exactly_one=False)) > 3
    assert geocoder.geocode("Qwertyabad") is None

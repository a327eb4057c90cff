"""The band along a border and its kilometre posts, against geodesics."""

import numpy as np
import pytest
import shapely

from geo.bands import draw_band, find_posts
from geo.borders import load_borders
from geo.errors import InvalidQuery

BORDERS = load_borders()


@pytest.mark.parametrize(("pair", "km"), [("AF-TJ", 20.0), ("FI-RU", 150.0), ("FI-NO", 1.0)])
def test_the_edge_of_a_band_is_as_far_as_it_says(pair: str, km: float) -> None:
    """Every vertex of its outline lies at the distance from the border, within 1 % and 200 m."""
    band = draw_band(BORDERS, pair, km)
    lon, lat = shapely.get_coordinates(shapely.boundary(band)).T
    away = BORDERS.locate_many(pair, lat, lon)[0]
    assert np.all(np.abs(away - km) < 0.01 * km + 0.2)
    assert shapely.is_valid(band)


def test_a_band_holds_what_is_within_and_nothing_else() -> None:
    """Places all over its box are inside exactly when they are near enough, but for those at the very edge."""
    band = draw_band(BORDERS, "AF-TJ", 20.0)
    west, south, east, north = band.bounds
    dice = np.random.default_rng(1)
    lon, lat = dice.uniform(west, east, 3000), dice.uniform(south, north, 3000)
    away = BORDERS.locate_many("AF-TJ", lat, lon)[0]
    clear = np.abs(away - 20) > 0.5
    assert np.array_equal(shapely.contains_xy(band, lon, lat)[clear], (away < 20)[clear])


def test_a_band_of_a_stretch_is_that_of_its_part() -> None:
    """Between km 100 and 200 the band reaches 20 km beyond either end and no farther."""
    band = draw_band(BORDERS, "AF-TJ", 20.0, stretch=(100.0, 200.0))
    posts = {round(post.at_km): (post.lon, post.lat) for post in find_posts(BORDERS, "AF-TJ", every_km=50)}
    inside = {at for at, spot in posts.items() if shapely.contains_xy(band, *spot)}
    assert inside == {100, 150, 200}


def test_posts_stand_on_the_line_at_their_kilometre() -> None:
    """One every hundred kilometres from the western end, found there again by the border itself."""
    posts = find_posts(BORDERS, "AF-TJ")
    assert [post.at_km for post in posts] == [100.0 * number for number in range(14)]
    for post in posts:
        km, at_km = BORDERS.locate("AF-TJ", post.lat, post.lon)
        assert km < 0.01
        assert at_km == pytest.approx(post.at_km, abs=0.1)


def test_a_band_too_wide_is_refused() -> None:
    """A thousand kilometres are no band, and the message says what is."""
    with pytest.raises(InvalidQuery, match="up to 500"):
        draw_band(BORDERS, "AF-TJ", 1000.0)

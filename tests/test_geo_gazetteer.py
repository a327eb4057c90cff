"""Looking places up, and the file they are compiled into."""

import time
from pathlib import Path

import pytest

from geo.build import build_gazetteer, settlement_radius_km
from geo.errors import MissingData
from geo.gazetteer import Gazetteer


def test_the_country_is_a_filter(gazetteer: Gazetteer) -> None:
    """A place outside the country is never returned."""
    assert {place.country for place in gazetteer.find("Aktau", country="KZ")} == {"KZ"}
    assert gazetteer.find("Paris", country="TJ") == []


def test_every_place_with_a_point_has_a_radius_and_a_source(gazetteer: Gazetteer) -> None:
    """Nothing in the file pretends to be exact."""
    bad = "lat IS NOT NULL AND (radius_km IS NULL OR radius_km <= 0)"
    rows = gazetteer._query(f"SELECT COUNT(*) FROM place WHERE {bad}", ())
    assert rows == [(0,)]
    assert gazetteer._query("SELECT COUNT(*) FROM place WHERE source = ''", ()) == [(0,)]


def test_a_look_up_takes_microseconds(gazetteer: Gazetteer) -> None:
    """A thousand names that are not cached stay far under a second."""
    started = time.perf_counter()
    for number in range(1000):
        gazetteer.find(f"Qwertyabad {number}")
    assert time.perf_counter() - started < 1.0


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """The message names the file and the command."""
    with pytest.raises(MissingData, match=r"nothing\.sqlite.*python -m geo build"):
        Gazetteer(tmp_path / "nothing.sqlite")


def test_a_current_file_is_left_alone(gazetteer: Gazetteer) -> None:
    """Building twice does nothing the second time."""
    before = gazetteer.path.stat().st_mtime_ns
    assert build_gazetteer(gazetteer.path).stat().st_mtime_ns == before


def test_a_radius_grows_with_the_town() -> None:
    """From 2 km for a hamlet to 20 km for the largest cities."""
    radii = [settlement_radius_km(population) for population in (0, 10_000, 100_000, 1_000_000, 30_000_000)]
    assert radii == sorted(radii)
    assert (radii[0], radii[-1]) == (2.0, 20.0)

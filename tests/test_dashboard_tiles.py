"""Network base maps: none unless switched on by name, and then only those named."""

import pytest

from dashboard import map as dashboard_map
from dashboard import tiles
from geo.errors import MissingData


def test_no_network_tiles_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable there is no provider and no host."""
    monkeypatch.delenv(tiles.VARIABLE, raising=False)
    assert tiles.switched_on() == {}
    assert tiles.tile_hosts() == ()
    assert tiles.to_client() == []


def test_a_provider_is_switched_on_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's host, and only it, is let through; its attribution comes along."""
    monkeypatch.setenv(tiles.VARIABLE, "OpenStreetMap.Mapnik")
    assert tiles.tile_hosts() == ("https://tile.openstreetmap.org",)
    (base,) = tiles.to_client()
    assert base["name"] == "OpenStreetMap.Mapnik"
    assert "OpenStreetMap" in base["attribution"]
    assert not base["bare"]


def test_several_are_named_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order given, each host once; spaces and repetition mean nothing."""
    monkeypatch.setenv(tiles.VARIABLE, " OpenTopoMap, Esri.WorldImagery,Esri.WorldGrayCanvas, OpenTopoMap,")
    assert [base["name"] for base in tiles.to_client()] == ["OpenTopoMap", "Esri.WorldImagery", "Esri.WorldGrayCanvas"]
    assert tiles.tile_hosts() == ("https://*.tile.opentopomap.org", "https://server.arcgisonline.com")


def test_all_known_need_no_key_and_are_attributed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of sensible ones can be used as it is."""
    monkeypatch.setenv(tiles.VARIABLE, tiles.ALL_KNOWN)
    bases = tiles.to_client()
    assert [base["name"] for base in bases] == list(tiles.KNOWN)
    assert all(base["url"].startswith("https://") and "{z}" in base["url"] and base["attribution"] for base in bases)
    assert not any("{variant}" in base["url"] or "key" in base["url"] for base in bases)


@pytest.mark.parametrize("name", ["NoSuch.Tiles", "OpenStreetMap.Mapnik,NoSuch.Tiles", "CartoDB.Positron"])
def test_a_provider_that_cannot_be_used_is_explained(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A typing mistake, or a provider that asks for a key, is named."""
    monkeypatch.setenv(tiles.VARIABLE, name)
    with pytest.raises(MissingData, match=name.rpartition(",")[2]):
        tiles.switched_on()


def test_the_map_offers_what_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The map's own settings hold the list; nothing is asked before the reader chooses."""
    monkeypatch.setenv(tiles.VARIABLE, "OpenTopoMap")
    drawn = dashboard_map.build_map("borderwatch-1")
    layer = next(child for child in drawn._children.values() if isinstance(child, dashboard_map.ViewportLayer))
    assert [base["name"] for base in layer.settings["bases"]] == ["OpenTopoMap"]

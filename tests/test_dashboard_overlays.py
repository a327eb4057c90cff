"""What the map shows besides events: cut to the view, honest about how well it is known."""

import pytest
import shapely

from dashboard import overlays
from dashboard.overlays import find_features, widen

PANJ = (68.0, 36.5, 72.0, 38.5)
WORLD = (-180.0, -90.0, 180.0, 90.0)


def _names(layer: str, view: tuple[float, float, float, float] = PANJ, zoom: int = 7) -> set[str]:
    found = find_features(layer, view, zoom)
    assert found is not None
    return {feature["properties"]["name"] for feature in found["features"]}


def test_borders_say_what_is_disputed_and_why() -> None:
    """The Durand Line is disputed, the Tajik–Afghan border is not; both say where they come from."""
    found = find_features("borders", (70.0, 35.0, 74.0, 39.0), 6)
    assert found is not None
    about = {feature["properties"]["pair"]: feature["properties"] for feature in found["features"]}
    assert about["AF-PK"]["disputed"]
    assert "Durand Line" in about["AF-PK"]["note"]
    assert not about["AF-TJ"]["disputed"]
    assert about["AF-TJ"]["length"] == "1,344 km"
    assert all("OpenStreetMap" in entry["source"] for entry in about.values())


def test_lines_are_cut_to_the_view_and_as_fine_as_it_shows() -> None:
    """Nothing reaches beyond the widened view, and a small zoom has fewer points."""
    near, far = (find_features("borders", PANJ, zoom) for zoom in (9, 4))
    assert near is not None
    assert far is not None
    west, south, east, north = widen(PANJ)
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in near["features"]]
    assert all(shapely.within(shape, shapely.box(west, south, east, north).buffer(1e-3)) for shape in shapes)
    points = [
        sum(len(shapely.get_coordinates(shapely.geometry.shape(f["geometry"]))) for f in found["features"])
        for found in (near, far)
    ]
    assert points[0] > 2 * points[1]


def test_regions_are_named_from_zoom_4_on() -> None:
    """Khatlon is outlined near by; from afar the layer says from which zoom it is drawn."""
    assert "Khatlon" in " ".join(_names("areas"))
    far = find_features("areas", WORLD, 2)
    assert far is not None
    assert (far["features"], far["from_zoom"]) == ([], overlays.FROM_ZOOM["areas"])


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("crossings", "Sherkhan Bandar"),
        ("posts", "Bahorak border post"),
        ("ranges", "Kharb-Maidon"),
        ("districts", "Darqad"),
    ],
)
def test_curated_places_are_found_by_layer(layer: str, name: str) -> None:
    """Each layer holds its kinds."""
    assert name in _names(layer)


def test_a_place_says_how_well_it_is_known() -> None:
    """Kharb-Maidon has no published coordinates: radius, derivation and sources say so."""
    found = find_features("ranges", PANJ, 7)
    assert found is not None
    about = next(f["properties"] for f in found["features"] if f["properties"]["name"] == "Kharb-Maidon")
    assert about["kind"] == "Training ground"
    assert about["km"] >= 20
    assert "no coordinates are published" in about["known"]
    assert about["derivation"]
    assert about["source"]


def test_an_answer_is_capped_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out is said."""
    monkeypatch.setattr(overlays, "MOST", 10)
    found = find_features("crossings", WORLD, 2)
    assert found is not None
    assert len(found["features"]) == 10
    assert found["more"] > 100


def test_there_is_no_layer_of_another_name() -> None:
    """A name from an address is no path and no attribute."""
    assert find_features("../places", PANJ, 7) is None


def test_every_curated_kind_in_a_layer_has_words() -> None:
    """No kind is shown as "Area" for want of a word."""
    kinds = {kind for kinds in overlays.PLACES.values() for kind in kinds}
    assert all(overlays.kind_name(kind) != "Area" for kind in kinds)

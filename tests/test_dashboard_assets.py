"""Scripts and styles: ours or from installed packages."""

from pathlib import Path

import folium

from dashboard import map as dashboard_map
from dashboard.assets import STATIC, leaflet_folder, read_static, version


def test_leaflet_is_complete() -> None:
    """The package holds script, style and the layer images that the style asks for."""
    assert (leaflet_folder() / "leaflet.js").read_text(encoding="utf-8").startswith("/* @preserve")
    assert (leaflet_folder() / "leaflet.css").stat().st_size > 10_000
    assert (leaflet_folder() / "images" / "layers.png").exists()


def test_our_scripts_ask_no_other_host() -> None:
    """No address of another host is fetched, imported or used as a source in our files."""
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text.replace("https?:\\/\\/", ""), path.name


def test_our_scripts_write_text_as_text() -> None:
    """No script of ours turns a string into markup or code."""
    forbidden = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "bindPopup(",
    )
    for path in STATIC.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in forbidden if word in text], path.name


def test_files_are_joined_in_order() -> None:
    """A component takes one script: what all share comes first."""
    joined = read_static("dom.js", "panel.js")
    assert joined.index("function el(") < joined.index("export default function panel")


def test_the_version_is_short_and_stable() -> None:
    """It changes with the files only, so that addresses stay the same from run to run."""
    assert version() == version()
    assert len(version()) == 12


def test_the_map_is_constant_and_local() -> None:
    """The same text each time but for folium's own names, so the frame is never loaded anew; no address leaves us."""
    first, second = (_script(dashboard_map.build_map("borderwatch-1")) for _ in range(2))
    assert first == second
    assert "cdn" not in first


def test_folium_takes_its_files_from_us() -> None:
    """Every script and style of map and layer has a relative address."""
    for element in (dashboard_map.BaseMap, dashboard_map.ViewportLayer):
        assert all(address.startswith("../../assets/") for _, address in [*element.default_js, *element.default_css])


def _script(drawn: folium.Map) -> str:
    drawn.get_root().render()
    text = drawn.get_root().script.render()
    return text.replace(drawn.get_name(), "map")


def test_the_folder_of_our_files_has_no_library() -> None:
    """Nothing of others is shipped."""
    assert {path.suffix for path in Path(STATIC).iterdir()} <= {".js", ".css", ".svg"}

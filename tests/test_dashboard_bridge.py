"""The components of the page: their scripts begin when the words of the reader's language are there."""

from dashboard import assets, bridge


def test_every_component_waits_for_its_words() -> None:
    """Each bundle begins with what all share and the waiting; what Streamlit sends again and again is short."""
    assert bridge.channel
    assert len(assets._bundles) == 12
    assert {scripts[:2] for scripts in assets._bundles.values()} == {("dom.js", "wait.js")}
    assert all(assets.read_static(*scripts).count("export default") == 1 for scripts in assets._bundles.values())
    assert len(assets.load_script("chips.js", *assets._bundles["chips.js"])) < 600

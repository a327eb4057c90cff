"""The house keeps its shape: data flows one way, and the library knows neither Streamlit nor Folium."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GEO = sorted((ROOT / "geo").rglob("*.py"))
DASHBOARD = sorted((ROOT / "dashboard").rglob("*.py"))


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", GEO, ids=lambda path: path.name)
def test_the_library_does_not_know_the_dashboard(path: Path) -> None:
    """``geo`` imports neither streamlit, folium nor dashboard."""
    assert not _imports(path) & {"streamlit", "folium", "streamlit_folium", "branca", "dashboard"}


@pytest.mark.parametrize("path", [*GEO, *DASHBOARD], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_says_what_it_hides_and_stays_small(path: Path) -> None:
    """Every module has a docstring and at most 400 lines."""
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert source.count("\n") <= 400


@pytest.mark.parametrize("path", [*GEO, *DASHBOARD], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_unsafe_is_called(path: Path) -> None:
    """No pickle, no eval or exec, no raw HTML into the page."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\bpickle\b|\beval\(|\bexec\(|unsafe_allow_html|unsafe_allow_javascript", source)


def test_every_error_raised_on_purpose_has_our_base() -> None:
    """Catching BorderwatchError is enough, and each error is also a builtin."""
    from geo import errors

    ours = [item for item in vars(errors).values() if isinstance(item, type) and item is not errors.BorderwatchError]
    assert ours
    assert all(issubclass(item, errors.BorderwatchError) and len(item.__mro__) > 4 for item in ours)


def test_no_third_party_script_is_shipped() -> None:
    """JavaScript in the repository is ours; libraries come from packages."""
    scripts = list((ROOT / "dashboard").rglob("*.js"))
    assert all(path.stat().st_size < 60_000 for path in scripts)
    assert not any(re.search(r"leaflet|jquery|bootstrap", path.name) for path in scripts)

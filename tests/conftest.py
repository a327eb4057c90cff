"""What many tests share: the compiled gazetteer, the borders and the atlas of both."""

import pytest

from geo.build import build_gazetteer
from geo.extract import Atlas, load_atlas
from geo.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """Return the real gazetteer and borders, compiled first when they are not current."""
    build_gazetteer()
    return load_atlas()


@pytest.fixture(scope="session")
def gazetteer(atlas: Atlas) -> Gazetteer:
    """Return the real gazetteer."""
    return atlas.gazetteer

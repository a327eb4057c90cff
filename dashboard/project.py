"""The project that this server shows: its store, its engine and the border lines, opened once per process."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.borders import Borders, load_borders
from geo.query import Engine
from geo.store import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"


@dataclass(frozen=True)
class Project:
    """What the routes and the pages share."""

    store: Store
    engine: Engine
    borders: Borders


def store_folder() -> Path:
    """Return the folder of the project shown: ``BORDERWATCH_STORE``, or ``data/store``."""
    return Path(os.environ.get("BORDERWATCH_STORE") or DATA / "store")


@cache
def _open(folder: Path) -> Project:
    store, borders = Store(folder), load_borders()
    return Project(store, Engine(store, borders), borders)


def open_project() -> Project:
    """Return the project, opening it on the first call."""
    return _open(store_folder())

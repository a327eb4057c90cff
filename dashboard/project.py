"""The project that this server shows: its store, its engine and the border lines, opened once per process."""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.borders import Borders, load_borders
from geo.engines import open_engine
from geo.query import Engine, Query
from geo.store import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CHOICES = ("country", "source", "dataset")  # the filters whose values depend on the data


@dataclass(frozen=True)
class Project:
    """What the routes and the pages share."""

    store: Store
    engine: Engine
    borders: Borders

    def version(self) -> int:
        """Return a number that changes when a report was added or a dataset imported or removed."""
        return (self.store.version() + self.engine.datasets.version()) % 2**53  # a number to JavaScript too

    def warm(self) -> None:
        """Work out what every first page asks about all events."""
        self.engine.facets(Query(background=True), CHOICES)
        self.engine.span()
        self.engine.histogram(Query())


def store_folder() -> Path:
    """Return the folder of the project shown: ``BORDERWATCH_STORE``, or ``data/store``."""
    return Path(os.environ.get("BORDERWATCH_STORE") or DATA / "store")


@cache
def _open(folder: Path) -> Project:
    store, borders = Store(folder), load_borders()
    return Project(store, open_engine(os.environ.get("BORDERWATCH_ENGINE"), store, borders), borders)


def open_project() -> Project:
    """Return the project, opening it on the first call."""
    return _open(store_folder())

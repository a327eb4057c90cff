"""The collections of the open API: everything, and each dataset by itself."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any, NamedTuple

from dashboard.project import open_project, store_folder
from geo import __version__
from geo.datasets import Datasets
from geo.query import Engine

EVERYTHING = "all"  # the collection of all datasets
REPORTS = "reports"  # the dataset of what was read from reports
_STARTED = secrets.token_hex(4)  # the store counts its versions from the start of the process


class Collection(NamedTuple):
    """What is said of a collection."""

    id: str
    title: str
    description: str


def find_version() -> tuple[Any, ...]:
    """Return what changes whenever an answer may: with the data, and with the process."""
    return __version__, _STARTED, open_project().store.version(), Datasets(store_folder()).version()


def find_collections() -> dict[str, Collection]:
    """Return every collection by its id, everything first."""
    found = [
        Collection(EVERYTHING, "All events", "Every event of every dataset."),
        Collection(REPORTS, "Reports", "The events that Borderwatch read out of reports."),
        *(_of_dataset(dataset.name, dataset.info) for dataset in Datasets(store_folder()).list()),
    ]
    return {collection.id: collection for collection in found}


def _of_dataset(name: str, info: Any) -> Collection:  # noqa: ANN401 - JSON
    words = [f"The events of the dataset {name}."]
    for key, label in (("attribution", "Attribution"), ("licence", "Licence")):
        if isinstance(info.get(key), str) and info[key]:
            words.append(f"{label}: {info[key]}")
    return Collection(name, f"Dataset {name}", " ".join(words))


def find_times() -> tuple[str | None, str | None]:
    """Return the first and the last day of all events, or nothing without dates."""
    span = _span(open_project().engine, find_version())
    return (span[0].isoformat(), span[1].isoformat()) if span else (None, None)


@lru_cache(maxsize=4)
def _span(engine: Engine, _version: tuple[Any, ...]) -> tuple[Any, Any] | None:
    return engine.span(background=True)

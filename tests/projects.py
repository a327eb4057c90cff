"""A small project that the dashboard's routes answer for while a test runs."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.project import open_project
from geo.records import Event, Report
from geo.store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@contextmanager
def answering(folder: Path) -> Iterator[None]:
    """Let the dashboard show the project in a folder meanwhile, and close it then."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BORDERWATCH_STORE", str(folder))
        yield
        open_project().store.close()


@contextmanager
def showing(folder: Path, events: Iterable[Event]) -> Iterator[None]:
    """Make a project of one report's events, and let the dashboard show it meanwhile."""
    with Store(folder) as store:
        store.add(Report("r", "One", "One day of it."), list(events), now=NOW)
    with answering(folder):
        yield

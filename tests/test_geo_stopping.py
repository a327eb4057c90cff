"""A question that nobody waits for any more is stopped, while it runs and before."""

from pathlib import Path

import pytest

from geo.errors import Stopped
from geo.query import Engine, Query
from geo.stopping import Stopper, stopping
from geo.store import Store


def test_what_is_watched_is_interrupted() -> None:
    """Only what runs at that moment hears of it."""
    stopper, heard = Stopper(), []
    with stopper.watch(lambda: heard.append("running")):
        stopper.stop()
    stopper.stop()
    assert heard == ["running"]


def test_a_stopped_question_is_not_asked(tmp_path: Path) -> None:
    """The engine refuses what comes after, and answers again for others."""
    stopper = Stopper()
    stopper.stop()
    with Store(tmp_path) as store:
        engine = Engine(store)
        with stopping(stopper), pytest.raises(Stopped):
            engine.counts(Query())
        assert engine.counts(Query()).total == 0

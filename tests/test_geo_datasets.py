"""The folder of imported datasets: listing, versions, swapping, recovery."""

from pathlib import Path

import pytest

from geo.datasets import Datasets
from geo.errors import InvalidRecord, StoreError


def publish(datasets: Datasets, name: str, content: str = "x", **info: object) -> None:
    """Publish a dataset with one file."""
    with datasets.staging(name) as folder:
        year = folder / "state" / "year=2024"
        year.mkdir(parents=True)
        (year / f"{content}.parquet").write_text(content)
        datasets.publish(name, folder / "state", info)


def test_an_empty_project_has_no_datasets(tmp_path: Path) -> None:
    """Nothing needs to be there."""
    assert (Datasets(tmp_path).list(), Datasets(tmp_path).paths(), Datasets(tmp_path).version()) == ([], [], 0)


def test_what_was_published_is_listed(tmp_path: Path) -> None:
    """By name, with what it says of itself; staging leaves nothing behind."""
    datasets = Datasets(tmp_path)
    publish(datasets, "b", rows=2)
    publish(datasets, "a", rows=1)
    assert [(d.name, d.rows, [p.name for p in d.paths()]) for d in datasets.list()] == [
        ("a", 1, ["x.parquet"]),
        ("b", 2, ["x.parquet"]),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["events"]


def test_the_version_changes_with_every_change(tmp_path: Path) -> None:
    """Publishing, publishing again and removing are seen by another reader."""
    datasets, seen = Datasets(tmp_path), set()
    for _ in range(2):
        publish(datasets, "a")
        seen.add(Datasets(tmp_path).version())
    publish(datasets, "b")
    seen.add(Datasets(tmp_path).version())
    datasets.remove("a")
    seen.add(Datasets(tmp_path).version())
    assert len(seen) == 4
    assert Datasets(tmp_path).version() == Datasets(tmp_path).version()


def test_a_new_state_replaces_the_old_whole(tmp_path: Path) -> None:
    """No file of the old state remains, and an open file stays readable."""
    datasets = Datasets(tmp_path)
    publish(datasets, "a", "old")
    with datasets.paths()[0].open() as held:
        publish(datasets, "a", "new")
        assert held.read() == "old"
    assert [path.name for path in datasets.paths()] == ["new.parquet"]


def test_a_kill_between_the_two_renames_loses_nothing(tmp_path: Path) -> None:
    """The old state is found where it was put aside, and the next publish goes on from there."""
    datasets = Datasets(tmp_path)
    publish(datasets, "a", "old")
    (tmp_path / "staging").mkdir()
    (tmp_path / "events" / "a").rename(tmp_path / "staging" / "a-old")
    assert [path.name for path in Datasets(tmp_path).paths()] == ["old.parquet"]
    publish(datasets, "a", "new")
    assert [path.name for path in Datasets(tmp_path).paths()] == ["new.parquet"]


def test_what_a_dead_process_staged_is_cleared(tmp_path: Path) -> None:
    """Only of processes that are gone."""
    left = tmp_path / "staging" / "a.99999999.abcd"
    left.mkdir(parents=True)
    datasets = Datasets(tmp_path)
    with datasets.staging("b") as alive, datasets.staging("a"):
        assert (left.exists(), alive.exists()) == (False, True)


def test_two_imports_into_one_dataset_do_not_mix(tmp_path: Path) -> None:
    """The second is told to wait; another dataset is free."""
    with Datasets(tmp_path).staging("a"):
        with pytest.raises(StoreError, match="Another import into dataset 'a'"), Datasets(tmp_path).staging("a"):
            pass
        with Datasets(tmp_path).staging("b") as folder:
            assert folder.is_dir()


def test_removing_tells_whether_there_was_something(tmp_path: Path) -> None:
    """The dataset is gone then."""
    datasets = Datasets(tmp_path)
    publish(datasets, "a")
    assert (datasets.remove("a"), datasets.remove("a"), datasets.list()) == (True, False, [])


@pytest.mark.parametrize("name", ["", "A", "../a", "a/b", ".a", "reports", "x-old", "a" * 65])
def test_impossible_names_are_refused(tmp_path: Path, name: str) -> None:
    """A name is a folder and a word in links."""
    with pytest.raises(InvalidRecord, match="cannot be named so"), Datasets(tmp_path).staging(name):
        pass

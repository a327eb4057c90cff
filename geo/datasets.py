"""Imported data: which datasets a project has, where their files lie, and how a new state replaces an old one."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import InvalidRecord, StoreError

EVENTS = "events"  # below the project folder; a dataset is a folder in it
STAGING = "staging"  # beside it, on the same disk: what is being written, and what was just replaced
MANIFEST = "_dataset.json"  # names that begin with _ are no data to Spark
PARTS = "_parts.parquet"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_RESERVED = ("reports", "all")  # what the project's own GeoPackage holds; every dataset together


@dataclass(frozen=True, slots=True)
class Dataset:
    """
    One imported dataset as it is now.

    Attributes
    ----------
    name
        As in the column `dataset`.
    folder
        Holds ``year=YYYY/*.parquet`` (or ``year=undated``), ``_dataset.json`` and, where there are such,
        ``_parts.parquet``; a large one also ``_covering.parquet`` (`geo.engines.covering`) and ``_cube_*.parquet``
        (`geo.engines.cube`), which hold nothing that the files with the events do not say.
    info
        What ``_dataset.json`` says: format, files, mapping, licence, attribution, rows, imported.
    """

    name: str
    folder: Path
    info: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """How many events it holds."""
        return int(self.info.get("rows", 0))

    def paths(self) -> list[Path]:
        """Return the files with the events, in the order of their years."""
        return sorted(self.folder.glob("year=*/[!_]*.parquet"))

    def parts(self) -> Path | None:
        """Return the file with the places of events that have several, if there are such events."""
        path = self.folder / PARTS
        return path if path.exists() else None


class Datasets:
    """
    The datasets below ``events/`` of a project folder.

    A dataset is one folder that is never edited in place: a new state is written beside it and takes its name in
    a rename. Whoever has the old files open reads on in them; whoever comes later finds the new ones, under other
    names, so that an answer is never mixed from two states. A killed import leaves the old state as it was.

    Parameters
    ----------
    folder
        The project folder, such as ``data/store``; it need not exist.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder) / EVENTS
        self._staging = Path(folder) / STAGING

    def list(self) -> list[Dataset]:
        """Return all datasets in the order of their names; empty when nothing was imported."""
        return [dataset for name in self._names() if (dataset := self.get(name))]

    def get(self, name: str) -> Dataset | None:
        """
        Return one dataset, or None.

        Raises
        ------
        StoreError
            When its ``_dataset.json`` cannot be read.
        """
        folder = self._current(name)
        if folder is None:
            return None
        try:
            info = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder / MANIFEST} cannot be read ({error}); import the dataset again.") from error
        return Dataset(name, folder, info)

    def paths(self) -> list[Path]:
        """Return the event files of all datasets."""
        return [path for dataset in self.list() for path in dataset.paths()]

    def version(self) -> int:
        """Return a number that differs whenever a dataset was added, replaced or removed; costs a stat each."""
        state = []
        for name in self._names():
            folder = self._current(name)
            with suppress(OSError):
                stat = (folder / MANIFEST).stat() if folder else None
                state.append((name, stat and (stat.st_ino, stat.st_mtime_ns, stat.st_size)))
        return int.from_bytes(hashlib.blake2b(repr(state).encode(), digest_size=7).digest()) if state else 0

    @contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """
        Give an empty folder to write a dataset's next state into; whatever is left in it at the end is deleted.

        What a killed import of this dataset left behind is cleared first.

        Raises
        ------
        InvalidRecord
            When the name is none that a dataset can have.
        StoreError
            When the folder cannot be made, or another import into the dataset is going on.
        """
        check_name(name)
        with self._alone(name):
            self._clear_abandoned(name)
            with self._folder(name) as folder:
                yield folder

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Keep other writers of a dataset out, also those of other processes; a kill opens the lock."""
        path = self.folder / f".{name}.lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield
        except BlockingIOError as error:
            raise StoreError(f"Another import into dataset {name!r} is going on; wait for it and try again.") from error

    @contextmanager
    def _folder(self, name: str) -> Iterator[Path]:
        folder = self._staging / f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be made ({error}); what was imported before is unchanged.") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                self._staging.rmdir()  # only when empty

    def publish(self, name: str, state: Path, info: Mapping[str, Any]) -> Dataset:
        """
        Make a folder the dataset's current state.

        Parameters
        ----------
        state
            A folder inside the one that `staging` gave, with everything but ``_dataset.json``; it is moved.
        info
            What ``_dataset.json`` shall say; ``name`` is added.

        Raises
        ------
        StoreError
            When it cannot be put in place; the old state is then unchanged.
        """
        check_name(name)
        target, old = self.folder / name, self._old(name)
        try:
            write_synced(state / MANIFEST, json.dumps({"name": name, **info}, ensure_ascii=False, indent=1).encode())
            for folder in (state, *state.glob("year=*")):
                sync_folder(folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            self._recover(name)
            if target.exists():
                target.rename(old)
            state.rename(target)
            sync_folder(self.folder)
        except OSError as error:
            self._recover(name)
            raise StoreError(f"{target} cannot be written ({error}); what was imported before is unchanged.") from error
        shutil.rmtree(old, ignore_errors=True)
        dataset = self.get(name)
        if dataset is None:
            raise StoreError(f"{target} vanished while it was put in place; import the file again.")
        return dataset

    def remove(self, name: str) -> bool:
        """Delete a dataset; False when there is none of that name."""
        check_name(name)
        self._recover(name)
        target = self.folder / name
        if not target.exists():
            return False
        with self.staging(name) as folder:
            target.rename(folder / "removed")
        return True

    def _clear_abandoned(self, name: str) -> None:
        self._recover(name)
        for folder in self._staging.glob(f"{name}.*.*"):
            owner = folder.name.split(".")[-2]
            if owner.isdecimal() and not _is_alive(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)

    def _old(self, name: str) -> Path:
        return self._staging / f"{name}-old"

    def _current(self, name: str) -> Path | None:
        """Return where the dataset lies: also in the instant between the two renames of `publish`."""
        return next((path for path in (self.folder / name, self._old(name)) if path.is_dir()), None)

    def _recover(self, name: str) -> None:
        """Undo the first rename of a `publish` that was killed before the second, or finish one killed after it."""
        target, old = self.folder / name, self._old(name)
        if old.is_dir():
            if target.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(target)

    def _names(self) -> list[str]:
        """Return the names of what is there; the staging folder is only looked at for what a kill left in it."""
        names = {path.name for path in _folders(self.folder)}
        names |= {path.name.removesuffix("-old") for path in _folders(self._staging) if path.name.endswith("-old")}
        return sorted(name for name in names if _NAME.fullmatch(name))


def check_name(name: str) -> str:
    """
    Return the name if a dataset can have it.

    Raises
    ------
    InvalidRecord
        It becomes a folder and a word in links: lower-case letters, digits, dot, dash, underscore.
    """
    if not _NAME.fullmatch(name) or name in _RESERVED or name.endswith("-old"):
        raise InvalidRecord(
            f"Dataset {name[:80]!r} cannot be named so; expected up to 64 of a-z, 0-9, dot, dash and underscore, "
            f"beginning with a letter or digit, not {' or '.join(_RESERVED)} and not ending in -old."
        )
    return name


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:  # somebody else's
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except FileNotFoundError:
        return []

"""Files that are there whole or not at all: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import StoreError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Give the name of a temporary file beside `path`; when the block ends well, it takes that place for good.

    Raises
    ------
    StoreError
        When the file cannot be written; one that was there before is unchanged then.
    """
    if not path.parent.is_dir():
        raise StoreError(f"{path} cannot be written: there is no folder {path.parent}.")
    temporary = path.with_name(f".{path.stem[:200]}.{secrets.token_hex(4)}{path.suffix[:20]}")
    try:
        try:
            yield temporary
            _settle(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _settle(path.parent)
    except StoreError:
        raise
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error}); what was there before is unchanged.") from error


def _settle(path: Path) -> None:
    """Make sure that a file or a folder survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

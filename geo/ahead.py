"""Reading ahead and writing behind: while one chunk is worked on, the next is read and the last is written."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
AHEAD_BYTES = 64_000_000  # of items that are read before they are asked for, beside the one that is waited for
AHEAD = 16  # of them at most
BEHIND = 2  # blocks that wait to be written
_END = object()


def read_ahead(items: Iterable[Item], *, count: int = AHEAD) -> Iterator[Item]:
    """
    Yield items, taking up to so many ahead from their source in a thread, which alone runs and closes the source.

    Of items that tell their size (`nbytes`, as Arrow's batches do) fewer are taken when they are large.
    """
    source = iter(items)
    pool = ThreadPoolExecutor(1, "read-ahead")
    pending = deque([pool.submit(next, source, _END)])
    try:
        while (item := pending.popleft().result()) is not _END:
            wanted = min(count, 1 + AHEAD_BYTES // max(1, getattr(item, "nbytes", 1)))
            while len(pending) < wanted:
                pending.append(pool.submit(next, source, _END))
            yield item
    finally:
        for future in pending:
            future.cancel()
        pool.submit(getattr(source, "close", bool)).result()
        pool.shutdown()


def write_behind(path: Path, blocks: Iterable[bytes | memoryview], *, hashed: bool) -> str:
    """Write blocks to a new file from a thread; return their SHA-256 if they are to be hashed."""
    digest = hashlib.sha256()
    pending: deque[Future[Any]] = deque()
    with path.open("xb", buffering=0) as file, ThreadPoolExecutor(1, "write-behind") as pool:

        def put(block: bytes | memoryview) -> None:
            if hashed:
                digest.update(block)
            rest = memoryview(block)
            while rest:
                rest = rest[file.write(rest) :]

        for block in blocks:
            pending.append(pool.submit(put, block))
            if len(pending) > BEHIND:
                pending.popleft().result()
        for future in pending:
            future.result()
    return digest.hexdigest() if hashed else ""

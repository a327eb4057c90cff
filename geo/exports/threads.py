"""Reading ahead and writing behind: while one chunk is put into words, the next is read and the last is written."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

AHEAD_BYTES = 64_000_000  # of batches that are read before they are asked for, beside the one that is waited for
AHEAD = 16  # of them at most
BEHIND = 2  # blocks that wait to be written
_END = object()


def read_ahead(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the batches, taking them from their source in a thread, which alone runs and closes the source."""
    source = iter(batches)
    pool = ThreadPoolExecutor(1, "export-read")
    pending = deque([pool.submit(next, source, _END)])
    try:
        while (batch := pending.popleft().result()) is not _END:
            wanted = min(AHEAD, 1 + AHEAD_BYTES // max(1, batch.nbytes))
            while len(pending) < wanted:
                pending.append(pool.submit(next, source, _END))
            yield batch
    finally:
        for future in pending:
            future.cancel()
        pool.submit(getattr(source, "close", bool)).result()
        pool.shutdown()


def write_behind(path: Path, blocks: Iterable[bytes | memoryview], *, hashed: bool) -> str:
    """Write blocks to a new file from a thread; return their SHA-256 if they are to be hashed."""
    digest = hashlib.sha256()
    pending: deque[Future[Any]] = deque()
    with path.open("xb", buffering=0) as file, ThreadPoolExecutor(1, "export-write") as pool:

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

"""Reading ahead and writing behind: everything in order, errors where they belong, sources closed where they ran."""

import hashlib
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from geo.ahead import AHEAD, read_ahead, write_behind


def batch_of(number: int) -> pa.RecordBatch:
    """Return a batch with one number."""
    return pa.RecordBatch.from_pydict({"n": [number]})


class Source:
    """Batches without end that keep account of how far they were read, in which threads, and of being closed."""

    def __init__(self, padding: int = 1) -> None:
        self.read, self.closed, self.threads = 0, False, set()
        self.padding = padding

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield 0, 1, 2 and so on."""
        try:
            for number in count():
                self.threads.add(threading.get_ident())
                self.read += 1
                yield pa.RecordBatch.from_pydict({"n": np.full(self.padding, number)})
        finally:
            self.threads.add(threading.get_ident())
            self.closed = True


def test_batches_come_in_order_and_all() -> None:
    """Nothing is lost or turned round."""
    read = read_ahead(batch_of(number) for number in range(100))
    assert [batch["n"][0].as_py() for batch in read] == list(range(100))
    assert list(read_ahead([])) == []


def test_a_source_is_read_and_closed_in_one_thread_of_its_own() -> None:
    """A cursor belongs to the thread that made it."""
    source = Source()
    ahead = read_ahead(source.batches())
    next(ahead)
    ahead.close()
    assert source.closed
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


def test_reading_ahead_ends_at_a_number_and_at_a_size() -> None:
    """What waits is little: few batches, and of large ones only the next."""
    for padding, most in ((1, AHEAD + 1), (10_000_000, 2)):
        source = Source(padding)
        ahead = read_ahead(source.batches())
        next(ahead)
        ahead.close()
        assert source.read <= most


def test_an_error_of_the_source_comes_after_what_it_gave() -> None:
    """As if it were read directly."""

    def source() -> Iterator[pa.RecordBatch]:
        yield batch_of(1)
        raise ValueError("lost")

    ahead = read_ahead(source())
    assert next(ahead)["n"][0].as_py() == 1
    with pytest.raises(ValueError, match="lost"):
        next(ahead)


def test_blocks_are_written_in_order_and_hashed_if_asked(tmp_path: Path) -> None:
    """The hash is that of the file."""
    blocks = [b"%d\n" % number * 1000 for number in range(50)] + [b"", memoryview(b"end")]
    content = b"".join(blocks)
    assert write_behind(tmp_path / "a", blocks, hashed=True) == hashlib.sha256(content).hexdigest()
    assert write_behind(tmp_path / "b", blocks, hashed=False) == ""
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == content


def test_an_error_between_blocks_comes_out(tmp_path: Path) -> None:
    """The caller then throws the file away."""

    def blocks() -> Iterator[bytes]:
        yield b"a"
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        write_behind(tmp_path / "a", blocks(), hashed=False)


def test_an_error_of_the_last_block_is_not_lost(tmp_path: Path) -> None:
    """What cannot be written, here no bytes at all, comes out of the thread."""
    with pytest.raises(TypeError, match="bytes-like"):
        write_behind(tmp_path / "a", [b"a", "text"], hashed=False)

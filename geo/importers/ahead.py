"""Working ahead: the next items are made in threads while the present one is used."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Full, Queue
from typing import Any, TypeVar

import pyarrow as pa

Item = TypeVar("Item")
Result = TypeVar("Result")
WAIT_S = 0.1  # how often a thread looks whether it is still wanted
TURN_S = 1e-4  # measured: reading takes a fifth less time than with Python's 5 ms
_END = object()


def read_ahead(items: Iterator[Item], *, count: int = 1) -> Iterator[Item]:
    """
    Yield the items of an iterator, up to so many of which are made ahead, in a thread of their own.

    An error of the iterator is raised here; when this is closed early, so is the iterator.
    """
    queue: Queue[Any] = Queue(count)
    stop = threading.Event()
    thread = threading.Thread(target=_fill, args=(items, queue, stop), daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item
    finally:
        stop.set()
        while thread.is_alive():
            _drain(queue)
            thread.join(WAIT_S)


def map_ahead(work: Callable[[Item], Result], items: Iterable[Item], *, threads: int) -> Iterator[Result]:
    """Yield what some work makes of each item, in their order; so many threads work ahead, with one item at hand."""
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def frugal_memory() -> Iterator[None]:
    """Have Arrow give memory back at once: many threads work on an import, and each would keep what it had."""
    before = pa.default_memory_pool()
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


class _ShortTurns:
    """
    Has threads pass on Python's lock soon: those of an import need it for an instant, between two long sums.

    Imports may run at the same time: the last to end restores what was before the first.
    """

    def __init__(self) -> None:
        self._lock, self._users, self._before = threading.Lock(), 0, 0.0

    def __enter__(self) -> None:
        with self._lock:
            if not self._users:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(TURN_S)
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if not self._users:
                sys.setswitchinterval(self._before)


SHORT_TURNS = _ShortTurns()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _fill(items: Iterator[Any], queue: Queue[Any], stop: threading.Event) -> None:
    try:
        for item in items:
            _put(queue, item, stop)
            if stop.is_set():
                break
        last: object = _END
    except BaseException as error:  # noqa: BLE001 - raised again by whoever reads
        last = _Failure(error)
    _put(queue, last, stop)
    if hasattr(items, "close"):
        items.close()


def _put(queue: Queue[Any], item: object, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            queue.put(item, timeout=WAIT_S)
        except Full:
            continue
        return


def _drain(queue: Queue[Any]) -> None:
    try:
        while True:
            queue.get_nowait()
    except Empty:
        return

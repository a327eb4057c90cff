"""Stopping a question that nobody waits for any more, as when a map was moved on before it was painted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from geo.errors import Stopped


class Stopper:
    """Stops what one caller asks of an engine, from another thread; see `stopping`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupts: list[Callable[[], None]] = []
        self._stopped = False

    def stop(self) -> None:
        """Interrupt what is running now, and refuse what comes after; stopping twice is harmless."""
        with self._lock:
            self._stopped = True
            for interrupt in self._interrupts:
                interrupt()

    def check(self) -> None:
        """Raise Stopped if nobody waits any more."""
        if self._stopped:
            raise Stopped("The question was withdrawn before it was answered.")

    @contextmanager
    def watch(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Call `interrupt` when this is stopped meanwhile."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)


_current: ContextVar[Stopper | None] = ContextVar("stopper", default=None)


@contextmanager
def stopping(stopper: Stopper) -> Iterator[None]:
    """Let what this task, and the threads it hands its context to, ask meanwhile be stopped by `stopper`."""
    token = _current.set(stopper)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Stopper:
    """Return what may stop the running question; one that nobody holds where none was set."""
    return _current.get() or Stopper()

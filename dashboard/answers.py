"""From a function of an address's parameters to an answer over HTTP: JSON, packed, remembered, stopped in time."""

import gzip
import json
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response

from dashboard.i18n import tr, use
from dashboard.project import open_project
from geo.errors import BorderwatchError, InvalidQuery, Stopped
from geo.stopping import Stopper, stopping

Answer = Callable[[Mapping[str, str]], Any]
PACKED = 1_500  # bytes from which an answer is packed: below, it fits one packet as it is
LEVEL = 4  # of gzip: most of the gain, 10 ms a MB
REMEMBERED = 64  # answers of one state of the project, each at most about 250 kB

GRACE_S = 0.015  # by then the map has asked too, which hears of a change at the same moment
PATIENCE_S = 2.0  # how long list and timeline let the map go first
STEP_S = 0.01

NOT_STORED = "no-store"  # what a reader looks at stays off the disk of her browser


class Remembered:
    """The JSON of the last answers of one function, forgotten when the project changed."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._lock, self._bodies = threading.Lock(), OrderedDict[Any, bytes]()

    def __call__(self, params: Mapping[str, str]) -> bytes:
        """Return the body of the answer."""
        project = open_project()
        key = (project, project.version(), *sorted(params.items()))
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
                return body
        body = to_json(self.answer(params))
        with self._lock:
            self._bodies[key] = body
            while len(self._bodies) > REMEMBERED:
                self._bodies.popitem(last=False)
        return body


class Turns:
    """Lets the map, which everybody looks at, have the machine before what lies around it."""

    def __init__(self) -> None:
        self._first = 0  # only ever changed on the event loop

    @asynccontextmanager
    async def first(self) -> AsyncIterator[None]:
        """Go at once."""
        self._first += 1
        try:
            yield
        finally:
            self._first -= 1

    @asynccontextmanager
    async def then(self) -> AsyncIterator[None]:
        """Go when none of the first is under way, or has been for too long."""
        await anyio.sleep(GRACE_S)
        with anyio.move_on_after(PATIENCE_S):
            while self._first:
                await anyio.sleep(STEP_S)
        yield


def to_json(value: Any) -> bytes:  # noqa: ANN401
    """Write a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")


def respond_with(
    answer: Answer, cache: str = NOT_STORED, turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
) -> Callable[[Request], Awaitable[Response]]:
    """
    Wrap a function of the parameters: run it off the event loop, explain its errors in JSON.

    The parameter ``lang`` chooses the language of its words; being a parameter, it is part of what is remembered.

    Parameters
    ----------
    answer
        Returns what JSON can write, or that as bytes, or a response, or None where there is nothing.
    cache
        The answer's Cache-Control.
    turn
        One of `Turns`, if it matters who goes first.
    """

    async def respond(request: Request) -> Response:
        params = {**request.query_params, **request.path_params}
        use(params.get("lang"))
        try:
            async with turn():
                value = await _while_awaited(request, lambda: _body(answer(params)))
        except InvalidQuery as error:
            return _error(error, 400)
        except Stopped as error:
            return _error(error, 499)  # nobody reads it
        except BorderwatchError as error:
            return _error(error, 503)
        if value is None:
            return _error(tr("There is nothing at this address."), 404)
        if isinstance(value, Response):
            return value
        packs = "gzip" in request.headers.get("accept-encoding", "")
        return await anyio.to_thread.run_sync(_respond, value, cache, packs)

    return respond


def _body(value: Any) -> bytes | Response | None:  # noqa: ANN401
    return value if value is None or isinstance(value, bytes | Response) else to_json(value)


async def _while_awaited(request: Request, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Run work in a thread; when the browser hangs up meanwhile, its queries are stopped."""
    stopper, answers = Stopper(), []

    async def wait_for_end() -> None:
        message = await request.receive()
        if message["type"] == "http.request":
            message = await request.receive()
        if message["type"] == "http.disconnect":
            stopper.stop()

    with stopping(stopper):
        async with anyio.create_task_group() as group:
            group.start_soon(wait_for_end)
            try:
                answers.append(await anyio.to_thread.run_sync(work))
            except BorderwatchError as error:  # a group would wrap it
                answers.append(error)
            group.cancel_scope.cancel()
    if isinstance(answers[0], BorderwatchError):
        raise answers[0]
    return answers[0]


def _respond(body: bytes, cache: str, packs: bool) -> Response:
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    if packs and len(body) >= PACKED:
        body = gzip.compress(body, LEVEL)
        headers["Content-Encoding"] = "gzip"
    return Response(body, 200, headers, "application/json")


def _error(error: object, status: int) -> Response:
    return Response(to_json({"error": str(error)}), status, {"Cache-Control": NOT_STORED}, "application/json")

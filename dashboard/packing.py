"""Streamlit's scripts sent packed: it leaves them as they are, which is two thirds of what a first visit fetches."""

import gzip
from collections.abc import Iterable

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDERS = ("/static/js/", "/static/css/")
LEVEL = 9  # once for each file, whose name changes with what is in it
Headers = list[tuple[bytes, bytes]]


class PackedScripts:
    """ASGI middleware that packs scripts and styles the first time they are asked for, and keeps them packed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[Headers, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on and keep the answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _is_packable(scope):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            answer = _Answer()
            await self.app(scope, receive, answer.take)
            if not answer.is_whole():
                for message in answer.messages:
                    await send(message)
                return
            body = await anyio.to_thread.run_sync(gzip.compress, answer.body(), LEVEL)
            self._kept[path] = (_packed_headers(answer.headers(), len(body)), body)
        headers, body = self._kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _is_packable(scope: Scope) -> bool:
    asked = {
        name: value for name, value in scope["headers"] if name in (b"accept-encoding", b"range", b"if-none-match")
    }
    return (
        any(folder in scope["path"] for folder in FOLDERS)
        and b"gzip" in asked.get(b"accept-encoding", b"")
        and b"range" not in asked
        and b"if-none-match" not in asked
    )


def _packed_headers(headers: Iterable[tuple[bytes, bytes]], length: int) -> Headers:
    kept = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"accept-ranges")]
    return [
        *kept,
        (b"content-length", str(length).encode()),
        (b"content-encoding", b"gzip"),
        (b"vary", b"accept-encoding"),
    ]


class _Answer:
    """What the application sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    def headers(self) -> Headers:
        return list(self.messages[0].get("headers", ()))

    def is_whole(self) -> bool:
        """Tell whether it is a plain answer that nobody has packed."""
        start = self.messages[0]
        packed = any(name.lower() == b"content-encoding" for name, _ in self.headers())
        kinds = {"http.response.start", "http.response.body"}
        return start.get("status") == 200 and not packed and {message["type"] for message in self.messages} <= kinds

    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])

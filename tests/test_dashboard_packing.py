"""Scripts go out packed, once packed for all; everything else goes out as it is."""

import asyncio
import gzip
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.packing import PackedScripts

SCRIPT = "let x = 1;\n" * 500


class Server:
    """A server with one script, that counts how often it is made."""

    def __init__(self) -> None:
        self.made: list[str] = []

        async def script(request: Request) -> Response:
            if request.path_params["name"] != "a.js":
                return Response("none", 404)
            self.made.append(request.url.path)
            return PlainTextResponse(
                SCRIPT, headers={"Cache-Control": "public, immutable"}, media_type="text/javascript"
            )

        app = Starlette(routes=[Route("/static/js/{name}", script), Route("/other/{name}", script)])
        self.app = PackedScripts(app)

    def get(self, path: str, **asked: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer."""
        sent: list[Any] = []
        headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": headers,
            "query_string": b"",
            "root_path": "",
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_script_is_packed_once() -> None:
    """The same bytes arrive, fewer are sent, its headers stay, and the application is asked once."""
    server = Server()
    for _ in range(3):
        status, headers, body = server.get("/static/js/a.js", accept_encoding="gzip, br")
        assert status == 200
        assert gzip.decompress(body).decode() == SCRIPT
        assert headers["content-encoding"] == "gzip"
        assert headers["cache-control"] == "public, immutable"
        assert int(headers["content-length"]) == len(body) < len(SCRIPT) / 10
    assert len(server.made) == 1


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/static/js/a.js", {"accept_encoding": "identity"}, 200),
        ("/static/js/a.js", {"accept_encoding": "gzip", "range": "bytes=0-3"}, 200),
        ("/static/js/none.js", {"accept_encoding": "gzip"}, 404),
        ("/other/a.js", {"accept_encoding": "gzip"}, 200),
    ],
)
def test_what_is_not_to_be_packed_stays(path: str, asked: dict[str, str], status: int) -> None:
    """For who cannot read it, asks for a part, or asks for something else."""
    found, headers, _ = Server().get(path, **asked)
    assert found == status
    assert "content-encoding" not in headers

"""The headers that keep the browser to our own server."""

import asyncio
from typing import Any

from dashboard.headers import SafeHeaders, to_policy


def _rules(policy: str) -> dict[str, str]:
    return dict(rule.split(" ", 1) for rule in policy.split("; "))


def test_no_other_host_is_allowed_by_default() -> None:
    """Every source is ourselves, data or blobs; scripts cannot be made of strings."""
    rules = _rules(to_policy())
    assert not any("http" in value or "*" in value for value in rules.values())
    assert "unsafe-eval" not in rules["script-src"]
    assert rules["object-src"] == "'none'"
    assert rules["frame-ancestors"] == "'self'"


def test_network_tiles_open_images_for_their_host_alone() -> None:
    """Tiles that were switched on by name widen img-src and nothing else."""
    rules = _rules(to_policy(("https://tile.openstreetmap.org",)))
    assert rules["img-src"].endswith("https://tile.openstreetmap.org")
    assert sum("openstreetmap" in value for value in rules.values()) == 1


def test_every_answer_bears_the_headers() -> None:
    """Whatever the app answers, the headers are on it, once."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": [(b"referrer-policy", b"unsafe-url")]})

    async def collect(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(SafeHeaders(app)({"type": "http"}, None, collect))  # type: ignore[arg-type]
    names = [name for name, _ in sent[0]["headers"]]
    headers = dict(sent[0]["headers"])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"strict-origin-when-cross-origin"
    assert b"content-security-policy" in headers
    assert len(names) == len(set(names))

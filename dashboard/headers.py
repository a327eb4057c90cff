"""The headers that keep the browser to our own server, put on every answer."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit and the map's frame write inline scripts and styles, and Streamlit loads components from blob: addresses.
# Nothing may come from, or go to, another host; 'self' covers the websocket (CSP level 3).
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    # OpenStreetMap's tile policy asks for a referer; the origin alone gives away no filter.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def to_policy(image_hosts: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy; `image_hosts` are those of network tiles that were switched on by name."""
    rules = dict(_POLICY)
    rules["img-src"] = " ".join((rules["img-src"], *image_hosts))
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SafeHeaders:
    """ASGI middleware that puts the headers on every HTTP answer, whoever made it."""

    def __init__(self, app: ASGIApp, image_hosts: tuple[str, ...] = ()) -> None:
        self.app = app
        self.headers: Mapping[str, str] = {"Content-Security-Policy": to_policy(image_hosts), **_FIXED}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the answer's start."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)

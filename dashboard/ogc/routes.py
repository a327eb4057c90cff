"""The addresses of the open API: what each answers, in which format, how long it may take, and how errors look."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

import anyio
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.ogc import documents, items, openapi
from dashboard.ogc.accept import choose
from dashboard.ogc.collections import find_collections, find_version
from dashboard.ogc.documents import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from dashboard.ogc.page import to_html
from dashboard.ogc.params import CRS84, ITEMS, check_words
from geo.errors import BorderwatchError, InvalidQuery
from geo.stopping import Stopper, stopping

PREFIX = "/ogc"
TIMEOUT_S = 20.0  # an answer that takes longer is given up: clients wait about half a minute
AT_ONCE = 2  # questions that the engine gets from here at the same time; the dashboard must stay quick
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_slots = threading.BoundedSemaphore(AT_ONCE)
_limiter = anyio.CapacityLimiter(AT_ONCE * 8)  # those that wait

_Made = TypeVar("_Made")
Answer = Callable[[str, dict[str, str], dict[str, str]], dict[str, Any] | None]  # base, path's parts, parameters


class Resource(NamedTuple):
    """What is at an address."""

    summary: str
    schema: str
    media: str
    words: tuple[str, ...]
    answer: Answer


class _Busy(BorderwatchError, TimeoutError):
    """Too many questions at once, or one that takes too long; retrying later might help."""


def _of_collection(answer: Answer) -> Answer:
    def known(base: str, parts: dict[str, str], params: dict[str, str]) -> dict[str, Any] | None:
        return answer(base, parts, params) if parts["collectionId"] in find_collections() else None

    return known


RESOURCES = {
    "": Resource("Landing page", "landingPage", JSON, ("f",), lambda b, _, q: documents.landing(b, q)),
    "/conformance": Resource("Conformance", "confClasses", JSON, ("f",), lambda b, _, q: documents.conformance(b, q)),
    "/api": Resource("This document", "schema", OPENAPI, ("f",), lambda b, *_: openapi.describe(b, _described())),
    "/collections": Resource(
        "Collections", "collections", JSON, ("f",), lambda b, _, q: documents.list_collections(b, q)
    ),
    "/collections/{collectionId}": Resource(
        "Collection",
        "collection",
        JSON,
        ("f",),
        _of_collection(lambda b, p, q: documents.find_collection(b, p["collectionId"], q)),
    ),
    "/collections/{collectionId}/queryables": Resource(
        "Queryables",
        "schema",
        SCHEMA,
        ("f",),
        _of_collection(lambda b, p, q: documents.list_queryables(b, p["collectionId"], q)),
    ),
    "/collections/{collectionId}/schema": Resource(
        "Schema",
        "schema",
        SCHEMA,
        ("f",),
        _of_collection(lambda b, p, q: documents.describe_schema(b, p["collectionId"], q)),
    ),
    "/collections/{collectionId}/items": Resource(
        "Features",
        "featureCollection",
        GEOJSON,
        (*ITEMS, "f"),
        _of_collection(lambda b, p, q: items.list_items(b, p["collectionId"], q)),
    ),
    "/collections/{collectionId}/items/{featureId}": Resource(
        "Feature",
        "feature",
        GEOJSON,
        ("crs", "f"),
        _of_collection(lambda b, p, q: items.find_item(b, p["collectionId"], p["featureId"], q)),
    ),
}


def _described() -> dict[str, tuple[str, str, str, tuple[str, ...]]]:
    return {path: resource[:4] for path, resource in RESOURCES.items()}


def routes() -> list[Route]:
    """Return the routes of the open API; whatever else is below `PREFIX` is not found, in JSON."""
    gzip = [Middleware(GZipMiddleware, minimum_size=500, compresslevel=5)]
    found = [
        Route(
            PREFIX + path.replace("{featureId}", "{featureId:path}"),
            _respond(resource),
            methods=_METHODS,
            middleware=gzip,
        )
        for path, resource in {**RESOURCES, "/": RESOURCES[""]}.items()
    ]
    return [*found, Route(PREFIX + "/{rest:path}", _nowhere, methods=_METHODS)]


async def _nowhere(_: Request) -> Response:
    return _failure(404, "NotFound", "There is nothing at this address.")


def _failure(status: int, code: str, words: str, **headers: str) -> Response:
    content = json.dumps({"code": code, "description": words}, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, {"Cache-Control": "no-store", **headers}, JSON)


def _respond(resource: Resource) -> Callable[[Request], Awaitable[Response]]:
    """Wrap an answer: method, parameters, format, version, time; whatever goes wrong is told in JSON."""

    async def respond(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _failure(405, "MethodNotAllowed", "This API only reads.", Allow="GET, HEAD")
        try:
            return await _read(request, resource)
        except InvalidQuery as error:
            return _failure(400, "InvalidParameterValue", str(error))
        except BorderwatchError as error:
            return _failure(503, "NotAvailable", str(error), **{"Retry-After": str(round(TIMEOUT_S))})

    return respond


async def _read(request: Request, resource: Resource) -> Response:
    params = check_words(request.query_params.multi_items(), resource.words)
    html = _wants_page(request, resource, params)
    if html is None:
        return _failure(406, "NotAcceptable", f"This is to be had as {resource.media} or {HTML} only.")
    if html:
        params["f"] = "html"  # so that pages link to pages
    base, given = str(request.base_url).rstrip("/") + PREFIX, request.headers.get("if-none-match", "")

    def work() -> tuple[str, bytes | None]:
        tag = _tag(find_version(), str(request.url), html)
        if _same(given, tag):
            return tag, b""
        document = resource.answer(base, dict(request.path_params), params)
        return tag, None if document is None else _write(document, resource, html=html)

    tag, body = await _in_time(work)
    if body is None:
        return _failure(404, "NotFound", "There is nothing at this address.")
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    if not body:
        return Response(None, 304, headers)
    if resource.media == GEOJSON:
        headers["Content-Crs"] = f"<{CRS84}>"
    return Response(body, 200, headers, HTML if html else resource.media)


def _wants_page(request: Request, resource: Resource, params: dict[str, str]) -> bool | None:
    if "f" in params:
        return params["f"] == "html"
    return choose(request.headers.get("accept"), (resource.media, JSON, GEOJSON), HTML)


def _write(document: dict[str, Any], resource: Resource, *, html: bool) -> bytes:
    if html:
        return to_html(document, f"{documents.TITLE}: {resource.summary}").encode("utf-8", "replace")
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _tag(version: tuple[Any, ...], address: str, html: bool) -> str:
    digest = hashlib.blake2b(repr((version, address, html)).encode("utf-8", "replace"), digest_size=12)
    return f'W/"{digest.hexdigest()}"'  # weak: the time stamp differs


def _same(header: str, tag: str) -> bool:
    given = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in given or tag.removeprefix("W/") in given


async def _in_time(work: Callable[[], _Made]) -> _Made:
    """Run an answer off the event loop; one that is given up is stopped, and ends before another takes its slot."""
    stopper = Stopper()

    def in_slot() -> _Made:
        if not _slots.acquire(timeout=TIMEOUT_S):
            raise _Busy(f"The server has more to answer than {AT_ONCE} questions in {TIMEOUT_S:g} s; ask again later.")
        try:
            return work()
        finally:
            _slots.release()

    with stopping(stopper), anyio.move_on_after(TIMEOUT_S):
        return await anyio.to_thread.run_sync(in_slot, abandon_on_cancel=True, limiter=_limiter)
    stopper.stop()
    raise _Busy(f"The answer takes longer than {TIMEOUT_S:g} s; ask for less: a smaller box, fewer days.")

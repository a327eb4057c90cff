"""The JSON behind map, timeline and panel, asked as the browser asks it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import anyio
import pytest
from shapely import Point
from starlette.applications import Starlette
from starlette.types import Message

from dashboard import routes
from geo.borders import load_borders
from geo.errors import InvalidQuery
from geo.query import Query
from geo.records import Event
from tests.projects import showing

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def _event(name: str, lon: float, day: int) -> Event:
    when = date(2024, 4, day)
    return Event(name, f"Event {name}", "exercise", "completed", when, when, "day", geometry=Point(lon, 38.0), radius_km=5.0,
                 place=name, country="TJ", location_precision="settlement")  # fmt: skip


LINE = Event("line", "Border closed", "border_closure", "ongoing", date(2024, 4, 1), None, "day", place="border",
             country="TJ", geometry=load_borders().line("AF-TJ"), location_precision="line", border="AF-TJ",
             evidence={"places": [{"name": "border", "lat": None, "lon": None, "precision": "line", "border": "AF-TJ",
                                   "report": "r", "start": 0, "end": 3, "quote": "One"}]})  # fmt: skip


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> Iterator[None]:
    """Let the routes answer for a small store made here."""
    with showing(tmp_path, [_event("a", 69.0, 1), _event("b", 71.0, 2), LINE]):
        yield


def test_a_view_gives_the_events_in_it_and_says_how_many_lie_outside() -> None:
    """The viewport is no filter: the total counts what is beyond it too."""
    answer = routes.events_in_view({"view": "68,37,70,38.2", "zoom": "8"})
    assert answer["mode"] == "events"
    assert {event["id"] for event in answer["events"]} == {"line", "a"}
    assert (answer["here"], answer["total"]) == (2, 3)


def test_an_event_of_the_view_has_what_the_map_draws() -> None:
    """A spot with its radius, and the words of the tooltip."""
    answer = routes.events_in_view({"view": "70.5,37,72,39", "text": "Event"})
    assert answer["events"] == [
        {
            "id": "b",
            "title": "Event b",
            "kind": "exercise",
            "status": "completed",
            "match": "yes",
            "when": "2 April 2024",
            "place": "b",
            "precision": "settlement",
            "spots": [{"type": "point", "lon": 71.0, "lat": 38.0, "name": "b", "km": 5.0}],
        }
    ]


def test_many_events_come_as_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the engine's cells are sent, single events among them whole."""
    monkeypatch.setattr(routes, "WHOLE_EVENTS", 1)
    answer = routes.events_in_view({"view": "60,30,80,45", "zoom": "2"})
    assert answer["mode"] == "cells"
    assert answer["here"] == answer["total"] == 3


def test_the_summary_adds_up() -> None:
    """Five counts, the bins of the histogram and the span."""
    answer = routes.summary({"from": "2024-04-02"})
    counts = dict(answer["counts"])
    assert counts.pop("total") == sum(counts.values()) == 3
    assert answer["span"][0] == "2024-04-01"
    assert answer["from"] == "2024-04-02"
    assert {entry[2] for entry in answer["bins"]} == {"exercise", "border_closure"}


def test_the_list_is_paged_newest_first() -> None:
    """A page holds what was asked for and says how many there are."""
    answer = routes.listing({"limit": "1", "offset": "1", "kind": "exercise"})
    assert [event["id"] for event in answer["events"]] == ["a"]
    assert answer["total"] == 2


def test_the_extent_is_the_box_around_what_matches() -> None:
    """Show all knows where to go, and that there is nowhere when nothing matches."""
    assert routes.extent({"kind": "exercise"}) == {"extent": [69.0, 38.0, 71.0, 38.0]}
    assert routes.extent({"text": "nosuchword"}) == {"extent": None}


def test_a_card_is_found_with_its_report() -> None:
    """The event's report is the one its evidence names."""
    card = routes.event_card({"id": "line"})
    assert card is not None
    assert card["pieces"][0] == {"text": "One", "fields": ["place"]}
    assert routes.event_card({"id": "nosuch"}) is None


def test_a_card_measures_the_border_where_the_event_does_not_say() -> None:
    """The nearest border and the distance are on every card with a point."""
    card = routes.event_card({"id": "b"})
    assert card is not None
    assert card["distance"] == "About 23 km from the border with Afghanistan, give or take 5 km."


@pytest.mark.parametrize("view", ["", "1,2,3", "a,b,c,d", "10,10,5,20", "0,-91,1,0", "nan,0,1,1", "0,0,inf,1"])
def test_an_impossible_view_is_refused(view: str) -> None:
    """The message names the value and the rule."""
    with pytest.raises(InvalidQuery, match="view="):
        routes.events_in_view({"view": view})


def test_borders_and_areas_come_as_geojson() -> None:
    """A pair that is no border and a key that is no area answer null, not an error."""
    assert routes.border_line({"pair": "AF-TJ"})["geometry"]["type"] == "MultiLineString"
    assert routes.border_line({"pair": "AF-US"}) == {"geometry": None}
    assert routes.area_shape({"key": "XX-YY"}) == {"geometry": None}


def test_the_export_is_geojson_with_its_receipt() -> None:
    """What is shown, and the query it answers."""
    exported = json.loads(routes.export_bytes(Query(kinds=("exercise",))))
    assert [feature["id"] for feature in exported["features"]] == ["a", "b"]
    assert exported["receipt"]["query"] == {"kind": "exercise"}


def test_an_export_without_a_place_for_its_receipt_has_it_beside() -> None:
    """The receipt of the same query can be asked for alone."""
    receipt = routes.export_receipt({"kind": "exercise"})
    assert receipt["query"] == {"kind": "exercise"}
    assert receipt["counts"]["shown"] == 2


async def _get(path: str, query: str = "") -> tuple[int, dict[str, str], bytes]:
    app, sent, asked = Starlette(routes=routes.routes()), [], []

    async def receive() -> Message:
        if asked:
            await anyio.sleep_forever()  # a stream asks whether the client is still there
        asked.append(path)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
             "headers": [], "root_path": "", "scheme": "http", "server": ("127.0.0.1", 1), "http_version": "1.1"}  # fmt: skip
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.anyio
async def test_errors_are_explained_in_json() -> None:
    """A bad query is the asker's fault, and the words say which value."""
    status, headers, body = await _get("/api/summary", "from=yesterday")
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert "yesterday" in json.loads(body)["error"]


@pytest.mark.anyio
async def test_an_unknown_event_is_not_found() -> None:
    """An id of any shape is looked up, never taken for a path."""
    status, _, body = await _get("/api/event/../../etc/passwd")
    assert status == 404
    assert "nothing" in json.loads(body)["error"]


@pytest.mark.anyio
async def test_answers_about_events_are_not_kept() -> None:
    """What may change is asked again; tiles of the base map are not."""
    _, events, _ = await _get("/api/events")
    _, tile, _ = await _get("/api/base/1/1/0")
    assert events["cache-control"] == "no-store"
    assert "max-age" in tile["cache-control"]


@pytest.mark.anyio
async def test_a_tile_outside_the_world_is_not_found() -> None:
    """Only tiles that exist are drawn."""
    status, _, _ = await _get("/api/base/2/9/0")
    assert status == 404


@pytest.mark.anyio
async def test_each_language_has_its_own_answer() -> None:
    """What is remembered in one language is never given in the other, and the next request begins in English."""
    told = []
    for query in ("kind=exercise", "kind=exercise&lang=ru", "kind=exercise", "lang=xx"):
        _, _, body = await _get("/api/list", query)
        told.append(json.loads(body)["events"][0]["when"])
    assert told == ["2 April 2024", "2 апреля 2024\N{NO-BREAK SPACE}г.", "2 April 2024", "2 April 2024"]
    _, _, body = await _get("/api/event/b", "lang=ru")
    assert json.loads(body)["kind_label"] == "Учения"


@pytest.mark.anyio
async def test_the_browser_gets_the_words_of_a_language() -> None:
    """Small enough to be fetched with every page, and empty for English."""
    _, _, english = await _get("/api/words")
    _, _, russian = await _get("/api/words", "lang=ru")
    assert json.loads(english) == {"language": "en", "words": {}, "plurals": []}
    assert json.loads(russian)["plurals"] == ["one", "few", "many"]
    assert len(russian) < 60_000


@pytest.fixture
def anyio_backend() -> str:
    """Run the asynchronous tests on asyncio."""
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize("extension", ["geojson", "geojsonl", "parquet", "gpkg", "csv", "kml", "xlsx"])
async def test_every_format_is_streamed(extension: str) -> None:
    """Each comes as a file with its name and kind; those without a place for the receipt say where it is."""
    status, headers, body = await _get(f"/api/export.{extension}", "kind=exercise")
    assert (status, len(body) > 100) == (200, True)
    assert headers["content-disposition"] == f'attachment; filename="borderwatch.{extension}"'
    assert ("export.receipt.json?kind=exercise" in headers.get("link", "")) == (extension in ("csv", "geojsonl"))


@pytest.mark.anyio
async def test_the_stream_is_the_export() -> None:
    """The route gives the bytes of the button, but for the receipt's time."""
    _, _, body = await _get("/api/export.geojson", "kind=exercise")
    ours, theirs = json.loads(body), json.loads(routes.export_bytes(Query(kinds=("exercise",))))
    ours["receipt"]["generated"] = theirs["receipt"]["generated"]
    assert ours == theirs


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "query"), [("/api/export.shp", ""), ("/api/export.csv", "from=yesterday")])
async def test_an_export_that_cannot_be_is_refused(path: str, query: str) -> None:
    """Before the first byte, in words."""
    status, _, body = await _get(path, query)
    assert status == 400
    assert "expected" in json.loads(body)["error"]

"""The open API over HTTP: its documents, its pages of features, and how it refuses."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from dashboard.ogc import routes
from dashboard.ogc.documents import CONFORMANCE
from dashboard.project import open_project
from geo.errors import Stopped
from geo.export import write_geojson
from geo.importing import import_file
from geo.query import Query
from geo.stopping import Stopper, current
from tests import ogc_world
from tests.ogc_world import ODD, fetch

PATHS = ("", "/", "/conformance", "/api", "/collections", "/collections/all", "/collections/all/queryables",
         "/collections/all/schema", "/collections/all/items", "/collections/reports/items/e00003")  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small project; gives the landing page's address."""
    folder = tmp_path_factory.mktemp("project")
    ogc_world.fill(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BORDERWATCH_STORE", str(folder))
        with ogc_world.serve() as address:
            yield address
        open_project().store.close()


@pytest.fixture(scope="module")
def items(base: str) -> str:
    """Return the address of all features."""
    return f"{base}/collections/all/items"


def _ids(reply: ogc_world.Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [feature["id"] for feature in reply.json()["features"]]


def _expected(query: Query) -> list[str]:
    return list(open_project().engine.rows(query)["id"])


@pytest.mark.parametrize("path", PATHS)
def test_every_address_has_data_and_a_page(base: str, path: str) -> None:
    """JSON by default, HTML for a browser, each by `f` too."""
    data = fetch(base + path)
    page = fetch(base + path, headers={"Accept": "text/html"})
    assert (data.status, page.status) == (200, 200)
    assert isinstance(data.json(), dict)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.body.startswith(b"<!DOCTYPE html>")
    assert fetch(base + path, {"f": "html"}, headers={"Accept": "application/json"}).body.startswith(b"<!DOCTYPE")
    assert fetch(base + path, {"f": "json"}, headers={"Accept": "text/html"}).json().keys() == data.json().keys()


def test_the_landing_page_leads_everywhere(base: str) -> None:
    """Every link of the documents leads to something of the type it names."""
    landing = fetch(base).json()
    links = landing["links"] + fetch(f"{base}/collections/all").json()["links"]
    assert {link["rel"] for link in landing["links"]} >= {"self", "service-desc", "service-doc", "conformance", "data"}
    for link in links:
        reply = fetch(link["href"], headers={"Accept": link["type"].split(";")[0]})
        assert reply.status == 200, link
        assert reply.headers["Content-Type"].split(";")[0] == link["type"].split(";")[0], link


def test_the_classes_it_follows_are_told(base: str) -> None:
    """Core, GeoJSON, OpenAPI 3.0 and the filter among them."""
    told = fetch(f"{base}/conformance").json()["conformsTo"]
    assert told == list(CONFORMANCE)
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert {core + name for name in ("core", "geojson", "oas30", "html")} < set(told)


def test_its_description_is_valid_openapi(base: str) -> None:
    """The validator of the OpenAPI Initiative's schema finds no fault, and the paths are those that answer."""
    reply = fetch(f"{base}/api")
    assert reply.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert [str(error) for error in OpenAPIV30SpecValidator(reply.json()).iter_errors()] == []
    limit = reply.json()["components"]["parameters"]["limit"]["schema"]
    assert limit == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100}
    for path in reply.json()["paths"]:
        there = path.replace("{collectionId}", "all").replace("{featureId}", "e00003")
        assert fetch(base + there).status == 200


def test_the_collections_are_everything_and_each_dataset(base: str) -> None:
    """Each with its extent and links to its features."""
    found = {entry["id"]: entry for entry in fetch(f"{base}/collections").json()["collections"]}
    assert list(found) == ["all", "reports"]
    assert found["all"]["extent"]["temporal"]["interval"][0][0] == "1992-01-01T00:00:00Z"
    assert {link["rel"] for link in found["reports"]["links"]} >= {"self", "items", "describedby"}


def test_a_page_says_what_it_is(items: str) -> None:
    """Numbers, time stamp, coordinate system and links."""
    reply = fetch(items, {"limit": 2, "kind": "patrol"})
    page = reply.json()
    assert reply.headers["Content-Type"] == "application/geo+json"
    assert reply.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert (page["type"], page["numberReturned"]) == ("FeatureCollection", 2)
    assert page["numberMatched"] == len(_expected(Query(kinds=("patrol",))))
    assert page["timeStamp"].endswith("Z")
    assert {link["rel"] for link in page["links"]} == {"self", "alternate", "next", "collection"}


def test_a_feature_is_the_event(items: str) -> None:
    """All its columns, days as ISO 8601, and whether it certainly matches."""
    page = fetch(items, {"from": "2024-05-10", "to": "2024-05-20", "limit": 10_000}).json()
    found = {feature["id"]: feature["properties"] for feature in page["features"]}
    assert found["e90002"]["match"] == "possible"
    assert found["e90003"] | {"start": "2024-05-20", "end": None, "match": "yes", "radius_km": 5.0} == found["e90003"]
    assert found["e90003"]["actors"] == ["Border guard", "Unit 0"]


QUERIES = {
    "": Query(),
    "bbox=60,36,62,37.5": Query(bbox=(60, 36, 62, 37.5)),
    "bbox=60,36,-99,62,37.5,99": Query(bbox=(60, 36, 62, 37.5)),
    "bbox=179,60,-179,70": Query(bbox=(179, 60, -179, 70)),
    "datetime=2024-05-20": Query.from_params({"from": "2024-05-20", "to": "2024-05-20"}),
    "datetime=2024-05-10T00:00:00Z/..": Query.from_params({"from": "2024-05-10"}),
    "datetime=../2024-02-01": Query.from_params({"to": "2024-02-01"}),
    "from=2024-01-05&to=2024-02-01&possible=0": Query.from_params(
        {"from": "2024-01-05", "to": "2024-02-01", "possible": "0"}
    ),
    "kind=patrol,aid&status=completed": Query(kinds=("patrol", "aid"), statuses=("completed",)),
    "country=RU": Query(countries=("RU",)),
    "country=AF": Query(countries=("AF",)),
    "border=AF-TJ&within_km=30": Query(border="AF-TJ", within_km=30),
    "area=60,30;80,30;80,45": Query(area=((60.0, 30.0), (80.0, 30.0), (80.0, 45.0))),
    "not_kind=aid,patrol": Query(not_kinds=("aid", "patrol")),
    "border=AF-TJ&within_km=300&border_from_km=200&border_to_km=900": Query(
        border="AF-TJ", within_km=300, border_from_km=200, border_to_km=900
    ),
    "text=event%209000": Query(text="event 9000"),
    "precision=line": Query(precisions=("line",)),
    "actor=Unit%201": Query(actors=("Unit 1",)),
    "background=1": Query(background=True),
    "crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84": Query(),
}


@pytest.mark.parametrize("words", QUERIES)
def test_the_words_give_what_the_query_gives(items: str, words: str) -> None:
    """The same events in the same order, and as many as are said to match."""
    reply = fetch(f"{items}?{words}&limit=10000" if words else f"{items}?limit=10000")
    assert _ids(reply) == _expected(QUERIES[words])
    assert reply.json()["numberMatched"] == reply.json()["numberReturned"] == len(_ids(reply))


def test_a_filter_in_cql2_is_joined_with_the_words(items: str) -> None:
    """Both must hold."""
    filtered = fetch(items, {"filter": "border_km < 10 AND start IS NOT NULL", "kind": "patrol,aid", "limit": 99})
    rows = open_project().engine.rows(Query(kinds=("patrol", "aid")))
    rows = rows[(rows["border_km"] < 10) & rows["start"].notna()]
    assert _ids(filtered) == list(rows["id"])
    assert filtered.json()["numberMatched"] == len(rows) > 0


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_the_next_links_lead_through_all_features_once(items: str, limit: int) -> None:
    """In the order of the query, undated events too, until there is no next link."""
    address, found = f"{items}?limit={limit}&background=1", []
    while address:
        page = fetch(address).json()
        found += [feature["id"] for feature in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        address = links.get("next")
    assert found == _expected(Query(background=True))


def test_the_prev_link_leads_back(items: str) -> None:
    """To the same features as before."""
    first = fetch(items, {"limit": 5})
    links = {link["rel"]: link["href"] for link in first.json()["links"]}
    second = fetch(links["next"])
    back = {link["rel"]: link["href"] for link in second.json()["links"]}["prev"]
    assert _ids(fetch(back)) == _ids(first)
    assert _ids(fetch(items, {"limit": 5, "offset": 5})) == _ids(second)


def test_a_page_for_people_leads_to_pages(items: str) -> None:
    """Whoever reads HTML goes on in HTML."""
    shown = fetch(items, {"limit": 2, "offset": 2}, headers={"Accept": "text/html"}).body.decode()
    found = dict(re.findall(r">(\w+): [^<]*</a> \(([^)]*)\)", shown))
    assert found["self"] == found["next"] == found["prev"] == "text/html"
    assert found["alternate"] == "application/geo+json"


def test_one_feature_is_found_whatever_its_id(base: str) -> None:
    """Signs of an address in it are no matter; text that looks like a link stays text."""
    assert ODD.id in _ids(fetch(f"{base}/collections/all/items", {"kind": "other", "limit": 999}))
    own = f"{base}/collections/reports/items/odd%2Fid%3F%26%23%20%C3%BC%252F"
    feature = fetch(own).json()
    assert (feature["type"], feature["id"], feature["properties"]["title"]) == ("Feature", ODD.id, ODD.title)
    assert {link["rel"]: link["href"] for link in feature["links"]}["self"] == own
    shown = fetch(own, {"f": "html"}).body.decode()
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert 'href="javascript' not in shown


def test_an_unplaced_event_has_no_geometry(base: str) -> None:
    """By its id every event is found, also one that no map shows."""
    assert fetch(f"{base}/collections/all/items/e90006").json()["geometry"] is None


@pytest.mark.parametrize(
    "path", ["/nothing", "/collections/none", "/collections/none/items", "/collections/all/items/none", "/collections/"]
)
def test_what_is_not_there_is_not_found(base: str, path: str) -> None:
    """404, in JSON."""
    reply = fetch(base + path)
    assert reply.status == 404
    assert reply.json()["code"] == "NotFound"


@pytest.mark.parametrize(
    "words",
    [
        *(
            "foo=1",
            "limit=0",
            "limit=x",
            "bbox=1,2,3",
            "datetime=x",
            "kind=war",
            "kind=aid&kind=aid",
            "f=xml",
            "filter=(",
        ),
        *("filter=secret%3D1", "cursor=x", "offset=-1", "bbox=0,0,0,91", "crs=x", "text=%00", "kind="),
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(items: str, words: str) -> None:
    """400 with a sentence that names it."""
    reply = fetch(f"{items}?{words}")
    assert reply.status == 400
    assert reply.headers["Content-Type"] == "application/json"
    assert words.split("=", maxsplit=1)[0] in reply.json()["description"]


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_parameter_is_refused_everywhere(base: str, path: str) -> None:
    """As the standard asks for every resource."""
    assert fetch(base + path, {"nosuch": 1}).status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_only_reads(items: str, method: str) -> None:
    """405, and what is allowed."""
    reply = fetch(items, method=method)
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")
    assert reply.json()["code"] == "MethodNotAllowed"
    assert fetch(items, method="HEAD").body == b""


def test_a_format_that_is_not_made_is_not_acceptable(items: str) -> None:
    """406 for a picture."""
    reply = fetch(items, headers={"Accept": "image/png"})
    assert (reply.status, reply.json()["code"]) == (406, "NotAcceptable")


def test_what_did_not_change_is_not_sent_again(items: str) -> None:
    """304 for the tag that was given; another address, another tag."""
    first = fetch(items, {"limit": 3})
    tag = first.headers["ETag"]
    again = fetch(items, {"limit": 3}, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert fetch(items, {"limit": 4}, headers={"If-None-Match": tag}).status == 200
    assert fetch(items, {"limit": 3}, headers={"If-None-Match": tag, "Accept": "text/html"}).status == 200


def test_large_answers_are_compressed(items: str) -> None:
    """For clients that say they can read it."""
    reply = fetch(items, headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in reply.headers["Vary"]
    assert json.loads(gzip.decompress(reply.body))["numberReturned"] > 10
    assert fetch(items).headers["Content-Encoding"] is None


def test_an_answer_that_takes_too_long_is_given_up(items: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and when to come again; then the server answers as before."""
    ended = threading.Event()
    told: list[Stopper] = []

    def wait(*_: object) -> dict[str, bool]:
        told.append(current())
        return {"late": ended.wait(5)}

    slow = routes.RESOURCES["/conformance"]._replace(answer=wait)
    monkeypatch.setattr(routes, "TIMEOUT_S", 0.2)
    monkeypatch.setitem(routes.RESOURCES, "/conformance", slow)
    with ogc_world.serve() as base:
        replies = [fetch(f"{base}/conformance") for _ in range(3)]  # the third finds both places taken
        ended.set()
    assert [reply.status for reply in replies] == [503, 503, 503]
    assert replies[0].headers["Retry-After"] == "0"
    for stopper in told:  # what the engine runs for it is interrupted
        with pytest.raises(Stopped):
            stopper.check()
    assert len(told) >= 2
    monkeypatch.undo()
    assert fetch(items).status == 200


def test_a_new_event_is_seen_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another tag, and counted."""
    ogc_world.fill(tmp_path, plain=3)
    monkeypatch.setenv("BORDERWATCH_STORE", str(tmp_path))
    with ogc_world.serve() as base:
        items = f"{base}/collections/all/items"
        before = fetch(items, {"limit": 1})
        ogc_world.fill(tmp_path, plain=4)
        after = fetch(items, {"limit": 1}, headers={"If-None-Match": before.headers["ETag"]})
    open_project().store.close()
    assert after.status == 200
    assert after.json()["numberMatched"] == before.json()["numberMatched"] + 1


def test_an_imported_dataset_is_a_collection_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told from the reports, and both are in the collection of all."""
    ogc_world.fill(tmp_path, plain=2)
    with ogc_world.engine(tmp_path) as engine:
        rows, total = engine.rows(Query(kinds=("exercise",))), len(engine.rows(Query()))
        rows["id"] = "x" + rows["id"]
        write_geojson(tmp_path / "x.geojson", rows, query=Query(), counts=engine.counts(Query()), now=ogc_world.NOW)
    import_file(tmp_path / "x.geojson", folder=tmp_path, dataset="towns", now=ogc_world.NOW)
    monkeypatch.setenv("BORDERWATCH_STORE", str(tmp_path))
    with ogc_world.serve() as base:
        collections = fetch(f"{base}/collections").json()["collections"]
        found = {name: _ids(fetch(f"{base}/collections/{name}/items")) for name in ("all", "reports", "towns")}
        chosen = _ids(fetch(f"{base}/collections/all/items", {"dataset": "towns"}))
        none = _ids(fetch(f"{base}/collections/reports/items", {"dataset": "towns"}))
        statuses = [fetch(f"{base}/collections/{name}/items/{chosen[0]}").status for name in ("towns", "reports")]
    open_project().store.close()
    assert [collection["id"] for collection in collections] == ["all", "reports", "towns"]
    assert found["towns"] == chosen == list(rows["id"])
    assert len(found["reports"]) == total
    assert sorted(found["all"]) == sorted(found["reports"] + chosen)
    assert none == []
    assert statuses == [200, 404]

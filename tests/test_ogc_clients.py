"""Real clients read the open API of the real server: GDAL through pyogrio, and OWSLib."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from owslib.ogcapi.features import Features

from geo.query import Engine, Query
from tests import ogc_world

ROOT = Path(__file__).resolve().parent.parent
EVENTS = 1_200  # more than GDAL takes on one page
START_S = 90
REAL = ("radius_km", "border_km", "border_at_km")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project that needs several pages."""
    made = tmp_path_factory.mktemp("project")
    ogc_world.fill(made, plain=EVENTS)
    return made


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    """Run the dashboard as everybody does; gives the address of its open API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "BORDERWATCH_STORE": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/ogc", process, folder / "server.log")
            yield f"http://127.0.0.1:{port}/ogc"
        finally:
            process.terminate()
            process.wait(15)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[Engine]:
    """Open the same project here."""
    with ogc_world.engine(folder) as found:
        yield found


def _read(base: str, **options: object) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(f"OAPIF:{base}", layer="all", **options)


def test_gdal_reads_every_feature_of_every_page(base: str, engine: Engine) -> None:
    """In order, with the same places and numbers, and typed columns."""
    found, expected = _read(base), engine.rows(Query())
    assert list(found["id"]) == list(expected["id"])
    assert len(found) > EVENTS
    assert found.geometry.geom_equals_exact(gpd.GeoSeries(expected.geometry.to_numpy(), crs=found.crs), 1e-9).all()
    for name in ("title", "kind", "status", "place", "country", "border", "location_precision", "match"):
        assert [None if pd.isna(value) else value for value in found[name]] == list(expected[name]), name
    for name in REAL:
        pd.testing.assert_series_equal(found[name].astype("float64"), expected[name], check_names=False)
    for name in ("start", "end"):
        assert [None if pd.isna(value) else value.date() for value in found[name]] == list(expected[name])


def test_gdal_counts_without_reading(base: str, engine: Engine) -> None:
    """What it says of the layer is what there is."""
    info = pyogrio.read_info(f"OAPIF:{base}", layer="all")
    assert info["features"] == len(engine.rows(Query()))
    assert dict(zip(info["fields"], info["ogr_types"], strict=True))["border_km"] == "OFTReal"


FILTERED = [
    ({"bbox": (60, 36, 62.3, 37.5)}, Query(bbox=(60, 36, 62.3, 37.5))),
    ({"where": "kind = 'patrol'"}, Query(kinds=("patrol",))),
    ({"where": "kind = 'patrol' AND status = 'completed'"}, Query(kinds=("patrol",), statuses=("completed",))),
    ({"where": "dataset = 'reports'"}, Query(datasets=("reports",))),
    ({"where": "country = 'RU'"}, Query(countries=("RU",))),
    ({"where": "start >= '2024/05/10'"}, Query(start=date(2024, 5, 10))),
    (
        {"where": "start >= '2024/05/10' AND start <= '2024/05/12'"},
        Query(start=date(2024, 5, 10), end=date(2024, 5, 12)),
    ),
    ({"bbox": (61, 36, 65, 38), "where": "kind = 'aid'"}, Query(bbox=(61, 36, 65, 38), kinds=("aid",))),
]


@pytest.mark.parametrize(("options", "query"), FILTERED)
def test_gdal_reads_exactly_what_the_query_gives(
    base: str, engine: Engine, options: dict[str, object], query: Query
) -> None:
    """Its filters are asked of the server in the words of the query."""
    found = _read(base, **options)
    assert list(found["id"]) == list(engine.rows(query)["id"])
    assert len(found) > 0


WORKED_OUT = {
    "border = 'AF-TJ'": lambda row: row["border"] == "AF-TJ",
    "border_km < 7": lambda row: row["border_km"] < 7,
    "published >= '2024/06/01'": lambda row: row["published"] is not None and row["published"] >= date(2024, 6, 1),
    "title ILIKE 'event 11%'": lambda row: row["title"].lower().startswith("event 11"),
    "kind = 'aid' OR kind = 'visit'": lambda row: row["kind"] in ("aid", "visit"),
    "id = 'e00007'": lambda row: row["id"] == "e00007",
    "start IS NULL": lambda row: row["start"] is None,
}


@pytest.mark.parametrize("where", WORKED_OUT)
def test_gdal_filters_by_any_column(base: str, engine: Engine, where: str) -> None:
    """Those that the server does not know it works out itself, on all features."""
    expected = [row["id"] for _, row in engine.rows(Query()).iterrows() if WORKED_OUT[where](row)]
    assert list(_read(base, where=where)["id"]) == expected


def test_gdal_reads_a_dataset_alone(base: str, engine: Engine) -> None:
    """Each collection is a layer."""
    assert [str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{base}")] == ["all", "reports"]
    found = pyogrio.read_dataframe(f"OAPIF:{base}/collections/reports")
    assert list(found["id"]) == list(engine.rows(Query())["id"])


def test_owslib_finds_its_way(base: str) -> None:
    """Landing page, conformance, collections, queryables and description."""
    client = Features(base)
    assert client.feature_collections() == ["all", "reports"]
    assert client.collection("reports")["itemType"] == "feature"
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in client.conformance()["conformsTo"]
    assert client.collection_queryables("all")["properties"]["border_km"]["type"] == "number"
    assert client.api()["openapi"] == "3.0.3"


def test_owslib_reads_exactly_what_the_query_gives(base: str, engine: Engine) -> None:
    """By words, by box and time, by CQL2, and one by its id."""
    client, expected = Features(base), engine.rows(Query(bbox=(60, 36, 63, 38), start=date(2024, 3, 1)))
    page = client.collection_items("all", bbox=[60, 36, 63, 38], datetime_="2024-03-01/..", limit=10_000)
    assert [feature["id"] for feature in page["features"]] == list(expected["id"])
    assert page["numberMatched"] == len(expected) > 0
    rows = engine.rows(Query(kinds=("aid",)))
    page = client.collection_items("all", kind="aid", filter="border_km < 9", limit=10_000)
    assert [feature["id"] for feature in page["features"]] == list(rows[rows["border_km"] < 9]["id"])
    assert client.collection_item("all", "e00007")["properties"]["title"] == "Event 7"


def test_the_dashboard_is_at_its_place_still(base: str) -> None:
    """The open API takes no address from the app, and its answers bear the app's headers."""
    reply = ogc_world.fetch(base.removesuffix("/ogc") + "/api/style")
    assert reply.status == 200
    assert "default-src 'self'" in ogc_world.fetch(base).headers["Content-Security-Policy"]
    assert ogc_world.fetch(base, headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"

"""The receipt: who must be named, what was asked, and ACLED's notice."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from shapely.geometry import Point

from geo import __version__
from geo.exports import find_datasets, receipt
from geo.exports.chunks import chunk_of
from geo.exports.receipt import ACLED_NOTICE, Ledger, to_lines
from geo.features import to_features
from geo.query import Query
from geo.records import Event
from tests.export_events import DRILL, NOW, export

COUNTS = {"shown": 2, "total": 2}
UCDP = {"format": "ucdp-ged", "licence": "CC BY 4.0", "attribution": "UCDP GED 24.1", "rows": 9, "mapping": {"a": 1}}


def book(*events: Event, query: Query | None = None, **datasets: dict[str, Any]) -> dict[str, Any]:
    """Return the receipt of events."""
    named = {name.replace("_", "-"): about for name, about in datasets.items()}
    ledger = Ledger(query or Query(), COUNTS, NOW, named)
    ledger.add(chunk_of(to_features(events).assign(match="yes")))
    return ledger.receipt()


def test_a_receipt_of_reports_names_each_source_once() -> None:
    """Name, address and licence of every source, sorted; nothing for a row without any."""
    bare = replace(DRILL, id="b", source_name=None, source_url=None, licence=None)
    other = replace(DRILL, id="c", source_name="AP", source_url=None, licence=None)
    found = book(DRILL, replace(DRILL, id="again"), bare, other)
    assert found["sources"] == [
        {"name": "AP", "url": None, "licence": None},
        {"name": "TASS", "url": "https://tass.example/1", "licence": "facts only"},
    ]
    assert {key: found[key] for key in ("query", "counts", "generated", "version")} == {
        "query": {},
        "counts": COUNTS,
        "generated": "2024-04-18T09:30:00Z",
        "version": __version__,
    }
    assert not {"datasets", "notices", "more_sources"} & set(found)


def test_a_dataset_is_named_once_with_its_licence() -> None:
    """A million rows of one dataset are one entry with its attribution, however many pages they cite."""
    rows = [
        replace(DRILL, id=str(n), dataset="ucdp-ged", source_url=f"https://x/{n}", licence="CC BY 4.0") for n in "ab"
    ]
    found = book(*rows, ucdp_ged=UCDP)
    stated = {key: UCDP[key] for key in ("format", "licence", "attribution")}
    assert found["datasets"] == [{"name": "ucdp-ged", "rows": 2} | stated]
    assert found["sources"] == []


def test_licences_of_rows_that_the_dataset_does_not_state_are_listed() -> None:
    """A re-imported export keeps the licences of its rows."""
    found = book(replace(DRILL, dataset="mine", licence="CC0"), mine={"licence": None})
    assert found["datasets"] == [{"name": "mine", "rows": 1, "row_licences": ["CC0"]}]


@pytest.mark.parametrize(
    ("event", "datasets"),
    [
        ({"dataset": "acled"}, {"acled": {"format": "acled"}}),
        ({"dataset": "mine"}, {"mine": {"format": "acled"}}),
        ({"dataset": "mine", "licence": "ACLED terms of use"}, {"mine": {"format": "geojson"}}),
        ({"dataset": "mine"}, {"mine": {"format": "table", "attribution": "ACLED, accessed 2024-04-18"}}),
        ({"licence": "ACLED terms"}, {}),
        ({"dataset": "acled-asia"}, {}),
    ],
)
def test_acled_rows_carry_their_notice(event: dict[str, str], datasets: dict[str, dict]) -> None:
    """However ACLED's rows came, the receipt says that they may not be passed on."""
    found = book(replace(DRILL, **event), **datasets)
    assert found["notices"] == [ACLED_NOTICE]
    assert f"Notice: {ACLED_NOTICE}" in to_lines(found)


def test_without_acled_there_is_no_notice() -> None:
    """Only whom it concerns."""
    assert "notices" not in book(replace(DRILL, dataset="ucdp-ged"), acled={"format": "acled"}, ucdp_ged=UCDP)


@pytest.mark.parametrize(
    ("event", "query", "names"),
    [
        ({"border": None, "geometry": None}, Query(), []),
        ({"border": None}, Query(), ["GeoNames"]),
        ({}, Query(), ["OpenStreetMap", "GeoNames"]),
        ({"border": None}, Query(border="AF-TJ", within_km=20), ["OpenStreetMap", "GeoNames"]),
        ({"location_precision": "region"}, Query(), ["OpenStreetMap", "GeoNames", "Natural Earth"]),
    ],
)
def test_reference_data_is_credited_where_it_was_used(event: dict, query: Query, names: list[str]) -> None:
    """Border lines, gazetteer and outlines, each only if the rows rest on it."""
    assert [entry["name"] for entry in book(replace(DRILL, **event), query=query)["reference"]] == names


def test_what_is_credited_is_what_the_sources_of_the_data_say() -> None:
    """The attributions are those of data/SOURCES.md."""
    sources = (Path(__file__).resolve().parent.parent / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert receipt.BORDER_LINES["attribution"] in sources
    assert all(entry["name"] in sources for entry in (receipt.PLACES, receipt.OUTLINES))


def test_many_sources_are_cut_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt does not grow with the rows; each row names its source anyway."""
    monkeypatch.setattr(receipt, "MAX_SOURCES", 3)
    found = book(*(replace(DRILL, id=str(n), source_name=f"s{n}") for n in range(5)))
    assert (len(found["sources"]), found["more_sources"]) == (3, True)


def test_datasets_are_those_of_the_engine() -> None:
    """An engine without datasets has none; otherwise they are known by their name."""
    known = SimpleNamespace(list=lambda: [SimpleNamespace(name="ucdp-ged", info=UCDP)])
    assert find_datasets(SimpleNamespace()) == {}
    assert find_datasets(SimpleNamespace(datasets=known)) == {"ucdp-ged": UCDP}


def test_the_words_of_a_receipt_say_everything(tmp_path: Path) -> None:
    """Version, query, counts, credits and sources, a line each."""
    lines = to_lines(export(tmp_path, "csv", query=Query(kinds=("exercise",)), events=(DRILL,))[1].receipt)
    assert lines == [
        f"Exported by Borderwatch {__version__} at 2024-04-18T09:30:00Z",
        "Query: kind exercise",
        "1 shown, 0 possible, 0 undated, 0 unplaced, 0 hidden, 1 total",
        "Reference: © OpenStreetMap contributors (ODbL 1.0)",
        "Reference: GeoNames, https://www.geonames.org (CC BY 4.0)",
        "Source: TASS; https://tass.example/1; facts only",
    ]


def test_a_place_of_an_import_is_not_credited_to_the_gazetteer() -> None:
    """Coordinates that came with the data are theirs."""
    event = replace(DRILL, dataset="ucdp-ged", geometry=Point(1, 2), border=None)
    assert book(event, ucdp_ged=UCDP)["reference"] == []

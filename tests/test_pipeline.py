"""From the first seed report to GeoJSON, against one file that a person has reviewed."""

import json
from datetime import UTC, datetime
from pathlib import Path

from geo.export import read_geojson, to_geojson
from geo.extract import Atlas, understand
from geo.query import Engine, Query
from geo.reports import read_report
from geo.store import Store

ROOT = Path(__file__).resolve().parent
SEED = ROOT.parent / "seeds" / "2024-04-kharb-maidon.md"
GOLDEN = ROOT / "data" / "kharb-maidon.geojson"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _export(folder: Path, atlas: Atlas) -> bytes:
    seen = understand(read_report(SEED), atlas)
    with Store(folder) as store:
        store.add(seen.report, seen.events, now=NOW)
        engine = Engine(store, atlas.borders)
        query = Query.from_params({"from": "2024-04-01", "to": "2024-04-30", "border": "AF-TJ", "within_km": "60"})
        return to_geojson(engine.rows(query), query=query, counts=engine.counts(query), now=NOW)


def test_the_seed_report_becomes_the_reviewed_features(tmp_path: Path, atlas: Atlas) -> None:
    """When this fails, look at the difference; if it is right, write the new answer to the golden file."""
    assert json.loads(_export(tmp_path, atlas)) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_same_report_gives_the_same_bytes(tmp_path: Path, atlas: Atlas) -> None:
    """Ids, order and numbers do not change from run to run."""
    assert _export(tmp_path / "a", atlas) == _export(tmp_path / "b", atlas)


def test_the_reviewed_file_says_what_the_report_says() -> None:
    """One exercise, four days of April 2024, twelve systems, and a place with a radius."""
    rows = read_geojson(GOLDEN)
    event = rows.iloc[0]
    assert len(rows) == 1
    assert (event["kind"], str(event["start"]), str(event["end"])) == ("exercise", "2024-04-15", "2024-04-18")
    assert (event["place"], event["radius_km"], event["border"]) == ("Kharb-Maidon", 25.0, "AF-TJ")
    assert len(set(event["equipment"]) - {"FPV drones"}) == 12

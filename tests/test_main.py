"""The command line: what it prints, writes and refuses."""

import json
from pathlib import Path

import pytest

from geo.__main__ import main

SEED = Path(__file__).resolve().parent.parent / "seeds" / "2024-04-kharb-maidon.md"


@pytest.fixture
def store(tmp_path: Path) -> list[str]:
    """Return the option that keeps a test's store apart."""
    return ["--store", str(tmp_path / "store")]


def test_geocode_prints_json_with_choice_reason_and_candidates(capsys: pytest.CaptureFixture[str]) -> None:
    """The choice carries its radius, precision and source."""
    assert main(["geocode", "Kharb-Maidon", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"choice", "reason", "candidates"}
    assert {"name", "country", "lat", "lon", "radius_km", "precision", "source"} <= set(answer["choice"])
    assert answer["choice"]["radius_km"] >= 20


def test_a_refusal_is_null_with_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    """Not knowing is an answer, not an error."""
    assert main(["geocode", "Qwertyabad", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["choice"] is None


def test_geocode_gives_a_border_as_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The country is the border's other side."""
    assert main(["geocode", "Afghan border", "--country", "TJ", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["choice"]["border"] == "AF-TJ"


def test_geocode_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """The chosen candidate is marked."""
    assert main(["geocode", "Faizabad", "--country", "TJ"]) == 0
    assert "→ Fayzobod" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["geocode", "Kulob", "--near", "north"], "'north'"),
        (["geocode", "Kulob", "--near", "95,10"], "'95,10'"),
        (["export", "--from", "2024-02-31", "-o", "x"], "2024-02-31"),
        (["export", "--from", "2024-05-01", "--to", "2024-04-01", "-o", "x"], "2024"),
        (["export", "--kind", "party", "-o", "x"], "party"),
        (["export", "--bbox", "1,2,3", "-o", "x"], "1,2,3"),
        (["export", "--border", "AF-XX", "--within-km", "5", "-o", "x"], "AF-XX"),
        (["ingest", "nowhere.md"], "nowhere.md"),
    ],
)
def test_a_wrong_value_ends_with_status_2_and_one_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], store: list[str]
) -> None:
    """The message goes to stderr and names the value; no traceback."""
    options = store if words[0] in ("export", "ingest") else []
    assert main([*words, *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert error.count("\n") == 1


def test_extract_writes_one_file_per_report_with_exact_spans(tmp_path: Path) -> None:
    """The surface of a mention is the body at its span, and events have the agreed fields."""
    assert main(["extract", str(SEED), "--json", str(tmp_path)]) == 0
    answer = json.loads((tmp_path / f"{SEED.stem}.json").read_text(encoding="utf-8"))
    body = SEED.read_text(encoding="utf-8").split("---\n\n", 1)[1]
    assert all(body[m["start"] : m["end"]] == m["surface"] for m in answer["mentions"])
    event = next(event for event in answer["events"] if event["main"])
    assert (event["type"], event["date_start"], event["date_end"]) == ("exercise", "2024-04-15", "2024-04-18")
    assert {"T-72B3", "BM-21 Grad", "9P140 Uragan", "Mi-8MTV5-1", "Orlan-10", "FPV Piranha"} <= set(event["equipment"])


def test_ingest_skips_a_bad_file_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], store: list[str]
) -> None:
    """The good ones go in, the bad one is counted and explained."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.md").write_bytes(SEED.read_bytes())
    (folder / "bad.txt").write_bytes("Перестрелка на границе".encode("cp1251"))
    assert main(["ingest", str(folder), *store]) == 0
    told = capsys.readouterr()
    assert "1 reports read" in told.out
    assert "1 skipped" in told.out
    assert "bad.txt" in told.err
    assert "Windows-1251" in told.err


def test_ingest_twice_changes_nothing(capsys: pytest.CaptureFixture[str], store: list[str]) -> None:
    """The second run finds every report unchanged."""
    main(["ingest", str(SEED), *store])
    capsys.readouterr()
    assert main(["ingest", str(SEED), *store]) == 0
    assert "(0 added, 0 updated, 1 unchanged)" in capsys.readouterr().out


def test_export_writes_what_the_query_shows(tmp_path: Path, store: list[str]) -> None:
    """Filtering by date and border keeps the exercise; May 2024 loses it; the receipt's counts add up."""
    main(["ingest", str(SEED), *store])
    out = tmp_path / "out.geojson"
    words = ["export", "--from", "2024-04-01", "--to", "2024-04-30", "--border", "AF-TJ", "--within-km", "60"]
    assert main([*words, "-o", str(out), *store]) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert [feature["properties"]["kind"] for feature in answer["features"]] == ["exercise"]
    counts = answer["receipt"]["counts"]
    assert counts["total"] == sum(value for key, value in counts.items() if key != "total")
    assert main(["export", "--from", "2024-05-01", "--to", "2024-05-31", "-o", str(out), *store]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["features"] == []


def test_export_writes_the_format_of_the_file_or_the_one_named(
    tmp_path: Path, store: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """OUT's extension decides unless --format does; a receipt goes beside what has no place for it."""
    main(["ingest", str(SEED), *store])
    assert main(["export", str(tmp_path / "out.csv"), *store]) == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("id,dataset,title")
    assert json.loads((tmp_path / "out.csv.receipt.json").read_bytes())["file"]["name"] == "out.csv"
    assert main(["export", "--format", "kml", str(tmp_path / "out"), *store]) == 0
    assert (tmp_path / "out").read_bytes().startswith(b"<?xml")
    assert main(["export", "--format", "shp", str(tmp_path / "x"), *store]) == 2
    assert "format='shp'" in capsys.readouterr().err
    assert main(["export", *store]) == 2

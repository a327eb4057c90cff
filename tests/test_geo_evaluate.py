"""Measuring: the stated definitions on small gold answers written here."""

import json
from pathlib import Path

import pytest

from geo.errors import UnreadableReport
from geo.evaluate import evaluate_corpus, evaluate_reports, is_confident
from geo.extract import Atlas

BODY = "Guards held an exercise in Kulob, Tajikistan, on 5 May 2024.\n"
FRONT = '---\nid: "1"\ntitle: "Exercise in Kulob"\npublished: 2024-05-06\nlanguage: en\n---\n\n'


def _place(surface: str, **values: object) -> dict:
    defaults = {"canonical_name": surface, "lat": None, "lon": None, "precision": "settlement"}
    return {"surface": surface, "start_char": BODY.index(surface), **defaults, **values}


def _event(**values: object) -> dict:
    defaults = {"type": "exercise", "title": "Exercise", "date_start": "2024-05-05", "date_end": "2024-05-05"}
    return {**defaults, "date_precision": "day", "place": "Kulob", "status": "completed", "main": True, **values}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write one report whose gold answer is what a careful reader gives."""
    kulob = _place("Kulob", lat=37.91, lon=69.78)
    country = _place("Tajikistan", lat=38.86, lon=71.28, precision="country")
    (tmp_path / "01.md").write_text(FRONT + BODY, encoding="utf-8")
    (tmp_path / "01.json").write_text(json.dumps({"places": [kulob, country], "events": [_event()]}), encoding="utf-8")
    return tmp_path


def _change(folder: Path, **values: object) -> None:
    gold = json.loads((folder / "01.json").read_text(encoding="utf-8"))
    (folder / "01.json").write_text(json.dumps({**gold, **values}), encoding="utf-8")


def test_a_right_answer_scores_one(folder: Path, atlas: Atlas) -> None:
    """Recognition, resolution, date, type, place and status."""
    score = evaluate_reports(folder, atlas)["all"]
    assert score.f1() == 1
    assert [score.share(key, "events") for key in ("date", "type", "place", "status")] == [1, 1, 1, 1]
    assert score.share("right", "located") == 1
    assert score.counts["false pins"] == 0


def test_a_wrong_day_costs_the_date_only(folder: Path, atlas: Atlas) -> None:
    """The event is still paired, and the line says what differs."""
    _change(folder, events=[_event(date_start="2024-05-04", date_end="2024-05-04")])
    score = evaluate_reports(folder, atlas)["all"]
    assert (score.counts["date"], score.counts["type"]) == (0, 1)
    assert "date differ" in score.lines[0]


def test_a_point_on_a_place_that_has_none_is_a_false_pin(folder: Path, atlas: Atlas) -> None:
    """Gold without coordinates forbids a confident point."""
    _change(folder, places=[_place("Kulob")])
    assert evaluate_reports(folder, atlas)["all"].counts["false pins"] == 1


def test_a_missed_event_is_named(folder: Path, atlas: Atlas) -> None:
    """An event without a partner is wrong in every figure."""
    _change(
        folder, events=[_event(), _event(type="visit", title="Another", place=None, date_start=None, date_end=None)]
    )
    score = evaluate_reports(folder, atlas)["all"]
    assert score.counts["events"] == 2
    assert any("Another" in line for line in score.lines)


def test_confidence_is_a_small_radius() -> None:
    """25 km is no claim to know the spot; without a radius a coarse precision is none either."""
    assert is_confident({"lat": 1.0, "lon": 1.0, "radius_km": 24})
    assert not is_confident({"lat": 1.0, "lon": 1.0, "radius_km": 25})
    assert not is_confident({"lat": 1.0, "lon": 1.0, "radius_km": None, "precision": "region"})
    assert not is_confident({"lat": None, "lon": None})


def test_a_folder_without_gold_is_refused(tmp_path: Path, atlas: Atlas) -> None:
    """The message names the folder and what is expected."""
    with pytest.raises(UnreadableReport, match=r"NN\.json"):
        evaluate_reports(tmp_path, atlas)


def test_a_corpus_in_xml_is_scored_with_drifting_offsets_repaired(tmp_path: Path, atlas: Atlas) -> None:
    """Paris in Texas, annotated two characters off, is found and within 161 km."""
    toponyms = "".join(
        f"<toponym><start>{start}</start><phrase>{phrase}</phrase><gaztag><lat>{lat}</lat><lon>{lon}</lon></gaztag></toponym>"
        for phrase, start, lat, lon in (("Paris", 13, 33.66, -95.56), ("Texas", 18, 31.25, -99.25))
    )
    path = tmp_path / "c.xml"
    path.write_text(
        f"<articles><article><text>He lives in Paris, Texas.</text><toponyms>{toponyms}</toponyms></article></articles>"
    )
    score = evaluate_corpus(path, atlas)
    assert score.f1() == 1
    assert score.share("right", "placed") == 1


def test_a_broken_corpus_is_refused(tmp_path: Path, atlas: Atlas) -> None:
    """Text that is not XML is named."""
    path = tmp_path / "c.xml"
    path.write_text("no xml")
    with pytest.raises(UnreadableReport, match=r"c\.xml"):
        evaluate_corpus(path, atlas)

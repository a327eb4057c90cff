"""Hostile reports and values: refused with a reason, or kept as plain text, unchanged; never anything else."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shapely.geometry import Point

from geo.borders import Borders
from geo.errors import InvalidQuery, InvalidRecord, UnreadableReport
from geo.export import read_geojson, to_geojson, write_geojson
from geo.extract import Atlas, to_json, understand
from geo.filters import MAX_TEXT
from geo.query import Counts, Engine, Query
from geo.records import Event, Report
from geo.reports import parse_report, read_report
from geo.store import Store
from tests.hostile import (
    BIG,
    EITHER,
    EVIL_HOST,
    FILE_NAMES,
    FILES,
    IMPOSSIBLE_DAYS,
    PRODUCT_DONE,
    SENTENCE,
    TEXTS,
    UNSTORABLE,
    report_text,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALL = Query(background=True)
LIMIT_S = 10  # of processor time for a text of 1 MB: a report is read while somebody waits
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty project."""
    with Store(tmp_path / "store") as opened:
        yield opened


def keep(report: Report, store: Store, atlas: Atlas) -> list[Event]:
    """Send a report through everything, check at each station that its text is what it was, return its events."""
    understanding = understand(report, atlas)
    events = understanding.events
    for mention in understanding.mentions:
        assert report.body[mention.start : mention.end] == mention.surface
    for found in understanding.dates:
        assert report.body[found.start : found.end] == found.text
    assert json.loads(json.dumps(to_json(understanding)))
    store.add(report, events, now=NOW)
    assert store.report(report.id) == report
    check_shown(events, store, atlas.borders)
    return events


def check_shown(events: list[Event], store: Store, borders: Borders) -> None:
    """Check that table, counts and export hold just these events, character for character."""
    engine = Engine(store, borders)
    rows, counts = engine.rows(ALL), engine.counts(ALL)
    content = json.loads(to_geojson(rows, query=ALL, counts=counts, now=NOW))
    titles = {event.id: event.title for event in events}
    assert counts.total == len(events)
    assert dict(zip(rows["id"], rows["title"], strict=True)) | titles == titles
    assert all(item["properties"]["title"] == titles[item["id"]] for item in content["features"])
    assert len(content["features"]) == len(rows)
    for event in events:
        assert engine.event(event.id).title == event.title


def hostile_event(text: str) -> Event:
    """Return an event whose every free text is the hostile one."""
    quote = {"report": text, "start": 0, "end": len(text), "quote": text}
    place = {"name": text, "country": "TJ", "lat": 37.5, "lon": 71.5, "radius_km": 5.0, "precision": "settlement"}
    return Event(
        id=f"id {text}",
        title=text,
        kind="attack",
        status="reported",
        start=date(2019, 9, 16),
        end=date(2019, 9, 16),
        date_precision="day",
        actors=(text, "x"),
        equipment=(text,),
        place=text,
        country="TJ",
        geometry=Point(71.5, 37.5),  # lon, lat
        radius_km=5.0,
        location_precision="settlement",
        source_name=text,
        licence=text,
        evidence={"title": [quote], "places": [place | quote], "date_reason": text, text: [quote]},
        extra={text: text, "deep": [{text: [text]}]},
    )


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_read_stored_and_exported_unchanged(name: str, store: Store, atlas: Atlas) -> None:
    """In title, body and source it is text like any other; what the file says is what comes out."""
    report = parse_report(report_text(TEXTS[name]), stem=name)
    assert report.title == TEXTS[name]
    events = keep(report, store, atlas)
    assert events
    assert PRODUCT_DONE not in store.report(report.id).body
    assert all(event.source_name == TEXTS[name] for event in events)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_value_survives_every_column(name: str, store: Store, atlas: Atlas, tmp_path: Path) -> None:
    """Store, table, map cells, facets and GeoJSON give back each text of an event as it was."""
    text, event = TEXTS[name], hostile_event(TEXTS[name])
    report = Report(id=f"report {text}", title=text, body=f"{SENTENCE} {text}", source_name=text, licence=text)
    assert store.add(report, [event], now=NOW) == "added"
    assert store.add(report, [event], now=NOW) == "unchanged"
    engine = Engine(store, atlas.borders)
    assert engine.event(event.id) == event
    (cell,) = engine.cells(ALL, bbox=(71, 37, 72, 38), zoom=9)
    assert cell["title"] == (text if len(text) <= 200 else f"{text[:199]}…")
    assert engine.facets(ALL)["actor"] == {text: 1, "x": 1}
    path = tmp_path / "out.geojson"
    write_geojson(path, engine.rows(ALL), query=ALL, counts=engine.counts(ALL), now=NOW)
    (row,) = read_geojson(path).itertuples()
    assert (row.title, row.place, row.actors, row.evidence) == (text, text, [text, "x"], event.evidence)
    assert row.extra == event.extra


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_filter_finds_the_words_or_is_refused(name: str, store: Store, atlas: Atlas) -> None:
    """What is typed into a filter is compared as text; it is never a pattern, a column or a statement."""
    text = TEXTS[name]
    store.add(Report(id="r", title="r", body=SENTENCE), [hostile_event(text)], now=NOW)
    engine = Engine(store, atlas.borders)
    for word in ("text", "kind", "country", "border", "bbox", "from", "within_km", "precision", "source", "actor"):
        answer = ask(engine, {word: text})
        assert len(answer) < 1_000 if isinstance(answer, str) else answer.total == 1
    if len(text) <= MAX_TEXT:
        assert engine.counts(Query(text=text)).shown == 1
        assert engine.counts(Query(text=f"{text[0]}%{text[-1]}")).shown == 0


def ask(engine: Engine, params: dict[str, str]) -> Counts | str:
    """Return the counts for a query from an address, or the words with which it is refused."""
    try:
        query = Query.from_params(params)
        assert Query.from_params(query.to_params()) == query
        return engine.counts(query)
    except InvalidQuery as error:
        return str(error)


def refusal(report: Callable[[], Report], store: Store, atlas: Atlas) -> str | None:
    """Return the words with which a report is refused, or None when it was kept unchanged."""
    try:
        keep(report(), store, atlas)
    except (UnreadableReport, InvalidRecord) as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", UNSTORABLE)
@pytest.mark.parametrize("where", ["title", "body", "source_name", "licence", "id"])
def test_a_text_no_file_can_hold_is_refused_or_kept(name: str, where: str, store: Store, atlas: Atlas) -> None:
    """NUL and lone surrogates, which an escape can bring, are refused before anything is written, or stay as they are."""
    fields = {"id": "pasted", "title": "t", "body": SENTENCE, "source_name": "s", "licence": "l"}
    fields[where] += UNSTORABLE[name]
    message = refusal(lambda: Report(**fields), store, atlas)
    if message is None:
        assert name == "nul"
    else:
        assert "pasted" in message
        assert message.encode()  # it can be printed
        assert store.reports() == []


@pytest.mark.parametrize("name", UNSTORABLE)
def test_a_pasted_text_no_file_can_hold_is_refused(name: str, store: Store, atlas: Atlas) -> None:
    """The page where reports are pasted gets a reason, not a crash."""
    message = refusal(lambda: parse_report(f"{SENTENCE} {UNSTORABLE[name]}", stem="pasted"), store, atlas)
    assert message is not None
    assert message.encode()
    assert store.reports() == []


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_its_name_and_the_reason_or_kept(
    name: str, store: Store, atlas: Atlas, tmp_path: Path
) -> None:
    """Empty, binary, wrongly encoded, broken: the message says which file and why; all else goes through."""
    path = tmp_path / f"{name}.md"
    path.write_bytes(FILES[name].raw)
    began = time.process_time()
    message = refusal(lambda: read_report(path), store, atlas)
    assert time.process_time() - began < LIMIT_S
    expected = FILES[name].refused
    if expected != EITHER:
        assert (message is None) == (expected is None), message
    if message is not None:
        assert name in message
        assert expected in message
        assert len(message) < 1_000
        assert message.isprintable()
        assert store.reports() == []


@pytest.mark.parametrize("name", BIG)
def test_a_megabyte_is_read_in_seconds(name: str, store: Store, atlas: Atlas) -> None:
    """The time grows with the length of the text, whatever stands in it; the store can be read afterwards."""
    began = time.process_time()
    report = parse_report(BIG[name], stem=name)
    keep(report, store, atlas)
    assert time.process_time() - began < LIMIT_S
    assert [stored.body for stored in store.reports()] == [BIG[name]]


@pytest.mark.parametrize("day", IMPOSSIBLE_DAYS)
def test_an_impossible_day_dates_nothing(day: str, atlas: Atlas) -> None:
    """A day that no calendar has is not turned into one that looks right."""
    report = Report(
        id="r", title="t", body=f"Troops held an exercise near Khorog on {day}.", published=date(2024, 4, 19)
    )
    events = understand(report, atlas).events
    assert {(event.start, event.end) for event in events if event.date_precision == "day"} <= {(None, None)}


@pytest.mark.parametrize("published", [date.min, date.max, date(1, 1, 2), date(9999, 12, 30)])
def test_the_ends_of_the_calendar_stop_nothing(published: date, store: Store, atlas: Atlas) -> None:
    """A day before the first or after the last one that a calendar has stays unknown."""
    told = (
        "Shots were fired yesterday, last week, last month, a year ago, 10 days ago, on Friday and in May near Khorog. "
    )
    told += "They meet tomorrow, next week, next month, next year, in 10 days and on December 31."
    keep(Report(id="r", title="t", body=told, published=published), store, atlas)


def test_good_reports_get_in_beside_bad_ones(tmp_path: Path) -> None:
    """Each bad file is skipped, counted and explained on stderr; a second run changes nothing."""
    folder = tmp_path / "reports"
    folder.mkdir()
    refused = {name for name, file in FILES.items() if file.refused is not None and len(file.raw) < 100_000}
    for name in refused:
        (folder / f"{name}.md").write_bytes(FILES[name].raw)
    for name in ("script", "jinja-globals", "sql-quote", "rtl-override"):
        (folder / f"good-{name}.md").write_text(f"{SENTENCE} {TEXTS[name]}\n", encoding="utf-8")
    first = ingest(folder, tmp_path / "store")
    assert first.returncode == 0
    assert "Traceback" not in first.stderr
    assert all(any(line.startswith(f"skipped {name}.md: ") for line in first.stderr.splitlines()) for name in refused)
    assert first.stdout.startswith(
        f"4 reports read (4 added, 0 updated, 0 unchanged), 4 events, {len(refused)} skipped"
    )
    with Store(tmp_path / "store") as store:
        before = [(row.id, row.title, row.evidence) for row in store.features().itertuples()]
    second = ingest(folder, tmp_path / "store")
    assert second.returncode == 0
    assert second.stdout.startswith("4 reports read (0 added, 0 updated, 4 unchanged)")
    with Store(tmp_path / "store") as store:
        assert [(row.id, row.title, row.evidence) for row in store.features().itertuples()] == before
        assert len(store.reports()) == 4


def test_file_names_are_only_names(tmp_path: Path) -> None:
    """A name with options, commands, markup or steps upwards in it writes nothing anywhere else and runs nothing."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for number, name in enumerate(FILE_NAMES):
        (folder / name).write_text(f"{SENTENCE} Report {number}.\n", encoding="utf-8")
    done = ingest(folder, tmp_path / "store")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{len(FILE_NAMES)} reports read ({len(FILE_NAMES)} added")
    out = tmp_path / "out"
    extracted = subprocess.run(
        [sys.executable, "-m", "geo", "extract", str(folder), "--json", str(out)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert extracted.stderr == b""
    assert len(list(out.iterdir())) == len(FILE_NAMES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "reports", "store"]


def test_things_that_are_no_files_do_not_stop_a_run(tmp_path: Path) -> None:
    """A folder, a dead link, a loop, a pipe and an endless device, all named like reports, are skipped with a reason."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "good.md").write_text(SENTENCE, encoding="utf-8")
    (folder / "folder.md").mkdir()
    (folder / "dead.md").symlink_to("nowhere.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "endless.md").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.md")
    done = ingest(folder, tmp_path / "store")
    assert done.returncode == 0
    assert done.stdout.startswith("1 reports read (1 added, 0 updated, 0 unchanged), 1 events, 5 skipped")
    assert sorted(line.split(":")[0] for line in done.stderr.splitlines()) == [
        f"skipped {name}.md" for name in ("dead", "endless", "folder", "loop", "pipe")
    ]


def test_only_bad_reports_is_an_error(tmp_path: Path) -> None:
    """When nothing at all could be read, the exit status says so, without a traceback."""
    (tmp_path / "empty.md").write_bytes(b"")
    done = ingest(tmp_path / "empty.md", tmp_path / "store")
    assert done.returncode == 2
    assert "skipped empty.md: " in done.stderr
    missing = ingest(tmp_path / "missing.md", tmp_path / "store")
    assert missing.returncode == 2
    assert "missing.md" in missing.stderr
    assert "Traceback" not in done.stderr + missing.stderr


def test_the_corpus_is_what_it_says() -> None:
    """The corpus has what other tests rely on: markup that runs, a host that must not be asked, texts of 1 MB."""
    assert sum("window.executed" in text for text in TEXTS.values()) >= 20
    assert sum(EVIL_HOST in text for text in TEXTS.values()) >= 8
    assert all(450_000 < len(text) < 1_100_000 or text.count("\n") == 100_000 for text in BIG.values())


def ingest(path: Path, store: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person does, with a limit of memory and time so that an endless file fails the test."""
    command = [sys.executable, "-m", "geo", "ingest", str(path), "--store", str(store)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

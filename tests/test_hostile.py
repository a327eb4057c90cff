"""Hostile reports and values: refused with a reason, or kept as plain text, unchanged; never anything else."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from shapely.geometry import Point

from geo.borders import Borders
from geo.errors import InvalidQuery, InvalidRecord, UnreadableReport
from geo.export import read_geojson, to_geojson, write_geojson
from geo.extract import Atlas, Understanding, to_json, understand
from geo.features import to_events
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
from tests.test_seeds import find_quotes

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALL = Query(background=True)
LIMIT_S = 20  # of processor time; a quiet machine needs 1 to 7 s for 1 MB, and somebody waits for it
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty project."""
    with Store(tmp_path / "store") as opened:
        yield opened


def keep(report: Report, store: Store, atlas: Atlas) -> None:
    """Send a report through everything and check at each station that its text is what it was."""
    understanding = understand(report, atlas)
    check_spans(understanding)
    assert json.loads(json.dumps(to_json(understanding)))
    store.add(report, understanding.events, now=NOW)
    assert store.report(report.id) == report
    check_shown(understanding.events, store, atlas.borders)


def check_spans(understanding: Understanding) -> None:
    """Check that every mention, date and quoted word is the text of the body at its span."""
    body = understanding.report.body
    assert all(body[mention.start : mention.end] == mention.surface for mention in understanding.mentions)
    assert all(body[found.start : found.end] == found.text for found in understanding.dates)
    for quote in (item for event in understanding.events for item in find_quotes(event.evidence)):
        assert body[quote["start"] : quote["end"]] == quote["quote"]


def check_shown(events: list[Event], store: Store, borders: Borders) -> str:
    """Check that table, counts and export hold just these events, character for character; return the export."""
    engine = Engine(store, borders)
    rows, counts = engine.rows(ALL), engine.counts(ALL)
    exported = to_geojson(rows, query=ALL, counts=counts, now=NOW).decode()
    titles = {event.id: event.title for event in events}
    assert counts.total == len(titles)
    assert all(titles[event_id] == title for event_id, title in zip(rows["id"], rows["title"], strict=True))
    shown = {item["id"]: item["properties"]["title"] for item in json.loads(exported)["features"]}
    assert shown == dict(zip(rows["id"], rows["title"], strict=True))
    return exported


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
def test_a_hostile_text_is_read_as_text(name: str, atlas: Atlas) -> None:
    """In title, body and source it is text like any other, and does not keep the event beside it from being found."""
    report = parse_report(report_text(TEXTS[name]), stem=name)
    assert (report.title, report.source_name) == (TEXTS[name], TEXTS[name])
    understanding = understand(report, atlas)
    check_spans(understanding)
    assert understanding.events
    assert all(event.source_name == TEXTS[name] for event in understanding.events)


def test_hostile_texts_are_stored_and_exported_unchanged(store: Store, atlas: Atlas) -> None:
    """What the files say is what comes out; nothing was evaluated on the way."""
    reports = [parse_report(report_text(text).replace("id: hostile", f"id: {name}")) for name, text in TEXTS.items()]
    read = [(report, understand(report, atlas).events) for report in reports]
    assert set(store.add_many(read, now=NOW)) == {"added"}
    assert {report.id: report for report in store.reports()} == {report.id: report for report in reports}
    shown = check_shown([event for _, events in read for event in events], store, atlas.borders)
    assert PRODUCT_DONE not in shown
    assert set(store.add_many(read, now=NOW)) == {"unchanged"}


@pytest.fixture(scope="module")
def filled(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Return the engine over a project with an event for every hostile text, in all of its columns."""
    with Store(tmp_path_factory.mktemp("filled")) as store:
        for text in TEXTS.values():
            report = Report(id=f"report {text}", title=text, body=f"{SENTENCE} {text}", source_name=text, licence=text)
            assert store.add(report, [hostile_event(text)], now=NOW) == "added"
            assert store.add(report, [hostile_event(text)], now=NOW) == "unchanged"
        yield Engine(store, atlas.borders)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_value_is_found_and_shown_as_it_is(name: str, filled: Engine) -> None:
    """The event comes back equal, by its id and by the filters that list values; its address keeps the value."""
    text, event = TEXTS[name], hostile_event(TEXTS[name])
    assert filled.event(event.id) == event
    if len(text) <= MAX_TEXT:
        for query in (Query(actors=(text,)), Query(sources=(text,)), Query(text=text)):
            assert event.id in set(filled.rows(query)["id"])
        assert filled.counts(Query(actors=(text,))).shown == 1
        assert "," in text or Query.from_params(Query(actors=(text,)).to_params()) == Query(actors=(text,))


def test_hostile_values_survive_table_map_and_export(filled: Engine, tmp_path: Path) -> None:
    """Table, map cells and GeoJSON give back each text of each event as it was."""
    path, rows = tmp_path / "out.geojson", filled.rows(ALL)
    write_geojson(path, rows, query=ALL, counts=filled.counts(ALL), now=NOW)
    expected = {event.id: event for event in map(hostile_event, TEXTS.values())}
    for table in (rows, read_geojson(path)):
        assert {event.id: event for event in to_events(table)} == expected
    titles = {cell["id"]: cell["title"] for cell in filled.cells(ALL, bbox=(71, 37, 72, 38), zoom=9)}
    assert titles == {i: e.title if len(e.title) <= 200 else f"{e.title[:199]}…" for i, e in expected.items()}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_filter_is_compared_as_text_or_refused(name: str, filled: Engine) -> None:
    """What stands in an address is never a pattern, a column or a statement."""
    text = TEXTS[name]
    for word in ("text", "kind", "country", "border", "bbox", "from", "within_km", "precision", "source", "actor"):
        answer = ask(filled, {word: text})
        assert len(answer) < 1_000 if isinstance(answer, str) else answer.total == len(TEXTS)


@pytest.mark.parametrize("mark", ["%", "_", "*", "?", "\\", "'", '"', ".*", "[a-z]", "100%", "%_%"])
def test_a_search_has_no_wildcards(mark: str, filled: Engine) -> None:
    """Whoever searches for 100% finds 100%."""
    assert filled.counts(Query(text=mark)).shown == sum(mark in text for text in TEXTS.values())


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
    with processor_limit(LIMIT_S):
        message = refusal(lambda: read_report(path), store, atlas)
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
def test_a_megabyte_is_read_in_seconds_or_refused(name: str, store: Store, atlas: Atlas) -> None:
    """The time grows with the length of the text, whatever stands in it; the store can be read afterwards."""
    with processor_limit(LIMIT_S):
        message = refusal(lambda: parse_report(BIG[name], stem=name), store, atlas)
    if message is None:
        assert [stored.body for stored in store.reports()] == [BIG[name]]
    else:
        assert name in message
        assert "characters" in message
        assert store.reports() == []


@contextmanager
def processor_limit(seconds: int) -> Iterator[None]:
    """Stop what runs inside after so much processor time, so that a pattern that never ends fails instead of hanging."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


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


def test_a_name_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """What is said about a skipped file shows control characters of its name, and does not send them."""
    (tmp_path / "\x1b]0;owned\x07\n.md").write_bytes(b"")
    done = ingest(tmp_path, tmp_path / "store")
    assert "owned" in done.stderr
    assert done.stderr.replace("\n", "").isprintable()
    assert len(done.stderr.splitlines()) == 1


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
    """Run the command line as a person does, within limits of memory and time, so that an endless file fails the test."""
    command = [sys.executable, "-m", "geo", "ingest", str(path), "--store", str(store)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, preexec_fn=limit_memory
    )


def limit_memory() -> None:
    """Give a child process 4 GB, ten times what it needs."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))

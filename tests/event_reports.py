"""Reads tests/data/event_reports.txt: invented reports with their toponyms marked, and the events expected of them."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from geo.records import Decision, Mention, Place, Report

_FILE = Path(__file__).parent / "data" / "event_reports.txt"
_MARK = re.compile(r"\[\[([^|\]]+)\|(~?)(\w):([^\]]+)\]\]")
_KINDS = {
    "c": ("country", "country", 400.0),
    "r": ("admin1", "region", 100.0),
    "d": ("admin2", "district", 30.0),
    "s": ("settlement", "settlement", 5.0),
    "v": ("village", "settlement", 3.0),
    "g": ("training_ground", "exact", 5.0),
    "x": ("crossing", "exact", 2.0),
    "p": ("border_post", "settlement", 5.0),
    "b": ("base", "settlement", 5.0),
    "l": ("border", "line", None),
}


@dataclass
class Expected:
    """One expected event; None for nothing, "*" for anything."""

    kind: str
    status: str
    start: str
    end: str
    precision: str
    place: str
    main: str
    places: list[str] = field(default_factory=list)


@dataclass
class Case:
    """One invented report with its mentions and expected events."""

    id: str
    report: Report
    mentions: list[Mention]
    expected: list[Expected]


def read_cases() -> list[Case]:
    """Return all cases of the file, in its order."""
    blocks = re.split(r"^=== ", _FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [_case(block) for block in blocks]


def _case(block: str) -> Case:
    head, *lines = block.strip().split("\n")
    name, language, published, title = (part.strip() for part in head.split("|", 3))
    expected: list[Expected] = []
    body_lines = []
    for line in lines:
        if line.startswith(">> "):
            expected[-1].places = [p.strip() for p in line[3:].split(",")]
        elif line.startswith("> "):
            expected.append(Expected(*(v.replace("%20", " ") for v in line[2:].split())))
        else:
            body_lines.append(line)
    body, mentions = unmark("\n".join(body_lines).strip())
    day = None if published == "-" else date.fromisoformat(published)
    return Case(name, Report(name, title, body, published=day, language=language), mentions, expected)


def unmark(marked: str) -> tuple[str, list[Mention]]:
    """Return the text without its marks, and the mentions they stand for."""
    text, mentions, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        surface, aside, code, name = mark.groups()
        bare = surface.strip('«»"')
        start = len(text) + surface.index(bare)
        role = ("dateline" if code == "s" and not text.strip() else "organisation") if aside else "place"
        mentions.append(Mention(bare, start, start + len(bare), role, Decision((), place(code, name), "as marked")))
        text += surface
        at = mark.end()
    return text + marked[at:], mentions


def place(code: str, name: str) -> Place:
    """Return a made-up place of a kind; its position follows from its name, so that no two are the same."""
    kind, precision, radius_km = _KINDS[code]
    if code == "l":
        return Place(name, None, None, None, None, "line", kind=kind, border=name, source="test")
    number = sum(map(ord, name))
    return Place(name, "TJ", 30 + number % 20, 60 + number % 40, radius_km, precision, kind=kind, source="test")

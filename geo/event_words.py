"""The words behind an event's fields: quotes with their spans, and short titles out of the report's own words."""

import re
from typing import Any

from geo.cues import Reading
from geo.records import Phrase, Report
from geo.tellings import Strand

_TITLE_LENGTH = 96
_CUT = re.compile(
    r"[;(]|:\s|\s[–—-]\s|,\s(?:and|but|while|which|who|where|although|said|according|"
    r"а|но|который|которая|которые|когда|где|сообщ\w+|заяв\w+)"
    r"|,\s(?:the\s)?[\w .-]{2,40}?\s(?:said|says|reported|reports|announced|wrote|writes)\b"
)
_LEADING = re.compile(r"^[\s\"«“(,–—-]+")
_DATELINE = re.compile(r"^[A-ZА-ЯЁ][\w .,'-]{1,40}?(?:,\s*\w+\.?\s+\d{1,2})?\s*(?:\([^)]{1,30}\))?\s*(?:--|–|—|:)\s+")


def quote(report: Report, start: int, end: int) -> dict[str, Any]:
    """Return one piece of evidence: the report, the span and the words there."""
    return {"report": report.id, "start": start, "end": end, "quote": report.body[start:end]}


def title_of(
    report: Report, reading: Reading, strand: Strand, kind: str, name: Phrase | None, *, lead: bool
) -> tuple[str, list[dict[str, Any]]]:
    """Return a short title: the exercise's name, the report's own title for its main event, else its own words."""
    if name is not None:
        return name.name, [quote(report, name.start, name.end)]
    cue = next((c for c in strand.cues if c.kind == kind and c.strength >= min(2, strand.strength)), strand.cues[0])
    start, end = _clause(reading, cue.start)
    own = report.title.strip() if lead else ""
    return own or shorten(report.body[start:end]), [quote(report, start, end)]


def shorten(text: str) -> str:
    """Return a text cut at a word to the length of a title, with an ellipsis where it was cut."""
    text = " ".join(text.split())
    return text if len(text) <= _TITLE_LENGTH else text[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _clause(reading: Reading, position: int) -> tuple[int, int]:
    """Return the clause of a sentence that holds a position, without dateline and trailing marks."""
    sentence = reading.sentences[reading.sentence_at(position)]
    start, end = sentence.start, sentence.end
    dateline = _DATELINE.match(reading.text, start, position)
    if dateline is not None:
        start = dateline.end()
    for cut in _CUT.finditer(reading.text, start, sentence.end):
        if cut.end() <= position:
            start = cut.end()
        elif cut.start() > position and cut.start() - start > 25:
            end = cut.start()
            break
    lead = _LEADING.match(reading.text[start:end])
    start += lead.end() if lead else 0
    while end > start + 1 and reading.text[end - 1] in ' .,;:–—-!"':
        end -= 1
    return start, end

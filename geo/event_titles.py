"""What the title of a report adds to its text: the event it names, and its denial."""

import re
from dataclasses import replace

from geo.cues import Cue, Reading
from geo.event_drafts import Draft
from geo.records import DateMention
from geo.tellings import family_of

_OPENING = 3  # sentences in which a report tells what its title announces
_STEM = 5  # letters that two forms of a word share
_WORD = re.compile(r"[^\W\d_]{4,}")


def lean_on_title(reading: Reading, title: list[Cue], title_text: str, dates: list[DateMention]) -> None:
    """
    Let the opening sentence tell what the title plainly names and the text says in no word known.

    The sentence is the one that shares most words with the title, best one with a day. It becomes a cue of the
    title's kind as a whole, so that what is quoted for the kind is the sentence that tells it.
    """
    plain = [c for c in title if c.strength == 3 and not c.staged]
    families = {family_of(c.kind) for c in plain}
    told = {family_of(c.kind) for c in reading.cues if _tells(c)}
    if not plain or families & told or len(families) > 1:
        return
    number = _opening(reading, title_text, dates)
    if number is None or any(c.sentence == number and c.strength >= 2 and not c.staged for c in reading.cues):
        return  # the sentence tells something else in plain words
    sentence = reading.sentences[number]
    words = reading.text[sentence.start : sentence.end].rstrip()
    cue = replace(plain[0], text=words, start=sentence.start, end=sentence.start + len(words), sentence=number)
    if cue.status == "denied" or cue.background:
        return
    reading.cues.append(replace(cue, reason=None, marker=None, total=False))
    reading.cues.sort(key=lambda c: (c.start, c.end))


def _tells(cue: Cue) -> bool:
    """Say whether a cue tells news: plainly anywhere, or usually in the opening."""
    return not cue.staged and not cue.background and cue.strength >= (2 if cue.sentence < _OPENING else 3)


def _opening(reading: Reading, title: str, dates: list[DateMention]) -> int | None:
    """Return the number of the opening sentence that is most about the title; None where none shares a word."""
    stems = {w[:_STEM] for w in _WORD.findall(title.lower().replace("ё", "е"))}
    dated = {reading.sentence_at(d.start) for d in dates if d.role == "event"}
    best: tuple[float, int] | None = None
    for sentence in reading.sentences[:_OPENING]:
        shared = stems & {w[:_STEM] for w in _WORD.findall(reading.folded[sentence.start : sentence.end])}
        weight = len(shared) + (0.5 if sentence.number in dated else 0)
        if shared and (best is None or weight > best[0]):
            best = (weight, sentence.number)
    return None if best is None else best[1]


def apply_title(title: list[Cue], reading: Reading, lead: Draft) -> None:
    """Let a title that denies the main event deny it, where the body denies something too."""
    denies = any(c.status == "denied" and family_of(c.kind) == lead.strand.family for c in title)
    marker = next((m for markers in reading.markers for m in markers if m.label == "denied"), None)
    if denies and marker is not None and lead.status != "denied":
        lead.status, lead.marker = "denied", (marker.start, marker.end)
        lead.status_reason = f'The report says "{reading.text[marker.start : marker.end]}".'


def name_kind(title: list[Cue], lead: Draft) -> None:
    """Let a title that plainly names a kind which the main event's words allow decide between kinds."""
    plain = {c.kind for c in title if c.strength == 3 and not c.staged}
    told = {c.kind for c in lead.strand.cues if c.strength >= 2}
    kin = {k for k in plain if family_of(k) == lead.strand.family and k == "attack"}
    if len(plain) == 1 and (plain <= told or kin) and (lead.kind not in plain or lead.unsure):
        lead.kind = plain.pop()
        lead.unsure = False

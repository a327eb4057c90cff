"""The other reports of what may be the same event, as the card shows them: with the claims that differ."""

from typing import Any

from dashboard import names, words
from dashboard.i18n import later, tr
from dashboard.style import kind_label, status_label
from geo.records import Event
from geo.same import Proposal, why_same

_LABELS = {
    "kind": later("What"),
    "status": later("Status"),
    "dates": later("When"),
    "place": later("Where"),
    "actors": later("Who"),
    "equipment": later("Equipment"),
}


def to_also(event: Event, proposal: Proposal | None) -> list[dict[str, Any]]:
    """Return the other events of a proposal: id, title, source, day, reason, and each claim that differs."""
    others = [other for other in proposal.events if other.id != event.id] if proposal else []
    return [
        {
            "id": other.id,
            "title": words.plain(other.title, limit=200),
            "source": words.plain(other.source_name, limit=120) or tr("Source not named"),
            "published": words.day(other.published) if other.published else None,
            "reason": words.plain(why_same(event, other) or tr("told with another of them."), limit=200),
            "differences": _differences(event, other),
        }
        for other in others
    ]


def _differences(event: Event, other: Event) -> list[dict[str, str]]:
    here, there = _claims(event), _claims(other)
    return [
        {"label": tr(label), "here": here[name] or tr("not said"), "there": there[name] or tr("not said")}
        for name, label in _LABELS.items()
        if here[name] != there[name]
    ]


def _claims(event: Event) -> dict[str, str]:
    """Return what an event claims, in words."""
    return {
        "kind": kind_label(event.kind),
        "status": status_label(event.status),
        "dates": words.dates(event.start, event.end, event.date_precision),
        "place": names.place(words.plain(event.place, limit=120)),
        "actors": words.plain("; ".join(sorted(event.actors)), limit=300),
        "equipment": words.plain("; ".join(sorted(event.equipment)), limit=300),
    }

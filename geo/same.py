"""One event told by several reports: proposed as one by kind, time and place, with what they tell differently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import shapely

from geo.context import great_circle_km
from geo.records import Event

# Reports call one fight an attack, a clash or an incident at the border.
_KIN = {"border_incident": "violence", "attack": "violence"}
_SLACK = timedelta(days=1)  # a night, a time zone, "on Monday" for the day it became known
_NEAR_KM = 15.0  # two reports put one event at neighbouring villages, beyond what their radii say
_FARTHEST_KM = 60.0  # beyond it, wide circles alone say too little
_COMPARED = 500  # events looked back at; more do not begin within a few days in any collection of reports
_WIDE = frozenset(("region", "country", "line"))
CLAIMS = ("kind", "status", "start", "end", "place", "actors", "equipment")


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    Events of different reports that may be one; every report stays a source of its own.

    Attributes
    ----------
    events
        In the order of publication, at least two.
    reasons
        Why each after the first may be the same, in the same order.
    """

    events: tuple[Event, ...]
    reasons: tuple[str, ...]

    def differences(self) -> dict[str, tuple[Any, ...]]:
        """Return what the events tell differently: field to the value of each event, in their order."""
        told = {field: tuple(getattr(event, field) for event in self.events) for field in CLAIMS}
        return {field: values for field, values in told.items() if any(v != values[0] for v in values[1:])}


def report_of(event: Event) -> str:
    """Return what names the report of an event: the id in its quotes, else its address or source."""
    for entries in event.evidence.values():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("report"):
                return str(entry["report"])
    return event.source_url or event.source_name or event.id


def propose_same(events: Iterable[Event]) -> list[Proposal]:
    """
    Propose which events of different reports are one: the same kind, near in time and place.

    Background events and events without a day are left out; nothing is merged. Each event is in one proposal at most.

    Parameters
    ----------
    events
        Of any number of reports; compared only with those that begin within a few days.
    """
    dated = sorted((e for e in events if e.main and e.start is not None), key=lambda e: (e.start, e.id))
    group: dict[str, list[Event]] = {}
    reasons: dict[str, str] = {}
    for position, event in enumerate(dated):
        for earlier in reversed(dated[max(0, position - _COMPARED) : position]):
            if event.start - earlier.start > _longest(event, earlier):
                break
            reason = why_same(earlier, event)
            if reason and not _joins_itself(group, earlier, event):
                members = group.setdefault(earlier.id, [earlier])
                if event.id not in group:
                    members.append(event)
                    group[event.id] = members
                    reasons[event.id] = reason
    unique = {id(members): members for members in group.values() if len(members) > 1}
    return [_proposal(members, reasons) for members in unique.values()]


def _longest(one: Event, other: Event) -> timedelta:
    coarse = {"day": _SLACK, "week": timedelta(days=7), "month": timedelta(days=31)}
    return max(coarse.get(e.date_precision, timedelta(days=366)) for e in (one, other))


def _joins_itself(group: dict[str, list[Event]], one: Event, other: Event) -> bool:
    """Say whether a report would be in a proposal twice: it tells two events, so they are not one."""
    members = group.get(one.id, [one])
    return report_of(other) in {report_of(member) for member in members}


def _proposal(members: Sequence[Event], reasons: dict[str, str]) -> Proposal:
    ordered = sorted(members, key=lambda e: (e.published or date.max, e.id))
    first = ordered[0]
    return Proposal(tuple(ordered), tuple(reasons.get(e.id) or why_same(first, e) or "" for e in ordered[1:]))


def why_same(one: Event, other: Event) -> str | None:
    """Say in words why two events may be one, or None where they are not alike enough or of one report."""
    if _KIN.get(one.kind, one.kind) != _KIN.get(other.kind, other.kind) or report_of(one) == report_of(other):
        return None
    when = _when(one, other)
    where = _where(one, other) if when else None
    return f"Same kind; {when}; {where}." if when and where else None


def _when(one: Event, other: Event) -> str | None:
    """Compare two starts: to a day's slack, or within the coarser one's week, month or year."""
    if one.start is None or other.start is None:
        return None
    coarse = [e for e in (one, other) if e.date_precision != "day"]
    if coarse:
        overlap = one.start <= (other.end or other.start) and other.start <= (one.end or one.start)
        return f"one falls into the {coarse[0].date_precision} of the other" if overlap else None
    if abs(one.start - other.start) > _SLACK:
        return None
    return "the same day" if one.start == other.start else "a day apart"


def _where(one: Event, other: Event) -> str | None:
    """Compare two places: a border by its name, areas by theirs, spots by their distance and radii."""
    if one.place and one.place == other.place:
        return f"both at {one.place}"
    if one.border and one.border == other.border and "line" in (one.location_precision, other.location_precision):
        return f"both at the border {one.border}" if _share_actors(one, other) else None
    if one.geometry is None or other.geometry is None or {one.location_precision, other.location_precision} & _WIDE:
        return None
    apart = _km(one, other)
    reach = _NEAR_KM + (one.radius_km or 0.0) + (other.radius_km or 0.0)
    return f"{apart:.0f} km apart" if apart <= min(reach, _FARTHEST_KM) else None


def _km(one: Event, other: Event) -> float:
    """Return the distance between the nearest points of two events' places."""
    spots = [[(p.y, p.x) for p in map(shapely.centroid, shapely.get_parts(e.geometry))] for e in (one, other)]
    return min(great_circle_km(a, b) for a in spots[0] for b in spots[1])


def _share_actors(one: Event, other: Event) -> bool:
    return bool(set(one.actors) & set(other.actors)) or not (one.actors and other.actors)

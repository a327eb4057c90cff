"""The whole reading of one report: toponyms, dates, places and events, each tied to its words."""

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.borders import Borders, load_borders
from geo.build import DATA, GAZETTEER
from geo.dates import find_dates
from geo.events import build_events
from geo.gazetteer import Gazetteer
from geo.geocode import resolve
from geo.mentions import find_toponyms
from geo.records import DateMention, Event, Mention, Report

if TYPE_CHECKING:
    from geo.online import OnlineGeocoder

_OVERLONG = re.compile(r"\S{300,}")  # no word: a data: address, a key, a row of dots; patterns would try it for hours


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is known before any report is read: places by name, borders, and network geocoders if switched on."""

    gazetteer: Gazetteer
    borders: Borders
    online: tuple["OnlineGeocoder", ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a report; every span counts characters of ``report.body``."""

    report: Report
    mentions: list[Mention]
    dates: list[DateMention]
    events: list[Event]


def load_atlas(gazetteer: Path = GAZETTEER, data: Path = DATA) -> Atlas:
    """Open the compiled gazetteer and the borders; raise MissingData when they were not built."""
    return Atlas(Gazetteer(gazetteer), load_borders(data / "borders.parquet"), _switched_on())


def _switched_on() -> tuple["OnlineGeocoder", ...]:
    if not os.environ.get("BORDERWATCH_GEOCODERS"):
        return ()  # geopy and its network clients stay on the disk
    from geo.online import switched_on  # noqa: PLC0415

    return tuple(switched_on())


def understand(report: Report, atlas: Atlas) -> Understanding:
    """Read one report; nothing is stored and no network is asked."""
    whole, report = report, replace(report, body=_OVERLONG.sub(lambda run: "-" * len(run[0]), report.body))
    toponyms = find_toponyms(report.body, atlas.gazetteer, language=report.language)
    mentions = resolve(
        toponyms,
        atlas.gazetteer,
        atlas.borders,
        text=report.body,
        online=atlas.online,
    )
    dates = find_dates(report.body, published=report.published, language=report.language)
    events = build_events(report, mentions, dates, borders=atlas.borders)
    return Understanding(whole, mentions, dates, [_beside_border(event, atlas.borders) for event in events])


def _beside_border(event: Event, borders: Borders) -> Event:
    """Add the nearest border, the distance to it and the position along it; a region has no one distance."""
    if event.geometry is None or event.location_precision in ("region", "country"):
        return event
    near = borders.nearest(event.geometry)
    if near.border is None:
        return event
    at = None if near.border_at_km is None else round(near.border_at_km, 3)
    return replace(event, border=event.border or near.border, border_km=round(near.border_km, 3), border_at_km=at)


def to_json(understanding: Understanding) -> dict[str, Any]:
    """Return mentions and events as plain data, the form ``python -m geo extract`` writes."""
    return {
        "mentions": [_mention(mention) for mention in understanding.mentions],
        "events": [_event(event) for event in understanding.events],
    }


def _mention(mention: Mention) -> dict[str, Any]:
    place = mention.place
    fields: dict[str, Any] = {"surface": mention.surface, "start": mention.start, "end": mention.end}
    for name in ("name", "country", "lat", "lon", "precision", "radius_km"):
        fields[name] = getattr(place, name) if place else None
    fields |= {"precision": place.precision if place else "unknown", "role": mention.role}
    if place and place.border:
        fields["border"] = place.border
    return fields | {"reason": mention.decision.reason}


def _event(event: Event) -> dict[str, Any]:
    point = event.evidence.get("places", [{}])[0] if event.evidence.get("places") else {}
    day = {"date_start": event.start, "date_end": event.end}
    return {
        "type": event.kind,
        "title": event.title,
        **{name: value.isoformat() if value else None for name, value in day.items()},
        "date_precision": event.date_precision,
        "place": event.place,
        "status": event.status,
        "main": event.main,
        "lat": point.get("lat"),
        "lon": point.get("lon"),
        "radius_km": point.get("radius_km"),
        "actors": list(event.actors),
        "equipment": list(event.equipment),
    }

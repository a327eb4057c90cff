"""The whole reading of one report: toponyms, dates, places and events, each tied to its words."""

from dataclasses import dataclass
from pathlib import Path

from geo.build import DATA, GAZETTEER
from geo.borders import Borders, load_borders
from geo.dates import find_dates
from geo.events import build_events
from geo.gazetteer import Gazetteer
from geo.geocode import resolve
from geo.mentions import find_toponyms
from geo.records import DateMention, Event, Mention, Report


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is known before any report is read: places by name, and borders."""

    gazetteer: Gazetteer
    borders: Borders


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a report; every span counts characters of ``report.body``."""

    report: Report
    mentions: list[Mention]
    dates: list[DateMention]
    events: list[Event]


def load_atlas(gazetteer: Path = GAZETTEER, data: Path = DATA) -> Atlas:
    """Open the compiled gazetteer and the borders; raise MissingData when they were not built."""
    return Atlas(Gazetteer(gazetteer), load_borders(data / "borders.parquet"))


def understand(report: Report, atlas: Atlas) -> Understanding:
    """Read one report; nothing is stored and no network is asked."""
    toponyms = find_toponyms(report.body, atlas.gazetteer, language=report.language)
    mentions = resolve(toponyms, atlas.gazetteer, atlas.borders, text=report.body)
    dates = find_dates(report.body, published=report.published, language=report.language)
    events = build_events(report, mentions, dates, borders=atlas.borders)
    return Understanding(report, mentions, dates, events)

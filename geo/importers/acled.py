"""ACLED: event exports of all ages, and its weekly aggregates, which are no events."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from geo.importers.columns import (
    Days,
    Text,
    by_code,
    by_value,
    filled,
    join_some,
    month_bounds,
    none_if_empty,
    shift_days,
    split_lists,
    texts,
    to_codes,
)
from geo.importers.countries import from_text
from geo.importers.draft import Dates, Draft, Fault, check_dates, constant, cut_titles, read_points, unread
from geo.importers.places import REGION_KM, Spot, find_spots

DATASET = "acled"
SOURCE_NAME = "ACLED"
SOURCE_URL = "https://acleddata.com/"
LICENCE = "ACLED terms of use: rows must not be passed on"
ATTRIBUTION = "Armed Conflict Location & Event Data (ACLED), acleddata.com. Its terms forbid passing rows on."

# geo_precision, by ACLED's codebook; the radii are ours.
SPOTS = {
    "1": Spot("settlement", 5, "", "geo_precision 1: a named place"),
    "2": Spot("district", 25, "", "geo_precision 2: near a named place, or in a small area"),
    "3": Spot("region", 100, "", "geo_precision 3: somewhere in a larger region, drawn at one of its places"),
    "": Spot("unknown", 25, "", "no precision given"),
}
WEEKLY_SPOTS = {"": Spot("region", REGION_KM, "region", "centre of the region that the week's events are counted for")}
DATE_PRECISION = {"1": "day", "2": "week", "3": "month"}

# The first pattern that the event type, sub-event type (and for movements the notes) match gives the kind.
KINDS = (
    (r"^movement of forces:.*\b(exercis|drill|manoeuv|maneuv|wargam)", "exercise"),  # how ACLED codes exercises
    (r"^movement of forces:", "deployment"),  # forces moved, no exercise named
    (r"headquarters or base established", "deployment"),  # forces come to stay
    (r"agreement", "agreement"),  # peace talks, ceasefires, exchanges that were agreed
    (r"disrupted weapons use", "seizure"),  # weapons found, seized or defused before use
    (r"^battle|armed clash|regains territory|overtakes territory", "attack"),  # fighting, old and new names
    (r"explosion|remote violence|shelling|air/drone strike|suicide bomb|grenade|chemical weapon", "attack"),
    (r"violence against civilians|^attack|abduction|sexual violence", "attack"),  # one-sided violence
)  # protests, riots, arrests, looting, transfers of territory and changes of groups are "other": not our subject
_KINDS = tuple((re.compile(pattern), kind) for pattern, kind in KINDS)


def matches(names: set[str]) -> bool:
    """Return whether columns (in lower case) are ACLED's: events or weekly aggregates."""
    events = {"event_date", "event_type"} <= names and bool(
        names & {"actor1", "sub_event_type", "event_id_cnty", "inter1"}
    )
    return events or is_weekly(names)


def is_weekly(names: set[str]) -> bool:
    """Return whether columns (in lower case) are those of ACLED's weekly aggregates."""
    return "week" in names and "event_type" in names and bool(names & {"events", "event_count"})


def draft(columns: Mapping[str, pa.Array], rows: int, days: Days) -> Draft:
    """Return the events of a batch; columns by name in lower case."""
    if is_weekly(set(columns)):
        return _draft_weeks(columns, rows, days)
    country = by_value(_country(columns, rows), from_text, pa.string())
    points = read_points(texts(columns, "latitude", rows=rows), texts(columns, "longitude", rows=rows))
    code = texts(columns, "geo_precision", rows=rows)
    place = texts(columns, "location", rows=rows)
    sub, kind = texts(columns, "sub_event_type", rows=rows), texts(columns, "event_type", rows=rows)
    actors = [texts(columns, *names, rows=rows) for names in _ACTORS]
    title = join_some(
        pc.if_else(pc.equal(sub, ""), kind, sub),
        join_some(*actors[:2], between=" – "),
        join_some(place, texts(columns, "country", rows=rows), between=", "),
        between=": ",
    )
    native = to_codes(texts(columns, "event_id_cnty", "data_id", "event_id_no_cnty", rows=rows))
    return Draft(
        native=native,
        title=cut_titles(title),
        kind=find_kinds(kind, sub, texts(columns, "notes", rows=rows)),
        status=constant("completed", rows),  # researchers coded it from reports of what happened
        dates=_dates(columns, rows, days),
        points=points,
        spots=find_spots(code, SPOTS, lon=points.lon, lat=points.lat, country=country),
        place=none_if_empty(place),
        country=country,
        actors=split_lists(join_some(*actors, between=";")),
        source_name=constant(SOURCE_NAME, rows),
        source_url=constant(SOURCE_URL, rows),
        faults=_missing_id(columns, native),
    )


_ACTORS = (("actor1",), ("actor2",), ("assoc_actor_1", "ally_actor_1"), ("assoc_actor_2", "ally_actor_2"))


def _country(columns: Mapping[str, pa.Array], rows: int) -> Text:
    iso, name = texts(columns, "iso", "iso3", rows=rows), texts(columns, "country", rows=rows)
    known = by_value(iso, lambda code: from_text(code) is not None, pa.bool_())
    return pc.if_else(known, iso, name)


def _missing_id(columns: Mapping[str, pa.Array], native: Text) -> list[Fault]:
    has_column = bool(columns.keys() & {"event_id_cnty", "data_id", "event_id_no_cnty"})
    return [Fault(~filled(native), "no id", native)] if has_column else []


def find_kinds(event_type: Text, sub_type: Text, notes: Text) -> Text:
    """Return the kind of each event; the notes count only where they tell of a movement of forces."""
    moved = pc.match_substring_regex(notes, r"(?i)^\s*movement of forces:")
    told = pc.if_else(moved, pc.utf8_slice_codeunits(pc.utf8_ltrim_whitespace(notes), 0, 400), "")
    return by_value(pc.binary_join_element_wise(told, event_type, sub_type, "\n"), _kind, pa.string())


def _kind(text: str) -> str:
    parts = [part for part in text.lower().split("\n") if part]
    return next((kind for pattern, kind in _KINDS for part in parts if pattern.search(part)), "other")


def _dates(columns: Mapping[str, pa.Array], rows: int, days: Days) -> Dates:
    """
    Return the days an event may have happened on.

    With time_precision 2 the day stands for a week, so three days either side; with 3 for its month (ACLED's
    codebook: the middle of the month where nothing more is known).
    """
    text = texts(columns, "event_date", rows=rows)
    day = days.read(text)
    code = texts(columns, "time_precision", rows=rows)
    precision = by_code(code, lambda value: DATE_PRECISION.get(value, "day"), pa.string())
    week = pc.equal(precision, "week")
    start, end = (pc.if_else(week, shift_days(day, by), day) for by in (-3, 3))
    month = pc.equal(precision, "month")
    first, last = (
        by_value(day, lambda value, side=side: value and month_bounds(value)[side], pa.date32()) for side in (0, 1)
    )
    start = pc.if_else(month, first, start)
    end = pc.if_else(month, last, end)
    return check_dates(start, end, precision, [unread(day, text)], text=text)


def _draft_weeks(columns: Mapping[str, pa.Array], rows: int, days: Days) -> Draft:
    """Return weekly sums, each as one row that says so: a week long, at the centre of its region."""
    text = texts(columns, "week", rows=rows)
    day = days.read(text)
    end = shift_days(day, 6)
    country = by_value(texts(columns, "country", rows=rows), from_text, pa.string())
    latitude = texts(columns, "centroid_latitude", "latitude", rows=rows)
    points = read_points(latitude, texts(columns, "centroid_longitude", "longitude", rows=rows))
    place, empty = texts(columns, "admin1", rows=rows), constant("", rows)
    kind, sub = texts(columns, "event_type", rows=rows), texts(columns, "sub_event_type", rows=rows)
    many = pc.binary_join_element_wise(
        texts(columns, "events", "event_count", rows=rows),
        " events in one week: ",
        pc.if_else(pc.equal(sub, ""), kind, sub),
        "",
    )
    return Draft(
        native=empty,
        title=join_some(many, place, texts(columns, "country", rows=rows), between=", "),
        kind=find_kinds(kind, sub, empty),
        status=constant("completed", rows),
        dates=check_dates(day, end, constant("week", rows), [unread(day, text)], text=text),
        points=points,
        spots=find_spots(empty, WEEKLY_SPOTS, lon=points.lon, lat=points.lat, country=country),
        place=none_if_empty(place),
        country=country,
        actors=split_lists(empty),
        source_name=constant(SOURCE_NAME, rows),
        source_url=constant(SOURCE_URL, rows),
    )

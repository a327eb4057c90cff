"""What the tests of the exports share: awkward events, an engine over them, and a way to write one format."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon

from geo.exports import Written, write
from geo.query import Engine, Query
from geo.records import Event, Report
from geo.store import Store

NOW = datetime(2024, 4, 18, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>]]>&amp;{{ 7*7 }}`${1}`\x01\x1f\u202e\u2028\ufeff\"'\\\n\t"
DRILL = Event(
    id="e0",
    title="Учения «Харб-Майдон»",
    kind="exercise",
    status="completed",
    start=date(2024, 4, 15),
    end=date(2024, 4, 18),
    date_precision="day",
    actors=("201st base", 'quoted "name"'),
    place="Kharb-Maidon",
    country="TJ",
    geometry=Point(69.16, 37.4),
    radius_km=25.0,
    location_precision="unknown",
    border="AF-TJ",
    border_km=18.035,
    border_at_km=163.0,
    source_name="TASS",
    source_url="https://tass.example/1",
    licence="facts only",
    published=date(2024, 4, 18),
    evidence={"kind": [{"report": "r", "start": 0, "end": 5, "quote": "учени"}], "date_reason": "said so"},
    extra={"n": 1.5, "z": None, "a": [1, {"b": "c"}]},
)
EVENTS = (
    DRILL,
    replace(DRILL, id="e1", geometry=MultiPoint([(68.6, 37.2), (71.5, 37.5)]), evidence={}),
    replace(DRILL, id="e2", geometry=LineString([(68, 37), (71, 37.5)]), kind="border_closure"),
    replace(DRILL, id="e3", geometry=Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [[(0.2, 0.2), (0.2, 0.8), (0.8, 0.8)]])),
    replace(
        DRILL, id="e4", geometry=MultiPolygon([shapely.box(179, -20, 180, -16), shapely.box(-180, -20, -178, -16)])
    ),
    replace(DRILL, id="e5", geometry=GeometryCollection([Point(1, 2), LineString([(0, 0), (1, 1)])])),
    replace(DRILL, id="e6", title=HOSTILE, place=HOSTILE, actors=(HOSTILE,), extra={HOSTILE: HOSTILE}, border_km=0.0),
    replace(DRILL, id="e7", title="=1+1", place="-2", actors=(), source_name="@x", source_url="'=y", licence=None),
    replace(DRILL, id="e8", geometry=Point(-70.1234567, -0.0000001), radius_km=None, border=None, border_km=1e-7),
    replace(DRILL, id="e9", start=date(2024, 5, 1), end=None, published=None, equipment=("T-72",), border_at_km=1e9),
    replace(DRILL, id="ea", start=None, end=None, date_precision="unknown", country=None, place=None),
    replace(DRILL, id="eb", geometry=None, location_precision="unknown", radius_km=None),
)
ALL = Query()


@contextmanager
def opened(folder: Path, events: tuple[Event, ...] = EVENTS) -> Iterator[Engine]:
    """Give an engine over a new store with these events."""
    with Store(folder / "store") as store:
        store.add(Report(id="r", title="t", body="b"), events, now=NOW)
        yield Engine(store)


def export(folder: Path, name: str, *, query: Query = ALL, events: tuple[Event, ...] = EVENTS) -> tuple[Path, Written]:
    """Write one format; return the file and what was written."""
    path = folder / f"out.{name}"
    with opened(folder, events) as engine:
        return path, write(path, engine, query, format=name, now=NOW)

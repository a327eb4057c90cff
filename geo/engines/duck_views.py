"""The views of DuckDB over reports and imported files: whole rows, the narrow ones of covering files, the cube."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.engines import cube
from geo.engines.covering import FILE_SHIFT, SCHEMA, UNCOVERED
from geo.engines.views import PLACE_NAMES, SIDES, imported_event, imported_single, joined
from geo.flat import EVENTS_SCHEMA, PARTS_SCHEMA
from geo.sql import EXTRA

if TYPE_CHECKING:
    from geo.engines.duck import Imported

_NARROW_EVENTS = ", ".join(f'"{name}"' for name in (*EVENTS_SCHEMA.names, *EXTRA) if name not in UNCOVERED)
_NARROW_PLACES = ", ".join(
    f'"{name}"' for name in dict.fromkeys((*EVENTS_SCHEMA.names, *PARTS_SCHEMA.names, *EXTRA)) if name not in UNCOVERED
)
_RAW = ", ".join(f'"{name}"' for name in SCHEMA.names)
FEW_YEARS = 5  # of the same number of rows the covering file is read faster, so there must be many fewer
_WHERE = re.compile(r":(?:box|area|view)_[wesn]\b|\bpart_mx BETWEEN\b|\bnear\.")  # conditions that ask where
_WORD, _FROM = re.compile(r"\w+"), re.compile(r"\bFROM (events|singles|multiples)\b")


def read_parquet(files: Sequence[str]) -> str:
    """Return the SQL that reads files in the layout of imported data."""
    names = ", ".join("'" + str(Path(name)).replace("'", "''") + "'" for name in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def narrowed(text: str, values: Mapping[str, Any]) -> str:
    """
    Return a statement over the narrow views, unless it names a column that they do not have.

    A few years of the whole world are read from the files of these years.
    """
    if UNCOVERED.intersection(_WORD.findall(text)):
        return text
    few_years = "since" in values and (values["until"] - values["since"]).days < FEW_YEARS * 365
    return text if few_years and not _WHERE.search(text) else _FROM.sub(r"FROM narrow_\1", text)


def define_views(imported: Imported, overlaid: Sequence[int]) -> str:
    """Return the statements that define every view of `geo.sql` over reports and files."""
    texts = [
        f"CREATE VIEW report_places AS SELECT {joined()} FROM report_events e JOIN report_parts p ON p.event_id = e.id"
    ]
    places = f"SELECT {PLACE_NAMES} FROM report_places"
    views = {
        "events": ["SELECT * FROM report_events"],
        "singles": [f"{places} WHERE parts = 1"],
        "multiples": [f"{places} WHERE parts > 1"],
        "shapes": ["SELECT spot, geometry, west, south, east, north FROM report_events"],
        "odd": ["SELECT spot, part_geometry, part_radius_km FROM report_places"],
    }
    if imported.files:
        texts.append(f"CREATE VIEW imported AS {_read([(0, len(imported.files))], imported, overlaid)}")
        views["events"].append(f"SELECT {imported_event(several=bool(imported.parts))}, spot FROM imported")
        views["singles"].append(f"SELECT {imported_single()}, spot FROM imported WHERE parts = 1")
    if imported.extended:
        views["shapes"].append("SELECT spot, geometry, west, south, east, north FROM imported")
        odd = "parts = 1 AND (west < east OR south < north)"
        views["odd"].append(f"SELECT spot, geometry, part_radius_km FROM imported WHERE {odd}")
    if imported.parts:
        texts.append(f"CREATE VIEW imported_places AS SELECT {joined()} FROM imported AS e JOIN {_several(imported)}")
        views["multiples"].append(f"SELECT {PLACE_NAMES} FROM imported_places")
        views["odd"].append("SELECT spot, part_geometry, part_radius_km FROM imported_places")
    texts += [f"CREATE VIEW {name} AS {' UNION ALL '.join(each)}" for name, each in views.items()]
    texts += _define_narrow(imported, overlaid) if imported.coverings else []
    return "; ".join([*texts, *(_define_cube(imported, overlaid) if imported.cubes else ())])


def _several(imported: Imported) -> str:
    """Return what to join imported events with for the places of those that have several."""
    return f"{read_parquet(imported.parts)} AS p ON p.event_id = e.id AND e.parts > 1"


def _define_narrow(imported: Imported, overlaid: Sequence[int]) -> list[str]:
    """Return the same views with the columns of covering files only, read from these where a dataset has one."""
    each = [text for number in range(len(imported.coverings)) for text in _read_covering(number, imported, overlaid)]
    if any(first < last for first, last in imported.uncovered):
        each.append(f"SELECT {_RAW} FROM ({_read(imported.uncovered, imported, overlaid)}) AS uncovered")
    places = f"SELECT {_NARROW_PLACES} FROM report_places"
    event = imported_event(several=bool(imported.parts), without=UNCOVERED)
    views = {
        "imported": each,
        "events": [f"SELECT {_NARROW_EVENTS} FROM report_events", f"SELECT {event}, spot FROM narrow_imported"],
        "singles": [
            f"{places} WHERE parts = 1",
            f"SELECT {imported_single(UNCOVERED)}, spot FROM narrow_imported WHERE parts = 1",
        ],
        "multiples": [f"{places} WHERE parts > 1"],
    }
    if imported.parts:
        several = f"SELECT {joined(UNCOVERED)} FROM narrow_imported AS e JOIN {_several(imported)}"
        views["multiples"].append(f"SELECT {_NARROW_PLACES} FROM ({several}) AS several")
    return [f"CREATE VIEW narrow_{name} AS {' UNION ALL '.join(texts)}" for name, texts in views.items()]


def _read_covering(number: int, imported: Imported, overlaid: Sequence[int]) -> Iterator[str]:
    """Yield the SQL of the rows of a covering file: points, which are their own envelope, and what is larger."""
    path, (first, last) = imported.coverings[number]
    spot, points = f"spot + {first << FILE_SHIFT}", dict(zip(SIDES, ("lon", "lat", "lon", "lat"), strict=True))
    gone = ", ".join(str(one - (first << FILE_SHIFT)) for one in overlaid if first <= one >> FILE_SHIFT < last)
    kept = [f"spot NOT IN ({gone})"] if gone else []
    for shown, sort in ((points, "west IS NULL"), ({}, "west IS NOT NULL")):
        extended = not imported.extended.isdisjoint(range(first, last))
        columns = (
            f'{shown[name]} AS "{name}"' if name in shown else f'"{name}"' for name in SCHEMA.names if name != "spot"
        )
        where = " AND ".join([*([sort] if extended else ()), *kept])
        yield f"SELECT {', '.join(columns)}, {spot} AS spot FROM {read_parquet([str(path)])} WHERE {where or 'TRUE'}"
        if not extended:
            break


def _read(ranges: Sequence[tuple[int, int]], imported: Imported, overlaid: Sequence[int]) -> str:
    """Return the SQL of the rows of some files with their spots, without those that the project file replaces."""
    by_file = {n: list(group) for n, group in groupby(overlaid, key=lambda spot: spot >> FILE_SHIFT)}
    texts = []
    for start, stop in ranges:
        alike = groupby(range(start, stop), key=lambda n: (n in imported.extended, n if n in by_file else -1))
        for (_, cut), group in alike:
            text = _read_files(list(group), imported)
            texts.append(text if cut < 0 else f"{text} WHERE file_row_number NOT IN ({_rows(by_file[cut])})")
    return " UNION ALL ".join(texts)


def _read_files(numbers: Sequence[int], imported: Imported) -> str:
    """Return the SQL of the rows of neighbouring files, with their spots; points are their own envelope, read once."""
    spot = f"((CAST(file_index AS BIGINT) + {numbers[0]}) << {FILE_SHIFT}) + file_row_number AS spot"
    columns = (
        "*" if numbers[0] in imported.extended else "* REPLACE (lon AS west, lat AS south, lon AS east, lat AS north)"
    )
    return f"SELECT {columns}, {spot} FROM {read_parquet([imported.files[n] for n in numbers])}"


def _rows(spots: Sequence[int]) -> str:
    return ", ".join(str(spot & ((1 << FILE_SHIFT) - 1)) for spot in spots)


def _define_cube(imported: Imported, overlaid: Sequence[int]) -> list[str]:
    """Return the views `totals` and `cube…`: what the cubes count, all else one by one, less what was replaced."""
    views: dict[str, list[str]] = {"totals": [], **{f"cube{zoom}": [] for zoom in cube.CELLS}}
    for folder, first in imported.cubes:
        spot = f"spot + {first << FILE_SHIFT} AS spot"
        views["totals"].append(f"SELECT {cube.TOTAL_NAMES} FROM {read_parquet([str(folder / cube.TOTALS)])}")
        for zoom, name in cube.CELLS.items():
            views[f"cube{zoom}"].append(f"SELECT {cube.CELL_NAMES}, {spot} FROM {read_parquet([str(folder / name)])}")
    each = [("report_events", "report_places WHERE parts = 1", 1)]
    texts = []
    for name, text, n in _uncubed(imported, overlaid):
        texts.append(f"CREATE VIEW {name} AS {text}")
        texts.append(f"CREATE VIEW {name}_events AS SELECT {imported_event(several=False)}, spot FROM {name}")
        texts.append(f"CREATE VIEW {name}_singles AS SELECT {imported_single()}, spot FROM {name} WHERE parts = 1")
        each.append((f"{name}_events", f"{name}_singles", n))
    for events, singles, n in each:
        views["totals"].append(f"SELECT {cube.single_totals(n)} FROM {events}")
        for zoom in cube.CELLS:
            views[f"cube{zoom}"].append(f"SELECT {cube.single_cells(n)}, spot FROM {singles}")
    return [*texts, *(f"CREATE VIEW {name} AS {' UNION ALL '.join(parts)}" for name, parts in views.items())]


def _uncubed(imported: Imported, overlaid: Sequence[int]) -> Iterator[tuple[str, str, int]]:
    """Yield what the cubes do not count, and what they count though it was replaced: name, SQL, how it counts."""
    if any(first < last for first, last in imported.uncubed):
        yield "uncubed", _read(imported.uncubed, imported, overlaid), 1
    gone = [spot for spot in overlaid if not any(a <= spot >> FILE_SHIFT < b for a, b in imported.uncubed)]
    if gone:
        by_file = groupby(gone, key=lambda spot: spot >> FILE_SHIFT)
        reads = (
            f"{_read_files([n], imported)} WHERE file_row_number IN ({_rows(list(spots))})" for n, spots in by_file
        )
        yield "replaced", " UNION ALL ".join(reads), -1

"""Finding out what a file is: its wrapping, its layout, whose columns they are, and what reads them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from geo.errors import InvalidRecord, UnreadableFile
from geo.importers import acled, gdelt, geojson, table, ucdp
from geo.importers.batch import Batch, Layout
from geo.importers.cells import InLowerCase
from geo.importers.columns import Days
from geo.importers.draft import Draft
from geo.importers.files import Plain, to_utf8, unpack
from geo.importers.ours import is_our_parquet, is_ours
from geo.importers.rows import (
    batch_rows,
    find_delimiter,
    is_tag_row,
    read_excel,
    read_sample,
    read_text,
    unique_names,
)

KNOWN: dict[str, ModuleType] = {"acled": acled, "ucdp": ucdp, "gdelt": gdelt}
FORMATS = ("auto", *KNOWN, "geojson", "table")
Drafter = Callable[[Mapping[str, pa.Array], int], Draft]


@dataclass(frozen=True, slots=True)
class Source:
    """
    A file that is ready to be read.

    Attributes
    ----------
    path, name
        The unwrapped file, and what to call it in messages.
    format
        One of `FORMATS` but auto, or ``"borderwatch"`` for GeoJSON that our own export wrote.
    layout
        Its columns; none for GeoJSON, where every feature brings its own.
    mapping
        Field of ours to column, for what is no known format; None where the columns are known.
    """

    path: Path
    name: str
    format: str
    layout: Layout
    mapping: dict[str, str] | None
    days: Days
    notes: tuple[str, ...]
    reader: Callable[[], Iterator[Batch]]

    @property
    def known(self) -> ModuleType | None:
        """The module of the format, for a known one."""
        return KNOWN.get(self.format)

    def draft(self, batch: Batch) -> Draft:
        """Return the events of a batch."""
        if self.known is not None:
            draft = self.known.draft(InLowerCase(batch.columns), len(batch), self.days)
        else:
            draft = table.draft(batch.columns, len(batch), self.days, mapping=self.mapping or {})
        if batch.shapes is not None and draft.shapes is None:
            draft.shapes = batch.shapes
        return draft


def open_source(path: Path, folder: Path, *, format: str = "auto", mapping: Mapping[str, str] | None = None) -> Source:  # noqa: A002 - the word that users type
    """
    Look at a file and return how to read it.

    Parameters
    ----------
    folder
        Where to unpack to; must last as long as the source is read.
    format
        One of `FORMATS`.
    mapping
        Field of ours to column, as `geo.importers.table.guess_mapping` gives it; makes any file a plain table.
        None: guessed where needed.

    Raises
    ------
    UnreadableFile
        When the file cannot be read, or is not of that format.
    InvalidRecord
        When the format or the mapping is none.
    """
    if format not in FORMATS:
        raise InvalidRecord(f"Format {format!r} is not known; expected one of {', '.join(FORMATS)}.")
    plain = unpack(path, folder)
    if mapping is not None and format == "auto":
        format = "table"  # noqa: A001 - as above
    if _begins_with(plain, b"PAR1"):
        if not is_our_parquet(plain.path):
            raise UnreadableFile(f"{path} is Parquet, but not written by Borderwatch; expected its columns.")
        return _ours(plain)
    if _begins_with(plain, b"PK") or plain.name.lower().endswith((".xlsx", ".xlsm")):
        return _open_rows(plain, path, format, mapping, excel=True)
    plain = to_utf8(plain, folder)
    if _is_json(plain.path):
        return _open_json(plain, path, format, mapping)
    if format == "geojson":
        raise UnreadableFile(f"{path} is no GeoJSON; expected it to begin with {{ or [.")
    return _open_rows(plain, path, format, mapping, excel=False)


def _begins_with(plain: Plain, mark: bytes) -> bool:
    with plain.path.open("rb") as file:
        return file.read(len(mark)) == mark


def _ours(plain: Plain) -> Source:
    return Source(
        plain.path, plain.name, "borderwatch", Layout((), whole=True), None, Days(), plain.notes, lambda: iter(())
    )


def _is_json(path: Path) -> bool:
    with path.open(encoding="utf-8-sig") as file:
        return file.read(4096).lstrip(" \t\r\n\x1e")[:1] in ("{", "[")


def _open_rows(plain: Plain, path: Path, format: str, mapping: Mapping[str, str] | None, *, excel: bool) -> Source:  # noqa: A002
    if excel:
        delimiter, sample = "", [row for _, row in itertools.islice(read_excel(plain.path), 200)]
    else:
        is_gdelt = gdelt.matches_row(next(iter(read_sample(plain.path, "\t", quoted=False, rows=1)), ()))
        delimiter = "\t" if is_gdelt else find_delimiter(plain.path)
        sample = read_sample(plain.path, delimiter, quoted=not is_gdelt)
    if not sample or not any(any(row) for row in sample):
        raise UnreadableFile(f"{path} has no rows; expected events.")
    found, layout = _find_layout(sample, delimiter)
    body = sample[layout.skip :]
    reader = partial(_read_excel if excel else read_text, plain.path, layout)
    return _finish(plain, path, format if format != "auto" else found, layout, mapping, body, reader)


def _read_excel(path: Path, layout: Layout) -> Iterator[Batch]:
    return batch_rows(read_excel(path), layout)


def _find_layout(sample: Sequence[Sequence[str]], delimiter: str) -> tuple[str, Layout]:
    """Return the format that the first rows show, and their layout."""
    first = sample[0]
    if gdelt.matches_row(first):
        return "gdelt", Layout(tuple(gdelt.LAYOUTS[len(first)]), delimiter, quoted=False, skip=0)
    if ucdp.matches_row(first):
        return "ucdp", Layout(tuple(ucdp.COLUMNS), delimiter, skip=0)
    names = unique_names(first)
    tagged = len(sample) > 1 and is_tag_row(sample[1])
    tags = tuple(cell.strip() for cell in sample[1]) if tagged else ()
    lower = {name.lower() for name in names}
    found = next((name for name, module in KNOWN.items() if module.matches(lower)), "table")
    return found, Layout(names, delimiter, quoted=True, skip=1 + tagged, tags=tags)


def _open_json(plain: Plain, path: Path, format: str, mapping: Mapping[str, str] | None) -> Source:  # noqa: A002
    sample = [feature for _, feature in itertools.islice(geojson.read_features(plain.path), 200)]
    if not sample:
        raise UnreadableFile(f"{path} holds no features; expected GeoJSON with at least one.")
    if not any(isinstance(item, dict) and item.get("type") == "Feature" for item in sample):
        raise UnreadableFile(f"{path} is JSON but no GeoJSON; expected features.")
    if is_ours(sample[0]) and format in ("auto", "geojson") and mapping is None:
        return _ours(plain)
    features = [item for item in sample if isinstance(item, dict) and isinstance(item.get("properties"), dict)]
    names = tuple(dict.fromkeys(name for item in features for name in item["properties"]))
    lower = {name.lower() for name in names}
    found = next((name for name, module in KNOWN.items() if module.matches(lower)), "geojson")
    columns = (*names, *(name for name in ("id", "latitude", "longitude") if name not in names))
    body = [[_cell(item["properties"].get(name)) for name in columns] for item in features]
    chosen = found if format in ("auto", "geojson") else format
    reader = partial(geojson.read_batches, plain.path)
    return _finish(plain, path, chosen, Layout(columns, delimiter="", whole=True), mapping, body, reader)


def _cell(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _finish(
    plain: Plain,
    path: Path,
    format: str,  # noqa: A002
    layout: Layout,
    mapping: Mapping[str, str] | None,
    body: Sequence[Sequence[str]],
    reader: Callable[[], Iterator[Batch]],
) -> Source:
    if format in KNOWN:
        lower = {name.lower() for name in layout.names}
        if not KNOWN[format].matches(lower):
            raise UnreadableFile(f"{path} is no {format} file: it has the columns {', '.join(layout.names)[:400]}.")
        chosen = None
    elif mapping is not None:
        chosen = table.check_mapping(mapping, layout.names)
    else:
        chosen = table.guess_mapping(layout.names, layout.tags)
    if chosen is not None and format == "geojson":
        chosen = {"lat": "latitude", "lon": "longitude"} | chosen if not mapping else chosen
    if chosen is not None and not table.is_usable(chosen):
        raise UnreadableFile(
            f"{path}: none of its columns says when or where something happened ({', '.join(layout.names)[:400]}); "
            "name them in a mapping, such as start=COLUMN, lat=COLUMN, lon=COLUMN."
        )
    dates = _date_cells(layout, chosen, body)
    month_first, unsure = _order_of_dates(dates)
    notes = list(plain.notes)
    if unsure:
        notes.append("dates like 04/05/2024 are read as day, month, year; nothing in the first rows says otherwise")
    if layout.tags:
        notes.append("the second row holds HXL tags and was not counted as a row")
    return Source(plain.path, plain.name, format, layout, chosen, Days(month_first=month_first), tuple(notes), reader)


def _date_cells(layout: Layout, mapping: Mapping[str, str] | None, body: Sequence[Sequence[str]]) -> list[str]:
    column = (mapping or {}).get("start")
    if column not in layout.names:
        return []
    at = layout.names.index(column)
    return [row[at].strip() for row in body if len(row) > at]


def _order_of_dates(cells: Sequence[str]) -> tuple[bool, bool]:
    """Return whether numeric dates have the month first, and whether that is not to be seen."""
    pairs = [(int(one), int(two)) for cell in cells if (parts := _numeric(cell)) for one, two in [parts]]
    month_first = any(two > 12 for _, two in pairs) and not any(one > 12 for one, _ in pairs)
    return month_first, bool(pairs) and not any(one > 12 or two > 12 for one, two in pairs)


def _numeric(cell: str) -> tuple[str, str] | None:
    parts = cell.split(" ", maxsplit=1)[0].split("/")
    fits = len(parts) == 3 and all(part.isdigit() for part in parts) and len(parts[2]) == 4
    return (parts[0], parts[1]) if fits else None

"""Importing a file of events: what was uploaded, how its columns are read, the import, and what came of it."""

from __future__ import annotations

import re
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from dashboard import words
from dashboard.i18n import later, tr, trn
from dashboard.project import open_project
from geo.errors import BorderwatchError, UnreadableFile
from geo.importers.files import to_utf8, unpack
from geo.importers.rows import find_delimiter, read_excel, read_sample, unique_names
from geo.importing import Preview, Summary, import_file, preview

UPLOAD_MB = 200  # server.maxUploadSize; the browser's file is held in memory, so larger ones go by the command line
TYPES = ["csv", "tsv", "txt", "xlsx", "zip", "gz", "geojson", "json", "geojsonl", "ndjson"]
FORMAT_LABEL = {
    "auto": later("Detect it"),
    "acled": "ACLED",
    "ucdp": "UCDP GED",
    "gdelt": "GDELT",
    "geojson": "GeoJSON",
    "table": later("Any other table"),
}
FOUND_LABEL = {**FORMAT_LABEL, "table": later("a table"), "borderwatch": later("Borderwatch's own GeoJSON")}
FIELD_LABEL = {
    "id": later("Id"),
    "title": later("Title"),
    "notes": later("Notes (title, if there is none)"),
    "kind": later("Kind of event"),
    "status": later("Status"),
    "start": later("First day"),
    "end": later("Last day"),
    "lat": later("Latitude"),
    "lon": later("Longitude"),
    "geometry": later("Geometry (WKT)"),
    "radius_km": later("Radius, km"),
    "precision": later("Precision of the place"),
    "place": later("Place"),
    "country": later("Country"),
    "actors": later("Actors"),
    "actor2": later("Second actor"),
    "source_name": later("Source"),
    "source_url": later("Address of the source"),
}
COLUMN_LABEL = {
    "title": later("Title"),
    "kind": later("Kind"),
    "start": later("First day"),
    "end": later("Last day"),
    "place": later("Place"),
    "country": later("Country"),
    "lon": later("Lon"),
    "lat": later("Lat"),
    "radius_km": later("± km"),
    "location_precision": later("Precision"),
    "actors": later("Actors"),
    "source_name": later("Source"),
    "id": later("Id"),
}
CELL = 120  # characters of a cell in the preview
_UNSAFE = re.compile(r"[^\w.+-]+")


@dataclass(eq=False)
class Upload:
    """An uploaded file on the server's disk, for as long as the session knows it."""

    name: str
    path: Path
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    looks: dict[Any, Look] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """What a file would become: the preview, or the reason why there is none; and the columns to choose from."""

    preview: Preview | None
    fault: str | None
    columns: tuple[str, ...]


def keep_upload(file: BinaryIO, name: str) -> Upload:
    """Copy an uploaded file to the disk under a harmless name; it goes when the session forgets it."""
    folder = Path(tempfile.mkdtemp(prefix="borderwatch-upload-"))
    safe = _UNSAFE.sub("-", Path(name.replace("\\", "/")).name).strip(".-")[-80:] or "upload"
    upload = Upload(words.plain(name, limit=80), folder / safe)
    weakref.finalize(upload, shutil.rmtree, folder, ignore_errors=True)
    with upload.path.open("xb") as copy:
        shutil.copyfileobj(file, copy)
    return upload


def look_at(upload: Upload, format: str, mapping: Mapping[str, str] | None) -> Look:  # noqa: A002 - the importers' word
    """Return what the first rows would become, read once for each way of reading them."""
    key = format, None if mapping is None else tuple(sorted(mapping.items()))
    if key not in upload.looks:
        upload.looks[key] = _look(upload, format, mapping)
    return upload.looks[key]


def _look(upload: Upload, format: str, mapping: Mapping[str, str] | None) -> Look:  # noqa: A002 - as above
    try:
        found = preview(upload.path, format=format, mapping=mapping)
    except BorderwatchError as error:
        return Look(None, _without_path(str(error), upload), _columns(upload))
    return Look(found, None, found.columns)


def _without_path(text: str, upload: Upload) -> str:
    return text.replace(str(upload.path), upload.name).replace(upload.path.name, upload.name)


def _columns(upload: Upload) -> tuple[str, ...]:
    """Return the columns of a table that could not be read as events, so that they can be mapped; empty for others."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            plain = unpack(upload.path, Path(folder))
            with plain.path.open("rb") as file:
                excel = file.read(2) == b"PK"
            if excel:
                return tuple(unique_names(next((row for _, row in read_excel(plain.path)), [])))
            plain = to_utf8(plain, Path(folder))
            sample = read_sample(plain.path, find_delimiter(plain.path))
        except (BorderwatchError, OSError):
            return ()
    first = sample[0] if sample else []
    return () if first and first[0].lstrip()[:1] in {"{", "["} else tuple(unique_names(first))


def to_rows(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return the rows of a preview as the columns of a table, every text fit for one line."""
    return {tr(label): [_cell(row.get(name)) for row in rows] for name, label in COLUMN_LABEL.items()}


def _cell(value: Any) -> Any:  # noqa: ANN401 - as the rows have it
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if isinstance(value, date):
        return value.isoformat()
    return words.plain(value, limit=CELL) if isinstance(value, str) else value


def run(
    upload: Upload,
    *,
    dataset: str | None,
    format: str,  # noqa: A002 - as above
    mapping: Mapping[str, str] | None,
    replace: bool,
    progress: Callable[[float, str], None],
) -> Summary:
    """
    Import the file into the project; see `geo.importing.import_file`.

    Raises
    ------
    BorderwatchError
        With the name the visitor knows the file by.
    """
    project = open_project()
    try:
        return import_file(
            upload.path,
            folder=project.store.path.parent,
            now=datetime.now(UTC),
            dataset=dataset,
            format=format,
            mapping=mapping,
            borders=project.borders,
            replace=replace,
            progress=progress,
        )
    except BorderwatchError as error:
        raise UnreadableFile(_without_path(str(error), upload)) from error


def counted(rows: int) -> str:
    """Write a number of rows."""
    return trn("{n} row", "{n} rows", rows)


def to_reasons(reasons: Mapping[str, int]) -> dict[str, list[Any]]:
    """Return why rows were rejected, as the columns of a table, most frequent first."""
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    return {tr("Reason"): [words.plain(why) for why, _ in ranked], tr("Rows"): [rows for _, rows in ranked]}

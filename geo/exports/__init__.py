"""Exports of any query: the formats, and writing one as a stream or as a file that is there whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from geo.ahead import read_ahead, write_behind
from geo.errors import InvalidQuery, StoreError
from geo.exports import csvs, geojson, gpkg, kml, parquet, xlsx
from geo.exports.chunks import Chunk, read_chunks
from geo.exports.files import replacing
from geo.exports.jsontexts import to_json
from geo.exports.receipt import Ledger
from geo.features import COLUMNS
from geo.filters import Query

if TYPE_CHECKING:
    from geo.query import Engine

Progress = Callable[[int, int], None]  # rows written, rows in all; an error that it raises ends the export
BATCH = 10_000  # rows at a time
BLOCK = 1 << 20  # bytes of a finished file that are passed on at a time


@dataclass(frozen=True)
class Format:
    """
    One way to write events.

    Attributes
    ----------
    name, label
        The word in commands and addresses, and the words for people.
    extension, media_type
        Of the file.
    stream
        Yields the bytes as rows come; None for formats that need a whole file, which `file` writes.
    beside
        Whether the receipt is a file of its own, since the format has no place for it.
    """

    name: str
    label: str
    extension: str
    media_type: str
    stream: Callable[[Iterable[Chunk], Ledger], Iterator[bytes | memoryview]] | None = None
    file: Callable[[Path, Iterable[Chunk], Ledger], None] | None = None
    beside: bool = False


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    Format("geojson", "GeoJSON", "geojson", "application/geo+json", geojson.to_geojson),
    Format("geojsonseq", "GeoJSON, line by line", "geojsonl", "application/x-ndjson", geojson.to_sequence, beside=True),
    Format("geoparquet", "GeoParquet", "parquet", "application/vnd.apache.parquet", file=parquet.write_geoparquet),
    Format("gpkg", "GeoPackage (QGIS)", "gpkg", "application/geopackage+sqlite3", file=gpkg.write_geopackage),
    Format("csv", "CSV", "csv", "text/csv; charset=utf-8", csvs.to_csv, beside=True),
    Format("kml", "KML (Google Earth)", "kml", "application/vnd.google-earth.kml+xml", kml.to_kml),
    Format("xlsx", "Excel", "xlsx", _SHEET, file=xlsx.write_xlsx),
)
FORMATS = {entry.name: entry for entry in _ALL}


class Written(NamedTuple):
    """What an export wrote: how many events, and its receipt."""

    events: int
    receipt: dict[str, Any]


def find_format(word: str) -> Format:
    """
    Return the format of a name or of a file's extension, in any case.

    Raises
    ------
    InvalidQuery
        When there is none.
    """
    lowered = word.lower().removeprefix(".")
    for entry in _ALL:
        if lowered in (entry.name, entry.extension):
            return entry
    raise InvalidQuery(f"format={word[:80]!r} is none that can be written; expected one of {', '.join(FORMATS)}.")


def choose_format(word: str | None, path: Path) -> str:
    """Return the format asked for, or else that of the file's extension; GeoJSON when that says nothing."""
    if word is not None:
        return find_format(word).name
    extension = path.suffix.lower().removeprefix(".")
    return next((entry.name for entry in _ALL if entry.extension == extension), "geojson")


def write(
    target: Path | str | BinaryIO,
    engine: Engine,
    query: Query,
    *,
    format: str,  # noqa: A002 - the word people use
    now: datetime,
    progress: Progress | None = None,
) -> Written:
    """
    Write exactly what a query shows, with its receipt, in memory that does not grow with the rows.

    Parameters
    ----------
    target
        A path: the file is there whole or, after an error, as it was before; CSV and line-by-line GeoJSON get their
        receipt in ``<file>.receipt.json`` beside it. Or an object with `write` that takes bytes.
    format
        A name or an extension of `FORMATS`.
    now
        When this is made, with its time zone; goes into the receipt.
    progress
        Called with the rows written and the rows in all, at least at the end. An error that it raises ends the
        export, and nothing is left behind.

    Raises
    ------
    InvalidQuery
        When the format is unknown, or cannot hold so many rows.
    StoreError
        When the file cannot be written, or the events changed meanwhile; what was there before is unchanged.
    """
    export = Export(engine, query, format=format, now=now, progress=progress)
    if hasattr(target, "write"):
        for block in export.blocks():
            target.write(block)
    else:
        export.save(Path(target))
    return Written(export.ledger.written, export.ledger.receipt())


class Export:
    """
    One export that is about to be written, once: `blocks` or `save`; parameters and errors as of `write`.

    The counts are taken when it is made, so that a query that cannot be answered fails before the first byte.
    """

    def __init__(
        self,
        engine: Engine,
        query: Query,
        *,
        format: str = "geojson",  # noqa: A002 - the word people use
        now: datetime,
        progress: Progress | None = None,
    ) -> None:
        self.format = find_format(format)
        counts = engine.counts(query)
        self.total = counts.shown + (counts.possible if query.possible else 0)
        if self.format.name == "xlsx":
            xlsx.check_fits(self.total)
        self.ledger = Ledger(query, counts._asdict(), now, find_datasets(engine))
        self._engine, self._query, self._progress = engine, query, progress

    def blocks(self) -> Iterator[bytes | memoryview]:
        """Yield the bytes of the file; those of a format that needs a whole file come after it was made."""
        if self.format.stream:
            yield from self.format.stream(self._chunks(), self.ledger)
            return
        with tempfile.TemporaryDirectory(prefix="borderwatch-") as folder:
            path = Path(folder) / f"export.{self.format.extension}"
            self._write(path)
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    yield block

    def save(self, path: Path) -> None:
        """Put the file, and its receipt where it goes beside it, in place."""
        with ExitStack() as stack:
            if self.format.beside:  # entered first, so that it takes its place last: never a receipt without its file
                beside = stack.enter_context(replacing(path.with_name(f"{path.name}.receipt.json")))
            temporary = stack.enter_context(replacing(path))
            digest = self._write(temporary)
            if self.format.beside:
                about = {"name": path.name, "bytes": temporary.stat().st_size, "sha256": digest}
                beside.write_text(to_json(self.ledger.receipt() | {"file": about}) + "\n", encoding="utf-8")

    def receipt(self) -> dict[str, Any]:
        """Return the receipt by reading all rows, without writing any: for a stream whose format has no place."""
        for chunk in self._chunks():
            self.ledger.add(chunk)
        return self.ledger.receipt()

    def _write(self, path: Path) -> str:
        """Write the file; return its SHA-256 where the receipt beside it tells it."""
        if self.format.file:
            self.format.file(path, self._chunks(), self.ledger)
            return ""
        return write_behind(path, self.format.stream(self._chunks(), self.ledger), hashed=self.format.beside)

    def _chunks(self) -> Iterator[Chunk]:
        """Yield the rows, telling how far it is; refuse what does not add up with the counts."""
        done = 0
        batches = self._engine.stream(self._query, order="start", batch=BATCH, columns=COLUMNS)
        with closing(read_ahead(batches)) as ahead:
            for chunk in read_chunks(ahead):
                yield chunk
                done += chunk.rows.num_rows
                if self._progress:
                    self._progress(done, self.total)
        if done != self.total:
            raise StoreError(f"The events changed while {self.total:,} were exported ({done:,} came); try again.")
        if self._progress and not done:
            self._progress(0, 0)


def find_datasets(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return what the imported datasets say of themselves, by name; nothing for an engine without any."""
    datasets = getattr(engine, "datasets", None)
    return {} if datasets is None else {dataset.name: dict(dataset.info) for dataset in datasets.list()}

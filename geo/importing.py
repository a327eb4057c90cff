"""Files of other people's events into the store: read once, nothing lost without a reason, all in place or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.ahead import read_ahead
from geo.borders import Borders
from geo.datasets import PARTS, Dataset, Datasets, check_name, sync_folder
from geo.errors import StoreError, UnreadableFile
from geo.importers.ahead import SHORT_TURNS, frugal_memory, map_ahead
from geo.importers.batch import Batch
from geo.importers.detect import Source, open_source
from geo.importers.finish import FILE_SCHEMA, Origin, attach_parts, finish, no_parts
from geo.importers.ledger import Ledger, Rejects
from geo.importers.measure import Measured
from geo.importers.notice import Notice
from geo.importers.ours import read_ours
from geo.importers.spool import PACK_FROM, Pieces, Spool, year_of
from geo.importers.stage import NO_YEAR, Reject, as_staged, hilbert, lighten, to_staged
from geo.importers.summary import Preview, Summary
from geo.importers.write import plan_files, write_files

REJECTED = "_rejected.csv"
PREVIEW_ROWS = 20
THREADS = 2  # that turn text into rows; more only wait for the reader and the disk

Progress = Callable[[float, str], None]


def preview(path: Path | str, *, format: str = "auto", mapping: Mapping[str, str] | None = None) -> Preview:  # noqa: A002
    """
    Return what `import_file` would make of a file's first 20 rows, without writing anything.

    Raises
    ------
    UnreadableFile, InvalidRecord
        As `import_file` does.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        source = open_source(path, Path(folder), format=format, mapping=mapping)
        name = _name_for(source, path)
        tables, rejected = [], []
        for drafts, bad in _staged(source, name):
            tables.append(drafts.slice(0, PREVIEW_ROWS))
            rejected += bad
            if sum(map(len, tables)) >= PREVIEW_ROWS:
                break
        rows: list[dict[str, Any]] = []
        if tables:
            drafts = pa.concat_tables(tables, promote_options="default").slice(0, PREVIEW_ROWS)
            rows = _finished(drafts, _origin(source, name)).select(_SHOWN).to_pylist()
    return Preview(source.format, name, source.layout.names, source.mapping, rows, rejected[:100], list(source.notes))


_SHOWN = [
    *("id", "title", "kind", "status", "start", "end", "date_precision", "actors", "place", "country", "lon", "lat"),
    *("radius_km", "location_precision", "source_name", "source_url"),
]


def import_file(  # noqa: PLR0913 - one call for all of it; every option has its name
    path: Path | str,
    *,
    folder: Path | str,
    now: datetime,
    dataset: str | None = None,
    format: str = "auto",  # noqa: A002 - the word that users type
    mapping: Mapping[str, str] | None = None,
    borders: Borders | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """
    Read a file of events into a dataset of the store.

    Rows replace those of an earlier import that have their id; the others stay. Memory does not grow with the file.
    A killed or failed import leaves the store as it was.

    Parameters
    ----------
    path
        CSV, TSV, Excel or GeoJSON, also in a ZIP or gzip file.
    folder
        The project folder, such as ``data/store``.
    now
        With its time zone; events after it are warned of.
    dataset
        The name to import under; None: that of the known format, otherwise made from the file's name.
    format
        ``auto``, ``acled``, ``ucdp``, ``gdelt``, ``geojson`` or ``table``.
    mapping
        Field of ours to column, for a plain table; None: guessed.
    borders
        For the border columns; None leaves them empty.
    replace
        Drop the rows of earlier imports instead of keeping those that the file does not have.
    progress
        Told, now and then, the share done (0 to 1) and what is being done.

    Raises
    ------
    UnreadableFile
        When the file cannot be read, or has no usable row.
    InvalidRecord
        When the format, the mapping or the dataset's name is none.
    StoreError
        When the store cannot be written.
    """
    path, begun = Path(path), time.perf_counter()
    tell = progress or (lambda share, what: None)  # noqa: ARG005
    datasets = Datasets(folder)
    if dataset is not None:
        check_name(dataset)
    with tempfile.TemporaryDirectory(prefix="borderwatch-") as unpacked, frugal_memory(), SHORT_TURNS:
        source = open_source(path, Path(unpacked), format=format, mapping=mapping)
        name = dataset or _name_for(source, path)
        try:
            with datasets.staging(name) as staging, ExitStack() as stack:
                measured = stack.enter_context(Measured(staging / "measured", borders)) if borders else None
                run = _Run(source, name, path.name, staging, now, tell, measured, keep_dataset=dataset is None)
                summary = run.read()
                held = None if replace else datasets.get(name)
                run.write(summary, held)
                published = datasets.publish(name, staging / "state", run.info(summary, held))
        except OSError as error:
            if isinstance(error, StoreError):
                raise
            raise StoreError(f"{folder} cannot be written ({error}); what was there before is unchanged.") from error
    summary.reject_file = published.folder / REJECTED if summary.rejected else None
    summary.seconds = time.perf_counter() - begun
    tell(1.0, "done")
    return summary


class _Run:
    """One import on its way: what is put aside, and what was noticed."""

    def __init__(
        self,
        source: Source,
        name: str,
        file: str,
        staging: Path,
        now: datetime,
        tell: Progress,
        measured: Measured | None,
        *,
        keep_dataset: bool,
    ) -> None:
        self._source, self._name, self._file, self._staging = source, name, file, staging
        self._now, self._tell, self._measured, self._keep_dataset = now, tell, measured, keep_dataset
        packed = source.path.stat().st_size >= PACK_FROM
        self._new, self._old = Spool(staging / "new", packed=packed), Spool(staging / "old", packed=packed)
        self._pieces = Pieces()
        self._state = staging / "state"
        self._state.mkdir()
        self._parts: list[pa.Table] = []
        self._origin = _origin(source, name, file)
        self._seen = Notice(now.date())
        self._ledger = Ledger(staging)

    def read(self) -> Summary:
        """Read the file, putting usable rows aside and writing the others to the reject file."""
        source = self._source
        summary = Summary(self._name, source.format, self._file, mapping=source.mapping, notes=list(source.notes))
        summary.attribution = getattr(source.known, "ATTRIBUTION", None)
        reasons: Counter[str] = Counter()
        with Rejects(self._state / REJECTED) as rejects:
            for drafts, bad in _staged(
                source, self._name, self._parts, dataset=None if self._keep_dataset else self._name
            ):
                summary.read += len(drafts) + len(bad)
                reasons.update(reject.kind for reject in bad)
                rejects.write(bad)
                if len(drafts):
                    self._seen.look_at(drafts)
                    self._ledger.add(drafts)
                    if self._measured is not None:
                        self._measured.add(drafts)
                    self._put_aside(drafts, summary.read)
                self._tell(0.5 * min(1.0, summary.read / max(1, self._guess_rows(summary.read))), "reading")
        self._new.finish()
        if self._measured is not None:
            self._measured.finish()
        pa.default_memory_pool().release_unused()  # what reading needed is not needed for writing
        summary.rejected, summary.reasons = reasons.total(), dict(reasons.most_common())
        if summary.read == summary.rejected:
            told = "; ".join(f"{reason}: {n}" for reason, n in summary.reasons.items()) or "it has no rows"
            raise UnreadableFile(f"{self._file} has no row that can be imported ({told}).")
        return summary

    def _put_aside(self, drafts: pa.Table, read: int) -> None:
        year, key = (drafts[name].to_numpy() for name in ("year", "key"))
        if not self._pieces.learned:
            self._pieces.learn(year, key, self._guess_rows(read) / max(1, read))
        self._new.add(lighten(drafts), self._pieces.number(year, key))

    def _guess_rows(self, read: int) -> int:
        """Return about how many rows the file has, from the size of those read so far."""
        return max(read, int(self._source.path.stat().st_size / 400))

    def write(self, summary: Summary, held: Dataset | None) -> None:
        """Write the next state of the dataset: the new rows, and those held before that they do not replace."""
        with closing(self._ledger):
            self._ledger.finish()
            losers = self._ledger.losers()
            duplicates = self._ledger.count_duplicates()
            linked = 0
            if held is not None:
                summary.updated = self._ledger.count_held(held)
                linked = self._take_over(held)
        summary.merged = len(losers)
        jobs = plan_files(self._new, self._old, self._staging)
        written = write_files(
            jobs,
            self._state,
            losers=losers,
            origin=self._origin,
            measured=self._measured,
            progress=lambda share: self._tell(0.5 + 0.5 * share, "writing"),
        )
        summary.imported = written.rows - written.kept
        summary.total = written.rows + linked
        summary.undated, summary.unplaced = written.undated, written.unplaced
        summary.warnings = self._seen.warnings(duplicates=duplicates, outside=written.outside)
        parts = pa.concat_tables([no_parts(), *self._parts, written.parts])
        if parts.num_rows:
            pq.write_table(parts, self._state / PARTS, compression="zstd")
        self._sum_up(summary.total)

    def _take_over(self, held: Dataset) -> int:
        """Put aside the held rows of years that change, link the files of the others; return how many are in those."""
        changed = {f"year={year:04d}" if year != NO_YEAR else "year=undated" for year in map(year_of, self._new.counts)}
        changed |= self._ledger.changed_folders(held)
        linked = 0
        files = []
        for path in held.paths():
            if path.parent.name in changed:
                files.append(path)
            else:
                _link(path, self._state / path.parent.name / path.name)
                linked += pq.read_metadata(path).num_rows
        for rows in self._ledger.kept_rows(files):
            key = hilbert(*(rows[name].fill_null(float("nan")).to_numpy() for name in ("lon", "lat")))
            year = pc.fill_null(pc.year(pc.coalesce(rows["start"], rows["end"])), NO_YEAR).to_numpy()
            self._old.add(rows.append_column("key", pa.array(key)), self._pieces.number(year, key))
        self._old.finish()
        if (old_parts := held.parts()) is not None:
            self._parts.append(self._ledger.kept_places(old_parts))
        return linked

    def _sum_up(self, rows: int) -> None:
        """Write beside the events of a large dataset what makes questions about it fast."""
        from geo.engines import covering, cube  # noqa: PLC0415 - only for large datasets

        if rows >= covering.FROM_ROWS:
            self._tell(0.99, "summing up by place and month")
            covering.build_covering(self._state)
        if rows >= cube.FROM_ROWS:
            cube.build_cube(self._state)

    def info(self, summary: Summary, held: Dataset | None) -> dict[str, Any]:
        """Return what the dataset says of itself."""
        before = list(held.info.get("imports", ())) if held else []
        this = {
            "file": summary.file,
            "at": self._now.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
            "read": summary.read,
            "imported": summary.imported,
            "rejected": summary.rejected,
            "merged": summary.merged,
            "updated": summary.updated,
            "reasons": summary.reasons,
            "warnings": summary.warnings,
        }
        return {
            "format": summary.format,
            "file": summary.file,
            "columns": list(self._source.layout.names),
            "mapping": summary.mapping,
            "licence": getattr(self._source.known, "LICENCE", None),
            "attribution": summary.attribution,
            "rows": summary.total,
            "imported": this["at"],
            "imports": [*before[-99:], this],
        }


def _link(path: Path, target: Path) -> None:
    """Give a file that does not change a second name in the next state; copy it where the disk has no links."""
    target.parent.mkdir(exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copy2(path, target)
        sync_folder(target.parent)


def _name_for(source: Source, path: Path) -> str:
    """Return what a dataset is called when nobody says: the known format's, or the file's name."""
    if source.known is not None:
        return source.known.DATASET
    stem = Path(source.name).name.split(".")[0].lower()
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in stem).strip("-._")[:60]
    return plain if plain and plain != "reports" else f"imported-{plain or path.stat().st_size}"


def _origin(source: Source, name: str, file: str = "") -> Origin:
    names = () if source.layout.whole else source.layout.names
    return Origin(name, file or source.name, getattr(source.known, "LICENCE", None), names)


def _staged(
    source: Source, name: str, parts: list[pa.Table] | None = None, *, dataset: str | None = None
) -> Iterator[tuple[pa.Table, list[Reject]]]:
    """Yield the usable rows of a file, batch by batch, and the others."""
    first = 0
    if source.format == "borderwatch":
        for events, places, lines, bad in read_ours(source.path, dataset=dataset):
            flat, several = attach_parts(events, places)
            if parts is not None:
                parts.append(several)
            yield as_staged(flat, lines, first), [Reject(b.line, "breaks the rules", b.reason, b.text) for b in bad]
            first += len(lines)
        return

    def stage(numbered: tuple[int, Batch]) -> tuple[pa.Table, list[Reject]]:
        number, batch = numbered
        return to_staged(source.draft(batch), batch, name, first=number)

    with closing(read_ahead(source.reader(), count=2)) as batches:
        yield from map_ahead(stage, _number(batches), threads=THREADS)


def _number(batches: Iterable[Batch]) -> Iterator[tuple[int, Batch]]:
    """Yield batches with the number of the first row of each."""
    first = 0
    for batch in batches:
        yield first, batch
        first += len(batch)


def _finished(drafts: pa.Table, origin: Origin) -> pa.Table:
    return drafts.select(FILE_SCHEMA.names) if "search" in drafts.column_names else finish(drafts, origin, None)[0]

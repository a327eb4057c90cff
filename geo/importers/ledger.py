"""What an import keeps account of on disk: every row's id, the rows that could not be used, what was stored before."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.datasets import Dataset
from geo.importers.finish import FILE_SCHEMA
from geo.importers.stage import Reject

MEMORY = "192MB"  # of the database that finds repeated ids; beyond it goes to disk
BATCH = 8_192
FLUSH_ROWS = 100_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what begins a formula, or hides its beginning
# No network, ever: an extension that is not there stays away.
_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_CONTENT = re.compile(r"o\d+")  # the columns with the original, as they are staged
_WITHOUT_CONTENT = ["title", "start", "end", "lon", "lat", "kind", "place"]
_SCHEMA = pa.schema([("id", pa.string()), ("seq", pa.int64()), ("fingerprint", pa.uint64())])


class Rejects:
    """The file of rows that could not be used: line, reason, the row; it is only there when there are such."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIOWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, rejects: Sequence[Reject]) -> None:
        """Add rows."""
        if not rejects:
            return
        if self._file is None:
            self._file = self._path.open("x", encoding="utf-8", newline="", errors="backslashreplace")
            csv.writer(self._file).writerow(("line", "reason", "row"))
        csv.writer(self._file).writerows((reject.line, _tame(reject.reason), _tame(reject.text)) for reject in rejects)


def _tame(cell: str) -> str:
    """Return text that no spreadsheet takes for a formula (CWE-1236)."""
    return "'" + cell if cell.startswith(FORMULA) else cell


class Ledger:
    """
    The id, number and content of every usable row, written while the file is read, then asked.

    Parameters
    ----------
    folder
        For the ledger's own file and for what does not fit memory.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ids.parquet"
        self._writer = pq.ParquetWriter(self._path, _SCHEMA, compression="lz4", use_dictionary=False)
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._database = duckdb.connect(":memory:", config=_CONFIG)
        spill = str(folder / "spill").replace("'", "''")
        self._database.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{spill}'")
        self._database.execute("SET preserve_insertion_order = false; SET threads = 2")

    def add(self, drafts: pa.Table) -> None:
        """Note the rows of a batch, as `geo.importers.stage.to_staged` gives them."""
        content = [name for name in drafts.column_names if _CONTENT.fullmatch(name)] or _WITHOUT_CONTENT
        self._database.register("arriving", drafts.select(["id", "seq", *content]))
        names = ", ".join(f'"{name}"' for name in content)
        noted = self._database.sql(f"SELECT id, seq, hash({names}) AS fingerprint FROM arriving")  # noqa: S608 - our own column names
        self._waiting += noted.to_arrow_table().cast(_SCHEMA).to_batches()
        self._database.unregister("arriving")
        self._rows += len(drafts)
        if self._rows >= FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, _SCHEMA))
        self._waiting, self._rows = [], 0

    def finish(self) -> None:
        """End the noting; from now on it can be asked."""
        self._flush()
        self._writer.close()
        self._view("ids", [self._path])

    def close(self) -> None:
        """Let go of everything; closing twice is harmless."""
        self._database.close()
        self._writer.close()

    def _view(self, name: str, paths: Sequence[Path]) -> None:
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self._database.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet([{files}])")  # noqa: S608 - paths are quoted

    def losers(self) -> np.ndarray:
        """Return the numbers, ascending, of the rows that a later row of the same id replaces."""
        found = self._database.sql(
            "WITH twice AS (SELECT id, max(seq) AS last FROM ids GROUP BY id HAVING count(*) > 1) "
            "SELECT seq FROM ids JOIN twice USING (id) WHERE seq < last ORDER BY seq"
        )
        return found.to_arrow_table()["seq"].to_numpy()

    def count_duplicates(self) -> int:
        """Return how many rows are the same as an earlier row in everything but the id."""
        ((count,),) = self._database.execute(
            "WITH twice AS (SELECT fingerprint FROM ids GROUP BY fingerprint HAVING count(*) > 1), "  # most are not
            "alike AS (SELECT count(DISTINCT id) AS n FROM ids SEMI JOIN twice USING (fingerprint) "
            "GROUP BY fingerprint) "
            "SELECT coalesce(sum(n - 1), 0) FROM alike"
        ).fetchall()
        return int(count)

    def count_held(self, held: Dataset) -> int:
        """Return how many of the dataset's rows have an id that the file has, too."""
        if not held.paths():
            return 0
        self._view("held", held.paths())
        ((count,),) = self._database.execute("SELECT count(*) FROM held SEMI JOIN ids USING (id)").fetchall()
        return int(count)

    def changed_folders(self, held: Dataset) -> set[str]:
        """Return the folders (``year=2024``) of the dataset that hold a row which the file replaces."""
        if not held.paths():
            return set()
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in held.paths())
        rows = self._database.execute(
            f"SELECT DISTINCT filename FROM read_parquet([{files}], filename = true) SEMI JOIN ids USING (id)"  # noqa: S608
        )
        return {Path(name).parent.name for (name,) in rows.fetchall()}

    def kept_rows(self, paths: Sequence[Path]) -> Iterator[pa.Table]:
        """Yield the rows of files that the new file does not replace."""
        if not paths:
            return
        self._view("changing", paths)
        names = ", ".join(f'"{name}"' for name in FILE_SCHEMA.names)
        kept = self._database.sql(f"SELECT {names} FROM changing ANTI JOIN ids USING (id)")  # noqa: S608 - our own names
        for batch in kept.to_arrow_reader(BATCH):
            yield pa.Table.from_batches([batch]).cast(FILE_SCHEMA)

    def kept_places(self, path: Path) -> pa.Table:
        """Return the places of events that the new file does not replace."""
        self._view("places", [path])
        kept = "SELECT places.* FROM places WHERE event_id NOT IN (SELECT id FROM ids)"
        return self._database.sql(kept).to_arrow_table()

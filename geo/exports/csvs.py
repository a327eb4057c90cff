"""CSV by RFC 4180, UTF-8, as a stream of bytes; its receipt goes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyarrow import csv

from geo.exports.cells import COLUMNS, to_cells
from geo.exports.chunks import Chunk
from geo.exports.receipt import Ledger

_OPTIONS = csv.WriteOptions(include_header=False, quoting_style="needed")


def to_csv(chunks: Iterable[Chunk], ledger: Ledger) -> Iterator[bytes]:
    """Yield a header line and a line per row; nothing for null, true and false, days as ISO 8601."""
    yield (",".join(COLUMNS) + "\n").encode()
    for chunk in chunks:
        ledger.add(chunk)
        sink = pa.BufferOutputStream()
        csv.write_csv(to_cells(chunk), sink, _OPTIONS)
        yield sink.getvalue().to_pybytes()

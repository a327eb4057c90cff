"""GeoJSON (RFC 7946) with a receipt, and GeoJSON text sequences, as a stream of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from geo.exports.chunks import Chunk
from geo.exports.jsontexts import feature_texts, joined, to_json
from geo.exports.receipt import Ledger

Buffer = bytes | memoryview
HELD = 10_000  # rows: a few tens of megabytes


def to_geojson(chunks: Iterable[Chunk], ledger: Ledger) -> Iterator[Buffer]:
    """
    Yield a FeatureCollection, a feature per line, with the foreign member ``receipt``.

    The member ``bbox`` comes before the features of a file of up to `HELD` rows, and after those of a longer one: it
    is known only then, and no more rows are held back for it. The order of members means nothing in JSON.
    """
    chunks = iter(chunks)
    held, long = _hold(chunks)
    yield b'{"type":"FeatureCollection",\n'
    if not long:
        for chunk in held:
            ledger.add(chunk)
        yield from _box(ledger)
    yield b'"features":[\n'
    for number, chunk in enumerate(chain(held, chunks)):
        if long:
            ledger.add(chunk)
        if number:
            yield b",\n"
        yield joined(feature_texts(chunk, end=",\n"))[:-2]
    yield b"\n],\n"
    if long:
        yield from _box(ledger)
    yield f'"receipt":{to_json(ledger.receipt())}}}\n'.encode()


def _hold(chunks: Iterator[Chunk]) -> tuple[list[Chunk], bool]:
    """Take chunks until there are more than `HELD` rows; tell whether there are."""
    held, rows = [], 0
    for chunk in chunks:
        held.append(chunk)
        rows += chunk.rows.num_rows
        if rows > HELD:
            return held, True
    return held, False


def _box(ledger: Ledger) -> Iterator[Buffer]:
    box = ledger.extent.box()
    if box:
        yield f'"bbox":{to_json(box)},\n'.encode()


def to_sequence(chunks: Iterable[Chunk], ledger: Ledger) -> Iterator[Buffer]:
    """Yield a feature per line, for programs that read line by line (newline-delimited GeoJSON, no RS characters)."""
    for chunk in chunks:
        ledger.add(chunk)
        yield joined(feature_texts(chunk, end="\n"))

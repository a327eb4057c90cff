"""What an export says of itself: query, counts, time, version, and everybody who must be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from geo import __version__
from geo.errors import InvalidRecord
from geo.exports.chunks import Chunk
from geo.exports.extent import Extent
from geo.filters import Query

_NOTED = ["dataset", "source_name", "source_url", "licence", "border", "location_precision"]
MAX_SOURCES = 10_000  # sources listed one by one; beyond, the receipt says that each row names its own

# data/SOURCES.md names these; each with what of an export rests on it.
BORDER_LINES = {
    "name": "OpenStreetMap",
    "used_for": "border lines, distances to them, outlines of countries",
    "attribution": "© OpenStreetMap contributors",
    "licence": "ODbL 1.0",
    "url": "https://www.openstreetmap.org/copyright",
}
PLACES = {
    "name": "GeoNames",
    "used_for": "places of reports",
    "attribution": "GeoNames, https://www.geonames.org",
    "licence": "CC BY 4.0",
    "url": "https://www.geonames.org",
}
OUTLINES = {
    "name": "Natural Earth",
    "used_for": "outlines of regions",
    "attribution": "Made with Natural Earth",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}
# ACLED's terms of use and attribution policy, https://acleddata.com/terms-and-conditions
ACLED_NOTICE = (
    "Contains data of ACLED (Armed Conflict Location & Event Data, https://acleddata.com). ACLED's terms of use forbid "
    "passing its rows on: do not publish or share this file; keep it for your own analysis, and cite ACLED with the "
    "day of access beside everything made from it."
)


class Ledger:
    """
    Keeps the books of one export: what was written, where it came from; in memory that does not grow with it.

    Parameters
    ----------
    query, counts
        What was asked, and how many events it leaves where (of `Engine.counts`, as a mapping).
    now
        When the export is made, with its time zone.
    datasets
        What is known about the imported datasets by name: the content of each ``_dataset.json``.

    Raises
    ------
    InvalidRecord
        When `now` has no time zone.
    """

    def __init__(
        self,
        query: Query,
        counts: Mapping[str, int],
        now: datetime,
        datasets: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        if now.tzinfo is None:
            raise InvalidRecord(f"now={now} has no time zone; expected an aware datetime, best in UTC.")
        generated = now.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        self._head = {
            "query": query.to_params(),
            "counts": dict(counts),
            "generated": generated,
            "version": __version__,
        }
        self._imported = dict(datasets or {})
        self._triples: set[tuple[str | None, ...]] = set()
        self._licences: Counter[tuple[str, str | None]] = Counter()
        self._more_sources, self._bordered, self._precisions = False, query.border is not None, set()
        self._noticed = False
        self.written, self.extent, self.notes = 0, Extent(), {}

    def add(self, chunk: Chunk) -> None:
        """Note a chunk that is being written."""
        rows = pa.Table.from_batches([chunk.rows.select(_NOTED)])
        self.written += rows.num_rows
        self.extent.add(chunk)
        imported = pc.is_in(rows["dataset"], value_set=pa.array(list(self._imported), pa.string()))
        whole = pc.all(imported, min_count=0).as_py()  # spares copies
        for dataset, licence, n in _group(rows if whole else rows.filter(imported), "dataset", "licence"):
            self._licences[dataset, licence] += n
        own = rows.slice(0, 0) if whole else rows.filter(pc.invert(imported))
        self._note_sources(own)
        self._bordered |= rows["border"].null_count < rows.num_rows
        self._noticed |= _is_acled(*own["dataset"].unique().to_pylist())
        if not whole:
            placed = pa.chunked_array([chunk.rows["geometry"].is_valid()]).filter(pc.invert(imported))
            self._precisions.update(own["location_precision"].filter(placed).unique().to_pylist())

    def _note_sources(self, rows: pa.Table) -> None:
        """Keep the sources of rows that no dataset speaks for, up to the limit."""
        if self._more_sources:
            return
        for *triple, _ in _group(rows, "source_name", "source_url", "licence"):
            if len(self._triples) >= MAX_SOURCES and tuple(triple) not in self._triples:
                self._more_sources = True
                return
            self._triples.add(tuple(triple))

    def head(self) -> dict[str, Any]:
        """Return what is known before the first row: query, counts, time, version."""
        return self._head

    def receipt(self) -> dict[str, Any]:
        """
        Return the receipt of what was noted; the same rows give the same receipt, but for the time.

        Returns
        -------
        receipt
            ``query, counts, generated, version``; ``sources`` (name, url, licence of every report's source);
            ``reference`` (data of the product itself that the rows rest on, to be credited); where there are any,
            ``datasets`` (imported ones: rows, licence, attribution, notice), ``notices``, ``more_sources`` (there
            are more than are listed) and notes of the format.
        """
        known = sorted((t for t in self._triples if any(t)), key=lambda t: tuple(part or "" for part in t))
        sources = [dict(zip(("name", "url", "licence"), triple, strict=True)) for triple in known]
        datasets = [self._dataset(name) for name in sorted({name for name, _ in self._licences})]
        noticed = self._noticed or any(_is_acled(*triple) for triple in known)
        notices = [ACLED_NOTICE] if noticed or any("notice" in entry for entry in datasets) else []
        optional = {"datasets": datasets, "notices": notices, "more_sources": self._more_sources, **self.notes}
        receipt = self._head | {"sources": sources, "reference": self._reference()}
        return receipt | {name: value for name, value in optional.items() if value}

    def _dataset(self, name: str) -> dict[str, Any]:
        about = self._imported[name]
        rows = {licence: n for (dataset, licence), n in self._licences.items() if dataset == name}
        stated = {key: about[key] for key in ("format", "source", "licence", "attribution", "url") if about.get(key)}
        entry = {"name": name, "rows": sum(rows.values())} | stated
        licences = sorted(licence for licence in rows if licence and licence != about.get("licence"))
        if licences:
            entry["row_licences"] = licences[:MAX_SOURCES]
        if _is_acled(name, *stated.values(), *licences):
            entry["notice"] = ACLED_NOTICE
        return entry

    def _reference(self) -> list[dict[str, str]]:
        """Return the reference data that these rows rest on."""
        used = [BORDER_LINES] if self._bordered or self._precisions & {"line", "country", "region"} else []
        if self._precisions:
            used.append(PLACES)
        return used + ([OUTLINES] if self._precisions & {"region", "country"} else [])


def _group(rows: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield the combinations of values that occur, and how often."""
    if rows.num_rows:
        found = rows.group_by(list(names), use_threads=False).aggregate([([], "count_all")])
        yield from zip(*(found[name].to_pylist() for name in (*names, "count_all")), strict=True)


def _is_acled(*texts: object) -> bool:
    """Tell whether a name, licence or attribution speaks of ACLED."""
    return any("acled" in text.lower() for text in texts if isinstance(text, str))


def to_lines(receipt: Mapping[str, Any]) -> list[str]:
    """Return a receipt in words, for formats that show text to people."""
    query = ", ".join(f"{word} {value}" for word, value in receipt["query"].items()) or "everything"
    counts = ", ".join(f"{n:,} {name}" for name, n in receipt["counts"].items())
    lines = [f"Exported by Borderwatch {receipt['version']} at {receipt['generated']}", f"Query: {query}", counts]
    lines += [f"Notice: {notice}" for notice in receipt.get("notices", ())]
    for entry in receipt.get("datasets", ()):
        stated = [entry.get("attribution"), entry.get("licence")]
        told = "; ".join(str(part) for part in stated if part) or "licence not stated"
        lines.append(f"Dataset {entry['name']}: {entry['rows']:,} rows; {told}")
    lines += [f"Reference: {entry['attribution']} ({entry['licence']})" for entry in receipt.get("reference", ())]
    for entry in receipt.get("sources", ()):
        lines.append("Source: " + "; ".join(part for part in entry.values() if part))
    return lines

"""What an import did, and what it would do, in words for the command line."""

from __future__ import annotations

from geo.importing import Preview, Summary

_SHOWN = (
    "start",
    "end",
    "kind",
    "status",
    "country",
    "place",
    "lat",
    "lon",
    "radius_km",
    "location_precision",
    "title",
)


def tell_summary(summary: Summary) -> str:
    """Return the counts, reasons and warnings of an import, a line each."""
    lines = [
        f"{summary.file}: {summary.format} file, imported as dataset {summary.dataset}",
        (
            f"{summary.read:,} rows read = {summary.imported:,} imported + {summary.rejected:,} rejected + "
            f"{summary.merged:,} merged with a later row of the same id"
        ),
        f"{summary.updated:,} rows of earlier imports replaced; the dataset now has {summary.total:,} events",
    ]
    if summary.undated or summary.unplaced:
        lines.append(f"{summary.undated:,} without a date, {summary.unplaced:,} without a place")
    lines += [f"rejected: {count:,} × {reason}" for reason, count in summary.reasons.items()]
    if summary.reject_file:
        lines.append(f"rejected rows are in {summary.reject_file}")
    if summary.mapping:
        lines.append("columns: " + ", ".join(f"{field} = {column}" for field, column in summary.mapping.items()))
    lines += [f"note: {note}" for note in summary.notes]
    lines += [f"warning: {warning}" for warning in summary.warnings]
    if summary.attribution:
        lines.append(summary.attribution)
    lines.append(f"{summary.seconds:.1f} s")
    return "\n".join(_plain(line) for line in lines)


def tell_preview(preview: Preview) -> str:
    """Return the mapping and the first rows as they would be imported."""
    lines = [f"format {preview.format}, dataset {preview.dataset}"]
    if preview.mapping is not None:
        lines.append("columns: " + ", ".join(f"{field} = {column}" for field, column in preview.mapping.items()))
        unused = [name for name in preview.columns if name not in preview.mapping.values()]
        lines.append("kept in extra only: " + (", ".join(unused) or "none"))
    lines += [" | ".join(str(row[name]) for name in _SHOWN) for row in preview.rows]
    lines += [f"line {reject.line} would be rejected: {reject.reason}" for reject in preview.rejected[:20]]
    lines += [f"note: {note}" for note in preview.notes]
    return "\n".join(_plain(line) for line in lines)


def _plain(line: str) -> str:
    """Return a line without codes that a terminal would obey."""
    return "".join(c if c.isprintable() else "�" for c in line)

"""What is told of an import: before it, what a file is taken for; after it, what became of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.importers.stage import Reject


@dataclass(slots=True)
class Summary:
    """
    What an import did; ``imported + rejected + merged == read``.

    Attributes
    ----------
    read
        Rows of the file, without header and blank lines.
    imported, rejected, merged
        Rows stored; rows that could not be used (`reasons` counts why, `reject_file` has them); rows that a later row
        of the same id replaced.
    updated
        Of those imported, how many replaced a row of an earlier import.
    total
        Rows of the dataset afterwards.
    """

    dataset: str
    format: str
    file: str
    read: int = 0
    imported: int = 0
    rejected: int = 0
    merged: int = 0
    updated: int = 0
    total: int = 0
    undated: int = 0
    unplaced: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mapping: dict[str, str] | None = None
    reject_file: Path | None = None
    attribution: str | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Preview:
    """What a file is taken for: its format, columns, the guessed mapping (None: a known format), and its first rows."""

    format: str
    dataset: str
    columns: tuple[str, ...]
    mapping: dict[str, str] | None
    rows: list[dict[str, Any]]
    rejected: list[Reject]
    notes: list[str]

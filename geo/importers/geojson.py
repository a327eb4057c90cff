"""GeoJSON and line-delimited GeoJSON, ours and others', read feature by feature whatever the file's size."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import shapely

from geo.errors import UnreadableFile
from geo.importers.batch import Bad, Batch

CHUNK = 1 << 20  # characters read at a time
LONGEST = 256 << 20  # characters of one feature; more is no event
BATCH = 2_000  # features
_SPACE = " \t\r\n\x1e\ufeff"  # U+001E begins a record of a JSON text sequence (RFC 8142)
_decoder = json.JSONDecoder()


class _Tokens:
    """A window that moves over a JSON text and gives one value after the other."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self._text, self._at, self.line = "", 0, 1

    def peek(self) -> str:
        """Return the next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self.line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, expected: str) -> None:
        """Step over one character."""
        found = self.peek()
        if found != expected:
            raise UnreadableFile(f"{self._path}, line {self.line}: found {found!r}; expected {expected!r}.")
        self._at += 1

    def value(self) -> Any:  # noqa: ANN401 - JSON is anything
        """Return the next value, however long."""
        self.peek()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if len(self._text) - self._at > LONGEST or not self._more():
                    raise UnreadableFile(
                        f"{self._path}, line {self.line}: this is no JSON ({error!s:.100})."
                    ) from error
                continue
            if end == len(self._text) and self._more():  # a number may go on
                continue
            self.line += self._text.count("\n", self._at, end)
            self._at = end
            return value

    def _more(self) -> bool:
        rest = len(self._text) - self._at
        block = self._file.read(max(CHUNK, rest))  # twice as much each time, so that long values cost no more
        self._text, self._at = self._text[self._at :] + block, 0
        return bool(block)


def read_features(path: Path) -> Iterator[tuple[int, Any]]:
    """
    Yield the line and the content of each feature: of a FeatureCollection, a lone Feature, or one per line.

    Raises
    ------
    UnreadableFile
        When the text is no JSON, or holds no features.
    """
    with path.open(encoding="utf-8-sig") as file:
        tokens = _Tokens(file, path)
        count = 0
        while tokens.peek():
            if tokens.peek() == "[":
                found: Iterator[tuple[int, Any]] = _items(tokens)
            else:
                found = _members(tokens)
            for item in found:
                count += 1
                yield item
        if not count and file.tell() < 3:
            raise UnreadableFile(f"{path} is empty; expected GeoJSON.")


def _members(tokens: _Tokens) -> Iterator[tuple[int, Any]]:
    """Yield the features of one object: those in its `features`, or the object itself."""
    tokens.take("{")
    rest: dict[str, Any] = {}
    line, collection = tokens.line, False
    while tokens.peek() != "}":
        name = tokens.value()
        tokens.take(":")
        if name == "features" and tokens.peek() == "[":
            collection = True
            yield from _items(tokens)
        else:
            rest[str(name)] = tokens.value()
        if tokens.peek() == ",":
            tokens.take(",")
    tokens.take("}")
    if not collection:
        yield line, rest


def _items(tokens: _Tokens) -> Iterator[tuple[int, Any]]:
    tokens.take("[")
    while tokens.peek() != "]":
        line = tokens.line
        yield line, tokens.value()
        if tokens.peek() == ",":
            tokens.take(",")
    tokens.take("]")


def read_batches(path: Path) -> Iterator[Batch]:
    """Yield others' features as rows of text, with their geometries; the properties are kept whole as JSON."""
    features = read_features(path)
    while some := list(itertools.islice(features, BATCH)):
        good = [(line, feature) for line, feature in some if _is_feature(feature)]
        bad = [
            Bad(line, "is no GeoJSON feature", json.dumps(item)[:10_000])
            for line, item in some
            if not _is_feature(item)
        ]
        shapes = np.array([_shape(feature.get("geometry")) for _, feature in good] + [None], dtype=object)[:-1]
        rows = [_properties(feature) for _, feature in good]
        names = list(dict.fromkeys(name for row in rows for name in row))
        columns = {name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names}
        points = shapely.get_type_id(shapes) == 0
        for name, axis in (("latitude", shapely.get_y), ("longitude", shapely.get_x)):
            if name not in columns and points.any():
                values = [f"{v:.9f}" if point else "" for v, point in zip(axis(shapes), points, strict=True)]
                columns[name] = pa.array(values, pa.string())
        shapes[points] = None
        extra = pa.array([json.dumps(row, ensure_ascii=False) for row in rows], pa.string())
        lines = np.array([line for line, _ in good], dtype=np.int64)
        yield Batch(columns, lines, bad, extra, None if shapely.is_missing(shapes).all() else shapes)


def _is_feature(item: Any) -> bool:  # noqa: ANN401 - JSON is anything
    return isinstance(item, dict) and item.get("type") == "Feature" and isinstance(item.get("properties") or {}, dict)


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    own = feature.get("properties") or {}
    return own if "id" in own or "id" not in feature else {"id": feature["id"], **own}


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _shape(value: dict[str, Any] | None) -> shapely.Geometry | None:
    try:
        shape = None if value is None else shapely.from_geojson(json.dumps(value))
    except (shapely.errors.ShapelyError, TypeError, ValueError):
        return None
    return None if shape is None or shape.is_empty else shapely.force_2d(shape)

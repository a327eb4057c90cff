"""KML 2.2 for Google Earth as a stream of bytes: styles by kind, time spans, every column as ExtendedData."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.compute as pc
from shapely.geometry.base import BaseGeometry

from geo.exports.chunks import SCHEMA, Chunk
from geo.exports.jsontexts import joined, number_texts, property_texts, to_json
from geo.exports.receipt import Ledger, to_lines
from geo.features import DATES, LISTS, NUMBERS
from geo.records import KINDS

# The map's colours by kind (a test keeps them the same as the dashboard's), as KML writes them: blue, green, red.
KIND_COLOURS = {
    "exercise": "b27200",
    "border_incident": "005ed5",
    "border_closure": "006a7a",
    "patrol": "d99b3a",
    "attack": "1133cc",
    "aid": "739e00",
    "seizure": "009fe6",
    "deployment": "552288",
    "agreement": "99aa44",
    "visit": "a779cc",
    "other": "84786e",
}
# Characters that XML 1.0 §2.2 forbids or discourages
_CONTROLS = "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_DATA = tuple(name for name in SCHEMA.names if name not in ("title", "geometry"))


def to_kml(chunks: Iterable[Chunk], ledger: Ledger) -> Iterator[bytes | memoryview]:
    """
    Yield a document with a Placemark per row and, last, a folder ``Receipt`` with the sources and licences.

    They are known only after the last row. What a text says stays text: descriptions, which viewers show as HTML, are
    escaped twice.
    """
    yield _head(ledger).encode()
    for chunk in chunks:
        ledger.add(chunk)
        yield joined(_placemarks(chunk))
    yield _receipt(ledger.receipt()).encode()


def _head(ledger: Ledger) -> str:
    words = _html([*to_lines(ledger.head()), "Sources and licences: see the folder Receipt, at the end."])
    styles = "".join(_style(kind, sure=sure) for kind in KINDS for sure in (True, False))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        f"<name>Borderwatch</name>\n<description>{words}</description>\n{styles}"
    )


def _style(kind: str, *, sure: bool) -> str:
    """Return the style of a kind; events that only may match are pale."""
    colour, name = KIND_COLOURS[kind], kind if sure else f"{kind}-possible"
    line, area = ("ff", "66") if sure else ("80", "33")
    return (
        f'<Style id="{name}"><IconStyle><color>{line}{colour}</color></IconStyle>'
        f"<LineStyle><color>{line}{colour}</color><width>2</width></LineStyle>"
        f"<PolyStyle><color>{area}{colour}</color></PolyStyle>"
        "<BalloonStyle><text>$[description]</text></BalloonStyle></Style>\n"
    )


def _receipt(receipt: Mapping[str, Any]) -> str:
    return (
        f"<Folder>\n<name>Receipt</name>\n<description>{_html(to_lines(receipt))}</description>\n"
        f'<ExtendedData><Data name="receipt"><value>{_clean_text(to_json(receipt))}</value></Data></ExtendedData>\n'
        "</Folder>\n</Document>\n</kml>\n"
    )


def _html(lines: list[str]) -> str:
    """Return lines as HTML, escaped for XML: hostile text in them is escaped twice."""
    return escape("<br>".join(_clean_text(line) for line in lines))


def _clean_text(text: str) -> str:
    return clean(pa.array([text]))[0].as_py()


def clean(texts: pa.Array) -> pa.Array:
    """Return texts as XML holds them: control characters removed, markup escaped; null stays null."""
    texts = pc.replace_substring_regex(pc.replace_substring(texts, "\0", ""), _CONTROLS, "")
    for character, entity in _ENTITIES.items():
        texts = pc.replace_substring(texts, character, entity)
    return texts


def _wrap(before: str, texts: pa.Array, after: str) -> pa.Array:
    """Put texts between tags; nothing at all for null."""
    return pc.binary_join_element_wise(before, texts, after, "").fill_null("")


def _placemarks(chunk: Chunk) -> pa.Array:
    rows = chunk.rows
    plain = {name: _plain(name, rows.column(name)) for name in SCHEMA.names if name != "geometry"}
    texts = {name: clean(column) for name, column in plain.items()}
    style = pc.if_else(pc.equal(rows.column("match"), "yes"), "", "-possible")
    data = [_wrap(f'<Data name="{name}"><value>', texts[name], "</value></Data>") for name in _DATA]
    return pc.binary_join_element_wise(
        _wrap("<Placemark><name>", texts["title"], "</name>"),
        _wrap("<description>", clean(_describe(texts)), "</description>"),
        _span(texts),
        "<styleUrl>#",
        texts["kind"],
        style,
        "</styleUrl><ExtendedData>",
        *data,
        "</ExtendedData>",
        _geometries(chunk),
        "</Placemark>\n",
        "",
    )


def _plain(name: str, column: pa.Array) -> pa.Array:
    """Return a column as readable texts: JSON for lists and objects, null where there is nothing."""
    if name in NUMBERS:
        return pc.if_else(pc.is_valid(column), number_texts(column), pa.scalar(None, pa.string()))
    if name in LISTS or name == "main":
        return property_texts(name, column)
    return column.cast(pa.string()) if name in DATES else column


def _describe(texts: Mapping[str, pa.Array]) -> pa.Array:
    """Return what a balloon says, as HTML; the texts are escaped already."""
    return pc.binary_join_element_wise(
        _wrap("<b>", texts["title"], "</b>"),
        _wrap("<br>", texts["kind"], ", "),
        texts["status"],
        _wrap("<br>", texts["start"], ""),
        _wrap(" to ", texts["end"], ""),
        _wrap("<br>", texts["place"], ""),
        _wrap(", somewhere within ", texts["radius_km"], " km"),
        _wrap("<br>Source: ", texts["source_name"], ""),
        _wrap("<br>", texts["source_url"], ""),
        _wrap("<br>", texts["licence"], ""),
        "",
    )


def _span(texts: Mapping[str, pa.Array]) -> pa.Array:
    """Return the TimeSpan; an open side is left out, and an undated event has none."""
    inside = pc.binary_join_element_wise(
        _wrap("<begin>", texts["start"], "</begin>"), _wrap("<end>", texts["end"], "</end>"), ""
    )
    dated = pc.binary_join_element_wise("<TimeSpan>", inside, "</TimeSpan>", "")
    return pc.if_else(pc.equal(inside, ""), "", dated)


def _geometries(chunk: Chunk) -> pa.Array:
    lon, lat = (number_texts(pa.array(axis)) for axis in chunk.points.T)
    points = pc.binary_join_element_wise("<Point><coordinates>", lon, ",", lat, "</coordinates></Point>", "")
    others = pa.array(["" if shape is None else _shape(shape) for shape in chunk.others], pa.string())
    texts = pc.replace_with_mask(pa.nulls(len(chunk.is_point), pa.string()), pa.array(chunk.is_point), points)
    return pc.replace_with_mask(texts, pa.array(~chunk.is_point), others)


def _shape(shape: BaseGeometry) -> str:
    """Return a geometry as KML; the vertices are longitude, latitude."""
    if hasattr(shape, "geoms"):
        return "<MultiGeometry>" + "".join(map(_shape, shape.geoms)) + "</MultiGeometry>"
    if shape.geom_type == "Polygon":
        holes = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in shape.interiors)
        return f"<Polygon><outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>{holes}</Polygon>"
    name = {"LinearRing": "LineString"}.get(shape.geom_type, shape.geom_type)
    return f"<{name}>{_coordinates(shape)}</{name}>"


def _ring(ring: BaseGeometry) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: BaseGeometry) -> str:
    vertices = " ".join(f"{lon!r},{lat!r}" for lon, lat in shape.coords)
    return f"<coordinates>{vertices}</coordinates>"

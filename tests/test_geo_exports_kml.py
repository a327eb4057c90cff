"""KML as an XML parser and GDAL read it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pyogrio
import pytest

from dashboard.style import KIND_STYLE
from geo.exports.kml import KIND_COLOURS
from geo.query import Query
from tests.export_events import DRILL, EVENTS, HOSTILE, export, replace

KML = {"k": "http://www.opengis.net/kml/2.2"}


def parse(path: Path) -> ElementTree.Element:
    """Return the Document."""
    return ElementTree.parse(path).getroot().find("k:Document", KML)  # noqa: S314 - we wrote it


def placemarks(path: Path) -> dict[str, ElementTree.Element]:
    """Return the Placemarks by id."""
    return {data(mark)["id"]: mark for mark in parse(path).findall("k:Placemark", KML)}


def data(element: ElementTree.Element) -> dict[str, str]:
    """Return the ExtendedData."""
    found = element.findall("k:ExtendedData/k:Data", KML)
    return {entry.get("name"): entry.findtext("k:value", namespaces=KML) for entry in found}


def test_a_placemark_has_time_style_and_columns(tmp_path: Path) -> None:
    """In the order that the schema asks for."""
    mark = placemarks(export(tmp_path, "kml")[0])["e0"]
    assert [child.tag.partition("}")[2] for child in mark] == [
        *("name", "description", "TimeSpan", "styleUrl", "ExtendedData", "Point"),
    ]
    assert mark.findtext("k:TimeSpan/k:begin", namespaces=KML) == "2024-04-15"
    assert mark.findtext("k:TimeSpan/k:end", namespaces=KML) == "2024-04-18"
    assert mark.findtext("k:styleUrl", namespaces=KML) == "#exercise"
    assert mark.findtext("k:Point/k:coordinates", namespaces=KML) == "69.16,37.4"
    assert data(mark)["radius_km"] == "25.0"
    assert json.loads(data(mark)["extra"]) == {"n": 1.5, "z": None, "a": [1, {"b": "c"}]}


def test_an_open_end_and_no_date_are_left_out(tmp_path: Path) -> None:
    """Nothing is invented."""
    marks = placemarks(export(tmp_path, "kml")[0])
    assert [child.tag.partition("}")[2] for child in marks["e9"].find("k:TimeSpan", KML)] == ["begin"]
    assert marks["ea"].find("k:TimeSpan", KML) is None


def test_every_style_that_is_named_is_there(tmp_path: Path) -> None:
    """By kind, and pale for events that only may match."""
    month = replace(DRILL, end=DRILL.end.replace(day=30), date_precision="month")
    path, _ = export(tmp_path, "kml", query=Query(start=DRILL.end), events=(month, *EVENTS[1:]))
    styles = {style.get("id") for style in parse(path).findall("k:Style", KML)}
    used = {mark.findtext("k:styleUrl", namespaces=KML)[1:] for mark in placemarks(path).values()}
    assert used <= styles
    assert used == {"exercise", "exercise-possible", "border_closure"}


@pytest.mark.parametrize("kind", KIND_STYLE)
def test_the_colours_are_those_of_the_map(kind: str) -> None:
    """KML writes blue, green, red; the map red, green, blue."""
    red, green, blue = (KIND_STYLE[kind][1][at : at + 2].lower() for at in (1, 3, 5))
    assert KIND_COLOURS[kind] == blue + green + red


def test_hostile_text_is_text(tmp_path: Path) -> None:
    """Control characters are gone; in the description, which is shown as HTML, markup is escaped once more."""
    mark = placemarks(export(tmp_path, "kml")[0])["e6"]
    clean = HOSTILE.replace("\x01", "").replace("\x1f", "")
    assert mark.findtext("k:name", namespaces=KML) == clean
    described = mark.findtext("k:description", namespaces=KML)
    assert "<script" not in described
    assert described.startswith("<b>&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;&amp;amp;")
    assert data(mark)["place"] == clean


def test_gdal_reads_every_geometry(tmp_path: Path) -> None:
    """Points, lines, areas with holes and collections."""
    rows = pyogrio.read_dataframe(export(tmp_path, "kml")[0], layer="Borderwatch")
    assert len(rows) >= 11
    by_id = dict(zip(rows["id_1"] if "id_1" in rows else rows["id"], rows.geometry, strict=True))
    assert by_id["e2"].equals(EVENTS[2].geometry)
    assert by_id["e3"].equals(EVENTS[3].geometry)
    assert by_id["e4"].equals(EVENTS[4].geometry)


def test_the_receipt_is_the_last_folder(tmp_path: Path) -> None:
    """In words and as JSON; the head of the document has the query already."""
    path, written = export(tmp_path, "kml", query=Query(kinds=("exercise",)))
    document = parse(path)
    folder = document.find("k:Folder", KML)
    assert json.loads(data(folder)["receipt"]) == written.receipt
    assert "OpenStreetMap" in folder.findtext("k:description", namespaces=KML)
    assert "Query: kind exercise" in document.findtext("k:description", namespaces=KML)


def test_an_empty_answer_is_a_document(tmp_path: Path) -> None:
    """Without a Placemark."""
    assert placemarks(export(tmp_path, "kml", query=Query(kinds=("aid",)))[0]) == {}

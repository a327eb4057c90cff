"""Features as texts, column by column: the same as the obvious way row by row."""

import json
import math
import random
from datetime import date

import geopandas as gpd
import pyarrow as pa
import pytest
import shapely
from shapely.geometry import Point

from geo.exports.chunks import chunk_of
from geo.exports.jsontexts import PROPERTIES, feature_texts, number_texts
from geo.features import OBJECTS, tidy_geometry, to_features
from tests.export_events import DRILL, EVENTS, replace


def slow(rows: gpd.GeoDataFrame) -> list[str]:
    """Write features the obvious way."""
    texts = []
    for geometry, row in zip(tidy_geometry(rows.geometry), rows.to_dict("records"), strict=True):
        shape = None if geometry is None else json.loads(shapely.to_geojson(geometry))
        properties = {name: row[name] for name in PROPERTIES}
        for name, value in properties.items():
            if name in OBJECTS:
                properties[name] = json.loads(json.dumps(value, sort_keys=True))
            elif isinstance(value, date):
                properties[name] = value.isoformat()
            elif isinstance(value, float) and math.isnan(value):
                properties[name] = None
        feature = {"type": "Feature", "id": row["id"], "geometry": shape, "properties": properties}
        texts.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return texts


def test_fast_and_slow_write_the_same() -> None:
    """Every kind of geometry and value, nulls and hostile texts, character for character."""
    rows = to_features(EVENTS).assign(match="possible")
    assert feature_texts(chunk_of(rows)).to_pylist() == slow(rows)


def test_fast_and_slow_write_the_same_for_random_values() -> None:
    """Texts of awkward characters and numbers of all sizes."""
    dice = random.Random(4)  # noqa: S311 - test values
    letters = [*map(chr, range(1, 0x30)), '"', "\\", "я", "\u2028", "😀", "\x7f", "é", ": "]

    def text() -> str:
        return "".join(dice.choices(letters, k=dice.randrange(6)))

    def number() -> float:
        return dice.choice([0.0, 1.0, dice.random(), round(dice.uniform(0, 2e4), 3), 10 ** dice.uniform(-12, 22)])

    events = [
        replace(
            DRILL,
            id=f"{n}{text()}",
            title=text(),
            place=dice.choice([None, text()]),
            actors=tuple(text() for _ in range(dice.randrange(4))),
            evidence={text(): text(), "b": [number()]},
            extra={"n": number(), "a": text()},
            radius_km=number() or None,
            border_km=number(),
            border_at_km=dice.choice([None, number()]),
            geometry=dice.choice([None, Point(dice.uniform(-180, 180), dice.uniform(-9e-6, 9e-6)), DRILL.geometry]),
            start=date(dice.randrange(1, 2000), 1, 2),
        )
        for n in range(400)
    ]
    rows = to_features(events).assign(match="yes")
    assert feature_texts(chunk_of(rows)).to_pylist() == slow(rows)


@pytest.mark.parametrize("number", [25.0, 0.1, 1e-7, 9.99e-4, 1e-3, 999999999.5, 1e9, 1e15, 1e16, 1e22, 163.674])
def test_numbers_are_written_as_python_writes_them(number: float) -> None:
    """Whole numbers have a decimal, and exponents begin where Python's do."""
    assert number_texts(pa.array([number, -number, None])).to_pylist() == [repr(number), repr(-number), "null"]


@pytest.mark.parametrize(
    "text",
    [
        '{\n "a": 1, "b": [2, 3],\t"c": "x: , y" }',
        r'{"a": "say \"hi\": , there", "b": "a \\ b", "c": "d\\"}',
        r'{"a": "\\\" : x", "b": 1}',
        '{"a":"tight: , \\" : "}',
        "{}",
        '{"я": "\U0001f600 : "}',
    ],
)
def test_loose_json_in_the_store_is_written_tight(text: str) -> None:
    """Evidence and extra are stored with blanks; a feature has none outside of strings, and stays on its line."""
    chunk = chunk_of(to_features([replace(DRILL, id=str(n)) for n in range(3)]).assign(match="yes"))
    at = chunk.rows.schema.get_field_index("extra")
    loose = chunk.rows.set_column(at, "extra", pa.array(['{"z": "\\\\", "y": "\\""}', text, '{"a": "b c"}']))
    features = feature_texts(replace(chunk, rows=loose)).to_pylist()
    expected = ['{"y":"\\"","z":"\\\\"}', json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))]
    for feature, extra in zip(features, [*expected, '{"a":"b c"}'], strict=True):
        assert f'"extra":{extra},"match"' in feature

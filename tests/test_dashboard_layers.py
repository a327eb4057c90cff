"""The base map's data: projected, simplified, compiled once."""

import os
from pathlib import Path

import numpy as np
import shapely

from dashboard.layers import KINDS, LEVELS, fingerprint, load_basemap, read_tables, simplify, to_unit


def test_the_unit_square_is_web_mercator() -> None:
    """Null Island is in the middle, the north-west corner at the origin."""
    spots = shapely.points([(0, 0), (-180, 85.0511), (180, -85.0511)])
    assert np.allclose(shapely.get_coordinates(to_unit(spots)), [(0.5, 0.5), (0, 0), (1, 1)], atol=1e-6)


def test_specks_are_left_out_from_afar() -> None:
    """What is smaller than a pixel is not sent."""
    island, continent = shapely.box(0.5, 0.5, 0.50001, 0.50001), shapely.box(0.1, 0.1, 0.4, 0.4)
    assert simplify(np.array([island, continent]), 3).tolist() == [continent]


def test_a_replaced_source_is_noticed(tmp_path: Path) -> None:
    """Size or time of a file changes the mark; a missing file is no error."""
    path = tmp_path / "a"
    missing = fingerprint([path])
    path.write_text("x")
    before = fingerprint([path])
    os.utime(path, ns=(1, 1))
    assert len({missing, before, fingerprint([path])}) == 3


def test_the_tables_are_compiled_once(tmp_path: Path) -> None:
    """The second reading takes the compiled files; what an older version left is gone."""
    (tmp_path / "basemap-shapes-old.parquet").write_bytes(b"")
    first = read_tables(tmp_path)
    written = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    second = read_tables(tmp_path)
    assert len(written) == 2
    assert written == {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert [table.num_rows for table in first] == [table.num_rows for table in second]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    """The map is drawn even from a read-only installation."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    shapes, _ = read_tables(blocked / "build")
    assert shapes.num_rows > 0


def test_every_layer_is_there_and_lighter_from_afar() -> None:
    """Land, lakes, rivers, regions and both kinds of border, in levels of detail."""
    levels = load_basemap().levels
    for name in ("land", "lakes", "rivers", "admin1", "borders", "disputed"):
        sizes = [int(shapely.get_num_coordinates(levels[level][name].parts).sum()) for level in LEVELS]
        assert 0 < sizes[0] < sizes[1] <= sizes[2], name


def test_names_come_in_order_of_importance() -> None:
    """Countries first, then seas; towns by their people."""
    names = load_basemap().names
    kinds = list(dict.fromkeys(names.kind[:400]))
    assert kinds[:2] == list(KINDS[:2])
    assert names.text.index("Dushanbe") < names.text.index("Khorugh")

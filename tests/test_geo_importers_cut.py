"""Text cut into rows in all bytes at once: the same cells, lines and broken rows as a reader that goes row by row."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import pytest

from geo.importers.batch import Layout
from geo.importers.cells import Cells, to_json
from geo.importers.cut import Cutter
from geo.importers.rows import read_text

NAMES = ("a", "b", "c")
CELLS = (
    "",
    "x",
    "é 中",
    'say "so"',
    "one, two",
    "line\nbreak",
    "line\r\nbreak",
    "back\\slash",
    "\ttab",
    "\x01\x1f",
    '"',
)


def read(path: Path, **layout: object) -> tuple[list[list[str]], list[int], list[tuple[int, str, str]]]:
    """Return cells, lines and broken rows of a file that the cutter reads to its end."""
    cutter = Cutter(path, Layout(NAMES, **layout))
    cells, lines, bad = [], [], []
    for batch in cutter.batches():
        assert isinstance(batch.columns, Cells)
        cells += [list(row) for row in zip(*(batch.columns[name].to_pylist() for name in NAMES), strict=True)]
        assert [batch.columns.row(n) for n in range(len(batch))] == cells[len(cells) - len(batch) :]
        told = to_json(batch.columns.rows, NAMES).to_pylist()
        assert [list(json.loads(text).values()) for text in told] == cells[len(cells) - len(batch) :]
        lines += batch.lines.tolist()
        bad += [tuple(row) for row in batch.bad]
    assert cutter.done
    return cells, lines, bad


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("seed", range(5))
def test_quoted_cells_are_those_of_the_csv_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, delimiter: str, seed: int
) -> None:
    """Breaks, marks, delimiters and control characters in cells, over the edges of blocks."""
    monkeypatch.setattr("geo.importers.cut.BLOCK", 50)
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = [[chance.choice(CELLS) for _ in NAMES] for _ in range(60)]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows([NAMES, *rows])
    (tmp_path / "a.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    cells, lines, bad = read(tmp_path / "a.csv", delimiter=delimiter)
    assert (cells, bad) == (rows, [])
    assert lines == [2 + n + sum(cell.count("\n") for row in rows[:n] for cell in row) for n in range(60)]


def test_without_quoting_a_mark_is_a_character(tmp_path: Path) -> None:
    """As in GDELT: every mark and backslash stays, and the last line needs no end."""
    (tmp_path / "a.tsv").write_text('"x\ty"\t\\\n1\t\t3', encoding="utf-8")
    assert read(tmp_path / "a.tsv", delimiter="\t", quoted=False, skip=0)[0] == [['"x', 'y"', "\\"], ["1", "", "3"]]


def test_broken_and_blank_rows_keep_their_lines(tmp_path: Path) -> None:
    """A row with too few or too many cells is kept as it was; a blank line is a line, but no row."""
    text = 'a,b,c\r\n1,2,3\r\n\r\n4,"5\n6"\r\n6,7,8,9\r\n10,11,12\r\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    cells, lines, bad = read(tmp_path / "a.csv")
    assert cells == [["1", "2", "3"], ["10", "11", "12"]]
    assert lines == [2, 7]
    assert bad == [(4, "has 2 cells; expected 3", '4,"5\n6"'), (6, "has 4 cells; expected 3", "6,7,8,9")]


@pytest.mark.parametrize("cell", ['x"y"', '"x"y', '"x" ', "a\rb"])
def test_what_is_not_plain_is_left_to_the_other_reader(tmp_path: Path, cell: str) -> None:
    """A mark within a bare cell, text after a closing mark, a lone return: nothing before it is read twice."""
    (tmp_path / "a.csv").write_text(f'a,b,c\n1,"2",3\n4,{cell},6\n7,8,9\n', encoding="utf-8", newline="")
    cutter = Cutter(tmp_path / "a.csv", Layout(NAMES))
    assert [len(batch) for batch in cutter.batches()] == []
    assert (cutter.done, cutter.line) == (False, 2)
    found = list(read_text(tmp_path / "a.csv", Layout(NAMES)))
    firsts = [cell for batch in found for cell in batch.columns["a"].to_pylist()]
    assert firsts[0] == "1"
    assert firsts[-1] == "7"
    assert found[0].lines[0] == 2


def test_arrow_tells_of_broken_rows_before_it_hands_on_their_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many broken rows after text that is not plain: each is told once, with its own line, and no good row is lost."""
    monkeypatch.setattr("geo.importers.rows.BLOCK", 200)
    broken = [n for n in range(2, 200) if n % 7 == 0 or 100 <= n < 120]
    rows = [f"{n},b,c,d" if n in broken else f'{n},b"x"b,c' for n in range(2, 200)]
    (tmp_path / "a.csv").write_text("\n".join(["a,b,c", *rows]) + "\n", encoding="utf-8")
    found = list(read_text(tmp_path / "a.csv", Layout(NAMES)))
    assert [row.line for batch in found for row in batch.bad] == broken
    assert [int(cell) for batch in found for cell in batch.columns["a"].to_pylist()] == [
        line for batch in found for line in batch.lines.tolist()
    ]
    assert sum(map(len, found)) == 198 - len(broken)

"""Sentences and clauses: abbreviations, initials, line breaks, and the length of what never ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clauses import Clauses, fold_text, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It began. It ended.", ["It began.", "It ended."]),
        ("Gen. Ali met Col. Smith on Aug. 5. They left.", ["Gen. Ali met Col. Smith on Aug. 5.", "They left."]),
        ("U.S. forces left. Then came rain.", ["U.S. forces left.", "Then came rain."]),
        ("At 7 p.m. shots rang out. One died.", ["At 7 p.m. shots rang out.", "One died."]),
        ("В 2021 г. Он уехал.", ["В 2021 г.", "Он уехал."]),
        ("Он прибыл в г. Душанбе. Там ждали.", ["Он прибыл в г. Душанбе.", "Там ждали."]),
        ("Около 5 тыс. человек и А. Иванов. Всё.", ["Около 5 тыс. человек и А. Иванов.", "Всё."]),
        ("Headline without stop\nThe text begins.", ["Headline without stop", "The text begins."]),
        ("“It is over.” He left.", ["“It is over.”", "He left."]),
        ("Was it so? Yes! Good…", ["Was it so?", "Yes!", "Good…"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """A full stop ends a sentence unless it belongs to an abbreviation or an initial."""
    assert [text[s.start : s.end] for s in split_sentences(text)] == expected


def test_a_wrapped_line_goes_on() -> None:
    """A line broken by the width of a page does not end its sentence."""
    text = "The guards of the two countries have agreed to walk the line together in the\nDistrict of Panj next week."
    assert len(split_sentences(text)) == 1


def test_paragraphs_are_counted() -> None:
    """An empty line begins a new paragraph."""
    assert [s.paragraph for s in split_sentences("One. Two.\n\nThree.\n\nFour.")] == [0, 0, 1, 2]


def test_what_never_ends_is_cut() -> None:
    """A table or an attack of a million characters does not make one sentence."""
    assert max(s.end - s.start for s in split_sentences("clash, " * 3000)) <= 1200


def test_clause_breaks_cost_more_than_commas() -> None:
    """A date beyond a semicolon is farther than one beyond a comma."""
    clauses = Clauses("the post was shut, on monday; talks began on friday")
    near, far = clauses.distance((13, 17), (22, 28)), clauses.distance((13, 17), (45, 51))
    assert near < far


@given(st.text(max_size=300))
def test_folding_keeps_every_position(text: str) -> None:
    """Spans found in the folded text are spans of the text, whatever its characters."""
    assert len(fold_text(text)) == len(text)


@given(st.text(alphabet="Ab.я \n!?«»г1", max_size=200))
def test_sentences_cover_all_words_in_order(text: str) -> None:
    """No word is lost between sentences and none belongs to two."""
    sentences = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    assert "".join(text[s.start : s.end] for s in sentences).split() or not text.strip()
    assert "".join("".join(text[s.start : s.end].split()) for s in sentences) == "".join(text.split())

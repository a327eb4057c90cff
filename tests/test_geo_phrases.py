"""The notation of word patterns: endings, gaps, alternatives, groups, and what is filed where."""

import pytest

from geo.phrases import PhraseFinder, first_letters


def found(notation: str, text: str, groups: dict[str, str] | None = None) -> list[str]:
    """Return what a pattern finds in a text, as text."""
    return [text[start:end] for start, end, _ in PhraseFinder([("x", notation)], groups or {}).find(text)]


@pytest.mark.parametrize(
    ("notation", "text", "expected"),
    [
        ("patrol*", "joint patrols patrolled", ["patrols", "patrolled"]),
        ("patrol", "patrols", []),
        ("shoot-out*", "shootout shoot-out shoot outs", ["shootout", "shoot-out", "shoot outs"]),
        ("open* ~ fire", "opened heavy machine-gun fire", ["opened heavy machine-gun fire"]),
        ("open* ~ fire", "opened. fire", []),
        ("(took|take) over", "took over and take over", ["took over", "take over"]),
        ("re-open(ed|s)?", "reopened re-open reopens", ["reopened", "re-open", "reopens"]),
        ("<crossing> ~ closed", "the gate was closed", ["gate was closed"]),
        ("перестрелк*; стычк*", "перестрелка и стычки", ["перестрелка", "стычки"]),
    ],
)
def test_notation(notation: str, text: str, expected: list[str]) -> None:
    """Each sign of the notation means what its description says."""
    assert found(notation, text, {"crossing": "(gate|crossing*)"}) == expected


def test_the_longest_match_of_a_label_wins_at_a_word() -> None:
    """A longer pattern of the same label hides a shorter one that begins at the same word."""
    assert found("border; border clash*", "border clashes") == ["border clashes"]


def test_labels_overlap() -> None:
    """Different labels may be found in the same words."""
    finder = PhraseFinder([("a", "border clash"), ("b", "border")], {})
    assert sorted(label for _, _, label in finder.find("border clash")) == ["a", "b"]


def test_a_pattern_that_begins_with_two_letters_is_refused() -> None:
    """Such a pattern would be looked for nearly everywhere; the message names it and the rule."""
    with pytest.raises(ValueError, match=r"'ta\*' begins with too few letters"):
        first_letters("ta*")

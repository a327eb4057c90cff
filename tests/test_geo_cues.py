"""Event cues: their kinds, and what the words around them say: planned, begun, denied, alleged, imagined, history."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cues import Cue, find_cues, find_named, read_cues
from geo.records import KINDS, STATUSES


def first(text: str, kind: str) -> Cue:
    """Return the first cue of a kind."""
    return next(cue for cue in find_cues(text) if cue.kind == kind)


@pytest.mark.parametrize(
    ("text", "kind", "status"),
    [
        ("An exercise will be held in May.", "exercise", "planned"),
        ("The exercise has started near Kulob.", "exercise", "ongoing"),
        ("The exercise ended on Friday.", "exercise", "completed"),
        ("The exercise was cancelled.", "exercise", "denied"),
        ("Учения намечены на октябрь.", "exercise", "planned"),
        ("Учения начались вчера.", "exercise", "ongoing"),
        ("Учения завершились.", "exercise", "completed"),
        ("Учения отменены.", "exercise", "denied"),
        ("There was no shooting on the border.", "border_incident", "denied"),
        ("The ministry denied that a clash had taken place.", "border_incident", "denied"),
        ("Reports of a clash are untrue.", "border_incident", "denied"),
        ("Перестрелки не было.", "border_incident", "denied"),
        ("Сообщения об обстреле не соответствуют действительности.", "attack", "denied"),
        ("A drone strike was allegedly carried out.", "attack", "reported"),
        ("Several witnesses said that a drone struck the house.", "attack", "reported"),
        ("Село якобы обстреляли.", "attack", "reported"),
        ("Shooting began at noon.", "border_incident", "completed"),
        ("The crossing is about to close the gate.", "border_closure", "planned"),
    ],
)
def test_status(text: str, kind: str, status: str) -> None:
    """The words around a cue say how it is meant; a fight that began is not thereby ongoing."""
    assert first(text, kind).status == status


@pytest.mark.parametrize(
    "text",
    [
        "According to the scenario, militants attacked a village.",
        "По замыслу, банда атаковала село.",
        "Officials met to prevent attacks.",
        "The army is ready to repel an attack.",
        "There is a threat of attacks.",
        "В случае нападения войска ответят.",
        "They discussed possible attacks.",
        "No agreement was signed.",
    ],
)
def test_what_is_imagined_is_staged(text: str) -> None:
    """A scenario, a threat, a possibility and what was not made are no events."""
    assert all(cue.staged for cue in find_cues(text) if cue.kind in ("attack", "agreement"))


@pytest.mark.parametrize(
    "text",
    [
        "It is quiet. Back in August an exercise was held there.",
        "It is quiet. An earlier exercise drew crowds.",
        "It is quiet. The army had held an exercise there.",
        "Тихо. Ранее там прошли учения.",
    ],
)
def test_history_is_background(text: str) -> None:
    """Words such as "earlier" and a pluperfect tell history."""
    assert first(text, "exercise").background


def test_reported_speech_is_no_history() -> None:
    """Guards who, it was said, had seized drugs did so now: reported speech only shifts the tense."""
    assert not first("It is quiet. The office said that guards had seized drugs.", "seizure").background


def test_a_count_over_a_period_is_a_total() -> None:
    """A running total is marked as one."""
    assert first("So far this month guards have seized 20 kilograms of hashish.", "seizure").total


@pytest.mark.parametrize(
    "text",
    [
        "The village lies close to the border.",
        "He had a heart attack.",
        "The rule of law.",
        "Exercise caution.",
        "According to him",
    ],
)
def test_stop_phrases_are_no_cues(text: str) -> None:
    """Words that only look like cues are none."""
    assert [cue.kind for cue in find_cues(text) if cue.strength == 3] == []


def test_may_is_a_month_or_a_doubt() -> None:
    """A country that "may close its border" closed none; one that closed it "on May 5" did."""
    assert first("Estonia may close its border.", "border_closure").staged
    assert not first("On May 5 Estonia closed its border.", "border_closure").staged


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the drill Rubezh-2021 ended", ["Rubezh-2021"]),
        (
            "Kanzhar (Dagger) 2023 and In Poisk 2021 (Search 2021)",
            ["Kanzhar (Dagger) 2023", "Poisk 2021 (Search 2021)"],
        ),
        ("учения «Нерушимое братство – 2022»", ["Нерушимое братство – 2022"]),
        ("in October 2016 and Since 1992", []),
        ("Tajikistan's security since 1992", []),
    ],
)
def test_named_exercises(text: str, names: list[str]) -> None:
    """A name with a year may be an exercise; a month with a year is none."""
    assert [p.name for p in find_named(text)] == names


@given(st.text(max_size=300))
def test_any_text_gives_sound_cues(text: str) -> None:
    """Cues of any text hold their words and use the kinds and statuses of the records."""
    reading = read_cues(text)
    for cue in reading.cues:
        assert text[cue.start : cue.end] == cue.text
        assert cue.kind in KINDS
        assert cue.status in STATUSES
        assert cue.marker is None or text[slice(*cue.marker)] == cue.reason

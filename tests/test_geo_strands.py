"""Strands: which sentences of a report tell one event, and which tell another."""

from datetime import date

from geo.cues import read_cues
from geo.dates import find_dates
from geo.event_drafts import lead_family_of
from geo.strands import build_strands
from geo.tellings import Strand

PUBLISHED = date(2021, 8, 12)


def strands_of(text: str) -> list[Strand]:
    """Return the strands of a text published on 12 August 2021."""
    reading = read_cues(text)
    dates = find_dates(text, published=PUBLISHED)
    return build_strands(reading, dates, anchor=PUBLISHED, lead_family=lead_family_of(reading, []))


def kinds(text: str) -> list[str]:
    """Return the kinds of a text's strands."""
    return [strand.kind for strand in strands_of(text)]


def test_sentences_about_one_day_are_one_event() -> None:
    """A clash told twice is one clash."""
    assert kinds("Guards clashed on August 9. The fighting on August 9 lasted an hour.") == ["border_incident"]


def test_other_days_are_other_events() -> None:
    """The same kind on another day is another event, in one sentence too."""
    assert len(strands_of("Guards clashed on August 2. They clashed again on August 9.")) == 2
    assert len(strands_of("Guards clashed on June 9 and June 18.")) == 2


def test_days_in_a_row_are_one_event() -> None:
    """Two days that follow one another are one event of two days."""
    assert len(strands_of("Guards clashed on August 9 and August 10.")) == 1


def test_another_is_another() -> None:
    """A second clash told as "another" is a new event even without a day."""
    assert len(strands_of("Guards clashed on August 9. Another clash left two dead.")) == 2


def test_history_keeps_apart() -> None:
    """An old date opens a strand of background."""
    found = strands_of("An exercise began on August 9. An earlier exercise was held in October 2016.")
    assert [s.background for s in found] == [False, True]


def test_a_running_total_keeps_apart() -> None:
    """A count since January is no part of yesterday's seizure."""
    text = "Guards seized 5 kilograms of opium yesterday. So far this year 147 kilograms of drugs were seized."
    assert [s.total for s in strands_of(text)] == [False, True]


def test_fighting_inside_an_exercise_is_its_scenario() -> None:
    """Attacks rehearsed in an exercise are no events."""
    assert kinds("An exercise ended. Helicopters attacked the camp. The guards repelled an attack.") == ["exercise"]


def test_drugs_found_after_a_firefight_belong_to_it() -> None:
    """A firefight with smugglers is one event, whichever is told first."""
    one = "Guards fought smugglers in a shoot-out at the border on Monday. Ten kilograms of heroin were found."
    other = "Guards seized ten kilograms of heroin at the border on Monday. The smugglers had opened fire."
    assert kinds(one) == kinds(other) == ["border_incident"]


def test_a_reopening_is_no_closure() -> None:
    """What was closed and works again is told as the opening."""
    assert kinds("The crossing, closed since May, was reopened on Monday.") == ["other"]


def test_a_sentence_without_a_cue_goes_on() -> None:
    """A sentence such as "It happened on Monday" tells more of the one before."""
    (strand,) = strands_of("Shots were fired at the border. It happened on Monday near a bridge.")
    assert strand.follow == [1]
    assert strand.dates[0].date_start == date(2021, 8, 9)


def test_a_million_characters_take_linear_time() -> None:
    """A text of one endless sentence is read without the quadratic blow-up of naive pairing."""
    assert len(strands_of("clash at the border on Monday, " * 3000)) >= 1

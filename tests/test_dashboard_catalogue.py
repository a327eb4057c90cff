"""The catalogues: whole, without anything stale, and true to the English in form."""

import re
from collections.abc import Iterable

import pytest

from dashboard import catalogue, sentences

ADVICE = "Bring the catalogue up to date with `python -m dashboard.catalogue`, then translate what it lists."
NAMED = re.compile(r"\{(\w+)\}")


@pytest.fixture(params=catalogue.PLURALS)
def code(request: pytest.FixtureRequest) -> str:
    """Try every language that has a catalogue."""
    return request.param


def _identities(said: Iterable[sentences.Said]) -> set[str]:
    return {parts[0] for parts in said}


def test_everything_the_interface_says_is_translated(code: str) -> None:
    """A new sentence without a translation is named here with the files that say it."""
    found, words = sentences.find_all(), catalogue.read(code)
    missing = {said[0]: places for said, places in found.items() if said[0] not in {**words.words, **words.forms}}
    assert missing == {}, ADVICE


def test_nothing_is_translated_that_nobody_says(code: str) -> None:
    """What left the sources leaves the catalogue."""
    stored = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue.open_catalogue(code) if m.id}
    assert stored - _identities(sentences.find_all()) == set(), ADVICE


def test_a_sentence_is_either_plural_or_not() -> None:
    """One English sentence has one entry."""
    found = sentences.find_all()
    plurals = {said for said in found if len(said) == 2}
    assert {said[0] for said in found if len(said) == 1} & _identities(plurals) == set()
    assert len(_identities(plurals)) == len(plurals)


def test_a_translation_names_what_the_english_names(code: str) -> None:
    """A value that is filled in is neither lost nor made up; English alone may leave out the number one."""
    words = catalogue.read(code)
    wrong = [text for text, told in words.words.items() if set(NAMED.findall(text)) != set(NAMED.findall(told))]
    for message in catalogue.open_catalogue(code):
        if isinstance(message.id, tuple):
            wanted = set(NAMED.findall(message.id[1]))
            wrong += [form for form in message.string if set(NAMED.findall(form)) != wanted]
    assert wrong == []


def test_every_plural_has_all_its_forms(code: str) -> None:
    """As many as the language tells apart."""
    assert {len(forms) for forms in catalogue.read(code).forms.values()} == {len(catalogue.PLURALS[code])}


@pytest.mark.parametrize(("n", "form"), [(1, 0), (21, 0), (2, 1), (24, 1), (0, 2), (5, 2), (11, 2), (112, 2)])
def test_russian_tells_three_numbers_apart(n: int, form: int) -> None:
    """1 событие, 2 события, 5 событий."""
    assert catalogue.choose_form("ru", n) == form


def test_the_scripts_get_what_they_say_and_no_more() -> None:
    """The words of Python stay on the server."""
    told = catalogue.to_client("ru")
    assert told["language"] == "ru"
    assert told["words"]["Legend"] == "Легенда"
    assert told["words"]["{n} event"] == ("{n} событие", "{n} события", "{n} событий")
    assert "Paste a report in English or Russian …" not in told["words"]
    assert catalogue.to_client("en")["words"] == {}

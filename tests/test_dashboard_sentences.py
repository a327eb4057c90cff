"""The sentences of the interface are found in its sources, and only there."""

import pytest

from dashboard.sentences import NotConstant, find_all, find_in_python, find_in_script, split_arguments


def test_sentences_of_python_are_found() -> None:
    """Also those that are shown later, and plurals."""
    source = 'tr("One {n}", n=1)\nLABEL = later("Two")\ntrn("{n} day", "{n} days", n)\ntr(LABEL)\nother("Three")'
    assert set(find_in_python(source, "x.py")) == {("One {n}",), ("Two",), ("{n} day", "{n} days")}


def test_sentences_of_scripts_are_found() -> None:
    """Whatever stands in their other arguments; not in comments, nor where the function is written."""
    source = """
    // t("in a comment")
    function t(text, values = {}) {}
    el("p", {}, t("Say \\"{a}\\"", { a: `${f(")")}` }), tn(max(1, n), "{n} day", "{n} days"), count(n, "event", "events"));
    start("no"); this.t("no"); t(NAMES[key]);
    """
    found = {('Say "{a}"',), ("{n} day", "{n} days"), ("{n} event", "{n} events")}
    assert set(find_in_script(source, "x.js")) == found


@pytest.mark.parametrize("source", ['tr(f"One {n}")', 'trn(one, "many", 2)', 'later("a" + b)'])
def test_a_sentence_put_together_at_run_time_is_refused_in_python(source: str) -> None:
    """No catalogue can hold it; the message says where it is."""
    with pytest.raises(NotConstant, match=r"x\.py:1"):
        list(find_in_python(source, "x.py"))


@pytest.mark.parametrize("source", ["t(`One ${n}`)", "tn(n, one, many)", 't("One " + two)', 'count(n, `a`, "b")'])
def test_a_sentence_put_together_at_run_time_is_refused_in_scripts(source: str) -> None:
    """The same for the browser's half."""
    with pytest.raises(NotConstant, match=r"x\.js:1"):
        list(find_in_script(source, "x.js"))


def test_arguments_are_split_where_they_end() -> None:
    """Brackets, strings and templates within them are theirs."""
    assert split_arguments('a(1, 2), "x, )", `${b({ c: "}" })}`, [3, 4]) + 5', 0) == [
        "a(1, 2)",
        '"x, )"',
        '`${b({ c: "}" })}`',
        "[3, 4]",
    ]


def test_the_interface_speaks_in_python_and_in_scripts() -> None:
    """Both halves are read."""
    places = {place.rsplit(".", 1)[1] for found in find_all().values() for place in found}
    assert places == {"py", "js"}

"""The page's script without a browser: widgets filled from the address, and what they make of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from shapely import Point
from streamlit.testing.v1 import AppTest

from geo.records import Event
from tests.projects import showing

SCRIPT = Path(__file__).resolve().parent.parent / "dashboard" / "ui.py"
START_S = 60  # the first run imports folium and its kin


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppTest]:
    """Return the page over a store with one event."""
    when = date(2024, 4, 15)
    event = Event("e", "Drill", "exercise", "completed", when, date(2024, 5, 1), "day", geometry=Point(69, 38), radius_km=5,
                  place="Kulob", country="TJ", source_name="**Bold** paper")  # fmt: skip
    with showing(tmp_path, [event]):
        yield AppTest.from_file(str(SCRIPT), default_timeout=START_S)


def test_the_address_fills_the_widgets(app: AppTest) -> None:
    """Each parameter stands in its widget; the rest is at rest."""
    for name, value in {
        "from": "2024-04-01",
        "kind": "exercise,patrol",
        "possible": "0",
        "border": "AF-TJ",
        "within_km": "15",
    }.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert app.date_input(key="from").value == date(2024, 4, 1)
    assert app.date_input(key="to").value is None
    assert app.session_state["last_query"].kinds == ("exercise", "patrol")
    assert app.toggle(key="possible").value is False
    assert app.selectbox(key="border").value == "AF-TJ"
    assert app.number_input(key="within_km").value == 15.0


def test_widgets_make_the_query(app: AppTest) -> None:
    """What is chosen is what is asked."""
    app.run()
    app.session_state["kind"] = ["exercise"]
    app.date_input(key="to").set_value(date(2024, 4, 30))
    app.text_input(key="text").set_value("  drill ")
    app.run()
    query = app.session_state["last_query"]
    assert (query.kinds, query.start, query.end, query.text) == (("exercise",), None, date(2024, 4, 30), "drill")


def test_reversed_dates_are_explained_and_the_map_kept(app: AppTest) -> None:
    """The query before stays in force until the dates make sense."""
    app.query_params["from"] = "2024-04-20"
    app.run()
    app.date_input(key="to").set_value(date(2024, 4, 1)).run()
    assert "after the last" in app.error[0].value
    assert app.session_state["last_query"].end is None


def test_the_slider_sets_the_dates(app: AppTest) -> None:
    """A slider at its end leaves that side open."""
    app.run()
    low, high = app.session_state["slider_span"]
    app.slider(key="slider").set_value((date(2024, 4, 20), high)).run()
    query = app.session_state["last_query"]
    assert (query.start, query.end) == (date(2024, 4, 20), None)
    assert low == date(2024, 4, 15)

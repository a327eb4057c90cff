"""Words of an address that are no filter."""

import pytest

from dashboard.params import read_integer, read_view
from geo.errors import InvalidQuery


def test_a_view_is_kept_to_the_world() -> None:
    """A map that shows the world twice asks for the world."""
    assert read_view("-200,-80,300,80") == (-180.0, -80.0, 180.0, 80.0)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "3,1,2,4", "1,4,2,3", "0,-91,1,0", "nan,0,1,1", "0,0,inf,1"])
def test_what_is_no_box_is_refused(text: str) -> None:
    """The message says what was expected."""
    with pytest.raises(InvalidQuery, match="west,south,east,north"):
        read_view(text)


def test_a_whole_number_is_kept_within_its_limits() -> None:
    """Too large is the largest; absent is the default."""
    assert read_integer({"zoom": "99"}, "zoom", 0, 20, 4) == 20
    assert read_integer({}, "zoom", 0, 20, 4) == 4


@pytest.mark.parametrize("text", ["", "1.5", "1e3", "9" * 10, "x"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    """The message names the word."""
    with pytest.raises(InvalidQuery, match="zoom"):
        read_integer({"zoom": text}, "zoom", 0, 20, 4)

"""Names of countries and borders in words."""

from dashboard.names import border_pairs, countries, country


def test_countries_have_english_names() -> None:
    """A code that is not known stays itself."""
    assert country("TJ") == "Tajikistan"
    assert country("ZZ") == "ZZ"
    assert len(countries()) >= 240


def test_borders_are_named_in_words_and_sorted_by_them() -> None:
    """The picker is read by people."""
    pairs = border_pairs()
    assert pairs["AF-TJ"] == "Afghanistan – Tajikistan"
    assert list(pairs.values()) == sorted(pairs.values())

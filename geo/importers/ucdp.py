"""UCDP GED: georeferenced events of organised violence, all releases since the first, also through HDX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from geo.importers.columns import Days, by_code, by_value, filled, join_some, none_if_empty, texts, to_codes, to_lists
from geo.importers.countries import from_text
from geo.importers.draft import Draft, Fault, check_dates, constant, cut_titles, read_points, unread
from geo.importers.places import REGION_KM, Spot, find_spots

DATASET = "ucdp-ged"
SOURCE_NAME = "UCDP GED"
SOURCE_URL = "https://ucdp.uu.se/"
LICENCE = "CC BY 4.0"
ATTRIBUTION = "Uppsala Conflict Data Program, Georeferenced Event Dataset, ucdp.uu.se (CC BY 4.0)"

# The columns of a release without a header row, in order.
COLUMNS = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name "
    "dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b "
    "number_of_sources source_article source_office source_date source_headline source_original where_prec "
    "where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id "
    "region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best "
    "high low gwnoa gwnob"
).split()

# where_prec, by UCDP's codebook; the radii are ours.
SPOTS = {
    "1": Spot("exact", 1, "", "where_prec 1: the exact place is known"),
    "2": Spot("settlement", 25, "", "where_prec 2: within about 25 km of the place"),
    "3": Spot("district", 50, "", "where_prec 3: only the district is known; drawn at its centre"),
    "4": Spot("region", REGION_KM, "region", "where_prec 4: only the province is known"),
    "5": Spot("region", REGION_KM, "", "where_prec 5: a part of the country, or between two places"),
    "6": Spot("country", 800, "country", "where_prec 6: only the country is known"),
    "7": Spot("unknown", 200, "", "where_prec 7: at sea or in the air, or not known"),
    "": Spot("unknown", 25, "", "no precision given"),
}
DATE_PRECISION = {"1": "day", "2": "week", "3": "week", "4": "month", "5": "year"}  # 2 is two to six days
VIOLENCE = {"1": "State-based conflict", "2": "Non-state conflict", "3": "One-sided violence"}  # type_of_violence
KIND = "attack"  # every event of the GED is a use of armed force with at least one death


def matches(names: set[str]) -> bool:
    """Return whether columns (in lower case) are those of UCDP's event data."""
    return "type_of_violence" in names and "date_start" in names and bool(names & {"where_prec", "dyad_name", "side_a"})


def matches_row(cells: Sequence[str]) -> bool:
    """Return whether a file's first row is no header but an event in the 49 columns of the GED."""
    if len(cells) != len(COLUMNS):
        return False
    row = dict(zip(COLUMNS, cells, strict=True))
    numeric = (row[name] for name in ("id", "year", "latitude", "longitude"))
    return all(re.fullmatch(r"-?\d+(\.\d+)?", cell.strip()) for cell in numeric)


def draft(columns: Mapping[str, pa.Array], rows: int, days: Days) -> Draft:
    """Return the events of a batch; columns by name in lower case."""
    country = by_value(texts(columns, "iso3", "country", rows=rows), from_text, pa.string())
    points = read_points(texts(columns, "latitude", rows=rows), texts(columns, "longitude", rows=rows))
    place = texts(columns, "where_coordinates", rows=rows)
    sides = [texts(columns, "side_a", rows=rows), texts(columns, "side_b", rows=rows)]
    title = join_some(
        by_code(
            texts(columns, "type_of_violence", rows=rows),
            lambda code: VIOLENCE.get(code, "Organised violence"),
            pa.string(),
        ),
        join_some(
            join_some(*sides, between=" – "),
            place,
            by_code(texts(columns, "best", "best_est", rows=rows), _toll, pa.string()),
            between=", ",
        ),
        between=": ",
    )
    native = to_codes(texts(columns, "id", "event_id", rows=rows))
    clarity = texts(columns, "event_clarity", rows=rows)  # 2: reports leave the event unclear
    start_text, end_text = texts(columns, "date_start", rows=rows), texts(columns, "date_end", rows=rows)
    start, end = days.read(start_text), days.read(end_text)
    precision = by_code(
        texts(columns, "date_prec", rows=rows), lambda code: DATE_PRECISION.get(code, "day"), pa.string()
    )
    unreadable = [unread(start, start_text), unread(end, end_text)]
    return Draft(
        native=native,
        title=cut_titles(title),
        kind=constant(KIND, rows),
        status=by_code(clarity, lambda code: "reported" if code == "2" else "completed", pa.string()),
        dates=check_dates(start, pc.coalesce(end, start), precision, unreadable, text=start_text),
        points=points,
        spots=find_spots(
            texts(columns, "where_prec", rows=rows), SPOTS, lon=points.lon, lat=points.lat, country=country
        ),
        place=none_if_empty(place),
        country=country,
        actors=to_lists(*sides),
        source_name=constant(SOURCE_NAME, rows),
        source_url=constant(SOURCE_URL, rows),
        faults=[Fault(~filled(native), "no id", native)],
    )


def _toll(killed: str) -> str:
    return f"{killed} killed" if killed not in ("", "0") else ""

"""Small event files in the shapes of other people's, with rows made up by us."""

import csv
import io
from pathlib import Path

ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,"
    "assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,"
    "geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
).split(",")
UCDP = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,"
    "dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,"
    "source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,"
    "adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,"
    "date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob"
).split(",")
GDELT_2 = 61

FIGHT = {
    "event_id_cnty": "TAJ1",
    "event_date": "2024-04-15",
    "year": "2024",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Border Guards A",
    "actor2": "Armed Group B",
    "assoc_actor_1": "Allies C; Allies D",
    "inter1": "1",
    "inter2": "3",
    "interaction": "13",
    "iso": "762",
    "country": "Tajikistan",
    "admin1": "Khatlon",
    "location": "Panj",
    "latitude": "37.2389",
    "longitude": "69.0986",
    "geo_precision": "1",
    "source": "Paper One; Paper Two",
    "notes": 'A "clash", with comma',
    "fatalities": "2",
    "timestamp": "1713312000",
}
BATTLE = {
    "id": "101",
    "relid": "TAJ-1",
    "year": "2021",
    "type_of_violence": "1",
    "side_a": "Government of A",
    "side_b": "Group B",
    "number_of_sources": "-1",
    "where_prec": "1",
    "where_coordinates": "Isfara town",
    "latitude": "40.1265",
    "longitude": "70.6253",
    "country": "Tajikistan",
    "event_clarity": "1",
    "date_prec": "1",
    "best": "3",
    "date_start": "2021-04-29 00:00:00.000",
    "date_end": "2021-04-30 00:00:00.000",
}


def write_rows(path: Path, names: list[str], rows: list[dict], *, delimiter: str = ",", header: bool = True) -> Path:
    """Write rows as CSV and return the path; missing cells are empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def gdelt_row(number: int, *, columns: int = 61, **cells: str) -> str:
    """Return one line of a GDELT file; cells by the names below."""
    at = {"day": 1, "actor1": 6, "actor2": 16, "root": 25, "code": 26, "quad": 29, "sources": 32}
    if columns == 61:
        at |= {"type": 51, "name": 52, "fips": 53, "lat": 56, "lon": 57, "added": 59, "url": 60}
    else:
        at |= {"type": 49, "name": 50, "fips": 51, "lat": 53, "lon": 54, "added": 56, "url": 57}
    row = [""] * columns
    row[0] = str(number)
    usual = {"day": "20240415", "actor1": "RUSSIA", "actor2": "TAJIKISTAN", "root": "1", "code": "062", "quad": "2"}
    usual |= {"type": "4", "name": "Dushanbe, Dushanbe, Tajikistan", "fips": "TI", "lat": "38.56", "lon": "68.7739"}
    usual |= {"added": "20240416010000" if columns == 61 else "20240416", "url": "https://example.org/a"}
    for name, value in (usual | cells).items():
        if at[name] < columns:
            row[at[name]] = value
    return "\t".join(row) + "\n"

"""Rows a second, CPU time and peak memory of imports: UCDP- and GDELT-shaped files of random rows, made here."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from geo.importers.gdelt import CAMEO, COLUMNS_2
from geo.importers.ucdp import COLUMNS
from tests.bench import peak_mb

UCDP_ROWS = 386_000  # about as many as the GED has since 1989
GDELT_ROWS = 1_000_000
SEED = 20240415
ROOT = Path(__file__).resolve().parent.parent.parent
TASKS = (("ucdp", UCDP_ROWS, False), ("ucdp", UCDP_ROWS, True), ("gdelt", GDELT_ROWS, False))
# country, its code in UCDP and GDELT, and about where its events are
COUNTRIES = (
    *(("Afghanistan", "700", "AF", 34.5, 67.0), ("Tajikistan", "702", "TI", 38.5, 70.0)),
    *(("Colombia", "100", "CO", 4.5, -74.0), ("DR Congo (Zaire)", "490", "CG", -1.5, 28.5)),
    *(("Syria", "652", "SY", 35.0, 37.5), ("Ukraine", "369", "UP", 48.5, 37.5)),
)
_HEADLINE = "Clashes reported near the border post; several killed, officials say"


def write_ucdp(path: Path, rows: int) -> Path:
    """Write a CSV file with UCDP's columns: every place different, 36 years, all precisions."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(_ucdp_row(number, chance) for number in range(rows))
    return path


def _ucdp_row(number: int, chance: random.Random) -> dict[str, str]:
    country, code, _, lat, lon = chance.choice(COUNTRIES)
    start = date(1989, 1, 1) + timedelta(chance.randrange(13_000))
    lat, lon = lat + chance.gauss(0, 1.5), lon + chance.gauss(0, 1.5)
    town, conflict = f"Town {chance.randrange(8_000)}", chance.randrange(200, 500)
    return {
        "id": str(number + 1),
        "relid": f"{country[:3].upper()}-{start.year}-1-{number}",
        "year": str(start.year),
        "active_year": "1",
        "code_status": "Clear",
        "type_of_violence": chance.choice("1123"),
        "conflict_dset_id": str(conflict),
        "conflict_new_id": str(conflict),
        "conflict_name": f"{country}: Rule",
        "dyad_dset_id": str(conflict),
        "dyad_new_id": str(conflict),
        "dyad_name": f"Government - Group {conflict}",
        "side_a": f"Government of {country}",
        "side_b": f"Group {conflict}",
        "number_of_sources": "2",
        "source_article": f'"Agency, {start}, {_HEADLINE}"; "Daily, {start}, {town}"',
        "source_office": "Agency;Daily",
        "source_date": f"{start};{start}",
        "source_headline": _HEADLINE,
        "where_prec": chance.choice("1112234456"),
        "where_coordinates": town,
        "where_description": f"near {town}",
        "adm_1": f"Province {conflict % 30}",
        "adm_2": f"District {conflict}",
        "latitude": f"{lat:.6f}",
        "longitude": f"{lon:.6f}",
        "geom_wkt": f"POINT ({lon:.6f} {lat:.6f})",
        "country": country,
        "country_id": code,
        "region": "Asia",
        "event_clarity": "1",
        "date_prec": chance.choice("11125"),
        "date_start": f"{start} 00:00:00.000",
        "date_end": f"{start} 00:00:00.000",
        "priogrid_gid": "180000",
        "deaths_a": "0",
        "deaths_b": "1",
        "deaths_civilians": "0",
        "deaths_unknown": "2",
        "best": "3",
        "high": "5",
        "low": "1",
        "gwnoa": code,
    }


def write_gdelt(path: Path, rows: int) -> Path:
    """Write a file as GDELT 2.0 has them: a year and a half of news from a few thousand places."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    towns = [_town(chance) for _ in range(4_000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            day = date(2023, 1, 1) + timedelta(chance.randrange(540))
            row = dict.fromkeys(COLUMNS_2, "") | _gdelt_row(number, f"{day:%Y%m%d}", chance.choice(towns), chance)
            file.write("\t".join(row.values()) + "\n")
    return path


def _town(chance: random.Random) -> dict[str, str]:
    country, _, code, lat, lon = chance.choice(COUNTRIES)
    lat, lon = lat + chance.gauss(0, 1.5), lon + chance.gauss(0, 1.5)
    number = str(chance.randrange(10_000_000))
    return {
        "Type": chance.choice("1444445"),
        "FullName": f"Town {number}, {country}",
        "CountryCode": code,
        "ADM1Code": code + "01",
        "ADM2Code": "1",
        "Lat": f"{lat:.4f}",
        "Long": f"{lon:.4f}",
        "FeatureID": number,
    }


def _gdelt_row(number: int, day: str, town: dict[str, str], chance: random.Random) -> dict[str, str]:
    code = chance.choice([*CAMEO])
    places = {f"{who}Geo_{name}": cell for who in ("Actor1", "Action") for name, cell in town.items()}
    return places | {
        "GLOBALEVENTID": str(900_000_000 + number),
        "SQLDATE": day,
        "MonthYear": day[:6],
        "Year": day[:4],
        "FractionDate": "2023.2",
        "Actor1Code": "GOV",
        "Actor1Name": "GOVERNMENT",
        "Actor2Code": "REB",
        "Actor2Name": "REBELS",
        "IsRootEvent": "1",
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": code[:2],
        "QuadClass": "4",
        "GoldsteinScale": "-10.0",
        "NumMentions": "4",
        "NumSources": "1",
        "NumArticles": "4",
        "AvgTone": "-3.21",
        "DATEADDED": day + "120000",
        "SOURCEURL": f"https://news.example.org/{day}/article-{number}-clashes-reported-near-the-border.html",
    }


def import_alone(path: Path, *, with_borders: bool) -> dict[str, float]:
    """Import a file in a process of its own and return rows, seconds, CPU seconds and the peak memory in MB."""
    command = [sys.executable, "-m", "tests.bench.imports", str(path), *(["borders"] if with_borders else [])]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


def _import(path: Path, *, with_borders: bool) -> None:
    from geo.borders import load_borders
    from geo.importing import import_file

    with tempfile.TemporaryDirectory() as folder:
        borders = load_borders() if with_borders else None
        before = sum(os.times()[:2])
        done = import_file(path, folder=folder, now=datetime(2026, 1, 1, tzinfo=UTC), borders=borders)
        spent = sum(os.times()[:2]) - before
    memory = peak_mb()
    print(json.dumps({"rows": done.imported, "seconds": done.seconds, "cpu": spent, "memory": memory}))


def main(scale: float = 1.0) -> None:
    """Print the figures of all tasks; `scale` makes the files smaller."""
    with tempfile.TemporaryDirectory() as folder:
        for name, full, with_borders in TASKS:
            path = Path(folder) / f"{name}.csv"
            if not path.exists():
                (write_ucdp if name == "ucdp" else write_gdelt)(path, round(full * scale))
            found = import_alone(path, with_borders=with_borders)
            what = (
                f"import: {name.upper()}-shaped, {found['rows']:,.0f} rows, {'with' if with_borders else 'no'} borders"
            )
            load = os.getloadavg()[0]
            print(
                f"{what:58} {found['rows'] / found['seconds']:,.0f} rows a second, "
                f"{found['rows'] / found['cpu']:,.0f} a CPU second, {found['memory']:.0f} MB (load {load:.1f})",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).exists():
        _import(Path(sys.argv[1]), with_borders="borders" in sys.argv[2:])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)

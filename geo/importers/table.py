"""Any other table: which column means what is guessed from names, HXL tags and cells, shown, and can be corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geo.errors import InvalidRecord
from geo.importers.columns import (
    Days,
    Text,
    by_value,
    join_some,
    month_bounds,
    none_if_empty,
    split_lists,
    texts,
    to_codes,
    to_numbers,
)
from geo.importers.countries import from_text
from geo.importers.draft import Dates, Draft, Points, check_dates, cut_titles, read_points, unread
from geo.importers.places import COUNTRY_KM, REGION_KM, Spot, Spots, find_spots
from geo.records import KINDS, LOCATION_PRECISIONS, STATUSES

# field -> the names (in lower case, words joined by _) that its column may have, the most telling first
NAMES: dict[str, str] = {
    "id": "id event_id eventid uid uuid global_id globalid identifier objectid fid no nr number код номер",
    "title": "title headline event_title name summary event_name subject what что название заголовок событие",
    "notes": "notes description details text comment comments narrative описание примечание",
    "kind": "kind event_type type category event_category incident_type class тип вид категория",
    "status": "status state статус",
    "start": "start date_start start_date event_date date datetime day when begin begin_date date_begin from_date "
    "incident_date occurred reported_date timestamp дата дата_начала начало",
    "end": "end date_end end_date to_date finish finish_date until дата_окончания конец окончание",
    "lat": "lat latitude y lat_dd ycoord y_coord point_y geo_lat centroid_latitude широта",
    "lon": "lon lng long longitude x lon_dd xcoord x_coord point_x geo_lon geo_long centroid_longitude долгота",
    "geometry": "geometry wkt geom geom_wkt the_geom",
    "radius_km": "radius_km radius uncertainty_km accuracy_km радиус радиус_км",
    "precision": "location_precision geo_precision_name precision точность",
    "place": "place location place_name town city settlement village where site locality where_coordinates "
    "место город населенный_пункт",
    "country": "country country_name country_code iso iso2 iso3 admin0 adm0_name nation страна",
    "actors": "actors actor actor1 actor_1 side_a perpetrator group organization organisation участники стороны актор",
    "actor2": "actor2 actor_2 side_b target victim",
    "source_name": "source_name source source_title publisher источник",
    "source_url": "source_url url link source_link href ссылка",
}
TAGS = {  # HXL 1.1: the hashtags that answer a field
    "start": "#date+start #date+occurred #date",
    "end": "#date+end",
    "lat": "#geo+lat",
    "lon": "#geo+lon",
    "place": "#loc+name #loc",
    "country": "#country+code #country+name #country",
    "kind": "#event+type #event #cause",
    "notes": "#description",
    "source_name": "#meta+source",
    "source_url": "#meta+url",
    "id": "#event+id #meta+id",
    "actors": "#group+name+first #group+name #org",
    "actor2": "#group+name+second",
}
SPOTS = {
    "exact": Spot("exact", 1, "", "the table says: exact"),
    "settlement": Spot("settlement", 10, "", "the table says: settlement"),
    "district": Spot("district", 50, "", "the table says: district"),
    "region": Spot("region", REGION_KM, "region", "the table says: region"),
    "country": Spot("country", COUNTRY_KM, "country", "the table says: country"),
    "": Spot("unknown", 25, "", "the table does not say how exact the point is; 25 km are assumed"),
}
# What a word in the column for the kind means; the first that is found. Kinds are also known by their own names.
KIND_WORDS = (
    (r"exercis|drill|manoeuv|maneuv|учени|манёвр|маневр", "exercise"),
    (r"clos(ed|ure|ing).*(border|crossing|checkpoint)|(border|crossing|checkpoint).*clos|закрыт", "border_closure"),
    (r"patrol|патрул", "patrol"),
    (r"seiz|confiscat|smuggl|drug|narcotic|изъят|контрабанд", "seizure"),
    (r"border (incident|clash|shoot)|погран", "border_incident"),
    (r"attack|battle|clash|shell|explosi|bomb|strike|violen|kill|ambush|raid|нападен|обстрел|взрыв|бой|удар", "attack"),
    (r"deploy|mobili|troop|base established|развёрт|развер|переброс", "deployment"),
    (r"\baid\b|humanitarian|assistance|relief|помощ", "aid"),
    (r"agreement|treaty|ceasefire|cease-fire|truce|accord|соглашени|договор|перемири", "agreement"),
    (r"visit|delegation|summit|meeting|визит|встреч", "visit"),
)
_KIND_WORDS = tuple((re.compile(pattern), kind) for pattern, kind in KIND_WORDS)
FIELDS = tuple(NAMES)


def guess_mapping(names: Sequence[str], tags: Sequence[str] = ()) -> dict[str, str]:
    """
    Return which column each of our fields is probably in; fields without one are left out.

    Parameters
    ----------
    names
        The file's columns.
    tags
        Their HXL tags, if the file has such; a tag says more than a name.
    """
    mapping: dict[str, str] = {}
    plain = {name: re.sub(r"[^\w]+", "_", name.strip().lower()).strip("_") for name in names}
    tagged = {re.sub(r"\s", "", tag.lower()): name for tag, name in zip(tags, names, strict=False) if tag}
    for field in FIELDS:
        free = {name: word for name, word in plain.items() if name not in mapping.values()}
        by_tag = next((tagged[tag] for tag in TAGS.get(field, "").split() if tagged.get(tag) in free), None)
        by_name = next((name for word in NAMES[field].split() for name, is_ in free.items() if is_ == word), None)
        if chosen := by_tag or by_name:
            mapping[field] = chosen
    if "lat" in mapping and "lon" in mapping:
        mapping.pop("geometry", None)
    return mapping


def check_mapping(mapping: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """
    Return a mapping without its empty entries.

    Raises
    ------
    InvalidRecord
        When a field is none of ours, a column is not in the file, or nothing is mapped that could place or date.
    """
    chosen = {field: column for field, column in mapping.items() if column}
    for field, column in chosen.items():
        if field not in FIELDS:
            raise InvalidRecord(f"The mapping has the field {field!r}; expected some of {', '.join(FIELDS)}.")
        if column not in names:
            raise InvalidRecord(f"The mapping has {field}={column!r}; expected one of the columns {', '.join(names)}.")
    return chosen


def is_usable(mapping: Mapping[str, str]) -> bool:
    """Return whether enough is known to make events: when, or where."""
    return "start" in mapping or {"lat", "lon"} <= mapping.keys() or "geometry" in mapping


def draft(columns: Mapping[str, pa.Array], rows: int, days: Days, *, mapping: Mapping[str, str]) -> Draft:
    """Return the events of a batch; columns by name as the file has them."""

    def text(field: str) -> Text:
        return texts(columns, mapping.get(field, ""), rows=rows)

    country = by_value(text("country"), from_text, pa.string())
    points, shapes = _read_where(text("lat"), text("lon"), text("geometry"))
    kind, place, notes = text("kind"), text("place"), text("notes")
    title = pc.if_else(pc.equal(text("title"), ""), notes, text("title"))
    said = join_some(kind, place, between=": ")
    native = to_codes(text("id"))
    return Draft(
        native=native,
        title=cut_titles(pc.if_else(pc.equal(title, ""), pc.if_else(pc.equal(said, ""), "Event", said), title)),
        kind=by_value(kind, find_kind, pa.string()),
        status=by_value(text("status"), _status, pa.string()),
        dates=_dates(text("start"), text("end"), days),
        points=points,
        spots=_spots(text("precision"), text("radius_km"), points, country),
        place=none_if_empty(place),
        country=country,
        actors=split_lists(join_some(text("actors"), text("actor2"), between=";")),
        source_name=none_if_empty(text("source_name")),
        source_url=none_if_empty(text("source_url")),
        shapes=shapes,
    )


def find_kind(text: str) -> str:
    """Return the kind that a cell's words mean, ``other`` when none is known."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word in KINDS:
        return word
    return next((kind for pattern, kind in _KIND_WORDS if pattern.search(text.lower())), "other")


def _status(text: str) -> str:
    return text.lower() if text.lower() in STATUSES else "reported"


def _read_where(lat: Text, lon: Text, wkt: Text) -> tuple[Points, np.ndarray | None]:
    """Return positions from two columns, or from WKT: then also what is no point."""
    shapes = shapely.force_2d(shapely.from_wkt(none_if_empty(wkt).to_numpy(zero_copy_only=False), on_invalid="ignore"))
    if shapely.is_missing(shapes).all():
        return read_points(lat, lon), None
    is_point = shapely.get_type_id(shapes) == 0
    x, y = (pa.array([f"{v:.9f}" if v == v else "" for v in axis(shapes)]) for axis in (shapely.get_x, shapely.get_y))  # noqa: PLR0124
    points = read_points(y, x)
    shapes[is_point | shapely.is_empty(shapes)] = None
    return points, None if shapely.is_missing(shapes).all() else shapes


def _spots(precision: Text, radius: Text, points: Points, country: Text) -> Spots:
    codes = by_value(precision, lambda word: word.lower() if word.lower() in LOCATION_PRECISIONS else "", pa.string())
    spots = find_spots(codes, SPOTS, lon=points.lon, lat=points.lat, country=country)
    given = to_numbers(radius)
    given = np.where(np.isfinite(given) & (given > 0) & ~np.isnan(points.lon), given, spots.radius_km)
    return spots._replace(radius_km=given)


def _dates(start_text: Text, end_text: Text, days: Days) -> Dates:
    start, exact = days.read_exactly(start_text)
    end, end_exact = days.read_exactly(end_text)
    faults = [unread(start, start_text), unread(end, end_text)]
    last = _period_ends(start, exact)
    end = pc.if_else(pc.equal(end_text, ""), last, _period_ends(end, end_exact))
    precision = pc.if_else(pc.equal(exact, ""), "day", exact)
    return check_dates(start, end, precision, faults, text=start_text)


def _period_ends(day: pa.Array, exact: Text) -> pa.Array:
    """Return the last day of what was written as a day, a month or a year."""
    month = by_value(day, lambda value: value and month_bounds(value)[1], pa.date32())
    year = by_value(day, lambda value: value and value.replace(month=12, day=31), pa.date32())
    return pc.if_else(pc.equal(exact, "year"), year, pc.if_else(pc.equal(exact, "month"), month, day))

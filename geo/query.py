"""The engine that answers a Query: rows, counts, map cells, histogram and facets, over the flat views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import pyarrow as pa

from geo import sql, sql_places
from geo.bins import BINS, Bin, Stretch, check_bins, make_bins
from geo.cells import find_cells, is_counted
from geo.datasets import Datasets
from geo.engines.duck import DuckBackend
from geo.errors import InvalidQuery
from geo.facets import count_facets, find_values
from geo.features import check_text, to_events
from geo.film import Film, film_of
from geo.filters import PLACE_FILTERS, Query, asks_where
from geo.flat import EVENTS_SCHEMA, unflatten
from geo.grid import Box, Viewport
from geo.held import Held
from geo.nearness import Nearness, find_outside
from geo.pages import check_order, find_few, find_keys, read_records
from geo.records import Event
from geo.spans import find_bins, find_span
from geo.sql import Statement
from geo.store import Store
from geo.streams import cut_stream

if TYPE_CHECKING:
    from geo.borders import Borders
    from geo.engines import Backend, Session

__all__ = ["BINS", "STREAM_SCHEMA", "Bin", "Counts", "Engine", "Query", "Stretch", "make_bins"]

PAGE = 10_000  # rows of a page that are sorted by their keys and then looked up, instead of sorting them whole
PROFILE_STEP_KM = 25.0  # about the radius of a district: finer steps would pretend to more than is known
STREAM_SCHEMA = EVENTS_SCHEMA.append(pa.field("verdict", pa.string()))


class Counts(NamedTuple):
    """
    How many events are where; each counted once, so that the first five add up to `total`.

    An event is counted by the first that holds: `hidden` (a filter definitely excludes it), `undated` (only while a
    date range is set), `unplaced` (no geometry), `possible` (it may match), `shown`. `possible` stays a count of its
    own when possible events are switched off: the app can then say how many it leaves out.
    """

    shown: int
    possible: int
    undated: int
    unplaced: int
    hidden: int
    total: int


class Engine:
    """
    Answers queries over a store; safe to share between threads, and always up to date with the file.

    Parameters
    ----------
    store
        The project; its events are read again when it changed.
    borders
        The border lines. None: queries with a border raise MissingData.
    datasets
        The imported data; None: those in the store's folder.
    backend
        What runs the statements, see `geo.engines.open_engine`; None: DuckDB over the files of both.
    """

    def __init__(
        self,
        store: Store,
        borders: Borders | None = None,
        datasets: Datasets | None = None,
        *,
        backend: Backend | None = None,
    ) -> None:
        self.datasets = datasets or Datasets(store.path.parent)
        self._backend = backend or DuckBackend(store, self.datasets)
        self._nearness, self._held = Nearness(borders), Held()

    def counts(self, query: Query, *, where: Statement | None = None) -> Counts:
        """Count all events by what the query makes of them; see `Counts`, and `rows` for `where`."""
        with self._session(query) as session:
            cube = session.has_cube and where is None and is_counted(query)
            found = Counter[str]()
            view = "totals" if cube else "events"
            for placed in (True, False) if asks_where(query) else (None,):
                found += self._verdicts(session, query, where, view=view, placed=placed)
            total = session.total
        n = {name: found[name] for name in ("shown", "possible", "undated", "unplaced")}
        return Counts(**n, hidden=total - sum(n.values()), total=total)

    def _verdicts(
        self, session: Session, query: Query, where: Statement | None, *, view: str, placed: bool | None
    ) -> Counter[str]:
        """Count verdicts; what has no place is counted once for all boxes and borders."""
        if placed is False:
            query = replace(query, **dict.fromkeys(PLACE_FILTERS))
        key = ("verdicts", query) if placed is False and where is None else None
        if key not in session.cache:
            found = Counter({v: int(n) for v, n in session.rows(sql.counts(query, where, view=view, placed=placed))})
            if key is None:
                return found
            session.keep(key, found)
        return session.cache[key]

    def rows(
        self,
        query: Query,
        *,
        limit: int | None = None,
        offset: int = 0,
        order: str = "start",
        where: Statement | None = None,
    ) -> gpd.GeoDataFrame:
        """
        Return what is shown, and what is possible if the query says so, as the one table.

        Parameters
        ----------
        limit, offset
            A page of the rows; None for all from `offset` on.
        order
            A column of `geo.sql.ORDERS`, with ``-`` before it for the reverse; nulls come last, ties by id.
        where
            A further SQL condition over the columns of `events`, with ``:name`` parameters: hides what fails it.

        Returns
        -------
        rows
            EPSG:4326, with a column `match`: ``yes``, or ``possible`` where the event may or may not match.
        """
        check_order(order)
        if (limit is not None and limit < 0) or offset < 0:
            raise InvalidQuery(f"Rows have no page limit={limit}, offset={offset}; expected numbers of 0 or more.")
        with self._session(query) as session:
            if limit is not None and limit <= PAGE:
                keys = find_keys(session, query, order=order, limit=limit, offset=offset, where=where)
                table = session.fetch([spot for spot, _ in keys])
                table = table.append_column("verdict", pa.array([verdict for _, verdict in keys], pa.string()))
            else:
                table = session.table(sql.rows(query, order=order, limit=limit, offset=offset, where=where))
        rows = unflatten(table)
        rows["match"] = rows.pop("verdict").map({"shown": "yes", "possible": "possible"}).astype("object")
        return rows

    def records(
        self, query: Query, columns: Sequence[str], *, limit: int, offset: int = 0, order: str = "start"
    ) -> list[dict[str, Any]]:
        """Return a page of `rows` as plain mappings of some `columns` and `match`; the same page soon again is free."""
        check_order(order)
        with self._session(query) as session:
            keys = find_keys(session, query, order=order, limit=limit, offset=offset)
            return read_records(session, keys, columns)

    def few(self, query: Query, columns: Sequence[str], *, limit: int) -> list[dict[str, Any]] | None:
        """Return the `records` of all that is seen, in order of time, or (much faster) None: more than `limit`."""
        with self._session(query) as session:
            keys = find_few(session, query, limit)
            columns = list(dict.fromkeys(["id", "start", *columns]))
            found = None if keys is None else read_records(session, keys, columns)
        return found and sorted(found, key=lambda record: (record["start"] or date.max, record["id"]))

    def extent(self, query: Query) -> Box | None:
        """Return the box around everything that is seen, or None where nothing is."""
        with self._session(query) as session:
            ((west, south, east, north),) = session.rows(sql_places.extent(query))
        return None if west is None else (west, south, east, north)

    def stream(
        self,
        query: Query,
        *,
        order: str | None = "start",
        batch: int = 10_000,
        where: Statement | None = None,
        columns: Sequence[str] = EVENTS_SCHEMA.names,
    ) -> Iterator[pa.RecordBatch]:
        """
        Yield what `rows` returns as Arrow record batches, without ever holding all of it.

        Parameters
        ----------
        order, where
            As in `rows`. By a day, memory is constant; by anything else, the engine sorts, on its disk if need be.
            None: as the rows come, which is fastest.
        batch
            The greatest number of rows in one record batch.
        columns
            What is needed of `geo.flat.EVENTS_SCHEMA`, in its order.

        Returns
        -------
        batches
            Columns of `STREAM_SCHEMA`: those of `geo.flat.EVENTS_SCHEMA` (evidence and extra as JSON text, geometry as
            WKB) and `verdict`, which is ``shown`` or ``possible``. No batch is empty; nothing seen gives no batch.
        """
        if order is not None:
            check_order(order)
        if batch < 1:
            raise InvalidQuery(f"Rows cannot be streamed with batch={batch}; expected 1 or more.")
        return self._stream(query, order, batch, where, (*columns, "verdict"))

    def _stream(
        self, query: Query, order: str | None, batch: int, where: Statement | None, names: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        schema = pa.schema([STREAM_SCHEMA.field(name) for name in names])
        with self._session(query) as session:
            for stretch in cut_stream(session, query, order, where):
                for part in session.batches(sql.rows(query, order=order, where=stretch, columns=names), batch):
                    if part.num_rows:
                        yield part.select(schema.names).cast(schema)

    def cells(
        self, query: Query, *, bbox: Box, zoom: float, limit: int = 500, many: bool = False
    ) -> list[dict[str, Any]]:
        """
        Return what a map draws in a view: events one by one when they are few, otherwise counts on a grid.

        The grid belongs to the world, not to the view, so that panning does not reshuffle it; the cells at the edge
        are whole and reach a little beyond the view. Where events are too many, those at a known border line or
        area (a region, a country) are counted there, never at a point that pretends to be exact.

        Parameters
        ----------
        bbox
            West, south, east, north of the view in degrees, as a web map gives it.
        zoom
            Its zoom level.
        limit
            The greatest number of things to draw.
        many
            Whether the view is known to hold many: the answer is the same, and comes sooner.

        Returns
        -------
        cells
            Plain dicts with ``n``, ``shown``, ``possible``, ``kind`` (the commonest), ``lon``, ``lat``, ``border``,
            ``area``. With ``n`` = 1 it is an event at one of its places: ``id``, ``title``, ``kind``, ``status``,
            ``match``, ``place``, ``radius_km``, ``location_precision``, ``part`` of ``parts`` (several dicts then
            bear one id), and ``shape`` (GeoJSON) for a line or area that has no key. Otherwise a cluster: ``kinds``
            (n by kind) and ``bbox`` of its points; an event with several places counts once in each cell it is in.
        """
        view = Viewport.of(bbox, zoom=zoom, limit=limit)
        coarse = Viewport.of(bbox, zoom=zoom, limit=max(1, limit // 2))
        with self._session(query) as session:
            return find_cells(session, query, view, coarse, zoom=zoom, limit=limit, many=many)

    def film(self, query: Query, *, bbox: Box, zoom: float, limit: int = 500) -> Film | None:
        """Return all that `cells` could draw in a view at any dates, held in memory; None where that is too much."""
        with self._session(query) as session:
            return film_of(session, query, bbox, zoom=zoom, limit=limit)

    def histogram(self, query: Query, *, by: str = "month", within: tuple[date, date] | None = None) -> list[Bin]:
        """
        Count what is shown and what is possible over time, by bin and kind.

        A bin says what the query would give if the bin were its date range: an event counts in every bin it may
        touch, as shown where it certainly happened in it (a month-precise event in its month), as possible where it
        may have (the same event in a week of that month). Bins reach from the first to the last known day; an open
        end does not reach further. Undated and unplaced events are not in it.

        Parameters
        ----------
        query
            Its own date range is left out, so that the picture shows what lies around it.
        by
            One of `BINS`; weeks begin on Monday. `within`: only those that touch these first and last days.

        Returns
        -------
        bins
            In order of time and kind, without empty ones.
        """
        check_bins(by)
        kinds: dict[tuple[date, date, str], dict[str, int]] = {}
        with self._session(query) as session:
            found = find_bins(session, query, by, within=within)
        for start, end, kind, _, verdict, n in found:
            kinds.setdefault((start, end, kind), {})[verdict] = n
        return [Bin(*key, n.get("shown", 0), n.get("possible", 0)) for key, n in sorted(kinds.items())]

    def border_profile(
        self, query: Query, pair: str, *, by: str = "month", step_km: float = PROFILE_STEP_KM
    ) -> list[Stretch]:
        """
        Count what is shown and what is possible along a border and over time, by kind.

        Parameters
        ----------
        query
            As in `histogram`.
        pair
            The border, as in `Query`: events count whose nearest border it is, once, where the row says.
        by
            One of `BINS`.
        step_km
            The length of a stretch.

        Returns
        -------
        stretches
            In order of place, time and kind, without empty ones.
        """
        check_bins(by)
        if not (isinstance(step_km, int | float) and 0.1 <= step_km <= 10_000):
            raise InvalidQuery(f"A border profile has no step_km={step_km!r}; expected 0.1 to 10000 km.")
        stretches: dict[tuple[float, date, date, str], dict[str, int]] = {}
        with self._session(query) as session:
            found = find_bins(session, query, by, pair=pair, step_km=step_km)
        for start, end, kind, at, verdict, n in found:
            stretches.setdefault((at * step_km, start, end, kind), {})[verdict] = n
        return [Stretch(*key, n.get("shown", 0), n.get("possible", 0)) for key, n in sorted(stretches.items())]

    def facets(self, query: Query, names: Sequence[str] = tuple(sql.FACETS)) -> dict[str, dict[str, int]]:
        """
        Count what is seen by value of each filter, as if that filter alone were not set; the commonest come first.

        Parameters
        ----------
        names
            Those that are needed.

        Returns
        -------
        facets
            ``kind``, ``status``, ``country``, ``precision``, ``source``, ``actor`` (the first 50), ``dataset`` to value
            to number.
            An event with several actors or countries counts for each.
        """
        with self._session(query) as session:
            missing = [name for name in names if ("facet", name, query) not in session.cache]
            for name, values in (count_facets(session, query, missing) if missing else {}).items():
                session.keep(("facet", name, query), values)
            return {name: dict(session.cache["facet", name, query]) for name in names}

    def values(self, query: Query, name: str, part: str = "", limit: int = 50) -> dict[str, int]:
        """Count what is seen by a filter's values that contain a text, without that filter; also equipment, place."""
        with self._session(query) as session:
            return find_values(session, query, name, limit=limit, part=part)

    def nearest_borders(self, query: Query, within_km: float, limit: int = 10) -> dict[str, int]:
        """Count what is seen by the pair of its nearest border, where that is within some distance; commonest first."""
        with self._session(query) as session:
            rows = session.rows(sql_places.nearest_borders(query, within_km, limit=limit))
        return {pair: int(n) for pair, n in rows}

    def span(self, *, background: bool = False) -> tuple[date, date] | None:
        """Return the first and the last day known of any event (background only if asked), or None without dates."""
        query = Query(background=background)
        with self._session(query) as session:
            first, last = find_span(session, query, cube=session.has_cube)
        return None if first is None else (first, last)

    def event(self, event_id: str) -> Event | None:
        """Return the event of that id, whatever its state, or None."""
        if check_text(event_id):  # an id that cannot be written is nobody's
            return None
        with self._session(Query()) as session:
            table = session.table(sql.event(event_id))
        return next(iter(to_events(unflatten(table))), None)

    def close(self) -> None:
        """Let go of what the engine holds open: connections, or Spark; closing twice is harmless."""
        self._backend.close()

    @contextmanager
    def _session(self, query: Query) -> Iterator[Session]:
        """Give a session of its own to one call, over the newest state, ready for this query."""
        snapshot = self._backend.snapshot()
        with snapshot.session() as session:
            if query.border:
                stretch = (query.border_from_km, query.border_to_km)
                near = self._nearness.measure(session, snapshot, query.border, query.within_km, stretch)
                session.register("near", near)
            if query.bbox:
                session.register("outside", find_outside(session, query.bbox))
            if query.area:
                session.register("held", self._held.find(session, snapshot, query.area))
            yield session

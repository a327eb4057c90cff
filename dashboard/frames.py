"""Pictures of the map while dates are dragged: small, soon, and the same as the map draws when it stops."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.params import CELLS, WHOLE_EVENTS, overlap, read_integer, read_view
from dashboard.project import open_project
from geo.film import Film
from geo.query import Query

KEPT = 3  # views of which the places are held, at most some 200 MB each


class Films:
    """The films asked for last; each is read once, however many ask for it."""

    def __init__(self) -> None:
        self._lock, self._films = threading.Lock(), OrderedDict[Any, Film | None]()

    def find(self, query: Query, view: tuple[float, float, float, float], zoom: int) -> Film | None:
        """Return the film of a view, or None where it holds too much."""
        project = open_project()
        query = replace(query, start=None, end=None)
        key = (project, project.version(), query, view, zoom)
        with self._lock:
            if key not in self._films:
                self._films[key] = project.engine.film(query, bbox=view, zoom=zoom, limit=CELLS)
            self._films.move_to_end(key)
            while len(self._films) > KEPT:
                self._films.popitem(last=False)
            return self._films[key]


_films = Films()


def frame(params: Mapping[str, str]) -> dict[str, Any]:
    """
    Return what the map draws for the dates of a query: see `geo.film.Film.frame`.

    ``null`` in ``marks`` says that there are too many places to hold: the map must ask for its events instead.
    """
    query, view = Query.from_params(params), read_view(params.get("view", "-180,-90,180,90"))
    zoom = read_integer(params, "zoom", 0, 20, 4)
    box = overlap(query.bbox, view)
    if box is None:
        return {"few": True, "marks": [], "cells": []}
    film = _films.find(query, box, zoom)
    return {"marks": None} if film is None else film.frame(query.start, query.end, few=WHOLE_EVENTS)

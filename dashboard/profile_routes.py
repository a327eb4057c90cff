"""The JSON behind the border profile, its guide on the map, and the statistics."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from dashboard import statistics
from dashboard.border_profile import draw_profile, find_pair, to_guide
from dashboard.project import open_project
from geo.query import Query


def profile(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the profile of the filter's border, or of ``pair`` within ``km`` when the filter names none."""
    query, project = Query.from_params(params), open_project()
    pair, within_km = find_pair(query, params)
    return draw_profile(query, pair, within_km, project.engine, project.borders)


def guide(params: Mapping[str, str]) -> Response:
    """Return the band around a border and its posts, which never change."""
    pair, within_km = find_pair(Query(), params)
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(to_guide(pair, within_km), headers=headers, media_type="application/json")


ANSWERS = {"/api/profile": profile, "/api/profile/guide": guide, "/api/statistics": statistics.answer}

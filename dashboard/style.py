"""Colour, symbol and label of everything that is drawn: the one place that map, timeline, list and legend share."""

from dashboard.i18n import later, tr
from geo.records import KINDS

# Okabe and Ito's colour-blind-safe palette (jfly.uni-koeln.de/color) with Paul Tol's vibrant and muted schemes
# (personal.sron.nl/~pault) for what it lacks. No two kinds share both a hue and a shape, so colour is never alone.
KIND_STYLE: dict[str, tuple[str, str, str]] = {
    # kind: (label, colour, shape); the shapes are drawn in static/symbols.js
    "exercise": (later("Exercise"), "#0072B2", "triangle"),
    "border_incident": (later("Border incident"), "#D55E00", "diamond"),
    "border_closure": (later("Border closure or opening"), "#7A6A00", "bar"),
    "patrol": (later("Patrol"), "#3A9BD9", "chevron"),
    "attack": (later("Attack"), "#CC3311", "star"),
    "aid": (later("Aid"), "#009E73", "plus"),
    "seizure": (later("Seizure"), "#E69F00", "hexagon"),
    "deployment": (later("Deployment"), "#882255", "square"),
    "agreement": (later("Agreement"), "#44AA99", "ring"),
    "visit": (later("Visit"), "#CC79A7", "drop"),
    "other": (later("Other"), "#6E7884", "circle"),
}

STATUS_LABEL = {
    "planned": later("Planned"),
    "ongoing": later("Ongoing"),
    "completed": later("Completed"),
    "reported": later("Reported"),
    "denied": later("Denied"),
}
PRECISION_LABEL = {
    "exact": later("Exact spot"),
    "settlement": later("Town or village"),
    "district": later("District"),
    "region": later("Region"),
    "country": later("Country"),
    "line": later("Border line"),
    "unknown": later("Within a radius"),
}
REVIEW_LABEL = {
    "machine": later("Read by machine, not yet reviewed"),
    "confirmed": later("Confirmed by a person"),
    "corrected": later("Corrected by a person"),
    "rejected": later("Rejected by a person"),
}
ROLE_LABEL = {
    "place": later("Place"),
    "demonym": later("People or nationality"),
    "metonym": later("Government"),
    "organisation": later("Part of an organisation's name"),
    "dateline": later("Dateline"),
}


def kind_label(kind: str) -> str:
    """Return the words for a kind."""
    return tr(KIND_STYLE[kind][0])


def status_label(status: str) -> str:
    """Return the words for a status."""
    return tr(STATUS_LABEL[status])


def precision_label(precision: str) -> str:
    """Return the words for a location precision."""
    return tr(PRECISION_LABEL[precision])


def to_client() -> dict[str, dict[str, dict[str, str]]]:
    """Return what the browser needs to draw: kinds with label, colour and shape, in their fixed order, and statuses."""
    kinds = {
        kind: {"label": kind_label(kind), "colour": colour, "shape": shape}
        for kind, (_, colour, shape) in ((kind, KIND_STYLE[kind]) for kind in KINDS)
    }
    return {"kinds": kinds, "statuses": {key: {"label": status_label(key)} for key in STATUS_LABEL}}

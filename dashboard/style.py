"""Colour, symbol and label of everything that is drawn: the one place that map, timeline, list and legend share."""

from geo.records import KINDS

# Okabe and Ito's colour-blind-safe palette (jfly.uni-koeln.de/color) with Paul Tol's vibrant and muted schemes
# (personal.sron.nl/~pault) for what it lacks. No two kinds share both a hue and a shape, so colour is never alone.
KIND_STYLE: dict[str, tuple[str, str, str]] = {
    # kind: (label, colour, shape); the shapes are drawn in static/symbols.js
    "exercise": ("Exercise", "#0072B2", "triangle"),
    "border_incident": ("Border incident", "#D55E00", "diamond"),
    "border_closure": ("Border closure or opening", "#7A6A00", "bar"),
    "patrol": ("Patrol", "#3A9BD9", "chevron"),
    "attack": ("Attack", "#CC3311", "star"),
    "aid": ("Aid", "#009E73", "plus"),
    "seizure": ("Seizure", "#E69F00", "hexagon"),
    "deployment": ("Deployment", "#882255", "square"),
    "agreement": ("Agreement", "#44AA99", "ring"),
    "visit": ("Visit", "#CC79A7", "drop"),
    "other": ("Other", "#6E7884", "circle"),
}

STATUS_LABEL = {
    "planned": "Planned",
    "ongoing": "Ongoing",
    "completed": "Completed",
    "reported": "Reported",
    "denied": "Denied",
}
PRECISION_LABEL = {
    "exact": "Exact spot",
    "settlement": "Town or village",
    "district": "District",
    "region": "Region",
    "country": "Country",
    "line": "Border line",
    "unknown": "Within a radius",
}
REVIEW_LABEL = {
    "machine": "Read by machine, not yet reviewed",
    "confirmed": "Confirmed by a person",
    "corrected": "Corrected by a person",
    "rejected": "Rejected by a person",
}
ROLE_LABEL = {
    "place": "Place",
    "demonym": "People or nationality",
    "metonym": "Government",
    "organisation": "Part of an organisation's name",
    "dateline": "Dateline",
}


def kind_label(kind: str) -> str:
    """Return the words for a kind."""
    return KIND_STYLE[kind][0]


def status_label(status: str) -> str:
    """Return the words for a status."""
    return STATUS_LABEL[status]


def precision_label(precision: str) -> str:
    """Return the words for a location precision."""
    return PRECISION_LABEL[precision]


def to_client() -> dict[str, dict[str, dict[str, str]]]:
    """Return what the browser needs to draw: kinds with label, colour and shape, in their fixed order, and statuses."""
    kinds = {kind: dict(zip(("label", "colour", "shape"), KIND_STYLE[kind], strict=True)) for kind in KINDS}
    return {"kinds": kinds, "statuses": {key: {"label": label} for key, label in STATUS_LABEL.items()}}

"""Places shown under the name of another: a post or a district known only by the town that has its name."""

import re
from dataclasses import replace

from geo.records import Decision
from geo.toponym import Toponym

# How far around its namesake a thing of this kind may be; none is a pin. District and region: half the usual breadth
# of one, as in data/areas.csv; a post or range: the next valleys.
_DISTRICT_KM, _REGION_KM, _SPOT_KM = 30.0, 100.0, 25.0
_SITES = frozenset(("border_post", "detachment", "base", "training_ground", "airfield"))
_POINTS = frozenset(("exact", "settlement"))
_SITE_AFTER = re.compile(
    r"[\"”»]?\s+(?:(?:border|frontier|training|firing|shooting|test|proving|artillery)\s+)?"
    r"(?:outpost|post|detachment|range|ground|training cent(?:er|re))s?\b"
)
_SITE_BEFORE = re.compile(
    r"(?<!\w)(?:outposts?|border posts?|training (?:grounds?|ranges?|cent(?:er|re)s?)|ranges?|detachments?)"
    r"\s+(?:of\s+|at\s+|called\s+|named\s+|near\s+)?(?:the\s+)?[\"“«]?$"
    r"|(?<!\w)(?:(?:погран)?застав\w{1,3}|погранпост\w{0,3}|погранотряд\w{0,3}|полигон\w{0,3}|учебн\w+ центр\w{0,3}"
    r"|пограничн\w+ (?:застав|отряд|пост)\w{0,3})\s+"
    r"(?:[«\"„“][^»\"”«]{2,30}[»\"”](?:,| и|,? а также)\s+){0,6}[«\"„“]?$",
    re.IGNORECASE,
)

_RANGE = re.compile(r"range|ground|training|полигон|учебн", re.IGNORECASE)


def name_only(item: Toponym, decision: Decision, text: str) -> Decision:
    """
    Widen a choice that has only the name of what the text speaks of.

    A district or region that no list of areas has is shown around the town it is named after; an outpost or a range
    around its village; a place found by its likeness alone around where that is. The circle says that no position
    was published; each keeps the town's coordinates as its centre.
    """
    place = decision.choice
    if place is None or place.lat is None or item.role == "demonym" or place.precision not in _POINTS:
        return decision
    if item.unit in ("admin1", "admin2") and place.kind not in ("admin1", "admin2"):
        word, least = ("region", _REGION_KM) if item.unit == "admin1" else ("district", _DISTRICT_KM)
        why = f"No outline of the {word} is known; shown around {place.name}, which has its name."
        return _widened(decision, least, why, word)
    site = _SITE_AFTER.match(text, item.end) or _SITE_BEFORE.search(text[max(0, item.start - 120) : item.start])
    if site is not None and place.kind not in _SITES:
        why = f"No position of its own is published for it; {place.name} has its name."
        kind = "training_ground" if _RANGE.search(site[0]) else "border_post"
        return _widened(decision, _SPOT_KM, why, kind=kind)
    if " is spelt like " in decision.reason and not place.source.startswith("data/"):
        return _widened(decision, _SPOT_KM, "Found by likeness alone.")
    return decision


def _widened(
    decision: Decision, least: float, why: str, precision: str = "unknown", kind: str | None = None
) -> Decision:
    place = decision.choice
    radius = max(place.radius_km or 0.0, least)
    derivation = f"{place.derivation} {why}" if place.derivation else why
    wide = replace(place, radius_km=radius, precision=precision, derivation=derivation, kind=kind or place.kind)
    return Decision(decision.candidates, wide, f"{decision.reason} {why}")

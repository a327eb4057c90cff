"""Measuring the reading of reports against gold answers: recognition, resolution and events, by stated definitions."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.context import great_circle_km
from geo.errors import UnreadableReport
from geo.extract import Atlas, to_json, understand
from geo.records import Report
from geo.reports import read_report

# Tolerances in km by the gold's precision: a place is right within its own extent.
TOLERANCE_KM = {
    "exact": 5,
    "settlement": 10,
    "district": 40,
    "region": 150,
    "line": 150,
    "country": 800,
    "unknown": 40,
}
APPROXIMATE_KM = 15  # least tolerance where the gold itself says "approximate"
CONFIDENT_KM = 25  # a pin with a smaller radius claims to know the spot
CORPUS_KM = 161  # Acc@161: within 100 miles, the custom of geoparsing papers
_COARSE = ("country", "region", "line", "unknown")

Answer = dict[str, Any]


@dataclass(slots=True)
class Score:
    """Counts over documents; `lines` says what went wrong, per document."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def share(self, part: str, whole: str) -> float:
        """Return one count as a share of another; nan when there is nothing to share."""
        return self.counts[part] / self.counts[whole] if self.counts[whole] else math.nan

    def f1(self) -> float:
        """Return the harmonic mean of precision and recall on exact spans."""
        found = self.counts["found"] + self.counts["gold"]
        return 2 * self.counts["exact"] / found if found else math.nan


def distance_km(a: Answer, b: Answer) -> float:
    """Return the great-circle distance of two answers with lat and lon, in km."""
    return great_circle_km((a["lat"], a["lon"]), (b["lat"], b["lon"]))


def is_confident(answer: Answer) -> bool:
    """Say whether an answer claims to know the spot: coordinates with a small radius, or none and a fine precision."""
    if answer.get("lat") is None:
        return False
    radius = answer.get("radius_km")
    return answer.get("precision") not in _COARSE if radius is None else radius < CONFIDENT_KM


def _tolerance(gold: Answer) -> float:
    usual = TOLERANCE_KM.get(gold.get("precision", "unknown"), 40)
    return max(usual, APPROXIMATE_KM) if "approximate" in (gold.get("note") or "") else usual


# ---- reports with gold answers ------------------------------------------------------------------------------------
def evaluate_reports(folder: Path, atlas: Atlas) -> dict[str, Score]:
    """
    Score every ``NN.md`` of a folder that has an ``NN.json`` beside it, by language and overall.

    Raises
    ------
    UnreadableReport
        When the folder holds no such pair.
    """
    scores: dict[str, Score] = {"all": Score()}
    for path in sorted(folder.glob("*.md")):
        gold_path = path.with_suffix(".json")
        if not gold_path.exists():
            continue
        report = read_report(path)
        gold = json.loads(gold_path.read_text(encoding="utf-8"))
        one = _score_report(to_json(understand(report, atlas)), gold, path.stem)
        for key in ("all", report.language):
            score = scores.setdefault(key, Score())
            score.counts += one.counts
            score.lines += one.lines if key == "all" else []
    if not scores["all"].counts["reports"]:
        raise UnreadableReport(f"Folder {str(folder)!r} has no NN.md with an NN.json beside it; expected gold answers.")
    return scores


def _score_report(answer: Answer, gold: Answer, name: str) -> Score:
    score = Score(Counter(reports=1))
    mentions = [mention for mention in answer["mentions"] if mention["role"] != "demonym"]
    _score_mentions(score, mentions, gold["places"], name)
    _score_events(score, answer["events"], gold, name)
    return score


def _span(place: Answer) -> tuple[int, int]:
    start = place.get("start", place.get("start_char"))
    return start, start + len(place["surface"])


def _score_mentions(score: Score, mentions: list[Answer], places: list[Answer], name: str) -> None:
    spans = {_span(mention): mention for mention in mentions}
    wanted = {_span(place) for place in places}
    score.counts.update(gold=len(wanted), found=len(spans), exact=len(wanted & set(spans)))
    for place in places:
        mention = spans.get(_span(place)) or _overlapping(mentions, _span(place))
        if place["lat"] is None:
            score.counts["false pins"] += bool(mention and is_confident(mention))
            continue
        score.counts["located"] += 1
        if mention is None or mention["lat"] is None:
            score.lines.append(f"{name}: {place['surface']!r} not {'found' if mention is None else 'placed'}")
            continue
        away = distance_km(mention, place)
        right = away <= _tolerance(place)
        score.counts["right"] += right
        if not right:
            score.lines.append(f"{name}: {place['surface']!r} is {away:.0f} km off, {mention['name']}")
        score.counts["false pins"] += is_confident(mention) and away > _tolerance(place) + (mention["radius_km"] or 0)


def _overlapping(mentions: list[Answer], span: tuple[int, int]) -> Answer | None:
    return next((m for m in mentions if m["start"] < span[1] and span[0] < m["end"]), None)


def _score_events(score: Score, events: list[Answer], gold: Answer, name: str) -> None:
    for wanted, event in _assign(events, gold):
        if not wanted["main"]:
            continue
        score.counts["events"] += 1
        if event is None:
            score.lines.append(f"{name}: event missed: {wanted['title']}")
            continue
        marks = _marks(event, wanted, gold)
        score.counts.update({key: int(value) for key, value in marks.items()})
        wrong = [key for key, value in marks.items() if not value]
        if wrong:
            score.lines.append(f"{name}: {wanted['title']!r}: {', '.join(wrong)} differ")


def _marks(event: Answer, wanted: Answer, gold: Answer) -> dict[str, bool]:
    return {
        "date": _date_right(event, wanted),
        "type": event["type"] == wanted["type"],
        "place": _place_right(event, wanted, gold),
        "status": event["status"] == wanted["status"],
    }


def _assign(events: list[Answer], gold: Answer) -> Iterator[tuple[Answer, Answer | None]]:
    """Pair gold with found events, each once, so that the whole agrees best (dynamic programme over subsets)."""
    wanted = gold["events"]
    best: dict[int, tuple[float, dict[int, int]]] = {0: (0.0, {})}
    for j, event in enumerate(events):
        worth = [_worth(event, one, gold) for one in wanted]
        for taken, (value, pairs) in list(best.items()):
            for i, more in enumerate(worth):
                mask = taken | 1 << i
                if more and mask != taken and value + more > best.get(mask, (0.0, {}))[0]:
                    best[mask] = (value + more, {**pairs, i: j})
    pairs = max(best.values(), key=lambda one: one[0])[1]
    for i, one in enumerate(wanted):
        yield one, events[pairs[i]] if i in pairs else None


def _worth(event: Answer, wanted: Answer, gold: Answer) -> float:
    """Grade how well two events agree; type weighs most, and one shared trait alone is no match."""
    marks = _marks(event, wanted, gold)
    named = _same_name(event["place"], _names(wanted, gold))
    value = 3 * marks["type"] + 2 * marks["date"] + 2 * marks["place"] + marks["status"] + named
    return value * (1.05 if wanted["main"] else 1.0) if value > 1 else 0.0


def _names(wanted: Answer, gold: Answer) -> set[str | None]:
    names = {wanted["place"], *(option["name"] for option in wanted.get("place_alternatives", []))}
    return names | {place["surface"] for place in gold["places"] if place["canonical_name"] in names}


def _date_right(event: Answer, wanted: Answer) -> bool:
    length = {"year": 4, "month": 7}.get(wanted["date_precision"], 10)

    def cut(pair: tuple[str | None, str | None]) -> tuple[str | None, ...]:
        return tuple(day and day[:length] for day in pair)

    found = cut((event["date_start"], event["date_end"]))
    options = [(wanted["date_start"], wanted["date_end"]), *map(tuple, wanted.get("date_alternatives", []))]
    if length < 10:
        found = (found[0] or found[1], found[1] or found[0])
        options = [(a or b, b or a) for a, b in options]
    return any(found == cut(pair) for pair in options)


def _place_right(event: Answer, wanted: Answer, gold: Answer) -> bool:
    places = {place["canonical_name"]: place for place in reversed(gold["places"])}
    first = [places.get(wanted["place"], {"lat": None, "precision": "unknown"})] if wanted["place"] else []
    options = first + [{**option, **places.get(option["name"], {})} for option in wanted.get("place_alternatives", [])]
    names = _names(wanted, gold)
    if not options:
        return event["lat"] is None
    pin = is_confident(event)
    for n, option in enumerate(options):
        if option["lat"] is None:
            if not pin and _same_name(event["place"], names):
                return True
        elif (
            event["lat"] is not None
            and distance_km(event, option) <= _tolerance(option)
            and (not pin or n == 0 or option["precision"] in ("exact", "settlement"))
        ):
            return True
    return False


def _same_name(name: str | None, names: set[str | None]) -> bool:
    def words(text: str | None) -> str:
        return " ".join(re.findall(r"\w+", (text or "").casefold().replace("ё", "е")))

    own = words(name)
    others = [words(other) for other in names if other]
    return bool(own) and any(
        own == other or f" {own} " in f" {other} " or f" {other} " in f" {own} " for other in others
    )


# ---- corpora ------------------------------------------------------------------------------------------------------
def evaluate_corpus(path: Path, atlas: Atlas) -> Score:
    """
    Score a corpus in the XML form of LGL, TR-News and their kin: recognition, Acc@161 km and end to end.

    Every annotated toponym counts for recognition, those with coordinates for resolution; demonyms count too,
    because these corpora annotate them. Distances are raw.
    """
    try:
        articles = list(ET.parse(path).getroot())  # noqa: S314
    except (ET.ParseError, OSError) as error:
        raise UnreadableReport(f"Corpus {str(path)!r} is not XML that can be read: {error}.") from error
    score = Score()
    for number, article in enumerate(articles):
        text = article.findtext("text") or ""
        if not text.strip():
            continue
        report = Report(str(number), "", text)
        _score_article(score, to_json(understand(report, atlas))["mentions"], text, article, number)
    return score


def _score_article(score: Score, mentions: list[Answer], text: str, article: ET.Element, number: int) -> None:
    spans = {(mention["start"], mention["end"]): mention for mention in mentions}
    gold = {span: point for span, point in (_annotated(text, toponym) for toponym in article.iter("toponym")) if span}
    score.counts.update(reports=1, gold=len(gold), found=len(spans), exact=len(set(gold) & set(spans)))
    for span, point in gold.items():
        if point is None:
            continue
        score.counts["located"] += 1
        mention = spans.get(span)
        if mention is None or mention["lat"] is None:
            score.lines.append(f"{number}: {text[span[0] : span[1]]!r} not {'found' if mention is None else 'placed'}")
            continue
        score.counts["placed"] += 1
        away = distance_km(mention, {"lat": point[0], "lon": point[1]})
        score.counts["right"] += away <= CORPUS_KM
        if away > CORPUS_KM:
            score.lines.append(f"{number}: {mention['surface']!r} is {away:.0f} km off, {mention['name']}")


def _annotated(text: str, toponym: ET.Element) -> tuple[tuple[int, int] | None, tuple[float, float] | None]:
    """Return an annotation's span, repaired to the nearest place where its phrase stands, and its point."""
    phrase, start = toponym.findtext("phrase"), toponym.findtext("start")
    if phrase is None or start is None:
        return None, None
    at = int(start)
    if text[at : at + len(phrase)] != phrase:
        places = [match.start() for match in re.finditer(re.escape(phrase), text)]
        if not places:
            return None, None
        at = min(places, key=lambda place: abs(place - int(start)))
    source = toponym.find("gaztag")
    source = toponym if source is None else source
    lat = source.findtext("lat") or toponym.findtext("latitude")
    lon = source.findtext("lon") or toponym.findtext("longitude")
    try:
        return (at, at + len(phrase)), (float(lat), float(lon)) if lat and lon else None
    except ValueError:
        return (at, at + len(phrase)), None

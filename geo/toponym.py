"""A toponym as it was found, before any place is chosen."""

from dataclasses import dataclass

from geo.gazetteer import Hit


@dataclass(slots=True)
class Toponym:
    """
    A toponym before it is placed.

    `hits` are the gazetteer's candidates, best known first; `unit` is the kind a generic word asks for ("province":
    admin1); `countries` are the sides of a border expression.
    """

    surface: str
    start: int
    end: int
    role: str
    hits: tuple[Hit, ...] = ()
    name: str = ""
    unit: str | None = None
    countries: tuple[str, ...] = ()
    score: float = 0.0
    first: int = 0
    last: int = 0

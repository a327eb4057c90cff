"""The header Accept: which of the formats that there are a client wants."""

from __future__ import annotations

from collections.abc import Iterable


def choose(accept: str | None, data: Iterable[str], page: str) -> bool | None:
    """
    Choose between data and a page for people.

    Parameters
    ----------
    accept
        The header (RFC 9110 §12.5.1); None or nothing: data.
    data
        The media types under which the data may be asked for.
    page
        The media type of the page.

    Returns
    -------
    html
        True: the page; False: data, also when both are as welcome; None: neither will do.
    """
    if not accept or not accept.strip():
        return False
    ranges = [_read_range(part) for part in accept.split(",")]
    as_data = max(_weight(ranges, media) for media in data)
    as_page = _weight(ranges, page)
    if as_data <= 0 and as_page <= 0:
        return None
    return as_page > as_data


def _read_range(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media, _read_weight(value)
    return media, 1.0


def _read_weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def _weight(ranges: list[tuple[str, float]], media: str) -> float:
    """Return how welcome a media type is: what the narrowest range that holds it says."""
    name = media.split(";", maxsplit=1)[0].lower()
    for wanted in (name, name.split("/")[0] + "/*", "*/*"):
        found = [weight for text, weight in ranges if text == wanted]
        if found:
            return max(found)
    return 0.0

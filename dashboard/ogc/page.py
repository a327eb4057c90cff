"""Any document of the open API as a plain page for people: all it says, every text escaped."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;
margin:2rem auto;max-width:70rem;padding:0 1rem;color-scheme:light dark}
table{border-collapse:collapse}th,td{border-bottom:1px solid #8884;padding:.2rem .8rem .2rem 0;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{font-weight:600;white-space:nowrap}ul{margin:0;padding-left:1.2rem}"""


def to_html(document: dict[str, Any], title: str) -> str:
    """Return a whole HTML document."""
    rest = {name: value for name, value in document.items() if name != "links"}
    links = "".join(f"<li>{_anchor(entry)}</li>" for entry in document.get("links", ()))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n"
        f"<ul>{links}</ul>\n{_show(rest)}\n</body></html>\n"
    )


def _anchor(entry: dict[str, str]) -> str:
    words = f"{entry['rel']}: {entry.get('title') or entry['href']}"
    return f'<a href="{escape(entry["href"])}">{escape(words)}</a> ({escape(entry.get("type", ""))})'


def _is_link(value: dict[str, Any]) -> bool:
    """Say whether this is one of our links, not an event's text that looks like one (``javascript:`` and the like)."""
    texts = all(isinstance(part, str) for part in value.values())
    return texts and {"href", "rel"} <= value.keys() and value["href"].startswith(("http://", "https://"))


def _show(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if _is_link(value):
            return _anchor(value)
        rows = (f"<tr><th>{escape(str(name))}</th><td>{_show(part)}</td></tr>" for name, part in value.items())
        return f"<table>{''.join(rows)}</table>"
    if isinstance(value, list):
        if all(isinstance(part, int | float | str) for part in value):
            return escape(", ".join(map(str, value)))
        return f"<ul>{''.join(f'<li>{_show(part)}</li>' for part in value)}</ul>"
    return "" if value is None else escape(str(value))

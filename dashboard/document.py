"""One HTML file that needs nothing else: our scripts and styles inside, its data as JSON, and no way to the network."""

import base64
import hashlib
import re
from typing import Any

from dashboard import catalogue
from dashboard.answers import to_json
from dashboard.assets import read_static
from dashboard.i18n import language, tr

# A reader's browser would end the block at "</script" and change its mind about it at "<!--".
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

_PAGE = """<!DOCTYPE html>
<html lang="{language}" class="{theme}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Borderwatch">
<title>Borderwatch</title>
<style>{style}</style>
</head>
<body>
<noscript><p>{noscript}</p></noscript>
<script type="application/json" id="data">{data}</script>
{words}<script>{script}</script>
</body>
</html>
"""


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def to_policy(script: str, style: str) -> str:
    """Return the file's own Content-Security-Policy: just this script and this style run, and nothing is loaded."""
    rules = {
        "default-src": "'none'",
        "script-src": f"'{_digest(script)}'",
        "style-src": f"'{_digest(style)}'",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def embed_json(data: Any) -> str:  # noqa: ANN401 - what JSON can write
    """Return a value as JSON that no reader of HTML takes for anything but text."""
    text = to_json(data).decode()
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPES[found[0]], text)


def find_words(script: str) -> dict[str, Any] | None:
    """Return what the browser needs to speak the reader's language in a script; None for English."""
    told = catalogue.to_client(language())
    if not told["words"]:
        return None
    said = {text: words for text, words in told["words"].items() if text.removeprefix("{n} ") in script}
    return {**told, "words": said}


def to_document(
    data: Any,  # noqa: ANN401 - what JSON can write
    *,
    scripts: tuple[str, ...],
    styles: tuple[str, ...],
    theme: str = "light",
) -> bytes:
    """
    Return a whole page that opens from disk with the network cut, in the reader's language.

    Parameters
    ----------
    data
        What the script reads with ``JSON.parse``; its texts may be hostile.
    scripts, styles
        Names of our own files, in their order, the first of them ``dom.js``.
    theme
        ``light`` or ``dark``.
    """
    words = find_words(read_static(*scripts))
    if words:
        scripts = (scripts[0], "spoken.js", *scripts[1:])
    script, style = read_static(*scripts), read_static(*styles)
    page = _PAGE.format(
        language=language(),
        noscript=tr("This page draws its map and lists its events with a script of its own: please allow it."),
        words=f'<script type="application/json" id="words">{embed_json(words)}</script>\n' if words else "",
        theme="dark" if theme == "dark" else "light",
        policy=to_policy(script, style),
        style=style,
        data=embed_json(data),
        script=script,
    )
    return page.encode()

"""
The hostile corpus: texts and files that try to run, to break out of their place, or to bring a reader down.

It is data for other tests. A text that runs in a browser sets ``window.executed``; one that runs in a template engine
turns ``PRODUCT`` into ``PRODUCT_DONE``; one that loads something asks the host ``EVIL_HOST``. None of it may happen.
"""

import gzip
import io
import json
import zipfile
from typing import NamedTuple

RUN = "window.executed=1"  # what a script would do, so that a browser can be asked whether it did
PRODUCT, PRODUCT_DONE = "1337*1337", "1787569"
EVIL_HOST = "evil.invalid"  # RFC 2606: a name that never resolves
SENTENCE = "Three border guards were wounded in a shooting near Khorog on 16 September 2019."
SENTENCE_RU = "Трое пограничников ранены в перестрелке у города Хорог 16 сентября 2019 года."

# Short texts, each fit to be a title, a name, or a part of a body; whatever shows them must show just these characters.
TEXTS: dict[str, str] = {
    # HTML
    "img-onerror": f"<img src=x onerror={RUN}>",
    "img-remote": f'<img src="http://{EVIL_HOST}/pixel.png">',
    "script": f"<script>{RUN}</script>",
    "script-remote": f"<script src=//{EVIL_HOST}/x.js></script>",
    "script-end": f"</script><script>{RUN}</script>",
    "script-end-spaced": f"</script ><img src=x onerror={RUN}>",
    "svg-onload": f"<svg onload={RUN}>",
    "svg-animate": f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "iframe-srcdoc": f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    "details-toggle": f"<details open ontoggle={RUN}>",
    "style-import": f"<style>@import url(http://{EVIL_HOST}/x.css);</style>",
    "base-href": f'<base href="http://{EVIL_HOST}/">',
    "meta-refresh": f'<meta http-equiv=refresh content="0;url=http://{EVIL_HOST}/">',
    "link-stylesheet": f'<link rel=stylesheet href="http://{EVIL_HOST}/x.css">',
    "form": f'<form action="http://{EVIL_HOST}/"><input autofocus onfocus={RUN}></form>',
    "textarea-end": f"</textarea></title></style><img src=x onerror={RUN}>",
    "attribute-double": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    "attribute-single": f"' onmouseover='{RUN}' x='",
    "mutation": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "comment-open": "<!--",
    "comment-close": f"--><img src=x onerror={RUN}>",
    "cdata": f"<![CDATA[<img src=x onerror={RUN}>]]>",
    "unclosed-tag": "<a href=",
    "entities": "&lt;script&gt; &#60;b&#62; &amp;amp; &nbsp; &notanentity;",
    "html-encoded-twice": "&amp;lt;img src=x&amp;gt;",
    # JavaScript
    "template-literal": f"${{{RUN}}}",
    "backticks": f"`+({RUN})+`",
    "string-break-double": f'";{RUN};"',
    "string-break-single": f"';{RUN};'",
    "backslash-end": "ends in a backslash \\",
    "unicode-escape": f"\\u003cimg src=x onerror={RUN}\\u003e",
    "line-separators": f"a\u2028{RUN}\u2029b",
    "prototype": "__proto__",
    "constructor": "constructor",
    "json-break": '"},{"id":"x","title":"y',
    # Addresses
    "javascript-url": f"javascript:{RUN}",
    "javascript-url-mixed": f"JaVaScRiPt&colon;{RUN}",
    "data-url": f"data:text/html,<script>{RUN}</script>",
    "file-url": "file:///etc/passwd",
    "remote-url": f"http://{EVIL_HOST}/",
    # Templates
    "jinja-seven": "{{ 7*7 }}",
    "jinja-product": f"{{{{ {PRODUCT} }}}}",
    "jinja-globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "jinja-raw": "{% raw %}",
    "jinja-endraw": f"{{% endraw %}}{{{{ {PRODUCT} }}}}",
    "jinja-for": "{% for x in range(10**9) %}x{% endfor %}",
    "jinja-broken": "{% nosuchtag",
    "jinja-comment": "{# comment",
    "format-field": "{0.__class__.__mro__} {title!r:>99999999} {}",
    "percent-format": "%s %(title)s %n %99999999d",
    "string-template": "$title ${title} $$",
    "erb": f"<%= {PRODUCT} %>",
    # Markdown and Streamlit's own marks
    "bold": "**b** __b__ *i* ~~s~~",
    "heading": "# Not a heading",
    "link-javascript": f"[a](javascript:{RUN})",
    "image-remote": f"![](http://{EVIL_HOST}/pixel.png)",
    "autolink": f"<http://{EVIL_HOST}/>",
    "reference-link": f"[a]: http://{EVIL_HOST}/",
    "material-icon": ":material/delete: :streamlit: :smile:",
    "colour-mark": ":red[x] :blue-background[y] :small[z]",
    "latex": "$x$ $$\\href{javascript:alert(1)}{x}$$ \\(y\\)",
    "code-fence": "```html",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "math-dollars": "US$ 570,000 and US$ 1.8 billion",
    # Directions and invisible characters
    "rtl-override": "safe \u202egnp.exe\u202c end",
    "rtl-unclosed": "unclosed \u202e override",
    "isolates": "\u2066a\u2067b\u2068c",
    "embeddings": "\u202ba\u202ab",
    "marks": "\u200e\u200f\u061c",
    "arabic": "خروغ گورنو-بدخشان",
    "zero-width": "Du\u200bshan\u200cbe\u200d \u2060\ufeff",
    "soft-hyphens": "Du\u00adshan\u00adbe",
    "tag-characters": "a" + "".join(chr(0xE0000 + ord(c)) for c in "hidden"),
    "variation-selectors": "a" + "\ufe0f" * 50,
    "nbsp": "a\u00a0b\u2003c\u3000d\u1680e",
    "odd-line-ends": "a\x0bb\x0cc\x1cd\x1ee\x85f\u2028g",
    "homoglyphs": "Dushаnbе Таjіkіstаn",  # some of the letters are Cyrillic
    # Characters that encoders trip over
    "control": "a\x01\x02\x07\x08\x1b[31mred\x1b[0m\x7f",
    "c1-control": "a\x80\x9bb",
    "terminal-title": "\x1b]0;owned\x07",
    "noncharacters": "a\ufffeb\uffffc\U0010ffff",
    "private-use": "\ue000\U000f0000",
    "replacement": "a\ufffdb",
    "emoji-zwj": "👩‍👩‍👧‍👦 🏳️‍🌈 🇹🇯 👍🏿",
    "combining-tower": "a" + "\u0301\u0316\u0334" * 100,
    "nfkc-growth": "\ufdfa" * 20,  # one character that compatibility normalisation turns into 18
    "casefold-growth": "ßŉǰΐẞİ",
    "astral": "𝐃𝐮𝐬𝐡𝐚𝐧𝐛𝐞 𐌰𐌱",
    # Databases, shells, spreadsheets, paths
    "sql-quote": "'; DROP TABLE events; --",
    "sql-union": "' UNION SELECT sql FROM sqlite_master --",
    "sql-wildcards": "100% _ \\% [a-z] *?",
    "sql-double": '"events"; DELETE FROM reports; --',
    "formula-equals": "=cmd|'/C calc'!A0",
    "formula-plus": "+1+1",
    "formula-minus": "-2+3+cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula-tab": "\t=1+1",
    "formula-link": f'=HYPERLINK("http://{EVIL_HOST}/","x")',
    "path-up": "../../../../etc/passwd",
    "path-windows": "..\\..\\windows\\system32\\config",
    "path-absolute": "/etc/passwd",
    "path-device": "CON",
    "shell": "$(touch executed); `id` | id & id > x",
    "option": "--help",
    "log-line": "ok\n2026-01-01 ERROR forged",
    "header-split": "x\r\nSet-Cookie: a=b",
    # Values that look like other values
    "null-word": "null",
    "none-word": "None",
    "nan-word": "NaN",
    "infinity": "1e999",
    "minus-zero": "-0",
    "true-word": "true",
    "number": "0123",
    "only-quote": '"',
    "front-matter-mark": "---",
    "yaml-tag": "!!python/object/apply:os.system ['id']",
    "yaml-anchor": "&a [*a, *a]",
    "deep-quotes": "«" * 200 + "“" * 200 + "x" + "”" * 200 + "»" * 200,
    "deep-brackets": "([{" * 300,
    "deep-json": "[" * 2_000 + "]" * 2_000,
    "long-word": "x" * 5_000,
    "many-dots": "." * 3_000,
}

# Texts that no UTF-8 file can hold, or whose NULs every reader stops at: they come from a paste or from \u escapes.
UNSTORABLE: dict[str, str] = {
    "nul": "a\x00b",
    "high-surrogate": "a\ud83db",
    "low-surrogate": "a\ude00b",
    "surrogates-reversed": "\ude00\ud83d",
}

# What a body may claim as a day; none of these may become one, and none may stop the reading.
IMPOSSIBLE_DAYS = (
    *("February 31, 2024", "31 February 2024", "0 April 2024", "32 April 2024", "April 31", "99/99/2024", "13/13/2024"),
    *("2024-02-31", "2023-02-29", "99999-01-01", "0000-00-00", "31 ноября 2024 года", "30 февраля", "с 31 по 35 мая"),
    *("from 18 to 15 April 2024", "April 99999999999999999999", "in 99999999999999999999 days", "10**400 years ago"),
    *("between 31 June and 0 July", "the 45th of May", "31.02.2024", "2024-13-13T99:99:99Z", "week 99 of 2024"),
    *("999999999 days ago", "99999 лет назад", "100000 months from now", "²⁰²⁴-⁰⁴-¹⁵"),
    *("１５ April ２０２４", "٣١ April 2024"),
)


def report_text(text: str, *, title: str | None = None) -> str:
    """Return a whole report file with a hostile title (JSON-quoted) and the same text inside and beside an event."""
    head = f"---\nid: hostile\ntitle: {json.dumps(title or text, ensure_ascii=False)}\npublished: 2019-09-17\n"
    event = f"{text} Shots were fired at {text} on the Tajik-Afghan border yesterday."
    body = f"{SENTENCE} {event}\n\n{text}\n\n{SENTENCE}\n"
    return f"{head}language: en\nsource_name: {json.dumps(text)}\n---\n\n{body}"


def _fill(unit: str, characters: int) -> str:
    return unit * (characters // len(unit))


# About 1 MB each, as one line unless newlines are the point.
MEGABYTE = 1_000_000
BIG: dict[str, str] = {
    "one-word": SENTENCE + "x" * MEGABYTE,
    "spaces": SENTENCE + " " * MEGABYTE + SENTENCE,
    "newlines": SENTENCE + "\n" * 100_000 + SENTENCE,
    "dots": SENTENCE + "." * MEGABYTE,
    "capitals": _fill("Qwerty Asdfgh Zxcvb ", MEGABYTE),
    "hyphens": SENTENCE + _fill("Kharb-", MEGABYTE),
    "base64": f"{SENTENCE} data:image/png;base64," + _fill("iVBORw0KGgoAAAANSUhEUgAA", MEGABYTE),
    "quotes-open": SENTENCE + _fill("«“(", MEGABYTE),
    "combining": SENTENCE + "a" + "\u0301" * (MEGABYTE // 2),
    "sentence": _fill(SENTENCE + " ", MEGABYTE),
    "sentence-ru": _fill(SENTENCE_RU + " ", MEGABYTE // 2),
    "days": _fill("from April 15 to 18, 2024, and ", MEGABYTE),
    "borders": _fill("Tajik-Afghan border ", MEGABYTE),
    "exercises": _fill("exercise ", MEGABYTE),
    "exercises-ru": _fill("учения «", MEGABYTE // 2),
}


class File(NamedTuple):
    """A file of bytes, and words of the reason why it must be refused; None: it can be read. `EITHER`: it may."""

    raw: bytes
    refused: str | None


EITHER = ""


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("report.md", SENTENCE)
    return buffer.getvalue()


def _front(lines: str, body: str = SENTENCE) -> bytes:
    return f"---\n{lines}\n---\n\n{body}\n".encode()


_RUSSIAN = f"{SENTENCE_RU} Об этом сообщили пограничные войска."
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

FILES: dict[str, File] = {
    # nothing in it
    "empty": File(b"", "empty"),
    "spaces": File(b" \t \n\n\r\n ", "empty"),
    "bom-only": File(b"\xef\xbb\xbf", "text"),
    "bom-16-only": File(b"\xff\xfe", "text"),
    "bom-and-spaces": File(b"\xef\xbb\xbf  \n", "text"),
    "front-matter-only": File(_front("id: x", body=""), "text"),
    "invisible-only": File("\u200b\u2060\ufeff\u200d".encode(), None),
    # not text
    "png": File(_PNG, "binary"),
    "zip": File(_zip(), "binary"),
    "gzip": File(gzip.compress(SENTENCE.encode(), mtime=0), "binary"),
    "pdf": File(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<\x00>>\nendobj", "binary"),
    "elf": File(b"\x7fELF\x02\x01\x01" + b"\0" * 60, "binary"),
    "sqlite": File(b"SQLite format 3\x00" + b"\0" * 80, "binary"),
    "noise": File(bytes(range(256)) * 4, "binary"),
    "nul-in-text": File(SENTENCE.encode() + b"\0", "NUL"),
    # another encoding
    "cp1251": File(_RUSSIAN.encode("cp1251"), "Windows-1251"),
    "koi8-r": File(_RUSSIAN.encode("koi8-r"), "KOI8-R"),
    "cp866": File(_RUSSIAN.encode("cp866"), "not UTF-8"),
    "cp1252": File("Chargé d’Affaires John Ginkel opened the post.".encode("cp1252"), "Windows-1252"),
    "utf-16-le-without-bom": File(_RUSSIAN.encode("utf-16-le"), "UTF-16"),
    "utf-16-be-without-bom": File(SENTENCE.encode("utf-16-be"), "UTF-16"),
    "utf-16-with-bom": File(_RUSSIAN.encode("utf-16"), None),
    "utf-16-odd": File(b"\xff\xfe" + SENTENCE.encode("utf-16-le") + b"x", "utf-16"),
    "utf-16-lone-surrogate": File(b"\xff\xfe" + SENTENCE.encode("utf-16-le") + b"\x3d\xd8", "utf-16"),
    "utf-32-with-bom": File(SENTENCE.encode("utf-32"), "NUL"),
    "utf-8-with-bom": File(b"\xef\xbb\xbf" + _RUSSIAN.encode(), None),
    "utf-8-cut": File(_RUSSIAN.encode()[:-1] + b"\xd0", "not UTF-8"),
    "utf-8-overlong": File(SENTENCE.encode() + b"\xc0\xaf", "not UTF-8"),
    "utf-8-surrogate": File(SENTENCE.encode() + b"\xed\xa0\xbd", "not UTF-8"),
    "mixed": File(_RUSSIAN.encode() + _RUSSIAN.encode("cp1251"), "not UTF-8"),
    # front matter
    "unclosed": File(b"---\nid: x\nTroops met near Khorog.", "never closes"),
    "no-key": File(_front("this is not a key"), "line 2"),
    "unclosed-quote": File(_front('title: "unclosed'), "line 2"),
    "bad-escape": File(_front(r'title: "\q"'), "line 2"),
    "nul-escape": File(_front(r'title: "a\u0000b"'), EITHER),
    "surrogate-escape": File(_front(r'title: "a\ud83db"'), "surrogate"),
    "surrogate-id": File(_front(r'id: "a\ud83db"'), "surrogate"),
    "surrogate-source": File(_front(r'source_name: "a\ud83db"'), "surrogate"),
    "blank-id": File(_front('id: "   "'), "id"),
    "yaml-anchors": File(_front("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\ntitle: *c"), None),
    "yaml-object": File(_front("title: !!python/object/apply:os.system ['id']"), None),
    "yaml-block": File(_front("title: |\n  a\n  b"), "line 3"),
    "yaml-list": File(_front("title:\n  - a"), "line 3"),
    "keys-100000": File(_front("\n".join(f"key{'_' * (i % 50)}: {i}" for i in range(100_000))), None),
    "deep-json": File(_front("title: " + "[" * 100_000), None),
    "deep-json-quoted": File(_front('title: "' + "[" * 100_000 + '"'), None),
    "long-title": File(_front('title: "' + "x" * MEGABYTE + '"'), None),
    "long-key": File(_front("x" * MEGABYTE + ": 1"), None),
    "duplicate-keys": File(_front("title: one\ntitle: two"), None),
    "other-keys": File(_front("__class__: x\nbody: y\nself: z\nmain: true"), None),
    "published-february-31": File(_front("published: 2024-02-31"), "2024-02-31"),
    "published-year-99999": File(_front("published: 99999-01-01"), "99999-01-01"),
    "published-words": File(_front("published: yesterday"), "yesterday"),
    "published-zero": File(_front("published: 0000-00-00"), "0000-00-00"),
    "published-with-time": File(_front("published: 2024-04-18T12:00:00Z"), "2024-04-18T12:00:00Z"),
    "published-last-day": File(_front("published: 9999-12-31", f"{SENTENCE} They meet tomorrow and next year."), None),
    "published-first-day": File(_front("published: 0001-01-01", "Shots were fired near Khorog yesterday."), None),
    "source-javascript": File(_front(f"source_url: javascript:{RUN}"), "javascript:"),
    "source-data": File(_front("source_url: data:text/html,x"), "data:"),
    "source-file": File(_front("source_url: file:///etc/passwd"), "file:"),
    "source-newline": File(_front('source_url: "javascript:alert(1)\\nhttps://example.org/"'), "javascript:"),
    "language-unknown": File(_front("language: xx-klingon"), None),
    "language-path": File(_front("language: ../../etc/passwd"), None),
    "id-path": File(_front("id: ../../../../etc/passwd"), None),
    "id-long": File(_front("id: " + "x" * 100_000), None),
    # shape of the text
    "carriage-returns": File(SENTENCE.encode().replace(b" ", b"\r"), None),
    "impossible-days": File(f"{SENTENCE} Others met on {', on '.join(IMPOSSIBLE_DAYS)}.".encode(), None),
    "only-punctuation": File(b"... --- ,,, !!!", None),
    "too-large": File(b"x" * 9_000_000, "bytes"),
}

# Names of files on disk that try to be something else; the content of each is a good report.
FILE_NAMES = (
    *("..md", "-o.md", "--published=2000-01-01.md", "$(touch executed).md", "`id`.md", "a;b&c|d.md", "a b\tc.md"),
    *("a\nb.md", "<img src=x onerror=alert(1)>.md".replace("/", ""), "{{ 7*7 }}.md", "%2e%2e%2fetc%2fpasswd.md"),
    *("..\\..\\x.md", "CON.md", "\u202edm.exe.md", "харб-майдон.md", "\x1b[31m.md", "x" * 240 + ".md", "UPPER.MD"),
)

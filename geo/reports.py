"""Reading reports: Markdown with front matter, or plain text; what cannot be read is refused with a reason."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import InvalidRecord, UnreadableReport
from geo.names import is_cyrillic
from geo.records import Report, stable_id

SUFFIXES = (".md", ".txt")
MAX_BYTES = 8_000_000  # a longer "report" is a dump; it is refused rather than read for minutes
_SURROGATE = re.compile("[\ud800-\udfff]")
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)(?:[ \t]*\r?\n)?", re.DOTALL)
_KEYS = ("id", "title", "published", "language", "source_name", "source_url", "licence")


def find_reports(paths: Iterable[Path | str]) -> Iterator[Path]:
    """
    Yield the report files among paths; a folder stands for every .md and .txt file in it, sorted by name.

    Raises
    ------
    UnreadableReport
        When a path does not exist.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.name != "README.md")
        elif path.exists():
            yield path
        else:
            raise UnreadableReport(f"Report {str(path)!r} does not exist; expected a file or a folder.")


def read_report(path: Path | str, **given: Any) -> Report:  # noqa: ANN401
    """
    Read one report file.

    Parameters
    ----------
    path
        A ``.md`` file with front matter, or plain text, in UTF-8 (UTF-16 with a byte order mark is read too).
    given
        ``published`` (date), ``source_name``, ``source_url``, ``licence``: used where the file itself is silent.

    Raises
    ------
    UnreadableReport
        Naming the file, what was found and what was expected.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if not path.is_file():  # a folder, a pipe or a device, which may never end
            raise UnreadableReport(f"Report {path.name!r} is not a file; expected a text file.")
        if size > MAX_BYTES:
            raise UnreadableReport(f"Report {path.name!r} has {size:,} bytes; expected {MAX_BYTES:,} at most.")
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableReport(f"Report {path.name!r} cannot be read: {error.strerror or error}.") from error
    return parse_report(decode(raw, path.name), stem=path.stem, **given)


def decode(raw: bytes, name: str) -> str:
    """Turn bytes into text; raise UnreadableReport that says which encoding the bytes look like."""
    if not raw.strip():
        raise UnreadableReport(f"Report {name!r} is empty; expected text.")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _strict(raw, encoding, name)
    if b"\0" in raw:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _reads_well(raw, encoding):
                raise UnreadableReport(
                    f"Report {name!r} is not UTF-8; it looks like {encoding.upper()} without a byte order mark. "
                    "Save it as UTF-8 and try again."
                )
        raise UnreadableReport(f"Report {name!r} has NUL bytes; expected text in UTF-8, this looks like a binary file.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte {error.start} is 0x{raw[error.start]:02x}"
        raise UnreadableReport(
            f"Report {name!r} is not UTF-8 ({where}); it looks like {_guess(raw)}. Save it as UTF-8 and try again."
        ) from error


def _reads_well(raw: bytes, encoding: str) -> bool:
    """Say whether the bytes are mostly Latin or Cyrillic text in an encoding."""
    text = raw[:4000].decode(encoding, errors="replace")
    return sum(c.isspace() or "!" <= c <= "~" or is_cyrillic(c) for c in text) > 0.9 * len(text)


def _strict(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableReport(f"Report {name!r} begins like {encoding} but byte {error.start} breaks it.") from error


def _guess(raw: bytes) -> str:
    """Name the likeliest legacy encoding: Cyrillic text in Windows-1251 or KOI8-R has mostly high letters."""
    high = sum(byte >= 0xC0 for byte in raw)
    if high * 3 < len(raw):
        return "Windows-1252 (Western European)" if high else "a binary file"
    lower_1251 = sum(byte >= 0xE0 for byte in raw)
    return "Windows-1251 (Cyrillic)" if lower_1251 * 2 > high else "KOI8-R (Cyrillic)"


def parse_report(text: str, *, stem: str = "report", **given: Any) -> Report:  # noqa: ANN401
    r"""
    Make a report of a text with or without front matter; line ends become ``\n``.

    The body begins after the closing ``---`` and one blank line; spans count its Unicode characters.
    """
    _check_characters(text, stem)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    fields: dict[str, Any] = {}
    body = text
    if text.startswith("---\n"):
        front = _FRONT.match(text)
        if front is None:
            raise UnreadableReport(f"Report {stem!r} opens front matter with '---' but never closes it.")
        fields, body = _front_matter(front[1], stem), text[front.end() :]
    if not body.strip():
        raise UnreadableReport(f"Report {stem!r} has no text after its front matter; expected a body.")
    return _build(fields, body, stem, given)


def _check_characters(text: str, subject: str) -> None:
    """Raise UnreadableReport for what no file or database holds: NUL, and halves of UTF-16 pairs."""
    if "\0" in text:
        raise UnreadableReport(f"Report {subject!r} has NUL characters; expected plain text.")
    found = _SURROGATE.search(text)
    if found:
        where = f"the lone surrogate U+{ord(found[0]):04X} at character {found.start()}"
        raise UnreadableReport(f"Report {subject!r} has {where}; expected plain text.")


def _front_matter(block: str, stem: str) -> dict[str, Any]:
    """Read ``key: value`` lines; a value is a JSON string, null, or bare text."""
    fields: dict[str, Any] = {}
    for number, line in enumerate(block.split("\n"), 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z_]+", key.strip()):
            raise UnreadableReport(f"Report {stem!r}, line {number}: {line[:60]!r} is not `key: value`.")
        fields[key.strip()] = _value(value.strip(), stem, number)
    return fields


def _value(value: str, stem: str, number: int) -> str | None:
    if value in ("", "null", "~"):
        return None
    if value[0] != '"':
        return value.strip("'")
    try:
        text = str(json.loads(value))
    except ValueError as error:
        raise UnreadableReport(f"Report {stem!r}, line {number}: {value[:60]!r} is not a quoted text.") from error
    _check_characters(text, stem)
    return text


def _build(fields: dict[str, Any], body: str, stem: str, given: dict[str, Any]) -> Report:
    published = fields.get("published") or given.get("published")
    if isinstance(published, str):
        try:
            published = date.fromisoformat(published)
        except ValueError as error:
            raise UnreadableReport(
                f"Report {stem!r} has published={published!r}; expected a date such as 2024-04-18."
            ) from error
    picked = {key: fields.get(key) or given.get(key) for key in _KEYS if key != "published"}
    if not picked["title"]:
        picked["title"] = _first_sentence(body)
    language = picked["language"] or ("ru" if _mostly_cyrillic(body) else "en")
    try:
        return Report(
            **{
                **picked,
                "id": str(picked["id"] or stable_id(stem, body)),
                "language": language,
                "published": published,
                "body": body,
            }
        )
    except InvalidRecord as error:
        raise UnreadableReport(f"Report {stem!r} breaks a rule: {error}") from error


def _first_sentence(body: str) -> str:
    """Return the first line that reads like a headline: four words or more; "Breaking news" is page furniture."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    return next((line for line in lines if len(line.split()) >= 4), lines[0])[:160].rstrip(".")


def _mostly_cyrillic(text: str) -> bool:
    sample = [c for c in text[:4000] if c.isalpha()]
    return sum(is_cyrillic(c) for c in sample) * 2 > len(sample)

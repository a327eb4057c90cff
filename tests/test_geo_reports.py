"""Reading reports: what is accepted, and how what is not is refused."""

from datetime import date

import pytest

from geo.errors import UnreadableReport
from geo.reports import find_reports, parse_report, read_report

FRONT = '---\nid: "x1"\ntitle: "A \\"quoted\\" title"\npublished: 2024-04-18\nlanguage: en\nsource_url: null\n---\n\nBody.\n'


def test_front_matter_is_read_and_the_body_starts_after_one_blank_line() -> None:
    """Keys become fields, JSON strings are unquoted, null is None."""
    report = parse_report(FRONT)
    assert (report.id, report.title, report.published) == ("x1", 'A "quoted" title', date(2024, 4, 18))
    assert report.body == "Body.\n"
    assert report.source_url is None


def test_windows_line_ends_do_not_shift_spans() -> None:
    """A file with CRLF gives the same body as one with LF."""
    assert parse_report(FRONT.replace("\n", "\r\n")).body == parse_report(FRONT).body


def test_plain_text_takes_its_first_line_as_title_and_guesses_the_language() -> None:
    """A text without front matter is a report too."""
    report = parse_report("Учения на полигоне\n\nПрошли вчера.", published=date(2024, 4, 18))
    assert (report.title, report.language, report.published) == ("Учения на полигоне", "ru", date(2024, 4, 18))


def test_the_same_text_has_the_same_id() -> None:
    """An id made from the content is stable."""
    assert parse_report("Some text.").id == parse_report("Some text.").id
    assert parse_report("Some text.").id != parse_report("Some other text.").id


def test_what_the_file_says_wins_over_what_is_given() -> None:
    """--published only fills what the front matter leaves open."""
    assert parse_report(FRONT, published=date(2000, 1, 1)).published == date(2024, 4, 18)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"  \n\t ", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "NUL bytes"),
        ("Учения прошли на полигоне".encode("cp1251"), "Windows-1251"),
        ("Учения прошли на полигоне".encode("koi8-r"), "KOI8-R"),
        ("Chargé d’Affaires".encode("cp1252"), "Windows-1252"),
        (b"---\nid: x\nno end", "never closes"),
        (b"---\nthis is not a key\n---\n\nBody", "line 2"),
        (b'---\ntitle: "unclosed\n---\n\nBody', "not a quoted text"),
        (b"---\npublished: 2024-02-31\n---\n\nBody", "2024-02-31"),
        (b"---\nid: x\n---\n\n  \n", "no text"),
        (b"---\nsource_url: javascript:alert(1)\n---\n\nBody", "javascript"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_reason(tmp_path, raw: bytes, words: str) -> None:  # noqa: ANN001
    """The message names the file, what was found, and what was expected."""
    path = tmp_path / "bad.md"
    path.write_bytes(raw)
    with pytest.raises(UnreadableReport, match=r"'bad(\.md)?'") as caught:
        read_report(path)
    assert words in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(tmp_path, encoding: str) -> None:  # noqa: ANN001
    """A byte order mark is honoured."""
    path = tmp_path / "r.txt"
    path.write_bytes("Кулоб, 18 апреля.".encode(encoding))
    assert read_report(path).body == "Кулоб, 18 апреля."


def test_a_folder_stands_for_its_reports_in_order(tmp_path) -> None:  # noqa: ANN001
    """Only .md and .txt files count, sorted by name."""
    for name in ("b.md", "a.txt", "c.json", "README.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [path.name for path in find_reports([tmp_path])] == ["a.txt", "b.md"]


def test_a_missing_path_is_named() -> None:
    """A path that does not exist is an error, not an empty run."""
    with pytest.raises(UnreadableReport, match="nowhere"):
        list(find_reports(["nowhere"]))

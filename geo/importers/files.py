"""Opening what people drop on us: ZIP and gzip unpacked within limits, any encoding turned into UTF-8."""

from __future__ import annotations

import codecs
import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple

from geo.errors import UnreadableFile

MAX_BYTES = 64 << 30  # unpacked; more than 20 years of GDELT
MAX_RATIO = 200  # unpacked to packed; event tables pack 5 to 30 times, bombs 1000 times
RATIO_FROM = 64 << 20  # below this nothing is a bomb, whatever its ratio
BLOCK = 1 << 20
CHECKED = 1 << 18  # bytes looked at at once: they stay in the processor's cache
SUFFIXES = (
    *(".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".parquet"),
    *(".geojson", ".geojsonl", ".geojsons", ".json", ".jsonl"),
)
_HIGH = bytes(range(128, 256))
_CYRILLIC = re.compile(rb"[\xc0-\xff\xa8\xb8]{3,}")  # in UTF-8 and in western languages such bytes stand alone
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Plain(NamedTuple):
    """A file without wrapping: `path` to read, `name` as its packer called it, `notes` on what was done to it."""

    path: Path
    name: str
    notes: tuple[str, ...] = ()


def unpack(path: Path, folder: Path, *, max_bytes: int = MAX_BYTES, max_ratio: float = MAX_RATIO) -> Plain:
    """
    Return the one data file that a path holds, unpacked into a folder if it is a ZIP or gzip file.

    Parameters
    ----------
    folder
        Where to unpack to; the caller deletes it.
    max_bytes, max_ratio
        How large, and how many times its packed size, the content may be.

    Raises
    ------
    UnreadableFile
        When there is no such file, it is damaged, holds no or several data files, or goes over a limit.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if not head:
            raise UnreadableFile(f"{path} is empty; expected rows of events.")
        if head[:2] == b"\x1f\x8b":
            name = path.name.removesuffix(".gz")
            limit = _Limit(path, path.stat().st_size, max_bytes, max_ratio)
            with gzip.open(path) as packed:
                return Plain(_copy(packed, folder / "unpacked", limit), name)
        if head[:2] == b"PK" and path.suffix.lower() not in (".xlsx", ".xlsm"):
            return _unzip(path, folder, max_bytes, max_ratio)
    # zipfile raises RuntimeError for an archive with a password, NotImplementedError for a method it does not know
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(f"{path} cannot be read ({error}).") from error
    return Plain(path, path.name)


class _Limit(NamedTuple):
    path: Path
    packed: int
    max_bytes: int
    max_ratio: float

    def check(self, size: int) -> None:
        if size > self.max_bytes:
            raise UnreadableFile(
                f"{self.path} unpacks to more than {self.max_bytes:,} bytes, the limit; stopped there."
            )
        if size > RATIO_FROM and size > self.packed * self.max_ratio:
            raise UnreadableFile(
                f"{self.path} unpacks to more than {self.max_ratio:g} times its {self.packed:,} bytes, the limit; "
                "it looks like a bomb. Unpack it yourself if you trust it."
            )


def _unzip(path: Path, folder: Path, max_bytes: int, max_ratio: float) -> Plain:
    with zipfile.ZipFile(path) as archive:
        names = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.filename == "[Content_Types].xml" for info in names):
            return Plain(path, path.with_suffix(".xlsx").name)  # an Excel file under another name
        data = [i for i in names if i.filename.lower().endswith(SUFFIXES) and not _is_clutter(i.filename)]
        if len(data) != 1:
            listed = ", ".join(info.filename for info in data[:5]) or "none"
            raise UnreadableFile(f"{path} holds {len(data)} data files ({listed}); expected one: unpack it yourself.")
        limit = _Limit(path, data[0].compress_size, max_bytes, max_ratio)
        with archive.open(data[0]) as packed:
            return Plain(_copy(packed, folder / "unpacked", limit), Path(data[0].filename).name)


def _is_clutter(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or base.startswith(".") or base.lower().startswith("readme")


def _copy(source: BinaryIO, target: Path, limit: _Limit) -> Path:
    size = 0
    with target.open("xb") as file:
        while block := source.read(BLOCK):
            size += len(block)
            limit.check(size)
            file.write(block)
    return target


def to_utf8(plain: Plain, folder: Path) -> Plain:
    """
    Return a file that is UTF-8 without a byte-order mark and without NUL; the file itself if it is so already.

    UTF-16 is known by its mark. What looks like Cyrillic in Windows-1251 is read so. In anything else, bytes that are
    not UTF-8 are read as Windows-1252, one by one, so that a single broken cell does not change the rest. A note
    tells.
    """
    with plain.path.open("rb") as file:
        head = file.read(3)
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "utf-8")
    if encoding == "utf-8" and _is_clean(plain.path):
        return plain
    count, target, notes = _Count(), folder / "utf8", list(plain.notes)
    if encoding == "utf-8" and _looks_cyrillic(plain.path):
        encoding = "cp1251"
        notes.append("the text is not UTF-8 and was read as Windows-1251 (Cyrillic)")
    decode = codecs.getincrementaldecoder(encoding)(errors=count.register())
    with plain.path.open("rb") as source, target.open("x", encoding="utf-8", newline="") as file:
        while block := source.read(BLOCK):
            file.write(count.drop_nul(decode.decode(block)))
        file.write(decode.decode(b"", final=True))
    return plain._replace(path=target, notes=(*notes, *count.notes()))


def _is_clean(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(CHECKED):
                if b"\0" in block:
                    return False
                if not block.isascii() or decoder.getstate()[0]:  # decoding takes ten times as long as looking
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _looks_cyrillic(path: Path) -> bool:
    """Return whether most bytes beyond ASCII stand together as words of Windows-1251's letters: А to я, Ё, ё."""
    high = words = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            high += len(block) - len(block.translate(None, _HIGH))
            words += sum(map(len, _CYRILLIC.findall(block)))
    return 2 * words > high


class _Count:
    """Counts what had to be mended while decoding."""

    def __init__(self) -> None:
        self.foreign = self.nul = 0

    def register(self) -> str:
        codecs.register_error("borderwatch-1252", self._mend)
        return "borderwatch-1252"

    def _mend(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.foreign += 1
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end

    def drop_nul(self, text: str) -> str:
        self.nul += text.count("\0")
        return text.replace("\0", "")

    def notes(self) -> list[str]:
        told = []
        if self.foreign:
            told.append(f"{self.foreign} characters were not UTF-8 and were read as Windows-1252")
        if self.nul:
            told.append(f"{self.nul} NUL characters were left out")
        return told

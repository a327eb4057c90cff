"""The words of the interface in the reader's language: English in the code, other languages in `locale/`."""

from contextvars import ContextVar

LANGUAGES = {"en": "English"}
_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """Return the language of this page run or request."""
    return _language.get()


def use(code: str | None) -> None:
    """Speak a language for the rest of this page run or request; an unknown one is English."""
    _language.set(code if code in LANGUAGES else "en")


def tr(text: str, **values: object) -> str:
    """Return an English sentence in the reader's language, its ``{names}`` filled in."""
    return text.format(**values) if values else text


def trn(one: str, many: str, n: int, **values: object) -> str:
    """Return the form of a sentence that goes with a number, which it may name ``{n}``."""
    return tr(one if n == 1 else many, n=n, **values)

"""The words of the interface in the reader's language: English in the code, other languages in `locale/`."""

from contextvars import ContextVar

from dashboard import catalogue

LANGUAGES = {"en": "English", "ru": "Русский"}
_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """Return the language of this page run or request."""
    return _language.get()


def params() -> dict[str, str]:
    """Return what an address needs so that the answer is in the reader's language."""
    return {} if language() == "en" else {"lang": language()}


def use(code: str | None) -> None:
    """Speak a language for the rest of this page run or request; an unknown one is English."""
    _language.set(code if code in LANGUAGES else "en")


def later(text: str) -> str:
    """Return an English sentence as it is: it is translated by `tr` where it is shown."""
    return text


def tr(text: str, /, **values: object) -> str:
    """Return an English sentence in the reader's language, its ``{names}`` filled in; unknown ones stay English."""
    code = _language.get()
    told = text if code == "en" else catalogue.read(code).words.get(text, text)
    return told.format(**values) if values else told


def trn(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a sentence that goes with a number, which it may name ``{n}``."""
    code = _language.get()
    forms = None if code == "en" else catalogue.read(code).forms.get(one)
    told = forms[catalogue.choose_form(code, n)] if forms else one if n == 1 else many
    return told.format(n=number(n), **values)


def number(value: float, digits: int = 0) -> str:
    """Write a number with its thousands apart and so many decimals: ``1,344``, in Russian ``1 344``."""
    return catalogue.write_number(_language.get(), value, digits)


def date_format() -> str:
    """Return the order of a date field's parts, as Streamlit writes it."""
    return "YYYY-MM-DD" if _language.get() == "en" else "DD.MM.YYYY"


def month(index: int, *, alone: bool = False) -> str:
    """Return the name of a month (1 to 12) as it stands after a day, or `alone`."""
    return catalogue.month_names(_language.get(), alone)[index]

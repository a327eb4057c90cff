"""Every error that Borderwatch raises on purpose: our base plus the builtin it specialises."""


class BorderwatchError(Exception):
    """Catch this to catch everything Borderwatch raises on purpose."""


class InvalidRecord(BorderwatchError, ValueError):
    """A report, place, mention or event breaks a rule; the message names value, rule and subject."""


class UnreadableReport(BorderwatchError, ValueError):
    """A file is not a report that can be read: wrong encoding, binary, empty, or broken front matter."""


class UnreadableFile(BorderwatchError, ValueError):
    """A data file cannot be imported: damaged, of no known format, without usable columns, or over a limit."""


class InvalidQuery(BorderwatchError, ValueError):
    """A filter value is impossible: reversed dates, an unknown kind, a bbox outside the world."""


class MissingData(BorderwatchError, FileNotFoundError):
    """Reference data is not there yet; ``python -m geo build`` makes it."""


class StoreError(BorderwatchError, OSError):
    """The project folder cannot be read or written; what was stored before is unchanged."""


class GeocoderError(BorderwatchError, RuntimeError):
    """A geocoder that was switched on cannot answer; retrying later might help."""


class Stopped(BorderwatchError, RuntimeError):
    """A question was withdrawn before it was answered; nobody waits for the answer."""

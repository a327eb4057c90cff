"""From a news report to cited, honest, filterable features on a border map."""

__version__ = "0.1.0"

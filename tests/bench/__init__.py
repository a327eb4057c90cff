"""Measurements, run by ``make bench``; not timed tests."""

from pathlib import Path


def peak_mb() -> float:
    """Return the most memory this process has held; `ru_maxrss` would begin with what its parent held (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

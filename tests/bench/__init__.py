"""Measurements, run by ``make bench``; not timed tests."""

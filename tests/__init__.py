"""The checks of Borderwatch: one file per module."""

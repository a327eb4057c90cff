"""What looks wrong about imported data as a whole, and is told though nothing is changed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FEW_PLACES = 0.05  # weekly sums stand at the centres of regions: so few places to so many rows
ENOUGH_ROWS = 50  # with fewer rows all dates may be one weekday by chance
WEEKS = 4  # and with fewer weeks, too
PLACES_KEPT = 100_000
_SATURDAY = 5  # 1970-01-01 was a Thursday, 3


class Notice:
    """
    Looks at rows as they come by.

    Parameters
    ----------
    today
        What is later is in the future.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._rows = self._dated = self._zero = self._future = 0
        self._weekdays = np.zeros(7, dtype=np.int64)
        self._weeks: set[int] = set()
        self._places: set[int] = set()

    def look_at(self, drafts: pa.Table) -> None:
        """Count what is suspicious in rows as `geo.importers.stage.to_staged` gives them."""
        self._rows += drafts.num_rows
        self._zero += pc.sum(drafts["zero"]).as_py() or 0
        planned = pc.equal(drafts["status"], "planned")
        later = pc.and_not(pc.greater(drafts["start"], pa.scalar(self._today, pa.date32())), planned)
        self._future += pc.sum(later).as_py() or 0
        days = pc.cast(drafts["start"].drop_null(), pa.int32()).to_numpy()
        self._dated += len(days)
        self._weekdays += np.bincount((days + 3) % 7, minlength=7)
        if len(self._weeks) < WEEKS:
            self._weeks.update(np.unique(days // 7).tolist()[: WEEKS + 1])
        if len(self._places) < PLACES_KEPT:
            self._places.update(np.unique(drafts["key"].to_numpy()).tolist())

    def warnings(self, *, duplicates: int, outside: int) -> list[str]:
        """Return what to tell, in whole sentences."""
        found = []
        if self._looks_weekly():
            found.append(
                f"All {self._dated} dates are the same weekday and there are only {len(self._places)} places: these "
                "look like weekly sums, not events. Do not count them as events."
            )
        if outside:
            found.append(
                f"{outside} points lie more than 25 km (and their radius) outside the country that their row names."
            )
        if duplicates:
            found.append(f"{duplicates} rows are the same as another in everything but the id; all were kept.")
        if self._future:
            found.append(f"{self._future} events begin after {self._today.isoformat()}, the day of the import.")
        if self._zero:
            found.append(
                f"{self._zero} rows have the coordinates 0/0, which means unknown; they were kept without a place."
            )
        return found

    def _looks_weekly(self) -> bool:
        one_weekday = self._dated >= ENOUGH_ROWS and int(self._weekdays.max()) == self._dated
        return one_weekday and len(self._weeks) >= WEEKS and len(self._places) <= max(1, FEW_PLACES * self._rows)

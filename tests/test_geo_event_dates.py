"""The days of an event: spans before days, ends and beginnings, history and totals."""

from datetime import date

import pytest

from geo.cues import read_cues
from geo.dates import find_dates
from geo.event_dates import choose_dates
from geo.event_drafts import lead_family_of
from geo.strands import build_strands

PUBLISHED = date(2021, 8, 12)  # a Thursday

CASES = """
An exercise was held on August 5. | 2021-08-05 2021-08-05 day
An exercise was held from August 5 to 10. | 2021-08-05 2021-08-10 day
An exercise began on August 5. | 2021-08-05 - day
An exercise began on August 5. It will last until August 20. | 2021-08-05 2021-08-20 day
An exercise has started. It will end on August 20. | - 2021-08-20 day
An exercise ended on August 10. | - 2021-08-10 day
The final stage of the exercise was held on August 10. | 2021-08-10 2021-08-10 day
An exercise will be held in October. | 2021-10-01 2021-10-31 month
An exercise was held, the ministry said on August 10. | - - unknown
Two guards were killed in a clash at the border. It happened on Monday. | 2021-08-09 2021-08-09 day
The border was closed on August 9. | 2021-08-09 - day
An exercise was held after a storm on Monday. | - - unknown
Учения прошли с 5 по 10 августа. | 2021-08-05 2021-08-10 day
Учения начались 5 августа и продлятся до 20 августа. | 2021-08-05 2021-08-20 day
Последний день учений прошёл вчера. | 2021-08-11 2021-08-11 day
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_days(line: str) -> None:
    """The words around a date say whether it is the event's day, its end, its beginning, or none of it."""
    text, expected = (part.strip() for part in line.split("|"))
    reading = read_cues(text)
    dates = find_dates(text, published=PUBLISHED)
    family = lead_family_of(reading, [])
    strand = build_strands(reading, dates, anchor=PUBLISHED, lead_family=family)[0]
    dated = choose_dates(reading, strand, strand.kind)
    assert f"{dated.start or '-'} {dated.end or '-'} {dated.precision}" == expected
    assert dated.reason

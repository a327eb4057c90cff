"""Dates in reports: a table of expressions with the days they mean, and what is no date."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest

from geo.dates import find_dates
from geo.records import DateMention

# One case a line: text | published (or -) | words = days precision role; ...
# Days: one ISO day, first..last, or "..last" and "first.." for an open end; "?" for unknown. Precision is day and the
# role event unless said otherwise. The third column is empty for texts without a date.
RANGES_EN = """
It lasted from April 15 to 18, 2024. | - | from April 15 to 18, 2024 = 2024-04-15..2024-04-18
The drill of April 15-18, 2024 is over. | - | April 15-18, 2024 = 2024-04-15..2024-04-18
The drill of April 15\u201318, 2024 is over. | - | April 15\u201318, 2024 = 2024-04-15..2024-04-18
The drill of April 15\u201418, 2024 is over. | - | April 15\u201418, 2024 = 2024-04-15..2024-04-18
It ran April 15 through 18, 2024, on two ranges. | - | April 15 through 18, 2024 = 2024-04-15..2024-04-18
It ran 15 to 18 April 2024 in Khatlon. | - | 15 to 18 April 2024 = 2024-04-15..2024-04-18
It ran from 15 till 18 April 2024. | - | from 15 till 18 April 2024 = 2024-04-15..2024-04-18
It ran from the 15th to the 18th of April 2024. | - | from the 15th to the 18th of April 2024 = 2024-04-15..2024-04-18
It ran from 9 a.m. on October 3 to 5 p.m. | 2021-10-06 | October 3 = 2021-10-03
It ran on Oct. 3 & 4. | 2021-10-06 | Oct. 3 & 4 = 2021-10-03..2021-10-04
It ran Dec. 31, 2020-Jan. 2, 2021. | - | Dec. 31, 2020-Jan. 2, 2021 = 2020-12-31..2021-01-02
It ran on 15\u201318 April. | 2024-05-02 | 15\u201318 April = 2024-04-15..2024-04-18
It names October 10-23 as the window. | 2021-10-06 | October 10-23 = 2021-10-10..2021-10-23
It will run on February 3-9. | 2021-10-06 | February 3-9 = 2022-02-03..2022-02-09
It was held on October 10-23. | 2021-10-06 | October 10-23 = 2020-10-10..2020-10-23
Held April 28 to May 2, 2023, it was short. | - | April 28 to May 2, 2023 = 2023-04-28..2023-05-02
Held 28 April\u20132 May 2023, it was short. | - | 28 April\u20132 May 2023 = 2023-04-28..2023-05-02
It ran December 28 to January 3, 2024. | - | December 28 to January 3, 2024 = 2023-12-28..2024-01-03
It ran from December 28 to January 3. | 2024-02-01 | from December 28 to January 3 = 2023-12-28..2024-01-03
It ran Sept. 28\u2013Oct. 3, 2022. | - | Sept. 28\u2013Oct. 3, 2022 = 2022-09-28..2022-10-03
It ran between 5 and 10 May 2023. | - | between 5 and 10 May 2023 = 2023-05-05..2023-05-10
It ran between May 5, 2021, and June 7, 2021. | - | between May 5, 2021, and June 7, 2021 = 2021-05-05..2021-06-07
It fell between the end of January and mid-March. | 2021-10-06 | between the end of January and mid-March = 2021-01-21..2021-03-20 month
The goods came in October-November 2021. | - | October-November 2021 = 2021-10-01..2021-11-30 month
It lasted from May to July 2021. | - | from May to July 2021 = 2021-05-01..2021-07-31 month
Patrols ran from May 2021 to July 2022. | - | from May 2021 to July 2022 = 2021-05-01..2022-07-31 month
He served there from 1980 to 1992. | - | from 1980 to 1992 = 1980-01-01..1992-12-31 year
The 2014-2020 programme ended. | - | 2014-2020 = 2014-01-01..2020-12-31 year
In 2017-18 the post was rebuilt. | - | 2017-18 = 2017-01-01..2018-12-31 year
The gate was shut from Monday to Friday. | 2021-10-06 | from Monday to Friday = 2021-10-04..2021-10-08
Shots fell on 3 and 4 May. | 2021-10-06 | 3 and 4 May = 2021-05-03..2021-05-04
Shots fell on May 3 and 4, 2021, in Isfara. | - | May 3 and 4, 2021 = 2021-05-03..2021-05-04
Shots fell on 3 and 7 May. | 2021-10-06 | 3 = 2021-05-03; 7 May = 2021-05-07
Shots fell on May 3, 5 and 9, 2021. | - | May 3 = 2021-05-03; 5 = 2021-05-05; 9, 2021 = 2021-05-09
Shots fell on June 9 and June 18, 2023. | - | June 9 = 2023-06-09; June 18, 2023 = 2023-06-18
Talks were held in May and June 2021. | - | May and June 2021 = 2021-05-01..2021-06-30 month
Fighting broke out in 2010, 2014 and 2016. | - | 2010 = 2010-01-01..2010-12-31 year; 2014 = 2014-01-01..2014-12-31 year; 2016 = 2016-01-01..2016-12-31 year
The post fell in the night of 3-4 May 2021. | - | the night of 3-4 May 2021 = 2021-05-03..2021-05-04
The post fell overnight on May 4, 2021. | - | overnight on May 4, 2021 = 2021-05-04
The post fell overnight into Friday. | 2021-10-06 | overnight into Friday = 2021-09-30..2021-10-01
The post came under fire overnight. | 2021-10-06 | overnight = 2021-10-05..2021-10-06
It runs until August 16. | 2019-08-13 | until August 16 = ..2019-08-16
It puts the last day at August 16. | 2019-08-13 | August 16 = ..2019-08-16
It will be over by October 28-29. | 2024-10-26 | by October 28-29 = ..2024-10-29
She gave December 14 as the end of the measure. | 2023-11-29 | December 14 = ..2023-12-14
The crossing stays shut through December 13. | 2023-11-29 | through December 13 = ..2023-12-13
It stays shut from November 30 through December 13. | 2023-11-29 | from November 30 through December 13 = 2023-11-30..2023-12-13
The drills will last until Friday. | 2021-10-06 | until Friday = ..2021-10-08
The drill ends on May 9, 2023. | - | May 9, 2023 = ..2023-05-09
The base must be built by 2025. | - | by 2025 = ..2025-12-31 year
Work should end by the end of 2021. | - | by the end of 2021 = ..2021-12-31 year
Before May 5, 2021 no patrol was seen. | - | Before May 5, 2021 = ..2021-05-04
After May 5, 2021 no patrol was seen. | - | After May 5, 2021 = 2021-05-06.. day since
They counted 24 dead as of September 17. | 2022-09-17 | as of September 17 = ..2022-09-17
The gate is closed as of November 30, 2023. | 2023-11-28 | as of November 30, 2023 = 2023-11-30.. day since
"""
SINCE_EN = """
Since 1992 aid has come. | - | Since 1992 = 1992-01-01.. year since
War has raged since February 2022. | - | since February 2022 = 2022-02-01.. month since
The gate is shut since Monday. | 2021-10-06 | since Monday = 2021-10-04.. day since
The gate is shut from November 30. | 2023-11-29 | from November 30 = 2023-11-30.. day since
They have met since the 1990s. | - | since the 1990s = 1990-01-01.. year since
Drugs seized since the beginning of the year weigh a ton. | 2021-10-06 | since the beginning of the year = 2021-01-01..2021-10-06 year
Guards took a ton since the beginning of February. | 2018-02-13 | since the beginning of February = 2018-02-01..2018-02-13 month
The gate is shut since the beginning of February. | 2018-03-13 | since the beginning of February = 2018-02-01.. month since
Starting October 15, all posts close. | 2021-10-06 | Starting October 15 = 2021-10-15.. day since
Effective November 1, visas are needed. | 2021-10-06 | Effective November 1 = 2021-11-01.. day since
Prices rose from last year. | 2021-10-06 | last year = 2020-01-01..2020-12-31 year
The accords date from Nov. 3. | 2022-11-30 | Nov. 3 = 2022-11-03
Footage from May 5, 2021 shows it. | - | May 5, 2021 = 2021-05-05
It was quiet since the May 5 attack. | 2021-10-06 | May 5 = 2021-05-05
"""
DAYS_EN = """
It fell on 15 April 2024. | - | 15 April 2024 = 2024-04-15
It fell on April 15, 2024. | - | April 15, 2024 = 2024-04-15
It fell on April 15th, 2024. | - | April 15th, 2024 = 2024-04-15
It fell on the 15th of April, 2024. | - | 15th of April, 2024 = 2024-04-15
It fell on Wednesday, September 14, 2016. | - | Wednesday, September 14, 2016 = 2016-09-14
It fell on Tuesday, Sept. 13. | 2016-09-14 | Tuesday, Sept. 13 = 2016-09-13
It fell on Tuesday, Sept. 13. | 2018-03-01 | Tuesday, Sept. 13 = 2016-09-13
It fell on Monday (May 5). | 2025-05-08 | Monday (May 5) = 2025-05-05
It is Monday, 29, November, 2021 there. | - | Monday, 29, November, 2021 = 2021-11-29
They hold pre-April 2020 posts. | - |
It fell on Friday 3 Jan. 2020. | - | Friday 3 Jan. 2020 = 2020-01-03
It fell on 15-Apr-2021 at noon. | - | 15-Apr-2021 = 2021-04-15
It fell on 2024-04-15. | - | 2024-04-15 = 2024-04-15
Logged at 2024-04-15T13:20:00Z there. | - | 2024-04-15T13:20:00Z = 2024-04-15
It fell on 15.12.2021. | - | 15.12.2021 = 2021-12-15
It fell on 15.04.24 there. | - | 15.04.24 = 2024-04-15
It fell on 15/12/2021. | - | 15/12/2021 = 2021-12-15
It fell on 12/15/2021. | - | 12/15/2021 = 2021-12-15
Fire broke out on 03/09/2022. | - | 03/09/2022 = ? unknown
Fire broke out on Wednesday, 03/09/2022. | - | Wednesday, 03/09/2022 = 2022-03-09
Fire broke out on 03/09/2022. | 2022-03-09 | 03/09/2022 = 2022-03-09
Fire broke out on 03/09/2022. | 2022-09-05 | 03/09/2022 = 2022-09-03
Fire broke out on 03/09/2012. | 2022-09-05 | 03/09/2012 = ? unknown
It fell on May 5,2021 near Isfara. | - | May 5,2021 = 2021-05-05
It fell on April 31, 2021. | - | April 31, 2021 = ? unknown
It fell on February 29. | 2022-05-01 | February 29 = 2020-02-29
It was signed on October 3, 1863. | - | October 3, 1863 = 1863-10-03
Troops took over the post on July 30. | 2021-08-02 | July 30 = 2021-07-30
It happened on December 30. | 2022-01-03 | December 30 = 2021-12-30
The September 16 fighting took place there. | 2019-09-17 | September 16 = 2019-09-16
The crossing will be shut on November 30. | 2023-11-29 | November 30 = 2023-11-30
Leaders are to meet on January 9. | 2021-10-06 | January 9 = 2022-01-09
It fell on June 10 last year. | 2021-10-06 | June 10 last year = 2020-06-10
In the night of November 18 it closed. | 2023-11-29 | November 18 = 2023-11-18
It fell on July 30. | - | July 30 = ? unknown
The post fell on July 30; on August 4, 2021 it was retaken. | - | July 30 = 2021-07-30; August 4, 2021 = 2021-08-04
It came on the 15th. | 2021-10-06 | the 15th = 2021-09-15
"""
PERIODS_EN = """
A drill in October 2016 was large. | - | October 2016 = 2016-10-01..2016-10-31 month
Back in August, Russia ended a drill. | 2021-10-06 | August = 2021-08-01..2021-08-31 month
They met this October. | 2021-10-06 | this October = 2021-10-01..2021-10-31 month
They met last August. | 2021-10-06 | last August = 2021-08-01..2021-08-31 month
They met last November. | 2021-10-06 | last November = 2020-11-01..2020-11-30 month
They will meet in March. | 2021-10-06 | March = 2022-03-01..2022-03-31 month
They met in early March 2021. | - | early March 2021 = 2021-03-01..2021-03-10 month
They met in mid-March 2021. | - | mid-March 2021 = 2021-03-11..2021-03-20 month
They met in late March 2021. | - | late March 2021 = 2021-03-21..2021-03-31 month
They met at the end of March 2021. | - | the end of March 2021 = 2021-03-21..2021-03-31 month
They met in the last week of August 2021. | - | the last week of August 2021 = 2021-08-25..2021-08-31 week
In spring 2023 a road was built. | - | spring 2023 = 2023-03-01..2023-05-31 month
In the fall of 2021 it closed. | - | fall of 2021 = 2021-09-01..2021-11-30 month
It closed last summer. | 2021-10-06 | last summer = 2021-06-01..2021-08-31 month
It closed in winter 2021. | - | winter 2021 = 2021-01-01..2021-12-31 year
It closed in winter 2021-22. | - | winter 2021-22 = 2021-12-01..2022-02-28 month
In the first half of 2023 it rose. | - | the first half of 2023 = 2023-01-01..2023-06-30 month
In the third quarter of 2022 it fell. | - | the third quarter of 2022 = 2022-07-01..2022-09-30 month
In Q3 2022 it fell. | - | Q3 2022 = 2022-07-01..2022-09-30 month
In the first five months of 2023 it fell. | - | the first five months of 2023 = 2023-01-01..2023-05-31 month
In 2015 a pact was signed. | - | 2015 = 2015-01-01..2015-12-31 year
The 2010 clashes killed hundreds. | - | 2010 = 2010-01-01..2010-12-31 year
In the early 1990s war raged. | - | the early 1990s = 1990-01-01..1993-12-31 year
In June 2010 and later that year it burned. | - | June 2010 = 2010-06-01..2010-06-30 month; that year = 2010-01-01..2010-12-31 year
"""
RELATIVE_EN = """
Shots were fired yesterday. | 2016-09-14 | yesterday = 2016-09-13
They told the press today, Friday, that it was over. | 2024-06-21 | today, Friday = 2024-06-21 day reported
It was due to start on October 11 but was postponed to October 18. | 2021-10-06 | October 11 = 2021-10-11; October 18 = 2021-10-18
Officials plan to meet on Friday after shots were fired on Monday. | 2021-10-06 | Friday = 2021-10-08; Monday = 2021-10-04
The accord, ratified in June, enters into force on January 1. | 2021-10-06 | June = 2021-06-01..2021-06-30 month; January 1 = 2022-01-01
It fell in the week of May 5, 2021. | - | the week of May 5, 2021 = 2021-05-03..2021-05-09 week
The meeting is today. | 2016-09-14 | today = 2016-09-14
The meeting is tomorrow. | 2016-09-14 | tomorrow = 2016-09-15
It fell the day before yesterday. | 2016-09-14 | the day before yesterday = 2016-09-12
It fell three days ago. | 2016-09-14 | three days ago = 2016-09-11
It fell 10 days ago. | 2016-09-14 | 10 days ago = 2016-09-04
It fell two weeks ago. | 2016-09-14 | two weeks ago = 2016-08-29..2016-09-04 week
It fell a few days ago. | 2016-09-14 | a few days ago = ? unknown
It fell last week. | 2016-09-14 | last week = 2016-09-05..2016-09-11 week
It fell last month. | 2016-09-14 | last month = 2016-08-01..2016-08-31 month
It fell last year. | 2016-09-14 | last year = 2015-01-01..2015-12-31 year
It fell this week. | 2016-09-14 | this week = 2016-09-12..2016-09-18 week
It fell over the weekend. | 2016-09-14 | the weekend = 2016-09-10..2016-09-11 week
It will be held at the weekend. | 2016-09-14 | the weekend = 2016-09-17..2016-09-18 week
It fell last weekend. | 2016-09-14 | last weekend = 2016-09-10..2016-09-11 week
Three drills are due this month. | 2021-10-06 | this month = 2021-10-01..2021-10-31 month
So far this month guards took 223 kg. | 2018-02-13 | So far this month = 2018-02-01..2018-02-13 month
So far this year they stopped 13. | 2008-09-19 | So far this year = 2008-01-01..2008-09-19 year
It was run earlier this month. | 2023-08-15 | earlier this month = 2023-08-01..2023-08-15 month
It will be run later this month. | 2023-08-15 | later this month = 2023-08-15..2023-08-31 month
It was signed on Wednesday. | 2022-11-30 | Wednesday = 2022-11-30
It was signed late on Tuesday. | 2022-11-30 | Tuesday = 2022-11-29
It will be signed on Friday. | 2022-11-30 | Friday = 2022-12-02
It was signed last Friday. | 2022-11-30 | last Friday = 2022-11-25
It was signed last Wednesday. | 2022-11-30 | last Wednesday = 2022-11-23
It will be signed next Monday. | 2022-11-30 | next Monday = 2022-12-05
It was signed on Friday last week. | 2022-11-30 | Friday last week = 2022-11-25
Guards fired tonight. | 2022-11-30 | tonight = 2022-11-30
Guards fired last night. | 2022-11-30 | last night = 2022-11-29
Guards fired this morning. | 2022-11-30 | this morning = 2022-11-30
It passed on Nov. 14 and the upper house voted four days later. | 2022-11-30 | Nov. 14 = 2022-11-14; four days later = 2022-11-18
It fell on May 5, 2021; the next day it was retaken. | - | May 5, 2021 = 2021-05-05; the next day = 2021-05-06
It fell on May 5, 2021, and burned the same day. | - | May 5, 2021 = 2021-05-05; the same day = 2021-05-05
It fell on May 5, 2021. Two days earlier it was shelled. | - | May 5, 2021 = 2021-05-05; Two days earlier = 2021-05-03
It was rebuilt in July 2020 and fell a month later. | - | July 2020 = 2020-07-01..2020-07-31 month; a month later = 2020-08-01..2020-08-31 month
A day later it was retaken. | 2022-11-30 | A day later = ? unknown
Yesterday at 17:05 they began to sow. | - | Yesterday = ? unknown
It was signed on Wednesday. | - | Wednesday = ? unknown
It burned over the last week. | 2016-09-14 | the last week = 2016-09-07..2016-09-14 week
"""
RUSSIAN = """
Учения идут с 5 по 10 августа 2021 года. | - | с 5 по 10 августа 2021 года = 2021-08-05..2021-08-10
Учения прошли с 5 по 10 августа (2021 года). | - | с 5 по 10 августа (2021 года) = 2021-08-05..2021-08-10
Учения прошли 5-10 августа. | 2021-10-06 | 5-10 августа = 2021-08-05..2021-08-10
Учения пройдут с 28 апреля по 2 мая. | 2021-10-06 | с 28 апреля по 2 мая = 2022-04-28..2022-05-02
Груз прибыл в октябре-ноябре 2021 года. | - | октябре-ноябре 2021 года = 2021-10-01..2021-11-30 month
Это было с конца января до середины марта 2021 года. | - | с конца января до середины марта 2021 года = 2021-01-21..2021-03-20 month
Переход закрыт с понедельника по пятницу. | 2021-10-06 | с понедельника по пятницу = 2021-10-04..2021-10-08
Стрельба шла 3 и 4 мая 2021 года. | - | 3 и 4 мая 2021 года = 2021-05-03..2021-05-04
Стрельба шла 3 и 7 мая 2021 года. | - | 3 = 2021-05-03; 7 мая 2021 года = 2021-05-07
Заставу обстреляли в ночь на 4 мая 2021 года. | - | ночь на 4 мая 2021 года = 2021-05-03..2021-05-04
Заставу обстреляли в ночь с 3 на 4 мая 2021 года. | - | ночь с 3 на 4 мая 2021 года = 2021-05-03..2021-05-04
Переход закрыт до 16 августа. | 2019-08-13 | до 16 августа = ..2019-08-16
Манёвры продлятся по 6 сентября. | 2025-08-31 | по 6 сентября = ..2025-09-06
Пост построят к 2025 году. | - | к 2025 году = ..2025-12-31 year
Помощь идёт с 1992 года. | - | с 1992 года = 1992-01-01.. year since
Переход закрыт с 00:00 7 апреля. | 2020-04-06 | 7 апреля = 2020-04-07.. day since
Также в ночь на понедельник запрещается въезд. | 2020-03-15 | ночь на понедельник = 2020-03-15..2020-03-16
Переход закрыт с 5 мая. | 2021-10-06 | с 5 мая = 2021-05-05.. day since
Посты закрыты между 5 и 10 мая 2021 года. | - | между 5 и 10 мая 2021 года = 2021-05-05..2021-05-10
Учения идут с 15.04 по 18.04 на полигоне. | 2024-05-01 | с 15.04 по 18.04 = 2024-04-15..2024-04-18
Учения начались 15 апреля 2024 г. | - | 15 апреля 2024 г = 2024-04-15
Пятеро перешли рубеж 29 января примерно в 19.30. | 2026-01-30 | 29 января = 2026-01-29
Сегодня, 7 января, движение перекрыто. К 14:00 того же дня открыты два перехода. | 2022-01-07 | Сегодня, 7 января = 2022-01-07; того же дня = 2022-01-07
Нарушители перешли рубеж 8 июля с.г. ночью. | 2021-08-01 | 8 июля с.г = 2021-07-08
Нарушители перешли рубеж 8 июля текущего года. | 2021-08-01 | 8 июля текущего года = 2021-07-08
Это случилось 10 июня прошлого года. | 2021-10-06 | 10 июня прошлого года = 2020-06-10
Пост обстреляли 15-го апреля 2021 года. | - | 15-го апреля 2021 года = 2021-04-15
Пожар случился 03/09/2022 на посту. | - | 03/09/2022 = 2022-09-03
Стороны встретились в августе. | 2021-10-06 | августе = 2021-08-01..2021-08-31 month
Стороны встретились в августе 2020 года. | - | августе 2020 года = 2020-08-01..2020-08-31 month
Стороны встретятся в начале марта 2022 года. | - | начале марта 2022 года = 2022-03-01..2022-03-10 month
Стороны встретились прошлым летом. | 2021-10-06 | прошлым летом = 2021-06-01..2021-08-31 month
Стороны встретились осенью 2021 года. | - | осенью 2021 года = 2021-09-01..2021-11-30 month
Учения пройдут во второй декаде сентября. | 2025-08-21 | второй декаде сентября = 2025-09-11..2025-09-20 month
В первом полугодии 2023 года изъята тонна. | - | первом полугодии 2023 года = 2023-01-01..2023-06-30 month
За пять месяцев 2023 года изъята тонна. | - | пять месяцев 2023 года = 2023-01-01..2023-05-31 month
В 2015 году подписан договор. | - | 2015 году = 2015-01-01..2015-12-31 year
В 1990-х годах шла война. | - | 1990-х годах = 1990-01-01..1999-12-31 year
С начала года изъята тонна. | 2021-10-06 | С начала года = 2021-01-01..2021-10-06 year
С начала 2021 года изъята тонна. | 2021-10-06 | С начала 2021 года = 2021-01-01..2021-10-06 year
Вчера вечером стреляли. | 2021-10-06 | Вчера = 2021-10-05
Позавчера стреляли. | 2021-10-06 | Позавчера = 2021-10-04
Завтра пост закроется. | 2021-10-06 | Завтра = 2021-10-07
За 9 месяцев текущего года изъята тонна. | 2021-10-06 | 9 месяцев текущего года = 2021-01-01..2021-09-30 month
В минувшие выходные стреляли. | 2021-10-06 | минувшие выходные = 2021-10-02..2021-10-03 week
В ночь с субботы на воскресенье стреляли. | 2021-10-06 | ночь с субботы на воскресенье = 2021-10-02..2021-10-03
Накануне пограничники задержали двоих. | 2021-10-06 | Накануне = 2021-10-05
На прошлой неделе стреляли. | 2021-10-06 | прошлой неделе = 2021-09-27..2021-10-03 week
В этом месяце пройдут учения. | 2021-10-06 | этом месяце = 2021-10-01..2021-10-31 month
В прошлом году стреляли. | 2021-10-06 | прошлом году = 2020-01-01..2020-12-31 year
В понедельник стреляли. | 2021-10-06 | понедельник = 2021-10-04
Во вторник вечером стреляли. | 2021-10-06 | вторник = 2021-10-05
В минувшую пятницу стреляли. | 2021-10-06 | минувшую пятницу = 2021-10-01
Учения начнутся в субботу. | 2021-10-06 | субботу = 2021-10-09
Три дня назад стреляли. | 2021-10-06 | Три дня назад = 2021-10-03
Неделю назад стреляли. | 2021-10-06 | Неделю назад = 2021-09-27..2021-10-03 week
Пост пал 5 мая 2021 года, а на следующий день его отбили. | - | 5 мая 2021 года = 2021-05-05; следующий день = 2021-05-06
Пост пал 5 мая 2021 года. В тот же день его отбили. | - | 5 мая 2021 года = 2021-05-05; тот же день = 2021-05-05
Пост пал 5 мая 2021 года. Через два дня его отбили. | - | 5 мая 2021 года = 2021-05-05; Через два дня = 2021-05-07
Пост пал 5 мая 2021 года. Днём ранее его обстреляли. | - | 5 мая 2021 года = 2021-05-05; Днём ранее = 2021-05-04
Минувшей ночью стреляли. | 2021-10-06 | Минувшей ночью = 2021-10-05..2021-10-06
Вчера стреляли. | - | Вчера = ? unknown
По состоянию на 17 сентября погибли 24 человека. | 2022-09-17 | 17 сентября = ..2022-09-17
"""
ROLES = """
The spokesman said on August 13 that it works. | 2019-08-13 | August 13 = 2019-08-13 day reported
The ministry reported on Aug. 12. | 2023-08-15 | Aug. 12 = 2023-08-12 day reported
It announced on Wednesday a new post. | 2022-11-30 | Wednesday = 2022-11-30 day reported
He told reporters on Friday. | 2022-11-30 | Friday = 2022-11-25 day reported
The agency wrote on Friday with reference to chiefs. | 2024-06-21 | Friday = 2024-06-21 day reported
It quoted Prime Minister Petteri Orpo on November 27. | 2023-11-29 | November 27 = 2023-11-27 day reported
He said in a statement late on Friday. | 2022-11-30 | Friday = 2022-11-25 day reported
The ministry on Friday said that guards fired. | 2022-11-30 | Friday = 2022-11-25 day reported
On Friday, the ministry said that guards fired. | 2022-11-30 | Friday = 2022-11-25 day reported
The ministry said Friday it would act. | 2022-11-30 | Friday = 2022-11-25 day reported
Friday's statement gave no detail. | 2022-11-30 | Friday = 2022-11-25 day reported
A report released on Tuesday lists them. | 2022-11-30 | Tuesday = 2022-11-29 day reported
Two men were released on Tuesday. | 2022-11-30 | Tuesday = 2022-11-29
He gave the tally this morning. | 2018-02-13 | this morning = 2018-02-13 day reported
They said guards fired on Monday. | 2022-11-30 | Monday = 2022-11-28
They said that on Monday guards fired. | 2022-11-30 | Monday = 2022-11-28
The office says it happened yesterday. | 2008-09-19 | yesterday = 2008-09-18
On September 16 the leaders had announced a cease-fire. | 2022-09-17 | September 16 = 2022-09-16
It happened on Monday, witnesses said. | 2022-11-30 | Monday = 2022-11-28
They fought on Monday, the newspaper wrote a day later. | 2022-03-09 | Monday = 2022-03-07; a day later = 2022-03-08 day reported
Об этом сообщили 12 августа в Минобороны. | 2021-10-06 | 12 августа = 2021-08-12 day reported
Ведомство сообщило в среду о задержании. | 2021-10-06 | среду = 2021-10-06 day reported
12 августа ведомство сообщило о задержании. | 2021-10-06 | 12 августа = 2021-08-12 day reported
Об этом сообщили РИА "Новости" в понедельник в пресс-службе. | 2003-09-01 | понедельник = 2003-09-01 day reported
The agency on Friday quoted a source. | 2022-11-30 | Friday = 2022-11-25 day reported
Он сказал на брифинге в четверг. | 2025-08-21 | четверг = 2025-08-21 day reported
Сообщили, что 12 августа двое перешли рубеж. | 2021-10-06 | 12 августа = 2021-08-12
Последний день прошёл сегодня, 9 сентября, сообщили там. | 2021-09-09 | сегодня, 9 сентября = 2021-09-09
DUSHANBE, September 19. Two men were caught yesterday. | 2008-09-19 | September 19 = 2008-09-19 day stamp; yesterday = 2008-09-18
MOSCOW, November 29. A note was handed over today. | 2023-11-30 | November 29 = 2023-11-29 day stamp; today = 2023-11-29
АЛМАТЫ, 31 авг \u2014 Sputnik. Учения стартуют завтра. | 2025-08-31 | 31 авг = 2025-08-31 day stamp; завтра = 2025-09-01
Sept 14 (Reuters) \u2013 A guard was killed on Tuesday. | 2022-09-14 | Sept 14 = 2022-09-14 day stamp; Tuesday = 2022-09-13
10:00, 16 сентября 2022, Bishkek - 24.kg news agency | - | 16 сентября 2022 = 2022-09-16 day stamp
Published: May 5, 2021 | - | May 5, 2021 = 2021-05-05 day stamp
ДУШАНБЕ, 14.09.2022 /Ховар/. Вчера стреляли. | - | 14.09.2022 = 2022-09-14 day stamp; Вчера = 2022-09-13
"""
NOT_DATES = """
At 0815 and again at 17:05 and 19.30 they fired. | 2021-10-06 |
It began at 7:00 pm, 02:00 GMT. | 2021-10-06 |
The road was shut from 1750 to 2245. | 2021-10-06 |
The road was shut from 2000 to 2245. | 2021-10-06 |
Patrols leave at 2015 each night. | 2021-10-06 |
A 2S3, a T-72, a BM-21, an Mi-24, a Su-30СМ and an M16 were there. | 2021-10-06 |
Штурмовики Су-25, Ми-8 и Су-30СМ, 201-я база. | 2021-10-06 |
The 201st Military Base and the 15th Brigade came. | 2021-10-06 |
Poisk 2021, Kanzhar (Dagger) 2023 and Zapad-2021 were drills. | 2021-10-06 |
Учения «Рубеж-2021» и «Поиск 2021» завершены. | 2021-10-06 |
It counts 1,200 men, $330 million and 2000 troops. | 2021-10-06 |
Техники 150 единиц, солдат 2000 человек. | 2021-10-06 |
In 30 years, for 15 years and over the last five years it grew. | 2021-10-06 |
За 30 лет и за последние пять лет он вырос. | 2021-10-06 |
The accord has 13 articles; 45% of 1,380 km is fixed. | 2021-10-06 |
Fozilov, 37, and Sharipov, 49, are in hospital. | 2021-10-06 |
Call +992 37 224-13-83 or see https://example.org/2021/12/15/news. | 2021-10-06 |
See example.org/en/2018/02/13/over. | 2021-10-06 |
Talks may fail; they march 200 km; a second march on the capital. | 2021-10-06 |
March on, they said; the Sun sat low over Mar del Plata. | 2021-10-06 |
May the talks succeed. | 2021-10-06 |
Version 1.2.3 of COVID-19 rules, G20, resolution 1325, at 38.5358, 68.779. | 2021-10-06 |
He knew it since childhood. | 2021-10-06 |
A 15-year-old boy ran 5-10 km with 3-4 friends. | 2021-10-06 |
Every Monday and each October they pray. | 2021-10-06 |
Black Friday and the Sunday Times came. | 2021-10-06 |
He read Russia Today. | 2021-10-06 |
Накануне саммита усилили охрану. | 2021-10-06 |
Среду обитания берегут, в среду обитания не лезут. | 2021-10-06 |
The September 11 attacks changed it. | 2021-10-06 |
Theresa May left. | 2021-10-06 |
In 2000 BC a wall stood. | 2021-10-06 |
The fall of Kabul came as a shock. | 2021-10-06 |
The war is now 15 years old and the last five years were quiet. | 2021-10-06 |
"""
_DAYS = re.compile(r"(?P<words>.+) = (?P<days>\S+)(?: (?P<precision>day|week|month|year|unknown))?(?: (?P<role>\w+))?")


def _cases() -> list[tuple[str, str, str]]:
    table = RANGES_EN + SINCE_EN + DAYS_EN + PERIODS_EN + RELATIVE_EN + RUSSIAN + ROLES + NOT_DATES
    rows = [line.split(" |") for line in table.splitlines() if line.strip()]
    return [(text, published.strip(), expected.strip()) for text, published, expected in rows]


def _read(days: str) -> tuple[date | None, date | None]:
    if days == "?":
        return None, None
    first, dots, last = days.partition("..")
    last = last if dots else first
    return (date.fromisoformat(first) if first else None), (date.fromisoformat(last) if last else None)


def _expected(cell: str) -> list[tuple[str, date | None, date | None, str, str]]:
    out = []
    for item in filter(None, cell.split("; ")):
        found = _DAYS.fullmatch(item)
        assert found is not None, item
        out.append((found["words"], *_read(found["days"]), found["precision"] or "day", found["role"] or "event"))
    return out


def _found(text: str, published: str) -> list[DateMention]:
    language = "ru" if re.search("[а-яё]", text) else "en"
    day = None if published == "-" else date.fromisoformat(published)
    return find_dates(text, published=day, language=language)


@pytest.mark.parametrize(("text", "published", "expected"), _cases())
def test_expression_means_its_days(text: str, published: str, expected: str) -> None:
    """Every date expression of a sentence is found, with its words, days, precision and role, and nothing else."""
    found = [(m.text, m.date_start, m.date_end, m.precision, m.role) for m in _found(text, published)]
    assert found == _expected(expected)


def test_table_is_broad() -> None:
    """The table keeps at least 150 cases, in both languages."""
    texts = [text for text, _, _ in _cases()]
    assert len(texts) >= 150
    assert sum(bool(re.search("[а-яё]", text)) for text in texts) >= 50


@pytest.mark.parametrize(
    ("text", "published", "reason"),
    [
        ("Shots yesterday.", date(2016, 9, 14), '"yesterday", one day before publication on 2016-09-14'),
        (
            "It fell on July 30.",
            date(2021, 8, 2),
            '"July 30", no year given: the latest on or before publication on 2021-08-02',
        ),
        (
            "Fire on 03/09/2022.",
            None,
            '"03/09/2022", either 2022-09-03 (day first) or 2022-03-09 (month first), and nothing settles which',
        ),
        (
            "Fire on Wednesday, 03/09/2022.",
            None,
            '"Wednesday, 03/09/2022", month first, as 2022-03-09 is a Wednesday',
        ),
        (
            "It fell on July 30, then on August 4, 2021.",
            None,
            '"July 30", no year given: the year of "August 4, 2021" in the same text',
        ),
        (
            "It fell on Monday, May 6, 2021.",
            None,
            '"Monday, May 6, 2021", written in full; the text calls it a Monday, but it is a Thursday',
        ),
        ("It fell on Wednesday.", None, '"Wednesday", counted from a day of publication that is not known'),
        (
            "It fell on May 5, 2021, and the next day it burned.",
            None,
            '"the next day", one day after "May 5, 2021" (2021-05-05)',
        ),
    ],
)
def test_reason_tells_how_the_days_follow(text: str, published: date | None, reason: str) -> None:
    """The reason is a sentence a reader can check, with the anchor in it."""
    assert find_dates(text, published=published)[-1 if "next day" in text else 0].reason == reason


@pytest.mark.parametrize(
    "stamp",
    [
        "13:20 / 15.12.2021",
        "15:08, 15 декабря 2021, Бишкек",
        "15 дек 2021, 11:14",
        "Wednesday, 12/15/2021",
        "Published: December 15, 2021 10:15 GMT+5",
        "Updated 15 December 2021",
        "15 December 2021",
    ],
)
def test_page_stamp_anchors_relative_dates(stamp: str) -> None:
    """A full page stamp, first or last, is furniture and anchors "yesterday" when no publication day is given."""
    for text in (f"{stamp}\n\nTrucks left Termez yesterday.\n", f"Trucks left Termez yesterday.\n\n{stamp}\n"):
        found = {m.role: m for m in find_dates(text, published=None)}
        assert found["stamp"].date_start == date(2021, 12, 15)
        assert found["event"].date_start == date(2021, 12, 14)
        assert "2021-12-15, the day of the text's own stamp" in found["event"].reason


def test_publication_wins_over_the_stamp() -> None:
    """The given day of publication anchors, whatever a stamp says."""
    found = find_dates("13:20 / 15.12.2021\n\nTrucks left yesterday.", published=date(2021, 12, 20))
    assert found[1].date_start == date(2021, 12, 19)


def test_today_with_a_full_date_anchors() -> None:
    """A full date beside "today" tells the day of writing."""
    found = find_dates("Today, 8 July 2025, it reopened. It had closed yesterday.", published=None)
    assert [m.date_start for m in found] == [date(2025, 7, 8), date(2025, 7, 7)]


def test_years_that_differ_anchor_nothing() -> None:
    """A day without a year stays unknown when the text's full dates lie in several years."""
    text = "It fell on May 5, 2010 and on June 7, 2015. On July 9 it was retaken."
    last = find_dates(text, published=None)[-1]
    assert (last.text, last.date_start, last.precision) == ("July 9", None, "unknown")


def test_both_languages_are_read_in_one_text() -> None:
    """A Russian stamp in an English report and an English date in a Russian one are both found."""
    found = find_dates("A post opened on July 30.\n\n02 авг 2021, 11:14", published=None, language="en")
    assert [(m.text, m.date_start) for m in found] == [
        ("July 30", date(2021, 7, 30)),
        ("02 авг 2021", date(2021, 8, 2)),
    ]
    found = find_dates("Как пишет Reuters (May 5, 2021), в среду стреляли.", published=date(2021, 5, 6), language="ru")
    assert [m.date_start for m in found] == [date(2021, 5, 5), date(2021, 5, 5)]


def test_spans_are_exact_with_odd_spaces() -> None:
    """No-break spaces, wrapped lines and zero-width marks inside a date do not shift its span."""
    text = "\ufeffOn April\u00a015 to\u202f18, 2024 troops of both countries and their guests, and on 5\nMay 2024 all left."
    found = find_dates(text, published=None)
    assert [(m.date_start, m.date_end) for m in found] == [
        (date(2024, 4, 15), date(2024, 4, 18)),
        (date(2024, 5, 5), date(2024, 5, 5)),
    ]
    assert all(text[m.start : m.end] == m.text for m in found)


def test_list_items_are_no_range() -> None:
    """Dates in the lines of a list stay apart."""
    found = find_dates("Attacks:\n- 5 May 2021\n- 7 May 2021\n", published=None)
    assert [m.date_start for m in found] == [date(2021, 5, 5), date(2021, 5, 7)]


def test_empty_text_has_no_dates() -> None:
    """An empty text and one of control characters give nothing."""
    assert find_dates("", published=None) == []
    assert find_dates("\x00\x01\n\n\r\n", published=date(2021, 1, 1)) == []


@pytest.mark.parametrize("published", [date.min, date.max])
def test_ends_of_the_calendar_are_unknown(published: date) -> None:
    """Counting beyond the calendar gives no days and no error."""
    text = (
        "Yesterday, tomorrow, last year, next year, 30 years ago, last week, next week, on May 5, on Monday, in March."
    )
    for mention in find_dates(text, published=published):
        assert (mention.date_start is None) == (mention.precision == "unknown" and mention.date_end is None)


def _seconds(text: str) -> float:
    begin = time.process_time()
    find_dates(text, published=date(2022, 1, 1))
    return time.process_time() - begin


def test_text_with_few_dates_is_read_fast() -> None:
    """A million characters with a date every thousand take about a second at most."""
    line = "The border guards of both countries watched the long river in the valley and saw nothing unusual there. "
    text = (line * 10 + "On May 5, 2021 shots were fired. ") * 900
    assert len(text) > 900_000
    assert _seconds(text) < 3  # measured 0.2 to 0.5 s; a busy machine is slower


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "1 ",
        "1-",
        "1.",
        "May ",
        "May 5 ",
        "from ",
        "in May and ",
        "5, ",
        "с 5 по ",
        "the ",
        "(",
        " ",
        "\n",
        "said on ",
    ],
)
def test_hostile_lines_take_linear_time(unit: str) -> None:
    """One line of repeated fragments takes time in proportion to its length, not to its square."""
    short, long = unit * (5_000 // len(unit)), unit * (40_000 // len(unit))
    assert _seconds(long) < 8 * 4 * max(_seconds(short), 0.02)

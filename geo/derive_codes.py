"""What Natural Earth's codes for first-level units have to be changed to, so that keys are today's ISO 3166-2."""

# Units whose code is wrong in the source or shared with another unit, by Natural Earth's own number.
BY_UNIT = {
    "TJK-368": "TJ-RA",
    "AFG-1753": "AF-DAY",
    "AFG-1769": "AF-PAN",
    "AFG-1759": "AF-PKA",  # Paktika and Paktia are exchanged in the source
    "AFG-3413": "AF-PIA",
    "KAZ-3207": "KZ-19",
    "KAZ-4829": "KZ-75",
    "IRN-3216": "IR-23",
    "IRN-5490": "IR-30",
    "AZE-2422": "AZ-NV",
    "AZE-1735": "AZ-LAC",
    "AZE-1707": "AZ-LAN",
    "AZE-1727": "AZ-SAK",
}
# Codes that ISO has changed (Kazakhstan 2022, Iran 2020, Poland 2018, ...) or units that were merged since.
CHANGED = {
    "KZ": "AKM:11 AKT:15 ZAP:27 ZHA:31 ATY:23 KAR:35 KUS:39 KZY:43 MAN:47 PAV:55 SEV:59 YUZ:61 VOS:63 AST:71",
    "IR": "01:03 02:04 03:24 04:10 05:16 06:18 08:14 10:06 11:19 12:20 13:11 14:07 15:08 16:12 17:05 18:17 19:01 20:15 "
    "21:02 22:00 23:22 24:13 25:21 26:25 27:27 28:26 29:29 30:09 31:28",
    "PL": "DS:02 KP:04 LU:06 LB:08 LD:10 MA:12 MZ:14 OP:16 PK:18 PD:20 PM:22 SL:24 SK:26 WN:28 WP:30 ZP:32",
    "EE": "44:45 49:50 51:52 57:56 59:60 65:64 67:68 70:71 78:79 82:81 86:87",
    "IN": "CT:CG OR:OD TG:TS UT:UK",
    "IQ": "TS:KI",
    "PK": "TA:KP",
    "ZA": "NL:KZN GT:GP",
}
RENAMED = {
    f"{country}-{old}": f"{country}-{new}"
    for country, pairs in CHANGED.items()
    for old, new in (pair.split(":") for pair in pairs.split())
}
# Countries whose units in the source are of the second level: the property that names the first, and its codes.
NATIONS = {"England": "GB-ENG", "Scotland": "GB-SCT", "Wales": "GB-WLS", "Northern Ireland": "GB-NIR"}
GROUPED = {"FR", "IT", "ES"}  # their property `region_cod` is the code of the region
# Units that exist beside, not instead of, their parts.
COMPOSED = {
    "IQ-KR": ("Iraqi Kurdistan", "Иракский Курдистан", ("IQ-AR", "IQ-DA", "IQ-SU")),
    "AZ-NX": (
        "Nakhchivan",
        "Нахичеванская Автономная Республика",
        ("AZ-NV", "AZ-SAR", "AZ-SAD", "AZ-KAN", "AZ-BAB", "AZ-SAH", "AZ-CUL", "AZ-ORD"),
    ),
}
# Countries whose first-level units have changed since, beyond a change of codes.
LEFT_OUT = {"CI", "CZ", "GT", "KE", "LV", "LY", "MA", "MK", "NO", "NP", "UG"}

# Names that the source has wrong, out of date, or for only a part: English, Russian.
NAMES = {
    "TJ-SU": ("Sughd", "Согдийская область"),
    "TJ-RA": ("Districts of Republican Subordination", "Районы республиканского подчинения"),
    "TJ-KT": ("Khatlon", "Хатлонская область"),
    "AF-PAN": ("Panjshir", "Панджшер"),
    "AF-DAY": ("Daykundi", "Дайкунди"),
    "AF-URU": ("Uruzgan", "Урузган"),
    "KZ-19": ("Almaty Region", "Алматинская область"),
    "KZ-61": ("Turkistan Region", "Туркестанская область"),
    "KZ-71": ("Astana", "Астана"),
    "KZ-75": ("Almaty", "Алма-Ата"),
    "KG-O": ("Osh Region", "Ошская область"),
    "UZ-TO": ("Tashkent Region", "Ташкентская область"),
    "PK-KP": ("Khyber Pakhtunkhwa", "Хайбер-Пахтунхва"),
    "AZ-LAC": ("Lachin", "Лачинский район"),
    "GB-ENG": ("England", "Англия"),
    "GB-SCT": ("Scotland", "Шотландия"),
    "GB-WLS": ("Wales", "Уэльс"),
    "GB-NIR": ("Northern Ireland", "Северная Ирландия"),
}
NOTES = {
    "KZ-19": "As before 2022, with what is now Jetisu.",
    "KZ-35": "As before 2022, with what is now Ulytau.",
    "KZ-63": "As before 2022, with what is now Abai.",
    "KZ-61": "As before 2018, with the city of Shymkent.",
    "KG-O": "With the city of Osh.",
    "TM-A": "With the city of Ashgabat.",
}

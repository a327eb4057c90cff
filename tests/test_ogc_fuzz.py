"""Five hundred bad addresses: each is refused with 400, none breaks the server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from dashboard.ogc.params import ITEMS
from dashboard.project import open_project
from tests import hostile, ogc_world

BAD = 500
SEED = 20_240_415
SPOILED = {  # words that are wrong whatever stands beside them
    "bbox": ["1,2,3", "a,b,c,d", "0,0,0,91", "-999,0,0,1", "nan,nan,nan,nan", "5,6,7", "0,5,1,4", "1e99,0,1e99,1", ",,,"],
    "datetime": ["yesterday", "2024-13-01", "..", "../..", "2024-01-02/2024-01-01", "0000-00-00", "99999-01-01", "/"],
    "limit": ["0", "-1", "1.5", "ten", "1e9", "0x10", "NaN", "+1", "1,2"],
    "offset": ["-1", "x", "1e3", "99999999999999999999"],
    "cursor": ["x", "AAAA", "e30", "bnVsbA", "W10", "Ww", "LTE"],
    "filter": ["(", "kind", "kind=", "1=1", "kind=1", "x=1", "a(b)=c", "kind='a' AND", "NOT", "start>'x'", "';--", "main<TRUE"],
    "filter-lang": ["cql2-json", "sql", "CQL2-TEXT"],
    "crs": ["EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/3857"],
    "bbox-crs": ["4326"],
    "kind": ["war", "PATROL", "patrol;", "patrol war"],
    "status": ["done", "' OR 1=1 --"],
    "country": ["Tajikistan", "tj", "T1", "TJ/AF"],
    "border": ["AF", "TJ-AF-CN", "ZZ"],
    "border_from_km": ["-1", "x", "1e99", "5"],
    "not_country": ["TJK", "tj", "1"],
    "area": ["1,2;3,4", "0,0;2,2;2,0;0,2", "170,0;190,0;180,9", "x", ";;", "0,0;1,1;nan,2"],
    "within_km": ["-1", "0", "1e9", "far", "99999"],
    "from": ["today", "2024", "2024-2-1"],
    "to": ["0", "2024-04-31"],
    "precision": ["roughly"],
    "possible": ["maybe", "2", "true"],
    "background": ["-1", "yes"],
    "text": ["x" * 300, " ".join("abcdefghijklmnopqrstuvwxyz"), "\0"],
    "source": ["x" * 300],
    "f": ["xml", "JSON", "geojson", "../../etc/passwd"],
}  # fmt: skip


def _bad(rng: random.Random) -> str:
    """Return a query string that must be refused: a spoiled word, an unknown one, one twice, or noise in brackets."""
    name = rng.choice(list(SPOILED))
    value = rng.choice(SPOILED[name])
    shape = rng.randrange(5)
    if shape == 1:
        name = rng.choice(
            ["foo", "Kind", "bbox ", "limit[]", "__proto__", "q", "é", "resultType", rng.choice(ITEMS) + "x"]
        )
    if shape == 2:
        return urlencode([("kind", "aid"), (name, value), ("kind", "aid")])
    if shape == 3:
        name, value = (
            "filter",
            "".join(rng.choice("()'\"=<>%_ ,anotDk1.\\é☃\n") for _ in range(rng.randrange(1, 80))) + "=(",
        )
    if shape == 4:
        name, value = (
            rng.choice(["cursor", "filter", "limit", "kind"]),
            rng.choice(list(hostile.TEXTS.values()))[:3000] + "'",
        )
    beside = {"status": "completed", "limit": "5"} if rng.random() < 0.5 and name not in ("status", "limit") else {}
    return urlencode({**beside, name: value}, quote_via=quote, errors="replace")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small project."""
    folder = tmp_path_factory.mktemp("project")
    ogc_world.fill(folder, plain=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BORDERWATCH_STORE", str(folder))
        with ogc_world.serve() as address:
            yield address
        open_project().store.close()


def test_bad_parameters_are_refused_and_never_break_it(base: str) -> None:
    """The same five hundred at each run; the address with the fault is shown."""
    rng = random.Random(SEED)  # noqa: S311 - a test
    asked = [_bad(rng) for _ in range(BAD)]
    wrong = []
    for words in asked:
        reply = ogc_world.fetch(f"{base}/collections/all/items?{words}")
        if reply.status != 400 or "description" not in reply.json():
            wrong.append((reply.status, words))
    assert wrong == []
    assert len(set(asked)) > BAD * 0.8


def test_any_parameters_at_all_never_break_it(base: str) -> None:
    """Good and bad values mixed at random, in every word: an answer or a refusal."""
    rng = random.Random(SEED + 1)  # noqa: S311 - a test
    good = {
        "bbox": "60,36,70,40",
        "datetime": "2024-01-01/..",
        "limit": "3",
        "filter": "border_km < 9",
        "kind": "aid",
        "text": "%_",
    }
    for _ in range(200):
        words = {
            name: rng.choice([*SPOILED.get(name, ()), "", "é", "0", good.get(name, "1")])
            for name in rng.sample(ITEMS, 4)
        }
        reply = ogc_world.fetch(
            f"{base}/collections/{rng.choice(['all', 'reports', '%C3%BC', '%00', '..'])}/items", words
        )
        assert reply.status in (200, 400, 404), (reply.status, words)

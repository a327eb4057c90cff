"""Network geocoders, against a real HTTP server on loopback that answers like Nominatim, well and badly."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from geo.errors import GeocoderError
from geo.extract import Atlas
from geo.geocode import locate, resolve
from geo.mentions import find_toponyms
from geo.online import MAX_AGE_S, OnlineGeocoder, switched_on

QALA = {
    "lat": "37.9",
    "lon": "69.1",
    "name": "Qalai Nav",
    "display_name": "Qalai Nav, Khatlon, Tajikistan",
    "boundingbox": ["37.88", "37.92", "69.08", "69.12"],
    "address": {"country_code": "tj"},
    "addresstype": "village",
}
HOSTILE = {
    **QALA,
    "name": "<img src=x onerror=alert(1)>{{ 7*7 }}",
    "boundingbox": ["nan", "x", None, "1e999"],
    "address": ["not", "a", "dict"],
}


class _Server(ThreadingHTTPServer):
    """Answers in turn from `answers`: (status, body, headers); counts what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        self.asked: list[str] = []
        self.delay = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: _Server = self.server
        server.asked.append(parse_qs(urlparse(self.path).query).get("q", [""])[0])
        status, body, headers = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        headers = dict(headers)
        if headers.pop("X-Slow", None):
            server.delay.wait(3)
        self.send_response(status)
        length = int(headers.pop("X-Length", len(body)))
        for name, value in {"Content-Type": "application/json", "Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """Serve on a free port of loopback."""
    served = _Server()
    thread = threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield served
    served.delay.set()
    served.shutdown()
    served.server_close()
    thread.join()


class _Time:
    """A clock that moves when one sleeps."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _geocoder(server: _Server, path: Path, time: _Time) -> OnlineGeocoder:
    config = {"domain": f"127.0.0.1:{server.server_port}", "scheme": "http", "timeout": 1}
    return OnlineGeocoder("nominatim", cache=path / "c.sqlite", config=config, clock=time.clock, sleep=time.sleep)


def _ok(*places: dict) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps(places).encode(), {}


def test_an_answer_becomes_a_place_with_radius_provider_and_licence(server: _Server, tmp_path: Path) -> None:
    """The extent gives the radius; the source names the service and its licence."""
    server.answers = [_ok(QALA)]
    place = _geocoder(server, tmp_path, _Time()).find("Qalai Nav")[0]
    assert (place.name, place.country, place.lat, place.lon) == ("Qalai Nav", "TJ", 37.9, 69.1)
    assert 2 < place.radius_km < 4
    assert "nominatim" in place.source
    assert "ODbL" in place.source


def test_answers_are_kept_on_disk_with_their_age(server: _Server, tmp_path: Path) -> None:
    """A second geocoder asks nothing; after the age limit it asks again."""
    server.answers = [_ok(QALA)]
    time = _Time()
    _geocoder(server, tmp_path, time).find("Qalai Nav")
    assert _geocoder(server, tmp_path, time).find("Qalai Nav")[0].lat == 37.9
    assert len(server.asked) == 1
    time.now += MAX_AGE_S + 1
    _geocoder(server, tmp_path, time).find("Qalai Nav")
    assert len(server.asked) == 2


def test_an_empty_answer_is_kept_too(server: _Server, tmp_path: Path) -> None:
    """What the service does not know is not asked again at every run."""
    server.answers = [_ok()]
    geocoder = _geocoder(server, tmp_path, _Time())
    assert geocoder.find("Qwertyabad") == []
    assert geocoder.find("Qwertyabad") == []
    assert len(server.asked) == 1


def test_requests_are_a_second_apart(server: _Server, tmp_path: Path) -> None:
    """The service's policy is kept between different names."""
    server.answers = [_ok(QALA)]
    time = _Time()
    geocoder = _geocoder(server, tmp_path, time)
    for name in ("A", "B", "C"):
        geocoder.find(name)
    assert sum(time.slept) == pytest.approx(2.0)


@pytest.mark.parametrize("status", [429, 503, 502])
def test_a_passing_fault_is_tried_again_with_longer_waits(server: _Server, tmp_path: Path, status: int) -> None:
    """Two refusals, then the answer."""
    server.answers = [(status, b"busy", {}), (status, b"busy", {}), _ok(QALA)]
    time = _Time()
    assert _geocoder(server, tmp_path, time).find("Qalai Nav")[0].lat == 37.9
    assert len(server.asked) == 3
    assert max(time.slept) >= 2


def test_a_service_that_stays_down_is_reported_and_never_cached(server: _Server, tmp_path: Path) -> None:
    """The error names the service and the place; a later try succeeds."""
    server.answers = [(503, b"", {})]
    geocoder = _geocoder(server, tmp_path, _Time())
    with pytest.raises(GeocoderError, match="nominatim did not answer for 'Qalai Nav'"):
        geocoder.find("Qalai Nav")
    server.answers = [_ok(QALA)]
    assert geocoder.find("Qalai Nav")


def test_an_old_answer_serves_while_the_service_is_down(server: _Server, tmp_path: Path) -> None:
    """Offline, what was known stays known."""
    server.answers = [_ok(QALA)]
    time = _Time()
    geocoder = _geocoder(server, tmp_path, time)
    geocoder.find("Qalai Nav")
    server.answers = [(503, b"", {})]
    time.now += MAX_AGE_S + 1
    assert geocoder.find("Qalai Nav")[0].lat == 37.9


@pytest.mark.parametrize(
    "answer",
    [
        (200, b'[{"lat": "37.9", "lon"', {}),
        (200, b"<html>blocked</html>", {}),
        (200, b'[{"lat": "37.9"}]', {}),
        (200, b'[{"lat": "999", "lon": "1", "display_name": "x"}]', {}),
        (200, b'{"error": "no"}', {}),
        (200, b"[]", {"X-Length": "500"}),
        (403, b"forbidden", {}),
    ],
    ids=["truncated", "html", "no lon", "off the earth", "error object", "short body", "forbidden"],
)
def test_a_broken_answer_never_becomes_a_place(
    server: _Server, tmp_path: Path, answer: tuple[int, bytes, dict[str, str]]
) -> None:
    """It is an error of ours with the service's name, or no place at all."""
    server.answers = [answer]
    decision = _geocoder(server, tmp_path, _Time()).decide("Qalai Nav")
    assert decision is None or (decision.choice is None and "nominatim" in decision.reason)


def test_a_slow_service_times_out(server: _Server, tmp_path: Path) -> None:
    """One second is the limit set here, and three tries."""
    server.answers = [(200, b"[]", {"X-Slow": "1"})]
    with pytest.raises(GeocoderError, match="did not answer"):
        _geocoder(server, tmp_path, _Time()).find("Qalai Nav")


def test_hostile_names_are_plain_text_and_bad_extents_are_wide(server: _Server, tmp_path: Path) -> None:
    """Nothing in an answer is trusted further than its type."""
    server.answers = [_ok(HOSTILE)]
    place = _geocoder(server, tmp_path, _Time()).find("Qalai Nav")[0]
    assert place.name == "<img src=x onerror=alert(1)>{{ 7*7 }}"
    assert (place.country, place.radius_km) == (None, 25.0)


def test_it_is_asked_only_for_what_the_gazetteer_refused(server: _Server, tmp_path: Path, atlas: Atlas) -> None:
    """The gazetteer comes first, and the country stays a filter."""
    server.answers = [_ok(QALA)]
    geocoders = [atlas.gazetteer, _geocoder(server, tmp_path, _Time())]
    assert locate("Dushanbe", geocoders).choice.source == "GeoNames"
    assert server.asked == []
    assert "nominatim" in locate("Qwertyabad", geocoders, country="TJ").choice.source
    assert locate("Qwertyabad", geocoders, country="AF").choice is None


def test_none_is_on_by_default_and_a_wrong_name_is_refused(tmp_path: Path) -> None:
    """The network is switched on by name only."""
    assert switched_on({}) == []
    with pytest.raises(GeocoderError, match="'nosuch'"):
        OnlineGeocoder("nosuch", cache=tmp_path / "c.sqlite")


def test_a_report_asks_for_its_unknown_places_in_its_own_countries(
    server: _Server, tmp_path: Path, atlas: Atlas
) -> None:
    """An answer in a country the report does not speak of, or far from its places, is not taken."""
    text = "Guards in Tajikistan trained in Kulob and in the Qwertyabad district. Tajikistan gave no details."
    toponyms = find_toponyms(text, atlas.gazetteer)
    for country, lat, expected in (("tj", "37.9", "nominatim"), ("tj", "40.9", None), ("br", "37.9", None)):
        server.answers = [_ok({**QALA, "lat": lat, "address": {"country_code": country}})]
        online = [_geocoder(server, tmp_path / (country + lat), _Time())]
        mentions = resolve(toponyms, atlas.gazetteer, atlas.borders, text=text, online=online)
        place = next(mention.place for mention in mentions if "Qwertyabad" in mention.surface)
        assert (place is None) if expected is None else (expected in place.source)

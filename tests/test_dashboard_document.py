"""A document runs its own script and nothing else, whatever its data say."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from dashboard.document import embed_json, to_document
from dashboard.snapshot import PICTURE, SNAPSHOT
from tests import hostile


class _Scripts(HTMLParser):
    """Collects the elements of a page as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, dict(attrs)))


def test_hostile_texts_come_back_as_they_were() -> None:
    """Escaping JSON changes how it is written and not what it says."""
    text = embed_json(hostile.TEXTS)
    assert json.loads(text) == hostile.TEXTS
    assert not re.search("[<>&\u2028\u2029]", text)


def test_no_data_adds_an_element_to_the_page() -> None:
    """A page with hostile data has the elements of an empty one, and none that loads anything."""
    pages = [to_document(data, scripts=SNAPSHOT, styles=("canvas.css",)).decode() for data in ({}, hostile.TEXTS)]
    seen = []
    for page in pages:
        parser = _Scripts()
        parser.feed(page)
        seen.append(parser.tags)
    assert seen[0] == seen[1]
    assert not any({"src", "href", "srcset"} & attributes.keys() for _, attributes in seen[1])


def test_the_policy_allows_just_this_script_and_this_style() -> None:
    """By their digests; nothing may be loaded from anywhere."""
    page = to_document({}, scripts=PICTURE, styles=("picture.css",)).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src 'none'" in policy
    for name, pattern in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        digest = base64.b64encode(hashlib.sha256(re.search(pattern, page, re.DOTALL)[1].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy


def test_an_unknown_theme_is_light() -> None:
    """The theme comes from an address and goes into an attribute."""
    assert b'class="light"' in to_document({}, scripts=(), styles=(), theme='"><script>')

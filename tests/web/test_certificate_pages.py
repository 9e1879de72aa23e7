"""The page of a certificate: valid or unknown, in plain HTML that loads nothing, for whoever has the code."""

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import aiohttp
import pytest

from bot.domain.certificate import Certificate
from bot.web.certificate_pages import BURST, LOOKUPS_PER_SECOND, CertificatePages
from bot.web.server import Server
from tests.domain.test_open_badge import ADDRESS, CERTIFICATE, find_faults

LOOPBACK = "127.0.0.1"


@dataclass
class Place:
    """A running server, the certificates that it has, and its clock."""

    there: list[Certificate] = field(default_factory=lambda: [CERTIFICATE])
    seconds: float = 0.0
    looked_up: list[str] = field(default_factory=list)
    port: int = 0

    async def find(self, code: str) -> Certificate | None:
        self.looked_up.append(code)
        return next((each for each in self.there if each.code == code), None)

    async def get(self, path: str) -> tuple[int, str, dict[str, str]]:
        """An answer: its status, its text, its headers."""
        url = f"http://{LOOPBACK}:{self.port}/certificates/{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text(), dict(answer.headers)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    made = Place()
    server = Server(CertificatePages(made.find, ADDRESS, lambda: made.seconds).routes, LOOPBACK, 0)
    await server.start()
    made.port = server.port
    yield made
    await server.stop()


async def test_a_valid_code_says_what_is_certified(place: Place) -> None:
    status, text, _ = await place.get("K7M2Q-X9PTB")

    assert status == 200
    for said in ("is valid", "Amara Okafor", "New nurse manager", "March 2, 2026 – May 29, 2026", "30 minutes"):
        assert said in text
    assert "accreditation or continuing education credit (CME, CNE)" in text
    assert "The name is as its holder gave it." in text


@pytest.mark.parametrize("typed", ["k7m2qx9ptb", "K7M2-QX9-PTB", "%20k7m2q%20x9ptb"])
async def test_case_hyphens_and_spaces_are_forgiven(place: Place, typed: str) -> None:
    status, _, _ = await place.get(typed)

    assert status == 200


@pytest.mark.parametrize("typed", ["K7M2Q-X9PTC", "K7M2Q", "<script>", "K" * 3000, "0000000000"])
async def test_any_other_code_is_unknown_and_not_repeated(place: Place, typed: str) -> None:
    status, text, headers = await place.get(typed)

    assert status == 404
    assert "No certificate has this code." in text
    assert typed not in text
    assert "Content-Security-Policy" in headers


async def test_what_cannot_be_a_code_is_not_looked_up(place: Place) -> None:
    await place.get("K7M2Q")
    await place.get("0000000000.json")

    assert place.looked_up == []


async def test_the_page_loads_nothing_and_tells_nobody(place: Place) -> None:
    _, text, headers = await place.get("K7M2Q-X9PTB")

    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store"
    assert not re.search(r"<(?:script|img|link|iframe|a|form)\b|https?:|url\(|style=", text)


async def test_what_people_typed_is_escaped(place: Place) -> None:
    hostile = "<script>alert('1')</script> & \"O’Neill\""
    place.there = [replace(CERTIFICATE, name=hostile, program=hostile, skills=(hostile,))]

    _, text, _ = await place.get("K7M2Q-X9PTB")

    assert "<script" not in text
    assert text.count("&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;O’Neill&quot;") == 3


async def test_a_page_is_in_the_language_of_its_certificate(place: Place) -> None:
    place.there = [replace(CERTIFICATE, language="de")]

    _, text, _ = await place.get("K7M2Q-X9PTB")

    assert '<html lang="de">' in text
    assert "2. März 2026" in text


async def test_a_certificate_whose_name_is_unreadable_is_not_called_valid(place: Place) -> None:
    place.there = [replace(CERTIFICATE, name=None)]

    status, _, _ = await place.get("K7M2Q-X9PTB")

    assert status == 404


async def test_the_badge_is_at_the_same_address(place: Place) -> None:
    status, text, headers = await place.get("k7m2qx9ptb.json")
    badge = json.loads(text)
    unknown, _, _ = await place.get("K7M2QX9PTC.json")

    assert (status, find_faults(badge)) == (200, [])
    assert headers["Content-Type"].startswith("application/ld+json")
    assert badge["id"] == f"{ADDRESS}/certificates/K7M2QX9PTB.json"
    assert unknown == 404


async def test_guessing_is_slowed_down_for_everybody_and_lets_go_again(place: Place) -> None:
    answers = [(await place.get("K7M2Q-X9PTC"))[0] for _ in range(int(BURST) + 1)]
    place.seconds += 1 / LOOKUPS_PER_SECOND

    after, _, _ = await place.get("K7M2Q-X9PTB")

    assert answers == [404] * int(BURST) + [429]
    assert after == 200

"""Fetching a calendar from a real TLS server, on this machine's own address where a test allows that."""

import asyncio
import datetime as dt
import gzip
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.content.roster_reader import MAX_CALENDAR_BYTES
from bot.delivery import calendar_fetcher
from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.errors import CalendarUnreachable

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@dataclass
class Rota:
    """A server with a calendar: answers as configured, and records requests."""

    url: str = ""
    answer: Answer | None = None
    asked: list[web.Request] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request) if self.answer else web.Response(body=CALENDAR)


@pytest.fixture
async def rota(certificate: Path) -> AsyncIterator[Rota]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    rota = Rota()
    app = web.Application()
    app.router.add_get("/{path:.*}", rota.handle)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=tls)
    rota.url = f"https://localhost:{server.port}/rota.ics"
    yield rota
    await server.close()


@pytest.fixture
def trusting(certificate: Path) -> HttpCalendarFetcher:
    """Connects to any address, and trusts the test's certificate."""
    return HttpCalendarFetcher(
        is_allowed=lambda _address: True, tls=ssl.create_default_context(cafile=certificate), timeout_seconds=5
    )


async def refusal(calendars: HttpCalendarFetcher, address: str) -> CalendarUnreachable:
    with pytest.raises(CalendarUnreachable) as caught:
        await calendars.fetch(address)
    return caught.value


def always(response: Callable[[], web.StreamResponse]) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return response()

    return answer


async def test_a_calendar_is_fetched_whole(rota: Rota, trusting: HttpCalendarFetcher):
    assert await trusting.fetch(rota.url) == CALENDAR


async def test_a_calendar_that_comes_packed_is_unpacked(rota: Rota, trusting: HttpCalendarFetcher):
    packed = gzip.compress(CALENDAR)
    rota.answer = always(lambda: web.Response(body=packed, headers={"Content-Encoding": "gzip"}))

    assert await trusting.fetch(rota.url) == CALENDAR


async def test_redirects_are_followed_three_times(rota: Rota, trusting: HttpCalendarFetcher):
    async def three(request: web.Request) -> web.StreamResponse:
        steps = int(request.query.get("steps", 0))
        headers = {"Location": f"/rota.ics?steps={steps + 1}"}
        return web.Response(body=CALENDAR) if steps == 3 else web.Response(status=302, headers=headers)

    rota.answer = three

    assert await trusting.fetch(rota.url) == CALENDAR
    assert len(rota.asked) == 4


async def test_a_fourth_redirect_is_not_followed(rota: Rota, trusting: HttpCalendarFetcher):
    async def on_and_on(request: web.Request) -> web.StreamResponse:
        return web.Response(status=301, headers={"Location": f"{request.path}x"})

    rota.answer = on_and_on

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.TOO_MANY_REDIRECTS
    assert len(rota.asked) == 4


async def test_a_server_that_redirects_in_circles_is_left_and_the_file_asked_for(
    rota: Rota, trusting: HttpCalendarFetcher
):
    rota.answer = always(lambda: web.Response(status=302, headers={"Location": "/rota.ics"}))

    told = str(await refusal(trusting, rota.url))

    assert told == calendar_fetcher.CIRCLE
    assert told.endswith("download the file and send it to me.")
    assert len(rota.asked) == 4


async def test_a_server_that_knows_only_browsers_gives_the_calendar(rota: Rota, trusting: HttpCalendarFetcher):
    async def like_outlook(request: web.Request) -> web.StreamResponse:
        if re.match(r"Mozilla/5\.0 \(.*\) .*Chrome/\d", request.headers["User-Agent"]):
            return web.Response(body=CALENDAR)
        return web.Response(status=302, headers={"Location": "/owa/auth/errorfe.aspx"})

    rota.answer = like_outlook

    assert await trusting.fetch(rota.url) == CALENDAR


async def test_a_cookie_that_comes_with_a_redirect_goes_back_as_it_was(rota: Rota, trusting: HttpCalendarFetcher):
    cookie = "visit=a/b=c:d,e; Path=/"

    async def ask_for_it(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Cookie") == "visit=a/b=c:d,e":
            return web.Response(body=CALENDAR)
        return web.Response(status=302, headers={"Location": "/rota.ics", "Set-Cookie": cookie})

    rota.answer = ask_for_it

    assert await trusting.fetch(rota.url) == CALENDAR
    assert len(rota.asked) == 2


async def test_a_cookie_goes_to_no_other_server_and_to_no_later_fetch(rota: Rota, trusting: HttpCalendarFetcher):
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        if request.host.startswith("localhost"):
            there = rota.url.replace("localhost", "127.0.0.1")
            return web.Response(status=302, headers={"Location": there, "Set-Cookie": "visit=1; Path=/"})
        return web.Response(body=CALENDAR)

    rota.answer = elsewhere

    for _ in range(2):
        await trusting.fetch(rota.url)

    assert [request.headers.get("Cookie") for request in rota.asked] == [None] * 4


SIGNED = "/feed%2fa/~b'(c)?sig=a%2Bb+c%3D%3d&when=10:00:00&x=%zz&path=a/b"


async def test_a_signed_address_is_asked_for_character_by_character(rota: Rota, trusting: HttpCalendarFetcher):
    address = trusting.validate_url(rota.url.replace("/rota.ics", SIGNED))

    await trusting.fetch(address)

    assert [request.raw_path for request in rota.asked] == [SIGNED]


@pytest.mark.parametrize("relative", [True, False])
async def test_a_signed_redirect_is_followed_character_by_character(
    rota: Rota, trusting: HttpCalendarFetcher, relative: bool
):
    base = rota.url.removesuffix("/rota.ics")

    async def to_signed(request: web.Request) -> web.StreamResponse:
        if request.path == "/rota.ics":
            return web.Response(status=302, headers={"Location": SIGNED if relative else base + SIGNED})
        return web.Response(body=CALENDAR)

    rota.answer = to_signed

    await trusting.fetch(rota.url)

    assert rota.asked[-1].raw_path == SIGNED


async def test_letters_beyond_ascii_are_quoted_and_what_is_quoted_stays(rota: Rota, trusting: HttpCalendarFetcher):
    await trusting.fetch(trusting.validate_url(rota.url.replace("rota.ics", "Dienst plan/ü%2F?q=é")))

    assert rota.asked[0].raw_path == "/Dienst%20plan/%C3%BC%2F?q=%C3%A9"


@pytest.mark.parametrize("kind", ["text/html", "text/calendar"])
async def test_a_web_page_in_place_of_a_calendar_is_said_to_be_one(
    rota: Rota, trusting: HttpCalendarFetcher, kind: str
):
    rota.answer = always(lambda: web.Response(body=b"\n<!doctype html><title>Sign in</title>", content_type=kind))

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.WEB_PAGE


async def test_a_calendar_that_is_called_a_web_page_is_one(rota: Rota, trusting: HttpCalendarFetcher):
    rota.answer = always(lambda: web.Response(body=CALENDAR, content_type="text/html"))

    assert await trusting.fetch(rota.url) == CALENDAR


async def test_a_redirect_to_a_private_network_is_not_followed(rota: Rota, certificate: Path):
    rota.answer = always(lambda: web.Response(status=302, headers={"Location": "https://169.254.169.254/latest"}))
    tls = ssl.create_default_context(cafile=certificate)
    calendars_here = HttpCalendarFetcher(is_allowed=lambda address: address in {"127.0.0.1", "::1"}, tls=tls)

    assert str(await refusal(calendars_here, rota.url)) == calendar_fetcher.PRIVATE_NETWORK
    assert len(rota.asked) == 1


async def test_a_redirect_without_https_is_not_followed(rota: Rota, trusting: HttpCalendarFetcher):
    rota.answer = always(lambda: web.Response(status=302, headers={"Location": "http://localhost/rota.ics"}))

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.INSECURE


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "rota.example@127.0.0.1",
        "127。0。0。1",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "[64:ff9b::7f00:1]",
        "2130706433",
        "127.1",
        "[fe80::1]",
    ],
)
async def test_a_private_address_is_refused_before_anything_is_sent(host: str):
    assert str(await refusal(HttpCalendarFetcher(), f"https://{host}/rota.ics")) == calendar_fetcher.PRIVATE_NETWORK


async def test_a_name_that_leads_to_this_machine_is_refused(rota: Rota):
    assert str(await refusal(HttpCalendarFetcher(), rota.url)) == calendar_fetcher.UNREACHABLE
    assert rota.asked == []


async def test_a_name_of_a_private_network_and_one_that_does_not_exist_are_told_the_same(rota: Rota):
    private = await refusal(HttpCalendarFetcher(), rota.url)
    unknown = await refusal(HttpCalendarFetcher(), "https://nobody.invalid/rota.ics")

    assert (str(private), private.temporary) == (str(unknown), unknown.temporary)


async def test_a_name_is_refused_if_one_of_its_addresses_is_private(rota: Rota, monkeypatch: pytest.MonkeyPatch):
    def both(*_args: object, **_named: object) -> list[tuple[object, ...]]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("93.184.216.34", 443)), (*kind, ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    connected: list[str] = []

    def is_allowed(address: str) -> bool:
        connected.append(address)
        return address == "93.184.216.34"

    assert str(await refusal(HttpCalendarFetcher(is_allowed), "https://rota.example/")) == calendar_fetcher.UNREACHABLE
    assert connected == ["93.184.216.34", "127.0.0.1"]  # both were looked at, and neither was connected to


async def test_an_address_that_changes_after_it_was_checked_is_not_connected_to(rota: Rota, certificate: Path):
    looks: list[str] = []

    def public_at_first(address: str) -> bool:
        looks.append(address)
        return len(looks) == 1

    rebinding = HttpCalendarFetcher(is_allowed=public_at_first, tls=ssl.create_default_context(cafile=certificate))

    assert str(await refusal(rebinding, rota.url.replace("localhost", "127.0.0.1"))) == calendar_fetcher.UNREACHABLE
    assert len(looks) == 2
    assert rota.asked == []


async def test_two_megabytes_are_taken_and_a_byte_more_is_not(rota: Rota, trusting: HttpCalendarFetcher):
    rota.answer = always(lambda: web.Response(body=b"x" * MAX_CALENDAR_BYTES))
    assert len(await trusting.fetch(rota.url)) == MAX_CALENDAR_BYTES

    rota.answer = always(lambda: web.Response(body=b"x" * (MAX_CALENDAR_BYTES + 1)))
    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.TOO_LARGE


async def test_a_small_parcel_that_unpacks_to_a_gigabyte_is_not_unpacked(rota: Rota, trusting: HttpCalendarFetcher):
    bomb = gzip.compress(bytes(64 * 2**20))
    rota.answer = always(lambda: web.Response(body=bomb, headers={"Content-Encoding": "gzip"}))

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.TOO_LARGE


async def test_a_server_that_goes_on_and_on_is_stopped_at_two_megabytes(rota: Rota, trusting: HttpCalendarFetcher):
    async def on_and_on(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x" * 65536)
            await asyncio.sleep(0)  # writes must not wait, or the client could never hang up
        return response

    rota.answer = on_and_on

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.TOO_LARGE


async def test_a_server_that_drips_is_given_up(rota: Rota, certificate: Path):
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.02)

    rota.answer = drip
    impatient = HttpCalendarFetcher(
        lambda _address: True, ssl.create_default_context(cafile=certificate), timeout_seconds=0.3
    )

    told = await refusal(impatient, rota.url)

    assert str(told) == calendar_fetcher.TOO_SLOW
    assert told.temporary


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip"])
async def test_what_comes_packed_in_another_way_is_refused(rota: Rota, trusting: HttpCalendarFetcher, packing: str):
    rota.answer = always(lambda: web.Response(body=CALENDAR, headers={"Content-Encoding": packing}))

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.BAD_ENCODING


async def test_what_only_says_that_it_is_packed_is_refused(rota: Rota, trusting: HttpCalendarFetcher):
    rota.answer = always(lambda: web.Response(body=CALENDAR, headers={"Content-Encoding": "gzip"}))

    assert str(await refusal(trusting, rota.url)) == calendar_fetcher.BAD_ENCODING


@pytest.mark.parametrize(
    ("status", "part", "passing"),
    [(404, "no calendar at that address", False), (403, "a sign-in", False), (418, "418", False), (503, "503", True)],
)
async def test_what_the_server_answers_is_told_in_words(
    rota: Rota, trusting: HttpCalendarFetcher, status: int, part: str, passing: bool
):
    rota.answer = always(lambda: web.Response(status=status))

    told = await refusal(trusting, rota.url)

    assert part in str(told)
    assert told.temporary == passing


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(rota: Rota):
    assert (
        str(await refusal(HttpCalendarFetcher(is_allowed=lambda _address: True), rota.url))
        == calendar_fetcher.BAD_CERTIFICATE
    )


async def test_a_server_that_is_gone_may_come_back(trusting: HttpCalendarFetcher, unused_tcp_port: int):
    told = await refusal(trusting, f"https://localhost:{unused_tcp_port}/secret-path")

    assert str(told) == calendar_fetcher.UNREACHABLE
    assert told.temporary


async def test_no_error_holds_any_of_the_address(trusting: HttpCalendarFetcher, unused_tcp_port: int):
    told = await refusal(trusting, f"https://name:password@localhost:{unused_tcp_port}/secret-path")

    assert told.__cause__ is None
    assert told.__suppress_context__
    assert not {"localhost", "secret-path", "password"} & set(str(told).split("/"))


async def test_nothing_of_ours_goes_along(rota: Rota, trusting: HttpCalendarFetcher):
    await trusting.fetch(rota.url)

    sent = rota.asked[0].headers
    assert sent["User-Agent"].endswith(" Rounds")
    assert not {"Authorization", "Cookie", "Referer"} & set(sent)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://rota.example/a?token=b", "https://rota.example/a?token=b"),
        ("  webcal://rota.example/a.ics ", "https://rota.example/a.ics"),
        ("WEBCAL://rota.example/a.ics", "https://rota.example/a.ics"),
        ("webcals://rota.example/a.ics", "https://rota.example/a.ics"),
        ("https://rota.example:8443/a#part", "https://rota.example:8443/a"),
        ("https://dienst-münchen.example/plan", "https://xn--dienst-mnchen-3ob.example/plan"),
        (f"https://rota.example{SIGNED}", f"https://rota.example{SIGNED}"),
    ],
)
def test_an_address_is_meant_as_https(typed: str, meant: str):
    assert HttpCalendarFetcher().validate_url(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("http://rota.example/a", "ftp://rota.example", "rota.example/a.ics", "https://", "https:///a", "my calendar"),
        *("https://a b/", "https://rota.example\r\nHost: b/", "https://rota.example\\@10.0.0.1/"),
        *("javascript:alert(1)", "file:///etc/passwd", "https://[::1", "https://rota.example/" + "x" * 2000, ""),
    ],
)
def test_what_is_no_https_address_is_said_to_be_none(typed: str):
    with pytest.raises(CalendarUnreachable) as caught:
        HttpCalendarFetcher().validate_url(typed)

    assert str(caught.value) == calendar_fetcher.NOT_HTTPS


def test_a_private_address_is_refused_as_it_is_typed():
    with pytest.raises(CalendarUnreachable) as caught:
        HttpCalendarFetcher().validate_url("https://192.168.0.10/rota.ics")

    assert str(caught.value) == calendar_fetcher.PRIVATE_NETWORK

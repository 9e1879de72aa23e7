"""Looking up names: a dead name server holds up nothing but calendars."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from bot.delivery.calendar_fetcher import TOO_SLOW, HttpCalendarFetcher
from bot.delivery.name_lookups import MAX_LOOKUPS, NameLookups
from bot.errors import CalendarUnreachable
from tests.waits import LONGEST, eventually


class DeadServer:
    """A name server that answers nothing until the test ends."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.over = threading.Event()

    def getaddrinfo(self, host: str, *_args: object, **_named: object) -> list[tuple[object, ...]]:
        self.asked.append(host)
        self.over.wait(LONGEST)
        raise socket.gaierror


@pytest.fixture
def dead_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadServer]:
    server = DeadServer()
    monkeypatch.setattr(socket, "getaddrinfo", server.getaddrinfo)
    yield server
    server.over.set()


async def test_what_other_threads_do_goes_on_while_thirty_names_are_looked_up(dead_server: DeadServer):
    fetcher = HttpCalendarFetcher(timeout_seconds=LONGEST)
    fetches = [asyncio.create_task(fetcher.fetch(f"https://dead{number}.example/")) for number in range(30)]
    await eventually(lambda: len(dead_server.asked) == MAX_LOOKUPS)

    await asyncio.gather(*(asyncio.to_thread(str) for _ in range(30)))

    assert not any(fetch.done() for fetch in fetches)
    dead_server.over.set()
    ended = await asyncio.gather(*fetches, return_exceptions=True)
    assert {type(each) for each in ended} == {CalendarUnreachable}


async def test_a_fetch_that_waits_for_others_lookups_ends_in_time(dead_server: DeadServer):
    fetcher = HttpCalendarFetcher(timeout_seconds=0.2)

    ended = await asyncio.gather(
        *(fetcher.fetch(f"https://dead{number}.example/") for number in range(30)), return_exceptions=True
    )

    assert {str(each) for each in ended} == {TOO_SLOW}
    assert len(dead_server.asked) == MAX_LOOKUPS


async def test_a_lookup_that_nobody_waits_for_frees_its_place_when_it_ends(dead_server: DeadServer):
    lookups = NameLookups(most=1)
    first = asyncio.create_task(lookups.look_up("dead.example", 443, socket.AF_UNSPEC))
    await eventually(lambda: dead_server.asked)
    first.cancel()

    second = asyncio.create_task(lookups.look_up("next.example", 443, socket.AF_UNSPEC))
    dead_server.over.set()

    with pytest.raises(OSError):  # noqa: PT011 - gaierror, on every system
        await second
    assert dead_server.asked == ["dead.example", "next.example"]


async def test_a_name_that_cannot_be_one_is_not_found():
    with pytest.raises(OSError):  # noqa: PT011 - gaierror or our own
        await NameLookups().look_up("x" * 70 + "..example", 443, socket.AF_UNSPEC)

"""The daily refresh: due calendars are fetched, read, and saved, and learners are notified."""

import asyncio
from dataclasses import dataclass, field

import pytest
from structlog.testing import LogCapture

from bot.content.roster_reader import read_roster
from bot.delivery.roster_refresh import MAX_CONCURRENT_FETCHES, RosterReader, RosterRefresher
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.schedule_kinds import Roster
from bot.errors import CalendarUnreachable, SendDelayed, SendError, SendFailed, SendUncertain
from bot.learning import roster_settings
from bot.learning.calendar_refresh import CalendarNotice, CalendarTrouble
from tests.builders import LONDON, NURSE, TEAM, SetClock
from tests.content.calendars import calendar, shift
from tests.waits import LONGEST
from tests.ward import Ward

ADDRESS = "https://rota.example/feeds/9d1f-secret.ics"
TITLE = "SUMMARY:Mrs Abernathy, bed 12"
FIRST = calendar(shift("20260303T070000", "20260303T190000", TITLE), shift("20260309T070000", "20260309T190000"))
NEXT = calendar(shift("20260310T070000", "20260310T190000", TITLE))


@dataclass
class Shelf:
    """Calendars by address, in place of the internet; an error for one that can't be fetched."""

    holds: dict[str, bytes | Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def validate_url(self, typed: str) -> str:
        return typed

    async def fetch(self, address: str) -> bytes:
        self.fetched.append(address)
        self.asked.set()
        found = self.holds[address]
        if isinstance(found, Exception):
            raise found
        return found


@dataclass
class Listener:
    """Records the notices sent to learners; `refuses` makes it fail."""

    heard: list[CalendarNotice] = field(default_factory=list)
    refuses: SendError | None = None

    async def notify(self, news: CalendarNotice) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.heard.append(news)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({ADDRESS: NEXT})


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def rounds(transactions: Transactions, shelf: Shelf, listener: Listener, clock: SetClock) -> RosterRefresher:
    return RosterRefresher(transactions, RosterReader(shelf), listener, clock)


def with_roster(ward: Ward, person: Person = NURSE, address: str | None = ADDRESS) -> None:
    ward.enrol(person)
    read = read_roster(FIRST, LONDON, ward.clock())
    ward.run(roster_settings.save_roster, person, read, None, address, ward.clock())


def shifts_of(ward: Ward, person: Person = NURSE) -> list[str]:
    schedule = ward.find(person).preferences.schedule
    assert isinstance(schedule, Roster)
    return [f"{start:%m-%d}" for start, _ in schedule.shifts]


async def test_nothing_is_fetched_before_it_is_due(ward: Ward, rounds: RosterRefresher, shelf: Shelf):
    with_roster(ward)

    assert await rounds.refresh_due() == 0
    assert shelf.fetched == []


async def test_what_is_due_is_fetched_once_and_replaces_the_shifts(ward: Ward, rounds: RosterRefresher, shelf: Shelf):
    with_roster(ward)
    ward.clock.advance(days=1)

    assert [await rounds.refresh_due() for _ in range(2)] == [1, 0]

    assert shelf.fetched == [ADDRESS]
    assert shifts_of(ward) == ["03-03", "03-10"]  # the first has begun, the second is new


@pytest.mark.parametrize(
    "broken", [b"<html>Sign in</html>", calendar(shift("20260310T070000", "20260310T060000", TITLE))]
)
async def test_a_calendar_that_cant_be_read_is_told_once_and_leaves_the_shifts(
    ward: Ward, rounds: RosterRefresher, shelf: Shelf, listener: Listener, broken: bytes
):
    with_roster(ward)
    shelf.holds[ADDRESS] = broken
    ward.clock.set("2026-03-03 12:00")

    for _ in range(4):
        await rounds.refresh_due()
        ward.clock.advance(hours=13)

    assert len(shelf.fetched) == 4
    assert [(news.person, news.trouble) for news in listener.heard] == [(NURSE, CalendarTrouble.UNREADABLE)]
    assert shifts_of(ward) == ["03-03", "03-09"]


async def test_one_that_breaks_holds_up_no_other(ward: Ward, rounds: RosterRefresher, shelf: Shelf):
    people = [Person(TEAM, f"U{number}") for number in range(MAX_CONCURRENT_FETCHES + 1)]
    for number, person in enumerate(people):
        with_roster(ward, person, f"{ADDRESS}?{number}")
        shelf.holds[f"{ADDRESS}?{number}"] = NEXT
    shelf.holds[f"{ADDRESS}?0"] = RuntimeError("a mistake of ours")
    shelf.holds[f"{ADDRESS}?1"] = CalendarUnreachable("gone")
    ward.clock.advance(days=1)

    assert [await rounds.refresh_due() for _ in range(3)] == [MAX_CONCURRENT_FETCHES, 1, 0]

    assert [shifts_of(ward, person) for person in people[2:]] == [["03-03", "03-10"]] * (len(people) - 2)


@pytest.mark.parametrize(
    ("refusal", "heard"), [(SendDelayed(1), 1), (SendFailed("is_archived"), 1), (SendUncertain("timeout"), 0)]
)
async def test_what_surely_didnt_arrive_is_told_again_and_what_may_have_is_not(
    ward: Ward, rounds: RosterRefresher, shelf: Shelf, listener: Listener, refusal: SendError, heard: int
):
    with_roster(ward)
    shelf.holds[ADDRESS] = b"nothing"
    listener.refuses = refusal
    ward.clock.set("2026-03-03 12:00")
    await rounds.refresh_due()

    listener.refuses = None
    ward.clock.advance(hours=1)
    await rounds.refresh_due()

    assert len(listener.heard) == heard


async def test_a_file_is_not_fetched_but_its_end_is_told(
    ward: Ward, rounds: RosterRefresher, shelf: Shelf, listener: Listener
):
    with_roster(ward, address=None)
    ward.clock.set("2026-03-09 07:00")

    await rounds.refresh_due()

    assert shelf.fetched == []
    assert [(news.trouble, news.has_address) for news in listener.heard] == [(CalendarTrouble.NO_SHIFTS_LEFT, False)]


async def test_rounds_begin_with_the_start_and_end_what_is_under_way_at_the_stop(
    ward: Ward, rounds: RosterRefresher, shelf: Shelf
):
    with_roster(ward)
    ward.clock.advance(days=1)

    rounds.start()
    async with asyncio.timeout(LONGEST):
        await shelf.asked.wait()
    await rounds.stop()

    assert shifts_of(ward) == ["03-03", "03-10"]  # the first has begun, the second is new


async def test_no_address_and_no_word_of_an_entry_is_logged(
    ward: Ward, rounds: RosterRefresher, shelf: Shelf, logged: LogCapture
):
    with_roster(ward)
    unreadable = calendar(shift("20260310T070000", "x", TITLE))
    for held in (NEXT, unreadable, CalendarUnreachable("gone"), OSError(ADDRESS)):
        shelf.holds[ADDRESS] = held
        ward.clock.advance(days=1)
        await rounds.refresh_due()

    assert len(logged.entries) == 3
    assert [word for word in ("secret", "rota.example", "Abernathy") if word in repr(logged.entries)] == []

"""Sending statements to an LMS's record store: each arrives once, whatever breaks, and nothing is sent unasked."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlmodel import func, select
from structlog.testing import LogCapture

from bot.delivery import lrs_client
from bot.delivery.departures import Departures
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.lrs_client import LrsClient
from bot.delivery.statement_sender import LAST_PAUSE, MAX_BATCH, StatementSender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.errors import LrsUnavailable
from bot.learning import lms_consents, lms_statements, practice, workspace_lifecycle
from bot.storage import Session
from bot.storage.tables import LmsStatement
from tests.builders import NURSE, TEAM, SetClock
from tests.delivery.record_store import RecordStore
from tests.delivery.test_metrics import figures, more
from tests.ward import Ward

PAGE = "https://hospital.slack.com/"


@pytest.fixture
def lms() -> RecordStore:
    return RecordStore()


@pytest.fixture
async def server(lms: RecordStore) -> AsyncIterator[TestServer]:
    server = TestServer(lms.app())
    async with server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def host(server: TestServer) -> str:
    return f"127.0.0.1:{server.port}"


@pytest.fixture
def client(server: TestServer, session: aiohttp.ClientSession, lms: RecordStore) -> LrsClient:
    return LrsClient(session, str(server.make_url("/xapi/")), lms.username, lms.password)


@pytest.fixture
def sender(transactions: Transactions, client: LrsClient, host: str, clock: SetClock) -> StatementSender:
    return StatementSender(transactions, client, host, clock, draw=lambda: 1.0)


def answered(ward: Ward, host: str, *people: Person) -> None:
    """Let people consent and answer their first lesson: three statements each."""
    for person in people:
        ward.enrol(person)
        ward.run(lms_consents.give_consent, person, host, PAGE, ward.clock())
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    for person in people:
        ward.run(practice.answer_lesson, ward.library, person, ward.lesson_of(person), "B", ward.clock())


def count_waiting(ward: Ward) -> int:
    def count(session: Session) -> int:
        return session.exec(select(func.count()).select_from(LmsStatement)).one()

    return ward.run(count)


def crowd(size: int) -> list[Person]:
    return [Person(TEAM, f"U{number:04}") for number in range(size)]


async def test_statements_arrive_and_wait_no_longer(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str
) -> None:
    answered(ward, host, NURSE)
    since = figures()

    assert not await sender.send_some()

    assert [len(lms.told(verb)) for verb in ("answered", "completed", "progressed")] == [1, 1, 1]
    assert count_waiting(ward) == 0
    assert more('rounds_lms_statements_total{outcome="sent"}', since) == 3
    await sender.send_some()
    assert len(lms.requests) == 1
    assert figures()["rounds_lms_statements_waiting"] == 0


async def test_many_statements_go_in_batches(ward: Ward, sender: StatementSender, lms: RecordStore, host: str) -> None:
    answered(ward, host, *crowd(20))

    while await sender.send_some():
        pass

    assert [len(each) for each in lms.requests] == [MAX_BATCH, 10]
    assert len(lms.stored) == 60


@pytest.mark.parametrize("status", [500, 502, 503, 429, 401, 404, 301])
async def test_while_the_store_is_down_nothing_is_lost_or_doubled(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, status: int
) -> None:
    answered(ward, host, NURSE)
    since = figures()
    lms.answers = [(status, {})] * 4

    for _ in range(4):
        await sender.send_some()
        clock.advance(hours=1)
    assert (len(lms.requests), count_waiting(ward), len(lms.stored)) == (4, 3, 0)
    await sender.send_some()
    await sender.send_some()

    assert (count_waiting(ward), len(lms.stored)) == (0, 3)
    assert more("rounds_lms_failures_total", since) == 4


async def test_the_pauses_grow_to_an_hour_and_end_with_a_success(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, logged: LogCapture
) -> None:
    answered(ward, host, NURSE)
    lms.answers = [(503, {})] * 10

    for _ in range(10):
        await sender.send_some()
        clock.advance(hours=1)
    await sender.send_some()

    pauses = [each["next_try_seconds"] for each in logged.entries if each["event"] == "lms.not_sent"]
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert logged.entries[-1] == {"event": "lms.sends_again", "failed_before": 10, "log_level": "info"}


async def test_during_a_pause_nothing_is_asked(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, NURSE)
    lms.answers = [(503, {})]
    await sender.send_some()
    clock.advance(seconds=29)

    await sender.send_some()

    assert len(lms.requests) == 1


@pytest.mark.parametrize(("asked", "pause"), [("120", 120), ("7", 30), ("99999", 3600), ("soon", 30)])
async def test_a_store_that_asks_to_wait_is_given_that_time_up_to_an_hour(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, asked: str, pause: int
) -> None:
    answered(ward, host, NURSE)
    lms.answers = [(429, {"Retry-After": asked})]
    await sender.send_some()

    clock.advance(seconds=pause - 1)
    await sender.send_some()
    assert len(lms.stored) == 0
    clock.advance(seconds=1)
    await sender.send_some()

    assert len(lms.stored) == 3
    assert LAST_PAUSE.total_seconds() == 3600


async def test_a_lost_answer_leads_to_the_same_statements_once_more(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, NURSE)
    lms.loses = 1

    await sender.send_some()
    assert (len(lms.stored), count_waiting(ward)) == (3, 3)
    clock.advance(minutes=1)
    await sender.send_some()

    assert (len(lms.stored), count_waiting(ward)) == (3, 0)
    assert lms.requests[0] == lms.requests[1]
    assert lms.bodies[0] == lms.bodies[1]


async def test_a_crash_between_the_post_and_the_commit_doubles_nothing(
    ward: Ward, sender: StatementSender, client: LrsClient, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, NURSE)
    claimed = ward.run(lms_statements.claim_statements, host, clock(), MAX_BATCH)
    await client.post(claimed)  # and then its process dies

    await sender.send_some()
    assert len(lms.requests) == 1  # another worker leaves the claim alone
    clock.advance(seconds=lms_statements.CLAIM_DURATION.total_seconds())
    await sender.send_some()

    assert (len(lms.stored), len(lms.requests), count_waiting(ward)) == (3, 2, 0)


async def test_a_process_that_stops_in_the_middle_loses_nothing(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, NURSE)
    arrived, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        arrived.set()
        await never.wait()

    lms.overlap = hang
    sender.start()
    await arrived.wait()
    await sender.stop()
    lms.overlap = None

    clock.advance(seconds=lms_statements.CLAIM_DURATION.total_seconds())
    await sender.send_some()

    assert (len(lms.stored), count_waiting(ward)) == (3, 0)


async def test_two_workers_send_each_statement_once(
    ward: Ward,
    transactions: Transactions,
    client: LrsClient,
    lms: RecordStore,
    host: str,
    clock: SetClock,
) -> None:
    answered(ward, host, *crowd(40))
    workers = [StatementSender(transactions, client, host, clock) for _ in range(2)]

    async def work(worker: StatementSender) -> None:
        while await worker.send_some():
            pass

    await asyncio.gather(*map(work, workers))

    sent = [each for request in lms.requests for each in request]
    assert (len(sent), len(set(sent)), len(lms.stored)) == (120, 120, 120)
    assert count_waiting(ward) == 0


async def test_one_bad_statement_stops_no_other(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, *crowd(16))
    since = figures()
    bad = [None]

    def dislikes(statement: object) -> bool:
        assert isinstance(statement, dict)
        bad[0] = bad[0] or statement["id"]
        return bool(statement["id"] == bad[0])

    lms.refuses = dislikes
    await sender.send_some()

    assert (len(lms.stored), count_waiting(ward)) == (47, 1)
    assert len(lms.requests) < 20
    assert more('rounds_lms_statements_total{outcome="delayed"}', since) == 1
    for _ in range(lms_statements.MAX_REFUSALS):
        clock.advance(seconds=lms_statements.REFUSAL_DELAY.total_seconds())
        await sender.send_some()
    assert count_waiting(ward) == 0
    assert more('rounds_lms_statements_total{outcome="refused"}', since) == 1
    assert more('rounds_lms_statements_total{outcome="sent"}', since) == 47


async def test_a_store_that_is_set_up_wrong_for_some_hours_loses_nothing(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, NURSE)
    lms.refuses = lambda _statement: True
    await sender.send_some()
    clock.advance(hours=12)
    await sender.send_some()
    lms.refuses = lambda _statement: False

    clock.advance(hours=6)
    await sender.send_some()

    assert (len(lms.stored), count_waiting(ward)) == (3, 0)


async def test_a_store_that_refuses_every_statement_is_asked_little_and_ever_less(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, logged: LogCapture
) -> None:
    answered(ward, host, *crowd(20))
    since, asked = figures(), list[int]()
    lms.refuses = lambda _statement: True

    for _ in range(10):
        before = len(lms.requests)
        while await sender.send_some():
            pass
        asked.append(len(lms.requests) - before)
        clock.advance(hours=1)

    pauses = [each["next_try_seconds"] for each in logged.entries if each["event"] == "lms.not_sent"]
    assert max(asked) < 10
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert more("rounds_lms_failures_total", since) == 10
    assert count_waiting(ward) == 60
    lms.refuses = lambda _statement: False
    for _ in range(8):
        clock.advance(hours=1)
        while await sender.send_some():
            pass
    assert (len(lms.stored), count_waiting(ward)) == (60, 0)


async def test_bad_statements_one_after_another_stop_the_others_for_minutes_only(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, *crowd(16))
    bad = {f"U{number:04}" for number in range(4)}
    lms.refuses = lambda statement: statement["actor"]["account"]["name"] in bad

    for _ in range(45):
        await sender.send_some()
        clock.advance(seconds=20)

    assert (len(lms.stored), count_waiting(ward)) == (36, 12)


async def test_a_statement_that_makes_the_store_fail_is_left_for_tomorrow(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock
) -> None:
    answered(ward, host, *crowd(4))
    lms.crashes = lambda statement: statement["actor"]["account"]["name"] == "U0000"

    for _ in range(30):
        await sender.send_some()
        clock.advance(minutes=30)

    assert (len(lms.stored), count_waiting(ward)) == (9, 3)
    lms.crashes = lambda _statement: False
    for _ in range(3):
        clock.advance(days=1)
        await sender.send_some()
    assert (len(lms.stored), count_waiting(ward)) == (12, 0)


async def test_a_batch_that_the_store_has_in_part_is_sent(
    ward: Ward, sender: StatementSender, client: LrsClient, lms: RecordStore, host: str
) -> None:
    answered(ward, host, NURSE)
    claimed = ward.run(lms_statements.claim_statements, host, ward.clock(), 1)
    await client.post(claimed)
    ward.run(lms_statements.release_claims, [each.id for each in claimed], ward.clock())

    await sender.send_some()

    assert (len(lms.stored), len(lms.requests), count_waiting(ward)) == (3, 2, 0)


async def test_a_statement_that_the_store_has_otherwise_is_sent(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str
) -> None:
    answered(ward, host, NURSE)
    (claimed,) = ward.run(lms_statements.claim_statements, host, ward.clock(), 1)
    ward.run(lms_statements.release_claims, [claimed.id], ward.clock())
    lms.stored[str(claimed.id)] = {"stored": "with a stamp of its own", "verb": {"id": ""}}

    await sender.send_some()

    assert (len(lms.stored), count_waiting(ward)) == (3, 0)


@pytest.mark.parametrize("page", [b"<html>Sign in to the hospital</html>", b"[]", b'["ok"]', b'"ok"', b"x" * 100_000])
async def test_an_answer_that_names_no_statement_counts_as_none(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, page: bytes
) -> None:
    answered(ward, host, NURSE)
    lms.page = page

    await sender.send_some()

    assert count_waiting(ward) == 3
    lms.page = None
    clock.advance(minutes=1)
    await sender.send_some()
    assert (len(lms.stored), count_waiting(ward)) == (3, 0)


async def test_a_store_that_never_answers_is_given_up_on_for_now(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lrs_client, "REQUEST_TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    answered(ward, host, NURSE)
    lms.answers = [(None, {})]

    await sender.send_some()

    assert count_waiting(ward) == 3


async def test_turning_it_off_while_a_batch_is_split_sends_nothing_more(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str
) -> None:
    answered(ward, host, NURSE)
    lms.answers = [(400, {})]
    taken: list[int] = []

    async def turn_off() -> None:
        taken.append(len(lms.stored))
        await asyncio.to_thread(ward.run, lms_consents.end_consent, NURSE, ward.clock())

    lms.overlap = turn_off
    await sender.send_some()

    assert len(lms.stored) == taken[0] == 1
    assert count_waiting(ward) == 0


async def test_nothing_is_sent_to_a_host_that_nobody_consented_to(
    ward: Ward, transactions: Transactions, client: LrsClient, lms: RecordStore, clock: SetClock
) -> None:
    answered(ward, "other.example", NURSE)
    sender = StatementSender(transactions, client, "127.0.0.1:1", clock)

    await sender.send_some()

    assert lms.requests == []
    assert count_waiting(ward) == 3


async def test_nothing_is_sent_for_a_workspace_that_removed_rounds(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str
) -> None:
    answered(ward, host, NURSE)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())

    await sender.send_some()

    assert lms.requests == []


async def test_what_waited_for_thirty_days_is_dropped_and_counted(
    ward: Ward,
    transactions: Transactions,
    sender: StatementSender,
    lms: RecordStore,
    host: str,
    clock: SetClock,
) -> None:
    async def is_installed(_team_id: str) -> bool:
        return True

    async def restore(_team_id: str) -> None:
        """Nothing has left."""

    departures = Departures(transactions, clock, is_installed)
    housekeeping = Housekeeping(transactions, departures, is_installed, clock, restore, ward.library)
    answered(ward, host, NURSE)
    since = figures()
    clock.advance(days=30)

    await sender.send_some()
    await housekeeping.run_if_due()

    assert lms.requests == []
    assert count_waiting(ward) == 0
    assert more('rounds_lms_statements_total{outcome="expired"}', since) == 3


async def test_the_log_names_no_account_person_or_statement(
    ward: Ward, sender: StatementSender, lms: RecordStore, host: str, clock: SetClock, logged: LogCapture
) -> None:
    answered(ward, host, NURSE)
    lms.refuses = lambda statement: statement["verb"]["id"].endswith("completed")
    lms.answers = [(401, {}), (503, {}), (400, {})]

    for _ in range(4):
        await sender.send_some()
        clock.advance(hours=1)

    said = repr(logged.entries)
    assert len(logged.entries) >= 4
    for secret in (lms.username, lms.password, NURSE.user_id, PAGE, host, "urn:", "Learn about", *lms.requests[0]):
        assert secret not in said
    assert all(UUID(each) for each in lms.requests[0])


async def test_the_check_says_what_is_wrong_and_sends_nothing(
    client: LrsClient, server: TestServer, session: aiohttp.ClientSession, lms: RecordStore
) -> None:
    assert await client.check() == ("1.0.3", "1.0.0")
    wrong = LrsClient(session, str(server.make_url("/xapi/")), lms.username, "hush-wrong")
    with pytest.raises(LrsUnavailable, match="doesn't take the username and password"):
        await wrong.check()
    elsewhere = LrsClient(session, str(server.make_url("/other/")), lms.username, lms.password)
    with pytest.raises(LrsUnavailable, match="status 404"):
        await elsewhere.check()
    nowhere = LrsClient(session, "http://127.0.0.1:9/xapi/", lms.username, lms.password)
    with pytest.raises(LrsUnavailable, match="can't be reached"):
        await nowhere.check()
    assert lms.requests == []

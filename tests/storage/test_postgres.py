"""PostgreSQL with several processes: what differs from SQLite, and what must not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import text

from bot.delivery.claim import claim_deliveries
from bot.delivery.tick import plan_due_deliveries
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.errors import DatabaseBusy, NotFound
from bot.learning import cohorts, enrollment, pack_pilots, packs, practice, running_pilots, workspace_lifecycle
from bot.storage import Priority, Session, Store, migration, workspace_leases
from bot.storage.encryption import Cipher
from bot.storage.tables import Workspace
from tests.builders import CLERK, NURSE, TEAM, at, lesson
from tests.builders import pack as make_pack
from tests.engine_kinds import KINDS
from tests.postgres import Server
from tests.statements import engine_of
from tests.ward import Ward

pytestmark = pytest.mark.postgresql

SECRET = "Mrs Okafor cried at handover"


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    """The address of a new database without tables."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@contextmanager
def transaction(store: Store, cipher: Cipher) -> Iterator[Session]:
    """Another worker's transaction, open as long as the test needs it."""
    with Session(engine_of(store), cipher) as session:
        yield session
        session.commit()


def lock_learner(session: Session, person: Person) -> None:
    session.connection().execute(text("SELECT * FROM learner WHERE user_id = :id FOR UPDATE"), {"id": person.user_id})


def until_one_waits(store: Store) -> None:
    """Return once some transaction waits for another's lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine_of(store).connect() as connection:
        while not connection.execute(waiting).scalar_one():
            connection.rollback()  # statistics don't change within a transaction


def setting(session: Session, name: str) -> str:
    return str(session.connection().execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one())


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(url: str) -> None:
    migration.upgrade_database(url)

    assert migration.find_differences(url) == []
    assert migration.upgrade_database(url) is False


def test_parts_that_start_together_upgrade_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migration.upgrade_database(url), range(4)))

    assert migration.find_differences(url) == []


def test_two_workers_claim_for_different_workspaces_and_neither_waits(ward: Ward, cipher: Cipher) -> None:
    for number in range(8):
        ward.run(workspace_lifecycle.register_workspace, f"T{number}", None, "Hospital", "U0", ward.clock())
        ward.enrol(Person(f"T{number}", "U1"))
    ward.clock.set("2026-03-02 09:00")
    for worker in ("w1", "w2"):
        ward.run(workspace_leases.acquire_leases, worker, (), ward.clock())
    ward.plan()

    with transaction(ward.store, cipher) as one, transaction(ward.store, cipher) as other:
        claims = [
            claim_deliveries(one, ward.library, KINDS, "w1", ward.clock()),
            claim_deliveries(other, ward.library, KINDS, "w2", ward.clock()),
        ]

    first, second = ({each.team_id for each in claimed.outgoing} for claimed in claims)
    assert first
    assert second
    assert first | second == {f"T{number}" for number in range(8)}
    assert not first & second


def test_two_workers_plan_different_learners_and_neither_waits(ward: Ward, cipher: Cipher) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")

    with transaction(ward.store, cipher) as one, transaction(ward.store, cipher) as other:
        planned = plan_due_deliveries(one, KINDS, ward.clock(), 1), plan_due_deliveries(other, KINDS, ward.clock(), 5)

    assert planned == (1, 1)


def test_of_many_clicks_at_once_exactly_one_is_the_first(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)

    clicks = [
        ward.store.write(Priority.PERSON, practice.answer_lesson, ward.library, NURSE, ref, choice, ward.clock())
        for choice in "ABCABC"
    ]
    answered = [click.result() for click in clicks]

    assert [each.is_first for each in answered].count(True) == 1
    assert len({each.state.chosen_option for each in answered}) == 1


def test_who_waits_too_long_for_a_row_is_told_that_nothing_was_saved(
    ward: Ward, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Priority, "lock_timeout_ms", 1)
    ward.enrol(NURSE)

    with transaction(ward.store, cipher) as other:
        lock_learner(other, NURSE)
        waiting = ward.store.write(Priority.PERSON, lock_learner, NURSE)

        with pytest.raises(DatabaseBusy, match="wasn't saved"):
            waiting.result()


def test_what_is_committed_stays_so_whatever_the_server_gives_away(ward: Ward) -> None:
    """The test server has it off, as some servers do for speed."""
    assert ward.run(setting, "synchronous_commit") == "on"


def test_a_process_that_froze_holds_its_locks_no_longer_than_a_lease(ward: Ward) -> None:
    assert ward.run(setting, "idle_in_transaction_session_timeout") == "15s"


def test_errors_quote_no_row(ward: Ward) -> None:
    """PostgreSQL's error would quote the whole refused row."""

    def write_half(session: Session) -> None:
        row = Workspace(team_id="T1", name=SECRET, bot_user_id="U0", created_at=at("2026-03-02 08:00"))
        row.bot_user_id = None  # type: ignore[assignment]
        session.add(row)
        session.flush()

    with pytest.raises(IntegrityError, match="not-null constraint") as caught:
        ward.run(write_half)

    assert SECRET not in str(caught.value)
    assert SECRET not in str(caught.value.orig)


def test_two_processes_that_meet_a_person_at_once_know_one_learner(ward: Ward, cipher: Cipher) -> None:
    with transaction(ward.store, cipher) as other:
        first = enrollment.register_learner(other, NURSE, None, ward.clock())
        second = ward.store.write(Priority.PERSON, enrollment.register_learner, NURSE, None, ward.clock())
        until_one_waits(ward.store)

    assert second.result() == first


def test_a_lesson_asked_for_while_the_tick_owes_it_is_one_row(ward: Ward, cipher: Cipher) -> None:
    ward.enrol(NURSE)
    today = ward.clock.set("2026-03-02 09:00").date()

    with transaction(ward.store, cipher) as tick:
        plan_due_deliveries(tick, KINDS, ward.clock())
        tick.flush()
        asked = ward.store.write(Priority.PERSON, practice.request_todays_lesson, ward.library, NURSE, ward.clock())
        until_one_waits(ward.store)

    assert asked.result().is_queued
    assert ward.days(NURSE) == [(today, "lesson", "due")]
    assert ward.deliveries(NURSE)[0].requested_at == ward.clock()


def test_what_the_database_refuses_for_good_is_tried_twice_and_told(ward: Ward) -> None:
    tried = []

    def write_it_twice(session: Session) -> None:
        tried.append(1)
        for _ in range(2):
            session.add(Workspace(team_id="T1", name="Hospital", bot_user_id="U0", created_at=ward.clock()))
            session.flush()
            session.expunge_all()

    with pytest.raises(IntegrityError, match="unique constraint"):
        ward.run(write_it_twice)

    assert len(tried) == 2


def test_a_pilot_that_is_changed_meanwhile_is_not_ended_by_the_old_list(ward: Ward, cipher: Cipher) -> None:
    admin = Person(TEAM, "U0ADMIN")
    cohort = ward.run(
        cohorts.start_cohort, ward.library, admin, CohortDraft("Spring managers", date(2026, 3, 9)), ward.clock()
    )
    first, second = (
        ward.run(packs.stage_pack, make_pack(each, slug="pharmacy", version=number), TEAM, "U0ADMIN", ward.clock())
        for each, number in ((lesson("count-twice"), "1.0"), (lesson("read-back"), "1.1"))
    )
    _, pilot = ward.run(pack_pilots.start_pilot, first.version_id, None, cohort.id, admin, ward.clock())

    with transaction(ward.store, cipher) as other:
        pack_pilots.change_version(other, second.version_id, first.version_id, admin, ward.clock())
        ending = ward.store.write(Priority.PERSON, pack_pilots.end_pilot, pilot.id, admin, ward.clock())
        until_one_waits(ward.store)

    with pytest.raises(NotFound, match="has ended"):
        ending.result()
    [running] = ward.run(running_pilots.list_pilots, TEAM)
    assert running.version == "1.1"

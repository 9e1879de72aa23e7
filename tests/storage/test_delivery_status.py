"""What operators see of deliveries: states, lateness, reasons, and user ids, but nothing that people wrote."""

from dataclasses import asdict

from bot.delivery.outbox import SendResult, record_results
from bot.domain.learner import Person
from bot.learning import workspace_lifecycle
from bot.storage import delivery_status
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, TEAM
from tests.ward import Ward

ELSEWHERE = Person("T0CLINIC", "U0DOCTOR")


def morning(ward: Ward) -> None:
    """Three lessons have been due since 9:00; it is 9:05."""
    ward.run(workspace_lifecycle.register_workspace, ELSEWHERE.team_id, None, "Clinic", "U0ROUNDS", ward.clock())
    for person in (NURSE, CLERK, ELSEWHERE):
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.clock.advance(minutes=5)


def users(ward: Ward, state: SendState, limit: int = 10, **only: str) -> list[str]:
    return [row.user_id for row in ward.run(delivery_status.list_deliveries, state, ward.clock(), limit, **only)]


def test_the_queue_says_how_much_and_since_when(ward: Ward) -> None:
    morning(ward)
    ward.claim(limit=1)

    queue = ward.run(delivery_status.count_due_and_sending, ward.clock())

    assert (queue.due, queue.sending) == (2, 1)
    assert queue.oldest_due_at is not None
    assert (ward.clock() - queue.oldest_due_at).total_seconds() == 300


def test_an_empty_queue_has_no_oldest(ward: Ward) -> None:
    assert ward.run(delivery_status.count_due_and_sending, ward.clock()) == delivery_status.QueueCounts(0, 0, None)


def test_deliveries_are_counted_and_listed_by_state(ward: Ward) -> None:
    morning(ward)
    (failed,) = ward.claim(limit=1)
    ward.run(record_results, [SendResult(failed, failed="channel_not_found")], ward.clock())

    counts = ward.run(delivery_status.count_by_state, [SendState.DUE, SendState.FAILED, SendState.SENT])
    (row,) = ward.run(delivery_status.list_deliveries, SendState.FAILED, ward.clock(), 10)

    assert counts == {SendState.DUE: 2, SendState.FAILED: 1, SendState.SENT: 0}
    assert (row.id, row.user_id, row.reason, row.late_seconds) == (
        failed.delivery_id,
        failed.user_id,
        "channel_not_found",
        None,
    )


def test_what_waits_is_as_late_as_it_is_now_and_what_came_as_late_as_it_came(ward: Ward) -> None:
    morning(ward)
    ward.deliver()
    ward.clock.advance(hours=2)

    sent = ward.run(delivery_status.list_deliveries, SendState.SENT, ward.clock(), 10)

    assert [row.late_seconds for row in sent] == [300.0] * 3


def test_one_workspace_or_one_user_can_be_asked_for(ward: Ward) -> None:
    morning(ward)

    assert users(ward, SendState.DUE, team_id=TEAM) == sorted([NURSE.user_id, CLERK.user_id], key=by_id(ward))
    assert users(ward, SendState.DUE, user_id=ELSEWHERE.user_id) == [ELSEWHERE.user_id]
    assert ward.run(delivery_status.count_by_state, [SendState.DUE], TEAM, NURSE.user_id) == {SendState.DUE: 1}


def test_a_list_has_no_more_than_was_asked_for(ward: Ward) -> None:
    morning(ward)

    assert len(users(ward, SendState.DUE, limit=2)) == 2


def test_what_waits_is_listed_with_the_longest_due_first_and_what_is_done_with_the_newest(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ward.clock.set("2026-03-03 09:00")
    ward.deliver()

    days = [row.learning_day.day for row in ward.run(delivery_status.list_deliveries, SendState.SENT, ward.clock(), 10)]

    assert days == [3, 2]


def test_a_listed_delivery_holds_nothing_that_people_wrote(ward: Ward) -> None:
    morning(ward)

    (first, *_) = ward.run(delivery_status.list_deliveries, SendState.DUE, ward.clock(), 10)

    assert set(asdict(first)) == {
        "id", "state", "team_id", "user_id", "kind", "learning_day", "due_at", "late_seconds", "attempt", "worker",
        "reason", "claimed_at", "not_before", "sent_at",
    }  # fmt: skip


def by_id(ward: Ward):
    """The order of deliveries with the same instant."""
    return lambda user_id: ward.deliveries(Person(TEAM, user_id))[0].id

"""Which rows are sent, skipped, or deferred."""

from datetime import date, timedelta

import pytest
from structlog.testing import LogCapture

from bot.delivery.claim import LESSON_RECHECK_DELAY, claim_deliveries
from bot.delivery.outbox import SendResult, record_results
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.reconcile import record_lookup
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.learning import enrollment, planning, practice, privacy, reflections
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, deliveries, learners
from bot.storage.tables import Learner, LearnerState, LessonRevision, SendState
from tests.builders import CLERK, NURSE, TEAM, at
from tests.engine_kinds import KINDS
from tests.ward import Ward, uncertain_of

MONDAY = date(2026, 3, 2)


@pytest.fixture
def due(ward: Ward) -> Ward:
    """A ward with one learner whose Monday lesson is due."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


def record_as(ward: Ward, outgoing: OutgoingDelivery, **outcome: object) -> None:
    ward.run(record_results, [SendResult(outgoing, **outcome)], ward.clock())  # type: ignore[arg-type]


def states(ward: Ward) -> list[str]:
    return [state for _, _, state in ward.days(NURSE)]


def test_a_claim_says_what_goes_to_whom(due: Ward) -> None:
    (outgoing,) = due.claim()

    (row,) = due.deliveries(NURSE)
    assert (
        outgoing.delivery_id
        == row.id
        == planning.build_delivery_id(TEAM, NURSE.user_id, MONDAY, DeliveryKindName.LESSON)
    )
    assert (outgoing.team_id, outgoing.user_id, outgoing.channel) == (TEAM, NURSE.user_id, None)
    assert outgoing.lesson is not None
    assert (outgoing.lesson.id, outgoing.revision_id) == ("budget-lines", row.revision_id)
    assert (outgoing.due_at, outgoing.worker, outgoing.attempt) == (at("2026-03-02 09:00"), "ward", 1)
    assert (row.state, row.claimed_at, row.worker, row.attempt) == (SendState.SENDING, due.clock(), "ward", 1)


def test_what_was_claimed_is_not_claimed_again(due: Ward) -> None:
    assert len(due.claim()) == 1
    assert due.claim() == ()


def test_the_longest_due_is_claimed_first_and_no_more_than_a_batch(ward: Ward) -> None:
    for number in range(5):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    ward.plan()

    sizes = [len(ward.claim(limit=2)) for _ in range(4)]

    assert sizes == [2, 2, 1, 0]


def test_a_claim_tells_moot_rows_from_none(ward: Ward) -> None:
    """A whole batch can be skipped while more is due behind it, so the sender must continue."""
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())
    ward.run(enrollment.pause_lessons, CLERK, None, ward.clock())

    claims = [ward.run(claim_deliveries, ward.library, KINDS, "w", ward.clock(), 1) for _ in range(3)]

    assert [each.row_count for each in claims] == [1, 1, 0]
    assert all(each.outgoing == () for each in claims)


def test_a_lesson_that_became_too_late_in_the_queue_is_skipped(due: Ward) -> None:
    due.clock.set("2026-03-02 13:00")

    assert due.claim() == ()
    assert due.days(NURSE) == [(MONDAY, "lesson", "late")]


def test_someone_who_left_gets_nothing_more(due: Ward) -> None:
    due.run(leave)

    assert due.claim() == ()
    assert states(due) == ["left"]


def test_a_message_of_a_night_shift_in_a_pause_is_skipped_past_midnight(due: Ward) -> None:
    """Paused on Monday at 9:10 until Tuesday; Slack delayed the lesson until Tuesday, 0:10."""
    due.run(enrollment.pause_lessons, NURSE, date(2026, 3, 3), due.clock())
    due.run(keep_until, due.find(NURSE).id)
    due.clock.set("2026-03-03 00:10")

    assert due.claim() == ()
    assert states(due) == ["paused"]


def test_a_days_end_waits_while_its_lesson_is_under_way(due: Ward) -> None:
    (lesson,) = due.claim()
    due.clock.set("2026-03-02 16:30")
    due.plan()

    assert due.claim() == ()
    assert states(due) == ["sending", "due"]

    record_as(due, lesson, posted=None, failed=None)  # uncertain: still being sent
    due.clock.now += LESSON_RECHECK_DELAY
    assert due.claim() == ()
    due.run(practice.answer_lesson, due.library, NURSE, clicked(lesson), "A", due.clock())
    due.clock.now += LESSON_RECHECK_DELAY
    assert [each.kind for each in due.claim()] == [DeliveryKindName.DAY_END]


def test_a_days_end_whose_lesson_never_arrives_is_late_in_the_end(due: Ward) -> None:
    due.claim()
    due.clock.set("2026-03-02 16:30")
    due.plan()
    due.clock.set("2026-03-02 20:30")

    due.claim()

    assert states(due) == ["sending", "late"]


def test_a_days_end_brings_the_lesson_of_its_day(due: Ward) -> None:
    (lesson,) = due.deliver()
    due.clock.set("2026-03-02 16:30")

    (day_end,) = due.deliver()

    assert (day_end.kind, day_end.lesson, day_end.revision_id) == (
        DeliveryKindName.DAY_END,
        lesson.lesson,
        lesson.revision_id,
    )
    assert day_end.channel == "DU0NURSE", "the conversation is known by now"


def test_a_days_end_comes_to_whoever_answered_but_wrote_nothing(due: Ward) -> None:
    due.deliver()
    due.run(practice.answer_lesson, due.library, NURSE, due.lesson_of(NURSE), "B", due.clock())
    due.clock.set("2026-03-02 16:30")

    assert len(due.deliver()) == 1


def test_a_days_end_is_dropped_when_they_have_reflected(due: Ward) -> None:
    due.deliver()
    due.run(reflections.save_reflection, due.library, NURSE, due.lesson_of(NURSE), "Enough said", due.clock())
    due.clock.set("2026-03-02 16:30")

    assert due.deliver() == []
    assert states(due) == ["sent", "nothing_due"]


def test_a_days_end_is_dropped_when_no_lesson_came_that_day(ward: Ward) -> None:
    ward.clock.set("2026-03-02 12:00")
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 16:30")

    assert ward.deliver() == []
    assert states(ward) == ["nothing_due"]


def test_a_days_end_is_dropped_when_the_lesson_failed(due: Ward) -> None:
    (lesson,) = due.claim()
    record_as(due, lesson, failed="channel_not_found")
    due.clock.set("2026-03-02 16:30")

    assert due.deliver() == []
    assert states(due) == ["channel_not_found", "nothing_due"]


@pytest.mark.parametrize("until", [None, date(2026, 3, 9)])
def test_a_days_end_is_dropped_in_a_pause(due: Ward, until: date | None) -> None:
    due.deliver()
    due.clock.set("2026-03-02 16:30")
    due.plan()
    due.run(enrollment.pause_lessons, NURSE, until, due.clock())

    assert due.deliver() == []
    assert states(due) == ["sent", "paused"]


def test_a_lesson_that_is_tried_again_stays_the_same_lesson(due: Ward) -> None:
    (first,) = due.claim()
    record_as(due, first, retry_at=due.clock())

    (second,) = due.claim()

    assert second.lesson == first.lesson
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_row_waits_until_slack_said(due: Ward) -> None:
    (first,) = due.claim()
    record_as(due, first, retry_at=due.clock() + timedelta(seconds=30))

    assert due.claim() == ()
    due.clock.advance(seconds=30)
    assert len(due.claim()) == 1


def test_the_result_of_an_older_attempt_changes_nothing(due: Ward) -> None:
    """The reconciler gave the row to another worker, then the first worker wakes up and reports."""
    (first,) = due.claim()
    due.run(record_lookup, uncertain_of(first), None, due.clock())
    due.clock.advance(minutes=1)  # the first worker's lease has expired
    (second,) = due.run(claim_deliveries, due.library, KINDS, "other", due.clock()).outgoing

    record_as(due, first, failed="channel_not_found")
    record_as(due, first, retry_at=due.clock())

    (row,) = due.deliveries(NURSE)
    assert (row.state, row.worker, row.attempt) == (SendState.SENDING, "other", second.attempt)


def test_a_result_for_someone_who_was_erased_meanwhile_is_dropped(due: Ward) -> None:
    (first,) = due.claim()
    due.run(privacy.erase_learner, NURSE, due.clock())

    record_as(due, first, failed="account_inactive")

    assert due.run(enrollment.find_learner, NURSE, due.clock()) is None


def test_one_row_that_cannot_be_read_holds_up_nobody_else(due: Ward, logged: LogCapture) -> None:
    """A lesson written by a later version and unreadable by this one must not block the batch again and again."""
    due.enrol(CLERK)
    due.run(practice.request_todays_lesson, due.library, CLERK, due.clock())
    due.run(spoil_lesson_of, due.find(NURSE).id)

    assert [each.user_id for each in due.claim()] == [CLERK.user_id]

    assert states(due) == ["unreadable"]
    assert [entry["event"] for entry in logged.entries] == ["delivery.unreadable_row"]


def test_a_row_of_a_kind_that_is_not_known_fails_and_is_sent_as_no_other(due: Ward, logged: LogCapture) -> None:
    """A newer version wrote the row, and this older one runs again."""
    due.enrol(CLERK)
    due.run(practice.request_todays_lesson, due.library, CLERK, due.clock())
    due.run(owe_from_the_future, due.find(NURSE).id)

    assert {each.kind for each in due.claim()} == {DeliveryKindName.LESSON}

    assert (MONDAY, "hologram", "unknown_kind") in due.days(NURSE)
    (said,) = logged.entries
    assert (said["event"], said["kind"]) == ("delivery.unknown_kind", "hologram")


def owe_from_the_future(session: Session, learner_id: int) -> None:
    row = planning.new_delivery(
        session.get_one(Learner, learner_id),
        DueMessage("hologram", MONDAY, at("2026-03-02 09:00"), at("2026-03-02 17:00")),
    )
    session.add(row)


def spoil_lesson_of(session: Session, learner_id: int) -> None:
    broken = LessonRevision(scope="", pack_slug="p", lesson_id="l", digest="d", content='{"title": "From the future"}')
    session.add(broken)
    session.flush()
    row = deliveries.find(session, learner_id, MONDAY, DeliveryKindName.LESSON)
    assert row is not None
    row.revision_id = broken.id


def clicked(outgoing: OutgoingDelivery) -> MessageRef:
    return MessageRef("D9", "9.9", outgoing.delivery_id)


def leave(session: Session) -> None:
    found = learners.find(session, NURSE)
    assert found is not None
    found.state = LearnerState.LEFT


def keep_until(session: Session, learner_id: int) -> None:
    """Slack asks to wait until Tuesday, and the row hasn't expired then."""
    row = deliveries.find(session, learner_id, MONDAY, DeliveryKindName.LESSON)
    assert row is not None
    row.not_before = at("2026-03-03 00:05")
    row.expires_at = at("2026-03-03 02:00")

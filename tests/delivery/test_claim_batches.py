"""A claim of many rows: a constant number of statements, workspaces in turn, and requested deliveries first."""

from datetime import date

import pytest

from bot.delivery.claim import claim_deliveries
from bot.delivery.ports import OutgoingDelivery
from bot.domain.learner import Person, Preferences
from bot.domain.lesson import Pack
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.learning import enrollment, packs, planning, practice, reflections, workspace_lifecycle
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store, deliveries, learners
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LearnerState, SendState
from tests.builders import CONFLICT, NURSE, TEAM, at, lesson
from tests.builders import pack as pack_of
from tests.delivery.statements import counted
from tests.engine_kinds import KINDS
from tests.ward import Ward

MONDAY = date(2026, 3, 2)


def people(number: int, team: str = TEAM) -> list[Person]:
    return [Person(team, f"U{index}{team}") for index in range(number)]


def nine_o_clock(ward: Ward, *crowd: Person) -> Ward:
    for person in crowd:
        ward.run(workspace_lifecycle.register_workspace, person.team_id, None, "Hospital", "U0", ward.clock())
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


@pytest.mark.parametrize("number", [1, 40])
def test_a_claim_takes_the_same_few_statements_for_one_row_and_for_forty(ward: Ward, store: Store, number: int) -> None:
    crowd = people(number)
    nine_o_clock(ward, *crowd).deliver()
    ward.clock.set("2026-03-03 09:00")
    ward.plan()

    with counted(store) as said:
        assert ward.run(claim_deliveries, ward.library, KINDS, "w", ward.clock(), 100, {TEAM: 100}).row_count == number

    assert len(said) == 9


def test_days_ends_take_the_same_few_statements_too(ward: Ward, store: Store) -> None:
    nine_o_clock(ward, *people(40)).deliver()
    ward.clock.set("2026-03-02 16:30")
    ward.plan()

    with counted(store) as said:
        assert ward.run(claim_deliveries, ward.library, KINDS, "w", ward.clock(), 100, {TEAM: 100}).row_count == 40

    assert len(said) == 8, (
        "two of them for the questions that come back: what is taught, and what is due; "
        "and two in a first day's end for how ready people feel: whether they are asked, and what they answered"
    )


def test_a_small_workspace_is_served_beside_a_large_one(ward: Ward) -> None:
    nine_o_clock(ward, *people(9, "T1"), *people(2, "T2"))

    first, second = (ward.claim(limit=4) for _ in range(2))

    assert sorted(each.team_id for each in first) == ["T1", "T1", "T2", "T2"]
    assert {each.team_id for each in second} == {"T1"}


def test_a_workspace_gets_no_more_than_its_share_the_longest_due_first(ward: Ward) -> None:
    nine_o_clock(ward, *people(5, "T1"), *people(5, "T2"))

    claimed = ward.run(claim_deliveries, ward.library, KINDS, "w", ward.clock(), 100, {"T1": 2})

    assert [each.team_id for each in claimed.outgoing] == ["T1", "T1"]


def test_what_was_asked_for_is_part_of_the_share(ward: Ward) -> None:
    nine_o_clock(ward, *people(5))
    for person in people(3):
        ward.run(practice.request_todays_lesson, ward.library, person, ward.clock())

    claimed = ward.run(claim_deliveries, ward.library, KINDS, "w", ward.clock(), 100, {TEAM: 4})

    assert {each.user_id for each in claimed.outgoing[:3]} == {person.user_id for person in people(3)}
    assert len(claimed.outgoing) == 4


def test_what_was_asked_for_goes_before_what_is_due_for_longer(ward: Ward) -> None:
    nine_o_clock(ward, *people(5))
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:05")
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    assert [each.user_id for each in ward.claim(limit=1)] == [NURSE.user_id]


def test_each_learner_goes_on_where_they_stand(ward: Ward) -> None:
    """One learner had a lesson on Monday, one has a focus, one is new."""
    nine_o_clock(ward, NURSE).deliver()
    focused, new = Person(TEAM, "U0FOCUSED"), Person(TEAM, "U0NEW")
    for person in (focused, new):
        ward.enrol(person)
    ward.run(
        enrollment.change_preferences, focused, Preferences("Europe/London", focus=frozenset({"change"})), ward.clock()
    )
    ward.clock.set("2026-03-03 09:00")

    brought = {each.user_id: each.lesson.id for each in ward.deliver() if each.lesson}

    assert brought == {NURSE.user_id: "two-colleagues", focused.user_id: "first-gap", new.user_id: "budget-lines"}


def test_each_workspace_gets_its_own_lessons(ward: Ward) -> None:
    nine_o_clock(ward, *people(1, "T1"), *people(1, "T2"))
    own: Pack = pack_of(lesson("our-own-way", CONFLICT), slug="ours")
    ward.run(packs.load_pack, own, "T2", "U0ADMIN", ward.clock())
    ward.run(packs.load_pack, pack_of(lesson("for-all", CONFLICT)), EVERYONES_SCOPE, "rounds", ward.clock())

    brought = {each.team_id: each.lesson.id for each in ward.claim() if each.lesson}

    assert brought["T1"] == "for-all"
    assert brought["T2"] in {"for-all", "our-own-way"}


@pytest.fixture
def postpone(ward: Ward) -> Ward:
    """Monday's lesson was sent, and its learner postpones it to ten."""
    nine_o_clock(ward, NURSE).deliver()
    ward.run(owe_later, NURSE)
    ward.clock.set("2026-03-02 10:00")
    return ward


def test_later_brings_the_days_lesson_again(postpone: Ward) -> None:
    (again,) = postpone.deliver()

    first = postpone.deliveries(NURSE)[0]
    assert (again.kind, again.revision_id, again.user_id) == (
        DeliveryKindName.POSTPONED_LESSON,
        first.revision_id,
        NURSE.user_id,
    )
    assert again.delivery_id == planning.build_delivery_id(
        TEAM, NURSE.user_id, MONDAY, DeliveryKindName.POSTPONED_LESSON
    )


@pytest.mark.parametrize("how", ["answered", "reflected"])
def test_later_is_moot_once_the_lesson_is_done(postpone: Ward, how: str) -> None:
    do(postpone, how)

    assert postpone.deliver() == []
    assert postpone.days(NURSE)[1] == (MONDAY, "later", "nothing_due")


def test_later_that_never_arrived_comes_as_the_next_shifts_one_lesson(postpone: Ward) -> None:
    postpone.clock.set("2026-03-02 17:00")
    assert postpone.deliver() == []
    postpone.clock.set("2026-03-03 09:00")

    (next_days,) = postpone.deliver()

    monday, later, *_ = postpone.deliveries(NURSE)
    assert (later.reason, monday.carried_over) == ("late", True)
    assert (next_days.kind, next_days.revision_id) == (DeliveryKindName.LESSON, monday.revision_id)


@pytest.mark.parametrize("how", ["answered", "reflected"])
def test_what_was_put_off_and_then_done_does_not_come_again(postpone: Ward, how: str) -> None:
    postpone.clock.set("2026-03-02 17:00")
    postpone.deliver()
    do(postpone, how)

    assert lesson_of_tuesday(postpone) != postpone.deliveries(NURSE)[0].revision_id


def test_what_was_put_off_comes_once_more_and_not_for_good(postpone: Ward) -> None:
    postpone.clock.set("2026-03-02 17:00")
    postpone.deliver()
    again = lesson_of_tuesday(postpone)
    postpone.clock.set("2026-03-04 09:00")

    (wednesdays,) = postpone.deliver()

    assert wednesdays.revision_id != again


def test_what_was_put_off_and_is_taught_no_more_makes_way(postpone: Ward) -> None:
    postpone.clock.set("2026-03-02 17:00")
    postpone.deliver()
    postpone.run(packs.load_pack, pack_of(lesson("brand-new")), EVERYONES_SCOPE, "rounds", postpone.clock())
    postpone.clock.set("2026-03-03 09:00")

    (next_days,) = postpone.deliver()

    assert next_days.lesson is not None
    assert next_days.lesson.id == "brand-new"


def test_a_lesson_that_expired_in_the_queue_is_the_next_shifts_one(ward: Ward) -> None:
    """Slack delayed the lesson until it expired: Tuesday sends it, and nothing piles up."""
    (first,) = nine_o_clock(ward, NURSE).claim()
    ward.run(give_back, NURSE)
    ward.clock.set("2026-03-02 13:00")
    assert ward.claim() == ()

    assert lesson_of_tuesday(ward) == first.revision_id


def test_the_question_whether_to_go_on_is_asked_while_it_is_open(ward: Ward) -> None:
    nine_o_clock(ward, NURSE)
    ward.run(owe, NURSE, DeliveryKindName.CHECK_IN, LearnerState.WAITING)

    asked = [each for each in ward.claim() if each.kind is DeliveryKindName.CHECK_IN]

    assert [(each.lesson, each.revision_id) for each in asked] == [(None, None)]


def test_the_question_whether_to_go_on_is_moot_once_they_went_on(ward: Ward) -> None:
    nine_o_clock(ward, NURSE)
    ward.run(owe, NURSE, DeliveryKindName.CHECK_IN, LearnerState.ACTIVE)

    assert [each.kind for each in ward.claim()] == [DeliveryKindName.LESSON]
    assert (MONDAY, "check_in", "nothing_due") in ward.days(NURSE)


def lesson_of_tuesday(ward: Ward) -> int | None:
    ward.clock.set("2026-03-03 09:00")
    sent: list[OutgoingDelivery] = ward.deliver()
    assert [each.kind for each in sent] == [DeliveryKindName.LESSON], "nothing piles up"
    return sent[0].revision_id


def do(ward: Ward, how: str) -> None:
    ref: MessageRef = ward.lesson_of(NURSE)
    if how == "answered":
        ward.run(practice.answer_lesson, ward.library, NURSE, ref, "A", ward.clock())
    else:
        ward.run(reflections.save_reflection, ward.library, NURSE, ref, "Enough said", ward.clock())


def owe_later(session: Session, person: Person) -> None:
    owe(session, person, DeliveryKindName.POSTPONED_LESSON, LearnerState.ACTIVE, "2026-03-02 10:00")


def owe(
    session: Session, person: Person, kind: DeliveryKindName, state: LearnerState, when: str = "2026-03-02 09:00"
) -> None:
    learner = learners.find(session, person)
    assert learner is not None
    learner.state = state
    session.add(planning.new_delivery(learner, DueMessage(kind, MONDAY, at(when), at("2026-03-02 17:00"))))


def give_back(session: Session, person: Person) -> None:
    learner = learners.find(session, person)
    assert learner is not None
    row = deliveries.find(session, learner.id, MONDAY, DeliveryKindName.LESSON)
    assert row is not None
    row.state, row.not_before = SendState.DUE, at("2026-03-02 13:00")

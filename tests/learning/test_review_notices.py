"""Lessons past their review date are used with a warning and later withdrawn, and admins are notified in time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.lesson import Pack
from bot.domain.lesson_review import WITHDRAWN_AFTER
from bot.domain.postponing import PostponeOption
from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound
from bot.learning import coaching, home, lesson_state, packs, postponing, practice, review_notices, workspace_lifecycle
from bot.learning.review_notices import ReviewNotice
from bot.retrieval.understanding import Understanding
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import CONFLICT, FINANCE, NURSE, TEAM, lesson, pack
from tests.ward import Ward, day_end_of

ADMIN = "U0ADMIN"
LOADER = "U0LOADER"
REVIEW = date(2026, 3, 2)
"""A Monday: the review date of the rule."""


def rules(review_by: date | None = REVIEW, version: str = "2.0") -> Pack:
    """Return one lesson on a rule and one that isn't."""
    return pack(
        replace(
            lesson("say-the-rule", FINANCE, situations=("The auditor asks for the records.",)), review_by=review_by
        ),
        lesson("two-colleagues", CONFLICT, situations=("Two nurses argue in the corridor.",)),
        version=version,
    )


@pytest.fixture
def taught(ward: Ward) -> Ward:
    """Return a workspace that teaches these, on the Monday of the review."""
    ward.clock.set("2026-03-02 09:00")
    ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", ward.clock())
    ward.run(packs.load_pack, rules(), EVERYONES_SCOPE, "operator", ward.clock())
    return ward


def news(ward: Ward, *admins: str) -> tuple[ReviewNotice, ...]:
    return ward.run(review_notices.claim_review_notices, ward.library, admins or (ADMIN,), ward.clock())


def days_after(ward: Ward, days: int) -> None:
    ward.clock.now += timedelta(days=days)


def test_tip_warns_once_its_review_has_passed(taught: Ward) -> None:
    taught.meet(NURSE)
    before = taught.run(coaching.choose_tip, taught.library, NURSE, "finance", {}, taught.clock())
    days_after(taught, 1)

    after = taught.run(coaching.choose_tip, taught.library, NURSE, "finance", {}, taught.clock())
    coached = taught.run(
        coaching.find_advice, taught.library, NURSE, Understanding("the auditor asks for records"), taught.clock()
    ).best_tip
    assert (before.overdue, after.overdue) == (False, True)
    assert coached is not None
    assert coached.overdue


def test_ninety_days_later_it_is_withdrawn_from_tips_and_coaching(taught: Ward) -> None:
    taught.meet(NURSE)
    days_after(taught, WITHDRAWN_AFTER.days)
    assert taught.run(coaching.show_lesson_as_tip, taught.library, NURSE, "say-the-rule", taught.clock()).overdue

    days_after(taught, 1)

    now = taught.clock()
    assert (
        taught.run(
            coaching.find_advice, taught.library, NURSE, Understanding("the auditor asks for records"), now
        ).best_tip
        is None
    )
    assert taught.run(coaching.choose_tip, taught.library, NURSE, None, {}, now).lesson.id == "two-colleagues"
    assert taught.run(coaching.choose_command_tip, taught.library, NURSE, "/finance-tip", {}, now) is None
    with pytest.raises(NotFound):
        taught.run(coaching.choose_tip, taught.library, NURSE, "finance", {}, now)
    with pytest.raises(NotFound):
        taught.run(coaching.show_lesson_as_tip, taught.library, NURSE, "say-the-rule", now)


def test_daily_lesson_is_another_one_after_withdrawal(taught: Ward) -> None:
    taught.clock.set("2026-06-01 08:00")  # 91 days later, a Monday
    taught.enrol(NURSE)
    given = []
    for day in (1, 2, 3):
        taught.clock.set(f"2026-06-0{day} 09:00")
        taught.plan()
        given += [each.lesson.id for each in taught.claim() if each.lesson]

    assert given == ["two-colleagues"] * 3


def test_postponed_lesson_is_not_sent_again_once_it_is_withdrawn(taught: Ward) -> None:
    taught.clock.set("2026-05-29 08:00")
    taught.enrol(NURSE)
    taught.clock.set("2026-05-29 09:00")  # a Friday, 88 days later
    taught.deliver()
    given = taught.run(lesson_state.find_todays_lesson_state, taught.library, NURSE, taught.clock())
    assert given is not None
    assert (given.lesson.id, given.is_review_overdue) == ("say-the-rule", True)
    taught.run(
        postponing.postpone_lesson,
        taught.library,
        NURSE,
        taught.lesson_of(NURSE),
        PostponeOption.NEXT_SHIFT,
        taught.clock(),
    )

    taught.clock.set("2026-06-01 09:00")
    taught.plan()

    assert [each.lesson.id for each in taught.claim() if each.lesson] == ["two-colleagues"]


def test_sent_lesson_can_still_be_answered(taught: Ward) -> None:
    taught.clock.set("2026-05-29 08:00")
    taught.enrol(NURSE)
    taught.clock.set("2026-05-29 09:00")
    taught.deliver()
    ref = taught.lesson_of(NURSE)
    taught.clock.set("2026-06-01 08:00")

    answered = taught.run(practice.answer_lesson, taught.library, NURSE, ref, "B", taught.clock())

    assert answered.is_first
    assert answered.state.lesson.id == "say-the-rule"
    assert answered.state.is_review_overdue


def test_question_of_a_withdrawn_lesson_is_not_asked_again(taught: Ward) -> None:
    taught.clock.set("2026-05-29 08:00")
    taught.enrol(NURSE)
    taught.clock.set("2026-05-29 09:00")
    taught.deliver()
    taught.run(practice.answer_lesson, taught.library, NURSE, taught.lesson_of(NURSE), "A", taught.clock())
    taught.clock.set("2026-06-15 18:30")  # past its withdrawal, and it would be due

    seen = taught.run(home.read_home, taught.library, NURSE, taught.clock())
    ends = [each for each in taught.deliver() if each.kind == DeliveryKindName.DAY_END]

    assert seen.recall is None
    assert all(day_end_of(each).recall is None for each in ends)


def test_renewed_lesson_is_used_again(taught: Ward) -> None:
    taught.meet(NURSE)
    days_after(taught, WITHDRAWN_AFTER.days + 1)
    taught.run(packs.load_pack, rules(REVIEW + timedelta(days=365), "3.0"), EVERYONES_SCOPE, "operator", taught.clock())

    assert not taught.run(coaching.choose_tip, taught.library, NURSE, "finance", {}, taught.clock()).overdue


def test_admins_and_loaders_of_the_pack_are_notified(taught: Ward) -> None:
    taught.run(packs.load_pack, rules(version="2.1"), TEAM, LOADER, taught.clock())

    told = news(taught)

    assert [each.person.user_id for each in told] == [ADMIN, LOADER]
    assert [each.id for each in told[0].reviews.due_soon] == ["say-the-rule"]


def test_nobody_is_notified_of_the_same_list_twice_within_four_weeks(taught: Ward) -> None:
    assert len(news(taught)) == 1

    days_after(taught, 3)
    assert news(taught) == ()

    days_after(taught, 4)
    assert len(news(taught)) == 1  # a new list: the review is overdue now
    days_after(taught, 14)
    assert news(taught) == ()
    days_after(taught, 14)
    assert len(news(taught)) == 1


def test_new_list_waits_for_the_week_to_end(taught: Ward) -> None:
    assert len(news(taught)) == 1
    days_after(taught, 2)
    taught.run(packs.load_pack, rules(REVIEW + timedelta(days=9), "2.5"), EVERYONES_SCOPE, "operator", taught.clock())

    assert news(taught) == ()
    days_after(taught, 5)
    assert len(news(taught)) == 1


def test_nobody_is_notified_if_nothing_is_due(ward: Ward) -> None:
    ward.clock.set("2026-03-02 09:00")
    ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", ward.clock())

    assert news(ward) == ()


@pytest.mark.parametrize("moment", ["2026-03-02 07:59", "2026-03-02 17:00", "2026-03-07 10:00", "2026-03-08 10:00"])
def test_nobody_is_notified_at_night_or_on_a_weekend(taught: Ward, moment: str) -> None:
    taught.meet(replace(NURSE, user_id=ADMIN), "Europe/London")
    taught.clock.set(moment)

    assert news(taught) == ()


def test_working_hours_are_in_the_admins_time_zone(taught: Ward) -> None:
    taught.meet(replace(NURSE, user_id=ADMIN), "America/New_York")
    assert news(taught) == ()

    taught.clock.set("2026-03-02 14:00")
    assert len(news(taught)) == 1


def test_a_notice_that_did_not_arrive_is_sent_again(taught: Ward) -> None:
    (first,) = news(taught)
    taught.run(review_notices.release_review_notice, first, taught.clock())

    assert news(taught) == (first,)

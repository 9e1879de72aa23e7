"""Taking back what is taught: a lesson that must not be used, and a whole pack. What people did is kept."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound, Refused
from bot.learning import (
    coaching,
    home,
    journal,
    lesson_state,
    pack_removal,
    packs,
    practice,
    privacy,
    recall_answers,
    reflections,
    retraction_messages,
    retractions,
    streak_repairs,
    streaks,
    workspace_lifecycle,
    workspace_overview,
)
from bot.learning.retractions import RetractedLesson
from bot.retrieval.understanding import Understanding
from bot.storage import Session, deliveries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Delivery, PackReach, Retraction, SendState
from tests.builders import CHANGE, CLERK, FINANCE, NURSE, TEAM, lesson, six_lessons
from tests.builders import pack as make_pack
from tests.ward import Ward

REASON = "The figure in it is wrong."
OTHER_TEAM = "T0CLINIC"
MONDAY = date(2026, 3, 2)


@pytest.fixture
def answered(ward: Ward) -> Ward:
    """A nurse who answered the first lesson on Monday, and wrote to it."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "A", ward.clock())
    ward.run(reflections.save_reflection, ward.library, NURSE, ref, "We counted twice", ward.clock())
    return ward


def live_version(ward: Ward, slug: str = "essentials", team_id: str = TEAM) -> int:
    return next(each.version_id for each in ward.run(packs.list_live_packs, team_id) if each.slug == slug)


def retract(
    ward: Ward, named: str = "budget-lines", scope: str = TEAM, reason: str = REASON, slug: str = "essentials"
) -> RetractedLesson:
    version_id = live_version(ward, slug, scope)
    return ward.run(retractions.retract_lesson, ward.library, version_id, scope, named, reason, "U0ADMIN", ward.clock())


def lift(ward: Ward, retracted: RetractedLesson, scope: str = TEAM) -> str:
    return ward.run(retractions.lift_retraction, ward.library, retracted.retraction_id, scope, "U0ADMIN", ward.clock())


def taught(ward: Ward, team_id: str = TEAM) -> set[str]:
    curriculum = ward.run(ward.library.get_workspace_curriculum, team_id)
    assert {each.id for each in curriculum.lessons} == set(curriculum.revision_ids)
    return set(curriculum.revision_ids)


def show_all(ward: Ward, retraction_id: int) -> list[tuple[str, bool]]:
    """Update messages until a pass is over: the kinds of their deliveries, and whether they say it was retracted."""
    shown = []
    while True:
        batch = ward.run(retraction_messages.read_batch, ward.library, retraction_id, ward.clock())
        assert batch is not None
        shown += [(each.state.kind, each.state.retraction is not None) for each in batch.messages]
        ward.run(retraction_messages.record_batch, batch, ward.clock())
        if batch.up_to is None:
            return shown


def own_pack(ward: Ward, version: str = "1.0", title: str = "Hand over at the bed") -> int:
    ours = make_pack(lesson("handover", CHANGE, title=title), slug="ours", version=version)
    return ward.run(packs.load_pack, ours, TEAM, "U0ADMIN", ward.clock()).version_id


def load_spare(ward: Ward) -> None:
    """Another pack for everyone, with one lesson."""
    spare = make_pack(lesson("spare", FINANCE), slug="spare")
    ward.run(packs.load_pack, spare, EVERYONES_SCOPE, "operator", ward.clock())


def asked_again(ward: Ward) -> list[int]:
    """The questions (revision ids) that the day ends of the next working days ask again, until the first."""
    for day in (3, 4, 5, 6, 9, 10, 11):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        ward.deliver()
        ward.clock.set(f"2026-03-{day:02} 16:30")
        asked = [each.extras.recall_revision_id for each in ward.deliver() if each.extras]
        if any(asked):
            return [each for each in asked if each is not None]
    return []


def test_a_retracted_lesson_is_no_longer_taught_where_it_was_retracted(ward: Ward) -> None:
    ward.run(workspace_lifecycle.register_workspace, OTHER_TEAM, None, "Clinic", "U0ROUNDS", ward.clock())

    retracted = retract(ward)

    assert (retracted.title, retracted.pack, retracted.reason) == ("Learn about budget lines", "Essentials", REASON)
    assert "budget-lines" not in taught(ward)
    assert "budget-lines" in taught(ward, OTHER_TEAM)


def test_a_lesson_retracted_for_everyone_is_taught_nowhere_but_in_a_workspaces_own_version(ward: Ward) -> None:
    first, *others = six_lessons().lessons
    ward.run(packs.load_pack, make_pack(replace(first, title="Ours"), *others), OTHER_TEAM, "U0ADMIN", ward.clock())

    retract(ward, scope=EVERYONES_SCOPE)

    assert "budget-lines" not in taught(ward)
    assert "budget-lines" in taught(ward, OTHER_TEAM)


def test_another_lesson_is_sent_in_place_of_a_retracted_one(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    retract(ward)

    (sent,) = ward.deliver()

    assert sent.lesson is not None
    assert sent.lesson.id != "budget-lines"


def test_a_delivery_that_was_tried_before_does_not_keep_its_retracted_lesson(ward: Ward) -> None:
    """Slack asked to wait, and meanwhile the lesson was retracted."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (first,) = ward.claim()
    assert first.lesson is not None
    assert first.lesson.id == "budget-lines"
    ward.run(put_back, first.delivery_id)
    retract(ward)

    (again,) = ward.claim()

    assert again.delivery_id == first.delivery_id
    assert again.lesson is not None
    assert again.lesson.id != "budget-lines"


def put_back(session: Session, delivery_id: UUID) -> None:
    session.get_one(Delivery, delivery_id).state = SendState.DUE


def test_the_day_end_of_a_retracted_lesson_is_not_sent(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    retract(ward)
    ward.clock.set("2026-03-02 16:30")

    assert ward.deliver() == []
    assert (MONDAY, "day_end", "not_in_use") in ward.days(NURSE)


def test_its_question_does_not_come_back(answered: Ward) -> None:
    retract(answered)

    assert asked_again(answered) == []
    assert answered.run(recall_answers.find_home_recall, answered.library, NURSE, answered.clock()) is None


def test_without_a_retraction_the_same_question_does_come_back(answered: Ward) -> None:
    assert len(asked_again(answered)) == 1


def test_an_open_question_in_a_day_end_is_closed_by_a_retraction(answered: Ward) -> None:
    assert asked_again(answered)
    ref = answered.message_of(NURSE, DeliveryKindName.DAY_END)
    retracted = retract(answered)

    state = answered.run(lesson_state.get_lesson_state, answered.library, NURSE, ref, answered.clock())
    assert (state.recall, state.retraction) == (None, None), "its own lesson is another one"
    with pytest.raises(NotFound, match="no longer open"):
        answered.run(recall_answers.answer_day_end_recall, answered.library, NURSE, ref, "A", answered.clock())
    assert ("day_end", False) in show_all(answered, retracted.retraction_id), "its message is updated, too"


def test_the_coach_and_tips_do_not_use_it(ward: Ward) -> None:
    before = ward.run(ward.library.get_workspace_curriculum, TEAM).revision_ids["budget-lines"]
    retract(ward)
    situation = Understanding("The overtime budget has doubled.")

    advice = ward.run(coaching.find_advice, ward.library, NURSE, situation, ward.clock())
    shown = {
        ward.run(coaching.choose_tip, ward.library, NURSE, "finance", {}, ward.clock()).lesson.id for _ in range(3)
    }

    assert advice.best_tip is None or advice.best_tip.lesson.id != "budget-lines"
    assert shown == {"cash-and-profit"}
    for work in (coaching.build_tip_of_revision, practice.save_lesson):
        with pytest.raises(Refused, match=f"retracted.*{REASON}"):
            ward.run(work, ward.library, NURSE, before, ward.clock())


def test_those_who_got_it_are_told_and_keep_what_they_did(answered: Ward) -> None:
    ref = answered.lesson_of(NURSE)
    retract(answered)

    state = answered.run(lesson_state.get_lesson_state, answered.library, NURSE, ref, answered.clock())
    (entry,) = answered.run(journal.read_page, answered.library, NURSE).entries
    view = answered.run(home.read_home, answered.library, NURSE, answered.clock())

    assert state.retraction is not None
    assert (state.retraction.reason, state.retraction.at) == (REASON, answered.clock())
    assert state.chosen_option is not None
    assert entry.words == "We counted twice"
    assert view.streak.streak.current == 1
    assert view.todays_lesson is not None
    assert view.todays_lesson.retraction is not None


def test_nobody_in_another_workspace_is_told(answered: Ward) -> None:
    answered.run(workspace_lifecycle.register_workspace, OTHER_TEAM, None, "Clinic", "U0ROUNDS", answered.clock())
    other = replace(NURSE, team_id=OTHER_TEAM)
    answered.enrol(other)
    answered.clock.set("2026-03-03 09:00")
    answered.deliver()
    ref = answered.lesson_of(other)

    retracted = retract(answered)

    state = answered.run(lesson_state.get_lesson_state, answered.library, other, ref, answered.clock())
    assert (state.lesson.id, state.retraction) == ("budget-lines", None)
    assert show_all(answered, retracted.retraction_id) == [("lesson", True)], "the nurse's, and not the other's"


def test_a_question_that_was_retracted_takes_no_answer_and_breaks_no_streak(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    retracted = retract(ward)

    answered = ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())
    show_all(ward, retracted.retraction_id)

    assert (answered.is_first, answered.state.chosen_option) == (False, None)
    assert answered.state.retraction is not None
    assert [row.counts_for_streak for row in ward.deliveries(NURSE) if row.kind == DeliveryKindName.LESSON] == [False]


def test_a_missed_day_with_a_retracted_lesson_is_repaired_without_an_answer(answered: Ward) -> None:
    for day in (3, 4):
        answered.clock.set(f"2026-03-{day:02} 09:00")
        answered.deliver()
    missed = answered.run(deliveries.find, answered.find(NURSE).id, date(2026, 3, 3), DeliveryKindName.LESSON)
    assert missed is not None
    retract(answered, answered.library._lesson_ids[missed.revision_id or 0])
    answered.run(practice.answer_lesson, answered.library, NURSE, answered.lesson_of(NURSE), "B", answered.clock())

    answered.run(streak_repairs.start_repair, answered.library, NURSE, date(2026, 3, 3), answered.clock())

    assert answered.run(streaks.read_streak, NURSE, answered.clock()).streak.current == 2


def test_saved_lessons_say_that_one_was_retracted(answered: Ward) -> None:
    ref = answered.lesson_of(NURSE)
    state = answered.run(lesson_state.get_lesson_state, answered.library, NURSE, ref, answered.clock())
    answered.run(practice.save_lesson, answered.library, NURSE, state.revision_id, answered.clock())
    retract(answered)

    (saved,) = answered.run(practice.list_saved_lessons, answered.library, NURSE)

    assert saved.retraction is not None
    assert saved.retraction.reason == REASON


def test_every_message_with_the_lesson_is_updated_once_a_pass_and_again_when_it_is_lifted(answered: Ward) -> None:
    answered.clock.set("2026-03-02 16:30")
    answered.deliver()  # she has written already, so there is no day end
    answered.enrol(CLERK)
    answered.clock.set("2026-03-03 09:00")
    answered.deliver()
    answered.clock.set("2026-03-03 16:30")
    answered.deliver()

    retracted = retract(answered)
    told = show_all(answered, retracted.retraction_id)
    lift(answered, retracted)
    after = show_all(answered, retracted.retraction_id)

    theirs = "the clerk's day end has the lesson, the nurse's asks its question again"
    assert sorted(told) == [("day_end", False), ("day_end", True), ("lesson", True), ("lesson", True)], theirs
    assert sorted(kind for kind, _ in after) == ["day_end", "day_end", "lesson", "lesson"]
    assert not any(is_retracted for _, is_retracted in after)
    assert "budget-lines" in taught(answered)


def test_a_message_that_arrives_late_is_updated_in_the_second_pass(ward: Ward) -> None:
    """It was on its way when the lesson was retracted."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (sent,) = ward.claim()
    retracted = retract(ward)
    assert show_all(ward, retracted.retraction_id) == []
    ward.clock.advance(minutes=2)
    assert ward.run(retraction_messages.list_due, ward.clock()) == (), "it is still in flight"
    ward.run(arrive, sent.delivery_id, ward.clock())

    assert ward.run(retraction_messages.list_due, ward.clock()) == (retracted.retraction_id,)
    assert show_all(ward, retracted.retraction_id) == [("lesson", True)]
    assert ward.run(retraction_messages.list_due, ward.clock()) == ()


def arrive(session: Session, delivery_id: UUID, now: datetime) -> None:
    row = session.get_one(Delivery, delivery_id)
    row.state, row.channel, row.ts, row.sent_at = SendState.SENT, "D1", "1.0", now


def test_a_batch_read_before_a_change_does_not_end_the_pass_after_it(answered: Ward) -> None:
    retracted = retract(answered)
    batch = answered.run(retraction_messages.read_batch, answered.library, retracted.retraction_id, answered.clock())
    assert batch is not None
    answered.clock.advance(minutes=1)
    lift(answered, retracted)

    answered.run(retraction_messages.record_batch, batch, answered.clock())

    assert show_all(answered, retracted.retraction_id) == [("lesson", False)]


def test_two_processes_do_not_update_the_same_messages(answered: Ward) -> None:
    retracted = retract(answered)

    assert answered.run(retraction_messages.claim, retracted.retraction_id, answered.clock())
    assert not answered.run(retraction_messages.claim, retracted.retraction_id, answered.clock())
    answered.run(retraction_messages.release, retracted.retraction_id, answered.clock())
    assert answered.run(retraction_messages.claim, retracted.retraction_id, answered.clock())


def test_a_later_version_with_the_same_words_stays_retracted_and_says_so(ward: Ward) -> None:
    retract(ward, scope=EVERYONES_SCOPE)
    first, *others = six_lessons().lessons
    same = make_pack(first, replace(others[0], title="New title"), *others[1:], version="2.0")

    change = ward.run(packs.load_pack, same, EVERYONES_SCOPE, "operator", ward.clock())

    assert change.retracted == ("Learn about budget lines",)
    assert "budget-lines" not in taught(ward)


def test_a_later_version_with_other_words_is_live_again_and_old_messages_stay_retracted(answered: Ward) -> None:
    retract(answered, scope=EVERYONES_SCOPE)
    first, *others = six_lessons().lessons
    mended = make_pack(replace(first, tip="The right figure."), *others, version="2.0")

    change = answered.run(packs.load_pack, mended, EVERYONES_SCOPE, "operator", answered.clock())

    assert change.retracted == ()
    assert "budget-lines" in taught(answered)
    ref = answered.lesson_of(NURSE)
    state = answered.run(lesson_state.get_lesson_state, answered.library, NURSE, ref, answered.clock())
    assert state.retraction is not None


def test_going_back_to_an_older_wording_does_not_bring_a_retracted_lesson_back(ward: Ward) -> None:
    first, *others = six_lessons().lessons
    newer = make_pack(replace(first, tip="Other words, as wrong."), *others, version="2.0")
    ward.run(packs.load_pack, newer, EVERYONES_SCOPE, "operator", ward.clock())
    retract(ward, scope=EVERYONES_SCOPE)

    ward.run(packs.roll_back_pack, live_version(ward), EVERYONES_SCOPE, "operator", ward.clock())

    assert "budget-lines" not in taught(ward)


def test_an_admin_cannot_lift_what_an_operator_retracted(ward: Ward) -> None:
    retracted = retract(ward, scope=EVERYONES_SCOPE)

    (seen,) = ward.run(retractions.list_retracted, ward.library, TEAM)

    assert (seen.title, seen.can_be_lifted) == ("Learn about budget lines", False)
    with pytest.raises(NotFound):
        lift(ward, retracted, TEAM)
    assert "budget-lines" not in taught(ward)


def test_another_workspaces_retraction_is_neither_seen_nor_lifted(ward: Ward) -> None:
    retracted = retract(ward)

    assert ward.run(retractions.list_retracted, ward.library, OTHER_TEAM) == ()
    with pytest.raises(NotFound):
        lift(ward, retracted, OTHER_TEAM)


def test_a_lesson_is_named_by_title_too_and_a_near_miss_is_answered_with_what_was_meant(ward: Ward) -> None:
    with pytest.raises(NotFound, match="Did you mean “Learn about budget lines”"):
        retract(ward, "Learn about the budget line")

    retract(ward, "  learn about BUDGET lines ")

    assert "budget-lines" not in taught(ward)
    with pytest.raises(NotFound, match="“Learn about budget lines” is retracted already"):
        retract(ward)


@pytest.mark.parametrize(("reason", "said"), [("  \n ", "missing"), ("x" * 301, "301 characters")])
def test_a_retraction_needs_a_reason_that_fits(ward: Ward, reason: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        retract(ward, reason=reason)
    assert "budget-lines" in taught(ward)


def test_only_the_lessons_that_are_used_are_offered(ward: Ward) -> None:
    retract(ward)

    offered = ward.run(retractions.list_retractable, ward.library, live_version(ward), TEAM)

    assert offered.is_for_everyone
    assert [each.lesson_id for each in offered.lessons] == [each.id for each in six_lessons().lessons[1:]]
    (live,) = ward.run(packs.list_live_packs, TEAM)
    assert (live.lessons, live.retracted) == (6, 1)


def test_who_retracts_and_then_deletes_everything_leaves_no_id(ward: Ward) -> None:
    ward.enrol(NURSE)
    version = live_version(ward)
    retracted = ward.run(
        retractions.retract_lesson, ward.library, version, TEAM, "budget-lines", REASON, NURSE.user_id, ward.clock()
    )

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert ward.run(lambda session: session.get_one(Retraction, retracted.retraction_id).by) == "erased"


def test_a_removed_pack_is_neither_sent_nor_used_and_comes_back_with_everything(ward: Ward) -> None:
    version_id = own_pack(ward)
    own_pack(ward, "1.1", "Hand over beside the bed")
    everyones = live_version(ward)
    ward.enrol(NURSE)

    removal = ward.run(pack_removal.remove_pack, live_version(ward, "ours"), TEAM, "U0ADMIN", ward.clock())

    assert (removal.name, removal.version, removal.lessons, removal.replaced_by) == ("Ours", "1.1", 1, None)
    assert taught(ward) == {each.id for each in six_lessons().lessons}
    assert [each.version_id for each in ward.run(packs.list_live_packs, TEAM)] == [everyones]
    assert own_pack(ward) == version_id, "it is the same version again, and its lessons are the same revisions"
    assert "handover" in taught(ward)


def test_what_people_did_with_a_removed_pack_is_kept_and_seen(ward: Ward) -> None:
    ward.run(
        packs.load_pack, make_pack(lesson("spare", FINANCE), slug="spare"), EVERYONES_SCOPE, "operator", ward.clock()
    )
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())
    state = ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock())
    ward.run(practice.save_lesson, ward.library, NURSE, state.revision_id, ward.clock())

    ward.run(pack_removal.remove_pack, live_version(ward), EVERYONES_SCOPE, "operator", ward.clock())

    assert taught(ward) == {"spare"}
    ward.clock.set("2026-03-02 16:30")
    assert ward.deliver() == [], "nothing of it is sent, and neither is its day's end"
    view = ward.run(home.read_home, ward.library, NURSE, ward.clock())
    assert view.todays_lesson is not None
    assert view.todays_lesson.chosen_option is not None
    assert view.recall is None
    assert [each.lesson.id for each in ward.run(practice.list_saved_lessons, ward.library, NURSE)] == ["budget-lines"]
    ward.run(reflections.save_reflection, ward.library, NURSE, ref, "Still mine", ward.clock())
    assert ward.run(journal.read_page, ward.library, NURSE).entries[0].words == "Still mine"


def test_removing_a_workspaces_version_brings_everyones_back_there(ward: Ward) -> None:
    first, *others = six_lessons().lessons
    ours = make_pack(replace(first, title="Ours"), *others, version="9")
    ward.run(packs.load_pack, ours, TEAM, "U0ADMIN", ward.clock())

    removal = ward.run(pack_removal.remove_pack, live_version(ward), TEAM, "U0ADMIN", ward.clock())

    assert removal.replaced_by == "Essentials 1.0"
    (live,) = ward.run(packs.list_live_packs, TEAM)
    assert (live.version, live.is_own) == ("1.0", False)


def test_everyones_pack_is_not_removed_by_a_workspace(ward: Ward) -> None:
    with pytest.raises(Refused, match=r"for everyone on this server.*retract single lessons"):
        ward.run(pack_removal.remove_pack, live_version(ward), TEAM, "U0ADMIN", ward.clock())

    assert len(taught(ward)) == 6


def test_the_shipped_pack_stays_if_it_is_the_only_one_for_everyone(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_removal, "SHIPPED_PACK", "essentials")

    with pytest.raises(Refused, match=r"only pack for everyone.*Load another pack first"):
        ward.run(pack_removal.remove_pack, live_version(ward), EVERYONES_SCOPE, "operator", ward.clock())
    load_spare(ward)
    ward.run(pack_removal.remove_pack, live_version(ward), EVERYONES_SCOPE, "operator", ward.clock())

    assert taught(ward) == {"spare"}


def test_an_old_remove_button_does_not_remove_a_newer_version(ward: Ward) -> None:
    old = own_pack(ward)
    own_pack(ward, "1.1", "Hand over beside the bed")

    with pytest.raises(NotFound, match="no longer live"):
        ward.run(pack_removal.remove_pack, old, TEAM, "U0ADMIN", ward.clock())


def test_how_many_have_begun_is_told_to_the_next_lower_five_and_counted_once_a_week(answered: Ward) -> None:
    counts = answered.run(workspace_overview.count_people_by_pack, answered.clock())
    assert counts == {(EVERYONES_SCOPE, "essentials"): 1}

    answered.run(workspace_overview.record_pack_counts, {(EVERYONES_SCOPE, "essentials"): 13}, answered.clock())
    assert shown(answered) == 10
    assert answered.run(workspace_overview.count_people_by_pack, answered.clock()) is None, "until next Monday"
    answered.clock.advance(days=7)
    answered.run(workspace_overview.record_pack_counts, {(EVERYONES_SCOPE, "essentials"): 16}, answered.clock())

    assert shown(answered) == 10, "one person more or less changes nothing"


def shown(ward: Ward) -> int:
    return ward.run(lambda session: session.get_one(PackReach, (EVERYONES_SCOPE, "essentials")).people_shown)

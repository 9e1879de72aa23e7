"""A trial from its plan to its result: who takes part, what differs for them, and what nobody is told."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortEdit
from bot.domain.disclosure import Difference
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.domain.spaced_repetition import Rating, find_usual_due
from bot.domain.trial import AskingWay, TrialEnding, find_fixed_due, hash_text
from bot.errors import NotFound, Refused
from bot.learning import (
    audit_log,
    cohort_changes,
    cohorts,
    packs,
    posted_invitations,
    practice,
    privacy,
    question_memory,
    recall_answers,
    retractions,
    trial_course,
    trial_entry,
    trials,
    workspace_lifecycle,
)
from bot.learning.cohorts import CohortView
from bot.learning.slack_profile import SlackProfile
from bot.learning.trials import TrialDraft, TrialView
from bot.slack.export_files import export_json, export_markdown
from bot.storage import Session
from bot.storage import trials as queries
from bot.storage.tables import Answer, CohortMember, Learner, QuestionMemory, Trial, TrialMember
from tests.builders import NURSE, TEAM
from tests.learning.test_cohorts import ADMIN, SPRING, crowd, start
from tests.ward import Ward, day_end_of


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward a week before a cohort begins."""
    ward.clock.set("2026-03-02 10:00")
    ward.meet(ADMIN)
    return ward


@pytest.fixture
def cohort(ward: Ward) -> CohortView:
    return start(ward, replace(SPRING, program=None))


def draft(cohort: CohortView, people: int = 40) -> TrialDraft:
    return TrialDraft(cohort.id, weeks=12, people=people, difference=15)


def plan(ward: Ward, cohort: CohortView) -> TrialView:
    return ward.run(trials.plan_trial, ADMIN, draft(cohort), ward.clock())


def enter(ward: Ward, cohort: CohortView, person: Person) -> bool:
    """Join, press Start, and say whether they take part in a trial."""
    ward.meet(person)
    ward.run(cohorts.join, ward.library, person, cohort.code, ward.clock())
    return ward.run(cohorts.start_lessons, ward.library, person, SlackProfile(), ward.clock()).in_trial


def advance(ward: Ward, day: str) -> None:
    ward.clock.set(f"{day} 03:00")
    finish_steps(ward)


def finish_steps(ward: Ward) -> None:
    """Take every trial's steps, as the program does each hour."""
    for trial_id in ward.run(trial_course.list_unfinished):
        after: int | None = 0
        while after is not None:
            after = ward.run(trial_course.advance_trial, ward.library, trial_id, after, ward.clock())


def members(ward: Ward) -> list[TrialMember]:
    """Who is in an arm, or opted out."""

    def read(session: Session) -> list[TrialMember]:
        rows = sorted(
            (row for row in session.exec(select(TrialMember)) if row.way is not None), key=lambda row: row.learner_id
        )
        for row in rows:
            session.expunge(row)
        return rows

    return ward.run(read)


def memories(ward: Ward, person: Person) -> list[QuestionMemory]:
    learner_id = ward.find(person).id

    def read(session: Session) -> list[QuestionMemory]:
        rows = list(session.exec(select(QuestionMemory).where(QuestionMemory.learner_id == learner_id)))
        for row in rows:
            session.expunge(row)
        return rows

    return ward.run(read)


def answer_lesson(ward: Ward, person: Person, day: str, choice: str) -> None:
    ward.clock.set(f"{day} 09:00")
    ward.deliver()
    ward.run(practice.answer_lesson, ward.library, person, ward.lesson_of(person), choice, ward.clock())


def put_in_arm(ward: Ward, person: Person, way: AskingWay) -> None:
    learner_id = ward.find(person).id

    def put(session: Session) -> None:
        member = queries.find_member(session, learner_id)
        assert member is not None
        member.way = way

    ward.run(put)


def only(ward: Ward) -> TrialView:
    (found,) = ward.run(trials.list_trials, TEAM)
    return found


def actions(ward: Ward) -> list[tuple[str, str]]:
    page = ward.run(audit_log.read_page, ADMIN, None, ward.clock())
    return [(each.action, each.by) for each in page.events if each.action.startswith("trial.")]


def set_answers(ward: Ward, answers: Sequence[tuple[AskingWay, int, int]]) -> None:
    """Give the members, in order, an arm, and so many right of so many final answers."""

    def write(session: Session) -> None:
        for member, (way, right, of) in zip(session.exec(select(TrialMember)), answers, strict=True):
            member.way, member.right, member.answers = way, right, of

    ward.run(write)


def test_a_plan_is_fixed_with_its_hash_before_the_cohort_begins(ward: Ward, cohort: CohortView) -> None:
    outlook = ward.run(trials.preview_trial, ADMIN, draft(cohort), ward.clock())
    planned = plan(ward, cohort)

    assert not outlook.is_large_enough
    assert outlook.detectable == 18
    assert hash_text(planned.plan) == planned.plan_hash
    assert json.loads(planned.plan)["period"]["ends_on"] == "2026-05-31"
    assert json.loads(planned.plan)["cohort"] == cohort.code
    assert only(ward) == planned
    assert actions(ward) == [(AuditAction.TRIAL_PLANNED, ADMIN.user_id)]


def test_the_plan_holds_the_hash_of_the_seed_and_not_the_seed(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)

    seed = ward.run(lambda session: session.exec(select(Trial.seed)).one())

    assert seed is not None
    assert seed not in planned.plan
    assert json.loads(planned.plan)["seed_sha256"] == hash_text(seed)


def test_no_trial_is_planned_in_a_cohort_that_has_begun(ward: Ward, cohort: CohortView) -> None:
    assert [each.id for each in ward.run(trials.list_plannable, ADMIN, ward.clock())] == [cohort.id]

    ward.clock.set("2026-03-09 00:01")

    assert ward.run(trials.list_plannable, ADMIN, ward.clock()) == ()
    with pytest.raises(Refused, match="has started"):
        plan(ward, cohort)
    with pytest.raises(NotFound):
        ward.run(trials.plan_trial, Person("T0OTHER", "U0ADMIN"), draft(cohort), ward.clock())


def test_a_cohort_has_one_trial_at_a_time(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)

    with pytest.raises(Refused, match="already"):
        plan(ward, cohort)


def test_an_open_trial_is_listed_before_those_that_have_ended(ward: Ward, cohort: CohortView) -> None:
    still_open = plan(ward, cohort)
    other = start(ward, replace(SPRING, name="Others", program=None))
    ended = [_plan_and_cancel(ward, other) for _time in range(4)]

    listed = [each.id for each in ward.run(trials.list_trials, TEAM)]

    assert listed == [still_open.id, *reversed(ended)]


def _plan_and_cancel(ward: Ward, cohort: CohortView) -> int:
    planned = plan(ward, cohort)
    ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())
    return planned.id


def test_no_more_trials_are_open_than_a_list_shows(ward: Ward, cohort: CohortView) -> None:
    for number in range(trials.MAX_OPEN):
        plan(ward, start(ward, replace(SPRING, name=f"Cohort {number}", program=None)))

    with pytest.raises(Refused, match="as many as there can be"):
        plan(ward, cohort)


def test_the_first_day_stays_while_a_trial_is_planned(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)
    shown = ward.run(cohort_changes.read_cohort_to_edit, ward.library, ADMIN, cohort.id, True, ward.clock()).draft
    edit = CohortEdit(shown, replace(shown, starts_on=date(2026, 3, 16)))

    with pytest.raises(Refused, match="A trial's plan"):
        ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, edit, True, ward.clock())

    ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())
    ward.run(cohort_changes.change_cohort, ward.library, ADMIN, cohort.id, edit, True, ward.clock())


def test_whoever_starts_takes_part_and_the_arms_are_alike_in_size(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)

    assert all(enter(ward, cohort, person) for person in crowd(20))

    arms = Counter(each.way for each in members(ward))
    assert set(arms) == set(AskingWay)
    assert abs(arms[AskingWay.FIXED] - arms[AskingWay.SPACED]) <= 2


def test_nobody_takes_part_without_a_trial_or_after_the_days_to_enter(ward: Ward, cohort: CohortView) -> None:
    assert not enter(ward, cohort, NURSE)
    plan(ward, cohort)
    ward.clock.set("2026-04-07 10:00")

    assert not ward.run(trial_entry.enter_trial, ward.library, NURSE, ward.clock())
    assert members(ward) == []


@pytest.mark.parametrize("way_in", ["code", "button"])
def test_whoever_has_started_takes_part_as_soon_as_they_join(ward: Ward, cohort: CohortView, way_in: str) -> None:
    plan(ward, cohort)
    ward.enrol(NURSE)

    if way_in == "code":
        joined = ward.run(cohorts.join, ward.library, NURSE, cohort.code, ward.clock())
    else:
        joined = ward.run(posted_invitations.join_by_button, ward.library, NURSE, cohort.id, ward.clock())

    assert joined.in_trial
    assert len(members(ward)) == 1


def test_pressing_start_again_changes_no_arm(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    (before,) = members(ward)

    assert ward.run(trial_entry.enter_trial, ward.library, NURSE, ward.clock())

    assert members(ward) == [before]


@pytest.mark.parametrize("way", AskingWay)
def test_the_arms_differ_only_in_when_a_question_is_due(ward: Ward, cohort: CohortView, way: AskingWay) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, way)

    answer_lesson(ward, NURSE, "2026-03-10", "A")

    (memory,) = memories(ward, NURSE)
    due = memory.due_on - date(2026, 3, 10)
    assert due == (timedelta(days=12) if way is AskingWay.FIXED else timedelta(days=1))


def test_with_fixed_gaps_the_second_recall_comes_after_24_days(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)
    answer_lesson(ward, NURSE, "2026-03-10", "A")

    ward.clock.set("2026-03-20 17:00")
    assert ward.run(recall_answers.find_home_recall, ward.library, NURSE, ward.clock()) is None
    ward.clock.set("2026-03-23 17:00")
    answer_recall(ward)

    (memory,) = memories(ward, NURSE)
    assert memory.due_on == find_fixed_due(date(2026, 3, 23), 1) == date(2026, 4, 16)


def answer_recall(ward: Ward, person: Person = NURSE) -> None:
    """Answer today's recall in Home right."""
    asked = ward.run(recall_answers.find_home_recall, ward.library, person, ward.clock())
    assert asked is not None
    letter = asked.question.shown_letter(asked.question.lesson.question.correct_option.key)
    ward.run(recall_answers.answer_home_recall, ward.library, person, asked.question.revision_id, letter, ward.clock())


def test_whoever_opts_out_gets_the_usual_way_and_isnt_counted(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)
    answer_lesson(ward, NURSE, "2026-03-10", "A")

    assert ward.run(trial_entry.opt_out, NURSE)

    (memory,), (member,) = memories(ward, NURSE), members(ward)
    assert memory.due_on == date(2026, 3, 11)
    assert (member.opted_out, member.way) == (True, AskingWay.SPACED)
    assert not ward.run(trial_entry.opt_out, NURSE)
    assert not ward.run(trial_entry.enter_trial, ward.library, NURSE, ward.clock())


def test_what_told_the_arms_leaves_no_copy_in_the_database_files(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    said: list[bool] = []

    def opt_out(session: Session) -> None:
        trial_entry.opt_out(session, NURSE)
        said.append(session.deletes_words)

    def end(session: Session) -> None:
        (trial,) = session.exec(select(Trial))
        trial_course.end_trial(session, trial, TrialEnding.CANCELED, ward.clock())
        said.append(session.deletes_words)

    ward.run(opt_out)
    ward.run(end)

    assert said == [True, True]


@pytest.mark.parametrize("way", AskingWay)
def test_final_questions_come_first_alike_in_both_arms_and_each_is_counted_once(
    ward: Ward, cohort: CohortView, way: AskingWay
) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, way)
    for day, choice in (("2026-03-10", "A"), ("2026-03-11", "B"), ("2026-03-12", "B")):
        answer_lesson(ward, NURSE, day, choice)
    answer_lesson(ward, NURSE, "2026-05-15", "B")  # too late to be a final question

    advance(ward, "2026-05-18")

    drawn = {each.lesson_id: each.final_place for each in memories(ward, NURSE)}
    assert sorted(place for place in drawn.values() if place is not None) == [0, 1, 2]
    for day in ("2026-05-18", "2026-05-19", "2026-05-20"):
        ward.clock.set(f"{day} 17:00")
        answer_recall(ward)
    (member,) = members(ward)
    assert (member.answers, member.right) == (3, 3)
    ward.clock.set("2026-05-29 17:00")
    if ward.run(recall_answers.find_home_recall, ward.library, NURSE, ward.clock()) is not None:
        answer_recall(ward)
    assert [each.answers for each in members(ward)] == [3]


def test_a_lesson_that_was_retracted_is_no_final_question(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    for day in ("2026-03-10", "2026-03-11"):
        answer_lesson(ward, NURSE, day, "B")
    retracted, taught = (each.lesson_id for each in memories(ward, NURSE))
    ward.run(_retract, ward, retracted)

    advance(ward, "2026-05-18")

    assert {each.lesson_id: each.final_place for each in memories(ward, NURSE)} == {retracted: None, taught: 0}


def _retract(session: Session, ward: Ward, lesson_id: str) -> None:
    version_id = packs.list_live_packs(session, TEAM)[0].version_id
    retractions.retract_lesson(
        session, ward.library, version_id, TEAM, lesson_id, "Wrong.", ADMIN.user_id, ward.clock()
    )


@pytest.mark.parametrize("way", AskingWay)
def test_a_final_question_is_still_asked_if_its_lesson_comes_again(
    ward: Ward, cohort: CohortView, way: AskingWay
) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, way)
    answer_lesson(ward, NURSE, "2026-03-10", "B")
    advance(ward, "2026-05-18")
    (memory,) = memories(ward, NURSE)
    ward.clock.set("2026-05-18 09:00")

    ward.run(_answer_with_its_lesson, ward, memory.learner_id, memory.revision_id)

    (memory,) = memories(ward, NURSE)
    assert (memory.final_place, memory.due_on) == (0, date(2026, 5, 19))


def _answer_with_its_lesson(session: Session, ward: Ward, learner_id: int, revision_id: int) -> None:
    learner = session.get_one(Learner, learner_id)
    known = question_memory.load_memories(session, learner)
    question_memory.update_memory_after_answer(
        session, ward.library, learner, known, revision_id, Rating.GOOD, ward.clock().date()
    )


def test_the_day_end_asks_the_first_final_question_even_if_it_isnt_due(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    for day in ("2026-03-10", "2026-03-11", "2026-03-12"):
        answer_lesson(ward, NURSE, day, "B")
    for memory in memories(ward, NURSE):
        ward.run(_postpone, memory.learner_id, memory.lesson_id)

    advance(ward, "2026-05-18")
    ward.clock.set("2026-05-18 09:00")
    ward.deliver()
    ward.clock.set("2026-05-18 16:30")
    (asked,) = [day_end_of(each).recall for each in ward.deliver() if each.kind == DeliveryKindName.DAY_END]

    (first,) = [each.lesson_id for each in memories(ward, NURSE) if each.final_place == 0]
    assert asked is not None
    assert asked.lesson.id == first


def _postpone(session: Session, learner_id: int, lesson_id: str) -> None:
    """Make a question due long after the trial, as if it were remembered well."""
    memory = session.get(QuestionMemory, (learner_id, lesson_id))
    assert memory is not None
    memory.due_on = date(2027, 1, 1)


def test_the_result_comes_once_at_the_end_and_what_told_the_arms_is_deleted(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    for person in crowd(30):
        enter(ward, cohort, person)
    set_answers(ward, [*[(AskingWay.SPACED, 6, 10)] * 6, *[(AskingWay.SPACED, 5, 10)] * 6, *_better(12), *_few(6)])

    advance(ward, "2026-06-02")
    assert only(ward).ending is None
    advance(ward, "2026-06-03")

    told = only(ward)
    assert told.ending is TrialEnding.FINISHED
    assert told.result == Difference(points=30, low=25, high=35, people=20)
    assert members(ward) == []
    assert ward.run(lambda session: session.exec(select(Trial.seed)).one()) is None
    ward.run(privacy.erase_learner, crowd(30)[0], ward.clock())
    advance(ward, "2026-06-04")
    assert only(ward) == told
    assert [action for action, _by in actions(ward)] == ["trial.ended", "trial.begun", "trial.planned"]


def _better(people: int) -> list[tuple[AskingWay, int, int]]:
    return [(AskingWay.FIXED, 8 + number % 2, 10) for number in range(people)]


def _few(people: int) -> list[tuple[AskingWay, int, int]]:
    """Members with fewer final answers than are counted."""
    return [(AskingWay.SPACED, 2, 2)] * people


@pytest.mark.parametrize(("usual", "fixed", "others"), [(9, 15, 6), (10, 10, 4)])
def test_nothing_is_said_of_fewer_than_ten_in_an_arm_or_nearly_all_of_a_cohort(
    ward: Ward, cohort: CohortView, usual: int, fixed: int, others: int
) -> None:
    plan(ward, cohort)
    for person in crowd(usual + fixed + others):
        enter(ward, cohort, person)
    set_answers(ward, [*[(AskingWay.SPACED, 6, 10)] * usual, *_better(fixed), *_few(others)])

    advance(ward, "2026-06-03")

    assert only(ward).ending is TrialEnding.FINISHED
    assert only(ward).result is None


def test_a_canceled_trial_has_no_result_and_gives_everybody_the_usual_way(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)
    answer_lesson(ward, NURSE, "2026-03-10", "A")

    ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())
    finish_steps(ward)

    (memory,) = memories(ward, NURSE)
    assert memory.due_on == date(2026, 3, 11)
    assert members(ward) == []
    assert (only(ward).ending, only(ward).result) == (TrialEnding.CANCELED, None)
    assert actions(ward)[0] == (AuditAction.TRIAL_CANCELED, ADMIN.user_id)
    with pytest.raises(Refused, match="ended already"):
        ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())


def test_once_canceled_answers_count_in_the_usual_way_before_the_arms_are_deleted(
    ward: Ward, cohort: CohortView
) -> None:
    planned = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)
    answer_lesson(ward, NURSE, "2026-03-10", "B")
    advance(ward, "2026-05-18")

    ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())
    ward.clock.set("2026-05-18 17:00")
    answer_recall(ward)

    (memory,), (member,) = memories(ward, NURSE), members(ward)
    usual = find_usual_due(question_memory.get_memory_state(memory))
    assert (memory.due_on, memory.final_place, member.answers) == (usual, None, 0)
    assert ward.run(lambda session: session.exec(select(Trial.seed)).one()) is None
    assert ward.run(privacy.export_learner, ward.library, NURSE, ward.clock()).trial is None


def test_somebody_can_enter_another_trial_before_the_arms_of_an_ended_one_are_deleted(
    ward: Ward, cohort: CohortView
) -> None:
    first = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)
    answer_lesson(ward, NURSE, "2026-03-06", "A")
    ward.run(trials.cancel_trial, ADMIN, first.id, ward.clock())
    second = plan(ward, cohort)

    assert enter(ward, cohort, NURSE)
    finish_steps(ward)

    (memory,), (member,) = memories(ward, NURSE), members(ward)
    assert (memory.due_on, member.trial_id) == (date(2026, 3, 7), second.id)


def test_a_draw_that_was_cut_off_goes_on_and_draws_nobody_twice(
    ward: Ward, cohort: CohortView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_course, "MAX_BATCH", 1)
    trial_id, people = _three_with_an_answer(ward, cohort)
    ward.clock.set("2026-05-18 03:00")
    ward.run(trial_course.advance_trial, ward.library, trial_id, 0, ward.clock())
    assert [len(_final(ward, person)) for person in people] == [1, 0, 0]
    ward.clock.set("2026-05-18 17:00")
    answer_recall(ward, people[0])
    ward.run(privacy.erase_learner, people[1], ward.clock())

    finish_steps(ward)
    finish_steps(ward)

    assert (len(_final(ward, people[0])), len(_final(ward, people[2]))) == (0, 1)
    assert [each.answers for each in members(ward)] == [1, 0]


def test_an_end_that_was_cut_off_goes_on(ward: Ward, cohort: CohortView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_course, "MAX_BATCH", 1)
    trial_id, people = _three_with_an_answer(ward, cohort)
    for person in people:
        put_in_arm(ward, person, AskingWay.FIXED)
    ward.run(trials.cancel_trial, ADMIN, trial_id, ward.clock())
    ward.run(trial_course.advance_trial, ward.library, trial_id, 0, ward.clock())
    assert len(members(ward)) == 2
    ward.run(privacy.erase_learner, people[1], ward.clock())

    finish_steps(ward)

    assert members(ward) == []
    assert len(memories(ward, people[0])) == 1
    assert _final(ward, people[0]) == []


def _three_with_an_answer(ward: Ward, cohort: CohortView) -> tuple[int, list[Person]]:
    """A trial (id), and three people who have answered a lesson in it."""
    planned, people = plan(ward, cohort), crowd(3)
    for person in people:
        enter(ward, cohort, person)
    for person in people:
        answer_lesson(ward, person, "2026-03-10", "B")
    return planned.id, list(people)


def _final(ward: Ward, person: Person) -> list[QuestionMemory]:
    return [each for each in memories(ward, person) if each.final_place is not None]


def test_closing_the_cohort_ends_its_trial_without_a_result(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)

    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())
    advance(ward, "2026-06-03")

    assert (only(ward).ending, only(ward).result) == (TrialEnding.CLOSED, None)
    assert members(ward) == []


def test_deleting_everything_takes_somebody_out_of_a_trial(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    ward.run(privacy.erase_learner, NURSE, ward.clock())
    ward.run(privacy.erase_learner, ADMIN, ward.clock())

    assert members(ward) == []
    assert only(ward).planned_by == "erased"


def test_an_export_says_which_way_its_owner_gets(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    put_in_arm(ward, NURSE, AskingWay.FIXED)

    export = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert export.trial is not None
    assert (export.trial.since, export.trial.way) == (date(2026, 3, 2), AskingWay.FIXED)
    assert "Your questions come back after fixed gaps." in export_markdown(export)
    assert '"way": "fixed"' in export_json(export)


def test_a_workspace_is_erased_with_its_trials(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    ward.clock.set("2026-04-10 10:00")

    while ward.run(workspace_lifecycle.erase_part_of_workspace, TEAM, ward.clock()):
        pass

    def count(session: Session) -> int:
        return sum(len(session.exec(select(table)).all()) for table in (Trial, TrialMember, CohortMember, Answer))

    assert ward.run(count) == 0


def test_the_seed_is_drawn_anew_for_each_plan(ward: Ward, cohort: CohortView) -> None:
    first = plan(ward, cohort)
    ward.run(trials.cancel_trial, ADMIN, first.id, ward.clock())

    assert plan(ward, cohort).plan_hash != first.plan_hash


def test_a_trial_ends_however_late_somebody_looks(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)

    advance(ward, "2026-07-01")

    assert only(ward).ending is TrialEnding.FINISHED

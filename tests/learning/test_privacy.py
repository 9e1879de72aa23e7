"""Reading, exporting, and erasing one's own words."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import SQLModel, col, func, select

from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning import coaching, enrollment, journal, packs, practice, privacy, reflections
from bot.learning.journal import PAGE_SIZE
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store, erased_people
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import (
    CalendarSource,
    Certificate,
    Cohort,
    Learner,
    LessonFeedback,
    LmsConsent,
    LmsStatement,
    PackActivation,
    PackVersion,
    RecallAnswer,
    SelfRating,
    StreakRepair,
    Trial,
    TrialMember,
)
from tests.builders import CLERK, NURSE, TEAM, at, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

EXPORT, OTHER_EXPORT = MessageRef("D1", "1.000100"), MessageRef("D1", "2.000100")
"""The messages that introduced two exports."""

PERSONAL = {
    table for table in SQLModel.metadata.tables.values() if table.name == "learner" or "learner_id" in table.columns
}


def write_days(ward: Ward, person: Person, days: int) -> None:
    """Write a reflection on each of this many working days from March 2 on."""
    day = date(2026, 3, 2)
    while days:
        if day.weekday() < 5:
            ward.clock.set(f"{day} 09:00")
            ward.deliver()
            ref = ward.lesson_of(person)
            ward.run(reflections.save_reflection, ward.library, person, ref, f"Thought of {day}", ward.clock())
            days -= 1
        day += timedelta(days=1)


def do_everything(ward: Ward, person: Person) -> None:
    """Leave a row in every table that refers to learners."""
    ref = ward.lesson_of(person)
    state = ward.run(practice.answer_lesson, ward.library, person, ref, "B", ward.clock()).state
    ward.run(practice.record_step, ward.library, person, ref, True, ward.clock())
    ward.run(reflections.save_reflection, ward.library, person, ref, "Mine", ward.clock())
    ward.run(practice.save_lesson, ward.library, person, state.revision_id, ward.clock())
    tip = ward.run(coaching.choose_tip, ward.library, person, None, {}, ward.clock())
    ward.run(coaching.record_shown_tips, {(ward.find(person).id, tip.lesson.id): ward.clock()})
    ward.run(privacy.record_exported_file, person, f"F{person.user_id}", EXPORT, ward.clock())
    ward.run(what_takes_longer, ward.find(person).id, state.revision_id, ward.clock())


def what_takes_longer(session: Session, learner_id: int, revision_id: int, now: datetime) -> None:
    session.add(
        RecallAnswer(
            learner_id=learner_id,
            learning_day=now.date(),
            revision_id=revision_id,
            option_order="CAB",
            choice="A",
            correct=False,
            days_since_answer=1,
            at=now,
        )
    )
    session.add(LessonFeedback(learner_id=learner_id, revision_id=revision_id, useful=True, learning_day=now.date()))
    session.add(StreakRepair(learner_id=learner_id, learning_day=now.date(), at=now))
    session.add(
        SelfRating(learner_id=learner_id, weeks=0, question="hard_week", value=4, learning_day=now.date(), at=now)
    )
    session.add(CalendarSource(learner_id=learner_id, last_read_at=now))
    session.add(
        Certificate(
            code=f"K7M2QX9P{learner_id:02}",
            learner_id=learner_id,
            name=session.cipher.encrypt("Amara Okafor"),
            slug="",
            lessons=20,
            minutes=30,
            skills=[],
            first_day=now.date(),
            last_day=now.date(),
            issued_on=now.date(),
            language="en",
            at=now,
        )
    )
    session.add(LmsConsent(learner_id=learner_id, host="lms.example", home_page="https://h.example/", given_at=now))
    session.add(LmsStatement(id=uuid4(), learner_id=learner_id, content={}, at=now, next_at=now))
    trial_id = a_trial(session, now).id
    session.add(TrialMember(learner_id=learner_id, trial_id=trial_id, way="fixed", entered_on=now.date()))


def a_trial(session: Session, now: datetime) -> Trial:
    day = now.date()
    cohort = Cohort(
        team_id=TEAM,
        name="Spring",
        starts_on=day,
        welcome="",
        code=uuid4().hex[:6],
        created_at=now,
        created_by="U0ADMIN",
        counted_on=day,
    )
    session.add(cohort)
    session.flush()
    trial = Trial(
        team_id=TEAM,
        cohort_id=cohort.id,
        plan="",
        plan_hash="",
        starts_on=day,
        entry_until=day,
        final_from=day,
        ends_on=day,
        planned_at=now,
        planned_by="U0ADMIN",
    )
    session.add(trial)
    session.flush()
    return trial


def rows_of(session: Session, learner_id: int) -> dict[str, int]:
    return {
        table.name: session.exec(
            select(func.count())
            .select_from(table)
            .where(table.columns["id" if table.name == "learner" else "learner_id"] == learner_id)
        ).one()
        for table in PERSONAL
    }


def test_the_journal_is_read_in_pages_newest_first(ward: Ward) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, PAGE_SIZE + 2)

    first = ward.run(journal.read_page, ward.library, NURSE)
    second = ward.run(journal.read_page, ward.library, NURSE, PAGE_SIZE)

    assert (first.total, first.offset, len(first.entries)) == (PAGE_SIZE + 2, 0, PAGE_SIZE)
    assert first.entries[0].words == "Thought of 2026-03-17"
    assert [each.words for each in second.entries] == ["Thought of 2026-03-03", "Thought of 2026-03-02"]
    assert second.offset == PAGE_SIZE


def test_an_entry_shows_the_question_it_answered(ward: Ward) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, 1)

    (entry,) = ward.run(journal.read_page, ward.library, NURSE).entries

    assert entry == journal.JournalEntry(
        date(2026, 3, 2),
        "Learn about budget lines",
        "Where did budget lines surprise you?",
        "Thought of 2026-03-02",
        entry.id,
        "finance",
    )


def test_an_entry_keeps_its_question_when_the_lesson_changes(ward: Ward) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, 1)

    changed = make_pack(lesson("budget-lines", reflection="Something else?"), version="2.0")
    ward.run(packs.load_pack, changed, EVERYONES_SCOPE, "U0ADMIN", ward.clock())

    (entry,) = ward.run(journal.read_page, ward.library, NURSE).entries
    assert entry.prompt == "Where did budget lines surprise you?"


def test_an_empty_journal_is_an_empty_page(ward: Ward) -> None:
    ward.meet(NURSE)

    page = ward.run(journal.read_page, ward.library, NURSE)
    assert (page.entries, page.offset, page.total) == ((), 0, 0)


def test_with_a_lost_key_the_journal_reports_it_and_keeps_the_entries(ward: Ward, store: Store) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, 1)
    other = Store(str(store.url), Cipher(["0" * 43 + "="]))

    (entry,) = other.run(journal.read_page, ward.library, NURSE).entries
    other.close()

    assert (entry.words, entry.is_readable) == (journal.UNREADABLE_WORDS, False)
    (kept,) = ward.run(journal.read_page, ward.library, NURSE).entries
    assert kept.is_readable


def test_an_export_contains_everything_written_and_answered_oldest_first(ward: Ward) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, 3)
    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "A", ward.clock())

    taken = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert [each.learning_day.day for each in taken.entries] == [2, 3, 4]
    assert [(each.learning_day, each.choice, each.correct) for each in taken.answers] == [
        (date(2026, 3, 4), "A", False)
    ]
    assert taken.streak.current == 3


def test_an_export_contains_nothing_from_anyone_else(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    write_days(ward, NURSE, 2)

    taken = ward.run(privacy.export_learner, ward.library, CLERK, ward.clock())

    assert (taken.entries, taken.answers) == ((), ())


def test_erasing_removes_every_row_of_the_learner_and_of_nobody_else(ward: Ward) -> None:
    learner, other = ward.enrol(NURSE), ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    do_everything(ward, NURSE)
    do_everything(ward, CLERK)
    before = ward.run(rows_of, other.id)
    assert 0 not in ward.run(rows_of, learner.id).values(), "there is something to remove in every table"

    erased = ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert erased == privacy.ErasureResult(
        reflections=1,
        answers=1,
        deliveries=1,
        files=(privacy.SentFile("FU0NURSE", EXPORT),),
        told_host="lms.example",
    )
    assert set(ward.run(rows_of, learner.id).values()) == {0}
    assert ward.run(rows_of, other.id) == before


def test_erasing_returns_the_files_to_delete_in_slack(ward: Ward) -> None:
    ward.meet(NURSE)
    ward.run(privacy.record_exported_file, NURSE, "F1", EXPORT, ward.clock())
    ward.run(privacy.record_exported_file, NURSE, "F2", OTHER_EXPORT, ward.clock())

    assert ward.run(privacy.erase_learner, NURSE, ward.clock()).files == (
        privacy.SentFile("F1", EXPORT),
        privacy.SentFile("F2", OTHER_EXPORT),
    )


def test_the_files_of_one_export_are_found_by_its_message_and_only_by_their_owner(ward: Ward) -> None:
    for person, file_id, message in ((NURSE, "F1", EXPORT), (NURSE, "F2", OTHER_EXPORT), (CLERK, "F3", EXPORT)):
        ward.meet(person)
        ward.run(privacy.record_exported_file, person, file_id, message, ward.clock())

    assert ward.run(privacy.list_files_of_export, NURSE, EXPORT) == ("F1",)
    ward.run(privacy.forget_exported_files, NURSE, {"F1", "F3"})

    assert ward.run(privacy.list_files_of_export, NURSE, EXPORT) == ()
    assert ward.run(privacy.list_files_of_export, CLERK, EXPORT) == ("F3",), "somebody else's stays"


def test_an_exported_file_is_valid_until_everything_is_erased(ward: Ward) -> None:
    """An export that is in progress when they erase everything is deleted as soon as it arrives."""
    ward.meet(NURSE)
    ward.run(privacy.record_exported_file, NURSE, "F1", EXPORT, ward.clock())
    assert ward.run(privacy.is_exported_file, "F1")

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert not ward.run(privacy.is_exported_file, "F1")


def test_an_erased_person_is_unregistered_and_gets_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(privacy.erase_learner, NURSE, ward.clock())

    ward.clock.set("2026-03-02 09:00")

    assert ward.deliver() == []
    assert ward.run(enrollment.find_learner, NURSE, ward.clock()) is None
    with pytest.raises(NotFound):
        ward.run(privacy.erase_learner, NURSE, ward.clock())


def test_the_id_of_an_erased_learner_is_never_reused(ward: Ward) -> None:
    erased = ward.enrol(NURSE)
    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert ward.enrol(CLERK).id != erased.id


def test_an_erased_person_can_start_again(ward: Ward) -> None:
    ward.enrol(NURSE)
    write_days(ward, NURSE, 1)
    ward.run(privacy.erase_learner, NURSE, ward.clock())

    view = ward.enrol(NURSE)

    assert view.next_lesson is not None
    assert view.next_lesson.due_at == at("2026-03-03 09:00")
    assert ward.run(journal.read_page, ward.library, NURSE).total == 0


def test_erasing_covers_every_table_that_refers_to_learners(store: Store) -> None:
    """Every table that refers to learners must be among those that erasing empties."""
    from bot.storage.erasure import _LEARNER_TABLES

    assert {table.__tablename__ for table in _LEARNER_TABLES} | {"learner"} == {table.name for table in PERSONAL}
    assert store.run(lambda session: session.exec(select(func.count(col(Learner.id)))).one()) == 0


def test_whoever_deleted_everything_is_not_invited_for_a_year(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(privacy.erase_learner, NURSE, ward.clock())
    ward.clock.advance(days=364)
    ward.run(erased_people.delete_expired, ward.clock().date())

    ward.invite(CLERK, NURSE.user_id)
    assert ward.invited() == []
    ward.meet(NURSE)  # opened Home
    ward.invite(CLERK, NURSE.user_id)
    assert ward.invited() == []

    ward.clock.advance(days=2)
    ward.run(erased_people.delete_expired, ward.clock().date())
    ward.invite(CLERK, NURSE.user_id)
    assert ward.invited() == [NURSE.user_id]


def test_pressing_start_ends_it(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(privacy.erase_learner, NURSE, ward.clock())
    ward.enrol(NURSE)

    assert ward.run(erased_people.find_erased, NURSE.organization_id, [NURSE.user_id]) == set()


def test_the_id_of_an_erased_person_is_removed_from_the_packs_they_loaded(ward: Ward) -> None:
    ward.enrol(NURSE)
    for slug, loader in (("ours", NURSE), ("theirs", CLERK)):
        ward.run(packs.load_pack, make_pack(lesson(f"{slug}-01"), slug=slug), TEAM, loader.user_id, ward.clock())

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    added = dict(ward.run(lambda session: session.exec(select(PackVersion.slug, PackVersion.added_by)).all()))
    live = dict(ward.run(lambda session: session.exec(select(PackActivation.slug, PackActivation.by)).all()))
    assert (added["ours"], added["theirs"]) == (live["ours"], live["theirs"]) == ("erased", CLERK.user_id)

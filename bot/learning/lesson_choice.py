"""Chooses the next lesson for many deliveries at once, in a few queries however many they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from bot.domain import lesson_selection
from bot.domain.learner import WorkspaceUser
from bot.domain.lesson import Lesson
from bot.domain.program import Program
from bot.learning import question_memory
from bot.learning.library import Curriculum, Library
from bot.storage import Session, delivery_queue, recalls
from bot.storage.delivery_queue import LessonHistory, QueuedDelivery

NO_HISTORY = LessonHistory([], {})


def choose_lessons(
    session: Session, library: Library, rows: Collection[QueuedDelivery], today: date
) -> dict[UUID, int | None]:
    """Return the revision id of the next lesson for each row (id), or None if nothing is taught.

    If a learner has several rows, such as a lesson and an extra lesson, each gets a lesson of its own, in their order.
    Lessons that are withdrawn `today` are left out, including postponed ones. Of the lessons that were postponed to a
    later shift and neither answered nor reflected on since, the one that has waited longest comes first, then those of
    the learner's program. Rows of learners who are taught something that this version can't read are left out.
    """
    if not rows:
        return {}
    curricula = get_readable_curricula(session, library, {each.user for each in rows})
    histories = delivery_queue.find_lesson_histories(session, {each.learner_id for each in rows})
    ids = library.find_lesson_ids(session, {revision for each in histories.values() for revision in each.revision_ids})
    waiting = _find_postponed(session, histories)
    taught = {each.learner_id: curricula[each.user].on_date(today) for each in rows if each.user in curricula}
    seen = {
        learner_id: [ids[revision] for revision in histories.get(learner_id, NO_HISTORY).revision_ids]
        for learner_id in taught
    }
    forgotten = _sort_least_remembered(session, taught, seen, today)
    chosen: dict[UUID, int | None] = {}
    for row in rows:
        if (curriculum := taught.get(row.learner_id)) is None:
            continue
        sent, postponed = seen[row.learner_id], waiting.get(row.learner_id, frozenset())
        lesson = _choose_next(curriculum, sent, postponed, row, forgotten.get(row.learner_id, ()))
        chosen[row.id] = curriculum.revision_ids[lesson.id] if lesson else None
        if lesson:
            sent.append(lesson.id)
    return chosen


def _choose_next(
    curriculum: Curriculum,
    sent: list[str],
    waiting: Collection[int],
    learner: QueuedDelivery,
    forgotten: Sequence[str],
) -> Lesson | None:
    """Return the lesson that follows these lessons (ids). `waiting`: the indexes of those that are postponed."""
    if waiting:
        history = [lesson_selection.SentLesson(each, at in waiting) for at, each in enumerate(sent)]
        if (postponed := curriculum.selector.find_postponed(history)) is not None:
            return postponed
        sent = [each.lesson_id for each in history if not each.is_postponed]  # postponed ones count once they come back
    program = curriculum.find_program(learner.program)
    if program and (next_id := program.find_next(sent, curriculum.lessons_by_id)):
        return curriculum.lessons_by_id[next_id]
    return curriculum.selector.choose_next(sent, learner.focus_skills, learner.weak_skills, forgotten)


def _sort_least_remembered(
    session: Session, taught: Mapping[int, Curriculum], seen: Mapping[int, list[str]], today: date
) -> dict[int, Sequence[str]]:
    """Return the lesson ids of each learner who has seen all lessons, the least remembered first."""
    finished = [
        learner_id for learner_id, curriculum in taught.items() if curriculum.selector.has_seen_all(seen[learner_id])
    ]
    if not finished:
        return {}
    return {
        learner_id: question_memory.sort_least_remembered_first(rows, today)
        for learner_id, rows in recalls.list_memories_of_many(session, finished).items()
    }


def get_readable_curricula(
    session: Session, library: Library, users: Collection[WorkspaceUser]
) -> Mapping[WorkspaceUser, Curriculum]:
    """Return what these users are taught. Unreadable curricula are left out, so that they don't block the others."""
    return library.get_curricula(session, users, skip_unreadable=True)


def find_followed_programs(session: Session, library: Library, rows: Collection[QueuedDelivery]) -> dict[int, Program]:
    """Return the program that each learner (id) of these rows follows, if it is offered to them."""
    following = [row for row in rows if row.program is not None]
    if not following:
        return {}
    curricula = get_readable_curricula(session, library, {row.user for row in following})
    found = {
        row.learner_id: curricula[row.user].find_program(row.program) for row in following if row.user in curricula
    }
    return {learner_id: program for learner_id, program in found.items() if program is not None}


def find_readable_curriculum(session: Session, library: Library, user: WorkspaceUser) -> Curriculum | None:
    """Return what this user is taught, or None if this version can't read it."""
    return get_readable_curricula(session, library, [user]).get(user)


def _find_postponed(session: Session, histories: Mapping[int, LessonHistory]) -> dict[int, frozenset[int]]:
    """Return the indexes, in each learner's history, of lessons that are postponed and not done yet."""
    days = {(learner_id, day) for learner_id, each in histories.items() for day in each.carried_over_days.values()}
    lessons = delivery_queue.find_lessons_of_days(session, days) if days else {}
    return {
        learner_id: frozenset(
            place for place, day in each.carried_over_days.items() if not lessons[learner_id, day].is_done
        )
        for learner_id, each in histories.items()
        if each.carried_over_days
    }

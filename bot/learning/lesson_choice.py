"""Which lesson each of many learners gets next, in a handful of queries however many they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot.domain import lesson_selection
from bot.learning import question_memory
from bot.learning.library import UNREADABLE_LESSON_ERRORS, Curriculum, Library
from bot.storage import Session, delivery_queue, recalls
from bot.storage.delivery_queue import LessonHistory, QueuedDelivery

NO_HISTORY = LessonHistory([], {})


def choose_lessons(
    session: Session, library: Library, learners: Collection[QueuedDelivery], today: date
) -> dict[int, int | None]:
    """The revision of the lesson that each learner (id) gets next; None if nothing is taught.

    Lessons that are out of rotation `today` are not given any more, also those that were put off.
    Of what was put off to a later shift, and neither answered nor reflected on since, what has waited longest comes
    first. Learners whose workspace teaches what this version can't read are left out.
    """
    if not learners:
        return {}
    curricula = get_readable_curricula(session, library, {each.team_id for each in learners})
    given = delivery_queue.find_lesson_histories(session, [each.learner_id for each in learners])
    ids = library.find_lesson_ids(session, {revision for each in given.values() for revision in each.revision_ids})
    waiting = _waiting(session, given)
    taught = {each.learner_id: curricula[each.team_id].on_date(today) for each in learners if each.team_id in curricula}
    seen = {
        learner_id: [ids[revision] for revision in given.get(learner_id, NO_HISTORY).revision_ids]
        for learner_id in taught
    }
    forgotten = _forgotten(session, taught, seen, today)
    return {
        each.learner_id: _next(
            taught[each.learner_id],
            seen[each.learner_id],
            waiting.get(each.learner_id, frozenset()),
            each,
            forgotten.get(each.learner_id, ()),
        )
        for each in learners
        if each.learner_id in taught
    }


def _next(
    curriculum: Curriculum,
    given: list[str],
    waiting: Collection[int],
    learner: QueuedDelivery,
    forgotten: Sequence[str],
) -> int | None:
    """What comes next after these lessons (ids), of which those at the places of `waiting` wait to be brought again."""
    wishes = learner.focus_skills, learner.weak_skills, forgotten
    if waiting:
        brought = [lesson_selection.SentLesson(each, at in waiting) for at, each in enumerate(given)]
        lesson = curriculum.selector.choose_postponed_or_next(brought, *wishes)
    else:
        lesson = curriculum.selector.choose_next(given, *wishes)
    return curriculum.revision_ids[lesson.id] if lesson else None


def _forgotten(
    session: Session, taught: Mapping[int, Curriculum], seen: Mapping[int, list[str]], today: date
) -> dict[int, Sequence[str]]:
    """The lessons (ids) of each learner who has seen all, the least remembered first; no matter for others."""
    through = [
        learner_id for learner_id, curriculum in taught.items() if curriculum.selector.has_seen_all(seen[learner_id])
    ]
    if not through:
        return {}
    return {
        learner_id: question_memory.sort_least_remembered_first(rows, today)
        for learner_id, rows in recalls.list_memories_of_many(session, through).items()
    }


def get_readable_curricula(session: Session, library: Library, team_ids: Collection[str]) -> Mapping[str, Curriculum]:
    """What these workspaces teach; without those where that can't be read, for they must not hold up the others."""
    try:
        return library.get_curricula(session, team_ids)
    except UNREADABLE_LESSON_ERRORS:
        found: dict[str, Curriculum] = {}
        for team_id in team_ids:
            try:
                found[team_id] = library.get_curriculum(session, team_id)
            except UNREADABLE_LESSON_ERRORS:
                continue
        return found


def _waiting(session: Session, given: Mapping[int, LessonHistory]) -> dict[int, frozenset[int]]:
    """The places of what was put off and is still to do, in what each learner was given."""
    days = {(learner_id, day) for learner_id, each in given.items() for day in each.carried_over_days.values()}
    lessons = delivery_queue.find_lessons_of_days(session, days) if days else {}
    return {
        learner_id: frozenset(
            place for place, day in each.carried_over_days.items() if not lessons[learner_id, day].is_done
        )
        for learner_id, each in given.items()
        if each.carried_over_days
    }

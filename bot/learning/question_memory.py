"""What a learner remembers of the questions they answered, and which skills are weak."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from pydantic import TypeAdapter

from bot.domain import mastery
from bot.domain import spaced_repetition as fsrs
from bot.domain.lesson import Lesson
from bot.domain.mastery import SkillMastery
from bot.domain.spaced_repetition import Rating
from bot.learning import trial_asking
from bot.learning.library import Curriculum, Library
from bot.storage import Session, recalls
from bot.storage.recalls import DueQuestion
from bot.storage.tables import Learner, QuestionMemory

_STATE_JSON = TypeAdapter(fsrs.MemoryState | None)


def load_memories(session: Session, learner: Learner) -> dict[str, QuestionMemory]:
    """Return everything that a learner remembers, by lesson id."""
    return {row.lesson_id: row for row in recalls.list_memories(session, learner.id)}


def update_memory_after_answer(
    session: Session,
    library: Library,
    learner: Learner,
    memories: Mapping[str, QuestionMemory],
    revision_id: int,
    rating: Rating,
    day: date,
) -> None:
    """Update the learner's memory of this revision's question after an answer, and their weak skills.

    `memories`: everything that they remember. If the lesson's question has changed, the memory of the old one is
    dropped.
    """
    lesson = library.get_lesson(session, revision_id)
    row = memories.get(lesson.id)
    before = get_memory_state(row) if row and _is_same_question(session, library, row, lesson) else None
    after = fsrs.update_memory(before, rating, day)
    if row is None:
        row = QuestionMemory(learner_id=learner.id, lesson_id=lesson.id, revision_id=revision_id, **asdict(after))
        session.add(row)
    row.sqlmodel_update(asdict(after))
    row.revision_id, row.previous_state = revision_id, _STATE_JSON.dump_python(before, mode="json")
    trial_asking.apply_way(session, row)
    weak = _find_weak_skills(session, library, {**memories, lesson.id: row}, day)
    if learner.weak_skills != weak:
        learner.weak_skills = weak


def _find_weak_skills(
    session: Session, library: Library, memories: Mapping[str, QuestionMemory], day: date
) -> list[str]:
    """Return the slugs of weak skills. Lessons count as they were answered, even if they are no longer taught."""
    texts = library.get_readable_lessons(session, {row.revision_id for row in memories.values()})
    skills: defaultdict[str, list[str]] = defaultdict(list)
    for row in memories.values():
        if row.revision_id in texts:
            skills[texts[row.revision_id].skill.slug].append(row.lesson_id)
    states = {lesson_id: get_memory_state(row) for lesson_id, row in memories.items()}
    return sorted(mastery.find_weak_skills(mastery.assess_skills(skills, states, day)))


def sort_least_remembered_first(memories: Iterable[QuestionMemory], day: date) -> list[str]:
    """Return the lesson ids of these memories, the least remembered first."""
    states = {row.lesson_id: get_memory_state(row) for row in memories}
    return sorted(states, key=lambda lesson_id: (fsrs.compute_retrievability(states[lesson_id], day), lesson_id))


def assess_taught_skills(
    curriculum: Curriculum, memories: Mapping[str, QuestionMemory], today: date
) -> tuple[SkillMastery, ...]:
    """Return how far a learner has come with each taught skill, in the packs' order. `memories`: all they remember."""
    lessons: dict[str, list[str]] = {skill.slug: [] for skill in curriculum.skills}
    for lesson in curriculum.lessons:
        lessons[lesson.skill.slug].append(lesson.id)
    states = {lesson_id: get_memory_state(row) for lesson_id, row in memories.items()}
    return mastery.assess_skills({slug: ids for slug, ids in lessons.items() if ids}, states, today)


def mark_answer_guessed(session: Session, library: Library, learner: Learner, revision_id: int, day: date) -> None:
    """Change the rating of the right answer given on this day from good to hard, because it was guessed."""
    lesson = library.get_lesson(session, revision_id)
    row = recalls.find_memory(session, learner.id, lesson.id)
    if row is None or row.revision_id != revision_id or row.last_answered_on != day:
        return  # it was answered again since, and that answer says more
    row.sqlmodel_update(asdict(fsrs.update_memory(_STATE_JSON.validate_python(row.previous_state), Rating.HARD, day)))
    trial_asking.apply_way(session, row)


def get_memory_state(row: QuestionMemory | DueQuestion) -> fsrs.MemoryState:
    """Return what FSRS knows about this question."""
    return fsrs.MemoryState(row.stability, row.difficulty, row.last_answered_on, row.due_on)


def _is_same_question(session: Session, library: Library, row: QuestionMemory, lesson: Lesson) -> bool:
    """Return whether the stored memory is about the question that this lesson asks."""
    texts = library.get_readable_lessons(session, [row.revision_id])
    return row.revision_id in texts and fsrs.is_same_question(texts[row.revision_id].question, lesson.question)

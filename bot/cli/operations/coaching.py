"""Coaching answers without a learner."""

from collections.abc import Iterable, Iterator

from bot.bootstrap import shipped_pack
from bot.content.safety_rules import shipped_safety_rules
from bot.content.vocabulary import shipped_vocabulary
from bot.domain.lesson_search import LessonIndex
from bot.domain.safety import find_concerns


def coach_questions(questions: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the coaching answer to each question, from the shipped lessons.

    Each answer has `query`; `best`, up to three of `lesson`, `skill`, and `score` (comparable only within a question),
    best first and empty if nothing fits; and `safety`, the concern whose card would come first, or None.
    """
    index = LessonIndex(shipped_pack().lessons, shipped_vocabulary())
    for question in questions:
        concerns = find_concerns(question, shipped_safety_rules())
        yield {
            "query": question,
            "best": [
                {"lesson": match.lesson.id, "skill": match.lesson.skill.slug, "score": round(match.score, 2)}
                for match in index.search(question)
            ],
            "safety": str(concerns[0].concern) if concerns else None,
        }

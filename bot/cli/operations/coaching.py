"""Coaching answers without a learner."""

from collections.abc import Iterable, Iterator

from bot.content.safety_rules import safety_rules_for
from bot.content.shipped_pack import shipped_pack
from bot.domain.safety import find_concerns
from bot.retrieval.lesson_index import LessonIndex
from bot.retrieval.understanding import load_sentence_model
from bot.retrieval.vocabulary import shipped_vocabulary


def coach_questions(questions: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the coaching answer to each question, from the shipped lessons.

    Each answer has `query`; `confidence` (sure, between_two, unsure, or none); `best`, up to three of `lesson`,
    `skill`, and `share` (how likely it is the best one), best first and empty if nothing fits; and `safety`, the
    concerns whose cards would come first. Raises ModelFileError if the sentence model can't be loaded.
    """
    lessons, model = shipped_pack().lessons, load_sentence_model()
    index = LessonIndex(lessons, shipped_vocabulary())
    model.learn(lessons)
    index.add_meanings(model)
    for question in questions:
        situation = model.understand(question)
        found = index.search(situation)
        yield {
            "query": question,
            "confidence": str(found.confidence),
            "best": [
                {"lesson": match.lesson.id, "skill": match.lesson.skill.slug, "share": round(match.share, 3)}
                for match in found.matches
            ],
            "safety": [
                str(card.concern)
                for card in find_concerns(situation.text, safety_rules_for(situation.text), situation.dangers).shown
            ],
        }

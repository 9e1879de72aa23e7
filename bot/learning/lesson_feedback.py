"""*Was this useful?*: after every tenth lesson that somebody answers, and once for a lesson."""

from enum import StrEnum

from bot.storage import Session, lesson_feedback
from bot.storage.tables import Answer

ASKED_EVERY = 10
"""Answered lessons from one question to the next."""


class Feedback(StrEnum):
    """Whether a learner is asked if a lesson was useful, or has said so."""

    ASKED = "asked"
    SAID = "said"


def find_feedback(session: Session, answer: Answer) -> Feedback | None:
    """Return whether the learner is asked if the lesson was useful, or has said so; None if neither.

    An answer from before Rounds asked is treated like any other. `lesson_use.count_asked` counts who is asked.
    """
    place = lesson_feedback.find_place(session, answer)
    if place.is_repeated:
        return None
    if place.useful is not None:
        return Feedback.SAID
    return Feedback.ASKED if place.number % ASKED_EVERY == 0 else None

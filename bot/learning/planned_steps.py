"""Steps that learners planned after a lesson, and the question in their next lesson: how did it go?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from bot.learning.library import Library
from bot.storage import Session
from bot.storage import practice as queries
from bot.storage.delivery_queue import QueuedDelivery
from bot.storage.practice import LessonActivity
from bot.storage.tables import Delivery, StepReport

ASKED_WITHIN = timedelta(days=7)
"""How long after a step's lesson the next lesson still asks about it. A week's lesson asks about the week before."""


class StepOutcome(StrEnum):
    """How a planned step went."""

    TRIED = "tried"
    NOT_YET = "not_yet"
    DID_NOT_FIT = "did_not_fit"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """The step that a learner planned after an earlier lesson (its delivery), and how it went; None if they didn't say.

    `text` is the step as it stood in that lesson.
    """

    delivery_id: UUID
    text: str
    outcome: StepOutcome | None = None


def find_planned_steps(session: Session, library: Library, rows: Sequence[QueuedDelivery]) -> dict[UUID, PlannedStep]:
    """Return the step that each of these lessons should ask about, by row id. Most have none.

    That is a step planned after the learner's last lesson, if they didn't say how it went. Runs one statement for any
    number of rows, besides reading the lessons.
    """
    found = {each.learner_id: each for each in queries.find_planned_steps(session, [row.learner_id for row in rows])}
    asked = {
        row.id: found[row.learner_id]
        for row in rows
        if row.learner_id in found and row.learning_day - found[row.learner_id].learning_day <= ASKED_WITHIN
    }
    lessons = library.get_readable_lessons(session, {each.revision_id for each in asked.values()})
    return {
        row_id: PlannedStep(each.delivery_id, lessons[each.revision_id].try_today)
        for row_id, each in asked.items()
        if each.revision_id in lessons
    }


def find_step_asked_in(
    session: Session, library: Library, lesson: Delivery, activity: LessonActivity
) -> PlannedStep | None:
    """Return the step that a lesson's message asks about, with how it went, if that was said since it was sent."""
    earlier = activity.planned_before
    if earlier is None or lesson.learning_day - earlier.learning_day > ASKED_WITHIN:
        return None
    if earlier.step.tried is not None and (lesson.claimed_at is None or earlier.step.at < lesson.claimed_at):
        return None  # they had said so before the message came, so it didn't ask
    lessons = library.get_readable_lessons(session, {earlier.revision_id})
    if earlier.revision_id not in lessons:
        return None
    text = lessons[earlier.revision_id].try_today
    return PlannedStep(earlier.step.delivery_id, text, get_outcome(earlier.step))


def get_outcome(step: StepReport) -> StepOutcome | None:
    """Return how a step went, or None if its learner didn't say."""
    if step.tried is None:
        return None
    if step.tried:
        return StepOutcome.TRIED
    return StepOutcome.DID_NOT_FIT if step.did_not_fit else StepOutcome.NOT_YET

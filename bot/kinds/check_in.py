"""The check-in, sent instead of a lesson after seven unanswered ones: continue, go weekly, or stop?"""

from collections.abc import Sequence
from datetime import datetime

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_by_learner
from bot.domain.schedule import DeliveryKindName
from bot.learning import planning
from bot.slack.blocks import MessageContent
from bot.slack.blocks import check_in as blocks
from bot.slack.message_kind import MessageKind
from bot.storage import Session, due_learners
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.due_learners import DueLearner, NewDelivery
from bot.storage.tables import LearnerState, SendState

UNANSWERED_LESSONS_BEFORE_CHECK_IN = 7
"""Lessons in a row without an answer or a reflection before the learner gets a check-in."""


def plan(session: Session, learners: Sequence[DueLearner], new_deliveries: Sequence[NewDelivery]) -> list[NewDelivery]:
    """Replace the lessons of silent learners with check-ins, and mark these learners as waiting.

    Silent means `UNANSWERED_LESSONS_BEFORE_CHECK_IN` lessons without an answer or a reflection. A lesson that exists
    already, because it was requested early, isn't replaced.
    """
    lessons = {
        row.learner_id: row
        for row in new_deliveries
        if row.kind == DeliveryKindName.LESSON and row.state is SendState.DUE
    }
    silent = (
        due_learners.find_silent_learners(session, lessons.keys(), UNANSWERED_LESSONS_BEFORE_CHECK_IN)
        if lessons
        else set()
    )
    if not silent:
        return list(new_deliveries)
    existing = due_learners.find_existing_deliveries(
        session, {(learner_id, lessons[learner_id].learning_day) for learner_id in silent}
    )
    replaced = {
        lessons[learner_id].id
        for learner_id in silent
        if (learner_id, lessons[learner_id].learning_day, DeliveryKindName.LESSON) not in existing
    }
    users = {learner.id: learner.user_id for learner in learners}
    due_learners.mark_as_waiting(session, {row.learner_id for row in new_deliveries if row.id in replaced})
    return [_build_check_in(row, users[row.learner_id]) if row.id in replaced else row for row in new_deliveries]


def _build_check_in(lesson: NewDelivery, user_id: str) -> NewDelivery:
    row_id = planning.build_delivery_id(lesson.team_id, user_id, lesson.learning_day, DeliveryKindName.CHECK_IN)
    return lesson._replace(id=row_id, kind=DeliveryKindName.CHECK_IN)


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip the check-in once the learner has answered it."""
    verdict = decide_by_learner(row, lesson, now)
    return (
        ClaimDecision.NOTHING_DUE
        if verdict is ClaimDecision.SEND and row.learner_state != LearnerState.WAITING
        else verdict
    )


def render(_lesson: None, _day: object, _formats: object, _extras: object) -> MessageContent:
    """Build the question with its three answers, which `slack/check_in.py` handles."""
    return blocks.check_in_message()


KIND: MessageKind[None, Extras] = MessageKind(
    name=DeliveryKindName.CHECK_IN, lesson_to_send=LessonToSend.NOTHING, plan=plan, decide=decide, render=render
)

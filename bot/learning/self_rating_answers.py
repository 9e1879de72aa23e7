"""Answers to how ready a learner feels, in the day-end message that asks."""

from dataclasses import replace
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.self_rating import ASKED_WITHIN, GivenRating
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.learning import enrollment, lesson_state, planning, self_ratings
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef, get_pressed_delivery
from bot.storage import Session
from bot.storage import self_ratings as queries
from bot.storage.tables import SelfRating


def record_self_rating(
    session: Session, library: Library, person: Person, ref: MessageRef, answered: GivenRating, now: datetime
) -> LessonState:
    """Record how ready a learner feels. On the same learning day, another answer replaces the first.

    It counts for no streak. Raises Refused on a later day, or if the message is too old to be answered, and NotFound if
    it doesn't ask this.
    """
    learner = enrollment.get_learner(session, person)
    message = get_pressed_delivery(session, learner, ref, now)
    form = self_ratings.find_form(session, message)
    if form is None:
        raise NotFound
    today = planning.get_learning_day(learner, now)
    answer = queries.find_answer(session, learner.id, form.weeks, answered.question)
    if answer is not None and answer.learning_day != today:
        raise Refused(_("You answered that on an earlier day, and that answer stays. Nothing was changed."))
    if today > message.learning_day + ASKED_WITHIN:
        raise Refused(_("That question is more than two weeks old, so I didn't save an answer. Nothing was changed."))
    if answer is None:
        answer = SelfRating(
            learner_id=learner.id,
            weeks=form.weeks,
            question=answered.question,
            value=answered.value,
            learning_day=today,
            at=now,
        )
        session.add(answer)
    answer.value = answered.value
    session.flush()
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    return replace(
        lesson_state.build_lesson_state(session, library, learner, message, now), answered_check_in=answered_check_in
    )

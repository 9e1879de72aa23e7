"""What a learner writes to a lesson's prompt: encrypted, for its author's eyes alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.given_names import shipped_given_names
from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.patient_details import find_patient_details
from bot.domain.schedule import DeliveryKind
from bot.learning import enrollment, lesson_state, postponing
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import (
    MessageRef,
    get_delivery,
    get_lesson_delivery,
    get_pressed_delivery,
    get_revision_id,
    list_deliveries_of_lesson,
    other_messages,
)
from bot.learning.streaks import record_practice_today
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Reflection

MAX_REFLECTION_LENGTH = 3000
"""Characters; what Slack's text input takes."""


def may_name_a_patient(words: str) -> bool:
    """Whether these words look as if they held a patient's details, which they had better not."""
    return bool(find_patient_details(words, shipped_given_names()))


@dataclass(frozen=True, slots=True)
class ReflectionPrompt:
    """What the reflection modal shows: the lesson's prompt, and what was written before, for its author's eyes."""

    lesson: Lesson
    words: str | None


def get_reflection_prompt(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> ReflectionPrompt:
    """What the modal asks, with the learner's own words if they have written before."""
    learner = enrollment.get_learner(session, person)
    delivery = get_lesson_delivery(session, get_delivery(session, learner, ref))
    written = queries.find_reflection(session, delivery.id)
    return ReflectionPrompt(
        lesson=library.get_lesson(session, get_revision_id(delivery)),
        words=session.cipher.decrypt(written.words) if written else None,
    )


def save_reflection(
    session: Session, library: Library, person: Person, ref: MessageRef, words: str, now: datetime
) -> LessonState:
    """Keep what the learner wrote, encrypted, in place of what they wrote before. The state of the message at `ref`."""
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    delivery = get_lesson_delivery(session, shown)
    went_on = enrollment.resume_if_waiting(session, learner, now)
    sealed = session.cipher.encrypt(words.strip()[:MAX_REFLECTION_LENGTH])
    learning_day = record_practice_today(session, learner, now)
    done = queries.find_lesson_activity(session, delivery)
    if done.reflection_id is not None:
        row = session.get_one(Reflection, done.reflection_id)
        row.words, row.edited_at = sealed, now
    else:
        row = Reflection(
            delivery_id=delivery.id,
            learner_id=learner.id,
            revision_id=get_revision_id(delivery),
            learning_day=learning_day,
            words=sealed,
            written_at=now,
        )
        session.add(row)
    stale: tuple[MessageRef, ...] = ()
    copy = deliveries.find(session, learner.id, delivery.learning_day, DeliveryKind.POSTPONED_LESSON)
    if postponing.cancel_postponement(session, delivery, copy, "nothing_due"):
        stale = other_messages(
            list_deliveries_of_lesson(session, delivery, library.get_lesson(session, get_revision_id(delivery)).id),
            shown,
        )
    session.flush()
    state = lesson_state.build_lesson_state(
        session, library, learner, shown, now, activity=replace(done, reflection_id=row.id)
    )
    return replace(state, superseded=stale, answered_check_in=went_on)

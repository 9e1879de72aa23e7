"""What learners write in response to a lesson's prompt: encrypted, and readable only by its author."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.given_names import shipped_given_names
from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.patient_clues import PatientClue
from bot.domain.patient_details import find_patient_details
from bot.errors import Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning import enrollment, lesson_state, postponing
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.message_deliveries import (
    MessageRef,
    find_copy_of_day,
    get_delivery,
    get_lesson_delivery,
    get_pressed_delivery,
    get_revision_id,
    list_deliveries_of_lesson,
    other_messages,
)
from bot.learning.streaks import record_practice_today
from bot.retrieval.understanding import Understanding
from bot.storage import Session
from bot.storage import practice as queries
from bot.storage.tables import Reflection

MAX_REFLECTION_LENGTH = 3000
"""Characters, as many as Slack's text input accepts."""

CANNOT_CHANGE_UNREADABLE = mark(
    "I can't read what you wrote there right now: the key that it was encrypted with is missing. It's kept, and "
    "nothing was changed. Please tell the people who run Rounds here."
)
"""Said where words whose key is lost would be replaced or shared."""


def find_clues_to_patients(words: str, understood: Understanding) -> tuple[PatientClue, ...]:
    """Return what in this text may tell who a patient is, and should be removed; nothing in most texts."""
    return find_patient_details(words, shipped_given_names(), understood.weigh_patient)


@dataclass(frozen=True, slots=True)
class ReflectionPrompt:
    """What the reflection modal shows its author: the lesson with its prompt, and what they wrote before."""

    lesson: Lesson
    words: str | None


def get_reflection_prompt(session: Session, library: Library, person: Person, ref: MessageRef) -> ReflectionPrompt:
    """Return what the modal shows, including the learner's own words if they wrote before.

    Raises Refused if those can't be read, because new words would replace them.
    """
    learner = enrollment.get_learner(session, person)
    delivery = get_lesson_delivery(session, get_delivery(session, learner, ref))
    written = queries.find_reflection(session, delivery.id)
    return ReflectionPrompt(
        lesson=library.get_lesson(session, get_revision_id(delivery)),
        words=_read_words(session, written) if written else None,
    )


def _read_words(session: Session, written: Reflection) -> str:
    words = session.cipher.try_decrypt(written.words)
    if words is None:
        raise Refused(_(CANNOT_CHANGE_UNREADABLE))
    return words


def save_reflection(
    session: Session, library: Library, person: Person, ref: MessageRef, words: str, now: datetime
) -> LessonState:
    """Save what the learner wrote, encrypted, replacing what they wrote before. Returns the state of that message.

    Raises KeyLost if it can't be encrypted, and Refused if what they wrote before can't be read; nothing is saved then.
    """
    learner = enrollment.get_learner(session, person)
    shown = get_pressed_delivery(session, learner, ref, now)
    delivery = get_lesson_delivery(session, shown)
    answered_check_in = enrollment.resume_if_waiting(session, learner, now)
    encrypted_words = session.cipher.encrypt(words.strip()[:MAX_REFLECTION_LENGTH])
    learning_day = record_practice_today(session, learner, now)
    activity = queries.find_lesson_activity(session, delivery)
    if activity.reflection_id is not None:
        row = session.get_one(Reflection, activity.reflection_id)
        _read_words(session, row)
        row.words, row.edited_at = encrypted_words, now
        session.delete_words_for_good()
    else:
        row = Reflection(
            delivery_id=delivery.id,
            learner_id=learner.id,
            revision_id=get_revision_id(delivery),
            learning_day=learning_day,
            words=encrypted_words,
            written_at=now,
        )
        session.add(row)
    superseded: tuple[MessageRef, ...] = ()
    if postponing.cancel_postponement(session, delivery, find_copy_of_day(session, delivery), "nothing_due"):
        superseded = other_messages(
            list_deliveries_of_lesson(session, delivery, library.get_lesson(session, get_revision_id(delivery)).id),
            shown,
        )
    session.flush()
    state = lesson_state.build_lesson_state(
        session,
        library,
        learner,
        shown,
        now,
        activity=replace(activity, reflection_id=row.id, reflected_at=row.written_at),
    )
    return replace(state, superseded=superseded, answered_check_in=answered_check_in)

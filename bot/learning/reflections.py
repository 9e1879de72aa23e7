"""What a learner writes to a lesson's prompt: encrypted, for its author's eyes alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.names import shipped_names
from bot.domain.learner import Person
from bot.domain.lesson import Lesson
from bot.domain.patient_details import find_details
from bot.domain.schedule import Kind
from bot.learning import enrolment, practice
from bot.learning.delivered import MessageRef, delivery_of, lesson_of, others, pressed, revision_of, showings
from bot.learning.library import Library
from bot.learning.practice import LessonState
from bot.learning.streaks import count_today
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.tables import Reflection

LONGEST_REFLECTION = 3000
"""Characters; what Slack's text input takes."""


def may_name_a_patient(words: str) -> bool:
    """Whether these words look as if they held a patient's details, which they had better not."""
    return bool(find_details(words, shipped_names()))


@dataclass(frozen=True, slots=True)
class ReflectionPrompt:
    """What the reflection modal shows: the lesson's prompt, and what was written before, for its author's eyes."""

    lesson: Lesson
    words: str | None


def reflection_prompt(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> ReflectionPrompt:
    """What the modal asks, with the learner's own words if they have written before."""
    learner = enrolment.known(session, person)
    delivery = lesson_of(session, delivery_of(session, learner, ref))
    written = queries.reflection_on(session, delivery.id)
    return ReflectionPrompt(
        lesson=library.lesson(session, revision_of(delivery)),
        words=session.cipher.open(written.words) if written else None,
    )


def reflect(
    session: Session, library: Library, person: Person, ref: MessageRef, words: str, now: datetime
) -> LessonState:
    """Keep what the learner wrote, encrypted, in place of what they wrote before. The state of the message at `ref`."""
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    delivery = lesson_of(session, shown)
    went_on = enrolment.take_as_going_on(session, learner, now)
    sealed = session.cipher.seal(words.strip()[:LONGEST_REFLECTION])
    learning_day = count_today(session, learner, now)
    done = queries.done_with(session, delivery)
    if done.written is not None:
        row = session.get_one(Reflection, done.written)
        row.words, row.edited_at = sealed, now
    else:
        row = Reflection(
            delivery_id=delivery.id,
            learner_id=learner.id,
            revision_id=revision_of(delivery),
            learning_day=learning_day,
            words=sealed,
            written_at=now,
        )
        session.add(row)
    stale: tuple[MessageRef, ...] = ()
    copy = deliveries.find(session, learner.id, delivery.learning_day, Kind.LATER)
    if practice.reopen(session, delivery, copy, "nothing_due"):
        stale = others(showings(session, delivery, library.lesson(session, revision_of(delivery)).id), shown)
    session.flush()
    state = practice.state_of(session, library, learner, shown, now, done=replace(done, written=row.id))
    return replace(state, stale=stale, went_on=went_on)

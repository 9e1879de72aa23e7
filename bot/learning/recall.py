"""Answering a question that came back, in a day's end or in Home."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.learning import enrolment, memory, planning, practice, streaks
from bot.learning.delivered import MessageRef, delivery_of, pressed
from bot.learning.library import Library
from bot.learning.memory import RecallState
from bot.learning.practice import LessonState
from bot.storage import Session, recalls
from bot.storage.tables import Delivery, Learner

_HAD = "Today's question was answered already, and one a day is enough. This one comes back another day."
_GONE = "That question was answered elsewhere, or isn't kept any more. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Ready:
    """Today's recall in Home; `counts`: whether today counts into the streak, which stands at `streak`."""

    recall: RecallState
    stands: streaks.Standing


def ready(session: Session, library: Library, person: Person, now: datetime) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due."""
    return memory.todays(session, library, enrolment.known(session, person), now)


def answer_ready(
    session: Session, library: Library, person: Person, revision_id: int, shown: str, now: datetime
) -> Ready:
    """Keep the choice made in Home (the letter that was shown there) for today. Once: a later one changes nothing.

    Refused if another question is ready by now.
    """
    learner = enrolment.known(session, person)
    state = memory.todays(session, library, learner, now)
    if state is None or state.question.revision_id != revision_id:
        raise Refused(_GONE)
    if state.choice is None:
        enrolment.take_as_going_on(session, learner, now)
        memory.answer(session, library, learner, state.question, shown, None, now)
    return _ready(session, library, learner, now)


def guessed_ready(session: Session, library: Library, person: Person, now: datetime) -> Ready:
    """*I guessed*, after a right answer in Home."""
    learner = enrolment.known(session, person)
    given = recalls.on_day(session, learner.id, planning.learning_day(learner, now))
    if given is not None:
        memory.guessed(session, library, learner, given)
    return _ready(session, library, learner, now)


def answer_in(
    session: Session, library: Library, person: Person, ref: MessageRef, shown: str, now: datetime
) -> LessonState:
    """Keep the choice made in a day's end (the letter that was shown there), for the learning day at hand.

    The first choice is final. Refused if that day had its recall already; NotFound if the question was closed since.
    """
    learner = enrolment.known(session, person)
    message = pressed(session, learner, ref, now)
    asked = memory.shown_in(session, library, message)
    if asked is None:
        raise NotFound(_GONE)
    went_on = None
    if asked.choice is None:
        went_on = enrolment.take_as_going_on(session, learner, now)
        if not memory.answer(session, library, learner, asked.question, shown, message.id, now):
            raise Refused(_HAD)
    return replace(practice.state_of(session, library, learner, message, now), went_on=went_on)


def guessed_in(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """*I guessed*, after a right answer in a day's end."""
    learner = enrolment.known(session, person)
    message: Delivery = delivery_of(session, learner, ref)
    given = recalls.asked_in(session, message.id)
    if given is not None:
        memory.guessed(session, library, learner, given)
    return practice.state_of(session, library, learner, message, now)


def _ready(session: Session, library: Library, learner: Learner, now: datetime) -> Ready:
    state = memory.todays(session, library, learner, now)
    if state is None:
        raise Refused(_GONE)
    return Ready(state, streaks.standing(session, learner, now))

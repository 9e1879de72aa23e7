"""Answering a question that came back, in a day's end or in Home."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.learner import Person
from bot.domain.schedule import Kind
from bot.errors import Refused
from bot.learning import enrolment, memory, planning, practice, streaks
from bot.learning.delivered import MessageRef, delivery_of, pressed
from bot.learning.library import Library
from bot.learning.memory import RecallState
from bot.learning.practice import LessonState
from bot.storage import Session, deliveries, recalls
from bot.storage.tables import Learner, Memory


@dataclass(frozen=True, slots=True)
class Ready:
    """Today's recall in Home; `counts`: whether today counts into the streak, which stands at `streak`."""

    recall: RecallState
    stands: streaks.Standing


def ready(session: Session, library: Library, person: Person, now: datetime) -> RecallState | None:
    """Today's recall: the question that is ready, or the one that was answered; None if nothing is due."""
    learner = enrolment.known(session, person)
    return _todays(session, library, learner, memory.all_of(session, learner), now)


def answer_ready(
    session: Session, library: Library, person: Person, revision_id: int, shown: str, now: datetime
) -> Ready:
    """Keep the choice made in Home (the letter that was shown there) for today. Once: a later one changes nothing.

    Refused if another question is ready by now.
    """
    learner = enrolment.known(session, person)
    known = memory.all_of(session, learner)
    state = _todays(session, library, learner, known, now)
    if state is None or state.question.revision_id != revision_id:
        raise Refused(memory.GONE)
    if state.choice is None:
        enrolment.take_as_going_on(session, learner, now)
        given = memory.keep(session, library, learner, known, state.question, shown, None, now)
        state = memory.state_of(session, library, given)
    return Ready(state, streaks.standing(session, learner, now))


def guessed_ready(session: Session, library: Library, person: Person, now: datetime) -> Ready:
    """*I guessed*, after a right answer in Home."""
    learner = enrolment.known(session, person)
    given = recalls.on_day(session, learner.id, planning.learning_day(learner, now))
    if given is None:
        raise Refused(memory.GONE)
    memory.guessed(session, library, learner, given)
    return Ready(memory.state_of(session, library, given), streaks.standing(session, learner, now))


def answer_in(
    session: Session, library: Library, person: Person, ref: MessageRef, shown: str, now: datetime
) -> LessonState:
    """Keep the choice made in a day's end (the letter that was shown there), for the learning day at hand.

    The first choice is final. Refused if that day had its recall already; NotFound if the question was closed since.
    """
    learner = enrolment.known(session, person)
    message = pressed(session, learner, ref, now)
    given = memory.answer_in(session, library, learner, message, shown, now)
    went_on = enrolment.take_as_going_on(session, learner, now)
    recalled = memory.state_of(session, library, given)
    return replace(practice.state_of(session, library, learner, message, now, recall=recalled), went_on=went_on)


def guessed_in(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """*I guessed*, after a right answer in a day's end."""
    learner = enrolment.known(session, person)
    message = delivery_of(session, learner, ref)
    given = recalls.asked_in(session, message.id)
    if given is not None:
        memory.guessed(session, library, learner, given)
    return practice.state_of(session, library, learner, message, now)


def _todays(
    session: Session, library: Library, learner: Learner, known: Mapping[str, Memory], now: datetime
) -> RecallState | None:
    shelf = library.shelf(session, learner.team_id)
    lesson = deliveries.find(session, learner.id, planning.learning_day(learner, now), Kind.LESSON)
    return memory.todays(session, library, shelf, learner, now, known, lesson)

"""A learner's day: today's lesson, the answer, the step, what is kept at hand."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.domain.learner import Cadence, Person
from bot.domain.lesson import Lesson, Option
from bot.domain.recall import Rating
from bot.domain.review import is_overdue
from bot.domain.schedule import LATEST, Due, Kind
from bot.domain.streak import Streak
from bot.learning import enrolment, memory, planning, streaks, weeks
from bot.learning.delivered import (
    MessageRef,
    copy_in,
    delivery_of,
    lesson_of,
    others,
    pressed,
    revision_of,
    showings,
)
from bot.learning.library import Library
from bot.learning.memory import RecallState
from bot.learning.streaks import Repair
from bot.learning.weeks import WeekView
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.practice import Done
from bot.storage.tables import Answer, Delivery, Learner, SavedLesson, SendState, Step


@dataclass(frozen=True, slots=True)
class Returns:
    """A lesson that was put off: the local time at which it comes back; None: as its learner's next lesson.

    `weekly`: that is next week's.
    """

    at: datetime | None
    weekly: bool


@dataclass(frozen=True, slots=True)
class LessonState:
    """A delivered lesson and what its learner did with it.

    `counts`: today's practice counts into the streak; `repair`: a missed day can be made up. `stale`: further messages
    that brought this lesson, and that what was just done may have overtaken. `went_on`: the message that asked whether
    lessons should go on, if this was the answer to it. `overdue`: the lesson's review was due before today. `recall`:
    the question that a day's end asks again; `week`: the week that it closes.
    """

    delivery_id: UUID
    kind: str
    lesson: Lesson
    revision_id: int
    learning_day: date
    message: MessageRef | None
    choice: Option | None
    guessed: bool
    reflected: bool
    tried: bool | None
    saved: bool
    streak: Streak
    counts: bool
    repair: Repair | None = None
    returns: Returns | None = None
    stale: tuple[MessageRef, ...] = ()
    went_on: MessageRef | None = None
    overdue: bool = False
    recall: RecallState | None = None
    week: WeekView | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The state after an answer; `first` is False if an earlier choice stands."""

    state: LessonState
    first: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a choice, and all that was done with the lesson.

    `shown_in`: every delivery whose message shows the lesson, for they all show the answer from now on; None if an
    earlier choice stands.
    """

    shown_in: list[Delivery] | None
    done: Done


@dataclass(frozen=True, slots=True)
class TodaysLesson:
    """Today's lesson: where its message is, if it was sent; else it has been put in the queue (`queued`).

    `reopened`: it had been put off, and its message has to be brought up to date. `went_on`: the message that asked
    whether lessons should go on, if this was the answer to it.
    """

    state: LessonState | None
    queued: bool
    reopened: bool = False
    went_on: MessageRef | None = None


def lesson_state(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """The lesson that a message shows, whichever of the day's two messages it is. NotFound if it is none of theirs."""
    learner = enrolment.known(session, person)
    return state_of(session, library, learner, delivery_of(session, learner, ref), now)


def answer(session: Session, library: Library, person: Person, ref: MessageRef, choice: str, now: datetime) -> Answered:
    """Keep the first choice made in this message's question; a later one changes nothing. KeyError: no such option."""
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    went_on = enrolment.take_as_going_on(session, learner, now)
    kept = keep_choice(session, library, learner, lesson_of(session, shown), choice, now)
    stale = others(kept.shown_in, shown) if kept.shown_in is not None else ()
    state = state_of(session, library, learner, shown, now, done=kept.done)
    return Answered(replace(state, stale=stale, went_on=went_on), first=kept.shown_in is not None)


def keep_choice(
    session: Session, library: Library, learner: Learner, lesson: Delivery, choice: str, now: datetime
) -> Kept:
    """Keep a choice as the answer to a lesson, for the learning day at hand; an earlier one stands."""
    done = queries.done_with(session, lesson)
    if done.answer is not None:
        return Kept(None, done)
    text = library.lesson(session, revision_of(lesson))
    option = text.question.option(choice)
    today = streaks.count_today(session, learner, now)
    given = Answer(
        delivery_id=lesson.id,
        learner_id=learner.id,
        revision_id=revision_of(lesson),
        choice=option.key,
        correct=option.correct,
        guessed=False,
        learning_day=today,
        at=now,
    )
    session.add(given)
    known = memory.all_of(session, learner)
    memory.remember(session, library, learner, known, revision_of(lesson), Rating.of(correct=option.correct), today)
    session.flush()
    shown_in = showings(session, lesson, text.id)
    reopen(session, lesson, copy_in(shown_in, lesson), "nothing_due")
    return Kept(shown_in, replace(done, answer=given))


def guessed(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """*I guessed*, after a right answer."""
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    given = queries.answer_to(session, lesson_of(session, shown).id)
    if given is not None and given.correct and not given.guessed:
        given.guessed = True
        memory.take_as_guessed(session, library, learner, given.revision_id, given.learning_day)
    return state_of(session, library, learner, shown, now)


def tried(session: Session, library: Library, person: Person, ref: MessageRef, did: bool, now: datetime) -> LessonState:
    """Whether the learner tried the day's step; they may change their word."""
    learner = enrolment.known(session, person)
    shown = pressed(session, learner, ref, now)
    lesson = lesson_of(session, shown)
    step = queries.step_of(session, lesson.id) or Step(delivery_id=lesson.id, learner_id=learner.id, tried=did, at=now)
    step.tried, step.at = did, now
    session.add(step)
    session.flush()
    return state_of(session, library, learner, shown, now)


def save(session: Session, person: Person, revision_id: int, now: datetime) -> bool:
    """Keep a lesson at hand; False if it was kept already."""
    learner = enrolment.known(session, person)
    if session.get(SavedLesson, (learner.id, revision_id)):
        return False
    session.add(SavedLesson(learner_id=learner.id, revision_id=revision_id, at=now))
    return True


def saved_lessons(session: Session, library: Library, person: Person) -> tuple[Lesson, ...]:
    """The lessons a learner saved, newest first."""
    learner = enrolment.known(session, person)
    ids = queries.saved(session, learner.id)
    lessons = library.lessons(session, ids)
    return tuple(lessons[revision_id] for revision_id in ids)


def todays_lesson(session: Session, library: Library, person: Person, now: datetime) -> TodaysLesson:
    """Today's lesson now: the day's own delivery, put at the front of the queue if it was not sent yet.

    Refused for someone who has not started. A pause does not hold back what its learner asks for. Whoever was asked
    whether lessons should go on has said so with this.
    """
    learner = enrolment.started(session, person)
    went_on = enrolment.take_as_going_on(session, learner, now)
    today = planning.learning_day(learner, now)
    delivery = deliveries.find(session, learner.id, today, Kind.LESSON)
    if delivery is not None and delivery.state in {SendState.SENT, SendState.SENDING}:
        copy = deliveries.find(session, learner.id, today, Kind.LATER)
        reopened = reopen(session, delivery, copy, "opened")
        state = state_of(session, library, learner, delivery, now) if delivery.ts else None
        return TodaysLesson(state, queued=False, reopened=reopened, went_on=went_on)
    asked = Due(Kind.LESSON, today, now, now + LATEST)
    if delivery is None:
        delivery = planning.owe(learner, asked)
        session.add(delivery)
    elif delivery.state != SendState.DUE:
        delivery.state, delivery.reason, delivery.due_at = SendState.DUE, None, asked.at
    delivery.asked_at, delivery.expires_at, delivery.not_before = now, asked.expires_at, None
    delivery.owed = streaks.works(learner, today) and not planning.is_paused(learner, now)
    return TodaysLesson(None, queued=True, went_on=went_on)


def todays_state(session: Session, library: Library, person: Person, now: datetime) -> LessonState | None:
    """What the learner did with today's lesson; None if it has not come yet."""
    learner = enrolment.known(session, person)
    stands = streaks.standing(session, learner, now)
    lesson = deliveries.find(session, learner.id, stands.today, Kind.LESSON)
    return shown_today(session, library, learner, lesson, stands, now)


def shown_today(
    session: Session,
    library: Library,
    learner: Learner,
    lesson: Delivery | None,
    stands: streaks.Standing,
    now: datetime,
) -> LessonState | None:
    """The same, for a learner whose streak stands there, and who is owed this `lesson` today."""
    if lesson is None or lesson.state != SendState.SENT:
        return None
    return state_of(session, library, learner, lesson, now, stands)


def reopen(session: Session, lesson: Delivery, copy: Delivery | None, reason: str) -> bool:
    """A lesson that was put off is not any more; whether it was. Its copy, if planned, is skipped for this reason."""
    was_put_off = lesson.carried
    if copy is not None and copy.state == SendState.DUE:
        session.refresh(copy, with_for_update=True)  # PostgreSQL: a worker may be taking it at this moment
        if copy.state == SendState.DUE:
            copy.state, copy.reason, was_put_off = SendState.SKIPPED, reason, True
    lesson.carried = False
    return was_put_off


def state_of(
    session: Session,
    library: Library,
    learner: Learner,
    shown: Delivery,
    now: datetime,
    stands: streaks.Standing | None = None,
    recall: RecallState | None = None,
    done: Done | None = None,
) -> LessonState:
    """What a learner did with the lesson of a delivery, shown in that delivery's own message.

    `stands`: where their streak stands, `recall`: the question that it asks again, and `done`: what was done with the
    lesson, if these were read already.
    """
    delivery = lesson_of(session, shown)
    lesson = library.lesson(session, revision_of(delivery))
    done = done or queries.done_with(session, delivery)
    given, step = done.answer, done.step
    stands = stands or streaks.standing(session, learner, now)
    return LessonState(
        delivery_id=delivery.id,
        kind=shown.kind,
        lesson=lesson,
        revision_id=revision_of(delivery),
        learning_day=delivery.learning_day,
        message=MessageRef(shown.channel, shown.ts, shown.id) if shown.channel and shown.ts else None,
        choice=lesson.question.option(given.choice) if given else None,
        guessed=given.guessed if given else False,
        reflected=done.written is not None,
        tried=step.tried if step else None,
        saved=done.saved,
        streak=stands.streak,
        counts=stands.counts,
        repair=stands.repair,
        returns=None if given or done.written else _returns(session, learner, delivery),
        overdue=is_overdue(lesson, now.date()),
        recall=recall or memory.shown_in(session, library, shown),
        week=weeks.closed_by(session, library, learner, shown),
    )


def _returns(session: Session, learner: Learner, lesson: Delivery) -> Returns | None:
    weekly = learner.cadence == Cadence.WEEKLY
    if lesson.carried:
        return Returns(None, weekly)
    copy = deliveries.find(session, learner.id, lesson.learning_day, Kind.LATER)
    if copy is None or copy.state not in {SendState.DUE, SendState.SENDING}:
        return None
    return Returns(copy.due_at.astimezone(ZoneInfo(learner.tz)), weekly)

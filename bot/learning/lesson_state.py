"""A delivered lesson and what its learner did with it, as messages and App Home show it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.learner import Cadence, Person
from bot.domain.lesson import Lesson, Option
from bot.domain.lesson_review import is_review_overdue
from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.domain.streak import Streak
from bot.learning import enrollment, programs, recall_questions, retractions, self_ratings, streaks, weekly_summaries
from bot.learning.lesson_feedback import Feedback, find_feedback
from bot.learning.library import Library
from bot.learning.message_deliveries import (
    MessageRef,
    find_copy_of_day,
    get_delivery,
    get_lesson_delivery,
    get_revision_id,
)
from bot.learning.planned_steps import PlannedStep, find_step_asked_in
from bot.learning.programs import ProgramPlace
from bot.learning.recall_questions import RecallState
from bot.learning.retractions import RetractionNote
from bot.learning.self_ratings import SelfRatingForm
from bot.learning.streaks import OpenRepair
from bot.learning.trial_ends import EndedPart, find_ended_part
from bot.learning.weekly_summaries import WeeklySummary
from bot.storage import Session, deliveries
from bot.storage import practice as queries
from bot.storage.practice import LessonActivity
from bot.storage.tables import Delivery, Learner, Retraction, SendState


@dataclass(frozen=True, slots=True)
class PostponedUntil:
    """When a postponed lesson comes back: the local time, or None if it comes as the learner's next lesson.

    `is_weekly`: the next lesson is next week's.
    """

    at: datetime | None
    is_weekly: bool


@dataclass(frozen=True, slots=True)
class LessonState:
    """A delivered lesson and what its learner did with it.

    `counts_today`: today counts toward the streak. `repair`: a missed day that can be repaired. `superseded`: other
    messages with this lesson that the last action may have outdated. `answered_check_in`: the check-in message that the
    last action answered, if any. `is_review_overdue`: the lesson's review was due before today. `recall`: the recall
    question of a day-end message. `week`: the week that it closes. `retraction`: what to tell if it was retracted.
    `milestone`: the streak's milestone that practice in this message reached today. `planned`: the learner planned the
    lesson's step. `asked_step`: an earlier step that this message asks about. `is_extra`: it is an extra lesson, even
    if the message is an older one that had it before it was postponed. `offers_extra`: it is the day's lesson, it is
    answered, and the day has no extra lesson yet. `has_extra`: the day has one that was sent or is on its way.
    `formats`: how the learner reads dates and times. `program`: the lesson's place in the program that brought it, in
    the message of a day's lesson. `feedback`: whether they are asked if the lesson was useful, or have said so.
    `self_rating`: the questions about how ready they feel that a day-end message asks. `ended_trial`: what a lesson's
    message says of a trial that is over.
    """

    delivery_id: UUID
    kind: str
    lesson: Lesson
    revision_id: int
    learning_day: date
    message: MessageRef | None
    chosen_option: Option | None
    guessed: bool
    reflected: bool
    tried: bool | None
    saved: bool
    streak: Streak
    counts_today: bool
    repair: OpenRepair | None = None
    postponed_until: PostponedUntil | None = None
    superseded: tuple[MessageRef, ...] = ()
    answered_check_in: MessageRef | None = None
    is_review_overdue: bool = False
    recall: RecallState | None = None
    week: WeeklySummary | None = None
    retraction: RetractionNote | None = None
    milestone: int | None = None
    planned: bool = False
    asked_step: PlannedStep | None = None
    is_extra: bool = False
    offers_extra: bool = False
    has_extra: bool = False
    formats: Formats = DEFAULT_FORMATS
    program: ProgramPlace | None = None
    feedback: Feedback | None = None
    self_rating: SelfRatingForm | None = None
    ended_trial: EndedPart | None = None

    @property
    def is_open(self) -> bool:
        """Whether the question can still be answered."""
        return self.chosen_option is None and self.retraction is None


def get_lesson_state(session: Session, library: Library, person: Person, ref: MessageRef, now: datetime) -> LessonState:
    """Return the lesson that a message shows, whichever of the day's messages it is. Raises NotFound if not theirs."""
    learner = enrollment.get_learner(session, person)
    return build_lesson_state(session, library, learner, get_delivery(session, learner, ref), now)


def get_question_state(
    session: Session, library: Library, person: Person, ref: MessageRef, now: datetime
) -> LessonState:
    """Return the lesson behind a day-end message, with the message in which its question is asked.

    That is the postponed copy, once it was sent. Raises NotFound if the message isn't theirs.
    """
    learner = enrollment.get_learner(session, person)
    lesson = get_lesson_delivery(session, get_delivery(session, learner, ref))
    copy = find_copy_of_day(session, lesson)
    asked_in = copy if copy is not None and copy.state == SendState.SENT else lesson
    return build_lesson_state(session, library, learner, asked_in, now)


def find_todays_lesson_state(session: Session, library: Library, person: Person, now: datetime) -> LessonState | None:
    """Return what the learner did with today's lesson, or None if it hasn't been sent yet."""
    learner = enrollment.get_learner(session, person)
    streak_status = streaks.get_streak_status(session, learner, now)
    lesson = deliveries.find(session, learner.id, streak_status.today, DeliveryKindName.LESSON)
    return build_todays_lesson_state(session, library, learner, lesson, streak_status, now)


def find_open_lesson_state(session: Session, library: Library, person: Person, now: datetime) -> LessonState | None:
    """Return today's lesson if its question is open, or else today's extra lesson if that one's is, or else None."""
    learner = enrollment.get_learner(session, person)
    streak_status = streaks.get_streak_status(session, learner, now)
    todays = deliveries.find_lessons_of_day(session, learner.id, streak_status.today)
    for kind in LESSON_KINDS:
        state = build_todays_lesson_state(session, library, learner, todays.get(kind), streak_status, now)
        if state is not None and state.is_open:
            return state
    return None


def build_todays_lesson_state(
    session: Session,
    library: Library,
    learner: Learner,
    lesson: Delivery | None,
    streak_status: streaks.StreakStatus,
    now: datetime,
) -> LessonState | None:
    """Same as `find_todays_lesson_state`, from rows that were read already."""
    if lesson is None or lesson.state != SendState.SENT:
        return None
    return build_lesson_state(session, library, learner, lesson, now, streak_status)


def build_lesson_state(
    session: Session,
    library: Library,
    learner: Learner,
    shown_delivery: Delivery,
    now: datetime,
    streak_status: streaks.StreakStatus | None = None,
    recall: RecallState | None = None,
    activity: LessonActivity | None = None,
) -> LessonState:
    """Return what a learner did with the lesson of a delivery, as shown in that delivery's own message.

    `streak_status`, `recall` (the message's recall question), and `activity` (what was done with the lesson) are read
    from the database unless they are given.
    """
    delivery = get_lesson_delivery(session, shown_delivery)
    lesson = library.get_lesson(session, get_revision_id(delivery))
    activity = activity or queries.find_lesson_activity(session, delivery)
    answer, step = activity.answer, activity.step
    streak_status = streak_status or streaks.get_streak_status(session, learner, now)
    recall = recall or recall_questions.find_recall_in_message(session, library, shown_delivery)
    if shown_delivery.kind == DeliveryKindName.DAY_END:
        practiced_here = recall.answered_at if recall else None
    else:
        practiced_here = answer.at if answer else None
    is_extra = delivery.kind == DeliveryKindName.EXTRA_LESSON
    return LessonState(
        delivery_id=delivery.id,
        kind=shown_delivery.kind,
        lesson=lesson,
        revision_id=get_revision_id(delivery),
        learning_day=delivery.learning_day,
        message=MessageRef(shown_delivery.channel, shown_delivery.ts, shown_delivery.id)
        if shown_delivery.channel and shown_delivery.ts
        else None,
        chosen_option=lesson.question.get_option(answer.choice) if answer else None,
        guessed=answer.guessed if answer else False,
        reflected=activity.reflection_id is not None,
        tried=step.tried if step else None,
        saved=activity.is_saved,
        streak=streak_status.streak,
        counts_today=streak_status.counts_today,
        repair=streak_status.repair,
        postponed_until=None if answer or activity.reflection_id else _find_return_time(session, learner, delivery),
        is_review_overdue=is_review_overdue(lesson, now.date()),
        recall=recall,
        week=weekly_summaries.build_weekly_summary(session, library, learner, shown_delivery),
        retraction=retractions.build_note(session.get_one(Retraction, activity.retraction_id))
        if activity.retraction_id is not None
        else None,
        milestone=streak_status.find_milestone_of(practiced_here, activity.reflected_at),
        planned=step is not None and step.planned_at is not None,
        asked_step=find_step_asked_in(session, library, delivery, activity)
        if shown_delivery.kind == DeliveryKindName.LESSON
        else None,
        is_extra=is_extra,
        offers_extra=not is_extra and answer is not None and not activity.has_extra,
        has_extra=not is_extra and activity.has_extra,
        formats=Formats(learner.locale),
        program=programs.find_place(session, library, learner, lesson.id, delivery.claimed_at)
        if shown_delivery.kind == DeliveryKindName.LESSON
        else None,
        feedback=find_feedback(session, answer)
        if answer is not None and activity.retraction_id is None and shown_delivery.kind != DeliveryKindName.DAY_END
        else None,
        self_rating=self_ratings.find_form(session, shown_delivery),
        ended_trial=find_ended_part(session, shown_delivery, activity),
    )


def _find_return_time(session: Session, learner: Learner, lesson: Delivery) -> PostponedUntil | None:
    weekly = learner.cadence == Cadence.WEEKLY
    if lesson.carried_over:
        return PostponedUntil(None, weekly)
    copy = find_copy_of_day(session, lesson)
    if copy is None or copy.state not in {SendState.DUE, SendState.SENDING}:
        return None
    return PostponedUntil(copy.due_at.astimezone(ZoneInfo(learner.tz)), weekly)

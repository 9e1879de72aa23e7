"""The lesson of a shift: the learner's next one, chosen when it is claimed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.delivery.delivery_kind import Extras, LessonToSend
from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.lesson_review import is_review_overdue
from bot.domain.program import Program
from bot.domain.schedule import DeliveryKindName
from bot.domain.streak import UsedFreeze
from bot.learning import streaks
from bot.learning.lesson_choice import find_followed_programs
from bot.learning.lesson_state import LessonState
from bot.learning.library import Library
from bot.learning.planned_steps import PlannedStep, find_planned_steps
from bot.learning.programs import place_in
from bot.learning.trial_ends import EndedPart, claim_ended_parts
from bot.slack.blocks import MessageContent, postponement
from bot.slack.blocks import lesson as blocks
from bot.slack.blocks.planned_step import planned_step_blocks
from bot.slack.blocks.programs import place_text
from bot.slack.blocks.streak_text import freeze_used_text
from bot.slack.blocks.trial_result import ended_part_text
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


@dataclass(frozen=True, slots=True)
class SinceLastLesson(Extras):
    """What a lesson mentions of the time since the last one: a freeze that covered a missed day, and a planned step.

    `program`: the program that its learner follows, to say where in it the lesson stands. `ended_trial`: what to say of
    a trial that is over.
    """

    freeze: UsedFreeze | None = None
    planned: PlannedStep | None = None
    program: Program | None = None
    ended_trial: EndedPart | None = None


def read_since_last_lesson(
    session: Session,
    library: Library,
    rows: Sequence[QueuedDelivery],
    _lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, SinceLastLesson]:
    """Find the freezes used, the steps planned, and the trials ended since each learner's last lesson, and programs."""
    used = streaks.find_used_freezes(session, [row.learner_id for row in rows], now)
    planned = find_planned_steps(session, library, rows)
    programs = find_followed_programs(session, library, rows)
    ended = claim_ended_parts(session, rows)
    return {
        row.id: SinceLastLesson(
            used.get(row.learner_id), planned.get(row.id), programs.get(row.learner_id), ended.get(row.learner_id)
        )
        for row in rows
        if row.id in planned or any(row.learner_id in each for each in (used, programs, ended))
    }


def render(lesson: Lesson, day: date, formats: Formats, since: SinceLastLesson | None) -> MessageContent:
    """Build the lesson with its open question, after a note on a used freeze, one on a trial that is over, the question
    about a planned step, and its place in a program.
    """
    message = blocks.initial_message(lesson, formats, overdue=is_review_overdue(lesson, day))
    if since is None:
        return message
    if since.program is not None and (place := place_in(since.program, lesson.id)) is not None:
        message = message.with_note(place_text(place))
    if since.planned is not None:
        asked = [each.to_dict() for each in planned_step_blocks(since.planned)]
        message = MessageContent.of_dicts([*asked, *message.blocks])
    if since.ended_trial is not None:
        message = message.with_note(ended_part_text(since.ended_trial))
    return message.with_note(freeze_used_text(since.freeze, formats)) if since.freeze else message


def update(state: LessonState) -> MessageContent:
    """Build the lesson with what the learner did, when it comes again if postponed, or why it was retracted."""
    if state.retraction is not None:
        return blocks.retracted_message(state)
    return (
        postponement.postponed_message(state, state.postponed_until)
        if state.postponed_until
        else blocks.current_message(state)
    )


KIND = MessageKind(
    name=DeliveryKindName.LESSON,
    lesson_to_send=LessonToSend.NEXT_LESSON,
    read_extras=read_since_last_lesson,
    render=render,
    update=update,
    supersede=postponement.superseded_message,
)

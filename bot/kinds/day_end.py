"""The end of a working day: a reflection prompt, a question that comes back, the week it closes. A shift brings it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_after_lesson
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKind
from bot.learning import lesson_choice, recall_questions, weekly_summaries
from bot.learning.library import Library
from bot.learning.recall_questions import RecallQuestion
from bot.learning.weekly_summaries import ClosingWeek, WeeklySummary
from bot.slack.blocks import MessageContent
from bot.slack.blocks import day_end as blocks
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


@dataclass(frozen=True, slots=True)
class DayEnd(Extras):
    """What a day's end brings beside the prompt: a question that comes back, the week that ends.

    `reflected`: its learner has written already, so it doesn't ask for that. `listed`: they want the week's summary,
    and the message for that alone.
    """

    recall: RecallQuestion | None = None
    week: WeeklySummary | None = None
    reflected: bool = False
    listed: bool = False

    @property
    def recall_revision_id(self) -> int | None:
        """The revision whose question is asked again."""
        return self.recall.revision_id if self.recall else None

    @property
    def worth_sending(self) -> bool:
        """Whether anything is left to say: not to somebody who has reflected, when nothing comes back."""
        return not self.reflected or self.recall is not None or (self.week is not None and self.listed)


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Moot for a lesson that waits for the next shift."""
    verdict = decide_after_lesson(row, lesson, now)
    carried = lesson is not None and lesson.carried_over
    return ClaimDecision.NOTHING_DUE if verdict is ClaimDecision.SEND and carried else verdict


def read_extras(
    session: Session,
    library: Library,
    rows: Sequence[QueuedDelivery],
    lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, DayEnd]:
    """Reads what each day's end brings beside the prompt, for those that bring anything."""
    asked = _recalls(session, library, rows, lessons, now)
    closing = {
        (row.learner_id, row.learning_day): ClosingWeek(row.closes_week_from, row.weekly_summary)
        for row in rows
        if row.closes_week_from
    }
    ended = weekly_summaries.build_weekly_summaries(session, library, closing)
    found = {
        row.id: DayEnd(
            asked.get(row.id),
            ended.get((row.learner_id, row.learning_day)) if row.closes_week_from else None,
            reflected=lessons[row.id].reflected,
            listed=row.weekly_summary,
        )
        for row in rows
    }
    return {row_id: each for row_id, each in found.items() if each.recall or each.week or each.reflected}


def _recalls(
    session: Session,
    library: Library,
    ends: Sequence[QueuedDelivery],
    lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, RecallQuestion]:
    """The question that each day's end asks again, for those that do."""
    curricula = lesson_choice.get_readable_curricula(session, library, {row.team_id for row in ends})
    taught = {row.learner_id: curricula[row.team_id].on_date(now.date()) for row in ends if row.team_id in curricula}
    revisions = {row.id: lessons[row.id].revision_id for row in ends}
    ids = library.find_lesson_ids(session, {revision for revision in revisions.values() if revision is not None})
    days = {
        (row.learner_id, row.learning_day): None if (revision := revisions[row.id]) is None else ids.get(revision)
        for row in ends
        if row.learner_id in taught
    }
    asked = recall_questions.choose_recall_questions(session, taught, days)
    return {row.id: asked[key] for row in ends if (key := (row.learner_id, row.learning_day)) in asked}


def render(lesson: Lesson, _day: date, end: DayEnd | None) -> MessageContent:
    """The prompt, unless it is written already, with what comes beside it."""
    end = end or DayEnd()
    return blocks.personal_message(lesson, end.recall, end.week, reflected=end.reflected)


KIND = MessageKind(
    name=DeliveryKind.DAY_END,
    lesson_to_send=LessonToSend.DAYS_LESSON,
    decide=decide,
    read_extras=read_extras,
    render=render,
    update=blocks.current_message,
)

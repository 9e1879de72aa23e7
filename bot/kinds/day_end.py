"""The day-end message of a shift: a reflection prompt, maybe a recall question, and at the week's end a summary.

Now and then it asks how ready somebody feels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_after_lesson
from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKindName
from bot.learning import lesson_choice, recall_questions, self_ratings, weekly_summaries
from bot.learning.library import Library
from bot.learning.recall_questions import RecallQuestion
from bot.learning.self_ratings import SelfRatingForm
from bot.learning.weekly_summaries import ClosingWeek, WeeklySummary
from bot.slack.blocks import MessageContent
from bot.slack.blocks import day_end as blocks
from bot.slack.message_kind import MessageKind
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery


@dataclass(frozen=True, slots=True)
class DayEnd(Extras):
    """What a day-end message adds to its prompt: a recall question, and the summary of the week it ends.

    `reflected`: the learner has already written, so there is no prompt. `answered`: the lesson's question needs no link
    anymore. `listed`: the learner chose to get weekly summaries, so the summary alone is worth a message.
    `self_rating`: questions about how ready they feel, which never are.
    """

    recall: RecallQuestion | None = None
    week: WeeklySummary | None = None
    reflected: bool = False
    answered: bool = False
    listed: bool = False
    self_rating: SelfRatingForm | None = None

    @property
    def recall_revision_id(self) -> int | None:
        """The revision whose question is asked again."""
        return self.recall.revision_id if self.recall else None

    @property
    def worth_sending(self) -> bool:
        """Whether there is anything to show. There isn't if the learner has reflected and nothing is added."""
        return not self.reflected or self.recall is not None or (self.week is not None and self.listed)


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip the message if its lesson was carried over to the next shift."""
    decision = decide_after_lesson(row, lesson, now)
    is_carried_over = lesson is not None and lesson.carried_over
    return ClaimDecision.NOTHING_DUE if decision is ClaimDecision.SEND and is_carried_over else decision


def read_extras(
    session: Session,
    library: Library,
    rows: Sequence[QueuedDelivery],
    lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, DayEnd]:
    """Read what each day-end message adds to its prompt, for those that add anything."""
    recalls = _choose_recalls(session, library, rows, lessons, now)
    closing_weeks = {
        (row.learner_id, row.learning_day): ClosingWeek(row.closes_week_from, row.weekly_summary)
        for row in rows
        if row.closes_week_from
    }
    summaries = weekly_summaries.build_weekly_summaries(session, library, closing_weeks)
    forms = self_ratings.find_forms(session, {(row.learner_id, row.learning_day) for row in rows})
    found = {
        row.id: DayEnd(
            recalls.get(row.id),
            summaries.get((row.learner_id, row.learning_day)) if row.closes_week_from else None,
            reflected=lessons[row.id].reflected,
            answered=lessons[row.id].answered,
            listed=row.weekly_summary,
            self_rating=forms.get((row.learner_id, row.learning_day)),
        )
        for row in rows
    }
    return {
        row_id: each
        for row_id, each in found.items()
        if each.recall or each.week or each.reflected or each.answered or each.self_rating
    }


def _choose_recalls(
    session: Session,
    library: Library,
    ends: Sequence[QueuedDelivery],
    lessons: Mapping[UUID, LessonOfDay],
    now: datetime,
) -> dict[UUID, RecallQuestion]:
    """Choose the recall questions of these day-end messages, for those that have one."""
    curricula = lesson_choice.get_readable_curricula(session, library, {row.user for row in ends})
    taught = {row.learner_id: curricula[row.user].on_date(now.date()) for row in ends if row.user in curricula}
    revisions = {row.id: lessons[row.id].revision_id for row in ends}
    ids = library.find_lesson_ids(session, {revision for revision in revisions.values() if revision is not None})
    days = {
        (row.learner_id, row.learning_day): None if (revision := revisions[row.id]) is None else ids.get(revision)
        for row in ends
        if row.learner_id in taught
    }
    recalls = recall_questions.choose_recall_questions(session, taught, days)
    return {row.id: recalls[key] for row in ends if (key := (row.learner_id, row.learning_day)) in recalls}


def render(lesson: Lesson, _day: date, formats: Formats, end: DayEnd | None) -> MessageContent:
    """Build the prompt, unless the learner has already written, with what is added to it."""
    end = end or DayEnd()
    return blocks.personal_message(
        lesson,
        end.recall,
        end.week,
        formats,
        reflected=end.reflected,
        answered=end.answered,
        self_rating=end.self_rating,
    )


KIND = MessageKind(
    name=DeliveryKindName.DAY_END,
    lesson_to_send=LessonToSend.DAYS_LESSON,
    decide=decide,
    read_extras=read_extras,
    render=render,
    update=blocks.current_message,
)

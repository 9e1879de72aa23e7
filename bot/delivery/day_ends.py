"""What a day's end brings beside the prompt: a question that comes back, the week that it closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.domain.schedule import Kind
from bot.learning import choosing, memory, weeks
from bot.learning.library import Library
from bot.learning.memory import RecallQuestion
from bot.learning.weeks import Ends, WeekView
from bot.storage import Session
from bot.storage.queue import DaysLesson, Waiting


@dataclass(frozen=True, slots=True)
class Adds:
    """What a day's end brings beside the prompt: a question that comes back, the week that ends.

    `listed`: its learner wants the week's summary, and the message for that alone.
    """

    recall: RecallQuestion | None = None
    week: WeekView | None = None
    listed: bool = False

    @property
    def anything(self) -> bool:
        """Whether it is worth sending to somebody who has reflected already."""
        return self.recall is not None or (self.week is not None and self.listed)


NOTHING = Adds()


def adds(
    session: Session, library: Library, rows: Sequence[Waiting], lessons: Mapping[UUID, DaysLesson], now: datetime
) -> dict[UUID, Adds]:
    """What each day's end brings beside the prompt."""
    ends = [row for row in rows if row.kind == Kind.DAY_END and row.id in lessons]
    if not ends:
        return {}
    asked = _recalls(session, library, ends, lessons, now)
    closing = {
        (row.learner_id, row.learning_day): Ends(row.week_from, row.weekly_summary) for row in ends if row.week_from
    }
    ended = weeks.look_back(session, library, closing)
    return {
        row.id: Adds(
            asked.get(row.id),
            ended.get((row.learner_id, row.learning_day)) if row.week_from else None,
            listed=row.weekly_summary,
        )
        for row in ends
    }


def _recalls(
    session: Session, library: Library, ends: Sequence[Waiting], lessons: Mapping[UUID, DaysLesson], now: datetime
) -> dict[UUID, RecallQuestion]:
    """The question that each day's end asks again, for those that do."""
    shelves = choosing.shelves_of(session, library, {row.team_id for row in ends})
    taught = {row.learner_id: shelves[row.team_id].on(now.date()) for row in ends if row.team_id in shelves}
    revisions = {row.id: lessons[row.id].revision_id for row in ends}
    ids = library.lesson_ids(session, {revision for revision in revisions.values() if revision is not None})
    days = {
        (row.learner_id, row.learning_day): None if (revision := revisions[row.id]) is None else ids.get(revision)
        for row in ends
        if row.learner_id in taught
    }
    asked = memory.ask(session, taught, days)
    return {row.id: asked[key] for row in ends if (key := (row.learner_id, row.learning_day)) in asked}

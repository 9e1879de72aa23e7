"""After seven lessons without an answer or a reflection, in the lesson's place: go on, go weekly, or stop?"""

from collections.abc import Sequence
from datetime import datetime

from bot.delivery.kind import Brings, Extras, Verdict, usual
from bot.domain.schedule import Kind
from bot.learning import planning
from bot.slack.blocks import MessageContent
from bot.slack.blocks import check_in as blocks
from bot.slack.message_kind import MessageKind
from bot.storage import Session, due
from bot.storage.due import DueLearner, Owed
from bot.storage.queue import DaysLesson, Waiting
from bot.storage.tables import LearnerState, SendState

SILENCE = 7
"""So many lessons in a row without an answer or a reflection, and their learner is asked whether to go on."""


def plan(session: Session, learners: Sequence[DueLearner], owed: Sequence[Owed]) -> list[Owed]:
    """Replaces the lessons of those who had `SILENCE` of them without a word, and lets these learners wait.

    A lesson that is there already, because they asked for it early, is no occasion.
    """
    lessons = {row.learner_id: row for row in owed if row.kind == Kind.LESSON and row.state is SendState.DUE}
    silent = due.silent(session, lessons.keys(), SILENCE) if lessons else set()
    if not silent:
        return list(owed)
    there = due.owed_already(session, {(learner_id, lessons[learner_id].learning_day) for learner_id in silent})
    asked = {
        lessons[learner_id].id
        for learner_id in silent
        if (learner_id, lessons[learner_id].learning_day, Kind.LESSON) not in there
    }
    users = {learner.id: learner.user_id for learner in learners}
    due.wait_for_word(session, {row.learner_id for row in owed if row.id in asked})
    return [_in_place_of(row, users[row.learner_id]) if row.id in asked else row for row in owed]


def _in_place_of(lesson: Owed, user_id: str) -> Owed:
    row_id = planning.delivery_id(lesson.team_id, user_id, lesson.learning_day, Kind.CHECK_IN)
    return lesson._replace(id=row_id, kind=Kind.CHECK_IN)


def judge(row: Waiting, lesson: DaysLesson | None, now: datetime) -> Verdict:
    """Moot once they have said whether to go on."""
    verdict = usual(row, lesson, now)
    return Verdict.NOTHING_DUE if verdict is Verdict.SEND and row.state != LearnerState.WAITING else verdict


def render(_lesson: None, _day: object, _extras: object) -> MessageContent:
    """The question with its three answers, which `slack/check_in.py` takes."""
    return blocks.check_in_message()


KIND: MessageKind[None, Extras] = MessageKind(
    name=Kind.CHECK_IN, brings=Brings.NOTHING, plan=plan, judge=judge, render=render
)

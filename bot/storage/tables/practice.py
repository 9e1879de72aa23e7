"""Tables of what learners do: answers, reflections, streaks, steps, and what they saved or were shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, LargeBinary, false
from sqlmodel import Field, SQLModel


class Answer(SQLModel, table=True):
    """The first choice in a delivered lesson's question. It is final."""

    __table_args__ = (Index("answer_day", "learner_id", "learning_day"),)

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id")
    revision_id: int = Field(foreign_key="lessonrevision.id")
    choice: str = Field(max_length=1)
    correct: bool
    guessed: bool = False
    learning_day: date
    at: datetime


class QuestionMemory(SQLModel, table=True):
    """FSRS's memory state of one lesson's question for one learner (`domain/spaced_repetition.py`).

    `revision_id` is the revision it was last answered in. `recall_count`: how often it was asked again.
    `previous_state`: the state before the last answer, which is restored if the learner says they guessed; None after
    the first answer. `final_place`: its place among the final questions of a trial, until it is answered.
    """

    __table_args__ = (Index("memory_due", "learner_id", "due_on"),)

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    lesson_id: str = Field(primary_key=True, max_length=96)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    stability: float
    difficulty: float
    last_answered_on: date
    due_on: date
    recall_count: int = 0
    previous_state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    final_place: int | None = None


class RecallAnswer(SQLModel, table=True):
    """An answered recall question: at most one per learning day. The first choice is final.

    `option_order`: the options in the order shown. `choice`: the letter in the lesson. `asked_in`: the day-end message
    that asked it; None if the learner asked for it in Home.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    asked_in: UUID | None = Field(default=None, foreign_key="delivery.id", index=True)
    option_order: str = Field(max_length=4)
    choice: str = Field(max_length=1)
    correct: bool
    guessed: bool = False
    days_since_answer: int
    """Learning days since the question was last answered."""
    at: datetime


class SelfRating(SQLModel, table=True):
    """How ready a learner feels for one thing (`domain/self_rating.py`), from 1 to 5, so many weeks after the start.

    `learning_day` and `at`: when it was first answered.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    weeks: int = Field(primary_key=True)
    question: str = Field(primary_key=True, max_length=32)
    value: int
    learning_day: date
    at: datetime


class Reflection(SQLModel, table=True):
    """What a learner wrote for a lesson's prompt, or saved from an exchange with the coach (without `delivery_id`).

    `words` is encrypted; only its author ever reads it.
    """

    __table_args__ = (Index("reflection_day", "learner_id", "learning_day"),)

    id: int = Field(default=None, primary_key=True)  # set by the database
    delivery_id: UUID | None = Field(default=None, foreign_key="delivery.id", unique=True)
    learner_id: int = Field(foreign_key="learner.id")
    revision_id: int = Field(foreign_key="lessonrevision.id")
    learning_day: date
    words: bytes = Field(repr=False, sa_column=Column(LargeBinary, nullable=False))
    written_at: datetime
    edited_at: datetime | None = None


class PracticeDay(SQLModel, table=True):
    """A learning day on which the learner answered or reflected. `had_shift`: a shift started on that day."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    had_shift: bool
    first_practiced_at: datetime


class StreakRepair(SQLModel, table=True):
    """A missed learning day that was made up for later."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    at: datetime


class StepReport(SQLModel, table=True):
    """Whether a learner says they tried the day's step. Shown to them, never counted.

    `planned_at`: when they planned it; None if they didn't. `tried`: None until they say. `did_not_fit`: they didn't
    try it because it didn't fit. `at`: when they last said something.
    """

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id", index=True)
    tried: bool | None = None
    did_not_fit: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    planned_at: datetime | None = None
    at: datetime


class SavedLesson(SQLModel, table=True):
    """A lesson that a learner saved."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", primary_key=True)
    at: datetime


class LessonFeedback(SQLModel, table=True):
    """Whether a learner said that a lesson was useful, and on which learning day. The first choice is final."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", primary_key=True)
    useful: bool
    learning_day: date


class TipShown(SQLModel, table=True):
    """When a lesson was last shown as a tip, so that the next tip is a different one."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    lesson_id: str = Field(primary_key=True, max_length=96)
    at: datetime

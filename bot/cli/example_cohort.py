"""A cohort of made-up people with eight weeks behind them, so that whoever tries Rounds sees a report at once.

What they did is drawn at random, the same at each start: a little more is right from week to week.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.domain.self_rating import READY_FROM, RatingQuestion
from bot.domain.team import WEEK_SETTLED_AFTER, latest_settled_week
from bot.learning import cohorts, enrollment, weekly_figures, workspace_overview
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import cohorts as queries
from bot.storage.tables import (
    Answer,
    Delivery,
    Learner,
    LearnerState,
    PracticeDay,
    RecallAnswer,
    SelfRating,
    SendState,
    StepReport,
)

NAME = "Example (made-up people)"
PEOPLE, WEEKS, WORKDAYS = 24, 8, 5
STARTED = 19
"""How many of the people pressed *Start*."""

PRACTICED = 0.7
"""The chance that somebody practices on a workday."""

RIGHT_AT_FIRST, REMEMBERED, MORE_EACH_WEEK = 0.55, 0.6, 0.03
"""The chances that a first answer is right, and one after a month, in the first week; and how much they grow."""

TRIED = 0.6
"""The chance that somebody says they tried a step."""

READY = {0: (0.25, 1.0), 4: (0.6, 0.8)}
"""The chances that somebody feels ready so many weeks after the start, and that they say."""

FIRST_RECALL_WEEK = 4


def add_example_cohort(session: Session, library: Library, admin: Person, now: datetime) -> None:
    """Start the cohort, led by this admin, and write the weekly figures of its eight weeks."""
    first = latest_settled_week(now) - timedelta(weeks=WEEKS - 1)
    curriculum = library.get_workspace_curriculum(session, admin.team_id)
    program = curriculum.programs[-1] if curriculum.programs else None
    draft = CohortDraft(NAME, first, program.slug if program else None, admin.user_id)
    before = datetime.combine(first, time(), UTC) - timedelta(days=3)
    view = cohorts.start_cohort(session, library, admin, draft, before)
    cohort = queries.find(session, admin.team_id, view.id)
    if cohort is None:
        raise AssertionError("it was just started")
    people = [Person(admin.team_id, f"UEXAMPLE{number:02}") for number in range(PEOPLE)]
    queries.put_in(session, cohort, [person.user_id for person in people], before, may_move=False)
    began = datetime.combine(first, time(9), UTC)
    learners = [_start(session, person, began) for person in people[:STARTED]]
    revisions = list(curriculum.revision_ids.values())
    dice, own_dice = random.Random(PEOPLE), random.Random(WEEKS)  # noqa: S311  (nothing secret)
    for week in range(WEEKS):
        monday = first + timedelta(weeks=week)
        for workday in range(WORKDAYS):
            day = monday + timedelta(days=workday)
            for learner in learners:
                if dice.random() < PRACTICED:
                    _practice(session, learner, day, week, revisions[week * WORKDAYS + workday], dice)
        _say_how_ready(session, learners, monday, week, own_dice)
        session.flush()
        written = datetime.combine(monday, time(), UTC) + WEEK_SETTLED_AFTER + timedelta(hours=1)
        cohorts.record_weekly_counts(session, written)
        workspace_overview.record_weekly_counts(session, written)
        weekly_figures.record_weekly_figures(session, library, written)


def _start(session: Session, person: Person, at: datetime) -> Learner:
    """Make somebody who has started. They are paused, so nothing is ever sent to them."""
    enrollment.register_learner(session, person, "America/New_York", at)
    learner = enrollment.get_learner(session, person)
    learner.state, learner.started_at = LearnerState.PAUSED, at
    return learner


def _say_how_ready(session: Session, learners: Sequence[Learner], day: date, weeks: int, dice: random.Random) -> None:
    """Write what people answer who are asked so many weeks after the start how ready they feel."""
    ready, answering = READY.get(weeks, (0.0, 0.0))
    for learner in learners:
        if dice.random() < answering:
            for question in RatingQuestion:
                session.add(
                    SelfRating(
                        learner_id=learner.id,
                        weeks=weeks,
                        question=question,
                        value=READY_FROM if dice.random() < ready else READY_FROM - 1,
                        learning_day=day,
                        at=datetime.combine(day, time(20), UTC),
                    )
                )


def _practice(session: Session, learner: Learner, day: date, week: int, revision_id: int, dice: random.Random) -> None:
    """Write what a day of practice leaves behind."""
    at = datetime.combine(day, time(14), UTC)
    row = Delivery(
        id=uuid4(),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=day,
        kind=DeliveryKindName.LESSON,
        due_at=at,
        expires_at=at,
        state=SendState.SENT,
        revision_id=revision_id,
    )
    session.add(row)
    session.flush()
    right = dice.random() < RIGHT_AT_FIRST + MORE_EACH_WEEK * week
    session.add(PracticeDay(learner_id=learner.id, learning_day=day, had_shift=True, first_practiced_at=at))
    session.add(
        Answer(
            delivery_id=row.id,
            learner_id=learner.id,
            revision_id=revision_id,
            choice="A",
            correct=right,
            learning_day=day,
            at=at,
        )
    )
    session.add(StepReport(delivery_id=row.id, learner_id=learner.id, tried=dice.random() < TRIED, at=at))
    if week >= FIRST_RECALL_WEEK:
        remembered = dice.random() < REMEMBERED + MORE_EACH_WEEK * (week - FIRST_RECALL_WEEK)
        session.add(
            RecallAnswer(
                learner_id=learner.id,
                learning_day=day,
                revision_id=revision_id,
                option_order="ABCD",
                choice="A",
                correct=remembered,
                days_since_answer=weekly_figures.RECALL_DAYS,
                at=at,
            )
        )

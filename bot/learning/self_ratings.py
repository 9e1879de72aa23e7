"""How ready learners feel: which day-end messages ask, and what was answered."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.schedule import DeliveryKindName
from bot.domain.self_rating import RatingQuestion, find_weeks_to_ask, get_due_day
from bot.storage import Session
from bot.storage import self_ratings as queries
from bot.storage.tables import Delivery, SelfRating


@dataclass(frozen=True, slots=True)
class SelfRatingForm:
    """The questions in a day-end message: after how many weeks since the start, and the answers so far, 1 to 5."""

    weeks: int
    answers: Mapping[RatingQuestion, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class SelfRatingCourse:
    """What a learner answered to a question: the answers, 1 to 5, by weeks since the start, in their order."""

    question: RatingQuestion
    answers: Mapping[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ExportedSelfRating:
    """One answer in an export."""

    learning_day: date
    weeks: int
    question: RatingQuestion
    value: int


def find_forms(session: Session, days: Collection[tuple[int, date]]) -> dict[tuple[int, date], SelfRatingForm]:
    """Return the questions that the day-end messages of these learners (ids) and learning days ask. Most ask none.

    Runs two statements for any number of learners, and one if nobody is asked. What was answered before the learner
    started again isn't asked a second time.
    """
    if not days:
        return {}
    asked = {
        (place.learner_id, place.learning_day): (weeks, get_due_day(started, weeks))
        for place in queries.find_places(session, days)
        if (started := place.started_on) is not None
        and (weeks := find_weeks_to_ask(started, place.learning_day, place.last_day_end)) is not None
    }
    if not asked:
        return {}
    answered: defaultdict[tuple[int, int], list[SelfRating]] = defaultdict(list)
    for row in queries.list_answers(session, {learner_id for learner_id, _day in asked}):
        answered[row.learner_id, row.weeks].append(row)
    return {
        (learner_id, day): SelfRatingForm(weeks, _by_question(answered[learner_id, weeks]))
        for (learner_id, day), (weeks, due) in asked.items()
        if all(row.learning_day >= due for row in answered[learner_id, weeks])
    }


def find_form(session: Session, shown: Delivery) -> SelfRatingForm | None:
    """Return the questions that a message asks, with what was answered; None if it asks none."""
    if shown.kind != DeliveryKindName.DAY_END:
        return None
    key = shown.learner_id, shown.learning_day
    return find_forms(session, {key}).get(key)


def list_courses(session: Session, learner_id: int) -> tuple[SelfRatingCourse, ...]:
    """Return what a learner answered to each question."""
    rows = queries.list_answers(session, [learner_id])
    return tuple(
        SelfRatingCourse(question, {row.weeks: row.value for row in rows if row.question == question})
        for question in RatingQuestion
    )


def list_exported(session: Session, learner_id: int) -> tuple[ExportedSelfRating, ...]:
    """Return all that a learner answered, for their export."""
    return tuple(
        ExportedSelfRating(row.learning_day, row.weeks, RatingQuestion(row.question), row.value)
        for row in queries.list_answers(session, [learner_id])
    )


def _by_question(rows: Iterable[SelfRating]) -> dict[RatingQuestion, int]:
    return {RatingQuestion(row.question): row.value for row in rows}

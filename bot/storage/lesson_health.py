"""Queries on how a workspace's people answer questions at first."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Float, case, cast
from sqlmodel import col, func, select

from bot.domain.lesson_health import AnswerSums
from bot.storage.database import Session
from bot.storage.tables import Answer, Learner


def add_up_answers(session: Session, team_id: str, revision_ids: Collection[int]) -> dict[int, AnswerSums]:
    """Add up the first answers to the questions of these revisions. Reads all answers of the workspace."""
    one = case((col(Answer.correct), 1), else_=0)
    totals = (
        select(
            col(Answer.learner_id).label("learner_id"),
            func.count(col(Answer.learner_id)).label("answers"),
            func.sum(one).label("right"),
        )
        .join(Learner, col(Learner.id) == col(Answer.learner_id))
        .where(Learner.team_id == team_id)
        .group_by(col(Answer.learner_id))
        .subquery()
    )
    others = cast(totals.c.answers - 1, Float)
    rest = case((totals.c.answers > 1, (totals.c.right - one) / others), else_=None)
    compared = case((totals.c.answers > 1, 1), else_=0)
    rows = session.exec(
        select(  # type: ignore[call-overload]  # SQLModel has no overload for so many columns
            Answer.revision_id,
            func.count(col(Answer.learner_id)),
            func.sum(one),
            func.sum(compared),
            func.sum(compared * one),
            func.coalesce(func.sum(rest), 0.0),
            func.coalesce(func.sum(rest * rest), 0.0),
            func.coalesce(func.sum(rest * one), 0.0),
        )
        .join(totals, totals.c.learner_id == col(Answer.learner_id))
        .where(col(Answer.revision_id).in_(revision_ids))
        .group_by(col(Answer.revision_id))
    )
    return {revision_id: AnswerSums(*sums) for revision_id, *sums in rows}


def count_wrong_choices(session: Session, team_id: str, revision_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Count how often each wrong option (letter) of these revisions was chosen at first."""
    rows = session.exec(
        select(Answer.revision_id, Answer.choice, func.count(col(Answer.learner_id)))
        .join(Learner, col(Learner.id) == col(Answer.learner_id))
        .where(Learner.team_id == team_id, col(Answer.revision_id).in_(revision_ids), col(Answer.correct).is_(False))
        .group_by(col(Answer.revision_id), col(Answer.choice))
    )
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for revision_id, choice, count in rows:
        found[revision_id][choice] = count
    return dict(found)

"""Queries on how a workspace's people answer questions at first. What they return is exact, and not to be shown."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, Date, Float, Integer, Select, Subquery, case, cast, column, values
from sqlalchemy import select as select_columns
from sqlmodel import col, delete, func, or_, select

from bot.domain.lesson_health import AnswerSums
from bot.storage.database import Session
from bot.storage.tables import (
    Answer,
    Learner,
    LearnerState,
    LessonFigures,
    PackAudienceMember,
)


def find_newest(session: Session, team_id: str) -> LessonFigures | None:
    """Find the newest week's figures of a workspace's lessons."""
    theirs = select(LessonFigures).where(LessonFigures.team_id == team_id)
    return session.exec(theirs.order_by(col(LessonFigures.monday).desc()).limit(1)).first()


def delete_weeks(session: Session, team_id: str) -> None:
    """Delete a workspace's figures of lessons."""
    session.exec(delete(LessonFigures).where(col(LessonFigures.team_id) == team_id))


def count_known(session: Session, team_id: str, since: datetime) -> int:
    """Count whom Rounds has known in a workspace since an instant, the beginning of the week that is counted.

    They need not have started, but mustn't have left. Without those who were chosen for a pack then or later: they may
    not get the lessons for everyone, or not in all of the week, and whoever chose them knows that. Members of a pilot
    get them, but for the pack that they try, of which nothing is said (`restricted_packs`).
    """
    chosen = select_columns(col(PackAudienceMember.user_id)).where(
        col(PackAudienceMember.scope) == team_id,
        or_(col(PackAudienceMember.taken_out_at).is_(None), col(PackAudienceMember.taken_out_at) >= since),
    )
    theirs = select(func.count()).select_from(Learner).where(*_known(team_id), col(Learner.created_at) < since)
    return session.exec(theirs.where(col(Learner.user_id).not_in(chosen))).one()


def add_up_answers(session: Session, team_id: str, since: Mapping[int, date], until: date) -> dict[int, AnswerSums]:
    """Add up the first answers to questions, by revision, on learning days after a day (`since`) and up to another.

    Reads all answers of the workspace.
    """
    if not since:
        return {}
    first, after = _first_answers(team_id, until), _after(since)
    one = case((first.c.correct, 1), else_=0)
    totals = (
        select_columns(first.c.learner_id, func.count().label("answers"), func.sum(one).label("right"))
        .group_by(first.c.learner_id)
        .subquery()
    )
    others = cast(totals.c.answers - 1, Float)
    rest = case((totals.c.answers > 1, (totals.c.right - one) / others), else_=None)
    compared = case((totals.c.answers > 1, 1), else_=0)
    rows = session.execute(
        select_columns(
            first.c.revision_id,
            func.count(),
            func.sum(one),
            func.sum(compared),
            func.sum(compared * one),
            func.coalesce(func.sum(rest), 0.0),
            func.coalesce(func.sum(rest * rest), 0.0),
            func.coalesce(func.sum(rest * one), 0.0),
        )
        .join(totals, totals.c.learner_id == first.c.learner_id)
        .join(after, after.c.revision_id == first.c.revision_id)
        .where(first.c.learning_day > after.c.day)
        .group_by(first.c.revision_id)
    )
    return {revision_id: AnswerSums(*sums) for revision_id, *sums in rows}


def count_wrong_choices(
    session: Session, team_id: str, since: Mapping[int, date], until: date
) -> dict[int, dict[str, int]]:
    """Count how often each wrong option (letter) was chosen in the answers of `add_up_answers`."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    if since:
        first, after = _first_answers(team_id, until), _after(since)
        rows = session.execute(
            select_columns(first.c.revision_id, first.c.choice, func.count())
            .join(after, after.c.revision_id == first.c.revision_id)
            .where(first.c.learning_day > after.c.day, first.c.correct.is_(False))
            .group_by(first.c.revision_id, first.c.choice)
        )
        for revision_id, choice, count in rows:
            found[revision_id][choice] = count
    return dict(found)


def _known(team_id: str) -> tuple[Any, ...]:
    return col(Learner.team_id) == team_id, col(Learner.state) != LearnerState.LEFT


def select_known(team_id: str) -> Select[int]:
    """Return the ids of those whom Rounds has met in a workspace, and who haven't left."""
    return select_columns(col(Learner.id)).where(*_known(team_id))


def _first_answers(team_id: str, until: date) -> Subquery:
    """Return the first answer of each known person to each revision, if it was given by a learning day."""
    person, revision = col(Answer.learner_id), col(Answer.revision_id)
    in_order = (col(Answer.at), col(Answer.delivery_id))
    place = func.row_number().over(partition_by=(person, revision), order_by=in_order)
    numbered = (
        select_columns(
            person,
            revision,
            col(Answer.choice),
            col(Answer.correct),
            col(Answer.learning_day),
            place.label("place"),
        )
        .where(person.in_(select_known(team_id)), col(Answer.learning_day) <= until)
        .subquery()
    )
    return select_columns(numbered).where(numbered.c.place == 1).subquery()


def _after(since: Mapping[int, date]) -> CTE:
    columns = (column("revision_id", Integer), column("day", Date))
    return values(*columns, name="after").data(list(since.items())).cte("after")

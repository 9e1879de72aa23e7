"""What many people leave behind in two years, written in bulk: the database makes the rows itself."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, cast, func, insert, literal, select, text
from sqlalchemy import Uuid as UuidType
from sqlmodel import SQLModel, col

from bot.domain.schedule import DeliveryKindName
from bot.storage import Session
from bot.storage.tables import (
    Answer,
    Delivery,
    Learner,
    LessonRevision,
    PracticeDay,
    RecallAnswer,
    Reflection,
    SendState,
    StepReport,
    WeeklyFigures,
)
from bot.storage.tables.base import add_postgresql_conditions, get_table

WEEKDAYS: Mapping[type[SQLModel], tuple[int, ...]] = {
    Delivery: (0, 2),
    Answer: (0, 2),
    PracticeDay: (0, 2),
    StepReport: (0,),
    RecallAnswer: (4,),
    Reflection: (1,),
}
"""On which days of each week everybody gets a lesson and answers it, says whether they tried its step, answers a
question that came back, and writes a line. The same people are right every week: three in four at first, and two in
three of what came back."""

COUNTED_FROM, MOST_LEARNERS = date(2020, 1, 1), 100_000
"""A delivery's id is made of its day's number, from this day on, and its learner's. It must fit 31 bits."""

CACHE_KILOBYTES = 1_000_000
"""SQLite's cache while so much is written. In its usual 2 MB, each index would be read and written again and again."""


class _Revisions(NamedTuple):
    """The ids of a pack's revisions, one after another: they were stored together."""

    first: int
    size: int


def write_years(session: Session, team_id: str, last_monday: date, weeks: int) -> None:
    """Write so many weeks, the last one included, of every learner there is."""
    connection = session.connection()
    ids = connection.execute(select(col(LessonRevision.id)).order_by(col(LessonRevision.id))).scalars().all()
    assert ids == list(range(ids[0], ids[0] + len(ids))), "the revisions' ids have gaps"
    revisions = _Revisions(ids[0], len(ids))
    with _in_bulk(connection):
        for number in range(weeks):
            monday = last_monday - timedelta(weeks=weeks - 1 - number)
            for table, weekdays in WEEKDAYS.items():
                for weekday in weekdays:
                    _write_day(connection, table, team_id, monday + timedelta(days=weekday), revisions)


def copy_week(session: Session, last_monday: date, weeks: int) -> None:
    """Write the figures of earlier weeks as those of the last, which the weekly job has written."""
    connection, figures = session.connection(), get_table(WeeklyFigures)
    own = [column for column in figures.c if column.name != "monday"]
    for number in range(1, weeks):
        monday = literal(last_monday - timedelta(weeks=number), figures.c.monday.type)
        copied = select(monday, *own).where(figures.c.monday == last_monday)
        connection.execute(insert(figures).from_select(["monday", *(column.name for column in own)], copied))


@contextlib.contextmanager
def _in_bulk(connection: Connection) -> Iterator[None]:
    """Leave out for the moment what makes many rows slow: indexes, a small cache, and looking up what rows refer to."""
    indexes = [index for table in WEEKDAYS for index in get_table(table).indexes]
    is_postgresql = connection.dialect.name == "postgresql"
    before = None if is_postgresql else connection.execute(text("PRAGMA cache_size")).scalar_one()
    connection.execute(
        text(
            "SET LOCAL session_replication_role = replica"
            if is_postgresql
            else f"PRAGMA cache_size = -{CACHE_KILOBYTES}"
        )
    )
    if is_postgresql:
        add_postgresql_conditions()
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
    connection.execute(
        text("SET LOCAL session_replication_role = origin" if is_postgresql else f"PRAGMA cache_size = {before}")
    )


def _write_day(connection: Connection, model: type[SQLModel], team_id: str, day: date, revisions: _Revisions) -> None:
    table = get_table(model)
    row = {
        name: value if hasattr(value, "self_group") else literal(value, table.c[name].type)
        for name, value in _describe(model, connection.dialect.name, team_id, day, revisions).items()
    }
    people = select(*row.values()).select_from(get_table(Learner))
    connection.execute(insert(table).from_select(list(row), people, include_defaults=False))


def _describe(model: type[SQLModel], dialect: str, team_id: str, day: date, revisions: _Revisions) -> dict[str, Any]:
    """The columns of each learner's row of a day."""
    learner, number = col(Learner.id), (day - COUNTED_FROM).days
    key = number * MOST_LEARNERS + learner
    identifier = (
        cast(func.lpad(func.to_hex(key), 32, "0"), UuidType) if dialect == "postgresql" else func.printf("%032x", key)
    )
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    theirs = {"learner_id": learner}
    answered = {
        "revision_id": revisions.first + (learner + number) % revisions.size,
        "learning_day": day,
        "choice": "A",
        "guessed": False,
        "at": at,
    }
    match model.__name__:
        case "Delivery":
            return theirs | {
                "id": identifier,
                "team_id": team_id,
                "learning_day": day,
                "kind": DeliveryKindName.LESSON,
                "due_at": at,
                "expires_at": at + timedelta(hours=4),
                "state": SendState.SENT,
                "attempt": 1,
                "revision_id": answered["revision_id"],
                "channel": literal("DU", Text) + cast(learner - 1, Text),
                "ts": literal("1.", Text) + cast(key, Text),
                "sent_at": at,
                "counts_for_streak": True,
                "carried_over": False,
            }
        case "Answer":
            return theirs | answered | {"delivery_id": identifier, "correct": learner % 4 > 0}
        case "PracticeDay":
            return theirs | {"learning_day": day, "had_shift": True, "first_practiced_at": at}
        case "StepReport":
            tried = learner % 3 > 0
            return theirs | {"delivery_id": identifier, "tried": tried, "did_not_fit": False, "at": at}
        case "RecallAnswer":
            came_back = {"option_order": "ABCD", "days_since_answer": 30, "correct": learner % 3 > 0}
            return theirs | answered | came_back
        case _:
            return theirs | {
                "revision_id": answered["revision_id"],
                "learning_day": day,
                "words": b"words",
                "written_at": at,
            }

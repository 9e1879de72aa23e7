"""Recall: what is remembered of each question that was answered, and the questions that came back.

What was answered before counts from the day of its last answer, as FSRS-6 rates a first answer.

Revision: 0007_recall, after 0006_open
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby, islice
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007_recall"
down_revision = "0006_open"
branch_labels = None
depends_on = None

STREAMED = 1000
"""Rows read and written at once."""

FIRST = {"again": (0.212, 6.4133, 1), "hard": (1.2931, 5.112170705601055, 1), "good": (2.3065, 2.118103970459015, 2)}
"""Stability, difficulty and days until it is due, after a first answer: FSRS-6's default weights."""


def upgrade() -> None:
    op.add_column("learner", sa.Column("weak", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("delivery", sa.Column("recall_id", sa.Integer(), nullable=True))
    memory = op.create_table(
        "memory",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sqlmodel.sql.sqltypes.AutoString(length=96), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recalls", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"]),
        sa.ForeignKeyConstraint(["revision_id"], ["lessonrevision.id"]),
        sa.PrimaryKeyConstraint("learner_id", "lesson_id"),
    )
    op.create_index("memory_due", "memory", ["learner_id", "due_on"])
    op.create_table(
        "recall",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("learning_day", sa.Date(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("asked_in", sa.Uuid(), nullable=True),
        sa.Column("letters", sqlmodel.sql.sqltypes.AutoString(length=4), nullable=False),
        sa.Column("choice", sqlmodel.sql.sqltypes.AutoString(length=1), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("guessed", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"]),
        sa.ForeignKeyConstraint(["revision_id"], ["lessonrevision.id"]),
        sa.ForeignKeyConstraint(["asked_in"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("learner_id", "learning_day"),
    )
    op.create_index("ix_recall_asked_in", "recall", ["asked_in"])
    remembered = _remembered()
    while rows := list(islice(remembered, STREAMED)):
        op.bulk_insert(memory, rows)


def downgrade() -> None:
    op.drop_index("ix_recall_asked_in", table_name="recall")
    op.drop_table("recall")
    op.drop_index("memory_due", table_name="memory")
    op.drop_table("memory")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_column("recall_id")
    with op.batch_alter_table("learner") as batch_op:
        batch_op.drop_column("weak")


def _remembered() -> Iterator[dict[str, Any]]:
    """The newest answer of each learner to each lesson, as a memory."""
    answer = sa.table(
        "answer",
        sa.column("learner_id", sa.Integer()),
        sa.column("revision_id", sa.Integer()),
        sa.column("correct", sa.Boolean()),
        sa.column("guessed", sa.Boolean()),
        sa.column("learning_day", sa.Date()),
        sa.column("at", sqlmodel.sql.sqltypes.UTCDateTime()),
    )
    lessonrevision = sa.table("lessonrevision", sa.column("id", sa.Integer()), sa.column("lesson_id", sa.String()))
    found = op.get_bind().execute(
        sa.select(
            answer.c.learner_id,
            lessonrevision.c.lesson_id,
            answer.c.revision_id,
            answer.c.correct,
            answer.c.guessed,
            answer.c.learning_day,
        )
        .join_from(answer, lessonrevision, answer.c.revision_id == lessonrevision.c.id)
        .order_by(answer.c.learner_id, lessonrevision.c.lesson_id, answer.c.at)
        .execution_options(yield_per=STREAMED)
    )
    for (learner_id, lesson_id), answers in groupby(found, key=lambda row: (row.learner_id, row.lesson_id)):
        *_, last = answers
        rating = ("hard" if last.guessed else "good") if last.correct else "again"
        stability, difficulty, days = FIRST[rating]
        yield {
            "learner_id": learner_id,
            "lesson_id": lesson_id,
            "revision_id": last.revision_id,
            "stability": stability,
            "difficulty": difficulty,
            "reviewed_on": last.learning_day,
            "due_on": last.learning_day + timedelta(days=days),
            "recalls": 0,
            "before": None,
        }

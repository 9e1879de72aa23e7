"""Shifts, freezes, leaving, and more than one machine.

Revision: 0002_shifts, after 0001_first
"""

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002_shifts"
down_revision = "0001_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seenevent",
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    with op.batch_alter_table("seenevent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seenevent_at"), ["at"], unique=False)

    op.create_table(
        "workspacelease",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("worker", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id"),
    )
    op.create_table(
        "rostersource",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("fetch_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.PrimaryKeyConstraint("learner_id"),
    )
    with op.batch_alter_table("rostersource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rostersource_fetch_at"), ["fetch_at"], unique=False)

    op.create_table(
        "streakrepair",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("learning_day", sa.Date(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.PrimaryKeyConstraint("learner_id", "learning_day"),
    )
    # Not in batch mode: that copies a table, and the copy of `learner` would give the ids of the erased again.
    no, yes = "0", "1"
    op.add_column("delivery", sa.Column("carried", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("learner", sa.Column("cadence", sa.Text(), nullable=False, server_default="each_shift"))
    op.add_column("learner", sa.Column("follows_zone", sa.Boolean(), nullable=False, server_default=yes))
    op.add_column("learner", sa.Column("follows_status", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("learner", sa.Column("paused_by_status", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("learner", sa.Column("counts_from", sa.Date(), nullable=True))
    op.add_column("workspace", sa.Column("left_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    _convert_schedules()


def _convert_schedules() -> None:
    """Write every learner's schedule anew. Tables are spelt out: a migration must not change with `tables.py`."""
    learner = sa.table("learner", sa.column("id", sa.Integer), sa.column("schedule", sa.JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(learner.c.id, learner.c.schedule)).all():
        connection.execute(
            sa.update(learner).where(learner.c.id == row.id).values(schedule=_hours_from_messages(row.schedule))
        )


def _hours_from_messages(rule: dict[str, Any]) -> dict[str, Any]:
    """A week by its messages' times, as shifts whose messages come at the same times as before."""
    start, day_end = (
        datetime.combine(date.min, time.fromisoformat(rule[name])) for name in ("lesson_at", "day_end_at")
    )
    day = timedelta(days=1)
    between = (day_end - start) % day or day
    length = min(between + timedelta(minutes=30), day)
    hours = [f"{start:%H:%M}", f"{start + length:%H:%M}"]
    return {
        "kind": "weekly",
        "hours": {str(number): hours for number in rule["days"]},
        "lesson_after": 0,
        "day_end_before": int((length - between).total_seconds()) // 60,
    }


def downgrade() -> None:
    op.drop_column("workspace", "left_at")
    for name in ("counts_from", "paused_by_status", "follows_status", "follows_zone", "cadence"):
        op.drop_column("learner", name)
    op.drop_column("delivery", "carried")
    for table in ("streakrepair", "rostersource", "workspacelease", "seenevent"):
        op.drop_table(table)

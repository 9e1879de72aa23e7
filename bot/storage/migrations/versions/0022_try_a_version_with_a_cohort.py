"""Try a version with a cohort.

Revision 0022_try_a_version_with_a_cohort, after: 0021_compare_two_ways_of_asking.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0022_try_a_version_with_a_cohort"
down_revision = "0021_compare_two_ways_of_asking"


def upgrade() -> None:
    op.create_table(
        "packpilot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("ended_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohort.id"],
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["packversion.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("packpilot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packpilot_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_packpilot_version_id"), ["version_id"], unique=False)
        batch_op.create_index(
            "packpilot_running",
            ["scope", "slug"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

"""Put people in from a file.

Revision 0019_put_people_in_from_a_file, after: 0018_let_leads_write_to_their.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019_put_people_in_from_a_file"
down_revision = "0018_let_leads_write_to_their"


def upgrade() -> None:
    op.create_table(
        "stagedcohortfile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("uploaded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("begun_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohort.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("stagedcohortfile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stagedcohortfile_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stagedcohortfile_team_id"), ["team_id"], unique=False)

    op.create_table(
        "stagedcohortperson",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("tz", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("slack_tz", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stagedcohortfile.id"],
        ),
        sa.PrimaryKeyConstraint("file_id", "user_id"),
    )
    with op.batch_alter_table("stagedcohortperson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stagedcohortperson_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("cohortmember", schema=None) as batch_op:
        batch_op.add_column(sa.Column("came_by_file", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("tz", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("taken_out_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

"""Say what a week was like.

Revision 0014_say_what_a_week_was_like, after: 0013_invite_people_together.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014_say_what_a_week_was_like"
down_revision = "0013_invite_people_together"


def upgrade() -> None:
    op.create_table(
        "weeklyfigures",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("learning", sa.Integer(), nullable=False),
        sa.Column("practiced", sa.Integer(), nullable=False),
        sa.Column("wrote", sa.Integer(), nullable=False),
        sa.Column("first_percent", sa.Integer(), nullable=True),
        sa.Column("first_low", sa.Integer(), nullable=True),
        sa.Column("first_high", sa.Integer(), nullable=True),
        sa.Column("recalled_percent", sa.Integer(), nullable=True),
        sa.Column("recalled_low", sa.Integer(), nullable=True),
        sa.Column("recalled_high", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "cohort_id", "monday"),
    )

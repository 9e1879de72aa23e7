"""Ask if lessons were useful.

Revision 0020_ask_if_lessons_were_useful, after: 0019_put_people_in_from_a_file.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0020_ask_if_lessons_were_useful"
down_revision = "0019_put_people_in_from_a_file"


def upgrade() -> None:
    op.create_table(
        "lessonfeedback",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("learning_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["lessonrevision.id"],
        ),
        sa.PrimaryKeyConstraint("learner_id", "revision_id"),
    )

    op.create_table(
        "lessonfigures",
        sa.Column("team_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("lessons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "monday"),
    )

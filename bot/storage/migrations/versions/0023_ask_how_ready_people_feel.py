"""Ask how ready people feel.

Revision 0023_ask_how_ready_people_feel, after: 0022_try_a_version_with_a_cohort.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0023_ask_how_ready_people_feel"
down_revision = "0022_try_a_version_with_a_cohort"


def upgrade() -> None:
    op.create_table(
        "selfrating",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("question", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("learning_day", sa.Date(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.PrimaryKeyConstraint("learner_id", "weeks", "question"),
    )

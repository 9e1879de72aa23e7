"""Teams: the channel by which a learner takes part in one, and how each team's weeks went.

Revision: 0010_teams, after 0009_exchanges
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010_teams"
down_revision = "0009_exchanges"
branch_labels = None
depends_on = None

IN_A_TEAM = sa.text("team_channel IS NOT NULL")


def upgrade() -> None:
    op.add_column("learner", sa.Column("team_channel", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
    op.add_column("learner", sa.Column("team_since", sa.Date(), nullable=True))
    op.create_index(
        "learner_team", "learner", ["home_id", "team_channel"], sqlite_where=IN_A_TEAM, postgresql_where=IN_A_TEAM
    )
    op.create_table(
        "teamweek",
        sa.Column("home_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("most", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("home_id", "channel", "monday"),
    )


def downgrade() -> None:
    op.drop_table("teamweek")
    op.drop_index("learner_team", table_name="learner")
    with op.batch_alter_table("learner") as batch_op:
        batch_op.drop_column("team_since")
        batch_op.drop_column("team_channel")

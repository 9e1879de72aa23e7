"""Tell that a trial is over.

Revision 0024_tell_that_a_trial_is_over, after: 0023_ask_how_ready_people_feel.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0024_tell_that_a_trial_is_over"
down_revision = "0023_ask_how_ready_people_feel"


def upgrade() -> None:
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.add_column(sa.Column("telling_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("told_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table("trialmember", schema=None) as batch_op:
        batch_op.alter_column("way", existing_type=sa.String(length=16), nullable=True)
        batch_op.add_column(sa.Column("told_on", sa.Date(), nullable=True))

    # Whoever planned a trial that ended before has read its result where it stands.
    op.execute(sa.text("UPDATE trial SET told_at = ended_at WHERE ended_at IS NOT NULL"))

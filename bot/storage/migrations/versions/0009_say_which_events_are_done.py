"""Say which events are done.

Revision 0009_say_which_events_are_done, after: 0008_remember_each_learner_s.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_say_which_events_are_done"
down_revision = "0008_remember_each_learner_s"


def upgrade() -> None:
    with op.batch_alter_table("seenevent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done", sa.Boolean(), server_default=sa.true(), nullable=False))

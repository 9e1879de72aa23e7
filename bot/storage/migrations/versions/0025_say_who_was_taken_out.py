"""Say who was taken out of a pack's audience, until the week is counted.

Revision 0025_say_who_was_taken_out, after: 0024_tell_that_a_trial_is_over.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0025_say_who_was_taken_out"
down_revision = "0024_tell_that_a_trial_is_over"


def upgrade() -> None:
    with op.batch_alter_table("packaudiencemember", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_out_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

"""Remember when a learner was told which entries of their calendar are left out.

Revision 0004_say_once_what_is_left_out, after: 0003_keep_the_bibliographies_of.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0004_say_once_what_is_left_out"
down_revision = "0003_keep_the_bibliographies_of"


def upgrade() -> None:
    with op.batch_alter_table("calendarsource", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_out_notified_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

"""Remember where an export is and who declined.

Revision 0005_remember_where_an_export_is, after: 0004_say_once_what_is_left_out.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005_remember_where_an_export_is"
down_revision = "0004_say_once_what_is_left_out"


def upgrade() -> None:
    with op.batch_alter_table("exportedfile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        batch_op.add_column(sa.Column("ts", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))

    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declined_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

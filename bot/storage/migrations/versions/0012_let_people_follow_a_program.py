"""Let people follow a program.

Revision 0012_let_people_follow_a_program, after: 0011_keep_an_audit_log_and_roles.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012_let_people_follow_a_program"
down_revision = "0011_keep_an_audit_log_and_roles"


def upgrade() -> None:
    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.add_column(sa.Column("program", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True))
        batch_op.add_column(sa.Column("program_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))

    with op.batch_alter_table("packversion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("programs", sa.JSON(), server_default="[]", nullable=False))

"""Say more of a week.

Revision 0015_say_more_of_a_week, after: 0014_say_what_a_week_was_like.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_say_more_of_a_week"
down_revision = "0014_say_what_a_week_was_like"


def upgrade() -> None:
    with op.batch_alter_table("weeklyfigures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shares", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("skills", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("stayed", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))

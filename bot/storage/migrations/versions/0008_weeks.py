"""Weeks: which day's end closes one, and who wants a summary of it. Days' ends that are due already close none.

Revision: 0008_weeks, after 0007_recall
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_weeks"
down_revision = "0007_recall"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("week_from", sa.Date(), nullable=True))
    op.add_column("learner", sa.Column("weekly_summary", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("learner") as batch_op:
        batch_op.drop_column("weekly_summary")
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_column("week_from")

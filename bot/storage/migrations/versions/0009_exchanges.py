"""Exchanges with the coach: what is kept of one belongs to a lesson, and to no delivery.

Revision: 0009_exchanges, after 0008_weeks
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_exchanges"
down_revision = "0008_weeks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reflection") as batch_op:
        batch_op.alter_column("delivery_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """What was kept of exchanges goes: it has no place in the older table."""
    reflection = sa.table("reflection", sa.column("delivery_id", sa.Uuid()))
    op.execute(reflection.delete().where(reflection.c.delivery_id.is_(None)))
    with op.batch_alter_table("reflection") as batch_op:
        batch_op.alter_column("delivery_id", existing_type=sa.Uuid(), nullable=False)

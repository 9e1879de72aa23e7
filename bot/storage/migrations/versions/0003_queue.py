"""The queue by workspace, so that a claim looks at what is due alone.

Revision: 0003_queue, after 0002_shifts
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_queue"
down_revision = "0002_shifts"
branch_labels = None
depends_on = None

IS_DUE = sa.text("state = 'due'")
IS_ASKED = sa.text("state = 'due' AND asked_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "delivery_turn", "delivery", ["team_id", "due_at", "learner_id"], sqlite_where=IS_DUE, postgresql_where=IS_DUE
    )
    op.create_index(
        "delivery_asked", "delivery", ["state", "asked_at"], sqlite_where=IS_ASKED, postgresql_where=IS_ASKED
    )


def downgrade() -> None:
    op.drop_index("delivery_asked", "delivery")
    op.drop_index("delivery_turn", "delivery")

"""The indexes of deliveries hold no more than is looked for: what is on its way, failed or in doubt, and messages.

Revision: 0006_open, after 0005_workers
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_open"
down_revision = "0005_workers"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'sending' OR state = 'failed'")
DOUBTED = sa.text("worker = 'doubt'")
POSTED = sa.text("channel IS NOT NULL")


def upgrade() -> None:
    op.drop_index("delivery_queue", table_name="delivery")
    op.create_index("delivery_open", "delivery", ["state", "due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "delivery_doubted", "delivery", ["team_id", "claimed_at"], sqlite_where=DOUBTED, postgresql_where=DOUBTED
    )
    op.drop_index("delivery_message", table_name="delivery")
    op.create_index("delivery_message", "delivery", ["channel", "ts"], sqlite_where=POSTED, postgresql_where=POSTED)


def downgrade() -> None:
    op.drop_index("delivery_message", table_name="delivery")
    op.create_index("delivery_message", "delivery", ["channel", "ts"])
    op.drop_index("delivery_doubted", table_name="delivery")
    op.drop_index("delivery_open", table_name="delivery")
    op.create_index("delivery_queue", "delivery", ["state", "due_at"])

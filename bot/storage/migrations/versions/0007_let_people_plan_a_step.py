"""Let people plan a step.

Revision 0007_let_people_plan_a_step, after: 0006_take_back_packs_and_lessons.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007_let_people_plan_a_step"
down_revision = "0006_take_back_packs_and_lessons"


def upgrade() -> None:
    with op.batch_alter_table("stepreport", schema=None) as batch_op:
        batch_op.add_column(sa.Column("did_not_fit", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("planned_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.alter_column("tried", existing_type=sa.BOOLEAN(), nullable=True)

"""Remember who deleted everything, and weekly counts.

Revision 0002_remember_who_deleted, after: 0001_tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_remember_who_deleted"
down_revision = "0001_tables"


def upgrade() -> None:
    op.create_table(
        "erasedperson",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    with op.batch_alter_table("erasedperson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasedperson_until"), ["until"], unique=False)

    op.create_table(
        "hashingkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learners_shown", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("learners_counted", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("counted_on", sa.Date(), nullable=True))

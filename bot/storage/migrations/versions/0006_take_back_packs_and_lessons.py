"""Remember who removed a pack, which lessons were retracted and why, and how many people a pack reached.

Revision 0006_take_back_packs_and_lessons, after: 0005_remember_where_an_export_is.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006_take_back_packs_and_lessons"
down_revision = "0005_remember_where_an_export_is"


def upgrade() -> None:
    op.create_table(
        "packreach",
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("people_shown", sa.Integer(), nullable=False),
        sa.Column("people_counted", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "slug"),
    )
    op.create_table(
        "retraction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("pack_slug", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lesson_id", sqlmodel.sql.sqltypes.AutoString(length=96), nullable=False),
        sa.Column("up_to_revision_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lifted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("lifted_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("updated_up_to", sa.Integer(), nullable=False),
        sa.Column("passes_done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("packactivation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undone_by", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))

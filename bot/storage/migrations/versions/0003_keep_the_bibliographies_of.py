"""Keep the bibliographies of packs.

Revision 0003_keep_the_bibliographies_of, after: 0002_remember_who_deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_keep_the_bibliographies_of"
down_revision = "0002_remember_who_deleted"


def upgrade() -> None:
    op.create_table(
        "packbibliography",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["packversion.id"]),
        sa.PrimaryKeyConstraint("version_id"),
    )

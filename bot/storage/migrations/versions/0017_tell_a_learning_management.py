"""Tell a learning management system what people complete.

Revision 0017_tell_a_learning_management, after: 0016_issue_certificates.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017_tell_a_learning_management"
down_revision = "0016_issue_certificates"


def upgrade() -> None:
    op.create_table(
        "lmsconsent",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("host", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("home_page", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("given_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.PrimaryKeyConstraint("learner_id"),
    )
    op.create_table(
        "lmsstatement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["learner.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("lmsstatement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lmsstatement_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_lmsstatement_learner_id"), ["learner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lmsstatement_next_at"), ["next_at"], unique=False)

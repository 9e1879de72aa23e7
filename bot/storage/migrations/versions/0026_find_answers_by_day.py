"""Find answers and reflections by learner and day.

Revision 0026_find_answers_by_day, after: 0025_say_who_was_taken_out.

A week's figures ask for the last weeks of everyone's years. The new indexes take the place of those by learner alone.
"""

from alembic import op

revision = "0026_find_answers_by_day"
down_revision = "0025_say_who_was_taken_out"


def upgrade() -> None:
    op.create_index("answer_day", "answer", ["learner_id", "learning_day"])
    op.drop_index("ix_answer_learner_id", "answer")
    op.create_index("reflection_day", "reflection", ["learner_id", "learning_day"])
    op.drop_index("ix_reflection_learner_id", "reflection")

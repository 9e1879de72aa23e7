"""Tables of who may do what in a workspace, and of what was done."""

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from bot.domain.roles import Role


class RoleGrant(SQLModel, table=True):
    """A role that an admin (`by`) gave to somebody in a workspace."""

    team_id: str = Field(primary_key=True, max_length=32)
    user_id: str = Field(primary_key=True, max_length=32)
    role: Role = Field(sa_column=Column(Text, primary_key=True))
    at: datetime
    by: str = Field(max_length=64)


class AuditEntry(SQLModel, table=True):
    """What somebody did in a workspace, or for everyone on the server (`scope` is empty).

    `by`: a user id, or who stands for one (`learning/pack_versions.py`). `subject`: a pack, a lesson, or a role, in
    words. `person`: the user id of whom it concerned, if it was somebody's role.
    """

    __table_args__ = (Index("auditentry_scope", "scope", "id"),)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    at: datetime = Field(index=True)
    by: str = Field(max_length=64)
    action: str = Field(max_length=32)
    subject: str = Field(sa_column=Column(Text, nullable=False))
    person: str | None = Field(default=None, max_length=64)

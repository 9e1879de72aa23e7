"""Tables of lesson packs: their versions, what is live where, their lessons, and what was taken back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.domain.audience import Audience
from bot.storage.tables.base import NEVER_REUSE_IDS, partial_index

_RUNNING = text("ended_at IS NULL")


class PackVersion(SQLModel, table=True):
    """One content of a pack, for everyone (`scope` is empty) or for one workspace (its team id)."""

    __table_args__ = (UniqueConstraint("scope", "slug", "digest"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    name: str = Field(max_length=255)
    version: str = Field(max_length=32)
    digest: str = Field(max_length=64)
    skills: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    programs: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    added_at: datetime
    added_by: str = Field(max_length=64)


class PackActivation(SQLModel, table=True):
    """An activation of a version. The newest one of a scope and slug that wasn't undone is live (a stack).

    A rollback undoes the newest one, and removing a pack undoes all of them.
    """

    id: int = Field(default=None, primary_key=True)  # set by the database
    version_id: int = Field(foreign_key="packversion.id", index=True)
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    at: datetime
    by: str = Field(max_length=64)
    undone_at: datetime | None = None
    undone_by: str | None = Field(default=None, max_length=64)


class PackAudience(SQLModel, table=True):
    """Who gets a workspace's own pack (`domain/audience.py`), once an admin has chosen; kept if the pack is removed."""

    scope: str = Field(primary_key=True, max_length=32)
    slug: str = Field(primary_key=True, max_length=64)
    audience: Audience = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by: str = Field(max_length=64)


class PackAudienceMember(SQLModel, table=True):
    """Somebody whom an admin chose for a pack, whether they use Rounds or not.

    `taken_out_at`: when they were taken out again. The row then stays until that week's figures are written, because
    they may not have got the lessons for everyone in all of it (`lesson_health.count_known`).
    """

    scope: str = Field(primary_key=True, max_length=32)
    slug: str = Field(primary_key=True, max_length=64)
    user_id: str = Field(primary_key=True, max_length=32)
    taken_out_at: datetime | None = None


class PackPilot(SQLModel, table=True):
    """A version of a workspace's pack (`scope`: its team id) that a cohort's members get in place of the live one.

    One runs for each pack; with another version, it is another row. `started_at`: when the cohort got the first one.
    Rows that ended stay, because their lessons are in people's messages.
    """

    __table_args__ = (partial_index("packpilot_running", "scope", "slug", where=_RUNNING, unique=True), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    version_id: int = Field(foreign_key="packversion.id", index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    started_at: datetime
    by: str = Field(max_length=64)
    ended_at: datetime | None = None
    ended_by: str | None = Field(default=None, max_length=64)


class PackReach(SQLModel, table=True):
    """How many people have answered a lesson of a pack, as admins are told (`learning/workspace_overview.py`).

    `people_shown`: a multiple of five; `people_counted`: how many there were when it last changed; `counted_on`: the
    Monday of the week they were last counted in.
    """

    scope: str = Field(primary_key=True, max_length=32)
    slug: str = Field(primary_key=True, max_length=64)
    people_shown: int
    people_counted: int
    counted_on: date


class PackBibliography(SQLModel, table=True):
    """All that a version's authors know of its sources, as JSON. Read only to give the pack back as a spreadsheet."""

    version_id: int = Field(foreign_key="packversion.id", primary_key=True)
    content: str = Field(sa_column=Column(Text, nullable=False))


class LessonRevision(SQLModel, table=True):
    """A lesson as it read at one time. Answers refer to revisions, so they keep their question if a lesson changes."""

    __table_args__ = (UniqueConstraint("scope", "pack_slug", "lesson_id", "digest"),)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    pack_slug: str = Field(max_length=64)
    lesson_id: str = Field(max_length=96)
    digest: str = Field(max_length=64)
    content: str = Field(sa_column=Column(Text, nullable=False))


class PackLesson(SQLModel, table=True):
    """The revisions in a version of a pack, in order."""

    version_id: int = Field(foreign_key="packversion.id", primary_key=True)
    position: int = Field(primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", index=True)


class Retraction(SQLModel, table=True):
    """A lesson that an admin (`scope`: their team id) or an operator (for everyone: empty) took back, and why.

    It covers the revisions up to `up_to_revision_id`: all that had been live by then. A newer one is live again.
    `lifted_at`: the lesson is in use again. `updated_up_to`: the messages of learners up to this id show it, in the
    current one of the `passes_done` over all learners (`learning/retractions.py`).
    """

    __table_args__ = (NEVER_REUSE_IDS,)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    pack_slug: str = Field(max_length=64)
    lesson_id: str = Field(max_length=96)
    up_to_revision_id: int
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by: str = Field(max_length=64)
    lifted_at: datetime | None = None
    lifted_by: str | None = Field(default=None, max_length=64)
    updated_up_to: int = 0
    passes_done: int = 0

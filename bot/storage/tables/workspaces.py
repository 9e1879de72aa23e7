"""Tables of workspaces, the processes that work for them, and what Slack sent."""

from datetime import date, datetime

from sqlalchemy import true
from sqlmodel import Field, SQLModel


class Workspace(SQLModel, table=True):
    """One Slack team that installed the bot. `left_at`: when it removed Rounds; it is erased 30 days later.

    `learners_shown`: what admins are told of how many people learn, a multiple of five; `learners_counted`: how many
    of those in no cohort were counted when it last changed; `counted_on`: the Monday of the week it was last counted in
    (`learning/workspace_overview.py`).
    """

    team_id: str = Field(primary_key=True, max_length=32)
    enterprise_id: str | None = Field(default=None, max_length=32)
    name: str = Field(max_length=255)
    bot_user_id: str = Field(max_length=32)
    created_at: datetime
    left_at: datetime | None = None
    learners_shown: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    learners_counted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    counted_on: date | None = None


class WorkspaceLease(SQLModel, table=True):
    """Which worker delivers to a workspace, and until when. Its rate limit holds only with a single worker."""

    team_id: str = Field(primary_key=True, max_length=32)
    worker: str = Field(max_length=64)
    until: datetime


class Heartbeat(SQLModel, table=True):
    """When a worker last recorded that it was running: one row.

    If it is old at a start, the database may be a restored backup that lacks what was sent since.
    """

    id: int = Field(primary_key=True)
    at: datetime


class Worker(SQLModel, table=True):
    """A process that sends deliveries, and until when it counts as alive. Live workers share the workspaces."""

    name: str = Field(primary_key=True, max_length=64)
    until: datetime


class SeenEvent(SQLModel, table=True):
    """An event that must be handled once, by any process: a Slack event, or an hour's housekeeping.

    An event is ignored until 15 minutes after `at`. While it is being handled, `at` is in the past, so that a claim
    expires soon (`storage/once_only_events.py`).
    """

    event_id: str = Field(primary_key=True, max_length=64)
    at: datetime = Field(index=True)
    done: bool = Field(default=False, sa_column_kwargs={"server_default": true()})


class TeamWeek(SQLModel, table=True):
    """Whether most of a team practiced in the week of a Monday; None if that must not be shown.

    A team is the learners of an organization who chose the same Slack channel. Written once, and about no single
    person.
    """

    organization_id: str = Field(primary_key=True, max_length=32)
    channel: str = Field(primary_key=True, max_length=32)
    monday: date = Field(primary_key=True)
    most_practiced: bool | None = None

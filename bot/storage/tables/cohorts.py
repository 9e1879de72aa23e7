"""Tables of cohorts: people who begin together."""

from datetime import date, datetime

from sqlalchemy import Column, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from bot.domain.formats import MAX_LOCALE_LENGTH
from bot.storage.tables.base import NEVER_REUSE_IDS


class Cohort(SQLModel, table=True):
    """People whom an admin invites together: from when on, by whom led, and through which program (slug).

    `code`: what people type to join. `started_shown` and `declined_shown`: what its lead is told of how many started or
    declined, a multiple of five; the counts they come from, and the Monday of the week they were last counted in (at
    first, the week in which the cohort was started), stand beside them. `closed_at`: nobody is invited or can join from
    then on. `sends_figures`: its lead wants the figures each month; the Monday for which they last got them is
    `figures_sent_on`.
    """

    __table_args__ = (UniqueConstraint("team_id", "code"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    team_id: str = Field(max_length=32, index=True)
    name: str = Field(max_length=60)
    program: str | None = Field(default=None, max_length=40)
    starts_on: date
    lead: str | None = Field(default=None, max_length=64)
    welcome: str = Field(sa_column=Column(Text, nullable=False))
    code: str = Field(max_length=16)
    created_at: datetime
    created_by: str = Field(max_length=64)
    closed_at: datetime | None = None
    started_shown: int = 0
    started_counted: int = 0
    declined_shown: int = 0
    declined_counted: int = 0
    counted_on: date
    sends_figures: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    figures_sent_on: date | None = None


class CohortMember(SQLModel, table=True):
    """Somebody who was chosen for a cohort or joined it. A person is in one cohort of a workspace.

    `is_counted`: False for somebody whom others moved here from another cohort. They are in no figures, because figures
    of cohorts that differ by one person would tell on that person.

    `came_by_file`: a cohort file put them here, so the next file that doesn't name them takes them out. `tz` and
    `starts_on`: what the latest file said, None if nothing. `taken_out_at`: when a file took them out. They stay in the
    cohort's figures, because figures that change when somebody is taken out would tell on that person.
    """

    team_id: str = Field(primary_key=True, max_length=32)
    user_id: str = Field(primary_key=True, max_length=32)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    added_at: datetime
    is_counted: bool = True
    came_by_file: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    tz: str | None = Field(default=None, max_length=64)
    starts_on: date | None = None
    taken_out_at: datetime | None = None


class Announcement(SQLModel, table=True):
    """A message that a lead or an admin (`by`) wrote to a cohort. `day`: the date where they were; one a day at most.

    `words` are kept while somebody may still get them, and are None from then on. `taken_back_at`: nobody gets it
    anymore.
    """

    __table_args__ = (UniqueConstraint("cohort_id", "day"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    team_id: str = Field(max_length=32, index=True)
    cohort_id: int = Field(foreign_key="cohort.id")
    by: str = Field(max_length=64)
    day: date
    at: datetime
    words: str | None = Field(default=None, repr=False, sa_column=Column(Text))
    taken_back_at: datetime | None = None


class StagedCohortFile(SQLModel, table=True):
    """A cohort file that somebody was shown and hasn't applied or canceled. A cohort has one.

    `begun_at`: when it began to be applied. It is deleted at the end.
    """

    __table_args__ = (NEVER_REUSE_IDS,)

    id: int = Field(default=None, primary_key=True)  # set by the database
    team_id: str = Field(max_length=32, index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    uploaded_by: str = Field(max_length=64)
    uploaded_at: datetime
    begun_at: datetime | None = None


class StagedCohortPerson(SQLModel, table=True):
    """Somebody whom a staged file names. `slack_tz` and `locale` are of the Slack profile."""

    file_id: int = Field(foreign_key="stagedcohortfile.id", primary_key=True)
    user_id: str = Field(primary_key=True, max_length=32, index=True)
    tz: str | None = Field(default=None, max_length=64)
    starts_on: date | None = None
    slack_tz: str | None = Field(default=None, max_length=64)
    locale: str | None = Field(default=None, max_length=MAX_LOCALE_LENGTH)
    is_applied: bool = False

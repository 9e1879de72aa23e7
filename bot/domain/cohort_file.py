"""A cohort file: a spreadsheet with the people of a cohort, each named by email address or Slack member ID."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from bot.language import gettext as _
from bot.language import mark

MAX_PEOPLE = 5_000
"""Most people in one file."""

MAX_AHEAD = timedelta(days=366)
"""How far ahead somebody may start."""


class FileColumn(IntEnum):
    """A column that is read, in the order in which the template has them and problems are listed."""

    EMAIL = 1
    USER_ID = 2
    TIME_ZONE = 3
    STARTS_ON = 4

    @property
    def heading(self) -> str:
        """What the column is called in the template and in problems, in the language of the work at hand."""
        return _(_HEADINGS[self])


_HEADINGS = {
    FileColumn.EMAIL: mark("Email"),
    FileColumn.USER_ID: mark("Slack member ID"),
    FileColumn.TIME_ZONE: mark("Time zone"),
    FileColumn.STARTS_ON: mark("Start date"),
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One person in a file, by `user_id` or else by `email`, in lowercase; one of them may be empty.

    `number`: the row in the spreadsheet. `named_in`: the column whose text counts. `tz` (IANA) and `starts_on` are None
    if their cells are empty.
    """

    number: int
    named_in: FileColumn
    email: str = field(repr=False)
    user_id: str
    tz: str | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a cell, a whole row (`column` None), or the whole file (`row` 0), and what to do about it."""

    row: int
    column: FileColumn | None
    message: str


@dataclass(frozen=True, slots=True)
class CohortFile:
    """What a file has: its rows without problems, and the problems of the others."""

    rows: tuple[FileRow, ...] = ()
    problems: tuple[FileProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody whom a file names, as Slack knows them.

    `tz` and `starts_on` are the file's; `slack_tz` and `locale` are of the Slack profile. Each may be None.
    """

    user_id: str
    tz: str | None = None
    starts_on: date | None = None
    slack_tz: str | None = None
    locale: str | None = None


def sort_problems(problems: tuple[FileProblem, ...] | list[FileProblem]) -> tuple[FileProblem, ...]:
    """Return each problem once, in the order in which somebody goes through the file."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.row, each.column or 0, each.message)))


def same_person_text(row: int) -> str:
    """Return what is wrong with a row that names the same person as an earlier one."""
    return _("This is the same person as in row {row}. Remove one of the two rows.", row=row)

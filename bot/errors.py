"""Every error that Rounds raises on purpose. Each says what happened, what was kept, and what to do next.

Slack and the command line show an error's message as it is. An error raised without a message shows its class's
`default`, in the language of the work at hand. Docstrings say what an error means to programmers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import ClassVar

from bot.language import gettext as _
from bot.language import mark


class RoundsError(Exception):
    """An expected error. Nothing was changed unless its message says otherwise."""

    default: ClassVar[str] = mark("That didn't work. Nothing was changed.")
    """What it says without a message of its own, in English. Marked for the catalogs if people in Slack may read it."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or _(type(self).default))


class SettingsError(RoundsError):
    """The settings can't be used, so Rounds didn't start.

    Its message names every missing or wrong setting.
    """

    @classmethod
    def from_problems(cls, problems: Sequence[str]) -> "SettingsError":
        """Build one error for all problems with the settings."""
        listed = "\n".join(f"  {problem}" for problem in problems)
        return cls(
            f"Rounds didn't start because of its settings. Nothing was changed.\n{listed}\n"
            "Fix them in the environment or in .env; .env.example explains each one."
        )


class NotFound(RoundsError):
    """What somebody acted on doesn't exist, or no longer. Nothing was changed."""

    default = mark(
        "This no longer exists. Nothing was changed. Reopen Home or run the command again to see what's current."
    )


class Refused(RoundsError):
    """Somebody can't do that, or not now. Nothing was changed."""


class RepairClosed(Refused):
    """It's too late to make up a missed day. The streak is unchanged."""

    default = mark(
        "It's too late to make up that day: two shifts passed, or another one had no answer. Your streak is unchanged."
    )


class DatabaseFailed(RoundsError):
    """The database didn't do what it was asked, so nothing was saved."""


class DatabaseBusy(DatabaseFailed):
    """The database is busy, so nothing was saved. The same may work a moment later."""

    default = mark("The database is busy, so this wasn't saved. Please try again in a moment.")


class DatabaseTrouble(StrEnum):
    """Why a database can't be used: a word for logs and metrics."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"
    DAMAGED = "damaged"
    DISK_ERROR = "disk_error"


class DatabaseUnavailable(DatabaseFailed):
    """The database can't be used, so nothing was saved. Its operator must act.

    The message is for operators. People in Slack read that something went wrong.
    """

    def __init__(self, trouble: DatabaseTrouble, message: str) -> None:
        self.trouble = trouble
        super().__init__(message)


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One problem in a pack: its path in the pack, its line (from 1), a stable code, and how to fix it.

    A `blocking` problem keeps the pack from being loaded; the others are advice for authors. In a spreadsheet, `path`
    is the sheet's name, `line` the row, and `cell` the cell, such as F12.
    """

    path: str
    line: int
    code: str
    message: str
    blocking: bool = True
    cell: str = ""

    @property
    def location(self) -> str:
        """Where the problem is: `conflict/04.yaml:12`, or `Lessons!F12`."""
        return f"{self.path}!{self.cell}" if self.cell else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.message}"


class PackError(RoundsError):
    """A pack can't be loaded. Nothing was changed; the previous version is still live."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class LoadNotConfirmed(RoundsError):
    """Something about this version of a pack should be confirmed first. Nothing was changed.

    `pack` is its name and number; `warnings` says what is unusual, in sentences.
    """

    def __init__(self, pack: str, warnings: Sequence[str]) -> None:
        self.pack = pack
        self.warnings = tuple(warnings)
        super().__init__(f"{pack} wasn't loaded. Nothing was changed. {' '.join(self.warnings)}")


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One problem in a calendar: the entry's local date, if it has one, and how to fix it.

    It must not contain an entry's title or text, which may name a patient. People read it with the day in their own
    format (`slack/blocks/shift_calendar.py`).
    """

    day: date | None
    message: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {self.message}" if self.day else self.message


class RosterError(RoundsError):
    """A calendar can't be used. Nothing was changed."""

    def __init__(self, problems: Sequence[RosterProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class CalendarUnreachable(RoundsError):
    """A calendar couldn't be fetched. Nothing was changed.

    The message must not contain the address, which is secret. `temporary`: a later try may succeed.
    """

    def __init__(self, message: str, *, temporary: bool = False) -> None:
        self.temporary = temporary
        super().__init__(message)


class LrsUnavailable(RoundsError):
    """The learning record store (LRS) can't be used now, so nothing of the request counts as taken.

    `reason` completes a sentence about it, and contains no secret. `status`: of its answer, if it gave one.
    `retry_after`: the seconds that it asked to wait. `is_internal`: something in it failed.
    """

    def __init__(self, reason: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.is_internal = status == HTTPStatus.INTERNAL_SERVER_ERROR
        super().__init__(f"The learning record store: {reason}. Nothing was lost. It is tried again later.")


class LrsRefused(RoundsError):
    """The learning record store (LRS) refused the statements of a request: one of them, or all. It took none."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"The learning record store refused the statements with status {status}. It took none.")


class KeyFileError(RoundsError):
    """The encryption key can't be used. Nothing was read or written."""


class KeyLost(RoundsError):
    """The key that encrypts private words is missing, so nothing was saved."""

    default = mark(
        "I can't save this right now: the key that encrypts private words is missing, and I don't store them "
        "without it. Nothing was saved. Please tell the people who run Rounds here."
    )


class ModelFileError(RoundsError):
    """A model file is missing, damaged, or of another release."""


class SendError(RoundsError):
    """A message couldn't be sent to Slack."""


class SendDelayed(SendError):
    """Slack asked to wait: the message surely wasn't sent."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Slack asked to wait {seconds:g} s. The message wasn't sent. It can be sent after that.")


class WorkspaceHeld(SendError):
    """Slack refuses everything in this workspace until its admins or ours change something; `code` is Slack's code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Slack refuses this workspace: {code}. The message wasn't sent. It is tried again later.")


class SendFailed(SendError):
    """Slack refused the message for good; `code` is Slack's error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Slack refused the message: {code}. It wasn't sent.")


class WorkspaceLeft(SendFailed):
    """Slack no longer accepts this installation: the workspace removed Rounds, or its token was revoked."""


class PersonLeft(SendFailed):
    """Slack can't deliver to this person anymore: they were deactivated, or can't be messaged."""


class SendUncertain(SendError):
    """Slack may or may not have the message. The reconciler will look it up."""

    default = (
        "The connection broke or timed out, so Slack may or may not have the message. The reconciler will look it up."
    )


class HistoryUnreadable(SendError):
    """Slack's history of a conversation can't be read now, so it's unknown whether a message arrived."""

"""Every error that Rounds raises on purpose. Each says what happened, what was kept, and what to do next.

An error that people see carries its words as its message; the Slack room and the command line show them as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


class RoundsError(Exception):
    """Something went wrong that Rounds foresaw. Nothing was changed unless the message says so."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])


class SettingsError(RoundsError):
    """The settings can't be used; the message names every one that is missing or wrong. Nothing was started."""


class NotFound(RoundsError):
    """There is no such thing, or not any more. Nothing was changed."""


class Refused(RoundsError):
    """This person may not do that. Nothing was changed."""


class RepairClosed(Refused):
    """That day can't be made up any more, and nothing was changed: repair is open through the two shifts after it."""


class DatabaseBusy(RoundsError):
    """The database did not take this in time. It wasn't saved; please try again in a moment."""


@dataclass(frozen=True, slots=True, order=True)
class PackProblem:
    """One thing wrong with a pack: where (path in the pack, line from 1), a stable code, and what to do about it.

    `blocking` problems keep a pack from being loaded; the others are advice to its authors. In a spreadsheet the path
    is the sheet's name, the line its row, and `cell` the cell, such as F12.
    """

    path: str
    line: int
    code: str
    message: str
    blocking: bool = True
    cell: str = ""

    @property
    def location(self) -> str:
        """Where it is: `conflict/04.yaml:12`, or `Lessons!F12`."""
        return f"{self.path}!{self.cell}" if self.cell else f"{self.path}:{self.line}"

    def __str__(self) -> str:
        return f"{self.location}: {self.code} {self.message}"


class PackError(RoundsError):
    """The pack can't be loaded. Nothing was changed; the version before is still live."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One thing wrong with a calendar: the local date of the entry, where it has one, and what to do about it.

    Never an entry's title or text: it may name a patient.
    """

    day: date | None
    message: str

    def __str__(self) -> str:
        return f"{self.day:%A} {self.day.day} {self.day:%B %Y}: {self.message}" if self.day else self.message


class RosterError(RoundsError):
    """The calendar can't be used. Nothing was changed."""

    def __init__(self, problems: Sequence[RosterProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class CalendarUnreachable(RoundsError):
    """The calendar couldn't be fetched. Nothing was changed.

    Its message names no address: that is a secret. `temporary`: it may well work the next time.
    """

    def __init__(self, message: str, *, temporary: bool = False) -> None:
        self.temporary = temporary
        super().__init__(message)


class KeyFileError(RoundsError):
    """The encryption key can't be used. Nothing was read or written."""


class SendError(RoundsError):
    """A message could not be given to Slack."""


class SendDelayed(SendError):
    """Slack asked to wait: the message was certainly not taken."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"Slack asks to wait {seconds:g} s. The message was not sent.")


class SendFailed(SendError):
    """Slack refused the message for good; `code` is Slack's word for why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Slack refused the message: {code}. It was not sent.")


class WorkspaceLeft(SendFailed):
    """Slack knows this installation no longer: the workspace took Rounds away, or its token was revoked."""


class PersonLeft(SendFailed):
    """Slack gives nothing to this person any more: they were deactivated, or can't be written to."""


class SendUncertain(SendError):
    """The connection broke or timed out: Slack may or may not have taken the message. The reconciler finds out."""


class HistoryUnreadable(SendError):
    """Slack's history of a conversation can't be read now, so whether a message arrived stays open."""

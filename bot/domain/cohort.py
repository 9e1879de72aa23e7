"""A cohort: people who begin together, invited by an admin, with a lead and perhaps a program."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The characters of a code: without 0, 1, I, and O, which people mix up."""

CODE_LENGTH = 6

MAX_NAME_LENGTH = 60
MAX_WELCOME_LENGTH = 300

_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class CohortDraft:
    """What an admin enters for a new cohort. `program`: a slug; `lead`: a user id; `welcome` may be empty."""

    name: str
    starts_on: date
    program: str | None = None
    lead: str | None = None
    welcome: str = ""


class CohortField(StrEnum):
    """What can be changed in a cohort, as `CohortDraft` names it."""

    NAME = "name"
    PROGRAM = "program"
    STARTS_ON = "starts_on"
    LEAD = "lead"
    WELCOME = "welcome"


_CHANGED_BY_LEADS = frozenset({CohortField.STARTS_ON, CohortField.WELCOME})
_FIXED_ONCE_BEGUN = frozenset({CohortField.PROGRAM, CohortField.STARTS_ON})
"""Invitations have come by then, and people follow the program."""


def list_changeable_fields(*, is_admin: bool, has_begun: bool) -> frozenset[CohortField]:
    """Return what an admin, or else the lead, may change in a cohort before its first day or from then on."""
    theirs = frozenset(CohortField) if is_admin else _CHANGED_BY_LEADS
    return theirs - _FIXED_ONCE_BEGUN if has_begun else theirs


@dataclass(frozen=True, slots=True)
class CohortEdit:
    """How a cohort was shown, and what somebody made of it. What they left as it was isn't changed."""

    shown: CohortDraft
    entered: CohortDraft

    @property
    def changed(self) -> frozenset[CohortField]:
        """The fields that they changed."""
        return frozenset(each for each in CohortField if getattr(self.shown, each) != getattr(self.entered, each))


@dataclass(frozen=True, slots=True)
class CohortInvitation:
    """What an invitation says of a cohort. `program`: its name, or None; `lead`: a user id, or None."""

    name: str
    program: str | None
    lead: str | None
    welcome: str


def normalize_code(typed: str) -> str:
    """Return a code as it is stored: capital letters, without the spaces and hyphens that people type."""
    return _BETWEEN.sub("", typed).upper()

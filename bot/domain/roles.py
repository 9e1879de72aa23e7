"""Roles that an admin gives to people in a workspace. Admins have all of them without being given any."""

from enum import StrEnum

from bot.language import mark


class Role(StrEnum):
    """What somebody may do.

    `AUTHOR`: everything with the workspace's own packs, and nothing that concerns people. `VIEWER`: see reports and
    lesson health, and change nothing.
    """

    AUTHOR = "author"
    VIEWER = "viewer"


ROLE_NAMES = {Role.AUTHOR: mark("an author of packs"), Role.VIEWER: mark("a viewer of reports")}
"""Each role in a sentence, after "is". The audit log keeps it in English and translates it when it is read."""

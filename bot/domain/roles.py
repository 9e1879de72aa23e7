"""Roles that an admin gives to people in a workspace. Admins have all of them without being given any."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. `AUTHOR`: everything with the workspace's own packs, and nothing that concerns people."""

    AUTHOR = "author"


ROLE_NAMES = {Role.AUTHOR: "an author of packs"}
"""Each role in a sentence, after "is"."""

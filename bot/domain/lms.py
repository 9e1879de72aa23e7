"""Where an installation can tell what people complete: its learning management system (LMS)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LmsDestination:
    """The LMS that an operator set: the host that people consent to, and the home page of their accounts.

    `home_page`: None if it is the workspace's address in Slack.
    """

    host: str
    home_page: str | None = None

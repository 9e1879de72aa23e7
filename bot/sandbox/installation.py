"""Tracks whether the app is installed, and its token."""

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Installation:
    """The app's installation. `refusal` is Slack's error for a revoked token."""

    token: str
    installed: bool = True
    refusal: str = "account_inactive"
    _former: set[str] = field(default_factory=set)

    def uninstall(self, refusal: str) -> None:
        """Revoke the token."""
        self._former.add(self.token)
        self.installed, self.refusal = False, refusal

    def install(self) -> str:
        """Install the app again, if it isn't installed, and return its token. The old token stays revoked."""
        if not self.installed:
            self.token, self.installed = new_bot_token(), True
        return self.token

    def token_error(self, token: str) -> str | None:
        """Return Slack's error for a bot token, or None if the token is valid."""
        if token == self.token and self.installed:
            return None
        return self.refusal if token in self._former else "invalid_auth"


def new_bot_token() -> str:
    """Return a token that nobody has seen."""
    return f"xoxb-sandbox-{secrets.token_hex(16)}"

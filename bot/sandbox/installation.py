"""Whether the app is installed, and with which token: what an admin of the workspace gives it and takes away."""

import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Installation:
    """The app's place in the workspace. `refusal`: what Slack says to a token that was taken away."""

    token: str
    installed: bool = True
    refusal: str = "account_inactive"
    _former: set[str] = field(default_factory=set)

    def uninstall(self, refusal: str) -> None:
        """Take the token away."""
        self._former.add(self.token)
        self.installed, self.refusal = False, refusal

    def install(self) -> str:
        """Install again: with a new token, for the former one stays what it is."""
        if not self.installed:
            self.token, self.installed = f"xoxb-sandbox-{secrets.token_hex(8)}", True
        return self.token

    def token_error(self, token: str) -> str | None:
        """Why a bot token opens nothing; None if it does."""
        if token == self.token and self.installed:
            return None
        return self.refusal if token in self._former else "invalid_auth"

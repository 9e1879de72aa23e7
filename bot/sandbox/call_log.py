"""Logs every Web API call of the app, for tests."""

from dataclasses import asdict, dataclass, field

from bot.sandbox.model import Json, SlackMessage
from bot.sandbox.workspace import SandboxWorkspace


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One Web API call: its method, its time (Unix seconds), the person it was about, and its result.

    `error` is Slack's error name or the fault's kind, or None if the call succeeded.
    """

    method: str
    at: float
    user: str | None
    ok: bool
    error: str | None


@dataclass(slots=True)
class CallLog:
    """Calls in the order of their responses."""

    calls: list[LoggedCall] = field(default_factory=list)

    def as_json(self, workspace: SandboxWorkspace) -> Json:
        """Return the calls, and every message ever accepted."""
        return {
            "calls": [asdict(call) for call in self.calls],
            "messages": [_message(message) for message in workspace.all_messages()],
        }


def _message(message: SlackMessage) -> Json:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "metadata": message.metadata,
        "thread_ts": message.thread_ts,
        "only_for": message.visible_to,
        "deleted": message.deleted,
    }

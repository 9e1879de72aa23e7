"""What happened: every call that the app made, for tests to look back on."""

from dataclasses import asdict, dataclass, field

from bot.sandbox.model import Json, SlackMessage
from bot.sandbox.workspace import SandboxWorkspace


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call of the Web API: its method, when (Unix seconds), about whom, and how it was answered.

    `error` is Slack's error name, or that of the fault which struck; None when all went well.
    """

    method: str
    at: float
    user: str | None
    ok: bool
    error: str | None


@dataclass(slots=True)
class CallLog:
    """Calls in the order they were answered."""

    calls: list[LoggedCall] = field(default_factory=list)

    def as_json(self, workspace: SandboxWorkspace) -> Json:
        """The calls, and every message ever taken."""
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

"""A small local Slack: to try the bot without a workspace, to preview packs, and to test.

`Sandbox` is the server, `SandboxUser` somebody who uses it, `Faults` what can go wrong in it. It speaks Slack's
protocols and knows nothing of the rest of the bot.
"""

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.sandbox_user import RefusedBySandbox, SandboxUser
from bot.sandbox.server import Sandbox

__all__ = ["Fault", "Faults", "RefusedBySandbox", "Sandbox", "SandboxUser"]

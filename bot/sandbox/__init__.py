"""A small local Slack for trying the bot without a workspace, previewing packs, and testing.

`Sandbox` is the server, `SandboxUser` acts as one of its users, and `Faults` makes it fail on purpose. It implements
Slack's protocols and doesn't depend on the rest of the bot.
"""

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.sandbox_user import RefusedBySandbox, SandboxUser
from bot.sandbox.server import Sandbox

__all__ = ["Fault", "Faults", "RefusedBySandbox", "Sandbox", "SandboxUser"]

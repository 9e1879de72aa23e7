"""What people see, as Block Kit: pure functions from results to messages and views."""

from bot.slack.blocks.surface import Message

__all__ = ["Message"]

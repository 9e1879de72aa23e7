"""What people see, as Block Kit: pure functions from results to messages and views."""

from bot.slack.blocks.block_kit import MessageContent

__all__ = ["MessageContent"]

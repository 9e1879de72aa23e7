"""Messages and views that people see, as Block Kit: pure functions of what use cases return."""

from bot.slack.blocks.block_kit import MessageContent

__all__ = ["MessageContent"]

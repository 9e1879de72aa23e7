"""`rounds packs preview`: a pack in the local Slack, lesson by lesson, anew with each save, its problems beside it."""

from bot.preview.serving import preview

__all__ = ["preview"]

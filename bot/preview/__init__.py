"""`rounds packs preview`: a pack in the local Slack, lesson by lesson, anew with each save, its problems beside it."""

from bot.preview.server import run_preview

__all__ = ["run_preview"]

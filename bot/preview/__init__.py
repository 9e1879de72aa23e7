"""`rounds packs preview`: shows a pack in the local Slack. Reloads on every save and lists problems alongside."""

from bot.preview.server import run_preview

__all__ = ["run_preview"]

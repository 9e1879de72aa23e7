"""The only room that runs SQL: tables, one module of queries per subject, encryption, and migrations."""

from bot.storage.database import Priority, Session, Store

__all__ = ["Priority", "Session", "Store"]

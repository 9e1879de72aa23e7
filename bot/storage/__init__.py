"""The only room that speaks SQL: tables, one module of queries per subject, encryption, migrations."""

from bot.storage.database import Priority, Session, Store

__all__ = ["Priority", "Session", "Store"]

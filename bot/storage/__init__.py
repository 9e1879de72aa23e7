"""The only room that runs SQL: tables, one module of queries per subject, encryption, and migrations."""

from bot.storage.database import Session, Store
from bot.storage.engines import Priority

__all__ = ["Priority", "Session", "Store"]

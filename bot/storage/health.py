"""Whether the database is there and has this version's tables."""

from sqlmodel import text

from bot.storage import migrate
from bot.storage.database import Session


def is_current(session: Session) -> bool:
    """Whether the tables are those of this version: another one may have upgraded them meanwhile."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
    return bool(found.scalar_one_or_none() == migrate.newest())

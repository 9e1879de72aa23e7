"""Logs what went wrong in the background: foreseeable failures as one line, others with their traceback."""

import structlog

from bot.errors import DatabaseBusy, DatabaseUnavailable

log = structlog.get_logger(__name__)


def log_failure(event: str, error: Exception, **fields: object) -> None:
    """Log an error that ended a piece of background work, from within its `except` block."""
    if isinstance(error, DatabaseBusy | DatabaseUnavailable):
        log.error(event, reason=str(error), **fields)
    else:
        log.error(event, exc_info=error, **fields)

"""Errors of the HTTP server itself, such as too many open files: counted, and logged at most once a minute."""

import logging
import time
from collections.abc import Callable

import structlog
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger(__name__)

SECONDS_BETWEEN = 60.0
"""Least seconds between two errors that are logged in full."""

LIBRARIES = ("aiohttp.server", "asyncio")
"""The loggers of what serves: one error in a loop over all connections could fill a disk within hours."""


class ServerErrors(logging.Filter):
    """Lets one error of these libraries a minute into the log, and counts them all."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.count = 0
        self._monotonic = monotonic
        self._left_out = 0
        self._logged_at: float | None = None

    def start(self) -> None:
        """Begin to count."""
        for name in LIBRARIES:
            logging.getLogger(name).addFilter(self)

    def stop(self) -> None:
        """Let everything into the log again."""
        for name in LIBRARIES:
            logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether this record is logged."""
        if record.levelno < logging.ERROR:
            return True
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            return False  # a sender's error: it was answered with 400, and the record quotes what was sent
        self.count += 1
        now = self._monotonic()
        if self._logged_at is not None and now - self._logged_at < SECONDS_BETWEEN:
            self._left_out += 1
            return False
        if self._left_out:
            log.warning("server.errors", left_out=self._left_out, so_far=self.count)
        self._logged_at, self._left_out = now, 0
        return True

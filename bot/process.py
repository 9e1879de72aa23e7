"""Process-wide settings: logging and memory."""

import contextlib
import ctypes
import logging
import sys

import structlog

M_ARENA_MAX, ARENA_COUNT = -8, 1
"""glibc's `mallopt` option for the number of heaps, and our value for it. Each heap of a thread would hold a fragmented
megabyte."""


def limit_memory_arenas() -> None:
    """Let threads share heaps. Call this before any thread starts."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, ARENA_COUNT)


def release_memory() -> None:
    """Return memory freed after loading lessons and indexing them to the operating system; glibc would keep it."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def configure_logging(level: str) -> None:
    """Log key-value lines to standard error. Tracebacks omit local values, which may be private."""
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], sort_keys=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    silence_libraries()


def silence_libraries() -> None:
    """Log only errors of libraries: at debug level, Slack's libraries log whole payloads, including what people type.

    The handler has the limit too, because some libraries set their own loggers to debug when imported.
    """
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logging.basicConfig(
        level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s", handlers=[handler], force=True
    )
    for name in ("slack_bolt", "slack_sdk", "apscheduler", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)

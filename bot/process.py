"""What a process sets for itself: where its lines go, and how it shares its memory."""

import contextlib
import ctypes
import logging
import sys

import structlog

M_ARENA_MAX, ARENA_COUNT = -8, 1
"""glibc's `mallopt` option, and how many heaps threads share: each of their own holds a megabyte of crumbs."""


def limit_memory_arenas() -> None:
    """Let threads share heaps. To be called before there are any."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, ARENA_COUNT)


def release_memory() -> None:
    """Return to the system what reading lessons and building their index took; glibc would keep it for later."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def configure_logging(level: str) -> None:
    """Lines of keys and values on standard error. Tracebacks come without local values, which may be private."""
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
    """Errors of libraries only: at debug level Slack's log whole payloads, and with them what people type.

    The limit stands on the handler too, for some libraries set their own loggers to debug when they are imported.
    """
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    logging.basicConfig(
        level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s %(message)s", handlers=[handler], force=True
    )
    for name in ("slack_bolt", "slack_sdk", "apscheduler", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)

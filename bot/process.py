"""Process-wide settings: logging and memory."""

import contextlib
import ctypes
import json
import logging
import sys
from datetime import UTC, datetime
from importlib import metadata

import structlog

log = structlog.get_logger(__name__)

M_ARENA_MAX, ARENA_COUNT = -8, 1
"""glibc's `mallopt` option for the number of heaps, and our value for it. Each heap of a thread would hold a fragmented
megabyte."""


def program_version() -> str:
    """Return the version of Rounds that is installed."""
    return metadata.version("rounds")


def limit_memory_arenas() -> None:
    """Let threads share heaps. Call this before any thread starts."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, ARENA_COUNT)


def release_memory() -> None:
    """Return memory freed after loading lessons and indexing them to the operating system; glibc would keep it."""
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def configure_logging(level: str, log_format: str = "text") -> None:
    """Log lines to standard error: keys and values, or JSON. Tracebacks omit local values, which may be private."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if log_format == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], sort_keys=False)
    )
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    silence_libraries(_JsonFormatter() if log_format == "json" else None)


class _JsonFormatter(logging.Formatter):
    """Formats what libraries log as one line of JSON, with the keys of our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def silence_libraries(formatter: logging.Formatter | None = None) -> None:
    """Log only errors of libraries: at debug level, Slack's libraries log whole payloads, including what people type.

    The handler has the limit too, because some libraries set their own loggers to debug when imported.
    """
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.setFormatter(formatter or logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    for name in ("slack_bolt", "slack_sdk", "apscheduler", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.ERROR)

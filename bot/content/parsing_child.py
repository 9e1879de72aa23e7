"""The process that parses one file for `parsing_process`: limits itself, reads the file, writes the result, and ends.

It gets a job on one line of standard input (the parser, its arguments, the limits, and the language), and then the
file. It imports only what the parser needs.
"""

import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping

from bot.language import speak

OUT_OF_MEMORY = 3
"""The exit code if parsing took too much memory."""

NICENESS = 5
"""How far other processes go first: the one that started this answers people."""

LIBRARY_BYTES = 512 * 2**20
"""Address space for libraries mapped from files, which take little memory."""


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.buffer.readline())
    limit_process(job["limits"])
    try:
        speak(job["language"])
        parser = _find(job["parser"])
        output = parser(sys.stdin.buffer.read(), **job["arguments"])
    except MemoryError:
        # Without cleaning up, which might take memory that isn't there.
        os._exit(OUT_OF_MEMORY)
    sys.stdout.buffer.write(output)
    sys.stdout.buffer.flush()


def limit_process(limits: Mapping[str, int]) -> None:
    """Set the limits of this process, as far as this system has them."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would import it if it could, for its own types
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    try:
        import resource
    except ImportError:  # Windows
        return
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)  # the process that started this may ignore it
    for name, soft, hard in (
        # At the soft limit a signal ends the process; at the hard one nothing can stop that.
        ("RLIMIT_CPU", limits["cpu_seconds"], limits["cpu_seconds"] + 1),
        ("RLIMIT_DATA", limits["memory_bytes"], limits["memory_bytes"]),
        ("RLIMIT_AS", limits["memory_bytes"] + LIBRARY_BYTES, limits["memory_bytes"] + LIBRARY_BYTES),
        ("RLIMIT_FSIZE", limits["file_bytes"], limits["file_bytes"]),
        ("RLIMIT_CORE", 0, 0),  # and leaves no copy of its memory behind
    ):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # not every system has each of them
            resource.setrlimit(getattr(resource, name), (soft, hard))


def _find(parser: str) -> Callable[..., bytes]:
    module, _, name = parser.partition(":")
    found: Callable[..., bytes] = getattr(importlib.import_module(module), name)
    return found


if __name__ == "__main__":
    main()

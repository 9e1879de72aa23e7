"""Processes that a benchmark measures or is measured against, each with its log read as it runs."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 120.0
"""Seconds until a process must be ready."""


@dataclass
class Process:
    """A running process; `lines` is what it has printed."""

    popen: subprocess.Popen[str]
    began: float
    lines: list[str] = field(default_factory=list)
    more: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, text: str) -> tuple[str, float]:
        """The first line that holds this text, and the seconds from the process's start until it was printed."""
        looked_at = 0
        with self.more:
            while True:
                for line in self.lines[looked_at:]:
                    if text in line:
                        return line, time.monotonic() - self.began
                looked_at = len(self.lines)
                if not self.more.wait(PATIENCE) or self.popen.poll() is not None:
                    raise RuntimeError(f"{text!r} was not printed, but:\n" + "\n".join(self.lines))

    def resident(self) -> float:
        """Megabytes of memory that it holds now (Linux)."""
        return resident(self.popen.pid)

    def peak(self) -> float:
        """The most megabytes that it held since `forget_peak`, or else since its start (Linux)."""
        return peak(self.popen.pid)

    def forget_peak(self) -> None:
        """Begin to look for the most memory anew, where the system lets us."""
        forget_peak(self.popen.pid)

    def read(self) -> None:
        """Keep what it prints, until it ends."""
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            with self.more:
                self.lines.append(line.rstrip())
                self.more.notify_all()
        with self.more:
            self.more.notify_all()


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds now (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def peak(pid: int) -> float:
    """The most megabytes that a process held since `forget_peak`, or else since its start (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1_000_000


def forget_peak(pid: int) -> None:
    """Begin to look for a process's most memory anew, where the system lets us."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


@contextlib.contextmanager
def process(*arguments: str, **environment: str) -> Iterator[Process]:
    """`python …`, with none of this machine's own settings; stopped at the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ROUNDS_", "DATABASE"))}
    popen = subprocess.Popen(
        [sys.executable, *arguments],
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started = Process(popen, time.monotonic())
    reader = threading.Thread(target=started.read, daemon=True)
    reader.start()
    try:
        yield started
    finally:
        popen.send_signal(signal.SIGINT)
        try:
            popen.wait(20)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.wait()
        reader.join()


@contextlib.contextmanager
def local_slack() -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; the settings that it prints."""
    with process("-m", "bot", "sandbox", "--port", "0") as sandbox:
        sandbox.wait_for("SLACK_SIGNING_SECRET=")
        yield dict(line.split("=", 1) for line in sandbox.lines if line.startswith("SLACK_"))

"""From the command to ready, with the full pack; memory then, and with 100,000 learners."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from tests.bench.processes import Process, local_slack, process
from tests.bench.report import Row
from tests.bench.riverside import ward_of, write_learners

RUNS = 5
LIBRARIES = "aiohttp, sqlmodel, slack_bolt.async_app, pydantic_settings, structlog, typer, yaml, cryptography.fernet"
"""What the bot imports at its start in any case. A machine that takes long for these takes long for everything."""
LEARNERS, OVERDUE = 100_000, 5_000
"""How many there are, and how many of them the tick works through meanwhile (their day is over: nothing is sent)."""

SECONDS_MOST, MEGABYTES_MOST, GROWTH_MOST = 2.0, 165.0, 1.05


def measure() -> Sequence[Row]:
    """Starts of `rounds run` and `rounds worker`: without learners, and with 100,000."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(local_slack())
        now = datetime.now(UTC)
        store = ward_of(folder, now)
        settings = {
            **slack,
            "DATABASE_URL": str(store.url),
            "ROUNDS_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        }
        seconds, empty = zip(*(_started("run", settings) for _ in range(RUNS)), strict=True)
        worker_seconds, worker = zip(*(_started("worker", settings) for _ in range(RUNS)), strict=True)
        libraries = statistics.median(_imported(LIBRARIES) for _ in range(RUNS))
        store.run(write_learners, 0, LEARNERS - OVERDUE, now, now + timedelta(days=1))
        store.run(write_learners, LEARNERS - OVERDUE, OVERDUE, now, now - timedelta(days=4))
        store.close()
        with process("-m", "bot", "run", **settings) as rounds:
            rounds.wait_for("rounds.ready")
            full = _when_steady(rounds)
    began, memory, small, grown = (
        statistics.median(seconds), statistics.median(empty), statistics.median(worker), full / statistics.median(empty)
    )  # fmt: skip
    return [
        Row("start to ready, `rounds run`", began, "s", f"importing its libraries, nothing else: {libraries:.1f} s",
            began / libraries, must="under 2 s", met=began < SECONDS_MOST),
        Row("start to ready, `rounds worker`", statistics.median(worker_seconds), "s"),
        Row("memory when ready, `rounds run`", memory, "MB", must="at most 165 MB", met=memory < MEGABYTES_MOST),
        Row("memory when ready, `rounds worker`", small, "MB"),
        Row("memory with 100,000 learners, `rounds run`", full, "MB", f"without any: {memory:.0f} MB", grown,
            "no growth (1.05)", grown <= GROWTH_MOST),
    ]  # fmt: skip


def _imported(names: str) -> float:
    """Seconds that a process takes to import these modules, and to end."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {names}"], check=True)
    return time.monotonic() - began


def _started(part: str, settings: dict[str, str]) -> tuple[float, float]:
    """Seconds to ready, and the megabytes held some beats later."""
    with process("-m", "bot", part, **settings) as rounds:
        _, seconds = rounds.wait_for("rounds.ready")
        return seconds, _when_steady(rounds)


def _when_steady(rounds: Process) -> float:
    """Megabytes once they no longer change from one second to the next."""
    before, now = 0.0, rounds.resident()
    while abs(now - before) > 0.2:
        time.sleep(1)
        before, now = now, rounds.resident()
    return now

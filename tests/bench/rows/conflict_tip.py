"""`/conflict-tip` at 200 a second over HTTP: `rounds web` beside a Bolt app whose command does nothing."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from tests.bench.processes import local_slack, process
from tests.bench.report import Row
from tests.bench.riverside import ward_of, write_learners

RATE, SECONDS, RUNS = 200, 5, 5
LEARNERS = 2000
AT_MOST = 1.5


def measure() -> Sequence[Row]:
    """p50 and p99 of both, as medians of runs in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(local_slack())
        now = datetime.now(UTC)
        store = ward_of(folder, now)
        store.run(write_learners, 0, LEARNERS, now, now + timedelta(days=1))
        store.close()
        rounds = stack.enter_context(
            process(
                "-m", "bot", "web",
                **slack,
                DATABASE_URL=str(store.url),
                ROUNDS_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
                ROUNDS_PORT="0",
            )
        )  # fmt: skip
        secret = slack["SLACK_SIGNING_SECRET"]
        empty = stack.enter_context(process("-m", "tests.bench.empty_bolt", secret, slack["SLACK_API_URL"]))
        rounds.wait_for("rounds.ready")
        ports = {name: _port(each.wait_for("port=")[0]) for name, each in (("ours", rounds), ("empty", empty))}
        runs: dict[str, list[tuple[float, float]]] = {"ours": [], "empty": []}
        for _ in range(RUNS):
            for name, port in ports.items():
                runs[name].append(_run(port, secret))
    ours, theirs = (tuple(map(statistics.median, zip(*runs[name], strict=True))) for name in ("ours", "empty"))
    return [
        Row("/conflict-tip at 200/s over HTTP, p50", ours[0], "ms", f"an empty Bolt command: {theirs[0]:.1f} ms",
            ours[0] / theirs[0]),
        Row("/conflict-tip at 200/s over HTTP, p99", ours[1], "ms", f"an empty Bolt command: {theirs[1]:.1f} ms",
            ours[1] / theirs[1], f"at most {AT_MOST} times", ours[1] / theirs[1] <= AT_MOST),
    ]  # fmt: skip


def _run(port: str, secret: str) -> tuple[float, float]:
    """p50 and p99 of one run, in milliseconds."""
    url = f"http://127.0.0.1:{port}/slack/events"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", url, secret, str(RATE), str(SECONDS), str(LEARNERS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    cuts = statistics.quantiles(json.loads(done.stdout), n=100)
    return cuts[49], cuts[98]


def _port(line: str) -> str:
    return line.rsplit("port=", 1)[1]

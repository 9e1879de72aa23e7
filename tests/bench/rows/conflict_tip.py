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

RATE, SECONDS, RUNS = 200, 4, 7
LEARNERS = 2000
AT_MOST = 1.5

Cuts = tuple[float, float]
"""p50 and p99 of one run, in milliseconds."""


def measure() -> Sequence[Row]:
    """Both in turn, several times."""
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
        for port in ports.values():
            _run(port, secret)  # what is made on first use is made
        runs = [(_run(ports["ours"], secret), _run(ports["empty"], secret)) for _ in range(RUNS)]
    return [_row(runs, 0, "p50"), _row(runs, 1, "p99")]


def _row(runs: list[tuple[Cuts, Cuts]], which: int, name: str) -> Row:
    """Medians of both, and of what they are to each other in runs one after the other: a busy moment strikes both."""
    ours, theirs = (statistics.median(run[side][which] for run in runs) for side in (0, 1))
    ratio = statistics.median(run[0][which] / run[1][which] for run in runs)
    bounded = name == "p99"
    return Row(
        f"/conflict-tip at {RATE}/s over HTTP, {name}",
        ours,
        "ms",
        f"an empty Bolt command: {theirs:.1f} ms",
        ratio,
        f"at most {AT_MOST} times" if bounded else "",
        ratio <= AT_MOST if bounded else None,
    )


def _run(port: str, secret: str) -> Cuts:
    """One run."""
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

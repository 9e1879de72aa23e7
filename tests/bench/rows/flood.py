"""How long `/streak` takes while ten others flood the coach with long texts, over HTTP."""

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

from tests.bench.flood import FLOODING, LENGTH, PER_SECOND
from tests.bench.processes import local_slack, process
from tests.bench.report import Row
from tests.bench.riverside import ward_of, write_learners

SECONDS, LEARNERS = 20, 1000
AT_MOST = 500.0


def measure() -> Sequence[Row]:
    """One run against `rounds web`, once it finds lessons by meaning, as that takes the most."""
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
        rounds.wait_for("coaching.by_meaning")
        port = rounds.wait_for("port=")[0].rsplit("port=", 1)[1]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.bench.flood",
                f"http://127.0.0.1:{port}/slack/events",
                slack["SLACK_SIGNING_SECRET"],
                str(SECONDS),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        took, answers = json.loads(done.stdout)
        cuts = statistics.quantiles(took, n=100)
    how = ", ".join(f"{count} {what}" for what, count in sorted(answers.items()))
    return [
        Row(
            f"/streak while {FLOODING} others each send {PER_SECOND} /coach of {LENGTH:,} characters a second, p99",
            cuts[98],
            "ms",
            f"p50: {cuts[49]:.0f} ms; of theirs: {how}",
            None,
            f"under {AT_MOST:.0f} ms",
            cuts[98] < AT_MOST,
        )
    ]

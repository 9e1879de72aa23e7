"""`make chaos`: both databases, two and four workers; exit 1 and the seed if a single lesson was lost or doubled."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.bench.chaos.campaign import Leg, run
from tests.postgres import serving


def main() -> None:
    """Play every leg; the exit code says whether all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chaos")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all legs together, at the most")
    parser.add_argument("--learners", type=int, default=10_000, help="deliveries in each leg")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    sys.exit(asyncio.run(play(options.minutes * 60, options.learners, options.seed)))


async def play(seconds: float, learners: int, seed: int) -> int:
    """All legs one after the other; 0 if all passed."""
    code = 0
    with tempfile.TemporaryDirectory(prefix="rounds-chaos-") as folder, serving() as postgres:
        for number, workers in enumerate((2, 4)):
            file = Path(folder) / f"{workers}.db"
            for name, url in (("SQLite", f"sqlite:///{file}"), ("PostgreSQL", postgres.url(postgres.create()))):
                leg = Leg(f"{name}, {workers} workers", url, learners, workers, seconds / 4, seed + number)
                verdict = await run(leg)
                print(verdict, flush=True)
                code |= not verdict.passed
    return int(code)


if __name__ == "__main__":
    main()

"""`make attack`: one attack after another on the real process; exit 1 if one of them wasn't held."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench.attack.campaign import AT_MOST, ATTACKS, BASELINE, bound_after, find_log_problems, play
from tests.bench.attack.stage import Stage, set_up


def main() -> None:
    """Play every attack, or one; the exit code says whether all were held."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.attack")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each attack, at the least")
    parser.add_argument("--only", choices=list(ATTACKS), help="this attack alone, after the baseline")
    parser.add_argument("--log", type=Path, help="keep the process's log in this file")
    options = parser.parse_args()
    names = [options.only] if options.only else list(ATTACKS)
    sys.exit(asyncio.run(attack(options.seconds, names, options.log)))


async def attack(seconds: float, names: list[str], log: Path | None = None) -> int:
    """Play these attacks one after the other, after the baseline; 0 if all were held. `log`: a file for the log."""
    with tempfile.TemporaryDirectory(prefix="rounds-attack-") as folder:
        async with set_up(Path(folder)) as stage:
            held = await _play_all(stage, names, seconds)
    problems = find_log_problems(stage.bot.lines, stage.sent)
    print(f"log: {'; '.join(problems) or 'no traceback, and nothing that was sent'}")
    if log is not None:
        await asyncio.to_thread(log.write_text, "\n".join(stage.bot.lines), encoding="utf-8")
    return int(not held or bool(problems))


async def _play_all(stage: Stage, names: list[str], seconds: float) -> bool:
    """Print what became of each; whether all were held."""
    baseline = await play(stage, BASELINE, seconds, float("inf"))
    print(baseline, flush=True)
    bound, held = bound_after(baseline), baseline.held
    if bound != AT_MOST:
        print(f"This machine is busy: p99 must be under {bound:.0f} ms, twice what it is without an attack.")
    for name in names:
        if name != BASELINE:
            verdict = await play(stage, name, seconds, bound)
            print(verdict, flush=True)
            held = held and verdict.held
    return held


if __name__ == "__main__":
    main()

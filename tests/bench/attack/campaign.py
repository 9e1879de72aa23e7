"""One attack after the other, each while a calm person types, and whether Rounds held."""

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from tests.bench.attack.bodies import large_bodies
from tests.bench.attack.calendars import dead_calendars
from tests.bench.attack.calm import Calm, calm_person
from tests.bench.attack.connections import broken_http, silent_connections, slow_requests
from tests.bench.attack.files import hostile_uploads
from tests.bench.attack.forging import forged_payloads
from tests.bench.attack.repeats import repeated_requests
from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import Outcome
from tests.bench.attack.texts import long_texts
from tests.bench.load import WARM_UP

AT_MOST, BUSY = 500.0, 250.0
"""Milliseconds: the bound for the calm person's p99, and her p99 without an attack from which the machine is busy."""

MOST_GROWTH = 60.0
"""Megabytes by which an attack may make the process's memory grow."""

MOST_SECONDS = 900.0
"""Seconds after which an attack is given up."""

TRACEBACK = "Traceback (most recent call last)"

Attack = Callable[[Stage, float], Awaitable[Outcome]]
"""Goes on for so many seconds, or until everything was answered; what came of it."""


async def nobody_attacks(_stage: Stage, _seconds: float) -> Outcome:
    """Only the calm person is there."""
    return Outcome()


BASELINE = "nobody-attacks"
ATTACKS: dict[str, Attack] = {
    BASELINE: nobody_attacks,
    "long-texts": long_texts,
    "silent-connections": silent_connections,
    "slow-requests": slow_requests,
    "broken-http": broken_http,
    "large-bodies": large_bodies,
    "repeated-requests": repeated_requests,
    "hostile-files": hostile_uploads,
    "dead-calendars": dead_calendars,
    "forged-payloads": forged_payloads,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one attack came to. `broken`: what is wrong, apart from the calm person's answers; `bound`: for her p99."""

    name: str
    calm: Calm
    memory: float
    peak: float
    got: Counter[str]
    broken: tuple[str, ...]
    bound: float

    @property
    def held(self) -> bool:
        """Whether the calm person noticed nothing, and nothing else was wrong."""
        calm = self.calm.answered == self.calm.typed and self.calm.percentile(99) < self.bound
        return calm and not self.broken

    def __str__(self) -> str:
        calm = self.calm
        others = Counter({what: number for what, number in calm.outcomes.items() if what != "answered"})
        parts = [
            f"{self.name}: {'held' if self.held else 'NOT HELD'}",
            f"calm person: p50 {calm.percentile(50):.0f} ms, p99 {calm.percentile(99):.0f} ms, "
            f"{calm.answered} of {calm.typed} answered{f' ({_listed(others)})' if others else ''}",
            f"memory {self.memory:.0f} MB, peak {self.peak:.0f} MB",
            f"attackers: {_listed(self.got)}",
            *self.broken,
        ]
        return "; ".join(parts)


async def play(stage: Stage, name: str, seconds: float, bound: float) -> Verdict:
    """Play one attack, for so many seconds at the least, while the calm person types."""
    lines, before = len(stage.bot.lines), stage.bot.resident()
    stage.bot.forget_peak()
    async with calm_person(stage.door) as calm:
        try:
            async with asyncio.timeout(MOST_SECONDS):
                outcome, _ = await asyncio.gather(ATTACKS[name](stage, seconds), asyncio.sleep(WARM_UP + seconds))
        except TimeoutError:
            traceback.print_exc()
            outcome = Outcome(broken=["the attackers waited for an answer in vain"])
    outcome.expect(await stage.is_well(), "the process isn't well afterward")
    outcome.expect(not _tracebacks(stage.bot.lines[lines:]), "there are tracebacks in the log")
    if stage.bot.popen.poll() is not None:
        return Verdict(name, calm, 0.0, 0.0, outcome.got, tuple(outcome.broken), bound)
    after = stage.bot.resident()
    outcome.expect(after - before <= MOST_GROWTH, f"memory grew by {after - before:.0f} MB")
    return Verdict(name, calm, after, stage.bot.peak(), outcome.got, tuple(outcome.broken), bound)


def bound_after(baseline: Verdict) -> float:
    """The bound for the calm person's p99: doubled from the baseline's where the machine is busy with other things."""
    alone = baseline.calm.percentile(99)
    return 2 * alone if alone > BUSY else AT_MOST


def find_log_problems(lines: Iterable[str], sent: Iterable[str]) -> list[str]:
    """What the log holds that it mustn't: tracebacks, and words that were sent."""
    lines = list(lines)
    quoted = sorted(text for text in sent if any(text in line for line in lines))
    problems = [f"the log quotes what was sent: {text}" for text in quoted]
    return [f"the log has {count} tracebacks", *problems] if (count := _tracebacks(lines)) else problems


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in sorted(counted.items())) or "nothing"


def _tracebacks(lines: Iterable[str]) -> int:
    return sum(TRACEBACK in line for line in lines)

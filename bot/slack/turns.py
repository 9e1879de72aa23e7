"""Lets one request of each person run at a time, so that nobody can slow Rounds down for everybody else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.domain.learner import Person
from bot.errors import RoundsError
from bot.language import mark

MAX_WAITING = 2
"""Most requests of one person that wait for their turn."""

MAX_WAIT_SECONDS = 1.0
"""How long a request waits for its turn: a third of what Slack waits for its answer."""

STILL_BUSY = mark(
    "I'm still working on what you sent before, so I left this one alone and nothing changed. "
    "Please try it again in a moment."
)


class TooManyAtOnce(RoundsError):
    """A person has sent more than can wait. `told`: they were told since their requests began to run."""

    default = STILL_BUSY

    def __init__(self, *, told: bool) -> None:
        super().__init__()
        self.told = told


class Turn:
    """The right to run now. Released at the end, or sooner, once the person has their answer."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock = lock
        self._released = False

    def release(self) -> None:
        """Let this person's next request run."""
        if not self._released:
            self._released = True
            self._lock.release()


@dataclass
class _Line:
    """One person's requests: `waiting` counts those without a turn, and `told` says whether one was refused."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    told: bool = False

    def refusal(self) -> TooManyAtOnce:
        refusal, self.told = TooManyAtOnce(told=self.told), True
        return refusal


class Turns:
    """The turns of everybody whose requests run now. Whoever has none running takes no memory."""

    def __init__(self, max_wait_seconds: float = MAX_WAIT_SECONDS) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}
        self._max_wait_seconds = max_wait_seconds

    def __len__(self) -> int:
        return len(self._lines)

    @contextlib.asynccontextmanager
    async def take(self, person: Person) -> AsyncIterator[Turn]:
        """Wait for this person's turn, and keep it until the end of the block or its release.

        Raises TooManyAtOnce if enough of their requests wait, or the turn doesn't come in time.
        """
        key = (person.organization_id, person.user_id)
        line = self._lines.setdefault(key, _Line())
        turn: Turn | None = None
        try:
            await self._wait(line)
            turn = Turn(line.lock)
            yield turn
        finally:
            if turn is not None:
                turn.release()
            if not line.waiting and not line.lock.locked():
                self._lines.pop(key, None)

    async def _wait(self, line: _Line) -> None:
        if line.waiting >= MAX_WAITING:
            raise line.refusal()
        line.waiting += 1
        try:
            async with asyncio.timeout(self._max_wait_seconds):
                await line.lock.acquire()
        except TimeoutError:
            raise line.refusal() from None
        finally:
            line.waiting -= 1

"""How long 10,000 lessons take in workspaces of uneven size, against what the limits allow at best. Simulated clock."""

import asyncio
import tempfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography.fernet import Fernet
from structlog.testing import LogCapture

from bot.delivery.engine import BEAT_INTERVAL_SECONDS, Engine
from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.delivery.rate_limiter import MESSAGE_BURST, REPLY_RESERVE, RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, schedule_to_json
from bot.learning import packs
from bot.learning.library import Library
from bot.storage import Session, Store, migration
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Learner, LearnerState, Workspace
from tests.bench.report import Row
from tests.bench.simulated import CountedHop, SimulatedLoop, clock_of
from tests.builders import six_lessons
from tests.engine_kinds import KINDS

LEARNERS = 10_000
WORKSPACES = 20
PER_MINUTE = 500

MUST = 1.05

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday; London's winter time is UTC."""

REPLY = 0.2
"""Seconds until Slack has taken a message."""


def sizes() -> list[int]:
    """As hospitals are: a few large ones and many small (each as large as the first, divided by its place)."""
    share = LEARNERS / sum(1 / place for place in range(1, WORKSPACES + 1))
    several = [round(share / place) for place in range(1, WORKSPACES + 1)]
    return [several[0] + LEARNERS - sum(several), *several[1:]]


class Slack:
    """Takes every message after `REPLY`, and remembers when it was asked to."""

    def __init__(self) -> None:
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.last = 0.0

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Take it."""
        loop = asyncio.get_running_loop()
        self.asked[outgoing.team_id].append(loop.time())
        await asyncio.sleep(REPLY)
        self.last = loop.time()
        return PostedMessage(f"D{outgoing.user_id}", f"{self.last:.6f}")

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Nothing is lost here."""
        raise AssertionError(f"looked up {uncertain.delivery_id}")

    def messages(self) -> int:
        """How many were sent."""
        return sum(map(len, self.asked.values()))

    def most_in_a_minute(self) -> int:
        """The most that one workspace got in any minute."""
        return max(
            bisect_left(asked, start + 60) - first for asked in self.asked.values() for first, start in enumerate(asked)
        )


def measure() -> Sequence[Row]:
    """Everyone's lesson is due at nine."""
    structlog.configure(processors=[LogCapture()])
    with tempfile.TemporaryDirectory() as folder:
        store = _hospitals(Path(folder))
        slack = Slack()
        try:
            with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
                runner.run(_deliver(store, slack))
        finally:
            store.close()
            structlog.reset_defaults()
    at_once = MESSAGE_BURST + REPLY_RESERVE
    bound = (max(sizes()) - at_once) * 60 / PER_MINUTE
    most = slack.most_in_a_minute()
    return [
        Row(
            f"{LEARNERS:,} lessons due at once in {WORKSPACES} workspaces of {min(sizes())} to {max(sizes())} people, "
            f"{PER_MINUTE} a minute each, simulated clock",
            slack.last / 60,
            "min",
            "what the limits allow in the largest",
            slack.last / bound,
            f"at most {MUST} of it",
            slack.last <= MUST * bound,
        ),
        Row(
            "the most that a workspace got in any minute",
            most,
            "messages",
            f"{PER_MINUTE} a minute and {at_once} at once",
            most / (PER_MINUTE + at_once),
            "at most 1",
            most <= PER_MINUTE + at_once,
        ),
    ]


async def _deliver(store: Store, slack: Slack) -> None:
    """Beat as the engine does by itself, until everyone has theirs."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    transactions, clock = CountedHop(store, loop), clock_of(loop, NINE)
    rate_limiter = RateLimiter(loop.time, PER_MINUTE)
    reconciler = Reconciler(transactions, slack, clock)
    engine = Engine(
        transactions,
        KINDS,
        Sender(transactions, Library(), KINDS, slack, rate_limiter, clock, "bench"),
        reconciler,
        clock,
    )
    while slack.messages() < LEARNERS:
        next_beat = loop.time() + BEAT_INTERVAL_SECONDS
        await engine.beat()
        await asyncio.sleep(max(next_beat - loop.time(), 0))
        await reconciler.wait_for_runs()


def _hospitals(folder: Path) -> Store:
    url = f"sqlite:///{folder / 'rounds.db'}"
    migration.upgrade_database(url)
    store = Store(url, Cipher([Fernet.generate_key().decode()]))
    store.run(_open)
    return store


def _open(session: Session) -> None:
    packs.load_pack(session, six_lessons(), EVERYONES_SCOPE, "bench", NINE)
    for number, size in enumerate(sizes()):
        team = f"T{number:02}"
        session.add(Workspace(team_id=team, name="Hospital", bot_user_id="U0", created_at=NINE))
        session.flush()
        session.add_all(_learner(team, f"U{number:02}{each:05}") for each in range(size))


def _learner(team_id: str, user_id: str) -> Learner:
    return Learner(
        organization_id=team_id,
        team_id=team_id,
        user_id=user_id,
        state=LearnerState.ACTIVE,
        tz="Europe/London",
        schedule=schedule_to_json(WORKDAY_SCHEDULE),
        next_due_at=NINE,
        created_at=NINE,
    )

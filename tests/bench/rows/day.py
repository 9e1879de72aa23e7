"""What a learner's day costs: statements, bytes written, and calls of Slack; by the real Bolt app."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.departures import Departures
from bot.delivery.engine import Engine
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.roster_refresh import RosterReader
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.schedule import DeliveryKindName
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.process import configure_logging
from bot.running import CLIENT_TIMEOUT
from bot.slack import action_ids as ids
from bot.slack.blocks import reflection
from bot.slack.handler_context import HandlerContext
from bot.slack.home_publisher import REFRESH_DELAY
from bot.slack.messenger import EVENT_TYPE, SlackMessenger
from bot.slack.routes import register
from bot.storage import Session, Store
from bot.storage.tables import Delivery, Learner, LessonRevision, QuestionMemory, SendState
from tests.bench import crowd, databases, slack_server
from tests.bench.report import Row
from tests.bench.slack_server import Server
from tests.builders import SetClock
from tests.delivery.statements import counted
from tests.engine_kinds import KINDS

CROWD, ACTIVE, TEAM = 2_000, 50, "T0"
NINE, DAY_END = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 16, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """What some learners' day took: statements, bytes written to disk (None where that can't be told), Slack calls."""

    statements: int
    written: int | None
    calls: int

    def __add__(self, other: "Cost") -> "Cost":
        """What both took."""
        written = None if self.written is None or other.written is None else self.written + other.written
        return Cost(self.statements + other.statements, written, self.calls + other.calls)


def measure() -> Sequence[Row]:
    """Two thousand passive days together, then a few dozen active ones, with Home open."""
    configure_logging("error")
    with slack_server.serving() as server, databases.sqlite() as store:
        crowd.open_hospital(store, 1, NINE)
        crowd.enrol(store, CROWD, 1, NINE)
        return asyncio.run(_measure(server, store))


async def _measure(server: Server, store: Store) -> list[Row]:
    async with aiohttp.ClientSession(timeout=CLIENT_TIMEOUT) as session:
        hospital = _Hospital(store, AsyncWebClient(token="xoxb", base_url=server.api, session=session), session)
        passive = await _cost(store, server, hospital.passive_day)
        hospital.clock.now = NINE + timedelta(days=1)
        await hospital.engine.beat()
        store.run(_answered_before, hospital.clock().date())
        active = await _cost(store, server, partial(hospital.active_days, 0))
        await hospital.open_homes(ACTIVE)
        looking = await _cost(store, server, partial(hospital.active_days, ACTIVE))
        hospital.clock.now = DAY_END + timedelta(days=1)
        await hospital.engine.beat()
        recalled = await _cost(store, server, partial(hospital.recalls, 0))
        seen = await _cost(store, server, partial(hospital.recalls, ACTIVE))
    a_send = passive.statements / (2 * CROWD)
    return [
        *_day("passive day", passive, CROWD, calls=2),
        Row("statements a send, in batches", a_send, "", "", None, "at most 1", a_send <= 1),
        *_day("active day", active + recalled, ACTIVE, calls=7, own=2, statements=30),
        *_day(
            "active day of someone who opened Home in the morning",
            looking + seen,
            ACTIVE,
            calls=7,
            own=2,
            statements=30,
        ),
    ]


def _day(kind: str, cost: Cost, learners: int, calls: int, own: int = 0, statements: int | None = None) -> list[Row]:
    """`own`: calls of the day that were made before the counting."""
    said, called = cost.statements / learners, cost.calls / learners + own
    must = f"at most {statements}" if statements else ""
    rows = [
        Row(f"{kind}: statements", said, "", "", None, must, said <= statements if statements else None),
        Row(f"{kind}: Slack calls", called, "", "", None, f"at most {calls}", called <= calls),
    ]
    if cost.written is not None:
        rows.append(Row(f"{kind}: bytes written to disk", cost.written / learners, "bytes"))
    return rows


async def _cost(store: Store, server: Server, day: Callable[[], Any]) -> Cost:
    server.reset()
    before = _written()
    with counted(store) as said:
        await day()
    after = _written()
    written = after - before if after is not None and before is not None else None
    return Cost(len(said), written, sum(server.record()["calls"].values()))


def _written() -> int | None:
    """Bytes that this process has had written to disk; Linux tells."""
    try:
        lines = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    except OSError:
        return None
    return int(lines["write_bytes"])


class _Hospital:
    """The engine and the Bolt app, wired as `bootstrap` does, without the socket."""

    def __init__(self, store: Store, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self.store, self.clock, self._triggers = store, SetClock(NINE), itertools.count()
        transactions, library = Transactions(store), Library()
        messenger, rate_limiter = SlackMessenger(KINDS, lambda _team: client), RateLimiter(time.monotonic, 1e9, 10**9)
        sender = Sender(transactions, library, KINDS, messenger, rate_limiter, self.clock, "bench")
        self.engine = Engine(transactions, KINDS, sender, Reconciler(transactions, messenger, self.clock), self.clock)
        here = AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_id="B0", bot_user_id="U0ROUNDS", bot_token=client.token
        )

        async def authorize() -> AuthorizeResult:
            return here

        self.app = AsyncApp(client=client, authorize=authorize, name="rounds", process_before_response=True)
        context = HandlerContext(transactions, library, self.clock, lambda: None, session, KINDS)
        departures = Departures(transactions, self.clock, messenger.is_installed)
        register(self.app, context, departures, RosterReader(HttpCalendarFetcher()))

    async def passive_day(self) -> None:
        """The lesson and the look back arrive, and nobody says anything."""
        for now in (NINE, DAY_END):
            self.clock.now = now
            await self.engine.beat()

    async def open_homes(self, first: int) -> None:
        """Some look at Home: from now on it is kept up to date for them."""
        for user_id, _ in self._some(first):
            await self._open_home(user_id)

    async def active_days(self, first: int) -> None:
        """The lesson is answered and reflected on; the day's end comes for the question alone that comes back."""
        for user_id, ref in self._some(first):
            await self._press(user_id, ref, f"{ids.ANSWER_LESSON}.B")
            await self._press(user_id, ref, ids.OPEN_REFLECTION)
            await self._reflect(user_id, ref)
        await asyncio.sleep(2 * REFRESH_DELAY)

    async def recalls(self, first: int) -> None:
        """The question that came back at the day's end is answered."""
        for user_id, ref in self._some(first, DeliveryKindName.DAY_END):
            await self._press(user_id, ref, f"{ids.ANSWER_RECALL}.B")
        await asyncio.sleep(2 * REFRESH_DELAY)

    def _some(self, first: int, kind: DeliveryKindName = DeliveryKindName.LESSON) -> list[tuple[str, MessageRef]]:
        return self.store.run(_todays_messages, self.clock().date(), kind)[first : first + ACTIVE]

    async def _open_home(self, user_id: str) -> None:
        event = {"type": "app_home_opened", "user": user_id, "tab": "home"}
        event_id = f"Ev{user_id}{self.clock().timestamp():.0f}"
        await self._say({"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event})

    async def _press(self, user_id: str, ref: MessageRef, action_id: str) -> None:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": str(ref.delivery_id)}}
        await self._say(
            {
                "type": "block_actions",
                "trigger_id": f"1.1.{next(self._triggers)}",
                **_who(user_id),
                "container": {"type": "message", "channel_id": ref.channel, "message_ts": ref.ts},
                "message": {"ts": ref.ts, "metadata": metadata},
                "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": ""}],
            }
        )

    async def _reflect(self, user_id: str, ref: MessageRef) -> None:
        values = {reflection.BLOCK: {reflection.INPUT: {"type": "plain_text_input", "value": "I asked who was there."}}}
        view = {
            "id": "V1",
            "type": "modal",
            "callback_id": ids.REFLECTION_MODAL,
            "private_metadata": f'["{ref.channel}", "{ref.ts}", "{ref.delivery_id}"]',
            "state": {"values": values},
        }
        await self._say({"type": "view_submission", **_who(user_id), "view": view})

    async def _say(self, payload: dict[str, Any]) -> None:
        reply = await self.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        assert reply.status == 200, payload["type"]


def _who(user_id: str) -> dict[str, Any]:
    return {"team": {"id": TEAM}, "user": {"id": user_id, "team_id": TEAM}}


def _answered_before(session: Session, today: date) -> None:
    """Some learners answered another lesson's question nine days ago."""
    learners = session.exec(select_rows(Learner.id).order_by(col(Learner.id)).limit(2 * ACTIVE)).all()
    newest = select_rows(LessonRevision.lesson_id, LessonRevision.id).order_by(col(LessonRevision.id).desc())
    other = session.exec(newest).first()
    assert other is not None
    nine_days_ago = today - timedelta(days=9)
    for learner_id in learners:
        session.add(
            QuestionMemory(
                learner_id=learner_id,
                lesson_id=other[0],
                revision_id=other[1],
                stability=2.3,
                difficulty=2.1,
                last_answered_on=nine_days_ago,
                due_on=nine_days_ago + timedelta(days=2),
            )
        )


def _todays_messages(session: Session, today: Any, kind: DeliveryKindName) -> list[tuple[str, MessageRef]]:
    rows = session.connection().execute(
        select(Delivery.id, Delivery.channel, Delivery.ts)  # type: ignore[call-overload]
        .where(Delivery.learning_day == today, Delivery.kind == kind, Delivery.state == SendState.SENT)
        .order_by(Delivery.learner_id)
        .limit(2 * ACTIVE)
    )
    return [(channel.removeprefix("D"), MessageRef(channel, ts, delivery_id)) for delivery_id, channel, ts in rows]

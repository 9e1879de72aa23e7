"""Sends the statements that people consented to, to the LMS's record store (LRS), in parallel with the engine.

A statement is claimed, posted, and deleted. Whatever breaks in between, it is posted again under the same id, which the
LRS stores once. After a failure fewer are sent at once, so that one that makes the LRS fail is found in the end.
"""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

import structlog

from bot.delivery import metrics
from bot.delivery.repeating import RepeatingWork
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import LrsRefused, LrsUnavailable
from bot.learning import lms_statements
from bot.learning.lms_statements import WaitingStatement
from bot.storage import lms

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 20.0
"""Seconds between two checks for statements."""

MAX_BATCH = 50
"""Most statements per request."""

FIRST_PAUSE, LAST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
"""The pause after a failed request doubles with each, up to an hour. Each process draws its own, from half to all of
it, so that a store that comes back isn't asked by all at once."""

MAX_REFUSED_IN_A_ROW = 3
"""How many statements the LRS refuses one after another before we pause: then it refuses more than a bad one."""


class RecordStore(Protocol):
    """Takes statements; `lrs_client.LrsClient` posts them over HTTP."""

    async def post(self, statements: Sequence[WaitingStatement]) -> None:
        """Post statements. Raises LrsRefused, or LrsUnavailable."""
        ...


class StatementSender:
    """Sends waiting statements at an interval, and waits ever longer while the LRS can't be used."""

    def __init__(
        self,
        transactions: Transactions,
        lrs: RecordStore,
        host: str,
        clock: Clock,
        interval_seconds: float = CHECK_INTERVAL_SECONDS,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """`host`: whom people must have consented to. `draw`: a number from 0 to 1, for the pauses."""
        self._transactions = transactions
        self._lrs = lrs
        self._host = host
        self._clock = clock
        self._draw = draw
        self._size = MAX_BATCH
        self._failures = 0
        self._refused: list[int] = []  # the statuses of those that were refused since one was taken, or since a pause
        self._paused_until: datetime | None = None
        self._repeating = RepeatingWork(self.send_some, interval_seconds, "lms.round_broke")

    def start(self) -> None:
        """Start sending."""
        self._repeating.start()

    async def stop(self) -> None:
        """Stop at once. What was being sent is sent again by the next worker, under the same ids."""
        await self._repeating.cancel()

    async def send_some(self) -> bool:
        """Send a batch that is due. Return whether there may be more to send now."""
        metrics.set_statements_waiting(await self._transactions.read(lms.count_waiting, self._host))
        if self._is_paused or not await self._transactions.read(lms.is_any_due, self._host, self._clock()):
            return False
        size = self._size
        claimed = await self._transactions.write_in_background(
            lms_statements.claim_statements, self._host, self._clock(), size
        )
        if not claimed:
            return False
        try:
            await self._send(claimed)
        except LrsUnavailable as error:
            await self._put_back([each.id for each in claimed], error)
            self._size = max(size // 2, 1)
            self._pause(error)
            return False
        self._size = min(2 * size, MAX_BATCH)
        return len(claimed) == size

    async def _put_back(self, ids: list[UUID], error: LrsUnavailable) -> None:
        """Have statements sent again. One that failed alone waits, so that it can't hold up those behind it."""
        now = self._clock()
        if len(ids) > 1:
            await self._transactions.write_in_background(lms_statements.release_claims, ids, now)
        elif error.is_internal:
            await self._transactions.write_in_background(lms_statements.delay_statements, ids, now)
        else:
            await self._transactions.write_in_background(lms_statements.release_claims, ids, now + LAST_PAUSE)

    @property
    def _is_paused(self) -> bool:
        """Whether requests failed, and the next one should wait. A clock that was set back ends the wait."""
        return self._paused_until is not None and timedelta(0) < self._paused_until - self._clock() <= LAST_PAUSE

    def _pause(self, error: LrsUnavailable) -> None:
        self._failures += 1
        longest = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LAST_PAUSE)
        pause = longest * (0.5 + self._draw() / 2)
        if error.retry_after is not None:
            pause = min(max(pause, timedelta(seconds=error.retry_after)), LAST_PAUSE)
        self._paused_until = self._clock() + pause
        metrics.count_statement_failure()
        log.warning(
            "lms.not_sent", reason=error.reason, next_try_seconds=round(pause.total_seconds()), failed=self._failures
        )

    async def _send(self, statements: Sequence[WaitingStatement]) -> None:
        """Post statements. If the LRS refuses some, find out which, half by half, and send the others.

        LrsUnavailable if it can't be used, or refuses one after another.
        """
        if not statements:
            return
        try:
            await self._lrs.post(statements)
        except LrsRefused as error:
            if len(statements) == 1:
                await self._record_refusal(statements[0], error.status)
                return
            middle = len(statements) // 2
            for half in (statements[:middle], statements[middle:]):
                await self._send(await self._still_claimed(half))
            return
        await self._record_taken(statements)

    async def _still_claimed(self, statements: Sequence[WaitingStatement]) -> list[WaitingStatement]:
        """Return those of these statements that are still to be sent: somebody may just have turned it off."""
        kept = await self._transactions.write_in_background(
            lms_statements.extend_claims, [each.id for each in statements], self._clock()
        )
        return [each for each in statements if each.id in kept]

    async def _record_refusal(self, statement: WaitingStatement, status: int) -> None:
        if status == HTTPStatus.CONFLICT:  # it has a statement of this id: an earlier request arrived after all
            await self._record_taken([statement])
            return
        given_up = await self._transactions.write_in_background(
            lms_statements.record_refused, statement.id, self._clock()
        )
        metrics.count_statements("refused" if given_up else "delayed", 1)
        log.warning("lms.statement_refused", status=status, given_up=given_up)
        self._refused = [*(each for each in self._refused if each == status), status]
        if len(self._refused) == MAX_REFUSED_IN_A_ROW:
            self._refused = []
            raise LrsUnavailable(f"it refused {MAX_REFUSED_IN_A_ROW} statements in a row with status {status}")

    async def _record_taken(self, statements: Sequence[WaitingStatement]) -> None:
        await self._transactions.write_in_background(lms_statements.record_taken, [each.id for each in statements])
        metrics.count_statements("sent", len(statements))
        log.info("lms.sent", statements=len(statements))
        if self._failures:
            log.info("lms.sends_again", failed_before=self._failures)
        self._failures, self._paused_until, self._refused = 0, None, []

"""Invitations and their reminder in the running bot: at 9:00 on a working day, once, and only while they make sense."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.delivery.delivery_kind import ClaimDecision
from bot.domain.learner import Person as Learner
from bot.domain.schedule import DeliveryKindName
from bot.kinds.invitation import REMINDER
from bot.learning import deactivation, enrollment, invitations, planning
from bot.learning.invitations import Guest
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session, learners
from bot.storage.tables import Delivery, SendState
from tests.builders import SetClock
from tests.kinds.conftest import NINE, beat

INVITED, ADMIN = Learner("T0RIVER", "U0AMARA"), Learner("T0RIVER", "U0TOMAS")
NEW_YORK = "America/New_York"

SUNDAY_NIGHT = datetime(2026, 11, 22, 9, 17, tzinfo=UTC)
"""4:17 in New York."""

A_WEEK = timedelta(days=7)


@pytest.fixture
async def rounds(settings: Settings, clock: SetClock, amara: SandboxUser) -> AsyncIterator[Rounds]:
    """The bot. An admin invites Amara in the night to Monday."""
    clock.now = SUNDAY_NIGHT
    async with running_rounds(settings, clock) as started:
        await write(started, invitations.invite_people, ADMIN, [Guest(INVITED.user_id, NEW_YORK)], None, None, clock())
        yield started


async def write(rounds: Rounds, use_case: Any, *arguments: Any) -> Any:
    return await rounds.transactions.write_in_background(use_case, *arguments)


def messages(sandbox: Sandbox) -> list[str]:
    """The first words of every message, in order."""
    return [message.text.partition(" ")[0] for message in sandbox.workspace.all_messages()]


def is_reminder(message: dict[str, Any]) -> bool:
    return bool(message["text"].startswith("Just once more:"))


async def row_of(rounds: Rounds, kind: str) -> Delivery | None:
    def find(session: Session) -> Delivery | None:
        learner = learners.find(session, INVITED)
        assert learner is not None
        day = NINE.date()
        return session.get(Delivery, planning.build_delivery_id(learner.team_id, learner.user_id, day, kind))

    return await rounds.transactions.read(find)


async def test_it_comes_at_nine_on_monday_and_one_reminder_a_week_later(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock
) -> None:
    for at in (SUNDAY_NIGHT, NINE - timedelta(seconds=1)):
        await beat(rounds, clock, at)
    assert messages(sandbox) == []

    await beat(rounds, clock, NINE)
    assert messages(sandbox) == ["Hi,"]

    await beat(rounds, clock, NINE + A_WEEK - timedelta(seconds=1))
    assert messages(sandbox) == ["Hi,"]

    for days in (7, 8, 14, 21):
        await beat(rounds, clock, NINE + timedelta(days=days))
    assert messages(sandbox) == ["Hi,", "Just"]


@pytest.mark.parametrize("pressed", [ids.START_LESSONS, ids.DECLINE_LESSONS])
async def test_whoever_answers_is_not_reminded(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser, pressed: str
) -> None:
    await beat(rounds, clock, NINE)
    invitation = await amara.wait_for_message(lambda message: "Hi, I'm Rounds" in message["text"])
    await amara.click(pressed, ts=invitation["ts"])
    await amara.wait_for_message(
        lambda message: message["ts"] == invitation["ts"] and "Hi, I'm Rounds" not in message["text"]
    )

    await beat(rounds, clock, NINE + A_WEEK)

    assert "Just" not in messages(sandbox)
    reminder = await row_of(rounds, REMINDER)
    expected = ClaimDecision.STARTED if pressed == ids.START_LESSONS else ClaimDecision.DECLINED
    assert reminder is not None
    assert reminder.reason == expected


async def test_a_reminder_can_be_answered(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    for at in (NINE, NINE + A_WEEK):
        await beat(rounds, clock, at)
    reminder = await amara.wait_for_message(is_reminder)

    await amara.click(ids.START_LESSONS, ts=reminder["ts"])

    await amara.wait_for_message(lambda message: message["ts"] == reminder["ts"] and "You're set." in message["text"])


async def test_whoever_is_deactivated_in_between_is_not_reminded(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock
) -> None:
    await beat(rounds, clock, NINE)
    learner = await rounds.transactions.read(enrollment.find_learner, INVITED, clock())
    assert learner is not None
    await write(rounds, deactivation.deactivate_learner, learner.id, clock())

    await beat(rounds, clock, NINE + A_WEEK)

    assert messages(sandbox) == ["Hi,"]


@pytest.mark.parametrize("fault", ["drop_after_accept", "server_error"])
@pytest.mark.parametrize("kind", [DeliveryKindName.INVITATION, REMINDER])
async def test_one_that_slack_may_have_taken_comes_once(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, fault: Any, kind: str
) -> None:
    due = NINE
    if kind == REMINDER:
        await beat(rounds, clock, NINE)
        due += A_WEEK
    sandbox.faults.add(method="chat.postMessage", kind=fault, times=1)
    for minutes in (0, 5, 6):
        await beat(rounds, clock, due + timedelta(minutes=minutes))

    row = await row_of(rounds, kind)
    assert row is not None
    assert row.state == SendState.SENT
    assert messages(sandbox) == (["Hi,"] if kind == DeliveryKindName.INVITATION else ["Hi,", "Just"])


async def test_one_that_is_held_over_the_night_comes_in_the_morning_and_its_reminder_a_week_after_that(
    sandbox: Sandbox, rounds: Rounds, settings: Settings, clock: SetClock
) -> None:
    sandbox.faults.add(method="chat.postMessage", kind="error", error="org_login_required")
    await beat(rounds, clock, NINE)
    sandbox.faults.clear()
    await rounds.stop()
    at_four = clock.now = NINE + timedelta(hours=19)
    tuesday = NINE + timedelta(days=1)

    async with running_rounds(settings, clock) as again:  # a new process, as a hold is in memory
        for minutes in (0, 5, 6):  # Slack is asked first, because a night without a worker could mean a restored backup
            await beat(again, clock, at_four + timedelta(minutes=minutes))
        assert messages(sandbox) == []

        await beat(again, clock, tuesday)
        assert messages(sandbox) == ["Hi,"]

        await beat(again, clock, NINE + A_WEEK)
        assert messages(sandbox) == ["Hi,"]
        await beat(again, clock, tuesday + A_WEEK)
        assert messages(sandbox) == ["Hi,", "Just"]


async def test_an_invitation_that_failed_has_no_reminder(sandbox: Sandbox, rounds: Rounds, clock: SetClock) -> None:
    sandbox.faults.add(method="chat.postMessage", kind="error", error="restricted_action", times=1)
    await beat(rounds, clock, NINE)

    await beat(rounds, clock, NINE + A_WEEK)

    assert messages(sandbox) == []
    reminder = await row_of(rounds, REMINDER)
    assert reminder is not None
    assert reminder.reason == ClaimDecision.NOTHING_DUE

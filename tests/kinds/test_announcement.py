"""A message to a cohort in the running bot: once to each, also if Slack's answer is lost, and none once taken back."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person as Learner
from bot.domain.schedule import DeliveryKindName
from bot.learning import announcements, cohorts, enrollment, planning
from bot.learning.announcements import AnnouncementView
from bot.learning.invitations import Guest
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.storage import Session, learners
from bot.storage.tables import Delivery, SendState
from tests.builders import SetClock
from tests.kinds.conftest import AN_HOUR, NINE, beat

AMARA, LEAD = Learner("T0RIVER", "U0AMARA"), Learner("T0RIVER", "U0TOMAS")
NEW_YORK = "America/New_York"
WRITTEN_AT = NINE + AN_HOUR
DUE_AT = WRITTEN_AT + timedelta(minutes=10)


@pytest.fixture
async def rounds(settings: Settings, clock: SetClock, amara: SandboxUser) -> AsyncIterator[Rounds]:
    """The bot. Amara is at work in New York, and in a cohort of Tomas's."""
    async with running_rounds(settings, clock) as started:
        for person in (AMARA, LEAD):
            await write(started, enrollment.register_learner, person, NEW_YORK, clock())
        await write(started, enrollment.start_lessons, AMARA, NEW_YORK, clock())
        draft = CohortDraft("Ward managers", date(2026, 11, 23), lead=LEAD.user_id)
        cohort = await write(started, cohorts.start_cohort, started.library, LEAD, draft, clock())
        await write(started, cohorts.add_people, LEAD, cohort.id, [Guest(AMARA.user_id, NEW_YORK)], None, True, clock())
        await beat(started, clock, NINE)  # the lesson
        yield started


async def write(rounds: Rounds, use_case: Any, *arguments: Any) -> Any:
    return await rounds.transactions.write_in_background(use_case, *arguments)


async def announce(rounds: Rounds, clock: SetClock) -> AnnouncementView:
    clock.now = WRITTEN_AT
    (cohort,) = await write(rounds, cohorts.list_cohorts, rounds.library, LEAD.team_id, None)
    sent: AnnouncementView = await write(
        rounds, announcements.announce, LEAD, cohort.id, "We meet on Thursday.", False, clock()
    )
    return sent


def messages(sandbox: Sandbox) -> list[str]:
    return [each.text for each in sandbox.workspace.all_messages() if each.text.startswith("From <@U0TOMAS>")]


async def row(rounds: Rounds) -> Delivery:
    def find(session: Session) -> Delivery:
        assert learners.find(session, AMARA) is not None
        kind = DeliveryKindName.ANNOUNCEMENT
        return session.get_one(Delivery, planning.build_delivery_id(*AMARA.in_workspace, NINE.date(), kind))

    return await rounds.transactions.read(find)


async def test_it_comes_once_and_reads_as_it_was_typed(sandbox: Sandbox, rounds: Rounds, clock: SetClock) -> None:
    await announce(rounds, clock)
    await beat(rounds, clock, DUE_AT - timedelta(seconds=1))
    assert messages(sandbox) == []

    for minutes in (0, 1, 60):
        await beat(rounds, clock, DUE_AT + timedelta(minutes=minutes))

    [text] = messages(sandbox)
    assert "to your group Ward managers:\nWe meet on Thursday." in text


@pytest.mark.parametrize("fault", ["drop_after_accept", "server_error"])
async def test_one_that_slack_may_have_taken_comes_once(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, fault: Any
) -> None:
    await announce(rounds, clock)
    sandbox.faults.add(method="chat.postMessage", kind=fault, times=1)
    await beat(rounds, clock, DUE_AT)
    assert (await row(rounds)).state == SendState.SENDING
    await write(rounds, announcements.forget_words, clock())

    for minutes in (5, 6):
        await beat(rounds, clock, DUE_AT + timedelta(minutes=minutes))

    assert (await row(rounds)).state == SendState.SENT
    assert len(messages(sandbox)) == 1


async def test_after_a_restart_over_night_it_comes_in_the_morning(
    sandbox: Sandbox, rounds: Rounds, settings: Settings, clock: SetClock
) -> None:
    await announce(rounds, clock)
    await rounds.stop()
    at_four = clock.now = NINE + timedelta(hours=19)

    async with running_rounds(settings, clock) as again:
        for minutes in (0, 5, 6):  # Slack is asked first, because a night without a worker could mean a restored backup
            await beat(again, clock, at_four + timedelta(minutes=minutes))
        assert messages(sandbox) == []

        await beat(again, clock, DUE_AT + timedelta(days=1))
        assert len(messages(sandbox)) == 1


async def test_one_that_was_taken_back_doesnt_come(sandbox: Sandbox, rounds: Rounds, clock: SetClock) -> None:
    sent = await announce(rounds, clock)
    clock.now = DUE_AT
    await write(rounds, announcements.take_back, LEAD, sent.id, False, clock())

    await beat(rounds, clock, DUE_AT)

    assert messages(sandbox) == []
    assert (await row(rounds)).reason == announcements.TAKEN_BACK

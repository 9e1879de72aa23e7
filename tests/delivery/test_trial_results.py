"""How a trial ended is told exactly once, also after a crash or a lost reply, and only to an admin who is there."""

from dataclasses import dataclass, field, replace

import pytest

from bot.delivery.transactions import Transactions
from bot.delivery.trial_results import TrialResultSender
from bot.errors import (
    HistoryUnreadable,
    PersonLeft,
    SendDelayed,
    SendError,
    SendFailed,
    SendUncertain,
    WorkspaceHeld,
)
from bot.learning import trial_results, trials
from bot.learning.trial_results import TrialResult
from bot.learning.trials import TrialDraft
from tests.builders import TEAM
from tests.learning.test_cohorts import ADMIN, SPRING, start
from tests.learning.test_trials import advance
from tests.ward import Ward


@dataclass
class Slack:
    """Keeps what was posted; `refuses` makes it fail, and a lost reply comes after the message."""

    posted: list[TrialResult] = field(default_factory=list)
    refuses: SendError | None = None
    loses_replies: bool = False
    is_unreadable: bool = False
    is_admin: bool = True
    lookups: int = 0

    async def may_be_told(self, told: TrialResult) -> bool:
        return self.is_admin

    async def was_posted(self, told: TrialResult) -> bool:
        self.lookups += 1
        if self.is_unreadable:
            raise HistoryUnreadable("timeout")
        return told.message_id in {each.message_id for each in self.posted}

    async def notify(self, told: TrialResult) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.posted.append(told)
        if self.loses_replies:
            raise SendUncertain("timeout")


@pytest.fixture
def slack(ward: Ward) -> Slack:
    """A trial has ended, and it is ten o'clock where its planner works."""
    ward.clock.set("2026-03-02 10:00")
    ward.meet(ADMIN)
    cohort = start(ward, replace(SPRING, program=None))
    ward.run(trials.plan_trial, ADMIN, TrialDraft(cohort.id, 12, 40, 15), ward.clock())
    advance(ward, "2026-06-03")
    ward.clock.set("2026-06-03 10:00")
    return Slack()


@pytest.fixture
def sender(ward: Ward, transactions: Transactions, slack: Slack) -> TrialResultSender:
    return TrialResultSender(transactions, slack, ward.clock)


async def for_hours(ward: Ward, sender: TrialResultSender, hours: int = 3) -> None:
    for _hour in range(hours):
        await sender.send_due()
        ward.clock.advance(hours=1)


async def test_it_is_told_once(ward: Ward, sender: TrialResultSender, slack: Slack) -> None:
    await for_hours(ward, sender)

    assert [each.person for each in slack.posted] == [ADMIN]
    assert slack.lookups == 0


async def test_a_message_whose_reply_was_lost_is_found_and_not_repeated(
    ward: Ward, sender: TrialResultSender, slack: Slack
) -> None:
    slack.loses_replies = True
    await sender.send_due()
    slack.loses_replies, slack.is_unreadable = False, True
    ward.clock.advance(hours=1)
    await sender.send_due()
    slack.is_unreadable = False
    ward.clock.advance(hours=1)

    await for_hours(ward, sender)

    assert (len(slack.posted), slack.lookups) == (1, 2)


@pytest.mark.parametrize("was_posted", [True, False])
async def test_after_a_crash_it_is_told_if_it_was_not(
    ward: Ward, sender: TrialResultSender, slack: Slack, was_posted: bool
) -> None:
    (claimed,) = ward.run(trial_results.claim_results, ward.clock())
    slack.posted += [claimed] if was_posted else []
    await sender.send_due()
    assert slack.lookups == 0, "the other process may still be posting"
    ward.clock.advance(hours=1)

    await for_hours(ward, sender)

    assert (len(slack.posted), slack.lookups) == (1, 1)


@pytest.mark.parametrize(
    "refusal", [SendDelayed(30), WorkspaceHeld("team_access_not_granted"), SendFailed("invalid_blocks")]
)
async def test_what_surely_did_not_arrive_is_sent_an_hour_later(
    ward: Ward, sender: TrialResultSender, slack: Slack, refusal: SendError
) -> None:
    slack.refuses = refusal
    await sender.send_due()
    slack.refuses = None
    ward.clock.advance(hours=1)

    await for_hours(ward, sender)

    assert (len(slack.posted), slack.lookups) == (1, 0)


@pytest.mark.parametrize("why", [PersonLeft("user_not_found"), None])
async def test_whoever_left_or_is_no_admin_anymore_is_not_told_later_either(
    ward: Ward, sender: TrialResultSender, slack: Slack, why: SendError | None
) -> None:
    slack.refuses, slack.is_admin = why, why is not None
    await sender.send_due()
    slack.refuses, slack.is_admin = None, True

    await for_hours(ward, sender)

    assert slack.posted == []
    assert ward.run(trials.list_trials, TEAM)[0].ending is not None

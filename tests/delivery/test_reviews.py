"""Review reminders are sent once an hour, at most once each, and again if Slack was busy."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from bot.delivery.departures import Departures
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.reviews import ReviewReminder
from bot.delivery.transactions import Transactions
from bot.errors import SendDelayed, SendError, SendFailed, SendUncertain
from bot.learning import packs, workspace_lifecycle
from bot.learning.review_notices import ReviewNotice
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import TEAM, lesson, pack
from tests.ward import Ward


@dataclass
class Listener:
    """Records the notices sent to admins; `refuses` makes it fail."""

    heard: list[ReviewNotice] = field(default_factory=list)
    refuses: SendError | None = None

    async def notify(self, news: ReviewNotice) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.heard.append(news)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def reminder(ward: Ward, transactions: Transactions, listener: Listener) -> ReviewReminder:
    ward.clock.set("2026-03-02 09:00")
    ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", ward.clock())
    rule = replace(lesson("say-the-rule"), review_by=date(2026, 3, 1))
    ward.run(packs.load_pack, pack(rule, version="2.0"), EVERYONES_SCOPE, "operator", ward.clock())
    return ReviewReminder(transactions, ward.library, listener, ["U0ADMIN"], ward.clock)


async def test_admin_is_told_once(reminder: ReviewReminder, listener: Listener, ward: Ward):
    await reminder.send_reminders()
    ward.clock.advance(hours=1)
    await reminder.send_reminders()

    (told,) = listener.heard
    assert [each.id for each in told.reviews.overdue] == ["say-the-rule"]


async def test_busy_slack_is_asked_again_an_hour_later(reminder: ReviewReminder, listener: Listener, ward: Ward):
    listener.refuses = SendDelayed(30)
    await reminder.send_reminders()
    listener.refuses = None
    ward.clock.advance(hours=1)

    await reminder.send_reminders()

    assert len(listener.heard) == 1


@pytest.mark.parametrize("refusal", [SendFailed("user_not_found"), SendUncertain("timeout")])
async def test_what_may_have_arrived_or_never_will_is_not_repeated(
    reminder: ReviewReminder, listener: Listener, ward: Ward, refusal: SendError
):
    listener.refuses = refusal
    await reminder.send_reminders()
    listener.refuses = None
    ward.clock.advance(hours=1)

    await reminder.send_reminders()

    assert listener.heard == []


async def test_housekeeping_reminds_once_an_hour_and_outlives_a_broken_chore(
    transactions: Transactions, ward: Ward, reminder: ReviewReminder, listener: Listener
):
    async def breaks() -> None:
        raise RuntimeError("no disk")

    async def installed(_team_id: str) -> bool:
        return True

    async def back(_team_id: str) -> None:
        """Nobody left."""

    house = Housekeeping(
        transactions,
        Departures(transactions, ward.clock, installed),
        installed,
        ward.clock,
        back,
        ward.library,
        [breaks, reminder.send_reminders],
    )

    assert await house.run_if_due()

    assert len(listener.heard) == 1

"""Monthly figures are sent at most once, and again an hour later if Slack was busy."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from bot.delivery.monthly_figures import MonthlyFiguresSender
from bot.delivery.transactions import Transactions
from bot.domain.cohort import CohortDraft
from bot.errors import SendDelayed, SendError, SendFailed, SendUncertain
from bot.learning import monthly_figures
from bot.learning.monthly_figures import MonthlyFigures
from tests.learning.test_cohorts import LEAD, start
from tests.ward import Ward


@dataclass
class Listener:
    """Records what leads are sent; `refuses` makes it fail."""

    heard: list[MonthlyFigures] = field(default_factory=list)
    refuses: SendError | None = None

    async def notify(self, figures: MonthlyFigures) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.heard.append(figures)


@pytest.fixture
def listener(ward: Ward) -> Listener:
    """A lead in London wants the figures, on the first Monday of March at 9:00."""
    ward.clock.set("2026-03-02 09:00")
    ward.meet(LEAD)
    cohort = start(ward, CohortDraft("Spring managers", date(2026, 3, 2), lead=LEAD.user_id))
    ward.run(monthly_figures.set_wish, LEAD, cohort.id, True)
    return Listener()


async def test_they_are_sent_once(ward: Ward, transactions: Transactions, listener: Listener) -> None:
    sender = MonthlyFiguresSender(transactions, listener, ward.library, ward.clock)
    await sender.send_due()
    ward.clock.advance(hours=1)
    await sender.send_due()

    assert [each.name for each in listener.heard] == ["Spring managers"]


async def test_busy_slack_is_asked_again_an_hour_later(
    ward: Ward, transactions: Transactions, listener: Listener
) -> None:
    sender = MonthlyFiguresSender(transactions, listener, ward.library, ward.clock)
    listener.refuses = SendDelayed(30)
    await sender.send_due()
    listener.refuses = None
    ward.clock.advance(hours=1)

    await sender.send_due()

    assert len(listener.heard) == 1


@pytest.mark.parametrize("refusal", [SendFailed("user_not_found"), SendUncertain("timeout")])
async def test_what_may_have_arrived_or_never_will_is_not_repeated(
    ward: Ward, transactions: Transactions, listener: Listener, refusal: SendError
) -> None:
    sender = MonthlyFiguresSender(transactions, listener, ward.library, ward.clock)
    listener.refuses = refusal
    await sender.send_due()
    listener.refuses = None
    ward.clock.advance(hours=1)

    await sender.send_due()

    assert listener.heard == []

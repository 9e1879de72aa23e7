"""Slack's refusals reveal who has left: Slack is asked once more, believed, and the departure is logged once."""

from dataclasses import dataclass, field

import pytest
from structlog.testing import LogCapture

from bot.delivery.departures import REFUSED_TOKEN_RETRY_SECONDS, DepartureDetectingMessenger, Departures
from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.errors import PersonLeft, SendFailed, WorkspaceLeft
from bot.learning import enrollment, workspace_lifecycle
from bot.storage.tables import LearnerState
from tests.builders import CLERK, NURSE, TEAM
from tests.delivery.conftest import send_batch
from tests.engine_kinds import KINDS
from tests.ward import Ward


@dataclass
class RefusingSlack:
    """A Slack that refuses everything with one error, and says whether it accepts the token."""

    error: Exception
    installed: bool | None = False
    asked: list[str] = field(default_factory=list)
    posts: int = 0

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        self.posts += 1
        raise self.error

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        self.posts += 1
        raise self.error

    async def is_installed(self, team_id: str) -> bool | None:
        self.asked.append(team_id)
        return self.installed


@pytest.fixture
def slack() -> RefusingSlack:
    return RefusingSlack(WorkspaceLeft("token_revoked"))


@pytest.fixture
def departures(transactions: Transactions, ward: Ward, slack: RefusingSlack) -> Departures:
    return Departures(transactions, ward.clock, slack.is_installed)


@pytest.fixture
def messenger(slack: RefusingSlack, departures: Departures) -> DepartureDetectingMessenger:
    return DepartureDetectingMessenger(slack, departures)


@pytest.fixture
def sender(
    transactions: Transactions, ward: Ward, messenger: DepartureDetectingMessenger, rate_limiter: RateLimiter
) -> Sender:
    return Sender(transactions, ward.library, KINDS, messenger, rate_limiter, ward.clock, "w1")


@pytest.fixture
def due(ward: Ward) -> Ward:
    """Two learners with a due lesson each."""
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


def said(logged: LogCapture) -> list[str]:
    return [entry["event"] for entry in logged.entries if entry["log_level"] in {"warning", "error"}]


async def test_a_refused_token_stops_the_workspace_and_is_said_once(
    due: Ward, sender: Sender, slack: RefusingSlack, logged: LogCapture
):
    await send_batch(sender)

    assert [day[2] for person in (NURSE, CLERK) for day in due.days(person)] == ["left", "left"]
    assert said(logged) == ["workspace.left"]
    assert slack.asked == [TEAM]
    assert await send_batch(sender) == 0


async def test_a_token_that_slack_takes_after_all_stops_nobody(
    due: Ward, sender: Sender, slack: RefusingSlack, logged: LogCapture
):
    slack.installed = True

    await send_batch(sender)

    assert "workspace.left" not in said(logged)
    assert due.claim() == ()
    due.clock.advance(seconds=3 * REFUSED_TOKEN_RETRY_SECONDS)
    assert len(due.claim()) == 2


async def test_a_refused_token_that_can_not_be_asked_about_is_believed(
    due: Ward, sender: Sender, slack: RefusingSlack, logged: LogCapture
):
    slack.installed = None

    await send_batch(sender)

    assert said(logged) == ["workspace.left"]


async def test_what_was_claimed_before_the_workspace_left_is_not_posted(
    due: Ward, messenger: DepartureDetectingMessenger, departures: Departures, slack: RefusingSlack
):
    claimed, _ = due.claim()
    await departures.confirm_workspace_left(TEAM, "app_uninstalled")

    with pytest.raises(WorkspaceLeft):
        await messenger.send(claimed)
    assert slack.posts == 0


async def test_a_workspace_that_another_process_took_back_is_written_to(due: Ward, departures: Departures):
    await departures.confirm_workspace_left(TEAM, "app_uninstalled")
    due.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", due.clock())

    assert await departures.workspace_has_left(TEAM) is False


async def test_a_history_that_the_token_does_not_open_is_not_asked_for_again(
    due: Ward, transactions: Transactions, messenger: DepartureDetectingMessenger, slack: RefusingSlack
):
    due.claim()
    due.clock.advance(minutes=5)
    reconciler = Reconciler(transactions, messenger, due.clock)

    await reconciler.run()
    asked = slack.posts
    due.clock.advance(minutes=30)
    await reconciler.run()

    assert slack.posts == asked


async def test_a_person_whom_slack_gives_nothing_has_nothing_planned(
    due: Ward, sender: Sender, slack: RefusingSlack, logged: LogCapture
):
    slack.error = PersonLeft("user_disabled")

    await send_batch(sender)

    assert [day[2] for day in due.days(NURSE)] == ["user_disabled"]
    assert due.find(NURSE).state is LearnerState.LEFT
    due.clock.set("2026-03-03 09:00")
    due.plan()
    assert due.claim() == ()


async def test_a_message_that_slack_refuses_for_itself_takes_nobody_for_gone(
    due: Ward, sender: Sender, slack: RefusingSlack
):
    slack.error = SendFailed("msg_too_long")

    await send_batch(sender)

    assert due.find(NURSE).state is LearnerState.ACTIVE


async def test_an_event_of_a_workspace_that_is_installed_anew_is_old_news(
    due: Ward, departures: Departures, slack: RefusingSlack
):
    slack.installed = True

    assert await departures.confirm_workspace_left(TEAM, "tokens_revoked") is False
    assert due.run(enrollment.find_learner, Person(TEAM, NURSE.user_id), due.clock()) is not None
    assert len(due.claim()) == 2

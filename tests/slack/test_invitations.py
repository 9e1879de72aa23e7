"""Inviting a large channel: acknowledged at once, and then done without delaying anyone."""

from datetime import date
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import func, select

from bot.delivery.transactions import Transactions
from bot.domain.formats import DEFAULT_FORMATS
from bot.domain.learner import Person
from bot.learning import privacy
from bot.slack.blocks.invitations import invited_message
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.invitations import InvitationHandlers
from bot.slack.inviting import BATCH_SIZE, InvitingFailed
from bot.slack.user_groups import list_user_groups
from bot.storage.tables import Learner
from tests.builders import TEAM, at
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

ADMIN = "U0ADMIN"

COMING = invited_message([date(2026, 3, 2)], DEFAULT_FORMATS).text


class Invitation:
    """Presses *Invite* as an admin, for one channel."""

    def __init__(self, ward: Ward, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self.ack = AsyncAck()
        self._ward = ward
        self._client = client
        admins = frozenset({ADMIN})
        context = HandlerContext(
            Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS, admins
        )
        self._actions = InvitationHandlers(context)

    @property
    def invited(self) -> int:
        return self._ward.run(lambda session: session.exec(select(func.count()).select_from(Learner)).one())

    async def press(self, channel: str | None = "C1", user_group: str | None = None) -> None:
        group = {"value": user_group} if user_group else None
        values = {
            "people": {"people": {"selected_users": []}},
            "channel": {"channel": {"selected_conversation": channel}},
            "user_group": {"user_group": {"selected_option": group}},
        }
        await self._actions.invite(
            self.ack, {"state": {"values": values}}, self._client, Person(TEAM, ADMIN), "U0ROUNDS"
        )


@pytest.fixture
def invitation(ward: Ward, client: AsyncWebClient, session: aiohttp.ClientSession) -> Invitation:
    return Invitation(ward, client, session)


def page(*users: str, onward: str = "") -> dict[str, Any]:
    return {"ok": True, "members": list(users), "response_metadata": {"next_cursor": onward}}


def user(tz: str | None = "Europe/London", **said: object) -> dict[str, Any]:
    return {"ok": True, "user": {"tz": tz, **said}}


async def test_slack_is_answered_after_the_first_page_and_the_rest_is_read_then(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    acknowledged = []

    async def second(_: web.Request) -> web.Response:
        acknowledged.append(invitation.ack.response is not None)
        return web.json_response(page("U2", "U0ROUNDS"))

    slack.answers("conversations.members", page("U1", onward="more"), second)
    slack.answers("users.info", user(), user())

    await invitation.press()

    assert acknowledged == [True]
    assert [call["text"] for call in slack.calls("chat.postMessage")] == [COMING]
    assert invitation.invited == 2


async def test_a_large_channel_is_invited_in_batches_and_answered_once(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    everyone = [f"U{number}" for number in range(2 * BATCH_SIZE + 50)]
    slack.answers("conversations.members", page(*everyone))
    slack.answers("users.info", *[user() for _ in everyone])

    await invitation.press()

    assert invitation.invited == 2 * BATCH_SIZE + 50
    assert [call["text"] for call in slack.calls("chat.postMessage")] == [COMING]


async def test_bots_strangers_leavers_and_the_unknown_are_left_out_and_counted(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    slack.answers("conversations.members", page("UBOT", "ULEFT", "UGUEST", "UGONE", "USLACKBOT", "U1"))
    slack.answers(
        "users.info",
        user(is_bot=True),
        user(deleted=True),
        user(is_stranger=True),
        {"ok": False, "error": "user_not_found"},
        user(),
    )

    await invitation.press()

    text = slack.calls("chat.postMessage")[0]["text"]
    assert text == f"{COMING} 5 accounts can't be invited: bots, or people who have left."
    assert invitation.invited == 1


async def test_whoever_is_in_a_channel_and_in_a_user_group_is_invited_once(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    slack.answers("conversations.members", page("U1", "U2"))
    slack.answers("usergroups.users.list", {"ok": True, "users": ["U2", "U3", "U0ROUNDS"]})
    slack.answers("users.info", user(), user(), user())

    await invitation.press(user_group="S1")

    assert [call["user"] for call in slack.calls("users.info") if "user" in call][-3:] == ["U1", "U2", "U3"]
    assert invitation.invited == 3


async def test_a_user_group_that_is_gone_is_said_beside_the_field(slack: ScriptedSlack, invitation: Invitation) -> None:
    slack.answers("usergroups.users.list", {"ok": False, "error": "no_such_subteam"})

    await invitation.press(channel=None, user_group="S1")

    assert invitation.ack.response is not None
    assert "can't see that user group" in str(invitation.ack.response.body)
    assert invitation.invited == 0


@pytest.mark.parametrize("refused", ["missing_scope", "plan_upgrade_required"])
async def test_without_user_groups_people_and_channels_are_offered(
    slack: ScriptedSlack, client: AsyncWebClient, refused: str
) -> None:
    slack.answers("usergroups.list", {"ok": False, "error": refused})

    assert await list_user_groups(client) == []


async def test_user_groups_are_offered_by_name_without_those_of_others(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    groups = [
        {"id": "S1", "name": "night shift"},
        {"id": "S2", "name": "Charge nurses"},
        {"id": "S3", "name": "Agency", "is_external": True},
    ]
    slack.answers("usergroups.list", {"ok": True, "usergroups": groups})

    assert [group.name for group in await list_user_groups(client)] == ["Charge nurses", "night shift"]


async def test_nobody_is_left_out_because_slack_asked_to_wait(slack: ScriptedSlack, invitation: Invitation) -> None:
    def too_fast() -> web.Response:
        said = {"ok": False, "error": "ratelimited"}
        return web.json_response(said, status=429, headers={"Retry-After": "1"})

    slack.answers("conversations.members", page("U1"))
    slack.answers("users.info", too_fast(), user())

    await invitation.press()

    assert slack.calls("chat.postMessage")[0]["text"] == COMING
    assert invitation.invited == 1


async def test_a_page_that_fails_after_the_acknowledgement_is_reported(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    slack.answers("conversations.members", page("U1", onward="more"), {"ok": False, "error": "fatal_error"})

    with pytest.raises(InvitingFailed, match="invite them again: nobody gets a second message"):
        await invitation.press()

    assert invitation.invited == 0


async def test_the_answer_is_the_same_whoever_is_chosen(
    slack: ScriptedSlack, invitation: Invitation, ward: Ward
) -> None:
    ward.enrol(Person(TEAM, "U1"))
    ward.enrol(Person(TEAM, "U2"))
    ward.run(privacy.erase_learner, Person(TEAM, "U2"), ward.clock())
    slack.answers("conversations.members", page("U1"), page("U2"), page("U3"))
    slack.answers("users.info", user(), user(), user())

    for _ in range(3):
        await invitation.press()

    assert {call["text"] for call in slack.calls("chat.postMessage")} == {COMING}
    assert ward.invited() == ["U3"], "the others know Rounds, or left it"


async def test_an_admin_reads_on_which_days_invitations_come(
    slack: ScriptedSlack, invitation: Invitation, ward: Ward
) -> None:
    ward.clock.set("2026-03-05 10:00")  # Thursday; Friday and Saturday are the weekend in Riyadh
    slack.answers("conversations.members", page("U1", "U2"))
    slack.answers("users.info", user("Europe/London"), user("Asia/Riyadh"))

    await invitation.press()

    assert (
        slack.calls("chat.postMessage")[0]["text"]
        == invited_message([date(2026, 3, 6), date(2026, 3, 8)], DEFAULT_FORMATS).text
    )


async def test_people_whose_zone_slack_does_not_know_are_taken_to_be_where_the_admin_is(
    slack: ScriptedSlack, invitation: Invitation, ward: Ward
) -> None:
    slack.answers("conversations.members", page("U1"))
    slack.answers("users.info", user(None), user("Asia/Tokyo"))

    await invitation.press()

    (row,) = ward.deliveries(Person(TEAM, "U1"))
    assert row.due_at == at("2026-03-03 00:00"), "9:00 in Tokyo; it is past that on Monday"


async def test_nobody_is_promised_an_invitation_if_nobody_can_get_one(
    slack: ScriptedSlack, invitation: Invitation
) -> None:
    slack.answers("conversations.members", page("UBOT"))
    slack.answers("users.info", user(is_bot=True))

    await invitation.press()

    text = slack.calls("chat.postMessage")[0]["text"]
    assert text == "Nobody was invited. 1 account can't be invited: a bot, or someone who has left."

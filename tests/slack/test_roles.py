"""Who may see figures: admins, and people whom an admin made viewers, as long as they are no guests."""

import json
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.roles import Role
from bot.learning import privacy, roles
from bot.slack.blocks.administration import ROLE_FIELDS, authors_modal, viewers_modal
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.administration import AdministrationHandlers
from tests.builders import CLERK, NURSE, TEAM
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")
MEMBER = {"id": NURSE.user_id, "team_id": TEAM}
GUEST = MEMBER | {"is_restricted": True}
GONE = MEMBER | {"deleted": True}


@pytest.fixture
def context(ward: Ward, session: Any) -> HandlerContext:
    transactions = Transactions(ward.store)
    return HandlerContext(transactions, ward.library, ward.clock, lambda: None, session, KINDS, frozenset({"U0ADMIN"}))


@pytest.mark.parametrize(("profile", "may"), [(MEMBER, True), (GUEST, False), (GONE, False)])
async def test_a_viewer_who_becomes_a_guest_or_leaves_sees_nothing(
    slack: ScriptedSlack,
    client: AsyncWebClient,
    ward: Ward,
    context: HandlerContext,
    profile: dict[str, Any],
    may: bool,
) -> None:
    ward.run(roles.change_people, ADMIN, Role.VIEWER, [], [NURSE.user_id], ward.clock())
    slack.answers("users.info", {"ok": True, "user": profile})

    assert await context.may_see_figures(client, NURSE) is may


async def test_an_author_and_anybody_else_are_no_viewers(
    slack: ScriptedSlack, client: AsyncWebClient, ward: Ward, context: HandlerContext
) -> None:
    ward.run(roles.change_people, ADMIN, Role.AUTHOR, [], [NURSE.user_id], ward.clock())
    slack.answers("users.info", *({"ok": True, "user": MEMBER | {"id": each.user_id}} for each in (NURSE, CLERK)))

    assert not await context.may_see_figures(client, NURSE)
    assert not await context.may_see_figures(client, CLERK)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("profile", "has_it"), [(MEMBER, True), (GUEST, False), (GONE, False)])
async def test_a_guest_or_a_deactivated_account_gets_no_role(
    slack: ScriptedSlack,
    client: AsyncWebClient,
    ward: Ward,
    context: HandlerContext,
    role: Role,
    profile: dict[str, Any],
    has_it: bool,
) -> None:
    handlers = AdministrationHandlers(context)
    view = (authors_modal if role is Role.AUTHOR else viewers_modal)(()).to_dict()
    view["private_metadata"] = ""
    view["state"] = {"values": {"people": {ROLE_FIELDS[role]: {"selected_users": [NURSE.user_id]}}}}
    slack.answers("users.info", {"ok": True, "user": profile})
    save = handlers.save_authors if role is Role.AUTHOR else handlers.save_viewers

    await save(AsyncAck(), json.loads(json.dumps(view)), client, ADMIN)

    assert ward.run(roles.list_people, TEAM, role) == ((NURSE.user_id,) if has_it else ())
    [told] = slack.calls("chat.postMessage")
    assert ("was changed: Slack doesn't confirm" in told["text"]) is not has_it


def test_the_two_roles_are_given_and_taken_apart(ward: Ward) -> None:
    for role in Role:
        ward.run(roles.change_people, ADMIN, role, [], [NURSE.user_id], ward.clock())

    ward.run(roles.change_people, ADMIN, Role.AUTHOR, [NURSE.user_id], [], ward.clock())

    assert ward.run(roles.is_viewer, NURSE)
    assert not ward.run(roles.is_author, NURSE)
    assert not ward.run(roles.is_viewer, Person("T0OTHER", NURSE.user_id))


def test_a_viewer_who_deletes_everything_is_none_anymore(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(roles.change_people, ADMIN, Role.VIEWER, [], [NURSE.user_id], ward.clock())

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert ward.run(roles.list_people, TEAM, Role.VIEWER) == ()

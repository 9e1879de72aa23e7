"""Invites many people, in batches behind what others ask for."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import RoundsError
from bot.language import mark
from bot.learning import invitations
from bot.learning.invitations import Guest
from bot.slack.handler_context import HandlerContext, read_slack_profile
from bot.slack.invitees import find_guest

BATCH_SIZE = 200
"""People invited in one transaction. It takes a few milliseconds, so nobody else's press waits for long."""

PlanInvitations = Callable[[Sequence[Guest], str | None], Awaitable[None]]
"""Plans the invitations of some people, given the time zone of whoever invites them."""


class InvitingFailed(RoundsError):
    """Something went wrong before everyone was invited. They can be invited again: nobody gets a second message."""

    default = mark(
        "Something went wrong before everyone was invited. Please invite them again: nobody gets a second message."
    )


async def invite_in_batches(
    context: HandlerContext,
    client: AsyncWebClient,
    inviter: Person,
    people: Sequence[str],
    starts_on: date | None,
    plan: PlanInvitations,
) -> tuple[list[date], int]:
    """Plan the invitations of everyone who can read one.

    Returns the local dates on which they come, and how many people (user ids) are left out: bots, and people who are
    deactivated, of another workspace, or unknown.
    """
    own_zone, days, left_out = None, set[date](), 0
    for start in range(0, len(people), BATCH_SIZE):
        batch = people[start : start + BATCH_SIZE]
        guests = [guest for user_id in batch if (guest := await find_guest(client, user_id, inviter))]
        left_out += len(batch) - len(guests)
        if own_zone is None and any(guest.tz is None for guest in guests):
            own_zone = (await read_slack_profile(client, inviter)).tz
        days |= set(invitations.list_invitation_days(guests, own_zone, starts_on, context.clock()))
        await plan(guests, own_zone)
    return sorted(days), left_out

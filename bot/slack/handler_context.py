"""What every handler needs: the way to use cases, the clock, and the ways to answer."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.domain.learner import Person, is_time_zone
from bot.learning import enrollment
from bot.learning.enrollment import LearnerView
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.slack.api_errors import slack_error_code
from bot.slack.blocks import MessageContent
from bot.slack.blocks.admin import not_admin_message
from bot.slack.blocks.enrollment import answer_modal
from bot.slack.home_publisher import HomePublisher
from bot.slack.message_kind import MessageKinds
from bot.slack.replies import Replies
from bot.slack.shown_tips import ShownTips
from bot.slack.use_cases import UseCaseRunner

Body = Mapping[str, Any]


class HandlerContext:
    """Shared by all handlers.

    `read`, `write_for_person`, and `write_in_background` run a use case with what it takes besides the caller's
    arguments: a session, the library, the time.
    """

    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        clock: Clock,
        wake: Callable[[], None],
        session: aiohttp.ClientSession,
        kinds: MessageKinds,
        admins: frozenset[str] = frozenset(),
    ) -> None:
        """`wake` tells the engine that something is due now; `session` is shared; `kinds` are the kinds of
        delivery; `admins` are user ids."""
        self.read = UseCaseRunner(transactions.read, library, clock)
        self.write_for_person = UseCaseRunner(transactions.write_for_person, library, clock)
        self.write_in_background = UseCaseRunner(transactions.write_in_background, library, clock)
        self.clock = clock
        self.wake = wake
        self.session = session
        self.kinds = kinds
        self.admins = admins
        self.replies = Replies(session)
        self.home = HomePublisher(self.read, clock)
        self.shown_tips = ShownTips(self.write_in_background, clock)

    async def meet(self, client: AsyncWebClient, person: Person) -> LearnerView:
        """This person, known from now on; Slack is asked for their time zone on first sight."""
        known = await self.read(enrollment.find_learner, person)
        if known is not None and known.preferences.tz != enrollment.UNKNOWN_TIME_ZONE:
            return known
        return await self.write_for_person(
            enrollment.register_learner, person, await profile_time_zone(client, person.user_id)
        )

    async def is_admin(self, client: AsyncWebClient, user_id: str) -> bool:
        """Whether this user is an admin or owner of the workspace, or named in ROUNDS_ADMINS."""
        if user_id in self.admins:
            return True
        user = (await client.users_info(user=user_id))["user"]
        return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))

    async def tell(self, client: AsyncWebClient, person: Person, message: MessageContent) -> None:
        """Send the result as a message of its own, and bring Home up to date."""
        await send_dm(client, person.user_id, message)
        await self.home.refresh(client, person)

    async def check_admin(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Whether an admin pressed; others are told who can. Asked at each press: a message can outlive an office."""
        if await self.is_admin(client, person.user_id):
            return True
        await ack()
        await self.replies.send(body["response_url"], self.refusal)
        return False

    @property
    def refusal(self) -> MessageContent:
        """What somebody is told who is no admin."""
        return not_admin_message(sorted(self.admins))

    async def answer_in_place(
        self, client: AsyncWebClient, body: Body, person: Person, message: MessageContent
    ) -> None:
        """Put the answer in the place of the message or modal with the button, or from Home into the conversation.

        Home is brought up to date.
        """
        view = body.get("view") or {}
        if body.get("response_url"):
            await self.replies.send(body["response_url"], message, replace=True)
        elif view.get("type") == "modal":
            await client.views_update(view_id=view["id"], view=answer_modal(message))
        else:
            await self.tell(client, person, message)
            return
        await self.home.refresh(client, person)


def pressed_message(body: Body) -> MessageRef:
    """The message that a button stands in."""
    message = body.get("message") or {}
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return MessageRef(
        channel=str(body["container"]["channel_id"]),
        ts=str(body["container"]["message_ts"]),
        delivery_id=_uuid(payload.get("delivery_id")),
    )


def pressed_value(body: Body) -> str:
    """The value of the button that was pressed."""
    return str(body["actions"][0].get("value", ""))


def pressed_letter(body: Body) -> str:
    """The letter of the option that was pressed: the last part of its button's action id."""
    return str(body["actions"][0]["action_id"]).rpartition(".")[2]


async def profile_time_zone(client: AsyncWebClient, user_id: str) -> str | None:
    """The time zone of a user's Slack profile, if it is one that this machine knows."""
    try:
        zone = (await client.users_info(user=user_id))["user"].get("tz")
    except SlackApiError:
        return None  # they can still set it themselves; meeting them must not fail for it
    return zone if zone and is_time_zone(zone) else None


async def open_modal(ack: AsyncAck, client: AsyncWebClient, body: Body, view: View) -> None:
    """Open a modal, on top of the one that is open where there is one; then acknowledge."""
    if (body.get("view") or {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def update_message(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Bring a posted message up to date; its metadata stays what it was.

    `parse`: unlike `chat.postMessage`, this method would look for names and links in plain text by default.
    """
    await client.chat_update(channel=ref.channel, ts=ref.ts, parse="none", **message.body)


async def update_message_if_exists(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """The same for a message that may be gone: then it says nothing wrong."""
    with contextlib.suppress(SlackApiError):
        await update_message(client, ref, message)


async def update_modal_if_open(client: AsyncWebClient, view_id: str | None, view: View) -> None:
    """Bring a modal up to date that may have been closed meanwhile, or may not be there at all (None)."""
    if view_id is None:
        return
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if slack_error_code(error) != "not_found":
            raise


async def send_dm(client: AsyncWebClient, user_id: str, message: MessageContent) -> None:
    """A message of its own to one person, in answer to something they did."""
    await client.chat_postMessage(channel=user_id, **message.body)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None

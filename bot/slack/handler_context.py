"""What every handler needs: use cases, the clock, and ways to answer."""

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
from bot.retrieval.background_model import BackgroundModel
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
    """Dependencies and helpers that all handlers share.

    `read`, `write_for_person`, and `write_in_background` run a use case. Callers pass its own arguments; the session,
    the library, and the time are added.
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
        sentence_model: BackgroundModel | None = None,
    ) -> None:
        """`wake` tells the engine that something is due now. `session` is shared. `kinds`: the kinds of delivery.
        `admins`: user ids. `sentence_model`: reads situations by meaning; without it only their words count."""
        self.read = UseCaseRunner(transactions.read, library, clock)
        self.write_for_person = UseCaseRunner(transactions.write_for_person, library, clock)
        self.write_in_background = UseCaseRunner(transactions.write_in_background, library, clock)
        self.clock = clock
        self.wake = wake
        self.session = session
        self.kinds = kinds
        self.understand = (sentence_model or BackgroundModel()).understand
        self.admins = admins
        self.replies = Replies(session)
        self.home = HomePublisher(self.read, clock)
        self.shown_tips = ShownTips(self.write_in_background, clock)

    async def get_or_register_learner(self, client: AsyncWebClient, person: Person) -> LearnerView:
        """Return this person's learner, registered on first contact with the time zone of their Slack profile."""
        learner = await self.read(enrollment.find_learner, person)
        if learner is not None and learner.preferences.tz != enrollment.UNKNOWN_TIME_ZONE:
            return learner
        return await self.write_for_person(
            enrollment.register_learner, person, await profile_time_zone(client, person.user_id)
        )

    async def is_admin(self, client: AsyncWebClient, user_id: str) -> bool:
        """Return whether this user is an admin or owner of the workspace, or listed in ROUNDS_ADMINS."""
        if user_id in self.admins:
            return True
        user = (await client.users_info(user=user_id))["user"]
        return bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))

    async def send_result(self, client: AsyncWebClient, person: Person, message: MessageContent) -> None:
        """Send the result as a new message, and refresh Home."""
        await send_dm(client, person.user_id, message)
        await self.home.refresh(client, person)

    async def check_admin(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Return whether an admin pressed; tell others who can. Checked at each press, as people stop being admins."""
        if await self.is_admin(client, person.user_id):
            return True
        await ack()
        await self.replies.send(body["response_url"], self.refusal)
        return False

    @property
    def refusal(self) -> MessageContent:
        """The answer to someone who isn't an admin."""
        return not_admin_message(sorted(self.admins))

    async def answer_in_place(
        self, client: AsyncWebClient, body: Body, person: Person, message: MessageContent
    ) -> None:
        """Replace the message or modal that holds the button with the answer, and refresh Home.

        A press in Home is answered with a new message.
        """
        view = body.get("view") or {}
        if body.get("response_url"):
            await self.replies.send(body["response_url"], message, replace=True)
        elif view.get("type") == "modal":
            await client.views_update(view_id=view["id"], view=answer_modal(message))
        else:
            await self.send_result(client, person, message)
            return
        await self.home.refresh(client, person)


def pressed_message(body: Body) -> MessageRef:
    """Return the message that the pressed button is in."""
    message = body.get("message") or {}
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return MessageRef(
        channel=str(body["container"]["channel_id"]),
        ts=str(body["container"]["message_ts"]),
        delivery_id=_uuid(payload.get("delivery_id")),
    )


def pressed_value(body: Body) -> str:
    """Return the value of the pressed button."""
    return str(body["actions"][0].get("value", ""))


def pressed_letter(body: Body) -> str:
    """Return the letter of the chosen option: the last part of the button's action id."""
    return str(body["actions"][0]["action_id"]).rpartition(".")[2]


async def profile_time_zone(client: AsyncWebClient, user_id: str) -> str | None:
    """Return the time zone of a user's Slack profile, or None if there is none that this machine knows."""
    try:
        zone = (await client.users_info(user=user_id))["user"].get("tz")
    except SlackApiError:
        return None  # they can set it themselves, so registering them must not fail
    return zone if zone and is_time_zone(zone) else None


async def open_modal(ack: AsyncAck, client: AsyncWebClient, body: Body, view: View) -> None:
    """Open a modal, on top of an open one if there is one, and then acknowledge."""
    if (body.get("view") or {}).get("type") == "modal":
        await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def update_message(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Update a posted message. Its metadata stays the same.

    `parse="none"`: unlike `chat.postMessage`, `chat.update` looks for names and links in plain text by default.
    """
    await client.chat_update(channel=ref.channel, ts=ref.ts, parse="none", **message.body)


async def update_message_if_exists(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Update a message that may be gone. If so, there is nothing outdated to see."""
    with contextlib.suppress(SlackApiError):
        await update_message(client, ref, message)


async def update_modal_if_open(client: AsyncWebClient, view_id: str | None, view: View) -> None:
    """Update a modal that may have been closed since. Do nothing if `view_id` is None."""
    if view_id is None:
        return
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if slack_error_code(error) != "not_found":
            raise


async def send_dm(client: AsyncWebClient, user_id: str, message: MessageContent) -> None:
    """Send one person a new message, in answer to something they did."""
    await client.chat_postMessage(channel=user_id, **message.body)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None

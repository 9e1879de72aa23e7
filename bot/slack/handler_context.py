"""What every handler needs: use cases, the clock, and ways to answer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.domain.formats import Formats, find_locale
from bot.domain.learner import Person, is_time_zone
from bot.domain.lms import LmsDestination
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.learning import coaching, enrollment, roles, slack_profile
from bot.learning.enrollment import LearnerView
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.learning.slack_profile import SlackProfile
from bot.retrieval.background_model import BackgroundModel
from bot.slack.api_errors import slack_error_code
from bot.slack.blocks import MessageContent
from bot.slack.blocks.admin import not_admin_message
from bot.slack.blocks.block_kit import escape, text_message
from bot.slack.blocks.enrollment import answer_modal
from bot.slack.home_publisher import HomePublisher
from bot.slack.languages import PersonalLanguages
from bot.slack.membership import Installation, NotAMember, is_slack_guest, is_workspace_admin
from bot.slack.message_kind import MessageKinds
from bot.slack.recent_people import RecentPeople
from bot.slack.replies import Replies
from bot.slack.requests_in_progress import RequestsInProgress
from bot.slack.shown_tips import ShownTips
from bot.slack.use_cases import UseCaseRunner

Body = Mapping[str, Any]

PROFILE_MEMORY = timedelta(hours=1)
"""How long Slack isn't asked again for a profile that had no time zone or locale, or couldn't be read."""

MAX_ID_DIGITS = 9
"""Digits of the largest row ids; more don't fit into a database's integer."""


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
        public_url: str | None = None,
        lms: LmsDestination | None = None,
        background_client_for: Callable[[str], AsyncWebClient] | None = None,
    ) -> None:
        """`wake` tells the engine that something is due now. `session` is shared. `kinds`: the kinds of delivery.
        `admins`: user ids. `sentence_model`: reads situations by meaning; without it only their words count.
        `public_url`: where people can reach this installation, without a slash at the end; None if nobody said.
        `lms`: the LMS that people can have told what they complete; None if there is none.
        `background_client_for`: makes a workspace's client for calls that nobody waits for."""
        self.read = UseCaseRunner(transactions.read, library, clock)
        self.write_for_person = UseCaseRunner(transactions.write_for_person, library, clock)
        self.write_in_background = UseCaseRunner(transactions.write_in_background, library, clock)
        self.clock = clock
        self.wake = wake
        self.session = session
        self._background_client_for = background_client_for
        self.kinds = kinds
        self.understand = (sentence_model or BackgroundModel(look_for_danger=coaching.look_for_danger)).understand
        self.admins = admins
        self.public_url = public_url
        self.lms = lms
        self.replies = Replies(session)
        self.requests_in_progress = RequestsInProgress()
        self.languages = PersonalLanguages(self.read_formats, clock)
        self.home = HomePublisher(self.read, clock)
        self._incomplete_profiles = RecentPeople(clock, PROFILE_MEMORY)
        self.shown_tips = ShownTips(self.write_in_background, clock)

    def background_client(self, client: AsyncWebClient, person: Person) -> AsyncWebClient:
        """Return a client for many calls that nobody waits for, at Slack's pace. Without one, a handler's `client`."""
        return self._background_client_for(person.team_id) if self._background_client_for else client

    async def get_or_register_learner(self, client: AsyncWebClient, person: Person) -> LearnerView:
        """Return this person's learner, registered on first contact with time zone and locale of their Slack profile.

        Slack is asked again, once an hour at most, while it hasn't told both.

        NotAMember if the profile shows that they belong elsewhere, which the door can't see in every event.
        """
        learner = await self.read(enrollment.find_learner, person)
        if learner is not None and (
            (learner.knows_zone and learner.formats.locale is not None) or person.user_id in self._incomplete_profiles
        ):
            return learner
        profile = await read_slack_profile(client, person)
        if profile.tz is None or profile.locale is None:
            self._incomplete_profiles.record(person.user_id)
        registered = await self.write_for_person(slack_profile.register, person, profile)
        self.languages.learn(person, registered.formats)
        return registered

    @property
    def lms_host(self) -> str | None:
        """The host of the LMS that people can have told what they complete; None if there is none."""
        return self.lms.host if self.lms else None

    async def read_formats(self, person: Person) -> Formats:
        """Return how this person reads dates and times, for what isn't shown from a view that says so."""
        return await self.read(enrollment.read_formats, person)

    async def read_zone(self, person: Person) -> ZoneInfo:
        """Return this person's time zone; UTC if it isn't known."""
        return await self.read(enrollment.read_zone, person)

    async def is_admin(self, client: AsyncWebClient, person: Person) -> bool:
        """Return whether this person is an admin or owner of their own workspace, or listed in ROUNDS_ADMINS."""
        if person.user_id in self.admins:
            return True
        return is_workspace_admin((await client.users_info(user=person.user_id))["user"], person)

    async def send_result(self, client: AsyncWebClient, person: Person, message: MessageContent) -> None:
        """Send the result as a new message, and refresh Home."""
        await send_dm(client, person.user_id, message)
        await self.home.refresh(client, person)

    async def may_change_packs(self, client: AsyncWebClient, person: Person) -> bool:
        """Return whether this person is an author of their workspace's packs, or an admin."""
        return await self.read(roles.is_author, person) or await self.is_admin(client, person)

    async def may_see_figures(self, client: AsyncWebClient, person: Person) -> bool:
        """Return whether this person is a viewer of their workspace's reports, or an admin. A guest is neither."""
        if not await self.read(roles.is_viewer, person):
            return await self.is_admin(client, person)
        user = (await client.users_info(user=person.user_id))["user"]
        return Installation(person.team_id, person.enterprise_id).includes(user) and not is_slack_guest(user)

    async def check_admin(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Return whether an admin pressed; tell others who can. Checked at each press, as people stop being admins."""
        return await self.is_admin(client, person) or await self._refuse(ack, body)

    async def check_author(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> bool:
        """Return whether an author or an admin pressed; tell others who can."""
        return await self.may_change_packs(client, person) or await self._refuse(ack, body)

    async def _refuse(self, ack: AsyncAck, body: Body) -> bool:
        """Tell who can do that. False."""
        await ack()
        await self.replies.send(body["response_url"], self.refusal)
        return False

    async def require_admin(self, client: AsyncWebClient, person: Person) -> None:
        """Raise Refused if this person isn't an admin. For modals, which stay open and show it."""
        if not await self.is_admin(client, person):
            raise Refused(_("Only this workspace's admins and owners can do that. Nothing was changed."))

    async def require_author(self, client: AsyncWebClient, person: Person) -> None:
        """Raise Refused if this person is neither an author nor an admin. For modals, which stay open and show it."""
        if not await self.may_change_packs(client, person):
            raise Refused(_("Only this workspace's admins, owners, and authors can do that. Nothing was changed."))

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


def thread_of(body: Body) -> tuple[str, str]:
    """Return the channel and the thread (the `ts` of its first message) that the pressed button is in."""
    message = body["message"]
    return str(body["container"]["channel_id"]), str(message.get("thread_ts") or message["ts"])


def pressed_value(body: Body) -> str:
    """Return the value of the pressed button."""
    return str(body["actions"][0].get("value", ""))


def pressed_id(body: Body) -> int:
    """Return the row id in the pressed button's value. NotFound if it is none, which Rounds never sends."""
    return read_id(pressed_value(body))


def pressed_uuid(body: Body) -> UUID:
    """Return the delivery id in the pressed button's value. NotFound if it is none, which Rounds never sends."""
    found = _uuid(pressed_value(body))
    if found is None:
        raise NotFound
    return found


def pressed_numbers(body: Body) -> tuple[int, ...]:
    """Return the numbers in the pressed button's value, which has dots between them. NotFound if it has others."""
    return tuple(map(read_id, pressed_value(body).split(".")))


def read_id(text: str) -> int:
    """Return the row id that a text holds. NotFound if it holds none."""
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS):
        raise NotFound
    return int(text)


def pressed_letter(body: Body) -> str:
    """Return the letter of the chosen option: the last part of the button's action id."""
    return str(body["actions"][0]["action_id"]).rpartition(".")[2]


async def read_slack_profile(client: AsyncWebClient, person: Person) -> SlackProfile:
    """Return the time zone and locale of a person's Slack profile, without those that this machine doesn't know.

    NotAMember if the profile is a bot's, a deactivated person's, or of another organization.
    """
    try:
        user = (await client.users_info(user=person.user_id, include_locale=True))["user"]
    except (SlackApiError, aiohttp.ClientError, TimeoutError):
        return SlackProfile()  # they can set it themselves, so registering them must not fail
    if not Installation(person.team_id, person.enterprise_id).includes(user):
        raise NotAMember
    return profile_of(user)


def profile_of(user: Mapping[str, Any]) -> SlackProfile:
    """Return the time zone and locale of Slack's user object, without those that this machine doesn't know."""
    zone = user.get("tz")
    return SlackProfile(zone if zone and is_time_zone(zone) else None, find_locale(user.get("locale")))


async def open_modal(ack: AsyncAck, client: AsyncWebClient, body: Body, view: View) -> str | None:
    """Open a modal, on top of an open one if there is one, and then acknowledge. Return its view id."""
    if (body.get("view") or {}).get("type") == "modal":
        opened = await client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        opened = await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    return (opened.get("view") or {}).get("id")


async def open_modal_or_say_why(
    ack: AsyncAck, client: AsyncWebClient, body: Body, find_view: Awaitable[View]
) -> str | None:
    """Open the modal that is found. In an open one, say there why there is none: a message would be hidden behind it.

    Returns its view id, or None if it says why. NotFound or Refused outside a modal.
    """
    try:
        view = await find_view
    except (NotFound, Refused) as refusal:
        if (body.get("view") or {}).get("type") != "modal":
            raise
        await open_modal(ack, client, body, answer_modal(text_message(escape(str(refusal)))))
        return None
    return await open_modal(ack, client, body, view)


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
    """Send one person a new message, in answer to something they did; in words, if Slack doesn't take its charts."""
    try:
        await client.chat_postMessage(channel=user_id, **message.body)
    except SlackApiError as error:
        if not message.has_figures or slack_error_code(error) != "invalid_blocks":
            raise
        await client.chat_postMessage(channel=user_id, **message.as_words().body)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None

"""Admins' choice of who gets a pack: everyone in the workspace, or people and channels that they choose."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.audience import Audience
from bot.domain.learner import Person
from bot.errors import DatabaseFailed, PackError, Refused, RoundsError
from bot.language import gettext as _
from bot.language import mark
from bot.learning import pack_audiences, pack_comparison
from bot.learning.pack_audiences import AudienceChange
from bot.slack.blocks import MessageContent, admin
from bot.slack.blocks import pack_audience as blocks
from bot.slack.blocks.block_kit import escape, text_message
from bot.slack.blocks.invitations import PEOPLE
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_id,
    pressed_numbers,
    pressed_value,
    send_dm,
)
from bot.slack.invitees import ChosenPeople, offer_user_groups

log = structlog.get_logger(__name__)

MAX_CHOSEN = 10_000
"""Most people chosen at a time: a third of what one statement can name."""

TOO_MANY = mark(
    "These are more than {number:,} people. Nothing was changed. Choose a smaller channel or group, or give "
    "everyone the pack."
)

NOT_CHANGED = mark("Something went wrong on our side, so nothing was changed. Please try again.")

FOR_EVERYONE = mark("For everyone, clear the fields below. Otherwise, choose “People I choose” here.")

_Store = Callable[[AudienceChange], Awaitable[MessageContent]]


@dataclass(frozen=True)
class PackAudienceHandlers:
    """Answers *Who gets it*, *Load for some people*, and their modals, for admins."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Who gets it*: ask for whom a live pack is."""
        if await self.context.check_admin(ack, body, client, person):
            pack = await self.context.read(pack_audiences.read_audience, pressed_id(body), person.team_id)
            make_view = partial(blocks.audience_modal, pack)
            await offer_user_groups(client, await open_modal(ack, client, body, make_view([])), make_view)

    async def open_load(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Load for some people*: ask for whom to load an upload."""
        if await self.context.check_admin(ack, body, client, person):
            version_id, *_ = pressed_numbers(body)
            change = await self.context.read(pack_comparison.compare_version, version_id, person.team_id)
            make_view = partial(blocks.load_for_modal, change, pressed_value(body))
            await offer_user_groups(client, await open_modal(ack, client, body, make_view([])), make_view)

    async def save(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Save*: a live pack is for these people from now on."""

        async def store(change: AudienceChange) -> MessageContent:
            pack = await self.context.write_for_person(
                pack_audiences.change_audience, int(view["private_metadata"]), person, change
            )
            log.info("pack.audience_changed", team=person.team_id, audience=change.audience.value)
            return blocks.saved_message(pack, change)

        await self._submit(ack, view, client, person, bot_user_id, store)

    async def load(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Load*: make the upload live for these people."""
        version_id, compared_with = map(int, view["private_metadata"].split("."))

        async def store(change: AudienceChange) -> MessageContent:
            try:
                loaded, is_loaded = await self.context.write_for_person(
                    pack_audiences.load_for_audience, version_id, compared_with or None, person, change
                )
            except PackError as error:
                return admin.conflict_message(error.problems)
            return blocks.loaded_for_message(loaded, change) if is_loaded else blocks.not_loaded_message(loaded)

        await self._submit(ack, view, client, person, bot_user_id, store)

    async def _submit(
        self,
        ack: AsyncAck,
        view: dict[str, Any],
        client: AsyncWebClient,
        person: Person,
        bot_user_id: str,
        store: _Store,
    ) -> None:
        """Check what was chosen, and store it: right away, so that the modal can say what is missing, or after the
        acknowledgment if a channel or a user group was chosen: a channel may have many pages."""
        await self.context.require_admin(client, person)
        values = entered(view["state"]["values"])
        chosen = ChosenPeople(client, values)
        change = AudienceChange(
            Audience(values[blocks.AUDIENCE]), chosen.one_by_one, values.get(blocks.TAKEN_OUT) or []
        )
        said: MessageContent | None = None
        problems = await _find_problems(change, chosen)
        if not problems and not chosen.has_many:
            try:
                said = await store(change)
            except Refused as refusal:
                problems = {PEOPLE: str(refusal)}
        if problems:
            await ack(response_action="errors", errors=problems)
            return
        await ack()
        await send_dm(client, person.user_id, said or await _store_with_many(change, chosen, bot_user_id, store))


async def _find_problems(change: AudienceChange, chosen: ChosenPeople) -> dict[str, str]:
    """Return why this can't be stored, by field. Empty if it can."""
    if change.audience is Audience.EVERYONE and (change.removed or not chosen.is_empty):
        return {blocks.AUDIENCE: _(FOR_EVERYONE)}
    return await chosen.find_problems()


async def _store_with_many(
    change: AudienceChange, chosen: ChosenPeople, bot_user_id: str, store: _Store
) -> MessageContent:
    """Store a change that chooses a channel or a group, too. Return what to tell the admin, who sees no modal now."""
    try:
        added = await chosen.all(without=bot_user_id)
        if len(added) > MAX_CHOSEN:
            return text_message(_(TOO_MANY, number=MAX_CHOSEN))
        return await store(replace(change, added=added))
    except (SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseFailed) as error:
        log.warning("pack.audience_not_changed", error=type(error).__name__)
        return text_message(_(NOT_CHANGED))
    except RoundsError as refusal:
        return text_message(escape(str(refusal)))

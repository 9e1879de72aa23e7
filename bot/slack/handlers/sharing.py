"""Shares a tip or a journal entry with a channel, after a preview and only once."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import SendUncertain
from bot.language import gettext as _
from bot.language import mark
from bot.learning import coaching, journal
from bot.slack.blocks import MessageContent, sharing
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.patient_warning import words_digest
from bot.slack.channel_posts import ChannelClosed, post_in_channel
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, send_dm
from bot.slack.patient_details import find_clues

NOT_IN_CHANNEL = mark(
    "I'm not in that channel, so nothing was shared. Type /invite @Rounds there, or choose another channel."
)
MAYBE_SHARED = mark("It may have been posted. Check the channel before you share it again.")


@dataclass(frozen=True)
class SharingHandlers:
    """Answers *Share with my team*, under a tip or in an entry's menu, and its modals."""

    context: HandlerContext

    async def open_tip(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Share with my team*, under a tip: ask for the channel, with a preview."""
        tip = await self.context.read(coaching.build_tip_of_revision, person, pressed_id(body))
        await open_modal(ack, client, body, sharing.share_tip_modal(tip))

    async def share_tip(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Share*: post the tip. The modal stays open if it certainly wasn't posted."""
        tip = await self.context.read(coaching.build_tip_of_revision, person, int(view["private_metadata"]))
        await _post(ack, client, view, person.user_id, sharing.shared_tip_message(tip, person.user_id))

    async def open_entry(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person, entry_id: int
    ) -> None:
        """*Share with my team*, in the menu of a journal entry."""
        entry = await self.context.read(journal.get_readable_entry, person, entry_id)
        await open_modal(ack, client, body, sharing.share_entry_modal(entry))

    async def share_entry(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Share*: post the entry as it reads now. One that may tell who a patient is needs a second press."""
        entry_id, warned_of = sharing.read_entry(view)
        entry = await self.context.read(journal.get_readable_entry, person, entry_id)
        if warned_of != words_digest(entry.words) and (clues := await find_clues(self.context.understand, entry.words)):
            again = sharing.share_entry_modal(entry, sharing.read_channel(view), clues)
            await ack(response_action="update", view=again)
            return
        await _post(ack, client, view, person.user_id, sharing.shared_entry_message(entry, person.user_id))


async def _post(
    ack: AsyncAck, client: AsyncWebClient, view: dict[str, Any], user_id: str, message: MessageContent
) -> None:
    """Post once, and close the modal. If it certainly wasn't posted, they can choose another channel."""
    try:
        await post_in_channel(client, sharing.read_channel(view), message)
    except SendUncertain:
        await ack()
        await send_dm(client, user_id, text_message(_(MAYBE_SHARED)))
    except ChannelClosed:
        await ack(response_action="errors", errors={sharing.CHANNEL: _(NOT_IN_CHANNEL)})
    else:
        await ack()

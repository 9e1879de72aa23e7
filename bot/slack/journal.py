"""The journal: opened, searched, turned over, its entries changed and removed."""

import contextlib
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import journal
from bot.learning.journal import Search
from bot.slack.blocks import journal as blocks
from bot.slack.blocks import week
from bot.slack.desk import Body, Desk, person_of, show, value_of
from bot.slack.home import HomeTab
from bot.slack.lesson_messages import bring_up_to_date
from bot.slack.private_words import may_keep
from bot.slack.sharing import SharingActions


class JournalActions:
    """A learner's own words, for their eyes."""

    def __init__(self, desk: Desk, home: HomeTab, sharing: SharingActions) -> None:
        self._desk = desk
        self._home = home
        self._sharing = sharing

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Journal*: the newest entries."""
        await self.show(client, body, person_of(context))
        await ack()

    async def show(self, client: AsyncWebClient, body: Body, person: Person) -> None:
        """Open the journal; `body` needs a `trigger_id`."""
        page = await self._desk.hop.read(journal.page, self._desk.library, person)
        await show(client, body, blocks.journal_modal(page))

    async def turn_page(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Older* and *Newer*, in the modal that is open."""
        search, _ = blocks.read_metadata(body["view"]["private_metadata"])
        await self._update(client, person_of(context), search, int(value_of(body)), body["view"])
        await ack()

    async def choose_skill(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """A skill was chosen: the entries to its lessons alone."""
        await self._update(client, person_of(context), blocks.read_search(body["view"]), 0, body["view"])
        await ack()

    async def find(self, ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
        """*Find*: the modal stays, with what was found."""
        desk, search = self._desk, blocks.read_search(view)
        page = await desk.hop.read(journal.page, desk.library, person_of(context), 0, search)
        await ack(response_action="update", view=blocks.journal_modal(page))

    async def menu(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Edit*, *Share with my team* or *Delete*, at an entry."""
        action, _, entry_id = body["actions"][0]["selected_option"]["value"].partition(".")
        if action == "share":
            await self._sharing.open_entry(client, body, context, int(entry_id))
            await ack()
            return
        desk, shown = self._desk, body["view"]["private_metadata"]
        entry = await desk.hop.read(journal.entry, desk.library, person_of(context), int(entry_id))
        view = blocks.edit_modal(entry, shown) if action == "edit" else blocks.remove_modal(entry, shown)
        await show(client, body, view)
        await ack()

    async def read_earlier(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Read it*, at the end of a week: what was written some weeks ago."""
        entry_id, ago = week.read_value(value_of(body))
        entry = await self._desk.hop.read(journal.entry, self._desk.library, person_of(context), entry_id)
        await show(client, body, week.earlier_modal(entry, ago))
        await ack()

    async def keep_edit(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Save*: kept first, closed after. Words that may name a patient are kept on a second press."""
        words = view["state"]["values"][blocks.ENTRY][blocks.ENTRY]["value"] or ""
        entry_id, warned = blocks.read_entry(view)
        again = partial(blocks.warned_modal, view, words)
        if not await may_keep(ack, words, blocks.ENTRY, warned=warned, again=again):
            return
        desk, person = self._desk, person_of(context)
        await desk.hop.person(journal.edit, desk.library, person, entry_id, words, desk.clock())
        await ack()
        await self._show_below(client, person, view)

    async def remove(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Delete it* was confirmed."""
        desk, person = self._desk, person_of(context)
        entry_id, _ = blocks.read_entry(view)
        state = await desk.hop.person(journal.remove, desk.library, person, entry_id, desk.clock())
        await ack()
        await self._show_below(client, person, view)
        if state is not None and state.message is not None:
            with contextlib.suppress(SlackApiError):  # a message that is gone says nothing wrong
                await bring_up_to_date(client, state.message, state)
        self._home.refresh_soon(client, person)

    async def _show_below(self, client: AsyncWebClient, person: Person, view: dict[str, Any]) -> None:
        """Bring the journal under a modal up to date."""
        search, offset = blocks.read_journal(view)
        page = await self._desk.hop.read(journal.page, self._desk.library, person, offset, search)
        with contextlib.suppress(SlackApiError):  # it was closed meanwhile
            await client.views_update(view_id=view["root_view_id"], view=blocks.journal_modal(page))

    async def _update(
        self, client: AsyncWebClient, person: Person, search: Search, offset: int, view: dict[str, Any]
    ) -> None:
        page = await self._desk.hop.read(journal.page, self._desk.library, person, offset, search)
        await client.views_update(view_id=view["id"], hash=view["hash"], view=blocks.journal_modal(page))

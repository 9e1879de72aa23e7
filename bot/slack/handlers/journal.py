"""Answers the journal: opening, searching, paging, and editing or deleting entries."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import journal
from bot.learning.journal import JournalSearch
from bot.slack.api_errors import slack_error_code
from bot.slack.blocks import journal as blocks
from bot.slack.blocks import week_summary
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value, update_modal_if_open
from bot.slack.handlers.sharing import SharingHandlers
from bot.slack.lesson_messages import update_lesson_messages
from bot.slack.patient_details import may_save


@dataclass(frozen=True)
class JournalHandlers:
    """Shows learners their own words, and changes them."""

    context: HandlerContext
    sharing: SharingHandlers

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Open* at the journal, or the command: show the newest entries."""
        page = await self.context.read(journal.read_page, person)
        await open_modal(ack, client, body, blocks.journal_modal(page, await self.context.read_formats(person)))

    async def turn_page(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Older* and *Newer*, in the open modal."""
        search, _ = blocks.read_metadata(body["view"]["private_metadata"])
        await self._update(client, person, search, int(pressed_value(body)), body["view"])
        await ack()

    async def choose_skill(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A skill was chosen: show only entries about its lessons."""
        await self._update(client, person, blocks.read_search(body["view"]), 0, body["view"])
        await ack()

    async def find(self, ack: AsyncAck, view: dict[str, Any], person: Person) -> None:
        """*Find*: show what was found in the same modal."""
        search = blocks.read_search(view)
        page = await self.context.read(journal.read_page, person, 0, search)
        await ack(response_action="update", view=blocks.journal_modal(page, await self.context.read_formats(person)))

    async def open_entry_menu(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Edit*, *Share with my team*, or *Delete*, in an entry's menu."""
        action, _, entry_id = body["actions"][0]["selected_option"]["value"].partition(".")
        if action == "share":
            await self.sharing.open_entry(ack, body, client, person, int(entry_id))
            return
        shown = body["view"]["private_metadata"]
        if action == "edit":
            entry = await self.context.read(journal.get_readable_entry, person, int(entry_id))
            await open_modal(ack, client, body, blocks.edit_modal(entry, shown))
            return
        entry = await self.context.read(journal.get_entry, person, int(entry_id))
        await open_modal(ack, client, body, blocks.remove_modal(entry, shown, await self.context.read_formats(person)))

    async def read_earlier(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Read it*, in a weekly summary: show what was written some weeks ago."""
        entry_id, ago = week_summary.read_earlier_entry(pressed_value(body))
        entry = await self.context.read(journal.get_entry, person, entry_id)
        await open_modal(
            ack, client, body, week_summary.earlier_entry_modal(entry, ago, await self.context.read_formats(person))
        )

    async def save_edit(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: save, then close the modal. Words that may tell who a patient is need a second press."""
        words = entered(view["state"]["values"])[blocks.ENTRY] or ""
        entry_id, warned_of = blocks.read_entry(view)
        again = partial(blocks.warning_modal, view, words)
        if not await may_save(ack, self.context.understand, words, blocks.ENTRY, warned_of=warned_of, again=again):
            return
        await self.context.write_for_person(journal.edit_entry, person, entry_id, words)
        await ack()
        await self._show_below(client, person, view)

    async def delete_entry(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Delete it*: delete the entry."""
        entry_id, _ = blocks.read_entry(view)
        state = await self.context.write_for_person(journal.remove_entry, person, entry_id)
        await ack()
        await self._show_below(client, person, view)
        if state is not None and state.message is not None:
            await update_lesson_messages(self.context, client, state.message, state, if_exists=True)
        self.context.home.refresh_soon(client, person)

    async def _show_below(self, client: AsyncWebClient, person: Person, view: dict[str, Any]) -> None:
        """Update the journal under a modal."""
        search, offset = blocks.read_journal(view)
        page = await self.context.read(journal.read_page, person, offset, search)
        await update_modal_if_open(
            client, view["root_view_id"], blocks.journal_modal(page, await self.context.read_formats(person))
        )

    async def _update(
        self, client: AsyncWebClient, person: Person, search: JournalSearch, offset: int, view: dict[str, Any]
    ) -> None:
        page = await self.context.read(journal.read_page, person, offset, search)
        modal = blocks.journal_modal(page, await self.context.read_formats(person))
        try:
            await client.views_update(view_id=view["id"], hash=view["hash"], view=modal)
        except SlackApiError as error:
            if slack_error_code(error) != "hash_conflict":
                raise
            # Pressed before the result of the press before was shown. A person's presses are handled in their order.
            await client.views_update(view_id=view["id"], view=modal)

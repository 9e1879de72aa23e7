"""Shows an upload before it is loaded: all of its changes, and its lessons as people will see them. Stores nothing."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.domain.lesson import OPTION_LETTERS
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning import pack_comparison, staged_lessons
from bot.learning.staged_lessons import StagedLesson
from bot.slack.blocks import MessageContent, lesson_modals, lesson_preview, pack_change
from bot.slack.blocks.block_kit import text_message
from bot.slack.file_sharing import send_file
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_id,
    pressed_letter,
    pressed_numbers,
    send_dm,
)


@dataclass(frozen=True)
class StagedPackHandlers:
    """Answers *All changes*, *Preview*, and the buttons in a previewed lesson. Only admins see uploads."""

    context: HandlerContext

    async def send_changes(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*All changes*: send the admin a file with every change, of the live version or of the one in the pilot."""
        if not await self.context.check_author(ack, body, client, person):
            return
        version_id, *is_for_pilot = pressed_numbers(body)
        if is_for_pilot:
            change = await self.context.read(pack_comparison.compare_with_pilot, version_id, person.team_id)
        else:
            change = await self.context.read(pack_comparison.compare_version, version_id, person.team_id)
        await ack()
        name, content = pack_change.changes_file(change)
        comment = pack_change.changes_comment(change)
        await send_file(client, self.context.session, person.user_id, name, content, comment)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Preview*: send the admin the first lesson that is new or changed."""
        if not await self.context.check_author(ack, body, client, person):
            return
        staged = await self.context.read(staged_lessons.get_staged_lesson, pressed_id(body), person.team_id, None)
        await ack()
        await send_dm(client, person.user_id, self._message(staged, None, await self.context.read_formats(person)))

    async def show(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Previous* and *Next*: show another lesson in the same message."""
        await self._show(ack, body, client, person, None)

    async def answer(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A, B, C, or D: show the result. It is no practice."""
        await self._show(ack, body, client, person, pressed_letter(body))

    async def open_why(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Why & sources*: open them in a modal."""
        if staged := await self._find_pressed(ack, body, client, person):
            await open_modal(
                ack, client, body, lesson_modals.why_modal(staged.lesson, await self.context.read_formats(person))
            )

    async def open_answers(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*All answers*: open the case and every option's explanation in a modal."""
        if not (staged := await self._find_pressed(ack, body, client, person)):
            return
        letter = dict(enumerate(OPTION_LETTERS)).get(pressed_numbers(body)[-1])
        view = lesson_preview.previewed_answers(
            staged.lesson, letter, self.context.clock().date(), await self.context.read_formats(person)
        )
        if view is None:
            raise NotFound
        await open_modal(ack, client, body, view)

    async def explain(self, ack: AsyncAck, body: Body) -> None:
        """Any other button: say that it does nothing in a preview."""
        await ack()
        await self.context.replies.send(body["response_url"], text_message(_(lesson_preview.NOT_IN_PREVIEW)))

    async def _show(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person, choice: str | None
    ) -> None:
        if staged := await self._find_pressed(ack, body, client, person):
            await ack()
            message = self._message(staged, choice, await self.context.read_formats(person))
            await self.context.replies.send(body["response_url"], message, replace=True)

    async def _find_pressed(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person
    ) -> StagedLesson | None:
        """Return the lesson whose button was pressed, or None if no admin pressed it."""
        if not await self.context.check_author(ack, body, client, person):
            return None
        version_id, position, *_ = (*pressed_numbers(body), 0)
        return await self.context.read(staged_lessons.get_staged_lesson, version_id, person.team_id, position)

    def _message(self, staged: StagedLesson, choice: str | None, formats: Formats) -> MessageContent:
        return lesson_preview.staged_message(staged, choice, self.context.clock().date(), formats)

"""Answers what people write or upload in their DM with Rounds."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import DatabaseFailed, RoundsError
from bot.language import gettext as _
from bot.language import mark
from bot.slack.blocks import MessageContent
from bot.slack.blocks.block_kit import escape, text_message
from bot.slack.blocks.enrollment import welcome_message
from bot.slack.handler_context import HandlerContext, send_dm
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.coach_thread import CoachThreadHandlers
from bot.slack.handlers.plain_words import PlainWordsHandlers
from bot.slack.handlers.shift_calendar import ShiftCalendarHandlers, is_calendar
from bot.slack.uploaded_files import with_download_url

log = structlog.get_logger(__name__)

MAX_FILES = 5
"""Most files read from one message: each pack or roster takes a second or two."""

TOO_MANY_FILES = mark(
    "I read the first {count} files of your message and skipped the others. Please upload those again."
)

WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""The subtypes of messages that people write. The others are edits, deletions, and what Slack says itself."""

NOTHING_WRITTEN = mark(
    "I can read only what you write, and there were no words in that. Tell me in a sentence: who was involved, and "
    "what happened?"
)

UNUSED_FILE = mark(
    "I can't use that file, and I didn't store it. You can send me a calendar file (.ics) with your shifts. "
    "Type `/rounds help` to see what I can do."
)


@dataclass(frozen=True)
class DirectMessageHandlers:
    """Handles first contact, situations for the coach, packs that admins upload, and anyone's roster."""

    context: HandlerContext
    admin: AdminHandlers
    rosters: ShiftCalendarHandlers
    coach: CoachThreadHandlers
    words: PlainWordsHandlers

    async def received(self, event: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str) -> None:
        """Answer a message in the DM. Edits, deletions, and other apps' messages are ignored."""
        if event.get("channel_type") != "im" or event.get("subtype") not in WRITTEN or "bot_id" in event:
            return
        if (files := event.get("files")) and await self._files(files, client, person):
            return
        try:
            await self._answer_text(event, client, person, bot_user_id)
        except DatabaseFailed as error:
            if not await self.coach.answer_danger(event, client, person, is_broken=True):
                raise
            log.error("coach.only_danger_answered", error=type(error).__name__)

    async def _answer_text(
        self, event: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        view, text = await self.context.get_or_register_learner(client, person), str(event.get("text") or "").strip()
        if not view.has_started:
            await self.coach.answer_danger(event, client, person, is_broken=False)
            await send_dm(client, person.user_id, welcome_message(view))
        elif not text:
            said = _(UNUSED_FILE) if event.get("files") else _(NOTHING_WRITTEN)
            await send_dm(client, person.user_id, text_message(said))
        elif "thread_ts" in event or not await self.words.answer(text, client, person, view):
            await self.coach.answer(event, client, person, bot_user_id)

    async def _files(self, files: list[dict[str, Any]], client: AsyncWebClient, person: Person) -> bool:
        """Answer each file separately, even if another one failed. False if none needed an answer."""
        answered = False
        for file in files[:MAX_FILES]:
            if answer := await self._answer(file, client, person):
                await send_dm(client, person.user_id, answer)
                answered = True
        if answered and len(files) > MAX_FILES:
            await send_dm(client, person.user_id, text_message(_(TOO_MANY_FILES, count=MAX_FILES)))
        return answered

    async def _answer(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> MessageContent | None:
        try:
            file = await with_download_url(client, file)
            if is_calendar(file):
                return await self.rosters.uploaded(file, client, person)
            return await self.admin.uploaded(file, client, person)
        except RoundsError as error:
            return text_message(escape(str(error)))

"""Updates a lesson's messages in Slack, finds their links, and requests today's lesson or an extra one."""

from dataclasses import replace

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import gettext as _
from bot.learning import practice
from bot.learning.extra_lessons import ExtraLessonOutcome, ExtraLessonResult
from bot.learning.lesson_state import LessonState
from bot.learning.message_deliveries import MessageRef
from bot.slack.api_errors import slack_error_code
from bot.slack.blocks import MessageContent, check_in, enrollment, extra_lesson
from bot.slack.blocks.block_kit import text_message
from bot.slack.handler_context import HandlerContext
from bot.slack.message_updates import REFUSED_FOR_GOOD, repost_message, update_message, update_message_if_exists

log = structlog.get_logger(__name__)


async def update_or_repost(
    context: HandlerContext, client: AsyncWebClient, ref: MessageRef, message: MessageContent, response_url: str | None
) -> None:
    """Update a delivery's message. If Slack never will, show it by the response URL of the press, or as a new message.

    A new message's buttons work as those of the first one.
    """
    try:
        await update_message(client, ref, message)
    except SlackApiError as error:
        if (code := slack_error_code(error)) not in REFUSED_FOR_GOOD:
            raise
        log.info("message.shown_elsewhere", refused=code)
        if response_url and await context.replies.send(response_url, message, replace=True):
            return
        await repost_message(client, ref, message)


async def update_delivery(
    context: HandlerContext,
    client: AsyncWebClient,
    ref: MessageRef,
    state: LessonState,
    response_url: str | None = None,
    *,
    if_exists: bool = False,
) -> None:
    """Update a delivery's message to show what was done, as its kind defines it; show it elsewhere if that's refused.

    A message of an unknown kind, sent by a newer version before a downgrade, stays as it is.
    """
    kind = context.kinds.get(state.kind)
    message = kind.rebuild(state) if kind else None
    if message is None:
        log.warning("message.unknown_kind", kind=state.kind, delivery=str(ref.delivery_id))
    elif if_exists:
        await update_message_if_exists(client, ref, message)
    else:
        known = replace(ref, delivery_id=ref.delivery_id or state.delivery_id)
        await update_or_repost(context, client, known, message, response_url)


async def update_lesson_messages(
    context: HandlerContext,
    client: AsyncWebClient,
    ref: MessageRef,
    state: LessonState,
    response_url: str | None = None,
    *,
    if_exists: bool = False,
) -> None:
    """Update the message in which something was done, and the messages that this made outdated.

    `response_url`: that of the press, if something was pressed in the message. `if_exists`: it was done elsewhere, so
    a message that is gone or can't be updated doesn't matter.
    """
    await update_delivery(context, client, ref, state, response_url, if_exists=if_exists)
    for other in state.superseded:
        kind = context.kinds.get(other.kind or "")
        if kind is not None and (message := kind.rebuild_superseded(state)) is not None:
            await update_message_if_exists(client, other, message)
    if state.answered_check_in is not None:
        await update_message_if_exists(client, state.answered_check_in, check_in.answered_by_practice_message())


async def request_todays_lesson(
    context: HandlerContext, client: AsyncWebClient, person: Person
) -> MessageContent | None:
    """Put today's lesson at the front of the queue. Return what to say if it can't be sent or was already sent."""
    learner = await context.get_or_register_learner(client, person)
    if not learner.has_started:
        return enrollment.welcome_message(learner)
    today = await context.write_for_person(practice.request_todays_lesson, person)
    if today.answered_check_in is not None:
        await update_message_if_exists(client, today.answered_check_in, check_in.answered_by_practice_message())
    context.wake()
    if today.is_queued:
        return None
    if today.was_postponed and today.state and today.state.message:
        await update_lesson_messages(context, client, today.state.message, today.state, if_exists=True)
    if today.state is not None and today.state.retraction is not None:
        return text_message(_("Today's lesson was retracted, so nothing is open. Your next one comes as usual."))
    return already_sent_message(await permalink_of(client, today.state)) if today.state else None


async def answer_extra_request(
    context: HandlerContext, client: AsyncWebClient, person: Person, result: ExtraLessonResult
) -> MessageContent:
    """Finish a request for an extra lesson, and return what to say. Somebody who never had a lesson gets today's."""
    if result.answered_check_in is not None:
        await update_message_if_exists(client, result.answered_check_in, check_in.answered_by_practice_message())
    if result.outcome is ExtraLessonOutcome.NO_LESSON_YET:
        await context.write_for_person(practice.request_todays_lesson, person)
    context.wake()
    address = await permalink_of(client, result.open_lesson) if result.open_lesson else None
    return extra_lesson.request_message(result, address)


async def permalink_of(client: AsyncWebClient, state: LessonState) -> str | None:
    """Return the link to a lesson's message, or None if the message is gone."""
    if state.message is None:
        return None
    try:
        found = await client.chat_getPermalink(channel=state.message.channel, message_ts=state.message.ts)
    except SlackApiError:
        return None
    return str(found["permalink"])


def already_sent_message(address: str | None) -> MessageContent:
    """Say that today's lesson was already sent, with a link to it."""
    where = [_("<{address}|Go to it>.", address=address)] if address else []
    return text_message(" ".join([_("Today's lesson is already in your messages with Rounds."), *where]))

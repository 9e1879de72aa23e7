"""Updates a lesson's messages in Slack, finds their links, and requests today's lesson."""

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import practice
from bot.learning.lesson_state import LessonState
from bot.learning.message_deliveries import MessageRef
from bot.slack.blocks import MessageContent, check_in, enrollment
from bot.slack.blocks.block_kit import text_message
from bot.slack.handler_context import HandlerContext, update_message, update_message_if_exists

log = structlog.get_logger(__name__)


async def update_delivery(context: HandlerContext, client: AsyncWebClient, ref: MessageRef, state: LessonState) -> None:
    """Update a delivery's message to show what was done, as its kind defines it.

    A message of an unknown kind, sent by a newer version before a downgrade, stays as it is.
    """
    kind = context.kinds.get(state.kind)
    if kind is None or kind.update is None:
        log.warning("message.unknown_kind", kind=state.kind, delivery=str(ref.delivery_id))
    else:
        await update_message(client, ref, kind.update(state))


async def update_lesson_messages(
    context: HandlerContext, client: AsyncWebClient, ref: MessageRef, state: LessonState
) -> None:
    """Update the message in which something was done, and the messages that this made outdated."""
    await update_delivery(context, client, ref, state)
    for other in state.superseded:
        kind = context.kinds.get(other.kind or "")
        if kind is not None and kind.supersede is not None:
            await update_message_if_exists(client, other, kind.supersede(state))
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
        await update_lesson_messages(context, client, today.state.message, today.state)
    return already_sent_message(await permalink_of(client, today.state)) if today.state else None


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
    where = f" <{address}|Go to it>." if address else ""
    return text_message(f"Today's lesson is already in your messages with Rounds.{where}")

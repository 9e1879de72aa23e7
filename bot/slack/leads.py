"""Tells somebody that they lead a cohort now."""

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import use_language
from bot.slack.api_errors import describe_error
from bot.slack.blocks.cohort_changes import new_lead_message
from bot.slack.handler_context import HandlerContext, send_dm

log = structlog.get_logger(__name__)


async def tell_new_lead(
    context: HandlerContext, client: AsyncWebClient, admin: Person, lead: str | None, name: str
) -> bool:
    """Tell the lead of a cohort, unless there is none or it is the admin who chose them. Return whether they know.

    Slack may refuse the message; whoever chose them can still tell them.
    """
    if lead is None or lead == admin.user_id:
        return True
    formats = await context.read_formats(Person(admin.team_id, lead, admin.enterprise_id))
    with use_language(formats.language):
        message = new_lead_message(name, admin.user_id)
    try:
        await send_dm(client, lead, message)
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        log.info("cohort.lead_untold", team=admin.team_id, error=describe_error(error))
        return False
    return True

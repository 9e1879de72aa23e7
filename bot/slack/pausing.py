"""Pauses and resumes lessons for what somebody typed, as a command or in ordinary words."""

from datetime import date

from slack_sdk.web.async_client import AsyncWebClient

from bot.content.time_zone_countries import writes_month_first
from bot.domain.dates import parse_date
from bot.domain.learner import Person
from bot.learning import enrollment
from bot.learning.enrollment import LearnerView
from bot.slack.blocks import MessageContent
from bot.slack.blocks.enrollment import not_paused_message, paused_message, resumed_message
from bot.slack.handler_context import HandlerContext


async def pause_until(
    context: HandlerContext, client: AsyncWebClient, person: Person, view: LearnerView, typed: str
) -> MessageContent | None:
    """Pause until the day that was typed, and return what to say; None if it can't be read as a day after today."""
    until = _read_date(typed, view)
    if until is None or until <= view.today:
        return None
    paused = await context.write_for_person(enrollment.pause_lessons, person, until)
    await context.home.refresh(client, person)
    return paused_message(paused)


async def resume(context: HandlerContext, client: AsyncWebClient, person: Person, view: LearnerView) -> MessageContent:
    """Resume lessons if they are paused, and return what to say."""
    if not (view.is_paused or view.is_asked_to_continue):
        return not_paused_message(view)
    resumed = await context.write_for_person(enrollment.resume_lessons, person)
    await context.home.refresh(client, person)
    return resumed_message(resumed)


def _read_date(text: str, view: LearnerView) -> date | None:
    """Return the date that somebody typed, as it is written in their locale or, if that is unknown, where they are."""
    month_first = writes_month_first(view.preferences.tz, view.formats.territory)
    return parse_date(text, view.today, month_first=month_first)

"""Finds who acted, in the workspace that installed the bot. A payload may name another workspace of the Grid."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.domain.learner import Person

if TYPE_CHECKING:  # worker processes run without Bolt
    from slack_bolt.context.async_context import AsyncBoltContext


def team_of(context: "AsyncBoltContext") -> str:
    """Return the workspace that installed the bot. After an uninstall, only the payload may name it."""
    here = context.authorize_result
    return str(here.team_id if here and here.team_id else context.team_id)


def person_of(context: "AsyncBoltContext") -> Person:
    """Return who pressed, typed, or caused an event."""
    here = context.authorize_result
    enterprise_id = here.enterprise_id if here else context.enterprise_id
    return Person(team_of(context), str(context.user_id), enterprise_id)


async def add_person(
    context: "AsyncBoltContext",
    next: Callable[[], Awaitable[None]],  # noqa: A002  (Bolt's name)
) -> None:
    """Middleware that passes `person` to every handler."""
    context["person"] = person_of(context)
    await next()

"""Checks private words before they are saved: there must be some, and a possible patient's name is questioned once."""

from collections.abc import Callable

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View

from bot.learning.reflections import may_name_a_patient
from bot.slack.blocks.reflection import EMPTY_WORDS


async def may_save(ack: AsyncAck, words: str, block_id: str, *, warned: bool, again: Callable[[], View]) -> bool:
    """Return whether words submitted in a modal can be saved. If not, keep the modal open with a message.

    `block_id`: the field they were typed in. `warned`: the modal has already warned. `again`: builds the modal that
    warns.
    """
    if not words.strip():
        await ack(response_action="errors", errors={block_id: EMPTY_WORDS})
        return False
    if not warned and may_name_a_patient(words):
        await ack(response_action="update", view=again())
        return False
    return True

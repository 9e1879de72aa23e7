"""Before private words are kept: there must be some, and what may name a patient is asked about once."""

from collections.abc import Callable

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View

from bot.learning.reflections import may_name_a_patient
from bot.slack.blocks.reflection import EMPTY_WORDS


async def may_save(ack: AsyncAck, words: str, block_id: str, *, warned: bool, again: Callable[[], View]) -> bool:
    """Whether words that were sent in a modal can be kept; if not, the modal has been answered, and stays open.

    `block_id`: where they were typed; `warned`: the modal has asked before; `again`: the modal that asks.
    """
    if not words.strip():
        await ack(response_action="errors", errors={block_id: EMPTY_WORDS})
        return False
    if not warned and may_name_a_patient(words):
        await ack(response_action="update", view=again())
        return False
    return True

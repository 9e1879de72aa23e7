"""Checks private words before they are saved: there must be some, and what may point to a patient is asked about."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View

from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.learning.reflections import find_clues_to_patients
from bot.retrieval.understanding import Understanding
from bot.slack.blocks.patient_warning import words_digest
from bot.slack.blocks.reflection import EMPTY_WORDS

Understand = Callable[[str], Awaitable[Understanding]]
"""Says what the sentence encoder makes of a text."""


async def may_save(
    ack: AsyncAck,
    understand: Understand,
    words: str,
    block_id: str,
    *,
    warned_of: str,
    again: Callable[[Sequence[PatientClue]], View],
) -> bool:
    """Return whether words submitted in a modal can be saved. If not, keep the modal open with a message.

    `block_id`: the field they were typed in. `warned_of`: the digest of the words that the modal has warned about; what
    was changed since is looked at again. `again`: builds the modal that warns of these clues.
    """
    if not words.strip():
        await ack(response_action="errors", errors={block_id: _(EMPTY_WORDS)})
        return False
    if warned_of != words_digest(words) and (clues := await find_clues(understand, words)):
        await ack(response_action="update", view=again(clues))
        return False
    return True


async def find_clues(understand: Understand, words: str) -> tuple[PatientClue, ...]:
    """Return what in these words may tell who a patient is. The search runs in a thread, as long words take a while."""
    return await asyncio.to_thread(find_clues_to_patients, words, await understand(words))

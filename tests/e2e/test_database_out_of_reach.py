"""What people still get while the real bot's database can't be written, or can't be used at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bot.bootstrap import system_clock
from bot.learning import enrollment
from bot.sandbox import Sandbox, SandboxUser
from bot.slack.blocks.tips import NO_LESSONS_NOW
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_coach_thread import SITUATION, answers
from tests.e2e.test_learning_day import showing, start

DANGER = "one of my nurses told me that she wants to end her life"
CARD = "988"


@contextmanager
def held(bot: BotProcess) -> Iterator[None]:
    """Another program is writing into the database, and doesn't stop."""
    with closing(sqlite3.connect(bot.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.own_bot(impatient=True)
async def test_newcomers_and_learners_are_answered_while_nothing_can_be_written(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, tomas: SandboxUser
):
    await start(amara)
    await bot.find_by_meaning()

    with held(bot):
        await tomas.run_command("/coach", DANGER)
        card = await tomas.wait_for_message(showing(CARD))
        await tomas.run_command("/conflict-tip")
        await tomas.wait_for_message(showing("Say:"))
        root = await amara.send_message(SITUATION)
        (advice,) = await answers(amara, root, 1)
        in_danger = await amara.send_message(DANGER)
        (other_card,) = await answers(amara, in_danger, 1)

    assert NO_LESSONS_NOW not in card["text"]
    assert "Say:" in advice["text"]
    assert CARD in other_card["text"]
    await tomas.run_command("/coach", SITUATION)
    await tomas.wait_until(lambda: known(bot, tomas))


async def known(bot: BotProcess, person: SandboxUser) -> bool:
    """Whether Rounds has met this person."""
    return in_database(bot, enrollment.find_learner, learner_of(person), system_clock()) is not None


@pytest.mark.own_bot(impatient=True)
async def test_danger_is_answered_even_if_the_database_is_gone(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser, tomas: SandboxUser
):
    await start(amara)
    for file in bot.database.parent.glob("rounds.db*"):
        file.write_bytes(b"\0" * file.stat().st_size)

    await tomas.run_command("/coach", DANGER)
    card = await tomas.wait_for_message(showing(CARD))
    await tomas.run_command("/coach", SITUATION)
    await tomas.wait_for_message(showing("went wrong on our side"))
    root = await amara.send_message(DANGER)
    (other_card,) = await answers(amara, root, 1)

    for each in (card, other_card):
        assert NO_LESSONS_NOW in each["text"]
        assert "went wrong" not in each["text"]

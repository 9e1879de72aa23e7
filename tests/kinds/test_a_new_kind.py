"""A delivery kind declared only in this file: it is planned, sent, answered, and found again after a lost reply.

It runs the real bot in this process, with the sandbox as its Slack and the test's clock.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Rounds
from bot.config import Settings
from bot.delivery.delivery_kind import ClaimDecision, Extras, LessonToSend, decide_after_lesson
from bot.domain.learner import Person as Learner
from bot.domain.lesson import Lesson
from bot.domain.schedule import DeliveryKindName
from bot.learning import enrollment, planning
from bot.learning.lesson_state import LessonState
from bot.running import running_rounds
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.blocks import MessageContent
from bot.slack.blocks.block_kit import actions, button, escape, header, section
from bot.slack.message_kind import MessageKind
from bot.storage import Session, learners
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.due_learners import DueLearner, NewDelivery
from bot.storage.tables import Delivery, SendState
from tests.builders import SetClock
from tests.engine_kinds import KINDS
from tests.kinds.conftest import AN_HOUR, NINE, beat

NAME = "second_look"


def plan(_session: Session, learners: Sequence[DueLearner], owed: Sequence[NewDelivery]) -> list[NewDelivery]:
    """Plan one an hour after each lesson."""
    users = {learner.id: learner.user_id for learner in learners}
    looks = [
        row._replace(
            id=planning.build_delivery_id(row.team_id, users[row.learner_id], row.learning_day, NAME),
            kind=NAME,
            due_at=row.due_at + AN_HOUR,
        )
        for row in owed
        if row.kind == DeliveryKindName.LESSON
    ]
    return [*owed, *looks]


def decide(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Skip it once the lesson is answered."""
    return (
        ClaimDecision.NOTHING_DUE if lesson is not None and lesson.answered else decide_after_lesson(row, lesson, now)
    )


def render(lesson: Lesson, _day: date, _formats: object, _extras: object) -> MessageContent:
    """Build the question again, on its own."""
    options = [button(option.key, f"{ids.ANSWER_LESSON}.{option.key}") for option in lesson.question.options]
    return MessageContent.of(
        [header("A second look"), section(escape(lesson.question.scenario)), actions("answer", options)]
    )


def update(state: LessonState) -> MessageContent:
    """Show what was chosen."""
    return MessageContent.of(
        [section(f"At second sight you chose {state.chosen_option.key if state.chosen_option else 'nothing'}.")]
    )


SECOND_LOOK: MessageKind[Lesson, Extras] = MessageKind(
    name=NAME,
    lesson_to_send=LessonToSend.DAYS_LESSON,
    plan=plan,
    decide=decide,
    render=render,
    update=update,
    supersede=lambda _state: MessageContent.of([section("No second look was needed.")]),
)


@pytest.fixture
async def rounds(settings: Settings, clock: SetClock, amara: SandboxUser) -> AsyncIterator[Rounds]:
    """The bot with an additional kind, and Amara on workdays from 8:40."""
    async with running_rounds(settings, clock, kinds={**KINDS, NAME: SECOND_LOOK}) as started:
        who = Learner("T0RIVER", amara.user_id)
        await started.transactions.write_in_background(enrollment.register_learner, who, "America/New_York", clock())
        await started.transactions.write_in_background(enrollment.start_lessons, who, "America/New_York", clock())
        yield started


def asking(message: dict[str, Any]) -> bool:
    return "A second look" in message["text"]


def second_looks(sandbox: Sandbox) -> int:
    return sum("A second look" in message.text for message in sandbox.workspace.all_messages())


async def row_of(rounds: Rounds, kind: str) -> Delivery:
    def find(session: Session) -> Delivery:
        learner = learners.find(session, Learner("T0RIVER", "U0AMARA"))
        assert learner is not None
        day = NINE.date()
        return session.get_one(Delivery, planning.build_delivery_id(learner.team_id, learner.user_id, day, kind))

    return await rounds.transactions.read(find)


async def test_it_comes_when_it_says_and_is_answered_in_its_own_words(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser
) -> None:
    await beat(rounds, clock, NINE)
    assert second_looks(sandbox) == 0

    await beat(rounds, clock, NINE + AN_HOUR)
    look = await amara.wait_for_message(asking)
    await amara.click(f"{ids.ANSWER_LESSON}.B", ts=look["ts"])

    answered = await amara.wait_for_message(lambda message: "At second sight you chose B." in message["text"])
    assert answered["ts"] == look["ts"]
    lesson = await amara.wait_for_message(
        lambda message: "You answered this one in another message." in message["text"]
    )
    assert lesson["ts"] != look["ts"]


async def test_it_is_moot_when_it_says(sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser) -> None:
    await beat(rounds, clock, NINE)
    lesson = await amara.wait_for_message(lambda message: "Your call." in message["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.A", ts=lesson["ts"])
    await amara.wait_for_message(lambda message: "Your call." not in message["text"] and message["ts"] == lesson["ts"])

    await beat(rounds, clock, NINE + AN_HOUR)

    assert second_looks(sandbox) == 0
    assert (await row_of(rounds, NAME)).reason == ClaimDecision.NOTHING_DUE


@pytest.mark.parametrize("fault", ["drop_after_accept", "server_error"])
async def test_one_that_slack_may_have_taken_comes_once(
    sandbox: Sandbox, rounds: Rounds, clock: SetClock, amara: SandboxUser, fault: Any
) -> None:
    await beat(rounds, clock, NINE)
    sandbox.faults.add(method="chat.postMessage", kind=fault, times=1)
    await beat(rounds, clock, NINE + AN_HOUR)
    assert (await row_of(rounds, NAME)).state == SendState.SENDING

    for minutes in (5, 6):
        await beat(rounds, clock, NINE + AN_HOUR + timedelta(minutes=minutes))

    assert (await row_of(rounds, NAME)).state == SendState.SENT
    assert second_looks(sandbox) == 1
    look = await amara.wait_for_message(asking)
    lesson = await amara.wait_for_message(lambda message: "Your call." in message["text"])
    await amara.click(f"{ids.ANSWER_LESSON}.C", ts=lesson["ts"])
    superseded = await amara.wait_for_message(lambda message: "No second look was needed." in message["text"])
    assert superseded["ts"] == look["ts"]


async def test_an_older_version_that_does_not_know_the_kind_fails_its_rows(
    sandbox: Sandbox, rounds: Rounds, settings: Settings, clock: SetClock, amara: SandboxUser
) -> None:
    await beat(rounds, clock, NINE)
    await rounds.stop()

    async with running_rounds(settings, clock) as older:
        for minutes in (0, 5, 6):  # Slack is asked first, because an hour without a worker could mean a restored backup
            await beat(older, clock, NINE + AN_HOUR + timedelta(minutes=minutes))

        row = await row_of(older, NAME)
    assert (row.state, row.reason) == (SendState.FAILED, "unknown_kind")
    assert len(list(sandbox.workspace.all_messages())) == 1, "the lesson"


async def test_an_older_version_keeps_what_is_answered_in_the_kinds_messages_and_leaves_them_as_they_are(
    sandbox: Sandbox, rounds: Rounds, settings: Settings, clock: SetClock, amara: SandboxUser
) -> None:
    for at in (NINE, NINE + AN_HOUR):
        await beat(rounds, clock, at)
    look = await amara.wait_for_message(asking)
    await rounds.stop()

    async with running_rounds(settings, clock):
        await amara.click(f"{ids.ANSWER_LESSON}.B", ts=look["ts"])
        await amara.wait_for_message(lambda message: "You answered this one in another message." in message["text"])

    assert second_looks(sandbox) == 1
